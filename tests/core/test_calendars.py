"""Calendar feeds: what they say is what a calendar program reads, whatever the text, the day or the zone."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from sistercities.core.calendars import REFRESH, Entry, calendar, calendar_response

REVISED = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
#: A line of RFC 5545 once it is unfolded: a name, parameters, a value without control characters.
LINE = re.compile(r"[A-Z-]+(?:;[A-Z-]+=[^\x00-\x08\x0a-\x1f\x7f:;]+)*:[^\x00-\x08\x0a-\x1f\x7f]*")
CHICAGO, TOKYO = ZoneInfo("America/Chicago"), ZoneInfo("Asia/Tokyo")


def entry(**fields):
    return Entry(
        **{"uid": "one@example", "summary": "Symposium", "start": date(2019, 3, 1), "revised": REVISED} | fields
    )


def written(*entries, name="Events"):
    return calendar(name, entries).to_ical()


def read(*entries):
    """The events of a feed as the parser of calendar programs finds them."""
    return icalendar.Calendar.from_ical(written(*entries)).walk("VEVENT")


def lines(raw):
    return raw.decode().replace("\r\n ", "").split("\r\n")[:-1]


# The feed ------------------------------------------------------------------------------------------------------------


def test_feed_names_itself_and_how_often_to_ask():
    feed = icalendar.Calendar.from_ical(written(name="姉妹都市の行事"))

    assert (feed["version"], feed["calscale"], feed["method"]) == ("2.0", "GREGORIAN", "PUBLISH")
    assert (feed["name"], feed["x-wr-calname"]) == ("姉妹都市の行事", "姉妹都市の行事")
    assert feed["prodid"]
    assert feed["refresh-interval"].dt == REFRESH
    assert feed.walk("VEVENT") == []


def test_response_is_a_calendar_in_utf_8():
    response = calendar_response("Events", [entry(summary="長崎")], filename="events")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="events.ics"'
    assert response.content.decode().count("SUMMARY:長崎") == 1


def test_every_event_has_what_the_standard_demands():
    for found in read(entry(), entry(uid="two", start=datetime(2019, 3, 1, 9, tzinfo=TOKYO))):
        assert [name for name in ("uid", "dtstamp", "dtstart", "summary") if name not in found] == []


def test_nothing_is_written_of_what_is_not_known():
    (found,) = read(entry())

    assert sorted(found) == [
        "DTSTAMP", "DTSTART", "LAST-MODIFIED", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "UID",
    ]  # fmt: skip


def test_revision_is_told_by_sequence_and_moment():
    (found,) = read(entry(sequence=7))

    assert (found["sequence"], found["last-modified"].dt, found["dtstamp"].dt) == (7, REVISED, REVISED)


@pytest.mark.parametrize("status", ["CONFIRMED", "TENTATIVE", "CANCELLED"])
def test_status_is_written(status):
    assert read(entry(status=status))[0]["status"] == status


def test_nobody_is_busy_because_of_an_event():
    assert read(entry())[0]["transp"] == "TRANSPARENT"


def test_position_and_address_are_written():
    (found,) = read(entry(position=(34.69, -118.25), url="https://example.org/en/events/a/?b=1,2;c"))

    assert (found["geo"].latitude, found["geo"].longitude) == (34.69, -118.25)
    assert found["url"] == "https://example.org/en/events/a/?b=1,2;c"


# Days ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "end"),
    [
        (date(2019, 3, 1), date(2019, 3, 1), date(2019, 3, 2)),
        (date(2019, 3, 1), date(2019, 3, 31), date(2019, 4, 1)),
        (date(2019, 12, 30), date(2019, 12, 31), date(2020, 1, 1)),
        (date(2020, 2, 28), date(2020, 2, 29), date(2020, 3, 1)),
    ],
)
def test_end_of_days_is_the_day_after(first, last, end):
    (found,) = read(entry(start=first, end=last))

    assert (found["dtstart"].dt, found["dtend"].dt) == (first, end)
    assert (found["dtstart"].params["VALUE"], found["dtend"].params["VALUE"]) == ("DATE", "DATE")


def test_days_name_no_zone():
    assert written(entry(end=date(2019, 3, 3))).count(b"TZID") == 0


# Moments -------------------------------------------------------------------------------------------------------------

MOMENTS = [
    datetime(2019, 3, 1, 9, 0, tzinfo=TOKYO),
    datetime(2019, 3, 9, 9, 0, tzinfo=CHICAGO),
    datetime(2019, 3, 10, 9, 0, tzinfo=CHICAGO),  # summer time began that night
    datetime(2019, 3, 10, 2, 30, tzinfo=CHICAGO),  # an hour that was left out
    datetime(2019, 11, 3, 12, 0, tzinfo=CHICAGO),
    datetime(2019, 12, 31, 23, 59, tzinfo=CHICAGO),
    datetime(2019, 1, 1, 0, 0, tzinfo=CHICAGO),
    datetime(1957, 7, 1, 10, 0, tzinfo=CHICAGO),
    datetime(1950, 7, 1, 10, 0, tzinfo=TOKYO),  # Japan had summer time
    datetime(2045, 7, 1, 10, 0, tzinfo=CHICAGO),
    datetime(2045, 12, 1, 10, 0, tzinfo=CHICAGO),
    datetime(2020, 6, 1, 10, 0, tzinfo=ZoneInfo("Australia/Lord_Howe")),  # half an hour of summer time
    datetime(2020, 6, 1, 10, 0, tzinfo=ZoneInfo("Asia/Kathmandu")),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_rules_of_the_zone_give_the_moment(moment):
    """A program that does not know the name of the zone reads the rules beside it."""
    feed = icalendar.Calendar.from_ical(written(entry(start=moment, end=moment + timedelta(hours=2))))
    (found,), (zone,) = feed.walk("VEVENT"), feed.walk("VTIMEZONE")
    plain = moment.replace(tzinfo=None)

    assert (found["dtstart"].dt, found["dtend"].dt) == (moment, moment + timedelta(hours=2))
    assert found["dtstart"].params["TZID"] == found["dtend"].params["TZID"] == zone["tzid"] == moment.tzinfo.key
    assert plain.replace(tzinfo=zone.to_tz(lookup_tzid=False)).utcoffset() == moment.utcoffset()


def test_zone_is_described_once_for_all_its_events():
    raw = written(
        entry(start=datetime(1990, 3, 1, 9, tzinfo=TOKYO)),
        entry(uid="two", start=datetime(2026, 3, 1, 9, tzinfo=TOKYO)),
        entry(uid="three", start=datetime(2026, 3, 1, 9, tzinfo=CHICAGO)),
    )

    assert sorted(re.findall(rb"BEGIN:VTIMEZONE\r\nTZID:(\S+)", raw)) == [b"America/Chicago", b"Asia/Tokyo"]


def test_moment_in_utc_needs_no_rules():
    raw = written(entry(start=datetime(2026, 3, 1, 9, tzinfo=UTC)))

    assert (raw.count(b"DTSTART:20260301T090000Z"), raw.count(b"VTIMEZONE")) == (1, 0)


# Text ----------------------------------------------------------------------------------------------------------------

HOSTILE = [
    "a, b; c\\d \"e\" 'f' : g",
    "first\nsecond",
    "\\n is no new line",
    "END:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR",
    "DTSTART;VALUE=DATE:20300101",
    "長崎市とセントポール市、姉妹都市提携七十周年",
    "👩‍👩‍👧‍👦🇯🇵" * 40,
    "e\u0301" * 100,
    "<script>alert(1)</script>&amp;",
    "line\u2028separator\u0085next",
    " leading and trailing ",
    "x" * 10_000,
    ("A long description, with commas; and more.\n" * 250),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["summary", "description", "location"])
def test_any_text_comes_back_as_it_was(name, text):
    (found,) = read(entry(**{name: text}))

    assert str(found[name]) == text
    assert (found["uid"], found["dtstart"].dt) == ("one@example", date(2019, 3, 1))


@pytest.mark.parametrize("text", ["first\r\nsecond", "first\rsecond"])
def test_every_end_of_a_line_is_one_within_the_text(text):
    assert str(read(entry(summary=text))[0]["summary"]) == "first\nsecond"


@pytest.mark.parametrize("text", [*HOSTILE, "a\r\nb", "a\rb", "".join(map(chr, range(32))), "bell\x07 nul\x00 \x7f"])
def test_lines_keep_the_form_of_the_standard(text):
    raw = written(entry(summary=text, description=text, location=text))

    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert [line for line in raw.split(b"\r\n") if len(line) > 75] == []
    assert [line for line in lines(raw) if not LINE.fullmatch(line)] == []
    assert (raw.count(b"\nBEGIN:VEVENT"), raw.count(b"\nEND:VCALENDAR")) == (1, 1)


def test_control_characters_are_left_out_of_texts():
    (found,) = read(entry(summary="bell\x07, nul\x00, tab\t, escape\x1b[31m"))

    assert found["summary"] == "bell, nul, tab\t, escape[31m"


def test_name_of_the_feed_can_be_hostile_too():
    raw = written(name="a\r\nBEGIN:VEVENT\x07")

    assert raw.count(b"\r\nBEGIN:VEVENT") == 0
    assert [line for line in lines(raw) if not LINE.fullmatch(line)] == []
