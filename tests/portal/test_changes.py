"""What changed in the public directory: what is told, what never is, and what it costs."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.cache import cache

from organizations.models import Organization
from partnerships.models import Partnership, Party, Place
from sistercities.core.models import public_change
from sistercities.curation import actions
from sistercities.curation.doors import public_reason
from sistercities.curation.history import record_changes, record_creation
from sistercities.portal import changes_reading
from tests.factories import (
    make_act,
    make_citation,
    make_contact_desk,
    make_organization,
    make_partnership,
    make_place,
    make_source,
    make_user,
)
from tests.pages import Page, words

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
START = datetime(2026, 5, 1, 9, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    """Every test begins at one moment; `clock(seconds)` goes on, so that what follows is another entry."""
    with time_machine.travel(START, tick=False) as moment:
        yield lambda seconds=60: moment.shift(timedelta(seconds=seconds))


@pytest.fixture
def tie():
    return make_partnership(make_place(name_en="Kobe"), make_place(name_en="Seattle"), established="1957")


def change(record, *, reason=None, user=None, **values):
    for name, value in values.items():
        setattr(record, name, value)
    record._change_reason, record._history_user = reason, user
    with public_change():
        record.save()


def show(client, query="", language="en"):
    cache.clear()
    response = client.get(f"/{language}/changes/{query}")
    assert response.status_code == 200
    return response


def entries(client, query="", language="en"):
    """Each entry as text."""
    found = show(client, query, language).content.decode().partition('class="plain changes"')[2]
    found = re.split(r"</main>", found)[0]
    texts = [re.sub(r"<[^>]*>", " ", part) for part in re.split(r"<time[^>]*>", found)]
    return [" ".join(text.split()) for text in texts]


def told(client, query="", language="en"):
    """The words of the whole page without its frame."""
    text = show(client, query, language).content.decode()
    main = text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main.partition("</form>")[2]).split())


# What is told --------------------------------------------------------------------------------------------------------


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


# What is never told --------------------------------------------------------------------------------------------------


def test_no_account_and_no_word_of_staff_is_shown(client, tie, clock):
    user = make_user("superuser", username="tanaka.secret", first_name="Hanako", email="tanaka@example.org")
    clock()
    change(tie, user=user, reason="Mr Suzuki telephoned", established="1959", staff_note="ask the mayor's aide")
    clock()
    actions.withdraw(Partnership.objects.filter(pk=make_partnership().pk), user=user, reason="quarrel with Mr Suzuki")
    for path in ("/en/changes/", "/ja/changes/", "/en/changes.atom", "/en/"):
        cache.clear()
        text = client.get(path).content.decode()
        assert [word for word in ("tanaka", "Hanako", "Suzuki", "mayor's aide", "superuser") if word in text] == []


def test_change_of_a_staff_note_alone_is_no_entry(client, tie, clock):
    clock()
    change(tie, staff_note="secret")

    assert "record changed" not in told(client)


def test_form_of_reasons_that_may_be_said():
    assert public_reason("seed") == "With the first data of the directory"
    assert public_reason("Import 12: tanaka's list.xlsx") == "Import 12"
    assert public_reason("取り込み12：田中.xlsx") == "Import 12"
    assert public_reason("Import 12 taken back: Mr Suzuki asked") == "Import 12 was taken back"
    assert public_reason("Mr Suzuki: Import 12: x") == ""


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_records_are_not_named(client, clock, publication):
    hidden = make_organization("Hidden Society", publication=publication)
    clock()
    change(hidden, name_en="Hidden Club", founded="1950")
    clock()
    make_citation(hidden, "name", "Hidden Claim")
    for path in ("/en/changes/", "/en/changes.atom"):
        cache.clear()
        text = client.get(path).content.decode()
        assert [word for word in ("Hidden", "1950", hidden.slug) if word in text] == []


def test_withdrawal_names_no_record(client, clock):
    gone = make_organization("Gone Society", slug="gone-society")
    clock()
    actions.withdraw(Organization.objects.filter(pk=gone.pk))
    page = told(client)

    assert "1 organization was withdrawn" in page
    assert "Gone" not in show(client).content.decode()
    assert "gone-society" not in show(client).content.decode()


def test_deletion_of_a_public_record_is_a_withdrawal_and_of_a_draft_is_nothing(client, clock):
    public, draft = make_organization("Gone Society"), make_organization("Never Seen", publication="draft")
    clock()
    public.delete()
    clock()
    draft.delete()
    page = told(client)

    assert page.count("was withdrawn") == 1
    assert "Gone" not in page


def test_what_was_corrected_in_a_draft_is_not_told_when_it_is_published(client, clock):
    draft = make_organization("First Wording", publication="draft")
    clock()
    change(draft, name_en="Second Wording")
    clock()
    make_citation(draft, "name", "Claim of a draft")
    clock()
    actions.publish(Organization.objects.filter(pk=draft.pk))
    page = told(client)

    assert "Second Wording recorded in the directory" in page
    assert "First Wording" not in page
    assert "Claim of a draft" not in page
    assert "record changed" not in page


def test_fact_that_points_to_a_hidden_record_does_not_name_it(client, clock):
    part = make_organization("Office")
    clock()
    change(part, parent=make_organization("Hidden Parent", publication="draft"), founded="1950")
    page = told(client)

    assert "Founded: 1950 (new)" in page
    assert "Hidden" not in page


def test_addresses_by_which_somebody_is_reached_are_not_kept_in_public(client, clock):
    desk = make_contact_desk(email="old.person@example.org", telephone="078-000-1111")
    clock()
    change(desk, email="new@example.org", telephone="078-000-2222")
    page = told(client)

    assert "E-mail: changed" in page
    assert [word for word in ("old.person", "078-000-1111") if word in page] == []


def test_columns_that_are_not_published_are_not_told(client, clock):
    organization = make_organization("Society")
    clock()
    change(organization, email_as_given="secret at example", founded="1950")

    assert "secret" not in told(client)


def test_names_are_escaped(client, clock):
    organization = make_organization("Society")
    clock()
    change(organization, name_en="<script>alert(1)</script>")

    assert "<script>alert" not in show(client).content.decode()
    ElementTree.fromstring(client.get("/en/changes.atom").content)


# The feed ------------------------------------------------------------------------------------------------------------


def feed(client, query="", language="en"):
    cache.clear()
    response = client.get(f"/{language}/changes.atom{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def test_feed_is_atom(client, tie, clock):
    clock()
    change(tie, established="1957-10-22", designation_en="A bell \x07 rings")
    root = feed(client)
    entry = root.find(f"{ATOM}entry")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}

    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated") == "2026-05-01T09:01:00Z"
    assert links["self"].endswith("/en/changes.atom")
    assert links["alternate"].endswith("/en/changes/")
    assert root.find(f"{ATOM}author").findtext(f"{ATOM}name")
    assert entry.findtext(f"{ATOM}title") == "Kobe – Seattle: record changed"
    assert "Established: 22 October 1957 (before: 1957)" in entry.findtext(f"{ATOM}content")
    assert entry.find(f"{ATOM}link").get("href").endswith(tie.get_absolute_url())


def test_ids_of_the_feed_are_unique_and_stay(client, tie, clock):
    for year in (1958, 1959, 1960):
        clock()
        change(tie, established=str(year))
    before = [entry.findtext(f"{ATOM}id") for entry in feed(client).findall(f"{ATOM}entry")]
    clock()
    change(tie, established="1961")
    after = [entry.findtext(f"{ATOM}id") for entry in feed(client).findall(f"{ATOM}entry")]

    assert len(set(after)) == len(after)
    assert after[1:] == before
    assert all(found.startswith("tag:") for found in after)
    assert not set(after) & {
        entry.findtext(f"{ATOM}id") for entry in feed(client, language="ja").findall(f"{ATOM}entry")
    }


def test_feed_holds_fifty_entries_at_most(client, tie, clock):
    for number in range(60):
        clock()
        change(tie, designation_en=f"Name {number}")

    assert len(feed(client).findall(f"{ATOM}entry")) == 50


def test_feed_is_not_sent_twice(client, tie):
    first = client.get("/en/changes.atom")

    assert client.get("/en/changes.atom", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get("/en/changes.atom", headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    change(tie, established="1958")
    assert client.get("/en/changes.atom", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["/en/changes/", "/ja/changes/", "/en/"])
def test_feed_is_found_from_the_pages(client, path):
    language = path[1:3]

    assert 'type="application/atom+xml" title=' in client.get(path).content.decode()
    assert f"/{language}/changes/" in Page(client.get(path)).links


def test_feed_of_an_empty_directory(client):
    assert feed(client).findall(f"{ATOM}entry") == []
    assert "Nothing has been recorded yet." in told(client)


# Bad parameters, and what it costs -----------------------------------------------------------------------------------


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
