"""Applying: what was previewed and approved is written in one transaction, with history, and the data version raised last.

Whenever the process dies, the directory is wholly before or wholly after, and the batch says which: its state is part of the same
transaction.
"""

from dataclasses import dataclass, field
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from sistercities.core.models import DataVersion
from sistercities.curation.bulk import Loading
from sistercities.curation.models import Publication

from .ahead import ahead
from .checking import beat
from .models import BatchState, ImportBatch, ImportOutcome, ImportRow, RowState, Task, encoded
from .problems import problem
from .resources import resource_for

#: Rows per INSERT and per look-up.
CHUNK = 2000


class Held(Exception):
    """The directory has moved on since the check: nothing was written, the rows say why."""


@dataclass
class Run:
    """One application: who decided, when, and what each new record is published as."""

    batch: ImportBatch
    user: object
    now: object
    reason: str
    publication: str = Publication.PUBLISHED

    @cached_property
    def today(self):
        """The date on which the file was read, as claims have it: YYYY-MM-DD."""
        return self.now.date().isoformat()


def apply(batch):
    """Write the rows of an approved batch. Raises `Held` where records were changed meanwhile; then nothing has changed."""
    resource = resource_for(batch.dataset)(batch)
    run = Run(
        batch,
        batch.decided_by,
        timezone.now(),
        _("Import %(number)s: %(file)s") % {"number": batch.pk, "file": batch.file_name},
    )
    try:
        with ahead(_prepared(batch, resource, run)) as parts, transaction.atomic():
            beat(batch)
            held = _changed_meanwhile(batch, resource)
            if held and not batch.only_good:
                raise Held(_held_words(held))
            outcomes = Loading(ImportOutcome, kept=[ImportRow])  # of a running import they stay
            for rows, prepared in parts:
                resource.store(rows, run, prepared)
                done = [(row.pk, row.object_id, encoded(row.outcome)) for row in rows]
                outcomes.insert(ImportOutcome, ["row_id", "object_id", "done"], done)
            outcomes.finish()
            resource.finish(run)
            batch.state, batch.task, batch.applied_at = BatchState.APPLIED, Task.NONE, run.now
            batch.save(update_fields=["state", "task", "applied_at"])
            DataVersion.advance()
    except Held:
        _mark(batch, held)
        raise
    except IntegrityError as error:
        raise Held(_("The database refused the rows: %(error)s") % {"error": error}) from error
    batch.path.unlink(missing_ok=True)


def _prepared(batch, resource, run):
    for rows in chunks(_to_write(batch)):
        yield rows, resource.prepare(rows, run)


def _to_write(batch):
    return batch.rows.filter(state__in=[RowState.NEW, RowState.CHANGED], excluded=False).order_by("line")


@dataclass(slots=True)
class Written:
    """What applying reads of a row, and what it writes of it: a hundred thousand of them are no model instances."""

    pk: int
    line: int
    object_id: int | None
    values: dict
    differences: dict
    disagreements: dict
    decisions: dict
    seen: str
    #: `ImportOutcome.done`.
    outcome: dict = field(default_factory=dict)

    def __reduce__(self):
        """What a dataclass with slots does by itself to be sent to another process takes three times as long."""
        return Written, tuple(getattr(self, name) for name in Written.__slots__)


@dataclass(slots=True)
class Done:
    """What taking back reads of a row that was applied."""

    pk: int
    line: int
    object_id: int
    outcome: dict


def chunks(rows, size=CHUNK):
    """Lists of `Written`, read in the order of the file without holding all of them."""
    return _chunks(rows.values_list(*Written.__slots__[:-1]), Written, size)


def chunks_done(rows, size=CHUNK):
    """Lists of `Done`, of the rows that were applied, likewise."""
    return _chunks(rows.values_list("pk", "line", "outcome__object_id", "outcome__done"), Done, size)


def _chunks(rows, kind, size):
    last = 0
    while chunk := [kind(*row) for row in rows.filter(line__gt=last)[:size]]:
        yield chunk
        last = chunk[-1].line


def _changed_meanwhile(batch, resource):
    """The rows whose record is not as the check saw it: changed, withdrawn, or recorded by somebody else."""
    held, rows = [], _to_write(batch)
    for known in chunks(rows.exclude(object_id=None)):
        seen = resource.seen([row.object_id for row in known])
        held += [row for row in known if seen.get(row.object_id) != row.seen]
    version, _at = DataVersion.current()
    if version != batch.data_version:
        for new in chunks(rows.filter(object_id=None)):
            held += resource.recorded_meanwhile(new)
    return held


def _held_words(held):
    lines = ", ".join(str(row.line) for row in islice(held, 10))
    said = _(
        "Records were changed since the file was checked (lines %(lines)s). Nothing was written: check the file again."
    )
    return said % {"lines": lines + (" …" if len(held) > 10 else "")}


def _mark(batch, held):
    rows = list(ImportRow.objects.filter(pk__in=[row.pk for row in held]))
    for row in rows:
        row.state, row.problems = RowState.PROBLEM, [*row.problems, problem("changed_meanwhile")]
    with transaction.atomic():
        ImportRow.objects.bulk_update(rows, ["state", "problems"], batch_size=500)
        ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.CHECKED)
