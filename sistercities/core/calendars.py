"""Calendar feeds (RFC 5545), written by the package icalendar: folding, escaping and the rules of time zones are its work."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.utils.translation import get_language
from icalendar import Calendar, Event

#: How often a calendar program may ask again.
REFRESH = timedelta(hours=12)


@dataclass(frozen=True)
class Entry:
    """One event of a feed.

    `uid` never changes, whatever is corrected; `sequence` and `revised` tell programs which text is the newer. `start` and `end` are
    days (then all-day, `end` being the last day) or moments with a zone. `status` is one of RFC 5545: CONFIRMED, TENTATIVE, CANCELLED.
    """

    uid: str
    summary: str
    start: date | datetime
    revised: datetime
    end: date | datetime | None = None
    sequence: int = 0
    status: str = "CONFIRMED"
    description: str = ""
    location: str = ""
    url: str = ""
    position: tuple[float, float] | None = None


def calendar(name, entries):
    """The feed as an `icalendar.Calendar`. `name` is what programs call the subscribed calendar."""
    feed = Calendar()
    feed.add("prodid", "-//Sister-city directory//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("name", name)
    feed.add("x-wr-calname", name)
    feed.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in entries:
        feed.add_component(_event(entry))
    feed.add_missing_timezones()
    return feed


def calendar_response(name, entries, *, filename):
    """The feed as the answer to a request; `filename` without its ending."""
    response = HttpResponse(calendar(name, entries).to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    response["Content-Language"] = get_language()
    return response


def _event(entry):
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.revised)
    event.add("last-modified", entry.revised)
    event.add("summary", entry.summary)
    event.add("dtstart", entry.start)
    if entry.end:
        all_day = not isinstance(entry.end, datetime)
        event.add("dtend", entry.end + timedelta(days=1) if all_day else entry.end)  # the end is exclusive
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT")  # nobody is busy because a city has an anniversary
    for name in ("description", "location", "url"):
        if getattr(entry, name):
            event.add(name, getattr(entry, name))
    if entry.position:
        event.add("geo", entry.position)
    return event
