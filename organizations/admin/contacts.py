"""The admin of contact desks. Whose desk it is follows from the preferred citation."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organizations.models import ContactDesk, ContactDeskCitation
from partnerships.admin.choices import place_label
from partnerships.models import Place
from sistercities.core.text import search_tokens
from sistercities.curation.actions import refresh_contested
from sistercities.curation.claims import ClaimForm, ClaimFormSet, ClaimsInline
from sistercities.curation.records import ReasonForm

from .filters import BrokenFilter, DeskAreaFilter, VerifiedFilter
from .named import NamedAdmin

#: How many places an error offers.
OFFERED = 3


class DeskForm(ReasonForm):
    position = forms.IntegerField(
        label=capfirst(_("position")),
        min_value=1,
        max_value=99,
        initial=1,
        help_text=_("Among the desks of the municipality, in the order of the source."),
    )


class DeskClaimForm(ClaimForm):
    """A claim. What one says of the municipality is stored as the path of a place, and may be written as its name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "normalised" in self.fields:
            self.fields["normalised"].help_text = _(
                "For “whose desk it is”: the municipality as in the address of its page, e.g. jp/hyogo/nishinomiya."
            )

    def _normalised(self, cleaned):
        if {"fact", "normalised"}.intersection(self.changed_data):
            return super()._normalised(cleaned)
        return cleaned.get("normalised", "")

    @classmethod
    def normalise(cls, record, fact, cleaned):
        text = cleaned.get("normalised", "")
        return path_of(text) if fact == "place" and text else text


def path_of(text):
    """The path of the place that `text` names by its path, the address of its page or its name."""
    path = text.partition("places/")[2] or text
    found = Place.objects.filter(path=path.strip().strip("/").lower()).first()
    if found:
        return found.path
    places = Place.objects.search(text) if search_tokens(text) else Place.objects.none()
    named = list(places.exact_first(text).order_by("closeness", "sort_key", "pk")[:OFFERED])
    exact = [place for place in named if place.closeness == 0]
    if len(exact) == 1:
        return exact[0].path
    said = _("There is no place “%(text)s”: write the municipality as in the address of its page.")
    if named:
        said = _("“%(text)s” is not the address of a place. Places of this name: %(places)s.")
    raise ValidationError(said, params={"text": text, "places": ", ".join(place.path for place in named)})


class DeskClaimFormSet(ClaimFormSet):
    def _check_outcome(self):
        """The desk's own form says what is wrong with the desk; here only what a claim would make of it."""
        if self.settling:
            super()._check_outcome()


class DeskClaimsInline(ClaimsInline):
    model = ContactDeskCitation
    form = DeskClaimForm
    formset = DeskClaimFormSet


@admin.register(ContactDesk)
class ContactDeskAdmin(NamedAdmin):
    """The `place` of a stored desk changes by preferring one of its citations."""

    form = DeskForm
    list_display = ("label", "municipality", "kind", "dispute", "verified_on", "publication", "updated_at")
    list_filter = ("publication", "contested", "kind", DeskAreaFilter, BrokenFilter, VerifiedFilter)
    search_help_text = _("The name of the office, or of the municipality or the prefecture, in any script.")
    autocomplete_fields = ("place", "organization")
    readonly_fields = ("dispute", "created_at", "updated_at")
    slug_from = ""
    inlines = (DeskClaimsInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_en", "name_ja"),
                    ("within_en", "within_ja"),
                    ("kind", "organization"),
                    ("note_en", "note_ja"),
                )
            },
        ),
        (
            _("Address and contact"),
            {
                "fields": (
                    "telephone",
                    ("email", "email_as_given"),
                    ("website", "website_as_given"),
                    "verified_on",
                )
            },
        ),
        NamedAdmin.curation,
    )

    def get_fieldsets(self, request, obj=None):
        names, *others = super().get_fieldsets(request, obj)
        about = (
            _("It changes by what a source says: prefer a claim, or state another, in the table below.") if obj else ""
        )
        fields = (("municipality", "dispute"), "position") if obj else ("place", "position")
        return [names, (_("Whose desk it is"), {"fields": fields, "description": about}), *others]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "municipality"] if obj else fields

    def get_queryset(self, request):
        return super().get_queryset(request).with_place()

    @admin.display(description=_("contact desk"), ordering="sort_key")
    def label(self, desk):
        return str(desk)

    @admin.display(description=_("municipality"), ordering="place__sort_key")
    def municipality(self, desk):
        return place_label(desk.place)

    @admin.display(description=_("sources"), ordering="contested")
    def dispute(self, desk):
        """In words: Django would draw a green tick for what needs work and a red cross for what is in order."""
        return _("contested") if desk.contested else ""

    def save_derived(self, form, formsets):
        for formset in formsets:
            if isinstance(formset, ClaimFormSet):
                formset.settle()
        refresh_contested(form.instance)
