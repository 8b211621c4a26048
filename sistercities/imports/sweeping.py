"""What must not stay: files that no import needs any more, and the rows of old imports."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .models import UNDO_FOR, BatchState, ImportBatch, ImportOutcome, ImportRow, Task
from .worker import give_up

#: States in which the file is still wanted: it can be read anew, or given back with its problems.
NEEDS_ITS_FILE = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.REVIEW, BatchState.REFUSED)
#: A file younger than this may belong to an upload that goes on just now; no request lasts so long.
COMING_IN = timedelta(minutes=10)


def sweep():
    """Remove what nobody needs: returns `{"files": n, "imports": n, "rows": n}`, the numbers of what went.

    Files without an import or of one that has ended; files and rows of imports that were never brought forward for 90 days; rows of
    imports that can no longer be taken back. What is said of the import itself stays.
    """
    before = timezone.now() - UNDO_FOR
    imports = _give_up_abandoned(before)
    files = _remove_files(before)
    return {"files": files, "imports": imports, "rows": _remove_rows(before)}


def _give_up_abandoned(before):
    abandoned = ImportBatch.objects.filter(
        state__in=[BatchState.UPLOADED, BatchState.CHECKED], created_at__lt=before, task=Task.NONE
    )
    for batch in abandoned:
        give_up(batch)
    return len(abandoned)


def _remove_files(before):
    wanted = ImportBatch.objects.filter(state__in=NEEDS_ITS_FILE).exclude(
        state=BatchState.REFUSED, created_at__lt=before
    )
    keys = {str(key) for key in wanted.values_list("file_key", flat=True)}
    now, removed = timezone.now().timestamp(), 0
    for path in folder().glob("*"):
        with suppress(FileNotFoundError):  # another start may sweep at the same moment
            if path.name not in keys and path.is_file() and now - path.stat().st_mtime > COMING_IN.total_seconds():
                path.unlink()
                removed += 1
    return removed


def _remove_rows(before):
    ended = ImportBatch.objects.filter(applied_at__lt=before, task=Task.NONE) | ImportBatch.objects.filter(
        state__in=[BatchState.REFUSED, BatchState.CANCELLED], created_at__lt=before
    )
    ImportOutcome.objects.filter(row__batch__in=ended.values("pk")).delete()
    removed, _by_model = ImportRow.objects.filter(batch__in=ended.values("pk")).delete()
    return removed


def folder():
    """Where uploaded files lie."""
    return Path(settings.VAR_DIR) / "imports"
