"""Changes in words, for everybody who shows them: a fact that became another, and where a change came from.

What may be said to whom is not decided here: the public page (`portal.changes_words`) leaves out more than a curator's history does.
"""

from dataclasses import dataclass
from datetime import datetime, time
from functools import cache

from django.db.models import BooleanField, ForeignKey
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sistercities.core.datasets import datasets
from sistercities.core.dates import PartialDate, PartialDateField, display
from sistercities.core.names import content_language

#: Characters of a text (a description) that is quoted.
LONGEST = 200
#: Columns that are no facts for a reader: the number and the address of the record, its place among others.
NO_FACTS = {"id", "slug", "path", "position", "uid"}


@cache
def published_names(model):
    """The names of what the files of a model's dataset hold, where they are facts; empty for what is in no dataset."""
    views = (dataset.view for dataset in datasets() if dataset.model == model._meta.label)
    return tuple(column.name for view in views for column in view.columns if column.name not in NO_FACTS)


@dataclass
class Fact:
    """`before` and `after` in words, as far as there are any; `how` is changed, added, removed or unquoted."""

    label: str
    how: str
    before: str = ""
    after: str = ""

    @property
    def text(self):
        words = {"label": self.label, "before": self.before, "after": self.after}
        return _TEXTS[self.how] % words


_TEXTS = {
    "changed": _("%(label)s: %(after)s (before: %(before)s)"),
    "added": _("%(label)s: %(after)s (new)"),
    "removed": _("%(label)s: %(before)s (removed)"),
    "unquoted": _("%(label)s: changed"),
}


def of_words(label, old, new):
    """A fact with its two values in words; None where they are the same."""
    if old == new:
        return None
    how = "changed" if old and new else "added" if new else "removed"
    return Fact(label, how, old, new)


def value_words(column, value, others):
    """A stored value as a page says it, in the active language."""
    if value is None or value == "":
        return ""
    if isinstance(column, ForeignKey):
        return others.get((column.related_model, value), "")
    if column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, PartialDateField):
        return display(PartialDate(value), content_language())
    if isinstance(column, BooleanField):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int):
        return str(value) if column.name.endswith("year") else f"{value:,}"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
