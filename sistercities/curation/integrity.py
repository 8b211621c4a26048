"""What no constraint can see: whether derived columns and settled facts are what follows from their rows.

Each app adds the checks of its own records; those that every keyed or contested record shares are here.
"""

from django.apps import apps

from .actions import contested_facts
from .models import Standing
from .named import KEYS, KeyedModel

_checks = []


def register(*checks):
    """Add functions that yield `(record, field, stored, derived)` for everything that does not follow from its rows."""
    _checks.extend(check for check in checks if check not in _checks)


def findings():
    """Everything that any check finds; nothing is changed."""
    for check in _checks:
        yield from check()


def keyed_records():
    """Search and sort keys, and contested facts, of every record that has them."""
    for model in apps.get_models():
        if issubclass(model, KeyedModel):
            yield from _records(model)


def _records(model):
    contested = bool(model.contestable)
    records = model.objects.order_by("pk")
    for record in (records.prefetch_related("citations") if contested else records).iterator(chunk_size=500):
        stored = values(record, KEYS)
        record.set_keys()
        yield from differences(record, stored)
        if contested:
            yield from claims_of(record)


def claims_of(record):
    """Whether the record is marked as contested where its claims differ, and stores what the preferred ones say."""
    contested = bool(contested_facts(record.citations.all(), record.contestable))
    if record.contested != contested:
        yield record, "contested", record.contested, contested
    for claim in record.citations.all():
        if claim.standing == Standing.PREFERRED and claim.fact in record.claimable:
            stored = getattr(record, claim.fact)
            try:
                value = record.settled_fields(claim.fact, claim)[claim.fact]
            except ValueError:  # the place moved to another path after the claim was settled
                value = claim.normalised
            if stored != value:
                yield record, claim.fact, stored, value


def values(record, names):
    return {name: getattr(record, name) for name in names}


def differences(record, stored):
    """What is stored beside what `record` holds now."""
    for name, value in stored.items():
        if value != getattr(record, name):
            yield record, name, value, getattr(record, name)


register(keyed_records)
