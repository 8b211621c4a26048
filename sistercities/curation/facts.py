"""The facts of a record that several sources state: their claims side by side, and the page on which a curator settles one.

A settled fact is never written over. Whoever changes it prefers another claim, or states a new one with its source; both with a reason.
"""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sistercities.core.dates import PartialDateField

from . import versions
from .actions import contested_facts, settle
from .change_words import value_words
from .claims import ClaimsInline, check_outcome
from .models import Basis, Standing
from .refusals import refusal
from .source_fields import NewSourceForm, SourceField

_STANDING = {Standing.PREFERRED: 0, Standing.ACCEPTED: 1, Standing.REJECTED: 2}


@dataclass
class FactTable:
    """One claimable fact of a record: what is stored, in words, and what each source says."""

    name: str
    label: str
    value: str
    is_contested: bool
    claims: list
    url: str = ""


def fact_tables(record, claims):
    """The claimable facts of `record` in their order; `claims` are its citations with their sources."""
    contested = contested_facts(claims, record.contestable)
    labels = dict(type(record).citations.rel.related_model._meta.get_field("fact").choices)
    tables = []
    for name in record.claimable:
        own = sorted((claim for claim in claims if claim.fact == name), key=lambda c: (_STANDING[c.standing], c.pk))
        for claim in own:
            claim.normalised_words = normalised_words(record, claim)
        tables.append(FactTable(name, capfirst(str(labels[name])), stored_words(record, name), name in contested, own))
    return tables


def stored_words(record, fact):
    column = record._meta.get_field(fact)
    if isinstance(column, ForeignKey):
        return str(getattr(record, fact) or "")
    return capfirst(value_words(column, getattr(record, fact), {}))


def normalised_words(record, claim):
    """What a claim comes to, as a page says it: a date, a status in words; for other records their address as it is written."""
    column = record._meta.get_field(claim.fact)
    if isinstance(column, ForeignKey):
        return claim.normalised
    try:
        return capfirst(value_words(column, claim.normalised, {}))
    except ValueError:
        return claim.normalised


# The forms -------------------------------------------------------------------------------------------------------------


class PreferForm(forms.Form):
    """One of the claims that are there already. Where the sources disagree the choice needs a reason."""

    claim = forms.ModelChoiceField(
        queryset=None, widget=forms.HiddenInput, error_messages={"required": _("Choose a claim.")}
    )
    reason = forms.CharField(
        label=_("Reason for the choice"), max_length=500, required=False, widget=AdminTextInputWidget
    )

    def __init__(self, table, record, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.table, self.record = table, record
        self.fields["claim"].queryset = record.citations.filter(fact=table.name)
        self.fields["reason"].required = table.is_contested

    def clean(self):
        cleaned = super().clean()
        claim = cleaned.get("claim")
        if claim and not claim.normalised:
            self.add_error("claim", _("This claim has no normalised value: state below what it comes to."))
        elif claim:
            checked(self, lambda: check_outcome(self.record, [claim], but=("party_count",)))
        return cleaned

    def settle(self):
        settle(self.record, self.table.name, self.cleaned_data["claim"], reason=self.cleaned_data["reason"])


class NewClaimForm(NewSourceForm):
    """What another source says of the fact: the value, the source, where in it, and why it is preferred."""

    value = forms.CharField(
        widget=AdminTextInputWidget,
        label=_("Value as stated"),
        max_length=300,
        required=False,
        help_text=_("As the source writes it, e.g. 昭和32年10月21日."),
    )
    normalised = forms.CharField(label=_("Value to store"), max_length=100, required=False)
    source = SourceField(required=False)
    locator = forms.CharField(
        widget=AdminTextInputWidget,
        label=_("Where in the source"),
        max_length=500,
        required=False,
        help_text=_("Page, row or address within the source."),
    )
    as_of = PartialDateField(
        _("as of"), help_text=_("When the source says it, where that differs from its date of issue.")
    ).formfield()
    basis = forms.ChoiceField(label=_("Basis"), choices=Basis, initial=Basis.STATED)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=AdminTextInputWidget)

    field_order = (
        *("value", "normalised", "as_of", "basis"),
        *("source", "locator", "new_title", "new_publisher", "new_url", "new_kind", "reason"),
    )

    def __init__(self, table, record, claim_form, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.table, self.record, self.claim_form = table, record, claim_form
        column = record._meta.get_field(table.name)
        if column.flatchoices:
            choices = [("", "---------"), *column.flatchoices]
            self.fields["normalised"] = forms.ChoiceField(label=_("Value to store"), choices=choices)
        elif isinstance(column, PartialDateField):
            self.fields["normalised"].help_text = _("A date as in 1957-10-21, 1957-10 or 1957. Empty: as it is stated.")

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("source") or self.is_filled or self.errors):
            self.add_error("source", _("A fact changes by what a source says: name one, or describe a new one."))
        elif cleaned.get("source") and self.is_filled:
            self.add_error("new_title", _("Name a source or describe a new one, not both."))
        if not self.errors:
            checked(self, self._check_claim)
        return cleaned

    def _check_claim(self):
        """The claim by the rules of its own form, and what it would make of the record."""
        cleaned = self.cleaned_data
        self.claim = type(self.record).citations.rel.related_model(
            **{
                self.record.citations.field.name: self.record,
                "fact": self.table.name,
                "read_on": str(timezone.localdate()),
            },
            **{name: cleaned.get(name) or "" for name in ("value", "locator", "as_of")},
            basis=cleaned["basis"],
        )
        self.claim.normalised = self.claim_form.normalise(self.record, self.table.name, cleaned)
        if not self.claim.normalised:
            raise ValidationError(
                {"normalised": _("The preferred source decides this fact: say what is to be stored.")}
            )
        self.claim.value = self.claim.value or self.claim.normalised
        self.claim.validate_constraints(exclude={"standing"})
        check_outcome(self.record, [self.claim], but=("party_count",))

    def settle(self):
        reason = self.cleaned_data["reason"]
        self.claim.source = self.cleaned_data["source"] or NewSourceForm.save(self, reason)
        settle(self.record, self.table.name, self.claim, reason=reason)


def checked(form, check):
    """Let the form say what a check raises."""
    try:
        check()
    except ValidationError as error:
        own = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if own else ValidationError(error.messages))


# The page --------------------------------------------------------------------------------------------------------------


class FactsMixin:
    """For the admin of records with claimable facts: the tables on the record's page, and a page for each fact."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_fact"
        page = path("<int:object_id>/fact/<slug:fact>/", self.admin_site.admin_view(self.fact_view), name=name)
        return [*([page] if getattr(self.model, "claimable", ()) else []), *super().get_urls()]

    def _claims_inline(self):
        return next((inline for inline in self.inlines if issubclass(inline, ClaimsInline)), None)

    def tables_for(self, record, claims):
        tables = fact_tables(record, claims)
        for table in tables:
            table.url = self._fact_address(record, table.name)
        return tables

    def _fact_address(self, record, fact):
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_fact"
        return reverse(name, args=[record.pk, fact])

    def fact_view(self, request, object_id, fact):
        """The claims of one fact: to look at, to prefer one, to state another."""
        request.current_app = self.admin_site.name
        with transaction.atomic():
            return self._fact_view(request, object_id, fact)

    def _fact_view(self, request, object_id, fact):
        stub = self.model(pk=object_id)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            versions.lock(stub)
        positions = versions.positions_of(stub)
        record = self.get_queryset(request).filter(pk=object_id).first()
        if record is None or fact not in record.claimable:
            raise Http404
        may_change = self.has_change_permission(request, record)
        if not (may_change or request.method != "POST" and self.has_view_permission(request, record)):
            raise PermissionDenied
        claims = list(record.citations.filter(fact=fact).select_related("source"))
        (table,) = [table for table in self.tables_for(record, claims) if table.name == fact]
        read = versions.read(request.POST.get("_version"), self.model) if request.method == "POST" else positions
        page = {"record": record, "table": table, "may_change": may_change, "version": versions.written(positions)}
        page |= self._forms(request, record, table)
        if request.method != "POST":
            return self._fact_page(request, page)
        if read != positions:
            page["opened"] = self._opened(record, fact, read)
            return self._fact_page(request, page)
        return self._settle(request, page)

    def _forms(self, request, record, table):
        """Both forms; only the one that was posted is bound."""
        asked = request.POST if request.method == "POST" else None
        chosen = {"claim": request.GET.get("claim", "")} if request.method == "GET" else None
        prefers = asked if asked is not None and "_state" not in asked else None
        states = asked if asked is not None and "_state" in asked else None
        return {
            "prefer": PreferForm(table, record, prefers, initial=chosen),
            "state": NewClaimForm(table, record, self._claims_inline().form, states, prefix="new"),
        }

    def _opened(self, record, fact, read):
        """What was stored when the form was read, in words; empty where it does not say."""
        entry = record.history.filter(history_id__lte=read[0]).order_by("-history_id").first() if read else None
        return stored_words(entry.instance, fact) if entry else "–"

    def _settle(self, request, page):
        form = page["state"] if page["state"].is_bound else page["prefer"]
        if not form.is_valid():
            return self._fact_page(request, page)
        try:
            with transaction.atomic():
                form.settle()
        except IntegrityError as error:
            form.add_error(None, refusal(error, self.model, form.record.citations.model))
            return self._fact_page(request, page)
        value = stored_words(page["record"], page["table"].name)
        said = gettext("“%(fact)s” is settled: %(value)s.") % {"fact": page["table"].label, "value": value}
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(
            reverse(
                f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[page["record"].pk]
            )
        )

    def _fact_page(self, request, page):
        context = {
            **self.admin_site.each_context(request),
            **page,
            "opts": self.opts,
            "title": page["table"].label,
            "subtitle": str(page["record"]),
            "original": page["record"],
        }
        return render(request, "admin/fact.html", context)
