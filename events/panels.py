"""What this app shows on the pages of places, partnerships, organizations and programs: their events and milestones."""

from django.db.models import Q

from sistercities.core.panels import Panel, register

from .models import Event, Milestone

#: So many events are named on the page of another record.
SHOWN = 8


def panel(condition, milestones=None):
    """A function from a record to the events that meet `condition(record)` and the milestones that meet the other."""

    def context(record):
        events = list(Event.objects.public().filter(condition(record)).with_place().newest()[: SHOWN + 1])
        found = list(Milestone.objects.filter(milestones(record)).select_related("source")) if milestones else []
        if not (events or found):
            return None
        return {"events": events[:SHOWN], "more_events": len(events) > SHOWN, "milestones": found}

    return context


TEMPLATE = "events/_panel.html"
register(
    Panel(
        "partnerships.Place",
        TEMPLATE,
        panel(lambda place: Q(place=place) | Q(place__region=place), lambda place: Q(place=place)),
    ),
    Panel(
        "partnerships.Partnership",
        TEMPLATE,
        panel(lambda tie: Q(partnerships=tie), lambda tie: Q(partnership=tie)),
    ),
    Panel(
        "organizations.Organization",
        TEMPLATE,
        panel(lambda organization: Q(organizers=organization), lambda organization: Q(organization=organization)),
    ),
    Panel("organizations.Program", TEMPLATE, panel(lambda program: Q(program=program))),
)
