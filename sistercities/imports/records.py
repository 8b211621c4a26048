"""The import of root records: organizations, desks, programs, figures, events, places. Columns follow from the fields of the model.

A dataset's Resource names its columns and how a record is found; reading, comparing, checking against the constraints of the table, writing
with history and taking back stand here.
"""

from collections import defaultdict
from datetime import time

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from sistercities.core.dates import PartialDateField
from sistercities.core.text import slugify_name
from sistercities.curation.history import one_entry, telling
from sistercities.curation.models import Publication

from .problems import Unfit, told, unfit
from .resources import Column, ImportResource
from .sources import source_of_batch
from .widgets import (
    AddressWidget,
    ChoiceWidget,
    DateWidget,
    DecimalWidget,
    EmailWidget,
    NumberWidget,
    TextWidget,
    TruthWidget,
    plain,
)

MOST = {models.PositiveSmallIntegerField: 32_767, models.PositiveIntegerField: 2**31 - 1}


class TimeWidget(TextWidget):
    """A time of day, HH:MM."""

    def clean(self, value, row=None, **kwargs):
        try:
            return time.fromisoformat(plain(value).zfill(5)).strftime("%H:%M")
        except ValueError:
            raise unfit("time") from None


class ReferenceWidget(TextWidget):
    """A record of another table by a key of its own (a slug, the path of a place); stored is its number."""

    def __init__(self, model, key):
        super().__init__()
        self.model, self.key = model, key
        self.known, self.keys = {}, {}

    def load(self):
        rows = self.model.objects.exclude(publication=Publication.WITHDRAWN).values_list("pk", self.key)
        self.keys = {pk: str(key) for pk, key in rows}
        self.known = {key: pk for pk, key in self.keys.items()}

    def clean(self, value, row=None, **kwargs):
        text = plain(value).strip("/")
        if text not in self.known:
            what = self.model._meta.verbose_name
            raise Unfit("reference", lambda: str(UNKNOWN_REFERENCE) % {"what": what, "value": text[:80]})
        return self.known[text]

    def render(self, value, obj=None, **kwargs):
        return self.keys.get(value, "")


UNKNOWN_REFERENCE = _("There is no %(what)s “%(value)s” in the directory. Correct it, or add it first.")


class SeveralWidget(TextWidget):
    """Several values of one kind with a semicolon between them; stored is a list."""

    def __init__(self, one):
        super().__init__()
        self.one = one

    def load(self):
        if hasattr(self.one, "load"):
            self.one.load()

    def clean(self, value, row=None, **kwargs):
        parts = [part.strip() for part in value.replace("；", ";").split(";")]
        return list(dict.fromkeys(self.one.clean(part) for part in parts if part))

    def render(self, value, obj=None, **kwargs):
        return ";".join(self.one.render(part) for part in value or ())


def widget_for(field):
    """The widget of a model field: a subclass of import-export's, chosen by type as its ModelResource does."""
    if field.choices:
        return ChoiceWidget(Choices(field.choices))
    if isinstance(field, PartialDateField):
        return DateWidget()
    if isinstance(field, models.BooleanField):
        return TruthWidget()
    if isinstance(field, models.FloatField):
        return DecimalWidget(-180, 180)
    if isinstance(field, models.IntegerField):
        return NumberWidget(0, MOST.get(type(field), 2**53))
    if isinstance(field, models.TimeField):
        return TimeWidget()
    if isinstance(field, models.EmailField):
        return EmailWidget(field.max_length)
    if isinstance(field, models.URLField):
        return AddressWidget(field.max_length)
    return TextWidget(field.max_length)


class Choices:
    """The choices of a field in the shape of a `TextChoices`."""

    def __init__(self, choices):
        self.choices = [(value, label) for value, label in choices]
        self.values = [value for value, _label in self.choices]


def column(model, name, help="", **more):
    """A column that holds the field `name` of `model`."""
    field = model._meta.get_field(name)
    empty = getattr(field, "blank", True) or field.has_default()
    return Column(
        widget_for(field), field.verbose_name, help or field.help_text, attribute=name, clearable=empty, **more
    )


def reference(model, name, key, help="", *, heading="", **more):
    """A column that names the record to which the foreign key `name` points, by a key of that record."""
    field = model._meta.get_field(name)
    widget = ReferenceWidget(field.related_model, key)
    return Column(widget, heading or field.verbose_name, help, attribute=name, clearable=field.null, **more)


def record_id():
    return Column(NumberWidget(1, 2**53), _("id"), _("Number of the record; empty for a new one."), clearable=False)


class RecordResource(ImportResource):
    """A dataset whose rows are root records, one line each."""

    #: How a record is found without its number: the first of these groups of columns that a row fills.
    natural = ()
    #: Columns whose values are rows of their own or links: name -> function (record, values) that stores them.
    lists = {}
    required = ()

    def start(self):
        for column in self.fields.values():
            if hasattr(column.widget, "load"):
                column.widget.load()
        self._lines = {}
        self._slugs = set()

    # which record a row means -----------------------------------------------------------------------------------------

    def records(self):
        """The records that rows may mean, with what `stored` reads."""
        return self.model.objects.exclude(publication=Publication.WITHDRAWN)

    def match(self, lines):
        ids = [line.values["id"] for line in lines if "id" in line.values]
        wanted = defaultdict(set)
        for line in lines:
            group = self._group(line)
            if group and "id" not in line.values:
                wanted[group].add(line.values[group[0]])
        condition = Q(pk__in=ids)
        for group, values in wanted.items():
            condition |= Q(**{f"{self._attribute(group[0])}__in": values})
        found = list(self.records().filter(condition)) if ids or wanted else []
        by_id = {record.pk: record for record in found}
        by_key = defaultdict(list)
        for record in found:
            stored = self.stored(record)
            for group in self.natural:
                by_key[group, tuple(stored[name] for name in group)].append(record)
        for line in lines:
            self._find(line, by_id, by_key)

    def _group(self, line):
        return next((group for group in self.natural if all(line.values.get(name) for name in group)), None)

    def _attribute(self, name):
        return self.fields[name].attribute or name

    def _find(self, line, by_id, by_key):
        group = self._group(line)
        if "id" in line.values:
            record = by_id.get(line.values["id"])
            if record is None:
                line.complain("id_unknown", "id")
        elif group:
            record = self._one(line, by_key[group, tuple(line.values[name] for name in group)])
        else:
            record = None
            if line.is_clean and self.natural:
                line.complain("required", self.natural[-1][0])
        if record is not None:
            line.object_id, line.stored, line.seen = record.pk, self.stored(record), record.updated_at.isoformat()
        line.record = record

    def _one(self, line, records):
        """The only record of a natural key; where there are several, the one that was answered, else a question."""
        if len(records) < 2:
            return records[0] if records else None
        key = f"record:{line.texts.get(self._group(line)[0], '')}"
        answer = next((record for record in records if record.pk == self.answers.get(key)), None)
        if answer is None:
            line.ask(key, "id", told(lambda: str(records[0])), [record.pk for record in records])
        return answer

    def stored(self, record):
        """The record's values by column, as `values` has them."""
        return {name: self.stored_value(record, name) for name in self.fields if name != "id"}

    def stored_value(self, record, name):
        column = self.fields[name]
        attribute = self._attribute(name)
        if name in self.lists:
            return self.stored_list(record, name)
        if isinstance(column.widget, ReferenceWidget):
            return getattr(record, self.model._meta.get_field(attribute).attname)
        value = getattr(record, attribute)
        if isinstance(value, time):
            return value.strftime("%H:%M")
        return str(value) if isinstance(value, str) else value

    def stored_list(self, record, name):
        """The values of a column of `lists`; links of a many-to-many field by their numbers."""
        return [other.pk for other in getattr(record, name).all()]

    def compare(self, line):
        for name, value in line.values.items():
            if name != "id" and name in line.stored:
                stored = line.stored[name]
                same = (
                    sorted(value) == sorted(stored)
                    if isinstance(value, list) and isinstance(stored, list)
                    else value == stored
                )
                if not same:
                    line.differences[name] = [self.shown(name, stored), self.shown(name, value)]

    # rules ------------------------------------------------------------------------------------------------------------

    def check(self, lines):
        for line in lines:
            if not line.is_clean:
                continue
            self._check_repeat(line)
            if line.differences and line.record is not None and line.record.is_locked:
                line.complain("locked", "id")
            elif line.object_id is None or line.differences:
                self._check_record(line)

    def _check_repeat(self, line):
        group = self._group(line)
        key = line.object_id or (group and (group, *(str(line.values[name]) for name in group)))
        first = self._lines.setdefault(key, line.number) if key else line.number
        if first != line.number:
            line.complain("twice", "id" if line.object_id else group[0], line=first)

    def _check_record(self, line):
        """What the fields and the constraints of the table say of the record as it would be stored."""
        record = line.record or self.new_record()
        self.set_fields(record, line.values)
        self.check_record(record, line)
        texts = defaultdict(dict)
        for language in ("en", "ja"):
            with override(language):
                try:
                    record.full_clean(exclude=self.unchecked(), validate_unique=False)
                except ValidationError as error:
                    for name, messages in error.message_dict.items():
                        for index, message in enumerate(messages):
                            texts[name, index][language] = message
                else:
                    break  # there is nothing to say in the other language either
        for (name, _index), said in texts.items():
            column = next((column for column in self.fields if self._attribute(column) == name), "")
            line.complain("constraint", column, lambda said=said: _said(said))

    def unchecked(self):
        """Fields that are derived while a record is stored."""
        return {"slug"}

    def check_record(self, record, line):
        """Rules of the dataset that no table can hold."""

    def new_record(self):
        return self.model(publication=Publication.PUBLISHED)

    def set_fields(self, record, values):
        """Write the values of a row to the fields of a record in memory; lists are stored after it."""
        for name, value in values.items():
            column = self.fields.get(name)
            if column is None or name == "id" or name in self.lists:
                continue
            field = self.model._meta.get_field(self._attribute(name))
            if isinstance(field, models.TimeField):
                value = time.fromisoformat(value) if value else None
            setattr(record, field.attname, value)

    def shown_records(self, ids):
        return self.records().in_bulk(ids)

    # writing ----------------------------------------------------------------------------------------------------------

    def seen(self, ids):
        rows = self.model.objects.filter(pk__in=ids).exclude(publication=Publication.WITHDRAWN)
        return {pk: at.isoformat() for pk, at in rows.values_list("pk", "updated_at")}

    def recorded_meanwhile(self, rows):
        """New rows whose natural key is taken since the check."""
        held = []
        for row in rows:
            group = next((group for group in self.natural if all(row.values.get(name) for name in group)), None)
            if group and self.records().filter(**{self._attribute(name): row.values[name] for name in group}).exists():
                held.append(row)
        return held

    def store(self, rows, run, prepared):
        known = {
            record.pk: record
            for record in self.records().filter(pk__in=[row.object_id for row in rows if row.object_id])
        }
        for row in rows:
            record = known.get(row.object_id)
            row.outcome = {"new": record is None, "old": {}}
            if record is None:
                record = self.new_record()
                record.publication = run.publication
                values = row.values
            else:
                values = {name: row.values[name] for name in row.differences}
                stored = self.stored(record)
                row.outcome["old"] = {name: stored[name] for name in values}
            self.set_fields(record, values)
            self._save(record, values, run)
            row.object_id = record.pk
            if row.outcome["new"]:
                self.cite(record, row, run)
            row.outcome["at"] = record.updated_at.isoformat()

    def _save(self, record, values, run):
        """The record, its links and the rows below it; its history gets one entry, and each of theirs names who and why."""
        entry = one_entry(record, kind="~" if record.pk else "+", reason=run.reason, user=run.user)
        with telling(run.reason, run.user), entry:
            self.save(record, run)
            for name in self.lists.keys() & values.keys():
                self.lists[name](record, values[name])

    def save(self, record, run):
        """Store a record; a slug that a new one lacks is made from its name."""
        if hasattr(self.model, "slug") and isinstance(
            self.model.__dict__.get("slug"), models.query_utils.DeferredAttribute
        ):
            record.slug = record.slug or self.free_slug(record)
        record.save()

    def free_slug(self, record):
        stem = (slugify_name(getattr(record, "name_en", "") or getattr(record, "counted_en", "")) or self.dataset)[
            :100
        ].strip("-")
        slug, number = stem, 1
        while self.model.objects.filter(slug=slug).exists():
            number += 1
            slug = f"{stem}-{number}"
        return slug

    def cite(self, record, row, run):
        """The source of the import becomes a citation of the new record's existence."""
        citation = self.model._meta.get_field("citations").related_model
        if "existence" not in dict(citation._meta.get_field("fact").choices):
            return
        owner = self.model._meta.get_field("citations").field.name
        claim = citation(
            **{owner: record},
            fact="existence",
            source=source_of_batch(run.batch),
            locator=f"{run.batch.file_name[:200]}:{row.line}",
            read_on=run.now.date().isoformat(),
        )
        claim._history_user, claim._change_reason = run.user, run.reason[:100]
        claim.save()

    def take_back(self, rows, run):
        known = {record.pk: record for record in self.model.objects.filter(pk__in=[row.object_id for row in rows])}
        for row in rows:
            record = known[row.object_id]
            if row.outcome["new"]:
                record.publication = Publication.WITHDRAWN
            self.set_fields(record, row.outcome["old"])
            self._save(record, row.outcome["old"], run)


def _said(texts):
    """One message of a validation in the active language; both were asked for beforehand."""
    return texts.get((get_language() or "en")[:2]) or next(iter(texts.values()))
