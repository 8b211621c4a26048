"""The one table of `core`: the version of the public data, under which pages and facets are cached."""

from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import models, transaction
from django.utils import timezone

from .prepared import fetch


class DataVersion(models.Model):
    """One row that says which state of the public data is current.

    It is raised last in the transaction of any public change and read before the rows, so that a page stored under a version
    never holds rows that are older than that version.
    """

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="data_version_has_one_row")]

    def __str__(self):
        return f"{self.number}"

    @classmethod
    def current(cls):
        """The version as `(number, changed_at)`, in one statement; `(0, None)` before anything was published."""
        rows = fetch("data version", lambda _ids: cls.objects.values_list("number", "changed_at"))
        if not rows:
            return 0, None
        number, moment = rows[0]
        # SQLite keeps moments as text, in UTC.
        return number, moment if isinstance(moment, datetime) else datetime.fromisoformat(moment).replace(tzinfo=UTC)

    @classmethod
    def advance(cls):
        """Raise the version. Call it last, inside the transaction of the change."""
        changed = cls.objects.filter(pk=1).update(number=models.F("number") + 1, changed_at=timezone.now())
        if not changed:
            cls.objects.create(pk=1, number=1)


@contextmanager
def public_change():
    """A transaction that may change what the public sees; the data version is raised as its last statement."""
    with transaction.atomic():
        yield
        DataVersion.advance()
