"""The published columns of events."""

from django.utils.translation import gettext_lazy as _

from organizations.columns import (
    DESCRIPTION_EN,
    DESCRIPTION_JA,
    NAME_EN,
    NAME_JA,
    PUBLISHED,
    SLUG,
    WEBSITE,
    dated,
    number,
    of,
    own,
)
from sistercities.core.listings import Column


def clock(name, help):
    """A time of day as HH:MM."""
    return Column(name, lambda event: f"{found:%H:%M}" if (found := getattr(event, name)) else "", help, is_text=False)


def organizers(event):
    found = [row.organization for row in event.organizer_set.all()]
    return [organization.slug for organization in found if organization.publication == PUBLISHED]


def partnerships(event):
    return [tie.pk for tie in event.partnerships.all() if tie.publication == PUBLISHED]


EVENT_COLUMNS = (
    number(),
    SLUG,
    NAME_EN,
    NAME_JA,
    own("status", _("scheduled, postponed, rescheduled or cancelled (EventStatusType of schema.org).")),
    own("outcome", _("held, or unknown where no source says that it took place.")),
    dated("start", _("First day: YYYY, YYYY-MM or YYYY-MM-DD, as precise as the source.")),
    dated("end", _("Last day; empty for an event of one day.")),
    clock("start_time", _("Time at which it begins, HH:MM, in the time zone given.")),
    clock("end_time", _("Time at which it ends, HH:MM.")),
    own("time_zone", _("Time zone of the times (IANA).")),
    of("place", "place", "path", _("Where it is: the address of the place below /places/.")),
    own("venue", _("Venue.")),
    own("online_url", _("Address of the online event.")),
    WEBSITE,
    DESCRIPTION_EN,
    DESCRIPTION_JA,
    own("attendance", _("How many came, as stated."), is_text=False),
    own("attendance_qualifier", _("Precision of the attendance: exact, over, about or nearly.")),
    of("program", "program", "slug", _("Short name of the program it belongs to.")),
    Column("organizers", organizers, _("Short names of the organizations behind it.")),
    Column("partnerships", partnerships, _("Numbers of the partnerships it is about."), is_text=False),
    Column("uid", lambda event: str(event.uid), _("Identifier in calendars, which never changes."), is_text=False),
)
