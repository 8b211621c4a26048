"""The admin of partnerships: parties, acts and citations on one page, saved in one go."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from partnerships import actions
from partnerships.keys import parties_key
from partnerships.models import Act, Partnership, PartnershipCitation, Party, Theme
from sistercities.curation.actions import refresh_contested
from sistercities.curation.claims import ClaimFormSet, ClaimsInline, RowForm, RowsInline
from sistercities.curation.models import Publication
from sistercities.curation.records import CuratedAdmin, RecordAdmin

from .basis import BasisMixin
from .choices import PlaceChoices
from .filters import DatedFilter, PartyAreaFilter, PartyLevelFilter, ThemeFilter

#: Rows that move make room for one another by standing far away for the moment.
ASIDE = 10_000


class PartyForm(RowForm):
    position = forms.IntegerField(
        label=_("position"), min_value=1, max_value=ASIDE - 1, required=False, help_text=_("Empty: after the others.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "holding" in self.fields:
            self.fields["holding"].required = False
        if not self.instance.pk:
            self.initial["position"] = None

    def clean_holding(self):
        """What is not said stays as it is: a new party is confirmed."""
        return self.cleaned_data["holding"] or self.instance.holding


class PartyFormSet(BaseInlineFormSet):
    """The parties of a tie. What the tie's rules ask of them is put on the unsaved tie, where the claims' formset looks."""

    def clean(self):
        rows = [form for form in self.forms if form.cleaned_data.get("place") and not form.cleaned_data.get("DELETE")]
        number(rows)
        self.instance.party_count = len(rows)
        self.instance.parties_key = parties_key([form.cleaned_data["place"] for form in rows])
        super().clean()
        if self.instance.publication == Publication.PUBLISHED and len(rows) < 2:
            raise ValidationError(_("A published partnership has two or more parties: add one, or keep it as a draft."))

    def save(self, commit=True):
        moving = [
            form.instance.pk for form in self.initial_forms if form.has_changed() or form.cleaned_data.get("DELETE")
        ]
        Party.objects.filter(pk__in=moving).update(position=F("position") + ASIDE)
        return super().save(commit)


def number(rows):
    """Give the rows without a position the places after those that have one."""
    last = max((form.cleaned_data.get("position") or 0 for form in rows), default=0)
    for form in rows:
        if not form.cleaned_data.get("position"):
            last += 1
            form.cleaned_data["position"] = form.instance.position = last


class PartyInline(PlaceChoices, RowsInline, admin.TabularInline):
    model = Party
    form = PartyForm
    formset = PartyFormSet
    autocomplete_fields = ("place", "signed_as")
    fields = ("position", "place", "signed_as", "holding")

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 2

    def get_queryset(self, request):
        above = [f"{name}__{parent}" for name in self.autocomplete_fields for parent in ("region", "country")]
        return super().get_queryset(request).select_related(*above)


class ActFormSet(BaseInlineFormSet):
    def save(self, commit=True):
        """The mark of the basis is set on a page of its own; an act that loses its date loses it."""
        for form in self.initial_forms:
            form.instance.is_basis = form.instance.is_basis and bool(form.instance.date)
        return super().save(commit)


class ActInline(PlaceChoices, RowsInline, admin.StackedInline):
    model = Act
    formset = ActFormSet
    autocomplete_fields = ("place", "source")
    fields = (
        ("kind", "date", "place"),
        ("signers", "document_url"),
        ("source", "locator"),
        ("note_en", "note_ja"),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("place__region", "place__country")


class PartnershipClaimFormSet(ClaimFormSet):
    checked_elsewhere = frozenset(("party_count",))


class PartnershipClaimsInline(ClaimsInline):
    model = PartnershipCitation
    formset = PartnershipClaimFormSet


@admin.register(Partnership)
class PartnershipAdmin(BasisMixin, CuratedAdmin):
    """`kind`, `status`, `established` and `ended` of a stored tie change by preferring one of its citations."""

    list_display = ("title", "kind", "status", "established", "dispute", "publication", "updated_at")
    list_filter = (
        "publication",
        "status",
        "kind",
        "contested",
        DatedFilter,
        PartyAreaFilter,
        PartyLevelFilter,
        ThemeFilter,
    )
    search_fields = ("search_key", "staff_note")
    search_help_text = _(
        "Names of the parties, their regions or countries, in any script; or the number of the record."
    )
    autocomplete_fields = ("themes",)
    readonly_fields = ("dispute", "party_count", "created_at", "updated_at")
    settled_fields = ("kind", "status", "status_as_of", "established", "ended")
    inlines = (PartyInline, ActInline, PartnershipClaimsInline)
    fieldsets = (
        (
            _("Curation"),
            {"fields": (("publication", "party_count", "dispute"), ("locked", "lock_reason"), "staff_note")},
        ),
        (
            _("Agreement"),
            {
                "fields": (
                    ("designation_en", "designation_ja"),
                    "themes",
                    ("signed_by_leaders", "many_fields", "assembly_approved"),
                )
            },
        ),
        (_("Summary"), {"fields": ("summary_en", "summary_ja"), "classes": ["collapse"]}),
        (_("Record"), {"fields": (("created_at", "updated_at"),), "classes": ["collapse"]}),
    )

    def get_fieldsets(self, request, obj=None):
        curation, *others = super().get_fieldsets(request, obj)
        about = (
            _("They change by what a source says: prefer a claim, or state another, in the tables below.")
            if obj
            else ""
        )
        settled = {"fields": (("kind", "status", "status_as_of"), ("established", "ended")), "description": about}
        return [curation, (_("Facts settled from citations"), settled), *others]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, *self.settled_fields] if obj else fields

    def get_queryset(self, request):
        return super().get_queryset(request).with_parties()

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        by_name = Partnership.objects.search(term).order_by().values("pk")
        number = Q(pk=int(term)) if term.isascii() and term.isdigit() and len(term) < 10 else Q()
        return queryset.filter(Q(pk__in=by_name) | Q(staff_note__icontains=term) | number), False

    @admin.display(description=_("parties"), ordering="sort_key_en")
    def title(self, partnership):
        return partnership.title

    @admin.display(description=_("sources"), ordering="contested")
    def dispute(self, partnership):
        """In words: Django would draw a green tick for what needs work and a red cross for what is in order."""
        return _("contested") if partnership.contested else ""

    def save_derived(self, form, formsets):
        tie = form.instance
        actions.parties_changed(tie)
        for formset in formsets:
            if isinstance(formset, ClaimFormSet):
                formset.settle()
        refresh_contested(tie)
        actions.forget_basis(tie, form.reason)


@admin.register(Theme)
class ThemeAdmin(RecordAdmin):
    list_display = ("slug", "name_en", "name_ja")
    search_fields = ("slug", "name_en", "name_ja")
    fields = ("name_en", "name_ja", "slug")

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name_en",)}
