"""Several rows that change together: the parties of a partnership, the name of a place."""

from django.db import transaction
from django.db.models import Q

from sistercities.core.models import public_change
from sistercities.curation.history import because

from .keys import refresh_partnership_keys, refresh_place_keys
from .models import Level, Partnership, Party, Place


def set_parties(partnership, places, *, signed_as=None, reason=""):
    """Make `places`, in this order, the parties of `partnership`; the one writer of parties and of what derives from them.

    `signed_as` maps a place to the predecessor that signed for it; the reason goes to the histories of the parties. Raises `IntegrityError` when a place is named twice or a
    published partnership would be left with fewer than two parties; then nothing has changed.
    """
    signed_as = signed_as or {}
    with public_change():
        for party in partnership.parties.all():
            because(reason, party)
            party.delete()
        for position, place in enumerate(places, start=1):
            party = Party(partnership=partnership, place=place, position=position, signed_as=signed_as.get(place))
            because(reason, party)
            party.save()
        parties_changed(partnership)


def parties_changed(partnership):
    """Derive what follows from the parties after they were edited one by one (the admin's inline rows)."""
    refresh_partnership_keys(Partnership.objects.filter(pk=partnership.pk))
    partnership.refresh_from_db()


_followers = []


def follow_places(*refresh):
    """Add functions `refresh(place)` for what other apps derive from the names of a place."""
    _followers.extend(function for function in refresh if function not in _followers)


def place_changed(place):
    """Derive what follows from a place's names, parents and slug: its keys, the addresses below it, the keys of its ties."""
    with transaction.atomic():
        refresh_place_keys(Place.objects.filter(pk=place.pk))
        _move_places_below(place)
        refresh_partnership_keys(_partnerships_named_after(place))
        place.refresh_from_db()
        for refresh in _followers:
            refresh(place)


def _move_places_below(place):
    """Give the places within `place` the address that follows from its own, regions before the municipalities in them."""
    below = Place.objects.filter(Q(region=place) | Q(country=place)).exclude(pk=place.pk)
    paths = {place.pk: place.path}
    moved = []
    for level in (Level.REGION, Level.MUNICIPALITY):
        for child in below.filter(level=level):
            paths[child.pk] = f"{paths[child.region_id or child.country_id]}/{child.slug}"
            if child.path != paths[child.pk]:
                child.path = paths[child.pk]
                moved.append(child)
    Place.objects.bulk_update(moved, ["path"], batch_size=500)


def _partnerships_named_after(place):
    """Ties whose search key holds a name of `place`: as a party, the body that signed, or the region or country of one."""
    party = Party.objects.filter(
        Q(place=place)
        | Q(place__region=place)
        | Q(place__country=place)
        | Q(signed_as=place)
        | Q(signed_as__region=place)
        | Q(signed_as__country=place)
    )
    return Partnership.objects.filter(pk__in=party.values("partnership"))
