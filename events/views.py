"""The page of one event, the month view, and the feed for calendar programs."""

import calendar
from datetime import date, timedelta

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.views import View

from organizations.views import ClaimsMixin
from partnerships.mapping import arcs
from partnerships.models import Partnership
from partnerships.rows import tie_rows
from sistercities.core.calendars import Entry, calendar_response
from sistercities.core.data import DataView
from sistercities.core.names import localized
from sistercities.core.pages import StoredPageMixin, page
from sistercities.curation.linked_data import without_blanks
from sistercities.curation.pages import RecordPage

from .listings import EventList
from .models import Event, EventOrganizer, EventStatus

#: Months that have a page; others are no address of this portal.
FIRST_YEAR, LAST_YEAR = 1900, 2100


def has_page(day):
    """Whether the month of a day (None: not known) has a page."""
    return day is not None and FIRST_YEAR <= day.year <= LAST_YEAR


class EventPage(ClaimsMixin, RecordPage):
    model = Event
    template_name = "events/event.html"

    def get_queryset(self):
        return Event.objects.with_place()

    def entity(self, record):
        place = {"@type": "Place", "name": localized(record.place).text} if record.place else None
        found = {
            "name": self.title(record),
            "startDate": str(record.start),
            "endDate": str(record.end),
            "eventStatus": f"https://schema.org/Event{record.status.capitalize()}",
            "location": place,
            "url": record.website,
        }
        return {"@type": "Event", **without_blanks(found)}

    def context(self, record):
        organizers = EventOrganizer.objects.filter(event=record, organization__publication="published")
        ties = Partnership.objects.public().filter(events=record).order_by("established_order", "pk")
        return {
            **super().context(record),
            "event": record,
            "organizers": list(organizers.select_related("organization")),
            "program": record.program if record.program and record.program.is_public else None,
            "month": record.start.earliest if len(record.start) > 4 and has_page(record.start.earliest) else None,
            "ties": tie_rows(list(ties.values_list("pk", flat=True))),
            "arcs": arcs([[record.place]]) if record.place else None,
        }


class MonthPage(StoredPageMixin, View):
    """The events of one month (by default this one), by day as far as their precision tells."""

    def get(self, request, year=None, month=None):
        if year is None:
            year, month = timezone.localdate().year, timezone.localdate().month
        first = date(year, month, 1) if year else None
        if not has_page(first):
            raise Http404
        return page(request, "events/month.html", self.context(first))

    def context(self, first):
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        events = Event.objects.public().between(first, last).with_place().order_by("start_order", "pk")
        exact, month_only, year_only = [], [], []
        for event in events:
            known = min(len(event.start), len(event.last))
            (exact if known == 10 else month_only if known == 7 else year_only).append(event)
        return {
            "first": first,
            "weeks": [
                [self.day(day, first, exact) for day in week]
                for week in SUNDAY_FIRST.monthdatescalendar(first.year, first.month)
            ],
            "names": [date(2023, 1, number) for number in range(1, 8)],  # the first of January 2023 was a Sunday
            "count": len(exact) + len(month_only),
            "month_only": month_only,
            "year_only": year_only,
            "neighbours": [day for day in (first - timedelta(days=1), last + timedelta(days=1)) if has_page(day)],
            "data_changed_at": self.version[1],
        }

    def day(self, day, first, events):
        return {
            "date": day,
            "inside": day.month == first.month,
            "today": day == timezone.localdate(),
            "events": [event for event in events if event.start.earliest <= day <= event.last.latest],
        }


SUNDAY_FIRST = calendar.Calendar(firstweekday=calendar.SUNDAY)


class EventFeed(DataView):
    """`/calendar/events.ics?<query of the list>`: the events as a calendar (RFC 5545), in the language of `lang` (en, ja).

    Events of an unknown day are all-day events of the whole month; those of which only a year is known are left out, because no
    calendar can show them truly.
    """

    listing_class = EventList
    format = "ics"

    def get(self, request):
        asked = request.GET.get("lang")
        with override(asked if asked in dict(settings.LANGUAGES) else get_language()):
            return super().get(request, self.format)

    def answer(self, listing, ids, format, etag):
        events = Event.objects.with_place().filter(pk__in=ids).exclude(start="").order_by("start_order", "pk")
        entries = [entry(event) for event in events if in_calendars(event)]
        response = calendar_response(gettext("Events of sister cities"), entries, filename="events")
        return self._headers(response, etag)


def in_calendars(event):
    """Whether at least the months are known, in years that calendar programs reckon with."""
    known = min(len(event.start), len(event.last)) > 4
    return known and has_page(event.start.earliest) and has_page(event.last.latest)


def entry(event):
    """An event as an entry of a calendar: by its times where they say how long it lasts, else by whole days."""
    place = event.place
    coarse = min(len(event.start), len(event.last)) == 7
    timed = event.starts_at is not None and (event.end_time is not None or event.last == event.start)
    said = [gettext("The source gives the month only.") if coarse else "", localized(event, "description").text]
    where = [event.venue, localized(place).text if place else ""]
    return Entry(
        uid=str(event.uid),
        sequence=event.sequence,
        revised=event.updated_at,
        summary=localized(event).text,
        start=event.starts_at if timed else event.start.earliest,
        end=event.ends_at if timed else event.last.latest,
        status=calendar_status(event, coarse),
        description="\n".join(filter(None, said)),
        location=", ".join(filter(None, where)),
        url=f"{settings.SITE_URL}{event.get_absolute_url()}",
        position=(place.latitude, place.longitude) if place and place.has_position else None,
    )


def calendar_status(event, coarse):
    """The status of RFC 5545, which knows no postponement: what was postponed does not take place on this day for certain."""
    if event.status == EventStatus.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if coarse or event.status == EventStatus.POSTPONED else "CONFIRMED"
