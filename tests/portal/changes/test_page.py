"""What changed in the public directory: what is told, what never is, and what it costs."""

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from organizations.models import Organization
from partnerships.models import Partnership, Party, Place
from sistercities.curation.history import record_changes, record_creation
from sistercities.portal import changes_reading
from tests.factories import (
    make_act,
    make_citation,
    make_organization,
    make_partnership,
    make_place,
    make_source,
)
from tests.pages import Page, words

from .reading import change, show, told

pytestmark = pytest.mark.django_db


def test_change_of_a_fact_is_told_in_words_with_both_values(client, tie, clock):
    clock()
    change(tie, established="1957-10-22", status="in_force")
    page = told(client, f"?record=partnerships/{tie.pk}")

    assert "Established: 22 October 1957 (before: 1957)" in page
    assert "Status: in force (before: presumed in force)" in page
    assert "1 May 2026" in page
    assert tie.get_absolute_url() in Page(show(client)).links


def test_change_of_a_fact_is_told_in_japanese(client, tie, clock):
    clock()
    change(tie, established="1957-10-22")

    assert "1957年10月22日（昭和32年）" in told(client, language="ja")


def test_newest_stand_first_by_day(client, tie, clock):
    clock(86_400)
    change(tie, designation_en="First")
    clock(86_400)
    change(tie, designation_en="Second")
    text = told(client)

    assert (
        text.index("3 May 2026")
        < text.index("Second (before: First)")
        < text.index("2 May 2026")
        < text.index("First (new)")
    )


def test_new_claim_is_told_with_its_source(client, tie, clock):
    clock()
    make_citation(tie, "established", "1957-10-22", source=make_source(title_en="Handbook of 1958"))
    page = told(client)

    assert "claim of a source added" in page
    assert "Claim of a source: established, 1957-10-22, Handbook of 1958, accepted (new)" in page


def test_rows_of_a_record_are_told(client, tie, clock):
    clock()
    make_act(tie, date="1957-10-21")
    clock()
    party = Party.objects.create(partnership=tie, place=make_place(name_en="Tacoma"), position=3)
    page = told(client)
    clock()
    party.delete()

    assert "Act: signing, 21 October 1957 (new)" in page
    assert "Party: Tacoma (new)" in page
    assert "Party: Tacoma (removed)" in told(client)


def test_what_one_second_brought_is_one_entry(client, clock):
    for _number in range(25):
        make_partnership()
    page = told(client, "?dataset=partnerships")

    assert page.count("25 partnerships were recorded") == 1
    assert "and 5 more: the whole list" in page


def test_bulk_history_is_one_entry_and_its_rows_are_part_of_it(client, clock):
    ties = [make_partnership() for _number in range(3)]
    for model in (Partnership, Party):
        model.history.all().delete()
        record_creation(model, after=0, reason="seed")
        clock(5)  # the tables are written one after the other
    page = told(client, "?dataset=partnerships")

    assert page.count("partnerships were") == 1
    assert "3 partnerships were recorded" in page
    assert "With the first data of the directory" in page
    assert len(ties) == 3


def test_entries_of_more_rows_than_are_read_say_so(client, clock, monkeypatch):
    monkeypatch.setattr(changes_reading, "WINDOW", 4)
    monkeypatch.setattr(changes_reading, "MOST", 10)
    older = make_partnership()
    clock()
    for _number in range(12):
        make_partnership()
    clock()
    change(older, established="1960")
    page = told(client, "?dataset=partnerships")

    assert "more than 10 partnerships were recorded" in page.lower()
    assert "Established: 1960 (new)" in page


def test_dataset_filter(client, tie, clock):
    clock()
    change(make_organization("Society", slug="society"), name_en="Society of Friends")

    assert "Society" not in told(client, "?dataset=partnerships")
    assert "Society" in told(client, "?dataset=organizations")


def test_one_record(client, tie, clock):
    other = make_partnership()
    clock()
    change(tie, established="1958")
    change(other, established="1961")

    assert "1958" in told(client, f"?record=partnerships/{tie.pk}")
    assert "1961" not in told(client, f"?record=partnerships/{tie.pk}")


def test_pages_go_on_without_a_gap_or_a_double(client, tie, clock):
    for number in range(70):
        clock()
        change(tie, designation_en=f"Name {number:02}")
    seen, address = [], "/en/changes/"
    while address:
        cache.clear()
        response = client.get(address)
        seen += re.findall(r"Name (\d\d) \(", words(response))
        address = response.context["older_url"]

    assert seen == [f"{number:02}" for number in reversed(range(70))]


def test_windows_that_end_within_a_second_lose_nothing(client, tie, clock, monkeypatch):
    monkeypatch.setattr(changes_reading, "WINDOW", 3)
    for number in range(20):
        clock(1 if number % 2 else 60)
        change(tie, designation_en=f"Name {number:02}")
        change(make_place(), population=number)
    seen, address = [], "/en/changes/?dataset=partnerships"
    while address:
        cache.clear()
        response = client.get(address)
        seen += re.findall(r"Name (\d\d) \(", words(response))
        address = response.context["older_url"]

    assert seen == [f"{number:02}" for number in reversed(range(20))]


# Bad parameters, and what it costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=99999-01-01T00:00:00Z",
        "before=2026-13-01T00:00:00Z",
        "before=2026-01-01",
        "before=%00",
        "dataset=nothing",
        "record=x",
        "record=nothing/1",
        "record=partnerships/0",
        "record=partnerships/99999999999999999999999",
        "record=partnerships/999999",
        "record=partnerships/%D9%A1",
    ],
)
def test_nonsense_is_answered_in_words(client, query):
    name = query.partition("=")[0]
    page = show(client, f"?{query}")
    answer = client.get(f"/en/changes.atom?{query}")

    assert "This address cannot be read" in words(page)
    assert (answer.status_code, answer.content.decode().partition(":")[0]) == (400, name)


@pytest.mark.parametrize("before", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_moments_at_the_ends_of_the_calendar(client, tie, before):
    show(client, f"?before={before}")


def test_hidden_record_and_none_get_the_same_answer(client):
    hidden = make_organization("Hidden", publication="draft")
    answers = [told(client, f"?record=organizations/{number}") for number in (hidden.pk, 999_999)]

    assert answers[0] == answers[1]


@pytest.mark.parametrize("changes", [1, 20])
@pytest.mark.parametrize(
    ("query", "statements"), [("", 31), ("?dataset=partnerships", 10), ("?before=2030-01-01T00:00:00Z", 31)]
)
def test_page_takes_as_many_statements_for_one_change_as_for_many(
    client, tie, clock, changes, query, statements, django_assert_num_queries
):
    for number in range(changes):
        clock()
        change(tie, designation_en=f"Name {number}")
        make_citation(tie, "kind", "sister_city")
    cache.clear()
    with django_assert_num_queries(statements):
        client.get(f"/en/changes/{query}")
    with django_assert_num_queries(1):
        client.get(f"/en/changes/{query}")


def test_many_rows_of_one_second_take_a_bounded_number_of_statements(
    client, clock, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(changes_reading, "WINDOW", 5)
    ids = [make_partnership().pk for _number in range(8)]
    for _number in range(10):
        clock()
        record_changes(Partnership, ids, reason="again")
    with django_assert_max_num_queries((2 * changes_reading.ROUNDS + 1) * len(changes_reading.tables()) + 20):
        client.get("/en/changes/")


@pytest.mark.parametrize("dataset", ["partnerships", "places"])
def test_histories_are_read_by_an_index(dataset):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for table in changes_reading.tables(dataset):
        for rows in (table.rows().filter(history_date__lt=now)[:100], table.rows(5)[:100]):
            plan = rows.explain().lower()
            assert not re.search(r"\bscan \w+(?! using)\b", plan) or "postgres" in plan or "cost=" in plan, plan


def test_root_records_of_every_dataset_are_read():
    assert {table.model for table in changes_reading.tables()} >= {Partnership, Party, Place, Organization}
