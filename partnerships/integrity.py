"""What no constraint can see: whether derived columns and settled facts are what follows from their rows."""

from django.db.models import Prefetch

from sistercities.curation.actions import contested_facts
from sistercities.curation.models import Publication, Standing

from .keys import PARTNERSHIP_KEYS, PLACE_KEYS, parties_for_keys, set_partnership_keys, set_place_keys
from .models import Partnership, Party, Place


def findings():
    """`(record, field, stored, derived)` for everything that does not follow from its rows; nothing is changed."""
    yield from _places()
    yield from _partnerships()
    yield from _hidden_parties()


def _places():
    for place in Place.objects.with_parents().prefetch_related("names").order_by("pk").iterator(chunk_size=500):
        stored = _values(place, (*PLACE_KEYS, "path"))
        set_place_keys(place, place.names.all())
        place.path = place.address()
        yield from _differences(place, stored)


def _partnerships():
    parties = Prefetch("parties", queryset=parties_for_keys())
    ties = Partnership.objects.prefetch_related(parties, "citations").order_by("pk")
    for tie in ties.iterator(chunk_size=500):
        stored = _values(tie, (*PARTNERSHIP_KEYS, "contested"))
        set_partnership_keys(tie, tie.parties.all())
        tie.contested = bool(contested_facts(tie.citations.all(), tie.contestable))
        yield from _differences(tie, stored)
        yield from _unsettled(tie)


def _unsettled(tie):
    """Claimable facts whose value is not that of the claim preferred for them."""
    for claim in tie.citations.all():
        if claim.standing == Standing.PREFERRED and claim.fact in tie.claimable:
            stored = getattr(tie, claim.fact)
            if stored != claim.normalised:
                yield tie, claim.fact, stored, claim.normalised


def _hidden_parties():
    """Parties of published ties that are not published themselves: their pages would answer 404."""
    parties = Party.objects.filter(partnership__publication=Publication.PUBLISHED)
    for party in parties.exclude(place__publication=Publication.PUBLISHED).select_related("place").order_by("pk"):
        yield party, "place", party.place.publication, Publication.PUBLISHED.value


def _values(record, names):
    return {name: getattr(record, name) for name in names}


def _differences(record, stored):
    for name, value in stored.items():
        if value != getattr(record, name):
            yield record, name, value, getattr(record, name)
