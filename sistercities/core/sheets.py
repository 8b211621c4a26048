"""The sheets of the atlas: the world, a country, a prefecture or state; and the outlines that are drawn on them.

Every sheet is a view of the one drawing of the world (geo.py), so that a dot or an arc is worked out once. What lies far from the
middle of the drawing leans; a sheet of a country or region is set upright by a matrix of its own. Islands and states far away stand
in panels beside the rest, as in a printed atlas. The outlines come from the folder beside this file, see its README.md.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import geo

#: The part of the world's drawing that is shown: without the empty edges.
WORLD = (30.0, 24.0, 900.0, 400.0)
#: Sheets are this wide, in units that are pixels where the sheet is shown at full size.
WIDTH = 900
#: Sheet of a country (`america`: the United States with Canada) -> its height, and its panels, the main one first: its name, the box
#: on the sheet, the degrees (west, south, east, north) that it holds, and of a panel beside the main one the regions that it is for.
COUNTRIES = {
    "japan": (
        800,
        ("japan", (0, 0, 900, 800), (128.6, 30.2, 146.2, 45.7), ()),
        ("okinawa", (24, 24, 250, 210), (122.8, 24.0, 131.4, 28.6), ("JP-47",)),
    ),
    "us": (
        580,
        ("us", (0, 0, 900, 580), (-124.9, 22.6, -66.8, 49.6), ()),
        ("alaska", (16, 404, 190, 160), (-172, 52.5, -130.5, 71.5), ("US-AK",)),
        ("hawaii", (222, 464, 130, 100), (-160.4, 18.8, -154.7, 22.4), ("US-HI",)),
    ),
    "canada": (620, ("canada", (0, 0, 900, 620), (-139, 42.3, -55, 66), ())),
    "america": (
        612,
        ("america", (0, 0, 900, 612), (-136, 23.6, -53, 64), ()),
        ("alaska", (5, 414, 193, 189), (-171, 52, -130, 71.6), ("US-AK",)),
        ("hawaii", (207, 508, 130, 95), (-160.6, 18.6, -154.6, 22.5), ("US-HI",)),
    ),
}
FOLDER = Path(__file__).parent / "outlines"
#: Level of detail -> the outlines that fixtures/build/basemap.mjs drew for it.
FILES = {"world": "world.json", "country": "country.json", "region": "region.json"}
#: How far beyond its panel a shape is drawn before it is cut off: the cut must not be seen.
MARGIN = 12
#: Points of an outline nearer to one another than this are one, in units of the sheet.
STEP = 0.8
#: A region's own sheet is not closer than this many units of the world's drawing (about 75 km), or coasts turn into corners.
CLOSEST = 2.0
#: The share of a region's main land from which an island has its place on the region's own sheet.
LARGE_ISLAND = 0.06


@dataclass(frozen=True)
class Panel:
    """A rectangle of a sheet with its own view of the world.

    `box`: left, top, width and height on the sheet. `matrix`: `(a, b, c, d, e, f)` as in SVG, from the drawing of the world to the
    sheet. `level`: the degree of detail of its outlines. `codes`: of a panel beside the main one, the regions that it is for; their
    places stand here and nowhere else.
    """

    key: str
    box: tuple
    matrix: tuple
    level: str
    codes: tuple = ()

    def point(self, x, y):
        """A point of the world's drawing on the sheet."""
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f

    def holds(self, x, y, margin=0):
        """Whether a point of the sheet lies in this panel."""
        left, top, width, height = self.box
        return left - margin <= x <= left + width + margin and top - margin <= y <= top + height + margin


@dataclass(frozen=True)
class Sheet:
    """`key` is the name of the view or the code of a region; the first panel is the main one."""

    key: str
    width: int
    height: int
    panels: tuple

    @property
    def main(self):
        return self.panels[0]

    @property
    def kind(self):
        """`world`, `country` or `region`: how much is on it."""
        return self.key if self.key == "world" else "country" if self.key in COUNTRIES else "region"

    def locate(self, code, x, y):
        """The panel, and the position on the sheet, of a place of the region `code` at a point of the world's drawing; or None."""
        own = [panel for panel in self.panels if code in panel.codes]
        for panel in own or self.panels:
            at = panel.point(x, y)
            if panel.holds(*at):
                return panel, at
        return None


def fitted(key, box, points, *, level, codes=(), air=1.0):
    """A panel that holds these points of the world's drawing, set upright at their middle; `air` is the room around them."""
    xs, ys = zip(*points, strict=True)
    turn = geo.upright(*geo.unproject((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
    bare = Panel(key, box, (*turn, 0, 0), level)
    xs, ys = zip(*(bare.point(*point) for point in points), strict=True)
    left, top, width, height = box
    scale = 1 / (air * max((max(xs) - min(xs)) / width, (max(ys) - min(ys)) / height, CLOSEST / width))
    across = left + width / 2 - scale * (min(xs) + max(xs)) / 2
    down = top + height / 2 - scale * (min(ys) + max(ys)) / 2
    return Panel(key, box, (*(scale * value for value in turn), across, down), level, codes)


def framed(key, box, west, south, east, north, *, level="country", codes=()):
    """A panel that holds all between these degrees."""
    steps = [step / 8 for step in range(9)]
    across = [geo.plane(west + (east - west) * step, lat) for step in steps for lat in (south, north)]
    down = [geo.plane(lon, south + (north - south) * step) for step in steps for lon in (west, east)]
    return fitted(key, box, across + down, level=level, codes=codes)


@cache
def sheet(key):
    """The sheet of the world, of a country or of a region by its code; None where there is no outline."""
    if key == "world":
        return Sheet(key, WIDTH, 400, (Panel(key, (0, 0, WIDTH, 400), (1, 0, 0, 1, -WORLD[0], -WORLD[1]), "world"),))
    if key in COUNTRIES:
        return country_sheet(key)
    return region_sheet(key) if key and key in outlines("country") else None


@cache
def country_sheet(key, width=WIDTH, level="country"):
    """A sheet of COUNTRIES at a width of one's own, for a picture that is small or has to be light."""
    height, *panels = COUNTRIES[key]
    scale = width / WIDTH
    framed_panels = (
        framed(name, tuple(scale * side for side in box), *frame, level=level, codes=codes)
        for name, box, frame, codes in panels
    )
    return Sheet(key, width, round(scale * height), tuple(framed_panels))


def region_sheet(code, width=WIDTH, height=560):
    """A sheet of one region: its main land and large islands. Rocks far out would make a speck of the rest."""
    rings = sorted(outlines("country")[code], key=area, reverse=True)
    points = [point for ring in rings if area(ring) >= area(rings[0]) * LARGE_ISLAND for point in ring]
    return Sheet(code, width, height, (fitted(code, (0, 0, width, height), points, level="region", air=1.14),))


def area(ring):
    """The area of a ring, by the shoelace formula."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


# Outlines ------------------------------------------------------------------------------------------------------------


@cache
def _stored(level):
    return json.loads((FOLDER / FILES[level]).read_text())


def _rings(data, grain):
    """The rings of path data in whole steps of `grain`: "M<x> <y>l<dx> <dy>…z", as lists of points of the world's drawing."""
    rings = []
    for part in filter(None, data.split("M")):
        numbers = [int(number) for number in re.findall(r"-?\d+", part)]
        x = y = 0
        ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x * grain, y * grain))
        rings.append(ring)
    return rings


@cache
def outlines(level):
    """Code -> rings of every region that has an outline, in units of the world's drawing; "" is the land around them."""
    stored = _stored(level)
    found = {code: _rings(data, stored["grain"]) for code, data in stored["outlines"].items()}
    return found | {"": _rings(stored["around"], stored["grain"])}


def middle(code):
    """The middle of the widest circle within a region, in units of the world's drawing: where its name stands."""
    x, y, _radius = _stored("country")["middles"][code]
    return x, y


@cache
def globe():
    """The lines of the globe on the map of the world, as SVG path data."""
    stored = _stored("world")
    lines = [[sheet("world").main.point(*at) for at in line] for line in _rings(stored["lines"], stored["grain"])]
    return "".join(path(line, closed=False) for line in lines)


@cache
def paths(panel):
    """Code -> SVG path data of what a panel shows, cut at its edge; "" is the land around the regions."""
    left, top, width, height = panel.box
    box = left - MARGIN, top - MARGIN, left + width + MARGIN, top + height + MARGIN
    found = {}
    for code, rings in outlines(panel.level).items():
        drawn = [thinned(cut([panel.point(*point) for point in ring], box)) for ring in rings]
        if data := "".join(path(ring) for ring in drawn if len(ring) > 2):
            found[code] = data
    return found


def cut(ring, box):
    """The part of a ring inside a rectangle (Sutherland and Hodgman): what lies outside is replaced by the rectangle's edge."""
    left, top, right, bottom = box
    xs, ys = zip(*ring, strict=True)
    if max(xs) < left or min(xs) > right or max(ys) < top or min(ys) > bottom:
        return []
    if min(xs) >= left and max(xs) <= right and min(ys) >= top and max(ys) <= bottom:
        return ring
    for axis, limit, sign in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        kept = []
        for before, here in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
            inside_before, inside = sign * (before[axis] - limit) >= 0, sign * (here[axis] - limit) >= 0
            if inside != inside_before:
                share = (limit - before[axis]) / (here[axis] - before[axis])
                kept.append(tuple(a + (b - a) * share for a, b in zip(before, here, strict=True)))
            if inside:
                kept.append(here)
        ring = kept
    return ring


def thinned(ring):
    """A ring without the points that lie closer to the one before than the eye sees."""
    kept = ring[:1]
    for point in ring[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= STEP:
            kept.append(point)
    return kept


def path(ring, closed=True):
    """SVG path data of a ring, or of a line, in tenths of a unit and relative steps."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
    at = tenths[0]
    steps = [f"M{_tenth(at[0])} {_tenth(at[1])}l"]
    for x, y in tenths[1:]:
        if (x, y) != at:
            dx, dy = _tenth(x - at[0]), _tenth(y - at[1])
            steps.append(f"{'' if dx[0] == '-' or len(steps) == 1 else ' '}{dx}{'' if dy[0] == '-' else ' '}{dy}")
            at = x, y
    return "".join([*steps, "z" if closed else ""]) if len(steps) > 2 else ""


def _tenth(value):
    """Tenths as the shortest number: 5 -> ".5", -13 -> "-1.3", 20 -> "2"."""
    whole, rest = divmod(abs(value), 10)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole or ''}.{rest}" if rest else f"{sign}{whole}"
