"""Which version of a record somebody has read, and how nobody writes over a newer one.

The histories know everything that was written to a record and to the rows below it; their newest entries are its version, so that no
column of its own can be forgotten by one of the doors.
"""

import re
from functools import cache
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
    #: Whether the rows outlive the record.
    is_beside: bool = False

    @classmethod
    def of(cls, model, owner, is_beside=False):
        return cls(model, owner, model.history.model, is_beside)


@cache
def parts_of(model):
    """The record's own table first, then those of the rows that are deleted with it or that its `rows_beside` name."""
    parts = [Part.of(model, model._meta.pk.attname)]
    beside = getattr(model, "rows_beside", ())
    for relation in model._meta.related_objects:
        is_beside = relation.name in beside
        belongs = relation.one_to_many and (is_beside or relation.on_delete is CASCADE)
        if belongs and hasattr(relation.related_model, "history"):
            parts.append(Part.of(relation.related_model, relation.field.attname, is_beside))
    return tuple(parts)


def positions_of(record):
    """The number of the newest entry in the history of each part (0 where there is none), in the order of `parts_of`; empty if it is gone.

    One statement. Read it before the rows it speaks of: who reads them in between then sees more than it promises, never less.
    """
    newest = {
        f"newest_{index}": Coalesce(Subquery(entries.order_by("-history_id").values("history_id")[:1]), Value(0))
        for index, part in enumerate(parts_of(type(record)))
        for entries in [part.history.objects.filter(**{part.owner: OuterRef("pk")})]
    }
    records = type(record)._base_manager.filter(pk=record.pk).annotate(**newest)
    return next(iter(records.values_list(*newest)), ())


def version_of(record):
    """The version of `record` with its rows, an integer that grows with everything written to them; 0 without a history.

    It is the sum of the positions: each entry raises one of them, and numbers of different tables cannot be compared.
    """
    return sum(positions_of(record))


def lock(record):
    """Keep others from writing to `record` until the transaction ends, and return its version as of then; 0 if it is gone.

    Every door that compares versions takes this lock first. PostgreSQL locks the row; SQLite's transactions begin with the lock of
    the one writer. A second statement reads the version, because the first may have waited for what is to be seen.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a record is locked within a transaction")
    rows = type(record)._base_manager.select_for_update().filter(pk=record.pk).values_list("pk", flat=True)
    return version_of(record) if list(rows) else 0


def marks_of(model):
    """How far the histories of all records of `model` and of their rows have come, in the order of `parts_of`. One statement.

    For a list of records: read before it, the marks tell later which of its records somebody has changed since.
    """
    quote = connection.ops.quote_name
    newest = [
        f"(SELECT COALESCE(MAX(history_id), 0) FROM {quote(part.history._meta.db_table)})" for part in parts_of(model)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(newest)}")
        return tuple(cursor.fetchone())


def changed_since(model, marks, ids):
    """Those of `ids` (a list, or a queryset of them) whose records were written to after the marks. A statement for each part."""
    found = set()
    for part, mark in zip(parts_of(model), marks, strict=True):
        entries = part.history.objects.filter(**{f"{part.owner}__in": ids}, history_id__gt=mark)
        found |= set(entries.order_by().values_list(part.owner, flat=True).distinct())
    return found


def written(positions):
    """Positions or marks as a form carries them: “12.0.5”."""
    return ".".join(map(str, positions))


def read(text, model):
    """What `written` wrote for a record of `model`; None where it is nothing of the kind."""
    numbers = (text or "").split(".")
    fits = len(numbers) == len(parts_of(model)) and all(re.fullmatch("[0-9]{1,18}", number) for number in numbers)
    return tuple(map(int, numbers)) if fits else None
