"""The two lists of this app: what they ask, in which order they stand, how they are read."""

from urllib.parse import urlencode

from django.db.models import Case, F, Max, Min, OuterRef, Subquery, TextChoices, Value, When
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sistercities.core.facets import Facet
from sistercities.core.listings import ListingView, Sort
from sistercities.core.names import content_language

from .columns import PARTNERSHIP_COLUMNS, PARTY_COLUMNS, PLACE_COLUMNS, PartnershipLine, PartyCells
from .directory import options
from .filtersets import PartnershipFilterSet, PlaceFilterSet
from .models import Classification, Kind, Level, Partnership, PartnershipCitation, Party, Place, Status
from .rows import add_source_urls, place_rows, tie_rows

#: Of a place, what its facets by region are read from.
PLACE_FACETS = ("level", "code", "region__code", "country__code")


def region_facets(level, code, region, country):
    """The values of the facets by region for a place of which these are `PLACE_FACETS`."""
    region = code if level == Level.REGION else region
    country = code if level == Level.COUNTRY else country
    regional = {region} if region else set()
    return {
        "country": {country} if country else set(),
        "prefecture": regional if country == "JP" else set(),
        "state": regional if country != "JP" else set(),
    }


class Precision(TextChoices):
    """How precisely the date of establishment is known: the length of the PartialDate."""

    DAY = "day", _("to the day")
    MONTH = "month", _("to the month")
    YEAR = "year", _("to the year")
    NONE = "none", _("not at all")


PRECISION = {10: Precision.DAY, 7: Precision.MONTH, 4: Precision.YEAR, 0: Precision.NONE}


class Witnesses(TextChoices):
    """How many sources state something of a tie; claims that were rejected do not count."""

    NONE = "none", _("no source")
    ONE = "one", _("one source")
    SEVERAL = "several", _("two or more sources")


def witnesses():
    """For the parties of ties: `Witnesses` of the tie, None without a source. The lowest and the highest id tell one from several
    at less cost than counting."""
    claims = PartnershipCitation.objects.filter(partnership=OuterRef("partnership")).exclude(standing="rejected")
    ends = claims.order_by().values("partnership").annotate(first=Min("source"), last=Max("source"))
    number = Case(When(first=F("last"), then=Value(Witnesses.ONE)), default=Value(Witnesses.SEVERAL))
    return Subquery(ends.values_list(number))


#: Names of countries and regions that have an article in an English sentence begin or end like this.
_ARTICLE_BEFORE, _ARTICLE_AFTER = ("United ", "Philippines", "Netherlands"), (" Islands", " Republic")


def with_article(name):
    """A name as it stands in a sentence: “the United States”. Names in other languages stay as they are."""
    return f"the {name}" if name.startswith(_ARTICLE_BEFORE) or name.endswith(_ARTICLE_AFTER) else name


class RegionFacetsMixin:
    """Options and headings that come from the directory of regions and countries."""

    def facet_options(self, index):
        regional = {
            "prefecture": lambda region: region.is_prefecture,
            "state": lambda region: region.level == Level.REGION and not region.is_prefecture,
            "country": lambda region: region.level == Level.COUNTRY,
        }
        names = {facet.name for facet in self.facets}
        offered = {name: options(self.stamp, wanted) for name, wanted in regional.items() if name in names}
        return {**super().facet_options(index), **offered}

    def where(self, chips):
        """The places among the applied filters in words: “Ohio”, “Hyogo and Ohio”."""
        names = [str(chip["value"]) for chip in chips if chip["name"] in ("prefecture", "state", "country", "place")]
        return gettext(" and ").join(with_article(name) for name in names)


class PlaceFilterMixin:
    """For a list with the parameter `place`: its name in the chip, read from what travels with the facets."""

    def value_label(self, name, value):
        if name == "place":
            return self.place_name or value
        return super().value_label(name, value)

    @cached_property
    def place_name(self):
        """The name of the place that was asked for. The index knows those that have records; of another there are no rows to read."""
        wanted, column = self.cleaned["place"], 2 if content_language() == "ja" else 1
        known = (
            names[column] or names[1] or names[2] for names in self.index().values("place_names") if names[0] == wanted
        )
        return next(known, None) or str(Place.objects.public().filter(pk=wanted).first() or "")


#: The pages that show partnerships by the same filters.
FORMS = {"partnerships": _("List"), "map": _("Map"), "statistics": _("Statistics")}


class PartnershipList(PlaceFilterMixin, RegionFacetsMixin, ListingView):
    dataset = "partnerships"
    title = _("Partnerships")
    model = Partnership
    filterset_class = PartnershipFilterSet
    facets = (
        Facet("prefecture", _("Prefecture")),
        Facet("state", _("State or province")),
        Facet("country", _("Country")),
        Facet("level", _("Level"), Level),
        Facet("kind", _("Kind"), Kind),
        Facet("status", _("Status"), Status),
        Facet("theme", _("Theme")),
        Facet("contested", _("Sources")),
        Facet("precision", _("Date known"), Precision),
        Facet("sources", _("Stated by"), Witnesses),
        Facet("year", _("Year"), shown=False),
        Facet("place", _("Place"), shown=False),
        # Names travel with the rows: a statement of their own would be one more on every first page.
        Facet("place_names", _("Place"), shown=False),
        Facet("theme_names", _("Theme"), shown=False),
    )
    columns = PARTNERSHIP_COLUMNS
    sorts = {
        "oldest": Sort(_("Oldest first"), ("established_order", "pk")),
        "newest": Sort(_("Newest first"), ("-established", "-pk")),
        "name": Sort(pgettext_lazy("order", "Name"), ("sort_key_en", "pk"), ("sort_key_ja", "pk")),
    }
    default_sort = "oldest"

    def facet_rows(self):
        """One statement: a row per party of every public tie."""
        columns = (
            "partnership",
            "partnership__kind",
            "partnership__status",
            "partnership__contested",
            "partnership__established_year",
            "precision",
            "witnesses",
            "place",
            "place__level",
            "place__code",
            "place__region__code",
            "place__country__code",
            "place__name_en",
            "place__name_ja",
            "partnership__themes__slug",
            "partnership__themes__name_en",
            "partnership__themes__name_ja",
        )
        parties = Party.objects.filter(partnership__publication="published").order_by("partnership")
        parties = parties.annotate(precision=Length("partnership__established"), witnesses=witnesses())
        current, values = None, None
        for row in parties.values_list(*columns).iterator():
            pk, kind, status, contested, year, precision, sources, place, level, code, region, country, *names = row
            name_en, name_ja, *theme = names
            if pk != current:
                if current is not None:
                    yield current, values
                current = pk
                values = {facet.name: set() for facet in self.facets}
                values |= {"kind": {kind}, "status": {status}, "year": {year}}
                values |= {"precision": {PRECISION[precision]}, "sources": {sources or Witnesses.NONE}}
                values["contested"] = {"1"} if contested else set()
            values["level"].add(level)
            values["place"].add(place)
            values["place_names"].add((place, name_en, name_ja))
            for name, found in region_facets(level, code, region, country).items():
                values[name] |= found
            if theme[0]:
                values["theme"].add(theme[0])
                values["theme_names"].add(tuple(theme))
        if current is not None:
            yield current, values

    def facet_options(self, index):
        return {
            **super().facet_options(index),
            "theme": sorted(
                (slug, ja if get_language() == "ja" else en) for slug, en, ja in index.values("theme_names")
            ),
            "contested": [("1", gettext("Sources disagree"))],
        }

    def selected_facets(self, cleaned):
        selected = super().selected_facets(cleaned)
        since, until = cleaned.get("since"), cleaned.get("until")
        if since or until:
            years = (year for year in self.index().values("year") if year)
            selected["year"] = [year for year in years if (since or 0) <= year <= (until or 9999)] or [-1]
        if cleaned.get("place"):
            selected["place"] = [cleaned["place"]]
        return selected

    def heading(self, selection, chips):
        where = self.where(chips)
        values = {"count": f"{selection.total:,}", "where": where}
        if where:
            return (
                ngettext("%(count)s partnership in %(where)s", "%(count)s partnerships in %(where)s", selection.total)
                % values
            )
        return ngettext("%(count)s partnership", "%(count)s partnerships", selection.total) % values

    def notes(self, selection):
        """The other forms of the same; how many undated ties a filter by years hides, and the list that has them."""
        notes = {"seen_as": self.seen_as()}
        if "year" not in selection.selected:
            return notes
        without = {**selection.selected, "year": []}
        undated = self.index().matching({**without, "year": [None]}, selection.base).bit_count()
        return {**notes, "undated": undated, "undated_url": self.url(since=None, until=None)}

    def seen_as(self):
        """The forms in which one can see what is selected, `{"label", "url", "current"}`: each has the filters, and its own sorts."""
        query = self.url(**dict.fromkeys(self.extra_parameters)).partition("?")[2]
        found = []
        for name, label in FORMS.items():
            address = reverse(name)
            current = self.request.path == address
            found.append({"label": label, "url": f"{address}?{query}" if query else address, "current": current})
        return found

    def records(self, ids):
        return tie_rows(ids)

    def export_records(self, ids):
        return add_source_urls(tie_rows(ids))

    def lines(self, tie):
        return [PartnershipLine(tie, other) for other in tie.others]

    def parts(self, tie):
        cells = [PartyCells(place) for place in tie.parties]
        return {
            "parties": [
                {"place": cell.place, **{name: getattr(cell, name) for name in PARTY_COLUMNS}} for cell in cells
            ]
        }

    def geometry(self, tie):
        positions = [[place.longitude, place.latitude] for place in tie.parties if place.latitude is not None]
        if len(positions) < 2:
            return {"type": "Point", "coordinates": positions[0]} if positions else None
        return {"type": "LineString", "coordinates": positions}


class PlaceList(RegionFacetsMixin, ListingView):
    dataset = "places"
    title = _("Places")
    model = Place
    filterset_class = PlaceFilterSet
    facets = (
        Facet("tied", _("Partnerships")),
        Facet("country", _("Country")),
        Facet("prefecture", _("Prefecture")),
        Facet("state", _("State or province")),
        Facet("level", _("Level"), Level),
        Facet("classification", _("Official class"), Classification),
    )
    columns = PLACE_COLUMNS
    sorts = {"name": Sort(pgettext_lazy("order", "Name"), ("sort_key", "pk"), ("sort_key_ja", "pk"))}
    default_sort = "name"

    def text_ids(self, text):
        found = self.get_queryset().search(text).exact_first(text)
        return found.order_by("closeness", *self.order()).values_list("pk", flat=True)

    def facet_rows(self):
        columns = ("pk", "classification", "tied", *PLACE_FACETS)
        places = self.get_queryset().with_tied().order_by("pk")
        for pk, classification, tied, *place in places.values_list(*columns).iterator():
            yield (
                pk,
                {
                    **region_facets(*place),
                    "level": {place[0]},
                    "classification": {classification} if classification else set(),
                    "tied": {"1"} if tied else set(),
                },
            )

    def facet_options(self, index):
        return {**super().facet_options(index), "tied": [("1", gettext("With partnerships"))]}

    def heading(self, selection, chips):
        where = self.where(chips)
        values = {"count": f"{selection.total:,}", "where": where}
        if where:
            return ngettext("%(count)s place in %(where)s", "%(count)s places in %(where)s", selection.total) % values
        return ngettext("%(count)s place", "%(count)s places", selection.total) % values

    def records(self, ids):
        return place_rows(ids)

    def geometry(self, place):
        if place.latitude is None:
            return None
        return {"type": "Point", "coordinates": [place.longitude, place.latitude]}


def partnerships_url(**parameters):
    """The address of the list of partnerships with these parameters; a list of values means “or”."""
    given = {name: value for name, value in parameters.items() if value}
    address = reverse("partnerships")
    return f"{address}?{urlencode(sorted(given.items()), doseq=True)}" if given else address
