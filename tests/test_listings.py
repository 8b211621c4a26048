"""One contract for every list of the registry: a new one is tested without anyone writing a test.

A dataset only adds a line to SAMPLES: how to make its records, and how many statements its answers take.
"""

import csv
import io
import json
import re
from collections import namedtuple
from itertools import groupby

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from sistercities.core.cells import RISKY, restore
from sistercities.core.datasets import datasets
from sistercities.core.models import DataVersion

from .factories import (
    make_contact_desk,
    make_country,
    make_event,
    make_figure,
    make_organization,
    make_partnership,
    make_place,
    make_program,
)
from .world import make_world

pytestmark = pytest.mark.django_db

FORMATS = ("csv", "json", "geojson", "xlsx")

#: `make(serial, **fields)` stores a public record with sort keys of its own; `named(name)` one whose texts are `name`;
#: `same()` one that is ordered by nothing but its id; `statements` are literal: without any memory, for 1 and 3 records.
Sample = namedtuple("Sample", "make named same statements")


def tie(serial, **fields):
    left, right = make_place(name_en=f"Left {chr(96 + serial)}"), make_place(name_en=f"Right {chr(96 + serial)}")
    return make_partnership(left, right, **{"established": f"19{50 + serial}-01-01"} | fields)


def letter(serial):
    return chr(96 + serial)


def kana(serial):
    return "あいうえおかきくけこ"[serial]


def same_desk():
    """Desks stand in the order of their municipality: those of one that is called like another, in the same position."""
    return make_contact_desk(make_place(name_en="Same"), name_en="Same")


SAMPLES = {
    "partnerships": Sample(
        make=tie,
        named=lambda name: make_partnership(
            make_place(name_en=name, name_ja=name), make_place(name_en=name), designation_en=name, designation_ja=name
        ),
        same=lambda: make_partnership(make_place(name_en="Same"), make_place(name_en="Same")),
        statements={"page": 5, "csv": 5, "json": 5, "geojson": 5, "xlsx": 5},
    ),
    "places": Sample(
        make=lambda serial, **fields: make_country(
            f"Land {letter(serial)}",
            **{"name_kana": kana(serial), "name_ja": f"第{serial}国"} | fields,
        ),
        named=lambda name: make_country(name, name_ja=name, name_kana=name),
        same=lambda: make_country("Same"),
        statements={"page": 5, "csv": 4, "json": 4, "geojson": 4, "xlsx": 4},
    ),
    "organizations": Sample(
        make=lambda serial, **fields: make_organization(
            f"Land {letter(serial)}", **{"name_kana": kana(serial), "name_ja": f"第{serial}協会"} | fields
        ),
        named=lambda name: make_organization(name, name_ja=name, description_en=name),
        same=lambda: make_organization("Same"),
        statements={"page": 5, "csv": 5, "json": 5, "geojson": 5, "xlsx": 5},
    ),
    "programs": Sample(
        make=lambda serial, **fields: make_program(
            **{"name_en": f"Land {letter(serial)}", "name_ja": f"{kana(serial)}計画"} | fields, audiences=["students"]
        ),
        named=lambda name: make_program(name_en=name, name_ja=name),
        same=lambda: make_program(name_en="Same"),
        statements={"page": 6, "csv": 9, "json": 9, "geojson": 9, "xlsx": 9},
    ),
    "contacts": Sample(
        make=lambda serial, **fields: make_contact_desk(
            make_place(name_en=f"Land {letter(serial)}", name_kana=kana(serial), name_ja=f"第{serial}市"), **fields
        ),
        named=lambda name: make_contact_desk(name_en=name, name_ja=name),
        same=same_desk,
        statements={"page": 5, "csv": 4, "json": 4, "geojson": 4, "xlsx": 4},
    ),
    "figures": Sample(
        make=lambda serial, **fields: make_figure(
            serial,
            **{"counted_en": f"Land {letter(serial)}", "counted_ja": kana(serial), "as_of": f"19{50 + serial}"}
            | fields,
        ),
        named=lambda name: make_figure(counted_en=name, counted_ja=name),
        same=lambda: make_figure(counted_en="Same"),
        statements={"page": 6, "csv": 4, "json": 4, "geojson": 4, "xlsx": 4},
    ),
    "events": Sample(
        make=lambda serial, **fields: make_event(
            f"Land {letter(serial)}", **{"name_ja": kana(serial), "start": f"19{50 + serial}-01-01"} | fields
        ),
        named=lambda name: make_event(name, name_ja=name),
        same=lambda: make_event("Same"),
        statements={"page": 5, "csv": 6, "json": 6, "geojson": 6, "xlsx": 6},
    ),
}


@pytest.fixture(params=datasets(), ids=lambda dataset: dataset.key)
def dataset(request):
    return request.param


@pytest.fixture
def sample(dataset):
    if dataset.key not in SAMPLES:
        pytest.fail(f"Add a Sample for the dataset {dataset.key} to SAMPLES in {__file__}.", pytrace=False)
    return SAMPLES[dataset.key]


@pytest.fixture
def world():
    return make_world()


#: What lists have answered about the small directory, which is the same whenever it is made: address and what it depends on -> answer.
ANSWERS = {}


@pytest.fixture
def fetch(client, dataset):
    """The answer of an address, made anew."""

    def get(path, **headers):
        cache.clear()
        response = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        return response

    return get


@pytest.fixture
def told(fetch, dataset, request):
    """The answer of an address; that of an earlier test, if it asked the small directory as it still is."""
    if "world" not in request.fixturenames:
        return fetch
    untouched = request.getfixturevalue("world") and DataVersion.current()

    def get(path, **headers):
        if DataVersion.current() != untouched:
            return fetch(path, **headers)
        key = (path, *headers.items(), dataset.view.page_size)
        if key not in ANSWERS:
            ANSWERS[key] = light(fetch(path, **headers))
        return ANSWERS[key]

    return get


def light(response):
    """Without what would keep half the directory in memory."""
    response.context = response.templates = response.wsgi_request = response.client = None
    return response


def path_of(dataset, form, query, language):
    """The address of a list in a form: `page`, or the name of a file format."""
    with override(language):
        path = reverse(dataset.key) if form == "page" else f"/data/{dataset.key}.{form}"
    return f"{path}?{query}" if query else path


@pytest.fixture
def ask(told, dataset):
    """The answer of the list in a form."""
    return lambda form, query="", language="en", **headers: told(path_of(dataset, form, query, language), **headers)


@pytest.fixture
def ask_anew(fetch, dataset):
    """The same, never from memory: to count statements, and for what nobody asks again."""
    return lambda form, query="": fetch(path_of(dataset, form, query, "en"))


@pytest.fixture
def ids(ask, dataset):
    """The ids that the list gives in a form, in their order, over all pages. Make all records before asking for pages."""
    known = {}

    def get(form, query="", language="en"):
        if form == "page":
            known[language] = known.get(language) or addresses(dataset, language)
            return page_ids(ask, dataset, query, language, known[language])
        spoken = {} if language == "en" else {"Accept_Language": language}
        return READERS[form](ask(form, query, **spoken).body)

    return get


def addresses(dataset, language):
    """Address -> id, of every record."""
    with override(language):
        known = dataset.view().records(list(dataset.view.model.objects.values_list("pk", flat=True)))
        return {record.url: record.pk for record in known}


def page_ids(ask, dataset, query, language, known):
    """Read from the rows themselves: the first link of a row is that of its record."""
    found, page, rows = [], 0, [True] * dataset.view.page_size
    while len(rows) == dataset.view.page_size:
        page += 1
        response = ask("page", f"{query}&page={page}" if page > 1 else query, language)
        # The ledger has a table of our own counts below its rows.
        html = html_of(response).partition('class="own-counts"')[0]
        rows = html.partition("<tbody")[2].partition("</tbody>")[0].split("<tr")[1:]
        found += [known[re.search('href="([^"]*)"', row)[1]] for row in rows]
    return found


def html_of(response):
    return response.body.decode().replace("&amp;", "&")


def count_of(response):
    """The number that the heading of a page begins with."""
    return int(re.search(r"<h1[^>]*>(\d+)", html_of(response))[1])


def chip_links(response):
    chips = html_of(response).partition('<ul class="chips"')[2].partition('<li class="clear"')[0]
    return re.findall('href="([^"]*)"', chips)


def errors_of(response):
    """What the error summary of a page says, without its elements; none on a page with rows."""
    summary = html_of(response).partition('role="alert"')[2].partition("</ul>")[0]
    return [" ".join(re.sub("<[^>]*>", "", item).split()) for item in re.findall("<li>(.*?)</li>", summary, re.DOTALL)]


def csv_rows(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def xlsx_rows(body):
    headings, *rows = load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def once_each(ids):
    """The ids of lines, where a record takes several lines that follow one another."""
    return [pk for pk, _lines in groupby(ids)]


READERS = {
    "csv": lambda body: once_each(int(row["id"]) for row in csv_rows(body)),
    "json": lambda body: [result["id"] for result in json.loads(body)["results"]],
    "geojson": lambda body: [feature["properties"]["id"] for feature in json.loads(body)["features"]],
    "xlsx": lambda body: once_each(row["id"] for row in xlsx_rows(body)),
}
FORMS = ("page", *FORMATS)


def listing_of(dataset, rf, query=""):
    """The listing as it stands behind a page, to ask it for its options."""
    listing = dataset.view()
    listing.setup(rf.get(f"/?{query}"))
    listing.version = DataVersion.current()
    return listing


def shown_options(dataset, rf, query=""):
    """`(facet, value, count)` of every option that the filter form of a page shows."""
    listing = listing_of(dataset, rf, query)
    facets = listing.facets_context(listing.select())["facets"]
    return [
        (facet["name"], option["value"], option["count"])
        for facet in facets
        for option in [*facet["options"], *facet["more"]]
    ]


def queries(dataset, rf):
    """Query strings that use every filter and every sort of a list, on the sample world."""
    index = listing_of(dataset, rf).index()
    first = {name: value for name, value, _count in reversed(shown_options(dataset, rf))}
    others = {"q": "Seattle", "since": "1960", "until": "1985"}
    others |= {name: options[0][0] for name, options in listing_of(dataset, rf).facet_options(index).items() if options}
    record = listing_of(dataset, rf).model.objects.public().first()
    others["place"] = record.parties.first().place_id if hasattr(record, "parties") else 1
    names = list(dataset.view.filterset_class.base_filters)
    single = [f"{name}={first.get(name) or others.get(name, 1)}" for name in names]
    return ["", *single, *(f"sort={name}" for name in dataset.view.sorts), "&".join(single[:2])]


# What is public ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_only_published_records_are_listed(ids, sample, form):
    public = sample.make(1)
    for serial, publication in enumerate(["draft", "review", "withdrawn"], start=2):
        sample.make(serial, publication=publication, **({"code": ""} if hasattr(public, "code") else {}))

    assert public.pk in ids(form)
    assert set(ids(form)) == set(type(public).objects.public().values_list("pk", flat=True))


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_record_cannot_be_asked_for(ids, dataset, sample, publication):
    hidden = sample.make(1, publication=publication)

    for query in ("q=Left", "q=Land", "sort=name"):
        for form in FORMS:
            assert hidden.pk not in ids(form, query)


# Statements ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("records", [1, 3])
@pytest.mark.parametrize("form", FORMS)
def test_statements_are_as_many_for_one_record_as_for_three(ask_anew, sample, form, records, django_assert_num_queries):
    for serial in range(records):
        sample.make(serial)

    with django_assert_num_queries(sample.statements[form]):
        ask_anew(form)


def test_no_filter_takes_more_statements_than_the_whole_list(ask_anew, dataset, sample, rf, world):
    counted = {}
    for query in queries(dataset, rf):
        DataVersion.advance()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ask_anew("page", query)
        counted[query] = len(captured)

    assert {query: number for query, number in counted.items() if number > max(5, sample.statements["page"])} == {}


def test_stored_page_takes_one_statement(client, dataset, world, django_assert_num_queries):
    client.get(reverse(dataset.key))

    with django_assert_num_queries(1):
        client.get(reverse(dataset.key))


# The same rows in every form -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_form_gives_the_same_records_in_the_same_order(ids, dataset, rf, world, language):
    for query in queries(dataset, rf):
        expected = ids("page", query, language)
        assert {form: ids(form, query, language) for form in FORMATS} == dict.fromkeys(FORMATS, expected), query


def test_download_links_lead_to_the_rows_of_the_page(ask, ids, told, dataset, rf, world):
    for query in queries(dataset, rf):
        found = re.findall('<a href="(/data/[^"]*)"', ask("page", query).body.decode())
        links = [link.replace("&amp;", "&") for link in found]
        if not ids("page", query):
            continue  # there is nothing to take along
        assert [link.partition("?")[0] for link in links] == [f"/data/{dataset.key}.{name}" for name in FORMATS]
        for link in links:
            assert READERS[link.partition("?")[0].rpartition(".")[2]](told(link).body) == ids("page", query), link


def test_count_is_the_number_of_records(ask, ids, dataset, rf, world):
    for query in queries(dataset, rf):
        number = len(ids("csv", query))
        assert (count_of(ask("page", query)), json.loads(ask("json", query).body)["count"]) == (number, number)


def test_pages_hold_every_record_once(ask, ids, dataset, world, monkeypatch):
    monkeypatch.setattr(dataset.view, "page_size", 1)
    everything = ids("csv")

    assert ids("page") == everything
    assert html_of(ask("page")).count(f"page={len(everything)}") > 0


# Filters -------------------------------------------------------------------------------------------------------------


def test_count_of_an_option_is_the_number_of_records_behind_it(ids, dataset, rf, world):
    options = shown_options(dataset, rf)
    found = {(name, value): len(ids("csv", f"{name}={value}")) for name, value, _count in options}

    assert found == {(name, value): count for name, value, count in options}
    assert len({name for name, _value in found}) > 2


def test_count_of_an_option_holds_beside_another_filter(ids, dataset, rf, world):
    others = {name: value for name, value, _count in shown_options(dataset, rf)}
    for other in [*(f"{name}={value}" for name, value in others.items()), "q=Seattle", "q=Kobe"]:
        name_of_other = other.partition("=")[0]
        options = [option for option in shown_options(dataset, rf, other) if option[0] != name_of_other]
        found = {(name, value): len(ids("csv", f"{other}&{name}={value}")) for name, value, _count in options}

        assert found == {(name, value): count for name, value, count in options}, other


def test_filter_gives_whole_records_and_none_twice(ask, dataset, rf, world):
    everything = {result["id"]: result for result in json.loads(ask("json").body)["results"]}
    options = [f"{name}={value}" for name, value, _count in shown_options(dataset, rf)]
    for query in [*options, "&".join(options), "q=Kobe"]:
        results = json.loads(ask("json", query).body)["results"]
        assert len({result["id"] for result in results}) == len(results), query
        assert results == [everything[result["id"]] for result in results], query


def test_name_given_twice_means_or_and_different_names_mean_and(ids, dataset, rf, world):
    options = shown_options(dataset, rf)
    (name, one), (_name, other) = next(
        ((name, value), later[:2])
        for index, (name, value, _count) in enumerate(options)
        for later in options[index + 1 :]
        if later[0] == name
    )
    union = set(ids("csv", f"{name}={one}")) | set(ids("csv", f"{name}={other}"))

    assert set(ids("csv", f"{name}={one}&{name}={other}")) == union
    for other_name, value, _count in options:
        if other_name != name:
            both = set(ids("csv", f"{name}={one}")) & set(ids("csv", f"{other_name}={value}"))
            assert set(ids("csv", f"{name}={one}&{other_name}={value}")) == both


def test_chip_leads_to_the_list_without_its_filter(ask, ids, client, dataset, rf, world):
    options = [f"{name}={value}" for name, value, _count in shown_options(dataset, rf)]
    for left, right in zip(options, options[1:], strict=False):
        query = f"{left}&{right}&sort=name"
        rest = {link.partition("?")[2] for link in chip_links(ask("page", query))}

        assert rest == {"&".join(sorted([left, "sort=name"])), "&".join(sorted([right, "sort=name"]))}, query


def test_filter_with_one_value_that_every_record_has_is_not_offered(dataset, sample, rf):
    sample.make(1)

    options = shown_options(dataset, rf)
    total = listing_of(dataset, rf).select().total
    for name in {name for name, _value, _count in options}:
        assert [count for other, _value, count in options if other == name] != [total], name


def test_every_filter_that_divides_the_records_is_offered(dataset, rf, world):
    listing = listing_of(dataset, rf)
    index = listing.index()
    dividing = {
        facet.name
        for facet in listing.facets
        if facet.shown
        and any(0 < count < index.everything.bit_count() for count in index.counts(facet.name, {}).values())
    }

    assert {name for name, _value, _count in shown_options(dataset, rf)} >= dividing


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_filters_and_columns_are_explained(dataset, language):
    view = dataset.view
    with override(language):
        words = {
            **{
                f"filter {name}": str(filter_.label or "")
                for name, filter_ in view.filterset_class.base_filters.items()
            },
            **{f"column {column.name}": str(column.help or "") for column in view.columns},
            **{f"sort {name}": str(sort.label or "") for name, sort in view.sorts.items()},
            **{f"facet {facet.name}": str(facet.label or "") for facet in view.facets},
            "title": str(view.title),
        }

    assert [name for name, text in words.items() if not text] == []
    assert [name for name, text in words.items() if any(char > "\u3000" for char in text) != (language == "ja")] == []


def test_columns_have_names_of_their_own(dataset):
    names = [column.name for column in dataset.view.columns]

    assert (sorted(set(names)), names[0]) == (sorted(names), "id")


# Bad input -----------------------------------------------------------------------------------------------------------

NONSENSE = [
    "0", "-1", "99999", "9" * 20, "5.0", "１９９０", "%00", "a%00b", "%FF", "%F0%9F%97%BE", "%27", "%22%3E%3Cscript%3E", "%25", "_",
    "\\", "%26kind%3Dother", "JP-28,US-OH", "true", "{{7*7}}", "%20", "-", "~", "x" * 300, "%E5%AE%B6" * 250, "a+b+c+d+e+f+g+h+i+j+k+l+m",
]  # fmt: skip


def test_nonsense_is_a_page_or_a_refusal_in_words(ask_anew, dataset, rf, world):
    parameters = [*listing_of(dataset, rf).parameters, "sort", "page"]
    for name in dict.fromkeys(parameters):
        for value in NONSENSE:
            query = f"{name}={value}"
            page, body = ask_anew("page", query), ask_anew("json", query)
            assert page.status_code == 200, query
            if errors := errors_of(page):
                assert html_of(page).count("<tbody") == 0, query
                assert [len(error) > 10 for error in errors] == [True], query
            assert (body.status_code == 400) == bool(errors) or name == "page", query
            if body.status_code == 400:
                assert list(json.loads(body.body)["errors"]) == [name], query


@pytest.mark.parametrize("form", ["csv", "geojson", "xlsx"])
def test_every_file_refuses_in_words(ask, form):
    response = ask(form, "page=none")

    assert (response.status_code, response["Content-Type"]) == (400, "application/json")
    assert json.loads(response.body) == {"errors": {"page": ["Enter a whole number."]}}


def test_page_that_is_not_there_is_said_so(ask, world):
    page, body = ask("page", "page=99"), ask("json", "page=99")

    assert errors_of(page) == ["Page (page): There is no page 99: this list has 1."]
    assert (page.status_code, body.status_code) == (200, 400)
    assert json.loads(body.body) == {"errors": {"page": ["There is no page 99: this list has 1."]}}


@pytest.mark.parametrize(
    "query",
    [
        "q=a&q=b",
        "page=1&page=2",
        "sort=name&sort=nonsense",
        "q=&page=&sort=",
        "&&&",
        "=",
        "?",
        "q",
        "q[]=1",
        "q=a;page=2",
    ],
)
def test_repeated_and_malformed_parameters_are_no_failure(ask, world, query):
    assert ask("page", query).status_code == 200
    assert ask("csv", query).status_code in (200, 400)


def test_too_many_parameters_are_refused(client, dataset):
    response = client.get(f"{reverse(dataset.key)}?" + "&".join(f"a{n}=1" for n in range(3000)))

    assert response.status_code == 400


@pytest.mark.parametrize(
    "unknown",
    ["utm_source=mail", "kind__in=other", "established__gte=1900", "id=1", "publication=draft", "pages=2", "Q=x"],
)
def test_unknown_parameter_is_ignored(ask, ids, world, unknown):
    for form in FORMS:
        assert (ids(form, unknown), ask(form, unknown)["ETag"]) == (ids(form), ask(form)["ETag"])


# Order ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_order_does_not_depend_on_the_order_of_entry(ids, dataset, sample, language):
    def names(shuffled):
        records = {record.pk: serial for serial, record in [(serial, sample.make(serial)) for serial in shuffled]}
        lists = {
            sort: [records[pk] for pk in ids("json", f"sort={sort}", language) if pk in records]
            for sort in dataset.view.sorts
        }
        for pk in records:
            listing_model = dataset.view.model
            listing_model.objects.filter(pk=pk).update(publication="withdrawn")
        DataVersion.advance()
        return lists

    assert names([3, 1, 5, 2, 4]) == names([2, 5, 4, 1, 3])


def test_equal_records_stand_in_the_order_of_their_ids(ids, dataset, sample, monkeypatch):
    monkeypatch.setattr(dataset.view, "page_size", 2)
    same = [sample.same().pk for _number in range(5)]

    for sort in dataset.view.sorts:
        for form in ("page", "csv"):
            found = [pk for pk in ids(form, f"sort={sort}") if pk in same]
            assert found in (same, same[::-1]), (sort, form)


# Formulas ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'quoted'"])
def test_formula_in_a_name_is_inert_and_comes_back(ask, dataset, sample, name):
    record = sample.named(name)
    text = [column.name for column in dataset.view.columns if column.is_text]
    for rows in (csv_rows(ask("csv").body), xlsx_rows(ask("xlsx").body)):
        (row,) = [row for row in rows if int(row["id"]) == record.pk]
        cells = [str(row[column] or "") for column in text]
        assert [cell for cell in cells if cell[:1] and cell[0] in RISKY.replace("'", "")] == []
        assert {restore(cell) for cell in cells} >= {name}

    (result,) = [result for result in json.loads(ask("json").body)["results"] if result["id"] == record.pk]
    assert f'"{name}"' in json.dumps(result, ensure_ascii=False)


# Headers of files ----------------------------------------------------------------------------------------------------

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.mark.parametrize("form", FORMATS)
def test_file_has_its_headers(ask, dataset, world, form):
    response = ask(form)

    assert response["Content-Type"] == TYPES[form]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response["Link"] == '<https://creativecommons.org/licenses/by-sa/4.0/>; rel="license"'
    name = f'attachment; filename="{dataset.key}.{form}"'
    assert response.get("Content-Disposition", "") == ("" if form == "json" else name)


@pytest.mark.parametrize("form", FORMATS)
def test_known_file_is_not_sent_again(ask, sample, world, form):
    etag = ask(form)["ETag"]

    assert (ask(form, If_None_Match=etag).status_code, ask(form, If_None_Match=etag).body) == (304, b"")
    sample.make(9)
    assert ask(form, If_None_Match=etag).status_code == 200


@pytest.mark.parametrize("form", FORMATS)
def test_file_is_only_read(client, dataset, form):
    assert client.post(f"/data/{dataset.key}.{form}").status_code == 405


def test_geojson_has_a_geometry_of_every_record_with_a_position(ask, world):
    for feature in json.loads(ask("geojson").body)["features"]:
        geometry = feature["geometry"]
        assert geometry is None or geometry["type"] in ("Point", "LineString")


def test_json_keys_are_the_columns(ask, dataset, world):
    flat = [column.name for column in dataset.view.columns if not column.per_line]
    result = json.loads(ask("json").body)["results"][0]

    assert list(result)[: len(flat)] == flat
    assert list(csv_rows(ask("csv").body)[0]) == [column.name for column in dataset.view.columns]
