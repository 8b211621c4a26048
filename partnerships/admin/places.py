"""The admin of places: names in every script, identifiers, sources, and who followed whom."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships import actions
from partnerships.lineage import Lineage
from partnerships.models import Level, OldAddress, Place, PlaceCitation, PlaceIdentifier, PlaceName, Succession
from sistercities.curation.claims import ClaimsInline, RowForm, RowsInline
from sistercities.curation.records import CuratedAdmin, ReasonForm, RecordAdmin

from .choices import PlaceChoices, place_label
from .filters import AreaFilter, CountryFilter, FormerFilter

#: What keys and addresses are derived from; a save that leaves these alone need not rebuild anything.
NAMING = frozenset(("name_en", "name_ja", "name_kana", "name_local", "slug", "region", "country", "level"))


class PlaceForm(ReasonForm):
    """A place. Its address is made here, so that one that is taken is an error of the form."""

    def clean(self):
        cleaned = super().clean()
        region, country = cleaned.get("region"), cleaned.get("country")
        if region and country and region.country_id != country.pk:
            self.add_error("region", _("This region lies in another country."))
        if self.instance.pk and self.instance.pk in (getattr(region, "pk", None), getattr(country, "pk", None)):
            self.add_error(None, _("A place does not lie within itself."))
        if cleaned.get("slug"):
            self._check_address(region or country, cleaned["slug"])
        if "level" in self.changed_data and self.instance.pk and self._has_places_below():
            self.add_error("level", _("Other places lie within this one: its level stays."))
        return cleaned

    def _check_address(self, above, slug):
        path = f"{above.path}/{slug}" if above else slug
        taken = Place.objects.exclude(pk=self.instance.pk).filter(path=path).first()
        if taken:
            said = _("%(place)s has this address already: add the class, e.g. “misato-machi”.")
            self.add_error("slug", ValidationError(said, params={"place": place_label(taken)}))
        had = OldAddress.objects.exclude(place=self.instance.pk).filter(path=path).select_related("place").first()
        if had and not taken:
            said = _("%(place)s had this address, and links to it lead there: add the class, e.g. “misato-machi”.")
            self.add_error("slug", ValidationError(said, params={"place": place_label(had.place)}))

    def _has_places_below(self):
        return Place.objects.filter(Q(region=self.instance) | Q(country=self.instance)).exists()


class NameInline(RowsInline, admin.TabularInline):
    model = PlaceName
    autocomplete_fields = ("source",)
    fields = ("kind", "language", "name", "classification", "since", "until", "source")


class IdentifierInline(RowsInline, admin.TabularInline):
    model = PlaceIdentifier
    fields = ("scheme", "value", "since", "until")


class PlaceClaimsInline(ClaimsInline):
    model = PlaceCitation


class SuccessionForm(RowForm):
    def clean(self):
        cleaned = super().clean()
        before, after = cleaned.get("predecessor"), cleaned.get("successor")
        if before and before == after:
            raise ValidationError(_("A place does not succeed itself."))
        if before and after and before.pk and after.pk and {"predecessor", "successor"} & set(self.changed_data):
            self._refuse_circle(before, after)
        return cleaned

    def _refuse_circle(self, before, after):
        if before.pk in Lineage().descendants(after.pk):
            said = _("%(after)s came before %(before)s: they would follow one another in a circle.")
            raise ValidationError(said, params={"after": after, "before": before})


class SuccessionInline(PlaceChoices, RowsInline, admin.TabularInline):
    """The bodies that followed this one."""

    model = Succession
    form = SuccessionForm
    fk_name = "predecessor"
    autocomplete_fields = ("successor", "source")
    fields = ("successor", "kind", "date", "source", "locator", "note")
    verbose_name = _("successor")
    verbose_name_plural = _("successors")

    def get_queryset(self, request):
        other = self.autocomplete_fields[0]
        return super().get_queryset(request).select_related(f"{other}__region", f"{other}__country")


class PredecessionInline(SuccessionInline):
    """The bodies that this one followed."""

    fk_name = "successor"
    autocomplete_fields = ("predecessor", "source")
    fields = ("predecessor", "kind", "date", "source", "locator", "note")
    verbose_name = _("predecessor")
    verbose_name_plural = _("predecessors")


@admin.register(Place)
class PlaceAdmin(PlaceChoices, CuratedAdmin):
    form = PlaceForm
    list_display = ("label", "level", "classification", "code", "abolished", "publication", "updated_at")
    list_filter = (
        "publication",
        "level",
        AreaFilter,
        FormerFilter,
        "classification",
        CountryFilter,
    )
    list_select_related = ("region", "country")
    search_fields = ("search_key", "code")
    search_help_text = _("Any name in any script, with the region or the country if need be; or the official code.")
    autocomplete_fields = ("country", "region")
    readonly_fields = ("path", "created_at", "updated_at")
    inlines = (NameInline, IdentifierInline, SuccessionInline, PredecessionInline, PlaceClaimsInline)
    fieldsets = (
        (None, {"fields": (("name_en", "name_ja"), ("name_kana", "name_local"), ("level", "classification"))}),
        (_("Where"), {"fields": (("country", "region", "area"), ("slug", "path"), ("latitude", "longitude"))}),
        (_("Facts"), {"fields": (("code_scheme", "code"), ("population", "population_on"), "website", "abolished")}),
        (
            _("Curation"),
            {"fields": ("publication", ("locked", "lock_reason"), "staff_note", ("created_at", "updated_at"))},
        ),
    )

    def get_prepopulated_fields(self, request, obj=None):
        # Not for a place that has its address: links to it exist.
        return {} if obj else {"slug": ("name_en",)}

    def get_queryset(self, request):
        return super().get_queryset(request).with_parents()

    def get_search_results(self, request, queryset, search_term):
        """By the folded keys, exact names first. Boxes that ask for a country or a region get no others."""
        if request.GET.get("model_name") == "place" and request.GET.get("field_name") in (Level.COUNTRY, Level.REGION):
            queryset = queryset.filter(level=request.GET["field_name"])
        if not search_term.strip():
            return queryset, False
        by_name = queryset.search(search_term).values("pk")
        found = queryset.filter(Q(pk__in=by_name.order_by()) | Q(code__iexact=search_term.strip()))
        if "o" in request.GET:  # a column was chosen to sort by
            return found, False
        return found.exact_first(search_term).order_by("closeness", "sort_key", "pk"), False

    def autocomplete_label(self, place):
        return place_label(place)

    @admin.display(description=_("place"), ordering="sort_key")
    def label(self, place):
        return place_label(place)

    def save_derived(self, form, formsets):
        renamed = any(formset.model is PlaceName and formset.has_changed() for formset in formsets)
        if renamed or not NAMING.isdisjoint(form.changed_data):
            actions.place_changed(form.instance)


class LinkForm(ReasonForm):
    """A succession on a page of its own."""

    def clean(self):
        cleaned = super().clean()
        before, after = cleaned.get("predecessor"), cleaned.get("successor")
        if before and after and (before == after or before.pk in Lineage().descendants(after.pk)):
            said = _("%(after)s came before %(before)s: they would follow one another in a circle.")
            raise ValidationError(said, params={"after": after, "before": before})
        return cleaned


@admin.register(Succession)
class SuccessionAdmin(PlaceChoices, RecordAdmin):
    list_display = ("predecessor", "successor", "kind", "date", "source")
    list_display_links = ("predecessor", "successor")
    list_filter = ("kind", ("source", admin.EmptyFieldListFilter))
    list_select_related = ("predecessor", "successor", "source")
    search_fields = ("predecessor__search_key", "successor__search_key")
    autocomplete_fields = ("predecessor", "successor", "source")
    form = LinkForm
    fields = (("predecessor", "successor"), ("kind", "date"), ("source", "locator"), "note")

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        places = Place.objects.search(search_term).values("pk")
        return queryset.filter(Q(predecessor__in=places) | Q(successor__in=places)), False
