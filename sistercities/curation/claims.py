"""Rows within a record's page, and above all its claims: to prefer one is to settle the fact."""

from copy import copy
from types import SimpleNamespace

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.utils.translation import gettext_lazy as _

from sistercities.core.dates import PartialDate, PartialDateField

from . import actions
from .actions import contested_facts
from .models import Standing


class Loaded(list):
    """Records that are there already, where an autocomplete widget would ask the database for each row."""

    def using(self, _alias):
        return self

    def filter(self, **_conditions):
        return self


class RowForm(forms.ModelForm):
    """A row of an inline, which shows its related records without asking for each of them again."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and self.instance.pk:
            for name, field in self.fields.items():
                if isinstance(getattr(field.widget, "widget", field.widget), AutocompleteMixin):
                    field.widget.choices = SimpleNamespace(field=field, queryset=Loaded(self._related(name)))

    def _related(self, name):
        related = getattr(self.instance, name)
        if self.instance._meta.get_field(name).many_to_many:
            return related.all()
        return [related] if related else []


class RowsInline:
    """For inlines: rows fetched together with what they point to, those that are there shown before an empty one.

    `related` names more to fetch with them: the parents of a place, without which its label would ask for each.
    """

    form = RowForm
    extra = 0
    related = ()

    def get_queryset(self, request):
        wanted = (*self.autocomplete_fields, *self.related)
        several = [name for name in wanted if self.opts.get_field(name.partition("__")[0]).many_to_many]
        single = [name for name in wanted if name not in several]
        rows = super().get_queryset(request).prefetch_related(*several)
        return rows.select_related(*single) if single else rows


class ClaimForm(RowForm):
    """A claim. Dates are read as people write them; what is preferred for a claimable fact has a value to store."""

    def clean(self):
        cleaned = super().clean()
        try:
            cleaned["normalised"] = self._normalised(cleaned)
        except ValidationError as error:
            self.add_error("normalised", error)
            return cleaned
        decides = cleaned.get("standing") == Standing.PREFERRED and cleaned.get("fact") in self.record.claimable
        if decides and self.has_changed() and not cleaned["normalised"]:
            self.add_error("normalised", _("The preferred source decides this fact: say what is to be stored."))
        return cleaned

    @property
    def record(self):
        return next(field.parent_instance for field in self.fields.values() if isinstance(field, InlineForeignKeyField))

    def _normalised(self, cleaned):
        return self.normalise(self.record, cleaned.get("fact"), cleaned)

    @classmethod
    def normalise(cls, record, fact, cleaned):
        """What is to be stored of a claim: the normalised value, or a date as it is stated. Raises a `ValidationError`."""
        text = cleaned.get("normalised", "")
        field = {field.name: field for field in record._meta.fields}.get(fact)  # none for a fact such as “existence”
        if not isinstance(field, PartialDateField):
            return text
        if text:
            return str(field.to_python(text))
        try:
            return str(PartialDate.parse(cleaned.get("value", "")))
        except ValueError:  # "in the spring of 1960": kept as stated, the curator says what it comes to
            return ""


def check_outcome(record, claims, but=()):
    """Raise a `ValidationError` with everything that the record's rules say of it as these claims would settle it."""
    outcome = copy(record)
    for claim in claims:
        try:
            settled = outcome.settled_fields(claim.fact, claim)
        except ValueError:
            raise ValidationError(_("This value cannot be stored: there is no such record.")) from None
        for name, value in settled.items():
            setattr(outcome, name, value)
    try:
        outcome.validate_constraints(exclude=set(but))
    except ValidationError as error:
        raise ValidationError(error.messages) from None


class ClaimFormSet(BaseInlineFormSet):
    """All claims of a record: at most one is preferred for a fact, and what the preferred ones settle may be stored."""

    #: Columns whose constraints another formset words better.
    checked_elsewhere = frozenset()
    #: Cells of a claim that change what it settles.
    deciding = frozenset(("fact", "value", "normalised", "standing", "as_of", "source"))

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        preferred = [form for form in self._kept() if form.instance.standing == Standing.PREFERRED]
        self._refuse_doubles(preferred)
        self._ask_for_reasons()
        self.settling = [
            form.instance
            for form in preferred
            if form.instance.fact in self.instance.claimable and self.deciding.intersection(form.changed_data)
        ]
        if self.instance.claimable:
            self._check_outcome()

    def _kept(self):
        return [
            form for form in self.forms if form.has_changed() or form.instance.pk if not form.cleaned_data.get("DELETE")
        ]

    def _refuse_doubles(self, preferred):
        facts = [form.instance.get_fact_display() for form in preferred]
        doubles = sorted({str(fact) for fact in facts if facts.count(fact) > 1})
        if doubles:
            message = _(
                "Two sources are preferred for “%(fact)s”: prefer one, and let the others be accepted or rejected."
            )
            raise ValidationError(message % {"fact": "”, “".join(doubles)})

    def _ask_for_reasons(self):
        """Where the sources disagree, the choice between them is told with its reason."""
        contested = contested_facts([form.instance for form in self._kept()], self.instance.contestable)
        for form in self._kept():
            claim = form.instance
            chosen = claim.standing == Standing.PREFERRED and {"standing", "fact"}.intersection(form.changed_data)
            if chosen and claim.fact in contested and not claim.reason:
                form.add_error("reason", _("The sources disagree on this fact: say why this one is preferred."))

    def _check_outcome(self):
        """Before anything is stored."""
        check_outcome(self.instance, self.settling, but=self.checked_elsewhere)

    def save(self, commit=True):
        # Without history: each of these rows is written again below.
        changed = [
            form.instance.pk for form in self.initial_forms if form.has_changed() or form.cleaned_data.get("DELETE")
        ]
        self.model.make_room(changed)
        return super().save(commit)

    def settle(self):
        """Store what the newly preferred claims say on the record."""
        for claim in self.settling:
            actions.settle(self.instance, claim.fact, claim)


class ClaimsInline(RowsInline, admin.StackedInline):
    """The citations of a record. The concrete one adds its model."""

    form = ClaimForm
    formset = ClaimFormSet
    verbose_name = _("citation")
    verbose_name_plural = _("citations")
    autocomplete_fields = ("source",)
    fields = (
        ("fact", "standing", "basis"),
        ("value", "normalised"),
        ("source", "locator"),
        ("as_of", "read_on"),
        ("reason", "remark"),
    )
