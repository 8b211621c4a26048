"""A form that was read before somebody else saved: what each field was, what it is now and what was typed, brought together.

Nothing is saved then. The form comes back on the new version: a field that the editor left alone takes what the other stored, a field
that the editor changed keeps what was typed, and everything that differs is said beside the form, so that the editor can choose.
"""

import re
from dataclasses import dataclass

from django.db.models import Model
from django.forms import CheckboxInput, ModelChoiceField, MultiWidget
from django.forms.models import InlineForeignKeyField
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .history import links_at
from .versions import parts_of

#: Fields of a form that are nothing of the record.
NOT_OF_THE_RECORD = {"change_reason", "change_source", "DELETE"}


@dataclass
class Difference:
    """Something that somebody else changed: as the editor opened it, as it is stored now, as the editor typed it."""

    label: str
    opened: str
    stored: str
    typed: str
    #: Whether the editor changed it as well, to something else.
    clash: bool = False


class Stale:
    """The comparison of a posted form with the record as it is; `data` is the form as it comes back, `differences` what to say."""

    def __init__(self, admin, request, record, positions):
        self.admin, self.request, self.record = admin, request, record
        #: None where the form does not say what it was read with: then it counts as read now, and only has to be looked at again.
        self.positions = positions
        self.differences = []
        self.data = request.POST.copy()
        if positions is not None:
            self._compare_record()
            for formset in self._formsets():
                self._compare_rows(formset)

    @property
    def since(self):
        """Who wrote to the record since, the latest first: `(moment, name)` pairs, each person once."""
        found = {}
        for part, position in self._parts():
            entries = part.history.objects.filter(**{part.owner: self.record.pk}, history_id__gt=position)
            for entry in entries.select_related("history_user").order_by("-history_id")[:50]:
                name = entry.history_user.get_username() if entry.history_user else ""
                found[name] = max(entry.history_date, found.get(name, entry.history_date))
        return sorted(((moment, name) for name, moment in found.items()), reverse=True)

    def _parts(self):
        return list(zip(parts_of(type(self.record)), self.positions or (), strict=False))

    def _entries(self, model, owner):
        """The rows of a part as they were when the form was read: primary key -> entry of the history."""
        part, position = next((part, at) for part, at in self._parts() if (part.model, part.owner) == (model, owner))
        entries = part.history.objects.filter(**{part.owner: self.record.pk}, history_id__lte=position)
        newest = {}
        for entry in entries.order_by("-history_id"):
            newest.setdefault(entry.id, entry)
        return {pk: entry for pk, entry in newest.items() if entry.history_type != "-"}

    # the record's own fields

    def _compare_record(self):
        form_class = self.admin.get_form(self.request, self.record, change=True)
        now = form_class(instance=self.record)
        entry = self._entries(type(self.record), self.record._meta.pk.attname).get(self.record.pk)
        if entry:
            self.differences += merge(now, opened_values(form_class, entry), self.data)

    # the rows below it

    def _formsets(self):
        """The formsets of the page as it would be opened now, without what was posted."""
        prefixes = {}
        for FormSet, inline in self.admin.get_formsets_with_inlines(self.request, self.record):
            prefix = FormSet.get_default_prefix()
            prefixes[prefix] = prefixes.get(prefix, 0) + 1
            if prefixes[prefix] != 1 or not prefix:
                prefix = f"{prefix}-{prefixes[prefix]}"
            yield FormSet(instance=self.record, prefix=prefix, queryset=inline.get_queryset(self.request))

    def _compare_rows(self, formset):
        opened = self._entries(formset.model, formset.fk.attname)
        stored = {form.instance.pk: form for form in formset.initial_forms}
        initial, extra = posted_rows(self.data, formset.prefix)
        kept, seen = [], set()
        for row in initial:
            pk = _number(row.get("id"))
            seen.add(pk)
            if pk in stored:
                kept.append(row)
                self.differences += self._row_changed(stored[pk], opened.get(pk), row)
            elif pk in opened:
                extra += self._row_removed(formset, opened[pk], row)
        for pk in stored.keys() - seen - opened.keys():
            kept.append(self._row_added(stored[pk]))
        write_rows(self.data, formset.prefix, kept, extra)

    def _row_changed(self, form, entry, row):
        opened = opened_values(type(form), entry) if entry else None
        found = merge(form, opened, row, self._row_label(form.instance))
        if found and row.get("DELETE"):
            return [Difference(one.label, one.opened, one.stored, _("to be removed"), clash=True) for one in found]
        return found

    def _row_removed(self, formset, entry, row):
        """A row that is gone: what the editor changed in it is offered as a new row, the rest stays away."""
        was = entry.instance
        form = formset.form(instance=was)
        typed = changed_by(form, opened_values(formset.form, entry), row)
        wanted = bool(typed) and not row.get("DELETE")
        said = _("changed: %(fields)s") % {"fields": _(", ").join(typed)} if wanted else ""
        self.differences.append(Difference(self._row_label(was), str(was), _("removed"), said, clash=wanted))
        row.pop("id", None)
        return [row] if wanted else []

    def _row_added(self, form):
        self.differences.append(Difference(self._row_label(form.instance), "", str(form.instance), ""))
        row = MultiValueDict()
        for name, field in form.fields.items():
            if name != "DELETE":
                write(row, name, field, form.get_initial_for_field(field, name))
        return row

    def _row_label(self, row):
        return _("%(row)s “%(name)s”") % {"row": capfirst(str(row._meta.verbose_name)), "name": row}


def opened_values(form_class, entry):
    """The initial values of a form for a record or row as an entry of the history has it."""
    links = {field.name: links_at(field, entry) for field in entry._history_m2m_fields}
    return {**form_class(instance=entry.instance).initial, **links}


def merge(form, opened, data, label=""):
    """Compare `data` (unprefixed, changed in place) with what the form's record was and what it is; returns the differences.

    `opened` is None where no history knows what it was: then everything that differs from what is stored is a clash.
    """
    found = []
    for name, field in form.fields.items():
        if not _is_of_the_record(name, field):
            continue
        now, typed = form.get_initial_for_field(field, name), field.widget.value_from_datadict(data, {}, name)
        was = now if opened is None else opened.get(name)
        if opened is not None and _key(field, was) == _key(field, now):
            continue
        is_changed, differs = field.has_changed(was, typed), field.has_changed(now, typed)
        if opened is None and not differs:
            continue
        own = capfirst(str(field.label or name))
        found.append(
            Difference(
                _("%(row)s: %(field)s") % {"row": label, "field": own} if label else own,
                "" if opened is None else words(field, was),
                words(field, now),
                (words(field, typed) or _("(empty)")) if is_changed else "",
                clash=is_changed and differs,
            )
        )
        if not is_changed:
            write(data, name, field, now)
    return found


def changed_by(form, opened, data):
    """The labels of the fields that the editor changed in a row."""
    own = [(name, field) for name, field in form.fields.items() if _is_of_the_record(name, field)]
    return [
        str(field.label or name)
        for name, field in own
        if field.has_changed(opened.get(name), field.widget.value_from_datadict(data, {}, name))
    ]


def _is_of_the_record(name, field):
    return name not in NOT_OF_THE_RECORD and name != "id" and not isinstance(field, InlineForeignKeyField)


def _key(field, value):
    """A value as it can be compared: of records their numbers, in any order."""
    value = field.prepare_value(value)
    if isinstance(value, list | tuple | set) or hasattr(value, "iterator"):
        return sorted(str(getattr(item, "pk", item)) for item in value)
    return "" if value is None else str(getattr(value, "pk", value))


def words(field, value):
    """A value of a form field, stored or as posted, as a page says it."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(field, ModelChoiceField):
        return _names(field, value)
    choices = dict(_flat(getattr(field, "choices", ()) or getattr(field.widget, "choices", ())))
    if isinstance(value, bool) and value not in choices:
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return " ".join(str(part) for part in value if part)
    return str(choices.get(value, choices.get(str(value), value)))


def _names(field, value):
    values = value if isinstance(value, list | tuple) else [value]
    ids = [number for item in values if (number := _number(getattr(item, "pk", item))) is not None]
    model = field.queryset.model
    named = {record.pk: record for record in field.queryset.filter(pk__in=ids)} if ids else {}
    known = [named[pk] for pk in ids if pk in named] + [
        item for item in values if isinstance(item, model) and item.pk not in named
    ]
    return _(", ").join(str(field.label_from_instance(record)) for record in known)


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def write(data, name, field, value):
    """Put a value into posted data as the field's widget would post it."""
    widget = getattr(field.widget, "widget", field.widget)
    value = field.prepare_value(value)
    if isinstance(widget, MultiWidget):
        parts = widget.decompress(value)
        for suffix, one, part in zip(widget.widgets_names, widget.widgets, parts, strict=True):
            data[f"{name}{suffix}"] = one.format_value(part) or ""
    elif isinstance(widget, CheckboxInput):
        data.setlist(name, ["on"] if value else [])
    elif getattr(widget, "allow_multiple_selected", False):
        data.setlist(name, [str(getattr(item, "pk", item)) for item in value or []])
    else:
        shown = widget.format_value(value.pk if isinstance(value, Model) else value)
        shown = shown[0] if isinstance(shown, list) else shown  # a select formats a list of what is selected
        data[name] = "" if shown is None else str(shown)


# The rows of an inline as they were posted -----------------------------------------------------------------------------


def posted_rows(data, prefix):
    """`(rows that were there, new rows)`, each with unprefixed names."""
    total, initial = (_number(data.get(f"{prefix}-{name}_FORMS")) or 0 for name in ("TOTAL", "INITIAL"))
    rows = {}
    pattern = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,4}})-(.+)")
    for key in list(data):
        if found := pattern.fullmatch(key):
            rows.setdefault(int(found[1]), MultiValueDict()).setlist(found[2], data.getlist(key))
    listed = [(index, rows[index]) for index in sorted(rows) if index < total]
    return [row for index, row in listed if index < initial], [row for index, row in listed if index >= initial]


def write_rows(data, prefix, initial, extra):
    """Number the rows anew, those that are stored first, as a formset reads them."""
    pattern = re.compile(rf"{re.escape(prefix)}-[0-9]+-.+")
    for key in [key for key in data if pattern.fullmatch(key)]:
        del data[key]
    for index, row in enumerate([*initial, *extra]):
        for name, values in row.lists():
            data.setlist(f"{prefix}-{index}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = len(initial) + len(extra), len(initial)


def _number(text):
    return int(text) if re.fullmatch("[0-9]{1,18}", str(text)) else None
