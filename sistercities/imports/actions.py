"""What people do with an import: bring a file, settle how it is read, answer, confirm, decide, cancel, take back.

Each function checks that the step fits the state of the batch and raises `Conflict` (HTTP 409) with words where it does not, and
`PermissionDenied` (403) where the person may not. Work that takes longer than a moment is a task: `worker.run` does it in a process of
its own.
"""

import hashlib
import os
from contextlib import suppress

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import worker
from .models import BatchState, ImportBatch, RowState, Task
from .reading import NeedsChoice, Refused, limits, open_table
from .resources import resource_for

#: A file of up to so many bytes is opened while its sender waits, and refused at the form; what is larger is opened by the check, in a
#: process of its own: a workbook within all limits can take ten seconds to unpack.
LOOKED_AT_ONCE = 2 * 1024 * 1024


class Conflict(Exception):
    """The step does not fit the state that the import is in by now; the text says why and what to do."""


def receive(upload, dataset, *, user=None, source=None):
    """Keep an uploaded file and look whether it can be read at all; returns the batch in the state "uploaded".

    `upload` is a Django file (`name`, `size`, `chunks()`). Raises `reading.Refused` for what is no table; then nothing is kept.
    A workbook with several sheets is kept, and asks; a large file that is no table says so when it is checked.
    """
    if upload.size > limits.MAX_BYTES:
        raise Refused(_("This file is larger than %(size)s MB.") % {"size": limits.MAX_BYTES // 2**20})
    batch = ImportBatch(dataset=dataset, file_name=os.path.basename(upload.name)[:255], source=source, created_by=user)
    batch.size, batch.sha256 = _keep(upload, batch.path)
    try:
        if batch.size <= LOOKED_AT_ONCE:
            with suppress(NeedsChoice):
                open_table(batch.path, batch.file_name)
        batch.save()
    except BaseException:
        batch.path.unlink(missing_ok=True)
        raise
    return batch


def _keep(upload, path):
    """Write the file where only this portal reads it; returns its size and SHA-256."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in upload.chunks():
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def settle_reading(batch, **settled):
    """Settle how the file is read (`choice`, `answers`, `headings`, `source`, `prefer_file`); the rows are checked anew."""
    with _held(batch, BatchState.UPLOADED, BatchState.CHECKED) as batch:
        for name, value in settled.items():
            if isinstance(getattr(batch, name), dict):
                value = {**getattr(batch, name), **value}
            setattr(batch, name, value)
        if "sheet" in settled.get("choice", {}):  # the lines of another sheet are other lines
            batch.answers.pop("rows", None)
            settled["answers"] = batch.answers
        batch.save(update_fields=list(settled))
    return batch


def decide_row(batch, row, *, excluded=None, decisions=None):
    """Leave a row out (or take it in again), or say which of two disagreeing values of it is preferred."""
    with _held(batch, BatchState.CHECKED, BatchState.REVIEW) as batch:
        if excluded is not None:
            row.excluded = excluded
        if decisions is not None:
            row.decisions = {**row.decisions, **decisions}
        row.save(update_fields=["excluded", "decisions"])
        # Kept with the batch, for another check makes the rows anew; and it is another preview that will be confirmed.
        decided = {"excluded": row.excluded, "decisions": row.decisions}
        rows = {**batch.answers.get("rows", {}), str(row.line): decided}
        batch.answers, batch.checks = {**batch.answers, "rows": rows}, batch.checks + 1
        batch.save(update_fields=["answers", "checks"])
    return batch


def check(batch):
    """Start reading and checking all rows, from the first line."""
    with _held(batch, BatchState.UPLOADED, BatchState.CHECKED) as batch:
        batch.rows.all().delete()
        batch.rows_done, batch.rows_total, batch.problems = 0, None, []
        batch.state, batch.checks = BatchState.UPLOADED, batch.checks + 1
        batch.save()
        begin(batch, Task.CHECK)
    worker.start(batch)
    return batch


def submit(batch, *, user, token, only_good=False):
    """The coordinator's confirmation: what was previewed waits for another person, as one proposal.

    `user` is None where the operator imports by command; so it is in `approve`.
    """
    with _held(batch, BatchState.CHECKED) as batch:
        if batch.created_by_id != (user.pk if user else None):
            raise PermissionDenied(_("This import belongs to somebody else."))
        _must_be_previewed(batch, token)
        _must_be_ready(batch, only_good)
        batch.state, batch.only_good = BatchState.REVIEW, only_good
        batch.save(update_fields=["state", "only_good"])
    return batch


def approve(batch, *, user, token):
    """Another person's decision: the rows are written and published, in a process of its own."""
    with _held(batch, BatchState.REVIEW) as batch:
        _must_be_another(batch, user)
        _must_be_previewed(batch, token)
        batch.decided_by = user
        batch.save(update_fields=["decided_by"])
        begin(batch, Task.APPLY)
    worker.start(batch)
    return batch


def refuse(batch, *, user, reason):
    """Another person's decision: nothing of it is written. The reason is for the coordinator."""
    with _held(batch, BatchState.REVIEW) as batch:
        _must_be_another(batch, user)
        batch.state, batch.decided_by, batch.reason = BatchState.REFUSED, user, reason[:500]
        batch.save(update_fields=["state", "decided_by", "reason"])
    return batch


def cancel(batch, *, user):
    """Give the import up. A check that runs stops at its next chunk; what has been applied is taken back instead."""
    with _held(batch, BatchState.UPLOADED, BatchState.CHECKED, BatchState.REVIEW, running=True) as batch:
        if batch.task == Task.APPLY:
            raise Conflict(_("This import is being applied just now. It can be taken back afterwards."))
        if batch.is_running and not batch.is_silent:
            batch.cancelled = True
            batch.save(update_fields=["cancelled"])
            return batch
        worker.give_up(batch)
    return batch


def resume(batch):
    """Go on with a task whose process has died."""
    with _held(batch, *BatchState, running=True) as batch:
        if not batch.is_silent:
            raise Conflict(_("This import is running."))
        batch.heartbeat = timezone.now()
        batch.save(update_fields=["heartbeat"])
    worker.start(batch)
    return batch


def undo(batch, *, user, reason="", edited=False):
    """Start taking back what an import did. With `edited`, also the rows that somebody has changed since."""
    with _held(batch, BatchState.APPLIED) as batch:
        if not batch.can_be_undone:
            raise Conflict(_("An import can be taken back for 90 days. That time is over."))
        batch.answers = {**batch.answers, "undo": {"user": user.pk if user else None, "edited": edited}}
        batch.reason = reason[:500]
        batch.save(update_fields=["answers", "reason"])
        begin(batch, Task.UNDO)
    worker.start(batch)
    return batch


def begin(batch, task):
    """Claim the one place for a running import; raises `Conflict` where another one runs."""
    ImportBatch.objects.exclude(pk=batch.pk).exclude(task=Task.NONE).exclude(
        pk__in=ImportBatch.objects.alive().values("pk")
    ).update(task=Task.NONE)
    batch.task, batch.heartbeat, batch.cancelled = task, timezone.now(), False
    try:
        with transaction.atomic():
            batch.save(update_fields=["task", "heartbeat", "cancelled"])
    except IntegrityError as error:
        raise Conflict(_("Another import is running. Please try again in a minute.")) from error


class _held:
    """A transaction in which nobody else moves the batch; checks that it is in one of these states and that no task runs."""

    def __init__(self, batch, *states, running=False):
        self.pk, self.states, self.running = batch.pk, states, running
        self.atomic = transaction.atomic()

    def __enter__(self):
        self.atomic.__enter__()
        try:
            batch = ImportBatch.objects.select_for_update().get(pk=self.pk)
            if batch.state not in self.states or (batch.is_running and not self.running):
                raise Conflict(said_of(batch))
        except BaseException as error:
            self.atomic.__exit__(type(error), error, error.__traceback__)
            raise
        return batch

    def __exit__(self, *error):
        return self.atomic.__exit__(*error)


def said_of(batch):
    """Why a step does not fit an import as it stands."""
    said = _("This import is “%(state)s” by now; this step is not possible any more. Please look at it again.")
    return said % {"state": batch.get_task_display() if batch.task else batch.get_state_display()}


def _must_be_previewed(batch, token):
    if token != batch.token:
        raise Conflict(_("The preview has changed since you opened it. Please look at it again before you confirm."))


def _must_be_ready(batch, only_good):
    counts = batch.counts()
    if batch.problems:
        raise Conflict(_("The headings of the file have to be settled first."))
    if not (counts[RowState.NEW] or counts[RowState.CHANGED]):
        raise Conflict(_("There is nothing to import: no row is new or changed."))
    waiting = batch.rows.filter(state__in=[RowState.PROBLEM, RowState.QUESTION], excluded=False).count()
    if waiting and not only_good:
        raise Conflict(_("Some rows have problems or questions. Mend them, or import only the rows without."))


def _must_be_another(batch, user):
    if user and batch.created_by_id == user.pk:
        raise PermissionDenied(_("Nobody decides on an import of their own: another person has to."))


def may_import(user, dataset):
    """Whether a person may bring files for a dataset: a coordinator may for all, in proposals."""
    return user.has_perm("imports.add_importbatch") and resource_for(dataset) is not None


def may_decide(user, dataset):
    """Whether a person may publish or refuse what others import into a dataset."""
    resource = resource_for(dataset)
    return bool(resource) and user.has_perm("imports.apply_importbatch") and user.has_perms(resource.permissions())
