"""The import of events: the columns of their export."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from partnerships.models import Partnership
from sistercities.imports.records import RecordResource, ReferenceWidget, SeveralWidget, column, record_id, reference
from sistercities.imports.resources import Column, register

from .actions import revise
from .models import Event, EventOrganizer


def set_organizers(event, organizations):
    """Make these organizations (numbers) the ones behind an event, in this order; a role that was recorded stays."""
    with transaction.atomic():
        there = {row.organization_id: row for row in event.organizer_set.all()}
        for organization in there.keys() - set(organizations):
            there[organization].delete()
        for position, organization in enumerate(organizations, start=1):
            row = there.get(organization) or EventOrganizer(event=event, organization_id=organization)
            if row.position != position or row.pk is None:
                row.position = position
                row.save()


class EventResource(RecordResource):
    """Events, found by their number, their short name, or their name and first day."""

    id = record_id()
    slug = column(Event, "slug")
    name_en = column(Event, "name_en")
    name_ja = column(Event, "name_ja")
    status = column(Event, "status")
    outcome = column(Event, "outcome")
    start = column(Event, "start")
    end = column(Event, "end")
    start_time = column(Event, "start_time")
    end_time = column(Event, "end_time")
    time_zone = column(Event, "time_zone")
    place = reference(Event, "place", "path", _("Where it is: the address of the place below /places/."))
    venue = column(Event, "venue")
    online_url = column(Event, "online_url")
    website = column(Event, "website")
    description_en = column(Event, "description_en")
    description_ja = column(Event, "description_ja")
    attendance = column(Event, "attendance")
    attendance_qualifier = column(Event, "attendance_qualifier")
    program = reference(Event, "program", "slug", _("Short name of the program it belongs to."))
    organizers = Column(
        SeveralWidget(ReferenceWidget(Organization, "slug")),
        _("organizers"),
        _("Short names, with a semicolon between them."),
    )
    partnerships = Column(
        SeveralWidget(ReferenceWidget(Partnership, "pk")),
        _("partnerships"),
        _("Numbers of records, with a semicolon between them."),
    )

    dataset = "events"
    model = Event
    for_visitors = (
        *("name_en", "name_ja", "start", "end", "start_time", "end_time", "status", "outcome", "venue", "attendance"),
        *("website", "online_url", "description_en", "description_ja"),
    )
    natural = (("slug",), ("name_en", "start"), ("name_ja", "start"), ("name_en",), ("name_ja",))
    required = ((("id",), ("slug",), ("name_en",), ("name_ja",)),)
    derived = ("uid",)
    lists = {"organizers": set_organizers, "partnerships": lambda record, ties: record.partnerships.set(ties)}

    def records(self):
        return super().records().prefetch_related("organizer_set", "partnerships")

    def stored_list(self, record, name):
        if name == "organizers":
            return [row.organization_id for row in record.organizer_set.all()]
        return super().stored_list(record, name)

    def save(self, record, run):
        revise(record)
        super().save(record, run)


register(EventResource)
