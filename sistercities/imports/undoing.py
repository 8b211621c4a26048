"""Taking an import back: records it made are withdrawn, values it changed return, claims it added go; each with a name and a reason.

A record that somebody has changed since is left as it is, unless that is asked for.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sistercities.core.models import DataVersion

from .applying import Run, chunks_done
from .checking import beat
from .models import BatchState, Task
from .resources import resource_for


def applied_rows(batch):
    return batch.rows.filter(outcome__isnull=False).order_by("line")


def preview(batch):
    """What taking back would do: `{"withdrawn": n, "restored": n, "edited": [rows that were changed since]}`."""
    resource = resource_for(batch.dataset)(batch)
    said = {"withdrawn": 0, "restored": 0, "edited": []}
    for rows in chunks_done(applied_rows(batch)):
        seen = resource.seen([row.object_id for row in rows])
        for row in rows:
            said["withdrawn" if row.outcome.get("new") else "restored"] += 1
            if seen.get(row.object_id) != row.outcome["at"]:
                said["edited"].append(row)
    return said


def undo(batch):
    """Take back an applied batch in one transaction; `answers["undo"]` says who asked and whether edited rows are included."""
    asked = batch.answers.get("undo", {})
    resource = resource_for(batch.dataset)(batch)
    with transaction.atomic():
        beat(batch)
        user = _user(asked.get("user"))
        reason = _("Import %(number)s taken back: %(reason)s") % {"number": batch.pk, "reason": batch.reason}
        run = Run(batch, user, timezone.now(), reason)
        for rows in chunks_done(applied_rows(batch)):
            if not asked.get("edited"):
                seen = resource.seen([row.object_id for row in rows])
                rows = [row for row in rows if seen.get(row.object_id) == row.outcome["at"]]
            resource.take_back(rows, run)
        batch.state, batch.task, batch.undone_at = BatchState.UNDONE, Task.NONE, run.now
        batch.save(update_fields=["state", "task", "undone_at"])
        DataVersion.advance()


def _user(pk):
    from django.contrib.auth import get_user_model  # models are ready by the time anything is undone

    return get_user_model().objects.filter(pk=pk).first()
