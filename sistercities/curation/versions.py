"""Which version of a record somebody has read, and how nobody writes over a newer one.

The histories know everything that was written to a record and to the rows below it; their newest entries are its version, so that no
column of its own can be forgotten by one of the doors.
"""

from functools import cache, reduce
from operator import add
from typing import NamedTuple

from django.db import connection
from django.db.models import CASCADE, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.transaction import TransactionManagementError


class Part(NamedTuple):
    """A table with a history that makes a record: its own (`owner` is its primary key), or rows below it (the column with its id)."""

    model: type
    owner: str
    #: Kept: asking a manager for it builds a class each time.
    history: type

    @classmethod
    def of(cls, model, owner):
        return cls(model, owner, model.history.model)


@cache
def parts_of(model):
    """The record's own table first, then those of the rows that are deleted with it or that its `rows_beside` name."""
    parts = [Part.of(model, model._meta.pk.attname)]
    beside = getattr(model, "rows_beside", ())
    for relation in model._meta.related_objects:
        belongs = relation.on_delete is CASCADE or relation.name in beside
        if relation.one_to_many and belongs and hasattr(relation.related_model, "history"):
            parts.append(Part.of(relation.related_model, relation.field.attname))
    return tuple(parts)


def version_of(record):
    """The version of `record` with its rows, an integer that grows with everything written to them; 0 without a history. One statement.

    Read it before the rows it speaks of: who reads them in between then sees more than the version promises, never less. It is the
    sum of the newest entry's number in each history, because numbers of different tables cannot be compared.
    """
    newest = [
        Coalesce(Subquery(entries.order_by("-history_id").values("history_id")[:1]), Value(0))
        for part in parts_of(type(record))
        for entries in [part.history.objects.filter(**{part.owner: OuterRef("pk")})]
    ]
    found = type(record)._base_manager.filter(pk=record.pk).values_list(reduce(add, newest), flat=True)
    return next(iter(found), 0)


def lock(record):
    """Keep others from writing to `record` until the transaction ends, and return its version as of now; 0 if it is gone.

    Every door that compares versions takes this lock first. PostgreSQL locks the row; SQLite's transactions begin with the lock of
    the one writer. A second statement reads the version, because the first may have waited for what is to be seen.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a record is locked within a transaction")
    rows = type(record)._base_manager.select_for_update().filter(pk=record.pk).values_list("pk", flat=True)
    return version_of(record) if list(rows) else 0
