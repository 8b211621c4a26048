"""What this app shows on the pages of places and partnerships: whom to write to, who helps, what one can take part in."""

from django.db.models import Q

from sistercities.core.panels import Panel, register

from .models import ContactDesk, Organization, Program

#: So many organizations are named on the page of another record; all of them are one link away.
SHOWN = 8


def of_place(place):
    """Desks of the place (of a region: of the places in it), organizations there or for it, programs that take place there."""
    desks = ContactDesk.objects.public().filter(Q(place=place) | Q(place__region=place)).with_place()
    desks = list(desks.order_by("sort_key", "pk")[: SHOWN + 1])
    here = Q(seat=place) | Q(pk__in=Organization.objects.serving(place).values("pk"))
    organizations = list(Organization.objects.public().filter(here).order_by("sort_key", "pk")[: SHOWN + 1])
    programs = Program.objects.public().at(place).select_related("organizer").order_by("sort_key", "pk")
    programs = list(programs[: SHOWN + 1])
    if not (desks or organizations or programs):
        return None
    return {
        "place": place,
        "desks": desks[:SHOWN],
        "more_desks": len(desks) > SHOWN,
        "organizations": organizations[:SHOWN],
        "more_organizations": len(organizations) > SHOWN,
        "programs": programs[:SHOWN],
        "more_programs": len(programs) > SHOWN,
    }


def of_partnership(partnership):
    """Desks of the parties, and organizations that work for the country or region of a party abroad."""
    places = partnership.places
    abroad = [place for place in places if not (place.path == "jp" or place.path.startswith("jp/"))]
    desks = ContactDesk.objects.public().filter(place__in=places).with_place()
    desks = list(desks.order_by("sort_key", "pk")[: SHOWN + 1])
    organizations = list(Organization.objects.public().serving(*abroad).order_by("sort_key", "pk")[: SHOWN + 1])
    if not (desks or organizations):
        return None
    return {
        "desks": desks[:SHOWN],
        "organizations": organizations[:SHOWN],
        "more_organizations": len(organizations) > SHOWN,
    }


register(
    Panel("partnerships.Place", "organizations/_place_panel.html", of_place),
    Panel("partnerships.Partnership", "organizations/_partnership_panel.html", of_partnership),
)
