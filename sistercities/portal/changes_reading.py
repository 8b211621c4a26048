"""What changed in the public directory, read from the history tables: which records, when, and whether that may be told.

The histories hold millions of rows, and one import writes thousands of them at one moment. So each table is read backwards from a
second along its index of `history_date`, a window at a time; a second is read whole or not at all, because what was written in one
second belongs together. That makes the second the cursor: no entry is ever cut in two by the edge of a page.

What may be told follows from the root record alone: one that is not public now is never named, and of one that is public only what
it was while it was public. A draft's corrections before it was published are nobody's business.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Subquery

from sistercities.core.datasets import datasets
from sistercities.curation.models import Citation, Publication
from sistercities.curation.versions import parts_of

#: Rows that one statement reads of a table; so often it goes on behind a second that filled it.
WINDOW, ROUNDS = 100, 3
#: Rows that are read of one second: of records, and of what belongs to records. Where there are more, the page says “more than”.
MOST, MOST_BELOW = 10_000, 1_000
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Table:
    """The history of the records of a dataset, or of rows that belong to them; `owner` is the column with the record's id."""

    dataset: str
    root: type
    model: type
    owner: str
    #: The models of both histories, kept: asking a manager for them builds a class each time.
    history: type
    versions: type

    @classmethod
    def of(cls, dataset, root, part):
        return cls(dataset, root, part.model, part.owner, part.history, root.history.model)

    @property
    def is_root(self):
        return self.model is self.root

    @property
    def most(self):
        return MOST if self.is_root else MOST_BELOW

    @property
    def is_claim(self):
        return issubclass(self.model, Citation)

    def rows(self, record=None):
        """Its entries, the newest first, each with what decides whether it may be told (see `Row`)."""
        versions = self.versions.objects
        before = self.history.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        before = before.order_by("-history_id")
        # The record as it was then; by its id, of which there are few versions.
        then = versions.filter(id=OuterRef(self.owner), history_date__lte=OuterRef("history_date"))
        then = then.order_by("-history_date", "-history_id")
        values = {
            "shown_now": Exists(self.root.objects.public().filter(pk=OuterRef(self.owner))),
            "version_before": Subquery(before.values("history_id")[:1]),
        }
        if self.is_root:
            values["state"] = F("publication")
            values["state_before"] = Subquery(before.values("publication")[:1])
        else:
            values["then"] = Subquery(then.values("history_id")[:1])
        found = self.history.objects.annotate(**values).order_by("-history_date", "-history_id")
        if record:
            found = found.filter(**{self.owner: record})
        own = ("history_id", "history_date", "history_type", "history_change_reason", self.owner)
        return found.annotate(row=F("id")).values_list(*own, "row", *values)


@dataclass(slots=True)
class Row:
    """An entry of a history table. `state` is the publication of its record at that time, `state_before` that of the version before."""

    table: Table
    history_id: int
    date: datetime
    type: str
    reason: str
    record: int
    row: int
    shown_now: bool
    before: int | None
    state: str | None = None
    state_before: str | None = None
    record_type: str = ""
    record_reason: str = ""
    then: int | None = None

    @classmethod
    def read(cls, table, values):
        named = dict(zip(("state", "state_before") if table.is_root else ("then",), values[8:], strict=True))
        return cls(table, *values[:3], values[3] or "", *values[4:8], **named)

    @property
    def second(self):
        return self.date.replace(microsecond=0)

    @property
    def was_public(self):
        return self.state == Publication.PUBLISHED

    @property
    def withdraws(self):
        """A root record leaves the public directory."""
        if self.type == "-":
            return self.was_public
        return not self.was_public and self.state_before == Publication.PUBLISHED

    @property
    def publishes(self):
        return self.was_public and self.type != "-" and self.state_before != Publication.PUBLISHED

    @property
    def belongs_to_recording(self):
        """A row written in the course of recording its record, by a seed or an import: it is part of that, not a change."""
        return self.type == "+" and self.record_type == "+" and bool(self.reason) and self.reason == self.record_reason


@dataclass
class Change:
    """What happened to one record in one second; `rows` in the order in which they were written."""

    dataset: str
    second: datetime
    record: int
    rows: list = field(default_factory=list)
    #: Filled by `changes_words.add_differences`.
    differences: list = field(default_factory=list)

    @property
    def reason(self):
        """As it is stored: staff may have written it, so that no page shows it (see `curation.doors`)."""
        return next((row.reason for row in self.rows if row.reason), "")

    @property
    def told(self):
        """The rows that may be told one by one: of a record that is public, and was when they were written."""
        return [row for row in self.rows if row.shown_now and row.was_public and not row.belongs_to_recording]

    @property
    def kind(self):
        """`recorded`, `withdrawn`, `changed` or `claim`; empty where nothing may be told."""
        roots = [row for row in self.rows if row.table.is_root]
        if any(row.publishes and row.shown_now for row in roots):
            return "recorded"
        if any(row.withdraws for row in roots):
            return "withdrawn"
        if not self.told:
            return ""
        only_claims = all(row.table.is_claim and row.type == "+" for row in self.told if not row.table.is_root)
        has_claims = any(row.table.is_claim for row in self.told)
        of_record = any(found.name for found in self.differences)
        return "claim" if has_claims and only_claims and not of_record else "changed"


@cache
def tables(dataset=""):
    """The histories of one dataset or of all: of its records, then of the rows that are deleted with them."""
    found = {}
    for known in datasets():
        root = apps.get_model(known.model)
        for part in parts_of(root):
            if not part.is_beside:
                found.setdefault(part.model, Table.of(known.key, root, part))
    return tuple(table for table in found.values() if dataset in ("", table.dataset))


@dataclass
class Reading:
    """`changes`, the newest first, are all there is down to `floor` (a second; None: down to the beginning).

    `cut` holds the (dataset, second, whether of records) of which not every row was read.
    """

    changes: list
    floor: datetime | None
    cut: set


def read(dataset="", record=None, before=None, enough=30):
    """The changes before a second, of everything, a dataset, or the record with this id in it.

    At most `2 * ROUNDS + 1` statements for each table, whatever its size.
    """
    found, cut, floors = {}, set(), []
    for table in tables(dataset):
        rows, floor = _backwards(table, record, before, enough, cut)
        _add_states(table, rows)
        floors += [floor] if floor else []
        for row in rows:
            key = (table.dataset, row.second, row.record)
            found.setdefault(key, Change(*key)).rows.append(row)
    floor = max(floors, default=None)
    changes = [change for change in found.values() if floor is None or change.second >= floor]
    for change in changes:
        change.rows.sort(key=lambda row: (row.date, not row.table.is_root, row.history_id))
    changes.sort(key=lambda change: (change.second, change.record), reverse=True)
    return Reading(changes, floor, cut)


def _add_states(table, rows):
    """What the record was when a row of it was written: one statement, none for the records' own table."""
    if table.is_root or not rows:
        return
    told = ("publication", "history_type", "history_change_reason")
    versions = table.versions.objects.filter(history_id__in={row.then for row in rows if row.then})
    known = {number: values for number, *values in versions.values_list("history_id", *told)}
    for row in rows:
        row.state, row.record_type, row.record_reason = known.get(row.then, (None, "", ""))


def _backwards(table, record, before, enough, cut):
    """The rows of a table before a second, and the second down to which they are complete (None: nothing is older)."""
    rows = []
    for _round in range(ROUNDS):
        query = table.rows(record)
        window = [
            Row.read(table, values) for values in (query.filter(history_date__lt=before) if before else query)[:WINDOW]
        ]
        if len(window) < WINDOW:
            return rows + window, None
        before = window[-1].second
        whole = list(query.filter(history_date__gte=before, history_date__lt=before + SECOND)[: table.most + 1])
        if len(whole) > table.most:
            cut.add((table.dataset, before, table.is_root))
        rows += [row for row in window if row.second > before]
        rows += [Row.read(table, values) for values in whole[: table.most]]
        if len({row.second for row in rows}) >= enough:
            break
    return rows, before
