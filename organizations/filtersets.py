"""What may be asked of the lists of organizations, contact desks, programs and figures."""

from django.utils.translation import gettext_lazy as _

from sistercities.core.filtersets import FacetFilter, FlagFilter, IdFilter, ListingFilterSet

from .models import ContactDesk, Figure, Organization, Program


class OrganizationFilterSet(ListingFilterSet):
    kind = FacetFilter(label=_("Kind"))
    serves = FacetFilter(label=_("Works for"))
    country = FacetFilter(label=_("Country of the seat"))
    belongs = FacetFilter(label=_("Belongs to"))

    class Meta:
        model = Organization
        fields = []


class ContactFilterSet(ListingFilterSet):
    kind = FacetFilter(label=_("Kind of office"))
    prefecture = FacetFilter(label=_("Prefecture"))
    state = FacetFilter(label=_("State or province"))
    country = FacetFilter(label=_("Country"))
    place = IdFilter(label=_("Place"))
    verified = FlagFilter(label=_("Verified"))
    contested = FlagFilter(label=_("Sources"))

    class Meta:
        model = ContactDesk
        fields = []


class ProgramFilterSet(ListingFilterSet):
    kind = FacetFilter(label=_("Kind"))
    audience = FacetFilter(label=_("For whom"))
    country = FacetFilter(label=_("Country"))
    status = FacetFilter(label=_("Still running"))
    organizer = FacetFilter(label=_("Organizer"))
    place = IdFilter(label=_("Place"))

    class Meta:
        model = Program
        fields = []


class FigureFilterSet(ListingFilterSet):
    unit = FacetFilter(label=_("Unit"))
    country = FacetFilter(label=_("Country"))
    by = FacetFilter(label=_("Said by"))
    precision = FacetFilter(label=_("Precision"))
    dated = FlagFilter(label=_("Date"))

    class Meta:
        model = Figure
        fields = []
