"""The admin of programs: for whom, with whom, what they consist of, and each time they were held."""

from django import forms
from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organizations.actions import set_audiences
from organizations.models import Audience, Program, ProgramCitation, ProgramEdition, ProgramPart, ProgramPartner
from sistercities.curation.claims import ClaimsInline, RowsInline
from sistercities.curation.records import ReasonForm

from .filters import AudienceFilter, OrganizerFilter, ProgramCountryFilter
from .named import CompactForm, NamedAdmin, NumberedForm, NumberedFormSet, PlaceChoices, WideFields


class ProgramForm(ReasonForm):
    """A program with its audiences, which are rows of their own, as boxes to tick."""

    for_whom = forms.MultipleChoiceField(
        label=capfirst(_("audiences")),
        choices=Audience.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "radiolist"}),  # the admin's style for lists of choices
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["for_whom"] = [row.audience for row in self.instance.audiences.all()]


class PartForm(NumberedForm):
    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("name_en") or cleaned.get("name_ja")):
            self.add_error("name_en", _("A name is needed in at least one language."))
        return cleaned


class PartInline(WideFields, RowsInline, admin.StackedInline):
    model = ProgramPart
    verbose_name = _("part")
    verbose_name_plural = _("parts")
    form = PartForm
    formset = NumberedFormSet
    fields = (("position", "acronym"), ("name_en", "name_ja"), ("description_en", "description_ja"))


class PartnerInline(RowsInline, admin.TabularInline):
    model = ProgramPartner
    verbose_name = pgettext_lazy("program", "partner")
    verbose_name_plural = pgettext_lazy("program", "partners")
    autocomplete_fields = ("organization",)
    fields = ("organization", "role")


class EditionInline(WideFields, PlaceChoices, RowsInline, admin.StackedInline):
    model = ProgramEdition
    form = CompactForm
    verbose_name = _("edition")
    verbose_name_plural = _("editions")
    autocomplete_fields = ("hosts", "source")
    related = ("program", "hosts__region", "hosts__country")
    fields = (
        ("fiscal_year", "status", "days"),
        ("held_from", "held_until", "participants"),
        ("title_en", "title_ja"),
        ("theme_en", "theme_ja"),
        "hosts",
        "source",
        ("participants_en", "participants_ja"),
        ("reason_en", "reason_ja"),
    )


class ProgramClaimsInline(ClaimsInline):
    model = ProgramCitation


@admin.register(Program)
class ProgramAdmin(NamedAdmin):
    form = ProgramForm
    list_display = ("label", "kind", "run_by", "status", "status_as_of", "publication", "updated_at")
    list_filter = ("publication", "status", "kind", AudienceFilter, OrganizerFilter, ProgramCountryFilter)
    list_select_related = ("organizer",)
    search_help_text = _("A name in any script, the acronym, or the organizer.")
    autocomplete_fields = ("organizer", "places")
    inlines = (PartInline, PartnerInline, EditionInline, ProgramClaimsInline)
    fieldsets = (
        (None, {"fields": (("name_en", "name_ja"), ("acronym", "slug"), ("kind", "organizer"))}),
        (_("For whom and where"), {"fields": ("for_whom", "places", "website")}),
        (
            _("Still running?"),
            {
                "fields": (("status", "status_as_of"), ("since", "until")),
                "description": _("Only what a source says, with the date at which it says so: never a guess."),
            },
        ),
        (_("Description"), {"fields": (("description_en", "description_ja"),)}),
        NamedAdmin.curation,
    )

    @admin.display(description=_("program"), ordering="sort_key")
    def label(self, program):
        return f"{program} ({program.acronym})" if program.acronym else str(program)

    @admin.display(description=_("organizer"), ordering="organizer__sort_key")
    def run_by(self, program):
        return str(program.organizer)

    def autocomplete_label(self, program):
        return self.label(program)

    @admin.display(description=_("audiences"))
    def for_whom(self, program):
        """For those who may only look."""
        return ", ".join(str(row) for row in program.audiences.all()) or "–"

    def save_derived(self, form, formsets):
        set_audiences(form.instance, form.cleaned_data["for_whom"])
