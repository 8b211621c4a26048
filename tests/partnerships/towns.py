"""Towns that merge, as the tests of mergers tell it."""

from django.core.cache import cache

from partnerships.models import OldAddress, Party, Place, Succession
from partnerships.succession import Merger
from sistercities.core.dates import PartialDate
from sistercities.curation.models import Source
from tests.factories import make_place, make_source


def town(region, name, **fields):
    return make_place(region, name, **{"slug": name.lower(), "classification": "town"} | fields)


def said(*predecessors, kind="new_merger", date="2006-03-20", successors=(), **fields):
    new = {} if successors else {"name_en": "Kato", "name_ja": "加東市", "classification": "city"}
    fields = {"new": new, "source": make_source()} | fields
    return Merger(kind, PartialDate(date), list(predecessors), list(successors), **fields)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def get(client, path, language="en"):
    cache.clear()
    return client.get(f"/{language}/places/{path}/")


def counted():
    return [model.objects.count() for model in (Place, Succession, Party, Source, OldAddress)]
