"""One contract for every dataset's import: what the export says comes back unchanged, and a Resource is all that a dataset needs."""

import csv
import io
from collections import Counter

import pytest
from django.utils.translation import override
from import_export.resources import Resource

from sistercities.core.datasets import datasets
from sistercities.curation.integrity import findings
from sistercities.imports.headings import PROBLEMS_HEADING, key_of
from sistercities.imports.models import BatchState
from sistercities.imports.records import RecordResource
from sistercities.imports.resources import registry
from tests.factories import make_user

from .way import applied, bring, states, taken_back, words

pytestmark = pytest.mark.django_db

DATASETS = [dataset.key for dataset in datasets()]
RECORDS = [name for name, resource in registry().items() if issubclass(resource, RecordResource)]


@pytest.fixture(params=DATASETS)
def dataset(request):
    if request.param not in registry():
        pytest.fail(f"Register a Resource for the import of the dataset {request.param}.", pytrace=False)
    return request.param


@pytest.fixture
def resource(dataset):
    return registry()[dataset]


@pytest.fixture
def world(laid_world):
    return laid_world()


@pytest.fixture
def exported(client):
    """The bytes of a dataset's file."""

    def get(dataset, form="csv", query=""):
        return b"".join(client.get(f"/data/{dataset}.{form}{query}").streaming_content)

    return get


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def file_of(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def changed(row, resource):
    """The first row with another text in a column that is free text and not part of what finds the record."""
    finding = {name for group in resource.natural for name in group}
    name = next(
        name for name in ("description_en", "note_en", "comment_en", "website") if name in row and name not in finding
    )
    value = "https://example.org/changed" if name == "website" else "Changed words"
    return {**row, name: value}, name, value


@pytest.mark.parametrize(("form", "query"), [("csv", ""), ("csv", "?encoding=cp932"), ("xlsx", "")])
def test_export_comes_back_and_nothing_changes(world, exported, dataset, form, query):
    batch = bring(exported(dataset, form, query), dataset, name=f"{dataset}.{form}")

    assert (words(batch.problems), Counter(states(batch)).keys()) == ([], {"unchanged"})


def test_resource_is_one_of_import_export(resource):
    assert issubclass(resource, Resource)


def test_every_column_of_the_export_is_read_or_known_to_follow_from_others(world, exported, dataset, resource):
    headings = rows_of(exported(dataset))[0].keys()

    assert set(headings) - set(resource.fields) - set(resource.derived) == set()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_heading_means_one_column(dataset, resource, language):
    with override(language):
        named = [(key_of(str(column.heading)), name) for name, column in resource.fields.items()]
    named += [(key_of(name), name) for name in resource.fields]
    meanings = {}
    for key, name in named:
        meanings.setdefault(key, set()).add(name)

    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}
    assert not meanings.keys() & {key_of(heading) for heading in PROBLEMS_HEADING}


def test_aliases_and_alternatives_name_columns(resource):
    assert {name for name, _implied in resource.aliases.values()} <= set(resource.fields)
    assert {name for _name, implied in resource.aliases.values() for name in implied} <= set(resource.fields)
    assert {name for group in resource.required for names in group for name in names} <= set(resource.fields)


def test_file_without_what_is_needed_names_it(world, dataset):
    batch = bring("remark\nx\n", dataset, headings={"0": ""})

    assert {problem["code"] for problem in batch.problems} == {"heading_missing"}


NONSENSE = ["￥%$", "x" * 6_000, "'; DROP TABLE", "NaN", "-1e999", "1/0", "昭和"]


def test_cell_of_every_column_that_is_nonsense_is_told_or_stored_as_text(world, exported, dataset, resource):
    """A file for each column, a line for each nonsense; that the lines name one record is told beside it."""
    row = rows_of(exported(dataset))[0]
    for name in resource.fields:
        batch = bring(file_of([{**row, name: nonsense} for nonsense in NONSENSE]), dataset)
        assert batch.state == BatchState.CHECKED, name
        rows = list(batch.rows.order_by("line"))
        assert len(rows) == len(NONSENSE), name
        for nonsense, checked in zip(NONSENSE, rows, strict=True):
            told = [text for problem in checked.problems for text in problem["text"].values()]
            assert [text for text in told if not text] == [], (name, nonsense)


@pytest.mark.parametrize("dataset", RECORDS)
def test_changed_cell_is_written_with_history_and_taken_back(world, exported, dataset):
    resource, curator = registry()[dataset], make_user("curator")
    before = rows_of(exported(dataset))
    row, name, value = changed(before[0], resource)
    batch = bring(file_of([row]), dataset)
    assert list(batch.rows.get().differences) == [name]

    applied(batch, by=curator)
    assert rows_of(exported(dataset))[0] == row
    record = resource.model.objects.get(pk=row["id"])
    entry = record.history.first()
    assert (entry.history_user, batch.file_name in entry.history_change_reason) == (curator, True)
    taken_back(batch)
    assert rows_of(exported(dataset)) == before


@pytest.mark.parametrize("dataset", RECORDS)
def test_new_record_is_published_cited_and_withdrawn_when_taken_back(world, exported, dataset):
    resource, wrong = registry()[dataset], list(map(str, findings()))
    # The last: it is a municipality, and no natural key of it is a name that others share.
    row = {**rows_of(exported(dataset))[-1], "id": "", "slug": "", "path": "", "code": "", "uid": "", "position": "9"}
    row |= {name: f"{row[name]} anew" for name in ("name_en", "counted_en") if name in row}
    row |= {name: f"{row[name]}新" for name in ("name_ja", "counted_ja") if row.get(name)}
    keep = rows_of(exported(dataset))[0].keys()
    if dataset == "contacts":
        row["path"], keep = "", [name for name in keep if name != "code"]
    batch = bring(file_of([{name: row[name] for name in keep}]), dataset)
    assert (states(batch), [words(row.problems) for row in batch.rows.all()]) == (["new"], [[]])

    applied(batch)
    record = resource.model.objects.latest("pk")
    assert (record.publication, record.history.count() >= 1) == ("published", True)
    assert record.citations.exists() or dataset == "figures"
    assert list(map(str, findings())) == wrong
    taken_back(batch)
    record.refresh_from_db()
    assert record.publication == "withdrawn"


@pytest.mark.parametrize("dataset", RECORDS)
def test_same_record_twice_in_a_file_is_a_problem(world, exported, dataset):
    row = rows_of(exported(dataset))[0]
    batch = bring(file_of([row, row]), dataset)

    assert [[problem["code"] for problem in row.problems] for row in batch.rows.all()] == [[], ["twice"]]


@pytest.mark.parametrize(
    ("dataset", "column", "value", "rule"),
    [
        ("organizations", "parent", "nobody", "reference"),
        ("organizations", "founded", "30.12.7", "date"),
        ("organizations", "dissolved", "1900", "constraint"),
        ("organizations", "kind", "club", "choice"),
        ("organizations", "email", "info at example", "email"),
        ("programs", "audiences", "students;martians", "choice"),
        ("programs", "until", "1900", "constraint"),
        ("contacts", "position", "0", "constraint"),
        ("contacts", "place", "jp/atlantis", "reference"),
        ("figures", "unit", "apples", "choice"),
        ("figures", "value", "many", "number"),
        ("events", "end", "1900", "constraint"),
        ("events", "start_time", "25:00", "time"),
        ("events", "time_zone", "Mars/Base", "constraint"),
        ("events", "partnerships", "999999", "reference"),
        ("places", "latitude", "north", "decimal"),
        ("places", "latitude", "91", "constraint"),
        ("places", "population", "-5", "range"),
        ("places", "level", "country", "place_moved"),
        ("places", "path", "jp/elsewhere", "place_moved"),
    ],
)
def test_value_that_the_table_would_refuse_is_explained(world, exported, dataset, column, value, rule):
    rows = rows_of(exported(dataset))
    row = next((row for row in rows if row.get("founded") or row.get("since") or row.get("start")), rows[-1])
    row = {**row, "since": "2000"} if column == "until" else row
    batch = bring(file_of([{**row, column: value}]), dataset)
    problems = batch.rows.get().problems

    assert rule in [problem["code"] for problem in problems if problem["column"] in (column, "start", "")]
