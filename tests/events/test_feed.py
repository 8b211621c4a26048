"""The feed for calendar programs, read by the parser that they use: the same events as the list, whatever is in them."""

import json
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from events.actions import revise
from events.models import Event
from sistercities.core.models import public_change
from sistercities.curation.actions import withdraw
from tests.factories import make_country, make_event, make_japan, make_place, make_region
from tests.world import make_world

pytestmark = pytest.mark.django_db

FEED = "/calendar/events.ics"
MONTH_ONLY = "The source gives the month only."


@pytest.fixture
def feed(client):
    """The feed of a query, parsed; it is made anew."""

    def get(query="", **headers):
        cache.clear()
        response = client.get(f"{FEED}?{query}" if query else FEED, headers=headers)
        assert response.status_code == 200, response.content
        return icalendar.Calendar.from_ical(response.content)

    return get


@pytest.fixture
def only(feed):
    """The one event of the feed."""

    def get(query="", **headers):
        (found,) = feed(query, **headers).walk("VEVENT")
        return found

    return get


def names(calendar):
    return [str(event["summary"]) for event in calendar.walk("VEVENT")]


def edit(event, **fields):
    """As a curator saves it."""
    for name, value in fields.items():
        setattr(event, name, value)
    with public_change():
        revise(event)
        event.save()


# What is in it -------------------------------------------------------------------------------------------------------


def test_empty_feed_is_a_calendar(feed):
    calendar = feed()

    assert (calendar.walk("VEVENT"), str(calendar["name"])) == ([], "Events of sister cities")


def test_events_stand_in_the_order_of_time(feed):
    for start in ("2020-01-02", "2019-03", "2019-02-28"):
        make_event(start, start=start)

    assert names(feed()) == ["2019-02-28", "2019-03", "2020-01-02"]


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_events_are_not_there(feed, publication):
    make_event(publication=publication)

    assert names(feed()) == []


@pytest.mark.parametrize(
    "fields",
    [{"start": ""}, {"start": "2020"}, {"start": "2020", "end": "2020-05"}, {"start": "2020-05-01", "end": "2020"}],
)
def test_event_of_which_no_month_is_known_is_left_out(feed, fields):
    make_event(**fields)

    assert names(feed()) == []


@pytest.mark.parametrize(
    "fields",
    [{"start": "9999-12-31"}, {"start": "2020-01-01", "end": "9999-12"}, {"start": "0001-01-01"}, {"start": "1899-12"}],
)
def test_event_in_a_year_that_is_a_slip_does_not_break_the_others(feed, fields):
    make_event("Sound", start="2020-01-01")
    make_event("Slip", **fields)

    assert names(feed()) == ["Sound"]


def test_day_is_all_day_and_ends_the_day_after(only):
    make_event(start="2019-03-01", end="2019-03-03")
    found = only()

    assert (found["dtstart"].dt, found["dtend"].dt) == (date(2019, 3, 1), date(2019, 3, 4))
    assert (found["status"], "description" in found) == ("CONFIRMED", False)


@pytest.mark.parametrize(
    ("start", "end", "first", "after"),
    [
        ("2019-03", "", date(2019, 3, 1), date(2019, 4, 1)),
        ("2019-12", "2020-01", date(2019, 12, 1), date(2020, 2, 1)),
        ("2019-02-27", "2019-03", date(2019, 2, 27), date(2019, 4, 1)),
    ],
)
def test_month_is_tentative_and_says_that_no_day_is_known(only, start, end, first, after):
    make_event(start=start, end=end, description_en="A summit.")
    found = only()

    assert (found["dtstart"].dt, found["dtend"].dt) == (first, after)
    assert (found["status"], found["description"]) == ("TENTATIVE", f"{MONTH_ONLY}\nA summit.")


def test_times_name_their_zone_which_is_described(feed):
    make_event(start="2019-03-10", start_time=time(9), end_time=time(17), time_zone="America/Chicago")
    calendar = feed()
    (found,), (zone,) = calendar.walk("VEVENT"), calendar.walk("VTIMEZONE")
    chicago = ZoneInfo("America/Chicago")

    assert found["dtstart"].dt == datetime(2019, 3, 10, 9, tzinfo=chicago)
    assert found["dtend"].dt == datetime(2019, 3, 10, 17, tzinfo=chicago)
    assert found["dtstart"].params["TZID"] == zone["tzid"] == "America/Chicago"
    assert found["dtstart"].dt.utcoffset() == timedelta(hours=-5)


def test_event_of_one_day_without_an_end_has_only_its_beginning(only):
    make_event(start="2019-03-10", start_time=time(9), time_zone="Asia/Tokyo")
    found = only()

    assert (found["dtstart"].dt.hour, "dtend" in found) == (9, False)


def test_event_of_several_days_without_a_time_of_its_end_is_shown_on_all_of_them(only):
    make_event(start="2019-03-10", end="2019-03-12", start_time=time(9), time_zone="Asia/Tokyo")
    found = only()

    assert (found["dtstart"].dt, found["dtend"].dt) == (date(2019, 3, 10), date(2019, 3, 13))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("scheduled", "CONFIRMED"),
        ("rescheduled", "CONFIRMED"),
        ("postponed", "TENTATIVE"),
        ("cancelled", "CANCELLED"),
    ],
)
def test_status_of_an_event(only, status, said):
    make_event(status=status)

    assert only()["status"] == said


def test_cancelled_event_stays_to_tell_those_who_have_it(feed, only):
    event = make_event("Summit", start="2020-04-01")
    before = only()
    edit(event, status="cancelled")
    after = only()

    assert (after["uid"], after["status"]) == (before["uid"], "CANCELLED")
    assert after["sequence"] == before["sequence"] + 1


def test_identifier_stays_and_the_text_is_known_to_be_newer(only):
    event = make_event("Symposium", start="2019-03")
    before = only()
    edit(event, name_en="Leadership Symposium", slug="leadership", start="2019-03-21")
    after = only()

    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["last-modified"].dt >= before["last-modified"].dt
    assert (str(after["summary"]), after["dtstart"].dt) == ("Leadership Symposium", date(2019, 3, 21))


def test_edit_that_no_calendar_shows_keeps_the_sequence(only):
    event = make_event()
    edit(event, attendance=300, staff_note="called them")

    assert only()["sequence"] == 0


def test_withdrawn_event_goes(feed):
    make_event("Summit")
    assert names(feed()) == ["Summit"]
    withdraw(Event.objects.all())

    assert names(feed()) == []


def test_place_and_address_are_told(only, settings):
    settings.SITE_URL = "https://sister.example"
    make_event(
        start="2019-03", slug="symposium", venue="Hall, room 2", place=make_place(name_en="San Antonio", latitude=29.4, longitude=-98.5)
    )  # fmt: skip
    found = only()

    assert str(found["location"]) == "Hall, room 2, San Antonio"
    assert (found["geo"].latitude, found["geo"].longitude) == (29.4, -98.5)
    assert found["url"] == "https://sister.example/en/events/symposium/"


def test_place_without_a_position_has_no_geo(only):
    make_event(place=make_place(name_en="Nowhere", latitude=None, longitude=None))

    assert "geo" not in only()


@pytest.mark.parametrize(
    "text",
    [
        "first\nsecond",
        'a, b; c\\d : "e"',
        "END:VEVENT\nBEGIN:VEVENT\nUID:another",
        "👩‍👩‍👧‍👦 長崎 🇯🇵" * 20,
        "x" * 10_000,
        "<b>bold</b> & more",
    ],
    ids=["lines", "signs", "injection", "emoji", "long", "markup"],
)
def test_hostile_text_stays_text(only, text):
    make_event(text[:250], description_en=text, venue=text[:200])
    found = only()

    assert str(found["description"]) == text
    assert (str(found["summary"]), str(found["location"])) == (text[:250], text[:200])


def test_carriage_returns_begin_no_line(feed):
    make_event("Summit\r\nSTATUS:CANCELLED\rEND:VEVENT", description_en="one\r\n\r\nUID:two")
    (found,) = feed().walk("VEVENT")

    assert (found["status"], str(found["summary"])) == ("CONFIRMED", "Summit\nSTATUS:CANCELLED\nEND:VEVENT")


# Language ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "accepted", "name"),
    [
        ("lang=ja", "en", "シンポジウム"),
        ("lang=en", "ja", "Symposium"),
        ("", "ja", "シンポジウム"),
        ("", "", "Symposium"),
        ("lang=xx", "en", "Symposium"),
        ("lang=", "ja", "シンポジウム"),
        ("lang=en&lang=ja", "en", "シンポジウム"),
    ],
)
def test_feed_speaks_the_language_that_is_asked_for(client, query, accepted, name):
    make_event(
        "Symposium", name_ja="シンポジウム", slug="symposium", place=make_place(name_en="Kobe", name_ja="神戸市")
    )
    response = client.get(f"{FEED}?{query}", headers={"accept-language": accepted})
    (found,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    language = "ja" if name == "シンポジウム" else "en"

    assert str(found["summary"]) == name
    assert str(found["location"]) == ("神戸市" if language == "ja" else "Kobe")
    assert found["url"].endswith(f"/{language}/events/symposium/")
    assert response["Content-Language"] == language


def test_languages_are_kept_apart_by_those_who_store_answers(client):
    make_event()
    english = client.get(FEED, headers={"accept-language": "en"})
    japanese = client.get(FEED, headers={"accept-language": "ja"})

    assert english["ETag"] != japanese["ETag"]
    assert english["Vary"].split(", ").count("Accept-Language") == 1


def test_name_without_a_translation_is_told_in_the_other_language(only):
    Event.objects.filter(pk=make_event(name_ja="祭り").pk).update(name_en="")

    assert str(only("lang=en")["summary"]) == "祭り"


# Filters -------------------------------------------------------------------------------------------------------------


def test_filters_are_those_of_the_list(feed):
    texas = make_region(make_country(code_scheme="iso-3166-1", code="US"), code_scheme="iso-3166-2", code="US-TX")
    make_event("In Texas", place=make_place(texas))
    make_event("In Japan", place=make_place(country=make_japan()), status="cancelled")
    make_event("Online")

    assert sorted(names(feed())) == ["In Japan", "In Texas", "Online"]
    assert names(feed("country=US")) == ["In Texas"]
    assert sorted(names(feed("country=US&country=JP"))) == ["In Japan", "In Texas"]
    assert names(feed("state=US-TX&lang=ja")) == ["In Texas"]
    assert names(feed("status=cancelled")) == ["In Japan"]
    assert names(feed("q=texas")) == ["In Texas"]
    assert names(feed("country=US&status=cancelled")) == []


@time_machine.travel("2026-11-22")
def test_coming_events_alone_can_be_subscribed(feed):
    make_event("Past", start="2026-11-21")
    make_event("Today", start="2026-11-22")
    make_event("This month", start="2026-11")
    make_event("Next", start="2027-01-05")

    assert sorted(names(feed("when=coming"))) == ["Next", "This month", "Today"]


def test_every_event_is_there_and_not_one_page_of_them(feed):
    for number in range(30):
        make_event(start=f"2020-01-{number + 1:02}")

    assert len(names(feed())) == len(names(feed("page=2"))) == 30


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("country=Atlantis", "country"),
        ("country=US", "country"),
        ("status=past", "status"),
        ("when=soon", "when"),
        ("place=here", "place"),
        ("place=0", "place"),
        ("place=99999999999999999999", "place"),
        ("q=" + "x" * 201, "q"),
        ("q=%00", "q"),
        ("sort=nonsense", "sort"),
        ("page=0", "page"),
        ("organizer=nobody", "organizer"),
    ],
)
def test_bad_parameter_is_refused_in_words(client, query, name):
    """No place of the United States is in this directory, so that its code is as unknown as another."""
    make_event()
    response = client.get(f"{FEED}?{query}")

    assert (response.status_code, response["Content-Type"]) == (400, "application/json")
    assert list(json.loads(response.content)["errors"]) == [name]
    assert response.has_header("ETag") is False


def test_unknown_parameter_is_ignored(feed):
    make_event("Summit")

    assert names(feed("utm_source=mail&country=")) == ["Summit"]


def test_link_of_the_list_leads_to_the_same_events(client, feed):
    world = make_world()
    for query in ("", "country=US", "status=cancelled&sort=name", f"place={world.seattle.pk}"):
        page = client.get(f"{reverse('events')}?{query}")
        (link,) = {found for found in page.content.decode().split('"') if found.startswith(FEED)}
        events = {event["id"]: event for event in client.get(f"/data/events.json?{query}").json()["results"]}
        with_a_month = {event["uid"] for event in events.values() if len(event["start"]) > 4}

        calendar = feed(link.partition("?")[2].replace("&amp;", "&"))
        assert {str(event["uid"]) for event in calendar.walk("VEVENT")} == with_a_month, query


# Headers and cost ----------------------------------------------------------------------------------------------------


def test_feed_has_the_headers_of_open_data(client):
    response = client.get(FEED)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response["Link"] == '<https://creativecommons.org/licenses/by-sa/4.0/>; rel="license"'
    assert response["Content-Disposition"] == 'inline; filename="events.ics"'


def test_known_feed_is_not_sent_again_until_something_changes(client):
    make_event()
    etag = client.get(FEED)["ETag"]

    assert client.get(FEED, headers={"if-none-match": etag}).status_code == 304
    make_event()
    assert client.get(FEED, headers={"if-none-match": etag}).status_code == 200


def test_feed_belongs_to_its_day(client):
    """What is coming is past after midnight."""
    make_event(start="2026-11-22")
    with time_machine.travel("2026-11-22T23:59:00Z"):
        before = client.get(f"{FEED}?when=coming")
    with time_machine.travel("2026-11-23T00:01:00Z"):
        after = client.get(f"{FEED}?when=coming", headers={"if-none-match": before["ETag"]})

    assert (before.content.count(b"BEGIN:VEVENT"), after.status_code) == (1, 200)
    assert after.content.count(b"BEGIN:VEVENT") == 0


def test_feed_is_only_read(client):
    assert client.post(FEED).status_code == 405


@pytest.mark.parametrize("events", [1, 3])
def test_feed_takes_as_many_statements_for_one_event_as_for_three(client, events, django_assert_num_queries):
    for _number in range(events):
        make_event(place=make_place(), start_time=time(9), time_zone="Asia/Tokyo")

    with django_assert_num_queries(4):
        client.get(FEED)
