"""What follows from the columns of an event: its state on a day, its moments, whether it lies in a month."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError

from events.models import Event
from tests.factories import make_event, make_organization, make_place, make_program

pytestmark = pytest.mark.django_db


# State ---------------------------------------------------------------------------------------------------------------

#: start, end, the last day on which it may still take place.
SPANS = [
    ("2026-11-22", "", "2026-11-22"),
    ("2026-11-20", "2026-11-22", "2026-11-22"),
    ("2026-11", "", "2026-11-30"),
    ("2026-10-30", "2026-11", "2026-11-30"),
    ("2026", "", "2026-12-31"),
    ("2026-02-01", "2026", "2026-12-31"),
    ("2028-02", "", "2028-02-29"),
    ("2027-02", "", "2027-02-28"),
    ("2026-12", "", "2026-12-31"),
]


def day_after(text):
    return date.fromordinal(date.fromisoformat(text).toordinal() + 1).isoformat()


@pytest.mark.parametrize(("start", "end", "last"), SPANS)
def test_event_is_coming_until_its_last_day_is_over(start, end, last):
    event = make_event(start=start, end=end)

    with time_machine.travel(f"{last}T23:59:59Z"):
        assert (event.is_past, event.state) == (False, "coming")
    with time_machine.travel(f"{day_after(last)}T00:00:00Z"):
        assert (event.is_past, event.state) == (True, "unknown")


@time_machine.travel("2026-11-21T15:30:00Z")
def test_today_is_that_of_the_portal(settings):
    event = make_event(start="2026-11-21")

    assert event.is_past is False
    settings.TIME_ZONE = "Asia/Tokyo"
    assert event.is_past is True


@pytest.mark.parametrize(
    ("fields", "before", "after"),
    [
        ({}, "coming", "unknown"),
        ({"outcome": "held"}, "held", "held"),
        ({"status": "cancelled"}, "cancelled", "cancelled"),
        ({"status": "postponed"}, "postponed", "postponed"),
        ({"status": "rescheduled"}, "coming", "unknown"),
        ({"start": ""}, "unknown", "unknown"),
        ({"start": "", "status": "cancelled"}, "cancelled", "cancelled"),
        ({"start": "", "outcome": "held"}, "held", "held"),
    ],
)
def test_state_before_and_after_the_day(fields, before, after):
    event = make_event(**{"start": "2026-11-22"} | fields)

    with time_machine.travel("2026-11-22T12:00:00Z"):
        assert event.state == before
    with time_machine.travel("2026-11-23T12:00:00Z"):
        assert event.state == after


@pytest.mark.parametrize("day", ["2019-03-01", ""])
def test_state_is_said_in_words(day):
    event = make_event(start=day)

    assert event.state_label == "Announced; outcome unknown"


@pytest.mark.parametrize(
    ("number", "qualifier", "said"),
    [
        (250, "over", "more than 250"),
        (1200, "exact", "1,200"),
        (20, "about", "about 20"),
        (0, "exact", "0"),
        (None, "exact", ""),
    ],
)
def test_attendance_is_said_as_precisely_as_the_source_says_it(number, qualifier, said):
    assert make_event(attendance=number, attendance_qualifier=qualifier).attendance_label == said


# Moments -------------------------------------------------------------------------------------------------------------


def test_event_with_times_has_moments_in_its_zone():
    event = make_event(start="2019-03-10", start_time=time(9), end_time=time(17, 30), time_zone="America/Chicago")

    assert event.starts_at == datetime(2019, 3, 10, 14, tzinfo=UTC)  # summer time since that night
    assert event.ends_at == datetime(2019, 3, 10, 22, 30, tzinfo=UTC)


def test_event_over_midnight_ends_on_its_last_day():
    event = make_event(
        start="2019-12-31", end="2020-01-01", start_time=time(22), end_time=time(1), time_zone="Asia/Tokyo"
    )

    assert event.ends_at == datetime(2019, 12, 31, 16, tzinfo=UTC)


def test_event_without_times_has_no_moments():
    assert (make_event().starts_at, make_event().ends_at) == (None, None)


@pytest.mark.parametrize("zone", ["Mars/Phobos", "JST", "+09:00", "../../etc/passwd", "asia/tokyo", "a" * 40])
def test_unknown_time_zone_is_refused_in_words(zone):
    event = make_event(start="2019-03-01")
    event.start_time, event.time_zone = time(9), zone

    with pytest.raises(ValidationError) as caught:
        event.full_clean()

    assert caught.value.message_dict == {"time_zone": ["This is no time zone of the IANA list, e.g. Asia/Tokyo."]}


# Identity in calendars -----------------------------------------------------------------------------------------------


def test_every_event_has_an_identifier_of_its_own():
    assert make_event().uid != make_event().uid


def test_identifier_outlives_every_edit():
    event = make_event("Symposium", start="2019-03")
    uid = event.uid
    event.name_en, event.slug, event.start, event.status = "Renamed", "renamed", "2020", "postponed"
    event.save()

    assert Event.objects.get(pk=event.pk).uid == uid


# In a month ----------------------------------------------------------------------------------------------------------

#: start, end -> the months from December 2019 to June 2020 in which a day of it may lie.
MONTHS = [
    ("2020-02-01", "", ["2020-02"]),
    ("2020-02-29", "", ["2020-02"]),
    ("2020-01-31", "2020-02-01", ["2020-01", "2020-02"]),
    ("2019-12-01", "2020-06-30", ["2019-12", "2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-06"]),
    ("2020-02", "", ["2020-02"]),
    ("2020-02", "2020-03", ["2020-02", "2020-03"]),
    ("2020-02-28", "2020-03", ["2020-02", "2020-03"]),
    ("2020-02", "2020-03-05", ["2020-02", "2020-03"]),
    ("2020", "", ["2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-06"]),
    ("2019", "", ["2019-12"]),
    ("2019", "2020-01", ["2019-12", "2020-01"]),
    ("2020-05-03", "2020", ["2020-05", "2020-06"]),
    ("2020", "2020-02", ["2020-01", "2020-02"]),
    ("2019-11-30", "", []),
    ("2020-07-01", "", []),
    ("2021", "", []),
    ("", "", []),
]


def ends_of(month):
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


@pytest.mark.parametrize(("start", "end", "months"), MONTHS)
def test_event_lies_in_the_months_of_which_a_day_may_be_its_own(start, end, months):
    event = make_event(start=start, end=end)
    asked = ["2019-12", "2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-06"]

    assert [month for month in asked if event in Event.objects.between(*ends_of(month))] == months


# Search --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Symposium", "シンポジウム", "San Antonio", "Sister Cities", "Exchange", "texas symposium"]
)
def test_event_is_found_by_its_own_name_and_by_what_it_belongs_to(text):
    place = make_place(name_en="San Antonio, Texas")
    event = make_event(
        "Texas Symposium",
        name_ja="テキサスシンポジウム",
        place=place,
        organizers=[make_organization("Sister Cities International")],
        program=make_program(name_en="Exchange Program"),
    )
    make_event("Another", place=make_place())

    assert list(Event.objects.search(text)) == [event]


def test_event_is_not_found_by_an_organizer_that_the_public_cannot_see():
    make_event("Symposium", organizers=[make_organization("Secret Society", publication="draft")])

    assert list(Event.objects.search("Secret")) == []


def test_newest_first_leaves_the_undated_last():
    events = [make_event(start=start) for start in ("", "2019-03-01", "2019-03", "2019", "2020-01", "2018-12-31")]

    assert [event.start for event in Event.objects.newest()] == [
        "2020-01",
        "2019-03-01",
        "2019-03",
        "2019",
        "2018-12-31",
        "",
    ]
    assert len(events) == 6
