"""What no constraint can see of places and partnerships: derived columns, settled facts, parties that are hidden."""

from django.apps import apps
from django.db.models import Prefetch

from sistercities.curation.integrity import claims_of, differences, register, values
from sistercities.curation.models import Publication
from sistercities.curation.named import KeyedModel

from .keys import PARTNERSHIP_KEYS, PLACE_KEYS, parties_for_keys, set_partnership_keys, set_place_keys
from .models import Partnership, Party, Place


def _places():
    for place in Place.objects.with_parents().prefetch_related("names").order_by("pk").iterator(chunk_size=500):
        stored = values(place, (*PLACE_KEYS, "path"))
        set_place_keys(place, place.names.all())
        place.path = place.address()
        yield from differences(place, stored)


def _partnerships():
    parties = Prefetch("parties", queryset=parties_for_keys())
    ties = Partnership.objects.prefetch_related(parties, "citations").order_by("pk")
    for tie in ties.iterator(chunk_size=500):
        stored = values(tie, PARTNERSHIP_KEYS)
        set_partnership_keys(tie, tie.parties.all())
        yield from differences(tie, stored)
        yield from claims_of(tie)


def _hidden_parties():
    """Parties of published ties that are not published themselves: their pages would answer 404."""
    parties = Party.objects.filter(partnership__publication=Publication.PUBLISHED)
    for party in parties.exclude(place__publication=Publication.PUBLISHED).select_related("place").order_by("pk"):
        yield party, "place", party.place.publication, Publication.PUBLISHED.value


def _hidden_places():
    """Places of published records of other apps that are not published themselves: pages name them and lead to them."""
    hidden = Place.objects.exclude(publication=Publication.PUBLISHED)
    for model in filter(lambda model: issubclass(model, KeyedModel), apps.get_models()):
        for name in (field.name for field in model._meta.concrete_fields if field.related_model is Place):
            records = model.objects.public().filter(**{f"{name}__in": hidden}).select_related(name)
            for record in records.order_by("pk"):
                yield record, name, getattr(record, name).publication, Publication.PUBLISHED.value


register(_places, _partnerships, _hidden_parties, _hidden_places)
