"""Regions and countries by their code: the options of the filters, once per process and data version."""

from dataclasses import dataclass

from sistercities.core.facets import Memo
from sistercities.core.names import content_language, localized
from sistercities.core.text import kana_order

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
    """Code -> region or country, every public one, in the order of the active language; `stamp` is the data version it is kept under.

    In Japanese: countries and states by their kana, then the prefectures by their code, from Hokkaido to Okinawa as everywhere in Japan.
    """
    if content_language() == "ja":
        return _memo.get("regions-ja", stamp, lambda: _by_kana(_memo.get("regions", stamp, _read)))
    return _memo.get("regions", stamp, _read)


def _read():
    rows = Place.objects.public().exclude(level=Level.MUNICIPALITY).exclude(code="").order_by("sort_key", "pk")
    columns = ("pk", "level", "code", "path", "area", "name_en", "name_ja", "name_local")
    return {row[2]: Region(*row) for row in rows.values_list(*columns)}


def _by_kana(found):
    def order(item):
        code, region = item
        return (region.is_prefecture, code if region.is_prefecture else kana_order(region.name_ja))

    return dict(sorted(found.items(), key=order))


def options(stamp, wanted):
    """`(code, name)` pairs of the regions for which `wanted(region)` holds, in the active language."""
    return [(code, region.name) for code, region in regions(stamp).items() if wanted(region)]
