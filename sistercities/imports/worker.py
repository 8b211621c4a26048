"""What a process of its own does: one task of one batch, from its beginning to its end.

A web worker must not be busy for longer than a page takes; so the desk starts `manage.py run_import` and shows how far it is. The process
says that it lives with every chunk. When it dies, whatever its transaction held is undone by the database, the batch stands where it stood
before the task, and the task can be begun again.
"""

import logging
import os
import subprocess
import sys
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from . import applying, checking, undoing
from .models import BatchState, ImportBatch, Task

log = logging.getLogger(__name__)

TASKS = {Task.CHECK: checking.check, Task.APPLY: applying.apply, Task.UNDO: undoing.undo}


_here = ContextVar("here", default=False)


@contextmanager
def at_once():
    """Tasks that are begun inside run here and are done when it ends: for the operator's command, which waits for them."""
    token = _here.set(True)
    try:
        yield
    finally:
        _here.reset(token)


def start(batch):
    """Do the task of a batch once the transaction that began it is stored: in a process of its own, or at once in tests."""
    if settings.IMPORTS_IN_PROCESS or _here.get():
        run(batch.pk)
    else:
        transaction.on_commit(lambda: _spawn(batch.pk))


def _spawn(pk):
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_import", str(pk)]
    # A session of its own: the process outlives the web worker that started it. Pages go first where both want the processor.
    subprocess.Popen(
        ["nice", *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True, env=os.environ
    )


def run(pk):
    """Do the task that a batch waits for; what goes wrong leaves the batch as it was before the task, and is logged."""
    batch = ImportBatch.objects.get(pk=pk)
    task = TASKS.get(batch.task)
    if task is None:
        return batch
    try:
        task(batch)
    except checking.Cancelled:
        give_up(batch)
    except checking.Superseded:
        pass
    except applying.Held as held:
        _stop(batch, str(held))
    except Exception:
        _stop(batch, _("Something went wrong on our side; nothing was changed. The operator finds more in the log."))
        log.exception("import %s: task %s failed", batch.pk, batch.task)
        if settings.IMPORTS_IN_PROCESS:
            raise
    batch.refresh_from_db()
    return batch


def _stop(batch, words):
    if connection.in_atomic_block:
        connection.set_rollback(False)
    ImportBatch.objects.filter(pk=batch.pk).update(task=Task.NONE, reason=words[:500])


def give_up(batch):
    """End an import that changed nothing: its rows and its file go."""
    with transaction.atomic():
        batch.rows.all().delete()
        batch.state, batch.task = BatchState.CANCELLED, Task.NONE
        batch.save(update_fields=["state", "task"])
    batch.path.unlink(missing_ok=True)
