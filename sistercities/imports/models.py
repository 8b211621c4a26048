"""An import: the file as it came, what its rows were understood to mean, and what became of them."""

import uuid
from datetime import timedelta
from pathlib import Path

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sistercities.core.constraints import one_of
from sistercities.curation.models import Source

#: How long an import can be taken back, and how long its rows are kept.
UNDO_FOR = timedelta(days=90)
#: A running task that has not been heard of for so long has died with its process; another may take it over.
SILENCE = timedelta(seconds=60)


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import", "uploaded")
    CHECKED = "checked", pgettext_lazy("import", "checked")
    REVIEW = "review", pgettext_lazy("import", "in review")
    APPLIED = "applied", pgettext_lazy("import", "applied")
    REFUSED = "refused", pgettext_lazy("import", "refused")
    CANCELLED = "cancelled", pgettext_lazy("import", "cancelled")
    UNDONE = "undone", pgettext_lazy("import", "taken back")


class Task(models.TextChoices):
    """What a process of its own does with a batch. Between two tasks nothing runs."""

    NONE = "", pgettext_lazy("import", "nothing")
    CHECK = "check", pgettext_lazy("import", "checking")
    APPLY = "apply", pgettext_lazy("import", "applying")
    UNDO = "undo", pgettext_lazy("import", "taking back")


class ImportBatchQuerySet(models.QuerySet):
    def alive(self):
        """Batches with a task whose process was heard of lately."""
        return self.exclude(task=Task.NONE).filter(heartbeat__gt=timezone.now() - SILENCE)

    def waiting_for(self, user, datasets):
        """What others have brought forward into `datasets`, those that `user` decides on: nobody decides on their own."""
        return self.filter(state=BatchState.REVIEW, dataset__in=datasets).exclude(created_by=user)


class ImportBatch(models.Model):
    """One file on its way into a dataset. `state` is where it stands, `task` what is being done with it just now.

    A batch changes nothing in the directory until its task "apply" commits, in one transaction with the state "applied".
    """

    dataset = models.CharField(_("dataset"), max_length=40)
    file_name = models.CharField(_("file"), max_length=255)
    file_key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False, help_text=_("Bytes."))
    #: What the coordinator settled about the reading: {"encoding": …, "delimiter": …, "sheet": …}.
    choice = models.JSONField(default=dict, blank=True)
    #: Question -> answer, once for the whole file: {"place:府中市|JP||": 1234, "dates": "mdy"}. Under "rows" what was decided on
    #: single lines, {"12": {"excluded": true}}, so that another check keeps it; under "source" a new source's title and address.
    answers = models.JSONField(default=dict, blank=True)
    #: Column number (as text) -> name of the column, or "" to leave it out: headings that were not understood.
    headings = models.JSONField(default=dict, blank=True)
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )
    prefer_file = models.BooleanField(_("prefer this file where sources disagree"), default=False)
    only_good = models.BooleanField(_("only the rows without problems"), default=False)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("imported by"), on_delete=models.SET_NULL, null=True, blank=True
    )
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="decided_imports",
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    state = models.CharField(
        pgettext_lazy("import", "state"), max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED
    )
    task = models.CharField(max_length=6, choices=Task.choices, default=Task.NONE, blank=True)
    heartbeat = models.DateTimeField(null=True, blank=True)
    cancelled = models.BooleanField(default=False)
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    #: Problems of the file as a whole, in the form of `ImportRow.problems`.
    problems = models.JSONField(default=list, blank=True)
    #: The data version under which the rows were checked.
    data_version = models.PositiveBigIntegerField(default=0)
    #: Raised by every check: what is confirmed is the preview that was seen.
    checks = models.PositiveIntegerField(default=0)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view", "add", "apply", "delete")
        constraints = [
            one_of("state", BatchState, "import_state_is_known"),
            one_of("task", Task, "import_task_is_known"),
            # One expression for all running batches: a second one is refused by the database itself.
            models.UniqueConstraint(
                Q(task=""), condition=~Q(task=""), name="import_runs_alone",
                violation_error_message=_("Another import is running. Please try again in a minute."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("import", args=[self.pk])

    @property
    def path(self):
        """Where the file lies: in a private folder of the portal's own, under a name that nobody chose."""
        return Path(settings.VAR_DIR) / "imports" / str(self.file_key)

    @property
    def is_running(self):
        return bool(self.task)

    @property
    def is_silent(self):
        """Whether the process of the running task has died: nothing was heard of it for a minute."""
        return self.is_running and (self.heartbeat is None or self.heartbeat < timezone.now() - SILENCE)

    @property
    def undo_until(self):
        return self.applied_at + UNDO_FOR if self.applied_at else None

    @property
    def can_be_undone(self):
        return self.state == BatchState.APPLIED and timezone.now() < self.undo_until

    def counts(self):
        """Number of rows by state, every state named: `{"new": 3, "changed": 0, …, "excluded": 1}`; what was left out counts only there."""
        return self.rows.aggregate(
            **{state: Count("pk", filter=Q(state=state, excluded=False)) for state in RowState.values},
            excluded=Count("pk", filter=Q(excluded=True)),
        )

    @property
    def token(self):
        """What a confirmation must bring along: it names the file and the very check that was previewed."""
        return f"{self.sha256[:16]}-{self.checks}"


class SparseJSONField(models.TextField):
    """JSON that is mostly empty, kept as text: it is read whole, and the database need not understand it.

    An import has eight of them in each of 100,000 rows. All that is asked of them is whether they are empty: `filter(problems=[])`.
    """

    def from_db_value(self, value, expression, connection):
        if value == "{}":
            return {}
        return [] if value == "[]" else orjson.loads(value)

    def to_python(self, value):
        return orjson.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        return encoded(value)

    def value_to_string(self, obj):
        return encoded(self.value_from_object(obj))


def encoded(value):
    """`value` as the text of a column of JSON."""
    return orjson.dumps(value).decode()


class RowState(models.TextChoices):
    NEW = "new", pgettext_lazy("row", "new")
    CHANGED = "changed", pgettext_lazy("row", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("row", "unchanged")
    QUESTION = "question", pgettext_lazy("row", "question")
    PROBLEM = "problem", pgettext_lazy("row", "with problems")


class ImportRow(models.Model):
    """One line of the file: its cells, what they were understood to mean, and what applying it does or did."""

    # Without an index of its own: that of the lines begins with it.
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField(_("line"), help_text=_("In the file, counted from 1."))
    state = models.CharField(max_length=10, choices=RowState.choices)
    excluded = models.BooleanField(_("left out"), default=False)
    #: The record that the check found; a new one stands in the outcome.
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    #: The cells as they stand in the file, in its order.
    cells = SparseJSONField(default=list)
    #: Column -> what will be stored. References are numbers of records, dates are ISO 8601.
    values = SparseJSONField(default=dict)
    #: Column -> how a cell was read, where that is not how it is written: {"established": "1955-12-07"}.
    readings = SparseJSONField(default=dict)
    #: Column -> [old, new], as text.
    differences = SparseJSONField(default=dict)
    #: Facts on which the file disagrees with the settled value -> [settled, said here, name of the settled value's source].
    disagreements = SparseJSONField(default=dict)
    #: Fact -> "file" or "stored": which of the two is preferred, where the row was decided by itself.
    decisions = SparseJSONField(default=dict)
    #: [{"code": …, "column": …, "value": …, "params": {…}}]; `problems.describe` says it in words.
    problems = SparseJSONField(default=list)
    #: [{"key": …, "column": …, "value": …, "of": …, "candidates": [id, …]}], see `questions`.
    questions = SparseJSONField(default=list)
    #: When the record was last changed, as the check saw it.
    seen = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["batch", "line"]
        default_permissions = ()
        indexes = [models.Index(fields=["batch", "state", "line"], name="import_row_by_state")]
        constraints = [
            one_of("state", RowState, "import_row_state_is_known"),
            models.UniqueConstraint(fields=["batch", "line"], name="import_row_has_its_own_line"),
        ]

    def __str__(self):
        return f"{self.batch} {self.line}"


class ImportOutcome(models.Model):
    """What applying a row did: a row of its own, because to write a hundred thousand long rows anew takes seconds."""

    # Whoever deletes applied rows deletes these first (`sweeping`): Django would read a hundred thousand rows to find that out.
    row = models.OneToOneField(ImportRow, on_delete=models.DO_NOTHING, related_name="outcome")
    object_id = models.PositiveBigIntegerField()
    #: For taking it back: {"new": true, "at": …} or {"old": {…}, "claims": […], "at": …}; `at` is when the record was written.
    done = SparseJSONField(default=dict)

    class Meta:
        verbose_name = _("outcome of a row")
        verbose_name_plural = _("outcomes of rows")
        default_permissions = ()

    def __str__(self):
        return f"{self.row_id}: {self.object_id}"
