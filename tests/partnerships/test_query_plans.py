"""The ids of a page come from the named index of its sort, on both databases: read from the plans, not from a clock."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from partnerships.rows import place_rows, tie_rows
from sistercities.core import listings
from sistercities.core.datasets import datasets
from sistercities.core.models import DataVersion
from tests.world import make_world

pytestmark = pytest.mark.django_db

#: The large tables. The lists of the other apps hold hundreds of rows, and the order of events names today.
LARGE = [dataset for dataset in datasets() if dataset.model.startswith("partnerships.")]

SORTS = [
    pytest.param(dataset, sort, language, id=f"{dataset.key}-{sort}-{language}")
    for dataset in LARGE
    for sort in dataset.view.sorts
    for language in ("en", "ja")
]


def plan(sql):
    """The plan of a statement as text. PostgreSQL is told that reading a whole table is dear, as it is with many rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
            cursor.execute(f"EXPLAIN {sql}")
            return "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


def indexes_used(text):
    return re.findall(r"USING (?:COVERING )?INDEX (\w+)|Index (?:Only )?Scan (?:Backward )?using (\w+)", text)


def index_of(model, order):
    """The name of the partial index that holds this order of the public records."""
    fields = [name.replace("pk", "id") for name in order]
    (index,) = [index for index in model._meta.indexes if index.fields == fields and index.condition is not None]
    return index.name


def listing_of(dataset, rf, query):
    listing = dataset.view()
    listing.setup(rf.get(f"/?{query}"))
    listing.version = DataVersion.current()
    listing.index()
    _ = listing.cleaned
    return listing


def statements(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize(("dataset", "sort", "language"), SORTS)
def test_ids_of_a_page_come_from_the_index_of_the_sort(rf, dataset, sort, language):
    make_world()
    with override(language):
        listing = listing_of(dataset, rf, f"sort={sort}")
        (sql,) = statements(lambda: listing.select(0, 25))
        expected = index_of(dataset.view.model, listing.order())
    text = plan(sql)

    assert [name for pair in indexes_used(text) for name in pair if name] == [expected], text
    assert re.findall("TEMP B-TREE|Sort", text) == [], text


@pytest.mark.parametrize(("dataset", "sort", "language"), SORTS)
def test_many_filtered_records_are_picked_while_the_index_is_walked(rf, dataset, sort, language, monkeypatch):
    monkeypatch.setattr(listings, "FEW", 0)
    make_world()
    with override(language):
        listing = listing_of(dataset, rf, f"sort={sort}&level=municipality")
        (sql,) = statements(lambda: listing.select(0, 25))
        expected = index_of(dataset.view.model, listing.order())
    if connection.vendor == "postgresql":  # read through a cursor of the server
        sql = re.sub(r"^DECLARE .*? FOR ", "", sql)

    assert [name for pair in indexes_used(plan(sql)) for name in pair if name] == [expected]


@pytest.mark.parametrize(("dataset", "sort", "language"), SORTS)
def test_few_filtered_records_are_read_by_their_ids(rf, dataset, sort, language):
    make_world()
    with override(language):
        listing = listing_of(dataset, rf, f"sort={sort}&level=municipality")
        (sql,) = statements(lambda: listing.select(0, 25))
    text = plan(sql)

    assert re.findall(r"^SCAN \w+$|Seq Scan", text, re.MULTILINE) == [], text


@pytest.mark.parametrize("rows", [tie_rows, place_rows])
def test_records_of_a_page_are_found_without_reading_a_table_through(rows):
    world = make_world()
    ids = [tie.pk for tie in world.ties] if rows is tie_rows else [world.kobe.pk, world.ohio.pk]
    (sql,) = statements(lambda: rows(ids))
    text = plan(sql)

    assert re.findall(r"^SCAN \w+$|Seq Scan", text, re.MULTILINE) == [], text


@pytest.mark.parametrize("dataset", LARGE, ids=lambda dataset: dataset.key)
def test_page_reads_no_table_through_once_the_index_is_built(client, dataset):
    """All that a second query string asks: the version and the ids, for the rows are kept."""
    make_world()
    client.get(reverse(dataset.key))
    asked = statements(lambda: client.get(reverse(dataset.key), {"level": "municipality"}))

    assert len(asked) == 2
    for sql in asked[1:]:
        text = plan(re.sub(r"^DECLARE .*? FOR ", "", sql))
        assert re.findall(r"^SCAN \w+$|Seq Scan", text, re.MULTILINE) == [], text
