"""The statistics: one contract for every chart of the registry, so that a new one is tested without anyone writing a test."""

import csv
import io
import re

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from partnerships.listings import PartnershipList
from partnerships.statistics import CHARTS, share
from sistercities.core.models import DataVersion
from sistercities.portal.statistics import StatisticsPage, is_worth_drawing
from tests.factories import make_citation, make_partnership, make_place
from tests.pages import Page
from tests.world import make_world

pytestmark = pytest.mark.django_db

PAGE = "/en/statistics/"
FILTERS = [
    "",
    "prefecture=JP-28",
    "prefecture=JP-28&prefecture=JP-11",
    "state=US-WA&since=1960",
    "country=US&until=1980",
    "status=ended",
    "status=ended&status=presumed",
    "kind=sister_city&kind=sister_port&theme=sport",
    "level=region",
    "precision=none",
    "precision=day&sources=one",
    "contested=1",
    "q=Kobe",
]


@pytest.fixture
def world():
    return make_world()


@pytest.fixture(params=CHARTS, ids=lambda chart: chart.slug)
def chart(request):
    return request.param


@pytest.fixture
def listed(rf):
    """How many ties the list of partnerships shows for a query string."""
    known = {}

    def count(query):
        if query not in known:
            listing = prepared(PartnershipList(), rf, query)
            assert listing.cleaned is not None, query
            known[query] = listing.select().total
        return known[query]

    return count


def prepared(listing, rf, query):
    listing.setup(rf.get(f"/?{query}"))
    listing.version = DataVersion.current()
    return listing


@pytest.fixture
def tally(rf):
    def of(query=""):
        page = prepared(StatisticsPage(), rf, query)
        return page.tally(page.select())

    return of


def numbers(chart, tally):
    """Key -> number of the rows of a chart."""
    return {"/".join(row.key): row.count for row in chart.rows(tally)}


def named(slug):
    (chart,) = [chart for chart in CHARTS if chart.slug == slug]
    return chart


# The contract --------------------------------------------------------------------------------------------------------


@time_machine.travel("1999-06-01", tick=False)  # a short axis: every year is a list that is asked
def test_number_of_a_row_is_that_of_the_list_behind_it(chart, world, tally, listed):
    for query in FILTERS:
        rows = chart.rows(tally(query))
        assert {row.key: row.count for row in rows} == {row.key: listed(row.query) for row in rows}, query


def test_a_single_place_and_a_range_of_years_are_kept_by_the_lists(chart, world, tally, listed):
    for query in (f"place={world.seattle.pk}", f"place={world.kobe.pk}&since=1950&until=1979"):
        for row in chart.rows(tally(query)):
            assert (row.count, f"place={world.seattle.pk}" in row.query) == (
                listed(row.query),
                "since=1950" not in query,
            )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_chart_says_in_words_what_it_shows(world, tally, language):
    with override(language):
        for query in FILTERS:
            tallied = tally(query)
            for chart in CHARTS:
                rows = chart.rows(tallied)
                labels = [row.label for row in rows]
                said = [str(text) for text in (chart.title, chart.section, chart.heading, chart.rule, *labels)]
                finding = chart.finding(tallied, rows) if is_worth_drawing(rows) else "Nothing to say."
                assert [text for text in [*said, finding] if not text or "%(" in text] == [], (query, chart.slug)
                assert finding[-1] in ".。", (query, chart.slug)


def test_keys_of_rows_are_their_own(chart, world, tally):
    rows = chart.rows(tally())

    assert len({row.key for row in rows}) == len(rows) > 0
    assert {len(row.key) for row in rows} == {len(chart.columns)}


def test_slugs_are_their_own():
    assert len({chart.slug for chart in CHARTS}) == len(CHARTS)


def test_every_link_of_the_page_bears_the_number_of_its_list(client, world, tally, listed):
    response = client.get(PAGE)
    html = response.content.decode()
    shown = re.findall(r'<a href="/en/partnerships/\?([^"]+)"[^>]*>(?:<title>[^<]*: )?([\d,]+)(?: \([^<]*\))?<', html)
    found = {(query.replace("&amp;", "&"), int(number.replace(",", ""))) for query, number in shown}

    assert found == {(row.query, row.count) for chart in CHARTS for row in chart.rows(tally()) if row.count}
    assert {query: number for query, number in found if listed(query) != number} == {}


@time_machine.travel("2026-11-22")
def test_every_chart_has_its_parts(client, world):
    page = Page(client.get(PAGE))
    headings = {found["id"] for found in page.all("h3")}
    drawings = {found["aria-labelledby"] for found in page.all("g", role="img") if "aria-labelledby" in found}
    files = {link for link in page.links if link.startswith("/data/statistics/")}
    slugs = {chart.slug for chart in CHARTS}

    assert headings == slugs
    assert files == {f"/data/statistics/{slug}.csv" for slug in slugs}
    assert drawings == {f"{slug}-name" for slug in slugs - {"pairs"}}
    rules = [
        text for name, text in page.texts if name == "p" and text.startswith("As of 22 November 2026. Counting rule: ")
    ]
    assert len(rules) == len(slugs)
    assert [found for found in page.all("th") if "scope" not in found] == []
    assert [(found["role"], found["tabindex"]) for found in page.all("div", class_="matrix")] == [("region", "0")]


def test_links_over_drawings_are_no_stops_for_the_keyboard(client, world):
    html = client.get(PAGE).content.decode()
    drawn = re.findall(r'<g class="links" aria-hidden="true">(.*?)</g>\n</svg>', html, re.DOTALL)

    assert len(drawn) > 8
    assert [link for part in drawn for link in re.findall("<a [^>]*>", part) if 'tabindex="-1"' not in link] == []


# The file ------------------------------------------------------------------------------------------------------------


def read(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("query", ["", "state=US-WA&since=1960"])
def test_file_has_the_numbers_of_the_chart(client, chart, world, tally, listed, query):
    lines = read(client.get(f"/data/statistics/{chart.slug}.csv?{query}"))
    expected = [("/".join(row.key), row.label, str(row.count), row.query) for row in chart.rows(tally(query))]

    found = [("/".join(line[name] for name in chart.columns), line) for line in lines]
    assert [(key, line["label_en"], line["partnerships"], line["query"]) for key, line in found] == expected
    assert [
        line for _key, line in found if listed(line["query"]) != int(line["partnerships"]) or not line["label_ja"]
    ] == []


def test_file_has_its_headers_and_is_not_sent_twice(client, chart, world):
    with time_machine.travel("2026-11-22"):
        address = f"/data/statistics/{chart.slug}.csv"
        response = client.get(address)
        again = client.get(address, headers={"if-none-match": response["ETag"]})
    with time_machine.travel("2026-11-23"):
        tomorrow = client.get(address, headers={"if-none-match": response["ETag"]})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Link"] == '<https://creativecommons.org/licenses/by-sa/4.0/>; rel="license"'
    assert response["Content-Disposition"] == f'attachment; filename="partnerships-{chart.slug}-2026-11-22.csv"'
    assert (again.status_code, again.content, tomorrow.status_code) == (304, b"", 200)


def test_file_is_the_same_in_every_language(client, chart, world):
    address = f"/data/statistics/{chart.slug}.csv"
    answers = [client.get(address, headers={"accept-language": language}).content for language in ("en", "ja")]

    assert answers[0] == answers[1]


def test_formula_in_a_name_is_inert_in_the_file(client, tally):
    from tests.factories import make_country, make_region

    region = make_region(make_country(), "=1+1", code="US-OH", code_scheme="iso-3166-2", slug="ohio")
    make_partnership(make_place(region), make_place())
    (line,) = [line for line in read(client.get("/data/statistics/states.csv")) if line["state"] == "US-OH"]

    assert line["label_en"] == "'=1+1"


def test_file_of_no_chart_is_not_found(client, world):
    assert client.get("/data/statistics/nothing.csv").status_code == 404


def test_file_is_only_read(client):
    assert client.post("/data/statistics/years.csv").status_code == 405


# Bad input and little data -------------------------------------------------------------------------------------------

NONSENSE = ["0", "-1", "99999", "9" * 20, "５５", "%00", "%FF", "%22%3E%3Cscript%3E", "x" * 300, "JP-28,US-OH"]


@pytest.mark.parametrize("name", list(StatisticsPage.filterset_class.base_filters))
def test_nonsense_is_refused_in_words_by_page_and_file(client, world, name):
    for value in NONSENSE:
        cache.clear()
        page, file = client.get(f"{PAGE}?{name}={value}"), client.get(f"/data/statistics/years.csv?{name}={value}")
        refused = 'role="alert"' in page.content.decode()
        assert (page.status_code, file.status_code) == (200, 400 if refused else 200), value
        assert refused <= ("<svg class" not in page.content.decode()), value


def test_parameters_of_the_list_alone_are_ignored(client, world):
    plain = client.get(f"{PAGE}?state=US-WA")
    for query in ("page=x&state=US-WA", "sort=nonsense&state=US-WA", "state=US-WA&utm_source=mail"):
        assert client.get(f"{PAGE}?{query}")["ETag"] == plain["ETag"]
        cache.clear()
        assert client.get(f"{PAGE}?{query}").content == plain.content


def test_nothing_found_is_said_with_ways_out(client, world):
    page = Page(client.get(f"{PAGE}?q=nowhere&state=US-WA"))

    assert [text for name, text in page.texts if name == "p" and "fits all of this" in text] != []
    assert [link for link in page.links if link in (PAGE, f"{PAGE}?q=nowhere", f"{PAGE}?state=US-WA")] != []
    assert page.all("section") == []


def test_empty_directory_is_a_page_in_words(client):
    response = client.get(PAGE)

    assert (response.status_code, response.context["count"], Page(response).all("section")) == (200, 0, [])


def test_one_undated_tie_is_too_little_for_most_charts(client, tally):
    make_partnership(make_place(), make_place())
    page = Page(client.get(PAGE))

    assert {found["id"] for found in page.all("h3")} <= {"dates", "sources", "states"}
    assert numbers(named("years"), tally()) == {}


@time_machine.travel("2026-06-01")
@pytest.mark.parametrize(
    "dates", [["0836"], ["2090"], ["0836", "1955", "2090"], ["1700", "1701"], ["9999", "1990"], [""]]
)
def test_years_far_away_stand_in_rows_of_their_own(client, tally, listed, dates):
    for date in dates:
        make_partnership(established=date)
    with override("en"):
        for chart in CHARTS:
            rows = chart.rows(tally())
            assert [row for row in rows if row.count and listed(row.query) != row.count] == []
            assert len(rows) < 140
            if is_worth_drawing(rows):
                chart.finding(tally(), rows)
        for slug in ("years", "decades"):
            assert sum(numbers(named(slug), tally()).values()) == len(
                [date for date in dates if date or slug == "decades"]
            )
    assert client.get(PAGE).status_code == 200


# What the numbers are ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["decades", "dates", "sources", "kinds"])
@pytest.mark.parametrize("query", ["", "prefecture=JP-28"])
def test_every_tie_is_in_one_row(world, tally, slug, query):
    tallied = tally(query)

    assert sum(numbers(named(slug), tallied).values()) == tallied.total


@time_machine.travel("2026-11-22")
def test_charts_of_the_small_directory(world, tally):
    make_citation(world.ties[1])
    make_citation(world.ties[1], "kind", "sister_state")
    make_citation(world.ties[2], standing="rejected", reason="of another town")
    found = {chart.slug: numbers(chart, tally()) for chart in CHARTS}

    assert {year: count for year, count in found["years"].items() if count} == {
        "1957": 2, "1963": 1, "1973": 1, "1980": 1, "1990": 1,
    }  # fmt: skip
    assert (list(found["years"])[0], list(found["years"])[-1]) == ("1957", "2026")
    assert [found["cumulative"][year] for year in ("1957", "1962", "1980", "2026")] == [2, 2, 5, 6]
    assert list(found["decades"].items()) == [
        ("1950", 2), ("1960", 1), ("1970", 1), ("1980", 1), ("1990", 1), ("2000", 0), ("2010", 0), ("2020", 0), ("none", 2),
    ]  # fmt: skip
    assert list(found["ages"].items()) == [
        ("0-9", 0), ("10-19", 0), ("20-29", 0), ("30-39", 1), ("40-49", 1), ("50-59", 1), ("60-69", 2),
    ]  # fmt: skip
    assert list(found["prefectures"].items()) == [("JP-28", 5), ("JP-11", 3)]
    assert list(found["states"].items()) == [("US-OH", 5), ("US-WA", 4)]
    assert found["pairs"] == {"JP-11/US-OH": 2, "JP-11/US-WA": 1, "JP-28/US-OH": 3, "JP-28/US-WA": 3}
    assert found["levels"] == {"municipality": 6, "region": 2}
    assert list(found["dates"].items()) == [("day", 4), ("month", 1), ("year", 1), ("none", 2)]
    assert list(found["sources"].items()) == [("none", 6), ("one", 1), ("several", 1)]


@time_machine.travel("2026-11-22")
def test_findings_of_the_small_directory(world, tally):
    with override("en"):
        said = {chart.slug: chart.finding(tally(), chart.rows(tally())) for chart in CHARTS}

    assert said["years"] == "More began in 1957 than in any other year: 2 of 6."
    assert said["cumulative"] == "Half of the 6 whose date is known were there by the end of 1963."
    assert said["decades"] == "More began in the 1950s than in any other decade: 2 of 8."
    assert said["ages"] == "Half of the 5 that stand and have a date are 53 years old or older."
    assert said["pairs"] == "No single pair leads: the most between two is 3 of 8."
    assert said["levels"] == "The most frequent level is “Municipality”: 6 of 8 (75%)."
    assert said["dates"] == "50% are dated to the day: 4 of 8."
    assert said["sources"] == "1 of 8 name a source; 0 name two or more."


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [(0, 8, "0%"), (8, 8, "100%"), (1, 1000, "under 1%"), (999, 1000, "over 99%"), (1, 3, "33%"), (0, 0, "0%")],
)
def test_share_never_rounds_to_all_or_nothing(count, total, expected):
    assert share(count, total) == expected


def test_claim_that_is_withdrawn_with_its_tie_counts_nowhere(client, world, tally):
    hidden = make_partnership(publication="review")
    make_citation(hidden)

    assert tally().total == 8


# Statements ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ties", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"),
    [(PAGE, 3), (f"{PAGE}?q=town", 4), ("/data/statistics/pairs.csv", 3), (f"{PAGE}?since=x", 3)],
)
def test_statements_are_as_many_for_one_tie_as_for_three(client, path, ties, statements, django_assert_num_queries):
    for _number in range(ties):
        make_citation(make_partnership(established="1976"))

    with django_assert_num_queries(statements):
        client.get(path)


def test_stored_page_takes_one_statement(client, world, django_assert_num_queries):
    client.get(PAGE)

    with django_assert_num_queries(1):
        client.get(PAGE)


@time_machine.travel("2026-12-31T12:00Z", tick=False)
def test_ages_move_with_the_calendar(client, world):
    before = client.get(PAGE)["ETag"]
    with time_machine.travel("2027-01-01T12:00Z"):
        assert client.get(PAGE)["ETag"] != before


def test_change_of_a_tie_is_seen_at_once(client, world):
    client.get(PAGE)
    make_partnership(world.kobe, world.worthington, established="2001")

    assert client.get(PAGE).context["count"] == 9


def test_address_of_the_page():
    with override("ja"):
        assert reverse("statistics") == "/ja/statistics/"
