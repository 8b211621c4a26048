"""Which addresses the directory publishes: the columns that hold them, so that links can be checked and found again."""

from django.apps import apps
from django.db.models import Q

from .models import CuratedModel

#: Longer ones would not fit an index of PostgreSQL; no page has such an address.
MOST_BYTES = 2000

_columns = []


def register(model, *names):
    """Add columns of a model ("curation.Source") that hold a published address of the web, or an empty text."""
    _columns.extend((model, name) for name in names if (model, name) not in _columns)


def columns():
    """The columns as `(model class, name)`."""
    return [(apps.get_model(model), name) for model, name in _columns]


def published_addresses():
    """Every http(s) address that a public record holds, each once, in the order of the alphabet."""
    found = set()
    for model, name in columns():
        found.update(_public(model).values_list(name, flat=True))
    return sorted(url for url in found if url.startswith(("http://", "https://")) and len(url.encode()) <= MOST_BYTES)


def is_published(field):
    """The condition that a column of addresses holds one that is published now."""
    condition = Q()
    for model, name in columns():
        condition |= Q(**{f"{field}__in": _public(model).values(name)})
    return condition


def records_at(urls):
    """Address -> the public records that hold it; a statement for each column, however many addresses."""
    found = {}
    for model, name in columns():
        for record in _public(model).filter(**{f"{name}__in": urls}).order_by("pk"):
            found.setdefault(getattr(record, name), []).append(record)
    return found


def _public(model):
    rows = model.objects.public() if issubclass(model, CuratedModel) else model.objects.all()
    return rows.order_by()


register("curation.Source", "url")
