"""Light records for lists and files: read with `values_list` in one statement, without a model instance per joined row.

At 25 rows a page the instances of `select_related` cost more than the statement (measured: see tests/benchmarks).
"""

from dataclasses import dataclass, field
from functools import cache

from django.urls import reverse
from django.utils.text import capfirst

from sistercities.core.dates import PartialDate
from sistercities.core.names import content_language, localized
from sistercities.core.prepared import fetch

from .models import Classification, Kind, PartnershipCitation, Party, Place, Status

_ABOVE = ("name_en", "name_ja", "code", "path")
_OWN = (
    "pk",
    "level",
    "classification",
    "code",
    "path",
    "name_en",
    "name_ja",
    "name_kana",
    "name_local",
    "latitude",
    "longitude",
)


@cache
def _labels(choices, language):
    """Value -> label of a vocabulary in the active language, which `language` names."""
    return {value: capfirst(str(label)) for value, label in choices.choices}


@dataclass(slots=True)
class AboveRow:
    """A region or a country as a list shows it."""

    name_en: str
    name_ja: str
    code: str
    path: str
    language: str
    name_local: str = ""
    name: str = ""

    def __post_init__(self):
        self.name = localized(self, language=self.language).text


@dataclass(slots=True)
class PlaceRow:
    """A place as a list shows it. `name_lang` is the language of the name where it is not that of the page."""

    pk: int
    level: str
    classification: str
    code: str
    path: str
    name_en: str
    name_ja: str
    name_kana: str
    name_local: str
    latitude: float | None
    longitude: float | None
    region: AboveRow | None
    country: AboveRow | None
    base: str
    language: str
    extra: dict = field(default_factory=dict)
    name: str = ""
    name_lang: str = ""
    query: str = ""

    def __post_init__(self):
        self.name = self.name_ja if self.language == "ja" else self.name_en
        if not self.name:
            self.name, self.name_lang, _fallback = localized(self, language=self.language)

    @property
    def url(self):
        return f"{self.base}{self.path}/{self.query}"

    @property
    def class_label(self):
        return _labels(Classification, self.language).get(self.classification, "")

    @property
    def where(self):
        """Region and country in words, as far as they are not the place itself."""
        if not (self.region and self.country):
            return self.country.name if self.country else ""
        if self.language == "ja":
            return f"{self.country.name} {self.region.name}"
        return f"{self.region.name}, {self.country.name}"


@dataclass(slots=True)
class TieRow:
    """A partnership as a list shows it."""

    pk: int
    slug: str
    kind: str
    status: str
    established: PartialDate
    ended: PartialDate
    contested: bool
    designation_en: str
    designation_ja: str
    base: str
    language: str
    parties: list = field(default_factory=list)
    source_url: str = ""

    @property
    def url(self):
        return f"{self.base}{self.pk}-{self.slug or 'partnership'}/"

    @property
    def kind_label(self):
        return _labels(Kind, self.language)[self.kind]

    @property
    def status_label(self):
        return _labels(Status, self.language)[self.status]

    @property
    def first(self):
        return self.parties[0]

    @property
    def others(self):
        return self.parties[1:]


_TIE = ("pk", "slug", "kind", "status", "established", "ended", "contested", "designation_en", "designation_ja")
_PARTY_COLUMNS = [
    *(f"partnership__{name}" for name in _TIE),
    *(f"place__{name}" for name in _OWN),
    *(f"place__region__{name}" for name in _ABOVE),
    *(f"place__country__{name}" for name in _ABOVE),
]


class _Above(dict):
    """Regions and countries of one page by their cells: most rows share them."""

    def __init__(self, language):
        super().__init__()
        self.language = language

    def __missing__(self, values):
        self[values] = found = AboveRow(*values, self.language) if values[-1] else None
        return found


def _place_row(own, above, base, shared):
    """`above` holds four cells of the region and four of the country."""
    return PlaceRow(*own, shared[above[:4]], shared[above[4:]], base, shared.language)


def _parties(ids):
    return Party.objects.filter(partnership__in=ids).order_by("partnership", "position").values_list(*_PARTY_COLUMNS)


def tie_rows(ids):
    """The partnerships of these ids, in their order, with their parties: one statement."""
    ties_base, places_base, shared = reverse("partnerships"), reverse("places"), _Above(content_language())
    ties = {}
    for values in fetch("ties", _parties, ids) if ids else ():
        place = _place_row(values[9:20], values[20:], places_base, shared)
        tie = ties.get(values[0])
        if tie is None:
            tie = ties[values[0]] = TieRow(
                *values[:4], PartialDate(values[4]), PartialDate(values[5]), *values[6:9], ties_base, shared.language
            )
        tie.parties.append(place)
    return [ties[pk] for pk in ids if pk in ties]


def add_source_urls(ties):
    """Give each tie the address of its preferred source, else of the first accepted one that has an address: one statement."""
    by_id = {tie.pk: tie for tie in ties}
    citations = (
        PartnershipCitation.objects.filter(partnership__in=by_id)
        .exclude(standing="rejected")
        .exclude(source__url="")
        .order_by("partnership", "-standing", "-fact", "pk")
    )
    # “preferred” sorts after “accepted”: the first row of a partnership is the preferred one where there is one.
    for pk, url in citations.values_list("partnership", "source__url"):
        by_id[pk].source_url = by_id[pk].source_url or url
    return ties


_PLACE_COLUMNS = [
    *_OWN,
    *(f"region__{name}" for name in _ABOVE),
    *(f"country__{name}" for name in _ABOVE),
    "population",
    "population_on",
    "abolished",
    "website",
    "ties",
]


def _places(ids):
    return Place.objects.with_tie_count().filter(pk__in=ids).values_list(*_PLACE_COLUMNS)


def place_rows(ids):
    """The places of these ids, in their order, with the number of their public ties: one statement."""
    base, shared = reverse("places"), _Above(content_language())
    rows = {}
    for values in fetch("places", _places, ids) if ids else ():
        place = _place_row(values[:11], values[11:19], base, shared)
        place.extra = dict(zip(_PLACE_COLUMNS[-5:], values[19:], strict=True))
        rows[place.pk] = place
    return [rows[pk] for pk in ids if pk in rows]
