"""The list of events: the next first, the past kept, and all of it by the date of today."""

import json

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from events.models import Event
from sistercities.core import listings
from tests.factories import make_event, make_organization, make_place, make_program
from tests.pages import Page

pytestmark = pytest.mark.django_db

#: Seen on 22 November 2026, in the order in which they are listed: start, end.
NEXT_FIRST = [
    ("2026", ""),  # may still take place this year
    ("2026-10-01", "2026-11-22"),  # its last day
    ("2026-11", ""),
    ("2026-11-20", "2026-11"),
    ("2026-11-22", ""),
    ("2026-11-23", ""),
    ("2026-12", ""),
    ("2026-12-31", ""),
    ("2027", ""),
    ("2027-01-01", ""),
    ("2099-05-01", ""),
    ("2026-11-21", ""),  # from here on they are over, the latest first
    ("2026-11-01", "2026-11-21"),
    ("2026-10", ""),
    ("2026-01-31", ""),
    ("2025-12-31", ""),
    ("2025", ""),
    ("1957", ""),
    ("", ""),
]
COMING = NEXT_FIRST[:11]


@pytest.fixture
def starts(client):
    """The days of the listed events, in their order, in a form of the list."""

    def get(query="", form="json"):
        cache.clear()
        if form == "page":
            days = {event.url: (event.start, event.end) for event in Event.objects.all()}
            links = Page(client.get(f"{reverse('events')}?{query}")).links
            return [days[link] for link in dict.fromkeys(links) if link in days]
        results = client.get(f"/data/events.json?{query}").json()["results"]
        return [(event["start"], event["end"]) for event in results]

    return get


def make_events(days):
    return [make_event(start=start, end=end) for start, end in days]


@time_machine.travel("2026-11-22T12:00:00Z")
@pytest.mark.parametrize("form", ["json", "page"])
@pytest.mark.parametrize("turn", [1, -1])
def test_next_event_stands_first_and_the_past_is_kept(starts, form, turn):
    make_events(NEXT_FIRST[::turn])

    assert starts(form=form) == NEXT_FIRST


@time_machine.travel("2026-11-22T12:00:00Z")
def test_order_is_the_same_on_a_filtered_list_and_while_an_index_is_walked(starts, monkeypatch):
    make_events(NEXT_FIRST)
    assert starts("status=scheduled&q=event") == NEXT_FIRST

    make_event(status="cancelled")
    assert starts("status=scheduled") == NEXT_FIRST
    monkeypatch.setattr(listings, "FEW", 0)
    assert starts("status=scheduled") == NEXT_FIRST


@time_machine.travel("2026-11-22T12:00:00Z")
def test_coming_past_and_undated_are_told_apart(starts):
    make_events(NEXT_FIRST)

    assert starts("when=coming") == COMING
    assert starts("when=past") == NEXT_FIRST[11:-1]
    assert starts("when=undated") == [("", "")]


@time_machine.travel("2026-11-22T12:00:00Z")
def test_list_and_record_agree_on_what_is_over(starts):
    over = {(event.start, event.end) for event in make_events(NEXT_FIRST) if event.is_past}

    assert set(starts("when=past")) == over


#: Moments around which what is next changes: before, after, and the events that are over after it alone.
MIDNIGHTS = [
    ("2026-11-22T23:59:59Z", "2026-11-23T00:00:00Z", [("2026-10-01", "2026-11-22"), ("2026-11-22", "")]),
    ("2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z", [("2026-11", ""), ("2026-11-20", "2026-11")]),
    ("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", [("2026", ""), ("2026-12", ""), ("2026-12-31", "")]),
    ("2027-12-31T23:59:59Z", "2028-01-01T00:00:00Z", [("2027", "")]),
]


@pytest.mark.parametrize(("before", "after", "over"), MIDNIGHTS)
def test_midnight_moves_what_is_over(client, before, after, over):
    make_events(NEXT_FIRST)
    with time_machine.travel(before):
        early = client.get("/data/events.json?when=coming")
    with time_machine.travel(after):
        late = client.get("/data/events.json?when=coming", headers={"if-none-match": early["ETag"]})

    coming = {(event["start"], event["end"]) for event in early.json()["results"]}
    assert coming - {(event["start"], event["end"]) for event in late.json()["results"]} == set(over)


def test_stored_page_is_made_anew_after_midnight(client):
    make_event("Festival", start="2026-11-22")
    with time_machine.travel("2026-11-22T23:59:00Z"):
        before = client.get(reverse("events"))
        assert client.get(reverse("events"), headers={"if-none-match": before["ETag"]}).status_code == 304
    with time_machine.travel("2026-11-23T00:01:00Z"):
        after = client.get(reverse("events"), headers={"if-none-match": before["ETag"]})

    said = [response.content.decode().partition("<tbody")[2].partition("</tbody>")[0] for response in (before, after)]
    assert [text.count("Coming") for text in said] == [1, 0]
    assert [text.count("Announced; outcome unknown") for text in said] == [0, 1]


@time_machine.travel("2026-11-22T20:00:00Z")
def test_today_is_that_of_the_portal(client, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    make_event(start="2026-11-22")

    assert client.get("/data/events.json?when=past").json()["count"] == 1


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["2026-11-22", "2026-11", "2026", "2019-03-01", ""]),
        ("oldest", ["", "2019-03-01", "2026", "2026-11", "2026-11-22"]),
    ],
)
def test_other_orders_do_not_know_today(starts, sort, expected):
    make_events([(start, "") for start in ("2026-11", "", "2019-03-01", "2026-11-22", "2026")])

    assert [start for start, _end in starts(f"sort={sort}")] == expected


def test_hidden_organizers_and_programs_are_no_options(client):
    make_event(
        organizers=[make_organization("Hidden Society", publication="draft"), make_organization("Open Society")],
        program=make_program(name_en="Hidden Program", publication="review"),
    )
    make_event()

    text = client.get(reverse("events")).content.decode()
    assert (text.count("Hidden"), text.count("Open Society")) == (0, 1)
    assert b"hidden" not in client.get("/data/events.json").content.lower()


@pytest.mark.parametrize("slug", ["hidden-society", "hidden-program"])
def test_hidden_organizers_and_programs_cannot_be_asked_for(client, slug):
    make_event(
        organizers=[make_organization(slug="hidden-society", publication="draft")],
        program=make_program(slug="hidden-program", publication="draft"),
    )
    name = slug.rpartition("-")[2].replace("society", "organizer")

    assert client.get(f"/data/events.json?{name}={slug}").status_code == 400


def test_list_of_a_place_says_its_name(client):
    kobe = make_place(name_en="Kobe")
    make_event(place=kobe)
    make_event(place=make_place())

    assert Page(client.get(reverse("events"), {"place": kobe.pk})).text("h1") == "1 event in Kobe"


def test_files_hold_the_times_and_only_published_relations(client):
    event = make_event(
        start="2019-03-10", start_time="09:00", end_time="17:30", time_zone="America/Chicago", attendance=250, attendance_qualifier="over",
        organizers=[make_organization(slug="open"), make_organization(slug="closed", publication="draft")],
    )  # fmt: skip
    (found,) = json.loads(client.get("/data/events.json").content)["results"]

    assert (found["start_time"], found["end_time"], found["time_zone"]) == ("09:00", "17:30", "America/Chicago")
    assert (found["attendance"], found["attendance_qualifier"], found["organizers"]) == (250, "over", ["open"])
    assert found["uid"] == str(event.uid)
