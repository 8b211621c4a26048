"""The history of one record as its curators read it: who changed what, when, through which door and why, its rows in the same stream.

The histories note rows; people think in changes. What one person wrote in one go, for one reason, is one change: it never writes a row
twice, so that the second entry of a row begins another.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property

from django.contrib.auth import get_user_model
from django.db.models import BooleanField, ForeignKey, OuterRef, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .change_words import NO_FACTS, Fact, of_words, value_words
from .doors import door_of, is_of_a_door
from .history import links_of_entries
from .versions import parts_of

#: Changes on a page, and entries that one statement reads of a table.
PAGE, WINDOW = 25, 300
#: How far apart the entries of one change lie at most, unless a door says that they belong together.
TOGETHER = timedelta(seconds=1)
#: Columns that name a row in a few words.
NAMING = 2

KINDS = {"+": _("created"), "~": _("changed"), "-": _("deleted")}


@dataclass
class Step:
    """One row in one change: an entry of a history, and what the row was before it (both as entries; None where there was or is none)."""

    part: object
    entry: object
    earlier: object = None

    @property
    def row(self):
        return (self.part.model, self.entry.id)

    @property
    def before(self):
        """A deletion's own entry holds the row as it was last."""
        return {"+": None, "-": self.entry}.get(self.entry.history_type, self.earlier)

    @property
    def after(self):
        return None if self.entry.history_type == "-" else self.entry

    @cached_property
    def changed(self):
        """The columns that a curator edits and that became another."""
        if not (self.before and self.after):
            return []
        return [name for name in edited(self.part.model) if value_at(self.before, name) != value_at(self.after, name)]


@dataclass
class Change:
    """What one person changed in one go; `steps` the newest first."""

    record: object
    steps: list = field(default_factory=list)
    facts: list = field(default_factory=list)
    who: str = ""

    @property
    def newest(self):
        return self.steps[0].entry

    @property
    def moment(self):
        return self.newest.history_date

    @property
    def key(self):
        """By which the change is found again: its newest entry."""
        return f"{self.steps[0].part.model._meta.model_name}-{self.newest.history_id}"

    @property
    def number(self):
        return self.newest.history_id

    @property
    def reason(self):
        return self.newest.history_change_reason or ""

    @property
    def door(self):
        return door_of(self.reason, has_user=self.newest.history_user_id is not None)

    @property
    def root(self):
        return next((step for step in self.steps if step.part.model is type(self.record)), None)

    @property
    def kind(self):
        return KINDS[self.root.entry.history_type if self.root else "~"]

    @property
    def is_of_the_record(self):
        """Whether it made or deleted the record itself: that is not taken back like an edit."""
        return self.root is not None and self.root.entry.history_type != "~"

    @property
    def can_be_reverted(self):
        """Whether what it changed is known on both sides."""
        known = all(step.before or step.entry.history_type == "+" for step in self.steps)
        return known and not self.is_of_the_record and bool(self.facts)

    def takes(self, step):
        """Whether an older entry is of the same change."""
        oldest = self.steps[-1].entry
        same = (oldest.history_user_id, oldest.history_change_reason) == (
            step.entry.history_user_id, step.entry.history_change_reason,
        )  # fmt: skip
        near = oldest.history_date - step.entry.history_date < TOGETHER or is_of_a_door(self.reason)
        return same and near and step.row not in {other.row for other in self.steps}


@cache
def edited(model):
    """The columns (and links) of a record or row that a curator edits, by the names of their attributes; the owner of a row is none."""
    history = model.history.model
    own = {found.attname for found in history.tracked_fields}
    plain = [found.attname for found in model._meta.concrete_fields if found.editable and not found.primary_key]
    return (*(name for name in plain if name in own), *(found.name for found in history._history_m2m_fields))


def value_at(entry, name):
    """The value of a column, or of links the numbers they led to, when an entry was written."""
    return entry.links[name] if name in entry.links else getattr(entry, name)


def changes_of(record, *, before=None, upto=None, enough=PAGE):
    """`(changes, moment before which the next page begins or None)`, the newest first; `before` and `upto` are moments."""
    steps, floor = [], None
    for part in parts_of(type(record)):
        found = list(_entries(record, part, before, upto)[:WINDOW])
        if len(found) == WINDOW:
            floor = max(filter(None, [floor, found[-1].history_date]))
        steps += [Step(part, entry) for entry in found]
    steps.sort(
        key=lambda step: (step.entry.history_date, step.part.model is type(record), step.entry.history_id), reverse=True
    )
    changes = _grouped(record, steps)
    whole = [change for change in changes if floor is None or change.steps[-1].entry.history_date > floor] or changes[
        :1
    ]
    shown = whole[:enough]
    _add_earlier(shown)
    _add_words(shown)
    return shown, shown[-1].steps[-1].entry.history_date if len(shown) < len(changes) else None


def change_at(record, key):
    """The change with this key, or None."""
    name, _dash, number = key.partition("-")
    part = next((part for part in parts_of(type(record)) if part.model._meta.model_name == name), None)
    if part is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    entry = part.history.objects.filter(**{part.owner: record.pk}, history_id=number).first()
    changes = changes_of(record, upto=entry.history_date)[0] if entry else []
    return next((change for change in changes if change.key == key), None)


def _entries(record, part, before, upto):
    entries = part.history.objects.filter(**{part.owner: record.pk}).order_by("-history_date", "-history_id")
    entries = entries.filter(history_date__lt=before) if before else entries
    entries = entries.filter(history_date__lt=upto + timedelta(microseconds=1)) if upto else entries
    earlier = part.history.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by(
        "-history_id"
    )
    return entries.annotate(earlier_id=Subquery(earlier.values("history_id")[:1]))


def _grouped(record, steps):
    changes = []
    for step in steps:
        if not (changes and changes[-1].takes(step)):
            changes.append(Change(record))
        changes[-1].steps.append(step)
    return changes


def _add_earlier(changes):
    """Each step with the entry before it: a statement for each table."""
    wanted = defaultdict(set)
    for step in (step for change in changes for step in change.steps):
        if step.entry.earlier_id:
            wanted[step.part.history].add(step.entry.earlier_id)
    stored = {history: history.objects.in_bulk(ids, field_name="history_id") for history, ids in wanted.items()}
    for step in (step for change in changes for step in change.steps):
        step.earlier = stored.get(step.part.history, {}).get(step.entry.earlier_id)
    _add_links([step for change in changes for step in change.steps])


def _add_links(steps):
    """Each entry with the records that its links led to: a statement for each many-to-many field."""
    entries = defaultdict(list)
    for step in steps:
        for entry in filter(None, (step.entry, step.earlier)):
            entry.links = {}
            entries[step.part.history].append(entry)
    for history, found in entries.items():
        for column in history._history_m2m_fields:
            links = links_of_entries(column, found)
            for entry in found:
                entry.links[column.name] = links[entry.history_id]


# In words --------------------------------------------------------------------------------------------------------------


def _add_words(changes):
    users = get_user_model().objects.in_bulk({change.newest.history_user_id for change in changes} - {None})
    steps = [step for change in changes for step in change.steps]
    others = named(steps)
    for change in changes:
        user = users.get(change.newest.history_user_id)
        change.who = user.get_username() if user else ""
        change.facts = [fact for step in reversed(change.steps) for fact in facts_of(step, change.record, others)]


def named(steps):
    """(model, id) -> name of every record that a value of the steps leads to: a statement for each table."""
    wanted = defaultdict(set)
    for step in steps:
        for entry in filter(None, (step.before, step.after)):
            for name in edited(step.part.model):
                model = column_of(step.part.model, name).related_model
                value = value_at(entry, name) if model else None
                wanted[model] |= set(value if isinstance(value, list) else [value]) - {None}
    wanted.pop(None, None)
    return {
        (model, pk): str(found)
        for model, ids in wanted.items()
        for pk, found in model._base_manager.in_bulk(ids).items()
    }


@cache
def column_of(model, name):
    """The field behind the name of an attribute."""
    return next(found for found in model._meta.get_fields() if name in (getattr(found, "attname", None), found.name))


def words(model, name, value, others):
    """A value as a curator reads it: choices by their labels, records by their names."""
    column = column_of(model, name)
    if isinstance(value, list):
        return gettext(", ").join(_name(column.related_model, pk, others) for pk in value)
    if isinstance(column, ForeignKey) and value:
        return _name(column.related_model, value, others)
    return value_words(column, value, others)


def _name(model, pk, others):
    return others.get((model, pk)) or gettext("a record that is gone")


def facts_of(step, record, others):
    """What a step changed, as `Fact`s. Making or deleting the record itself says everything that it held."""
    model = step.part.model
    if model is type(record) and step.before and step.after:
        return [_fact(step, name, label_of(model, name), others) for name in step.changed]
    if step.before and step.after:
        row = row_label(step, step.after, others)
        said = gettext("%(row)s: %(field)s")
        return [_fact(step, name, said % {"row": row, "field": label_of(model, name)}, others) for name in step.changed]
    if model is type(record):
        held = step.after or step.before
        filled = [(name, words(model, name, value_at(held, name), others)) for name in edited(model)]
        return [
            Fact(label_of(model, name), "added" if step.after else "removed", text, text)
            for name, text in filled
            if text
        ]
    old, new = (row_words(step, entry, others) if entry else "" for entry in (step.before, step.after))
    fact = of_words(capfirst(str(model._meta.verbose_name)), old, new)
    return [fact] if fact else []


def _fact(step, name, label, others):
    old, new = (words(step.part.model, name, value_at(entry, name), others) for entry in (step.before, step.after))
    return of_words(label, old, new) or Fact(label, "changed", old, new)


def label_of(model, name):
    return capfirst(str(column_of(model, name).verbose_name))


def row_words(step, entry, others):
    """Everything that a row holds but whose row it is, in words: “Riga (signed as: Livonia, holding: presumed until confirmed)”."""
    model = step.part.model
    told = _told(step, entry, others)
    names = [text for name, text in told.items() if name in _names(model, told)]
    more = [
        gettext("%(column)s: %(words)s") % {"column": column_of(model, name).verbose_name, "words": text}
        for name, text in told.items()
        if text not in names and not _goes_without_saying(model, name, value_at(entry, name))
    ]
    said = gettext(", ").join(names) or gettext("an entry")
    return gettext("%(name)s (%(more)s)") % {"name": said, "more": gettext(", ").join(more)} if more else said


def row_label(step, entry, others):
    """“Act signing, 21 October 1957”: which row a change speaks of."""
    model = step.part.model
    told = _told(step, entry, others)
    return gettext("%(row)s “%(name)s”") % {
        "row": capfirst(str(model._meta.verbose_name)),
        "name": gettext(", ").join(told[name] for name in _names(model, told)),
    }


def _told(step, entry, others):
    """Column -> its value in words, of those that hold something and are not the owner; what names the row comes first."""
    model = step.part.model
    columns = (name for name in naming(model) if name != step.part.owner)
    told = {name: words(model, name, value_at(entry, name), others) for name in columns}
    return {name: text for name, text in told.items() if text}


def _names(model, told):
    """The columns among those told that name a row of the model: what its table says, else the first."""
    return [name for name in getattr(model, "named_by", ()) if name in told] or list(told)[:NAMING]


def _goes_without_saying(model, name, value):
    """Whether a column says nothing of its own: its row's place among others, a tick that is not set, a choice that is as it mostly is."""
    column = column_of(model, name)
    usual = isinstance(column, BooleanField) or bool(getattr(column, "choices", None))
    return name in NO_FACTS or usual and column.has_default() and value == column.get_default()


def naming(model):
    """The columns that tell a row from others first: those by which its table puts it in order, then the rest; its position last."""
    first = [name.lstrip("-") for name in model._meta.ordering]
    known = {found.name for found in model._meta.fields} - NO_FACTS
    attributes = [column_of(model, name).attname for name in first if name in known]
    named = dict.fromkeys([*(name for name in attributes if name in edited(model)), *edited(model)])
    return sorted(named, key=NO_FACTS.__contains__)
