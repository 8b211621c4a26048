"""Every public tie as the map needs it: who with whom, and where. Read in one statement, kept per process and data version.

A tie of many places has a line from the first to each of the others, as in the lists. A prefecture or state that is a party itself
stands in its middle, not at its seat of government, where the city of that seat has its own dot.
"""

from dataclasses import dataclass, field

from partnerships.mapping import bow
from partnerships.models import Level, Party
from sistercities.core import geo, sheets
from sistercities.core.facets import Memo

_memo = Memo()

_COLUMNS = (
    "partnership",
    "partnership__slug",
    "partnership__established_year",
    "place",
    "place__name_en",
    "place__name_ja",
    "place__name_local",
    "place__path",
    "place__latitude",
    "place__longitude",
    "place__level",
    "place__code",
    "place__region__code",
    "place__country__code",
)


@dataclass(slots=True, eq=False)
class Spot:
    """A place with ties. `region` is the code of its prefecture or state (its own, if it is one), "" without; `x` and `y` its
    point in the drawing of the world, None where its position is not known."""

    pk: int
    name_en: str
    name_ja: str
    name_local: str
    path: str
    latitude: float | None
    longitude: float | None
    region: str
    country: str
    x: float | None = None
    y: float | None = None

    def __post_init__(self):
        if self.latitude is not None:
            self.x, self.y = geo.plane(self.longitude, self.latitude)

    @property
    def is_placed(self):
        return self.x is not None

    @property
    def in_japan(self):
        return self.country == "JP"


@dataclass(slots=True, eq=False)
class Tie:
    """A tie and its places in order; `year` is that of the establishment, or None."""

    pk: int
    slug: str
    year: int | None
    spots: list = field(default_factory=list)


def ties(stamp):
    """Id -> tie, every public one, at the data version `stamp`."""
    return _memo.get("ties", stamp, _read)


def bow_between(stamp, first, other):
    """The line between two spots, see `mapping.bow`; worked out once."""
    kept = _memo.get("bows", stamp, dict)
    key = first.pk, other.pk
    if key not in kept:
        kept[key] = bow(first.latitude, first.longitude, other.latitude, other.longitude)
    return kept[key]


def _read():
    parties = Party.objects.filter(partnership__publication="published").order_by("partnership", "position")
    found, spots = {}, {}
    for tie, slug, year, pk, *place in parties.values_list(*_COLUMNS).iterator():
        if pk not in spots:
            *own, latitude, longitude, level, code, region, country = place
            above = code if level == Level.REGION else region or ""
            land = code if level == Level.COUNTRY else country or ""
            if level == Level.REGION and code in sheets.outlines("country"):
                longitude, latitude = geo.unproject(*sheets.middle(code))
            spots[pk] = Spot(pk, *own, _number(latitude), _number(longitude), above, land)
        if tie not in found:
            found[tie] = Tie(tie, slug, year)
        found[tie].spots.append(spots[pk])
    return found


def _number(value):
    return None if value is None else float(value)
