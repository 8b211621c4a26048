"""Several rows that change together: the parties of a partnership, the act from which it dates, the name of a place."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sistercities.core.dates import PartialDate
from sistercities.core.models import public_change
from sistercities.curation.actions import follow_settling, settle
from sistercities.curation.history import because
from sistercities.curation.versions import lock

from .keys import refresh_partnership_keys, refresh_place_keys
from .models import Holding, Level, Partnership, PartnershipCitation, Party, Place
from .models.places import remember_addresses


def set_parties(partnership, places, *, signed_as=None, holding=None, reason=""):
    """Make `places`, in this order, the parties of `partnership`; the one writer of parties and of what derives from them.

    `signed_as` maps a place to the predecessor that signed for it, `holding` to a `Holding` where it is not confirmed; the reason goes to
    the histories of the parties. Raises `IntegrityError` when a place is named twice or a published partnership would be left with fewer
    than two parties; then nothing has changed.
    """
    signed_as, holding = signed_as or {}, holding or {}
    with public_change():
        for party in partnership.parties.all():
            because(reason, party)
            party.delete()
        for position, place in enumerate(places, start=1):
            party = Party(
                partnership=partnership,
                place=place,
                position=position,
                signed_as=signed_as.get(place),
                holding=holding.get(place, Holding.CONFIRMED),
            )
            because(reason, party)
            party.save()
        parties_changed(partnership)


def choose_basis(partnership, act, *, reason):
    """Let `partnership` date from `act`: its source's claim of the establishment is preferred, with the reason, and the act is marked.

    A source that says so nowhere yet is cited anew. Raises `ValueError` for an act of another tie, and for one without a date or a
    source; then nothing has changed.
    """
    if act.partnership_id != partnership.pk or not act.date or not act.source_id:
        raise ValueError("the basis is an act of the tie, with a date and a source")
    with public_change():
        lock(partnership)
        for other in partnership.acts.filter(is_basis=True).exclude(pk=act.pk):
            _mark(other, False, reason)
        _mark(act, True, reason)
        settle(partnership, "established", _claim_of(partnership, act), reason=reason)


def _mark(act, is_basis, reason):
    if act.is_basis != is_basis:
        act.is_basis = is_basis
        because(reason, act)
        act.save(update_fields=["is_basis"])


def _claim_of(partnership, act):
    """What the source of an act says of the establishment: the citation that is there, else a new one."""
    date = str(act.date)
    said = partnership.citations.filter(fact="established", source=act.source_id, normalised=date)
    return said.order_by("pk").first() or PartnershipCitation(
        partnership=partnership,
        fact="established",
        value=date,
        normalised=date,
        source_id=act.source_id,
        locator=act.locator,
        read_on=str(timezone.localdate()),
    )


def forget_basis(partnership, reason=""):
    """Take the mark from an act whose date the establishment left."""
    for act in partnership.acts.filter(is_basis=True):
        if not act.date.agrees_with(PartialDate(partnership.established or "")):
            _mark(act, False, reason)


def _basis_follows(record, fact, citation):
    if isinstance(record, Partnership) and fact == "established":
        forget_basis(record, getattr(citation, "_change_reason", None) or "")


follow_settling(_basis_follows)


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
    left = []
    for level in (Level.REGION, Level.MUNICIPALITY):
        for child in below.filter(level=level):
            paths[child.pk] = f"{paths[child.region_id or child.country_id]}/{child.slug}"
            if child.path != paths[child.pk]:
                left.append((child.path, child))
                child.path = paths[child.pk]
    if left:
        Place.objects.bulk_update([child for _path, child in left], ["path"], batch_size=500)
        remember_addresses(left)


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
