"""Regions and countries by their code: the options of the filters, once per process and data version."""

from dataclasses import dataclass

from sistercities.core.facets import Memo
from sistercities.core.names import localized

from .models import Level, Place

_memo = Memo()


@dataclass(frozen=True, slots=True)
class Region:
    """A region or country as an option of a filter."""

    pk: int
    level: str
    code: str
    path: str
    area: str
    name_en: str
    name_ja: str
    name_local: str = ""

    @property
    def name(self):
        return localized(self).text

    @property
    def is_prefecture(self):
        return self.level == Level.REGION and self.path.startswith("jp/")


def regions(stamp):
    """Code -> region or country, every public one; `stamp` is the data version it is kept under."""
    return _memo.get("regions", stamp, _read)


def _read():
    rows = Place.objects.public().exclude(level=Level.MUNICIPALITY).exclude(code="").order_by("sort_key", "pk")
    columns = ("pk", "level", "code", "path", "area", "name_en", "name_ja", "name_local")
    return {row[2]: Region(*row) for row in rows.values_list(*columns)}


def options(stamp, wanted):
    """`(code, name)` pairs of the regions for which `wanted(region)` holds, in the active language."""
    return [(code, region.name) for code, region in regions(stamp).items() if wanted(region)]
