"""One contract for every list of the registry: a new one is tested without anyone writing a test. Here: which rows, in which order."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sistercities.core.models import DataVersion

from .reading import FORMATS, FORMS, READERS, count_of, html_of, queries

pytestmark = pytest.mark.django_db


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
