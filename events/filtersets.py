"""What may be asked of the list of events."""

from django.utils.translation import gettext_lazy as _

from sistercities.core.filtersets import FacetFilter, IdFilter, ListingFilterSet

from .models import Event


class EventFilterSet(ListingFilterSet):
    when = FacetFilter(label=_("When"))
    country = FacetFilter(label=_("Country"))
    prefecture = FacetFilter(label=_("Prefecture"))
    state = FacetFilter(label=_("State or province"))
    status = FacetFilter(label=_("Status"))
    outcome = FacetFilter(label=_("Outcome"))
    organizer = FacetFilter(label=_("Organizer"))
    program = FacetFilter(label=_("Program"))
    place = IdFilter(label=_("Place"))

    class Meta:
        model = Event
        fields = []
