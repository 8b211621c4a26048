"""What every sheet of the atlas bears: names that find room, regions shaded by number, the land around them.

A dot is anything with `name`, `lang` (where it is not that of the page), `at` (its point on the sheet), `size` (1 to 6), `count` and
`number` (its place in the order of importance).
"""

from dataclasses import dataclass
from functools import cache
from math import ceil, log, sqrt
from unicodedata import east_asian_width

from django.utils.translation import gettext, ngettext, pgettext

from sistercities.core import geo, sheets

#: Height of the letters on a sheet, and on a narrow screen, where the sheet shrinks and the letters stay. In units of the sheet.
LETTERS, LETTERS_NARROW = 11, 25
#: Names that a sheet bears at most, and on a narrow screen.
MOST_NAMES, FEW_NAMES = 60, 8
#: Ties of a dot from which it is drawn in the next size.
SIZES = (2, 3, 5, 9, 17)
#: Classes of shading.
CLASSES = 5
#: Width and height of the map on the page of a region.
SMALL = (600, 400)


def labels(dots, box, zoom=1.0):
    """The names that find room beside their dots, the most tied places first: `{"text", "lang", "x", "y", "dx", "dy", "anchor",
    "narrow"}`.

    Those with `narrow` find room on a narrow screen too, where letters are larger beside everything else.
    """
    found, taken = [], [dot_box(dot, zoom) for dot in dots[: MOST_NAMES * 3] if dot.size > 2]
    for letters, narrow in ((LETTERS_NARROW, True), (LETTERS, False)):
        named = {label["number"] for label in found}
        for dot in dots[: MOST_NAMES * 2]:
            if dot.number in named or len(found) >= (FEW_NAMES if narrow else MOST_NAMES):
                continue
            if label := beside(dot, letters / zoom, box, taken):
                taken.append(label.pop("box"))
                label |= {"text": dot.name, "lang": dot.lang, "number": dot.number, "narrow": narrow, "count": 0}
                found.append(label)
    return found


def region_labels(panel, drawn, counts, directory):
    """The names of the regions of a country's map with their numbers, in the middle of those that have the room."""
    found, taken = [], []
    for letters, narrow in ((LETTERS_NARROW, True), (LETTERS, False)):
        named = {label["number"] for label in found}
        for code in sorted(drawn, key=lambda code: -counts.get(code, 0)):
            if code in named or not counts.get(code) or (narrow and len(found) >= FEW_NAMES):
                continue
            x, y = panel.point(*sheets.middle(code))
            text = directory[code].name
            half = (wide(text) + 0.6 * len(str(counts[code])) + 0.3) * letters / 2
            place = x - half, y - 0.7 * letters, x + half, y + 0.7 * letters
            if panel.holds(place[0], place[1]) and panel.holds(place[2], place[3]) and clear(place, taken):
                taken.append(place)
                label = {"text": text, "lang": "", "number": code, "narrow": narrow, "anchor": "middle", "x": x}
                found.append({**label, "y": y, "dx": 0, "dy": 0.36, "count": counts[code]})
    return found


def size(count, most=0):
    """1 to 6, for a number of ties; of bundles as a share of the largest number, by its root."""
    return ceil(6 * sqrt(count / most)) if most else 1 + sum(count >= step for step in SIZES)


def dot_box(dot, zoom):
    x, y = dot.at
    half = (1 + dot.size) / zoom
    return x - half, y - half, x + half, y + half


#: Where a name may stand beside its dot: how it is anchored and how far off it is, in heights of its letters beside the dot's own
#: radius. Right, left, under, over.
SIDES = (("start", 1, 0.36), ("end", -1, 0.36), ("middle", 0, 1.25), ("middle", 0, -0.55))


def beside(dot, letters, box, taken):
    """A name beside its dot, on the first side that is free and on the sheet; None where none is.

    `dx` and `dy` are in heights of the letters (em), so that the name keeps its distance when the letters grow.
    """
    length = wide(dot.name)
    left, top, width, height = box
    for anchor, side, down in SIDES:
        dx = side * (0.3 + 0.06 * dot.size)
        dy = down + (0.04 * dot.size if down > 1 else -0.04 * dot.size if down < 0 else 0)
        start = dx if anchor == "start" else dx - length if anchor == "end" else -length / 2
        x, y = dot.at
        place = (
            x + start * letters,
            y + (dy - 0.85) * letters,
            x + (start + length) * letters,
            y + (dy + 0.25) * letters,
        )
        inside = place[0] > left + 3 and place[1] > top and place[2] < left + width - 3 and place[3] < top + height
        if inside and clear(place, taken):
            return {"x": x, "y": y, "dx": dx, "dy": dy, "anchor": anchor, "box": place}
    return None


def wide(text):
    """The length of a text in heights of its letters."""
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.56 for letter in text)


def clear(place, taken):
    """Whether a rectangle overlaps none of the others."""
    left, top, right, bottom = place
    return not any(left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in taken)


# Regions ------------------------------------------------------------------------------------------------------------


def classes(counts):
    """The least number of each class by which regions, and the cells of a matrix, are shaded: up to five, `[1, 2, 5, 20, 50]`.

    Each is about the same multiple of the one before, in round numbers, because most regions have few ties and a few have many.
    """
    most = max(counts, default=0)
    ladder = [step * 10**power for power in range(7) for step in (1, 2, 5)]
    wanted = [most ** (step / CLASSES) for step in range(CLASSES)] if most else []
    return sorted({min(ladder, key=lambda number: abs(log(number / value))) for value in wanted})


def shade(count, steps):
    """0 for none, else the number of the class."""
    return sum(count >= step for step in steps)


def shapes(sheet, panel, counts, steps, directory, regions_url):
    """The regions of a panel: `{"code", "path", "shade", "label", "url", "here"}`; without ties there is no address."""
    beside = {code for other in sheet.panels if other.key != panel.key for code in other.codes}
    found = []
    for code, path in sheets.paths(panel).items():
        region = directory.get(code)
        if region is None or (panel.codes and code not in panel.codes) or code in beside:
            continue
        count = counts.get(code, 0)
        values = {"name": region.name, "count": count}
        words = ngettext("%(name)s: %(count)s partnership", "%(name)s: %(count)s partnerships", count) % values
        found.append(
            {
                "code": code,
                "path": path,
                "shade": shade(count, steps) if code != sheet.key else 1,
                "label": words if count else gettext("%(name)s: no partnership") % values,
                "url": regions_url(region) if count and code != sheet.key else "",
                "here": region.is_prefecture,
                "current": code == sheet.key,
            }
        )
    return found


def land(panel, drawn):
    """The rest of what a panel shows: the countries around, and regions that are not drawn as such."""
    return "".join(path for code, path in sheets.paths(panel).items() if code not in drawn)


# Maps of pages -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Dot:
    """A municipality on the map of its region."""

    name: str
    lang: str
    at: tuple
    count: int
    number: int

    @property
    def size(self):
        return size(self.count)


@cache
def small_sheet(code):
    return sheets.region_sheet(code, *SMALL) if sheets.sheet(code) else None


def region_map(place, rows):
    """The map of a region with the municipalities that have ties (PlaceRow), or None where there is no outline or nothing to show.

    `{"sheet", "view", "land", "own", "dots", "names", "missing"}`: `missing` are the rows that have no place on it.
    """
    sheet = small_sheet(place.code)
    dots, missing = [], []
    for row in sorted(rows, key=lambda row: -row.extra["ties"]) if sheet else ():
        found = sheet.locate(place.code, *geo.plane(row.longitude, row.latitude)) if row.latitude is not None else None
        if found:
            dots.append(Dot(row.name, row.name_lang, found[1], row.extra["ties"], len(dots)))
        else:
            missing.append(row)
    if not dots:
        return None
    paths = sheets.paths(sheet.main)
    return {
        "sheet": sheet,
        "land": "".join(path for code, path in paths.items() if code != place.code),
        "own": paths.get(place.code, ""),
        "is_japan": place.path.startswith("jp/"),
        "dots": dots,
        "names": labels(dots, sheet.main.box),
        "missing": missing,
    }


#: Country -> the sheet of its page and the detail of its outlines there, where a picture must be light.
COUNTRY_SHEETS = {"JP": ("japan", "country"), "US": ("us", "world"), "CA": ("canada", "world")}


def country_map(place, counts, directory, region_url):
    """The map of a country with its regions shaded by `counts`, or None without one: `{"sheet", "panels", "legend", "side"}`."""
    key, level = COUNTRY_SHEETS.get(place.code, ("", ""))
    sheet = sheets.country_sheet(key, level=level) if key else None
    own = {
        code: counts[code] for code in sheets.outlines("world") if code.startswith(f"{place.code}-") and code in counts
    }
    if sheet is None or not own:
        return None
    steps = classes(own.values())
    panels = []
    for panel in sheet.panels:
        drawn = [
            shape
            for shape in shapes(sheet, panel, own, steps, directory, region_url)
            if shape["code"].startswith(f"{place.code}-")
        ]
        codes = {shape["code"] for shape in drawn}
        panels.append(
            {
                "box": panel.box,
                "view": " ".join(f"{value:g}" for value in panel.box),
                "is_main": panel is sheet.main,
                "land": land(panel, codes),
                "shapes": drawn,
                "names": region_labels(panel, codes, own, directory),
            }
        )
    side = "jp" if place.code == "JP" else "ab"
    return {"sheet": sheet, "panels": panels, "legend": legend(steps), "side": side}


def legend(steps):
    """The classes of the shading in words, the highest last: `{"shade", "label"}`."""
    found = [{"shade": 0, "label": pgettext("number of partnerships", "none")}]
    for number, step in enumerate(steps, 1):
        following = steps[number] if number < len(steps) else None
        if following is None:
            label = gettext("%(from)s or more") % {"from": step}
        elif following == step + 1:
            label = pgettext("number of partnerships", "%(number)s") % {"number": step}
        else:
            label = gettext("%(from)s to %(to)s") % {"from": step, "to": following - 1}
        found.append({"shade": number, "label": label})
    return found
