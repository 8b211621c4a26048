"""What may be asked of the lists of partnerships and places."""

from django.utils.translation import gettext_lazy as _

from sistercities.core.filtersets import FacetFilter, FlagFilter, IdFilter, ListingFilterSet, YearFilter

from .models import Partnership, Place


class PartnershipFilterSet(ListingFilterSet):
    prefecture = FacetFilter(label=_("Prefecture"))
    state = FacetFilter(label=_("State or province"))
    country = FacetFilter(label=_("Country"))
    place = IdFilter(label=_("Place"))
    level = FacetFilter(label=_("Level"))
    kind = FacetFilter(label=_("Kind"))
    status = FacetFilter(label=_("Status"))
    theme = FacetFilter(label=_("Theme"))
    since = YearFilter(label=_("Established since"))
    until = YearFilter(label=_("Established until"))
    precision = FacetFilter(label=_("Date known"))
    sources = FacetFilter(label=_("Stated by"))
    contested = FlagFilter(label=_("Sources"))

    class Meta:
        model = Partnership
        fields = []


class PlaceFilterSet(ListingFilterSet):
    country = FacetFilter(label=_("Country"))
    prefecture = FacetFilter(label=_("Prefecture"))
    state = FacetFilter(label=_("State or province"))
    level = FacetFilter(label=_("Level"))
    classification = FacetFilter(label=_("Official class"))
    tied = FlagFilter(label=_("Partnerships"))

    class Meta:
        model = Place
        fields = []
