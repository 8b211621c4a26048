"""Several rows that change together: the audiences of a program, and what follows here when a place changes."""

from django.db import transaction

from partnerships.actions import follow_places
from sistercities.curation.named import KEYS

from .models import ContactDesk, ProgramAudience


def set_audiences(program, audiences):
    """Make `audiences` (values of `Audience`) those for whom `program` is, with history. Call it within `public_change`."""
    with transaction.atomic():
        there = {row.audience: row for row in program.audiences.all()}
        for audience in there.keys() - set(audiences):
            there[audience].delete()
        for audience in audiences:
            if audience not in there:
                ProgramAudience.objects.create(program=program, audience=audience)


def order_desks(place):
    """Desks stand in the order of their municipality: derive their keys anew when it has another name."""
    desks = list(ContactDesk.objects.filter(place=place).select_related("place"))
    for desk in desks:
        desk.set_keys()
    ContactDesk.objects.bulk_update(desks, KEYS)


follow_places(order_desks)
