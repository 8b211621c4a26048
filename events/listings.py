"""The list of events: the next first, the past kept."""

from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from organizations.listings import at, gathered, named, named_facet, named_options, point
from partnerships.listings import PlaceFilterMixin, RegionFacetsMixin, region_facets
from sistercities.core.facets import Facet
from sistercities.core.listings import ListingView, Sort, in_order

from .columns import EVENT_COLUMNS
from .filtersets import EventFilterSet
from .models import Event, EventStatus, Outcome

NEXT_FIRST = ("is_over", "days_ahead", "-start_order", "-pk")


def next_first(events, today):
    """Annotate what the order “next first” needs: coming events by their date, then the past ones backwards, undated last.

    An event whose date is a month or a year is over when the whole of it is.
    """
    today = today.isoformat()
    # The text of a month or a year sorts before its days: it is over when it is before the same part of today.
    over = Q(last_day="") | Q(last_day__lt=today[:4]) | Q(last_day__gt=today[:4], last_day__lt=today[:7])
    over |= Q(last_day__gt=today[:7], last_day__lt=today)
    return events.annotate(
        last_day=Case(When(end="", then=F("start")), default=F("end"), output_field=CharField()),
        is_over=Case(When(over, then=Value(1)), default=Value(0), output_field=IntegerField()),
        days_ahead=Case(When(over, then=Value("")), default=F("start_order"), output_field=CharField()),
    )


class EventList(PlaceFilterMixin, RegionFacetsMixin, ListingView):
    dataset = "events"
    title = _("Events")
    model = Event
    filterset_class = EventFilterSet
    facets = (
        Facet("when", _("When")),
        Facet("country", _("Country")),
        Facet("prefecture", _("Prefecture")),
        Facet("state", _("State or province")),
        Facet("status", _("Status"), EventStatus),
        Facet("outcome", _("Outcome"), Outcome),
        Facet("organizer", _("Organizer")),
        Facet("program", _("Program")),
        Facet("organizer_names", _("Organizer"), shown=False),
        Facet("program_names", _("Program"), shown=False),
        Facet("place", _("Place"), shown=False),
        Facet("place_names", _("Place"), shown=False),
    )
    columns = EVENT_COLUMNS
    sorts = {
        "next": Sort(_("Next first"), NEXT_FIRST),
        "newest": Sort(pgettext_lazy("event", "Newest first"), ("-start_order", "-pk")),
        "oldest": Sort(pgettext_lazy("event", "Oldest first"), ("start_order", "pk")),
        "name": Sort(pgettext_lazy("order", "Name"), ("sort_key", "pk"), ("sort_key_ja", "pk")),
    }
    default_sort = "next"
    template_name = "events/events.html"

    @cached_property
    def today(self):
        return timezone.localdate()

    @cached_property
    def stamp(self):
        """What is next and what is past changes at midnight."""
        return f"{super().stamp} {self.today}"

    def get_queryset(self):
        return next_first(super().get_queryset(), self.today)

    def ids_in_order(self, start, stop):
        """Not by a prepared statement: the order names today."""
        return list(self.get_queryset().order_by(*self.order()).values_list("pk", flat=True)[start:stop])

    def facet_rows(self):
        """One statement: a row for each organizer of every public event."""
        columns = (
            "pk", "start", "is_over", "status", "outcome", "place", "place__name_en", "place__name_ja", *at("place"),
            *named("program"), *named("organizers"),
        )  # fmt: skip
        rows = self.get_queryset().order_by("pk").values_list(*columns)
        return gathered((self._facets(row) for row in rows.iterator()), [facet.name for facet in self.facets])

    def _facets(self, row):
        pk, start, is_over, status, outcome, place, name_en, name_ja, *rest = row
        where, program, organizer = rest[:4], rest[4:8], rest[8:]
        return pk, {
            **region_facets(*where),
            "when": ["undated" if not start else "past" if is_over else "coming"],
            "status": [status],
            "outcome": [outcome],
            "place": [place],
            "place_names": [(place, name_en, name_ja)] if place else [],
            **named_facet("program", *program),
            **named_facet("organizer", *organizer),
        }

    def facet_options(self, index):
        return {
            **super().facet_options(index),
            "when": [("coming", gettext("Coming")), ("past", gettext("Past")), ("undated", gettext("Undated"))],
            "organizer": named_options(index, "organizer"),
            "program": named_options(index, "program"),
        }

    def selected_facets(self, cleaned):
        selected = super().selected_facets(cleaned)
        return {**selected, "place": [cleaned["place"]]} if cleaned.get("place") else selected

    def heading(self, selection, chips):
        where = self.where(chips)
        values = {"count": f"{selection.total:,}", "where": where}
        if where:
            return ngettext("%(count)s event in %(where)s", "%(count)s events in %(where)s", selection.total) % values
        return ngettext("%(count)s event", "%(count)s events", selection.total) % values

    def notes(self, selection):
        """The query of the list, which the calendar takes too."""
        return {"query": self.url().partition("?")[2]}

    def records(self, ids):
        return in_order(Event.objects.with_place(), ids)

    def export_records(self, ids):
        related = ("organizer_set__organization", "partnerships")
        return in_order(Event.objects.with_place().prefetch_related(*related), ids)

    def geometry(self, event):
        return point(event.place)
