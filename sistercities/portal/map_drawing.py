"""Ties on a sheet of the atlas: shaded regions, lines, dots and names, ready for templates/map/sheet.jinja.

The rule of thinning: up to MOST_LINES ties each has a line of its own. Of more, those between the same two regions share one line,
whose width tells their number, and a dot stands for a region; of the shared lines the MOST_BUNDLES strongest are drawn. The page
says so in words, with the numbers.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from partnerships.atlas import size
from partnerships.directory import regions
from partnerships.mapping import bow, data
from sistercities.core import geo, sheets
from sistercities.core.names import localized

from .map_ties import bow_between

MOST_LINES, MOST_BUNDLES = 700, 300
#: How far dots of the same position stand from one another, in units of the sheet.
APART = 5


@dataclass(slots=True)
class Dot:
    """A place with ties, or where ties are bundled a region. `at` is its point on the sheet, in `panel`; `lineless` the number of its
    ties that have no line, because no partner's position is known."""

    key: object
    name: str
    lang: str
    where: str
    url: str
    region: str
    in_japan: bool
    x: float
    y: float
    latitude: float
    longitude: float
    count: int = 0
    panel: object = None
    at: tuple = ()
    number: int = -1
    lineless: int = 0
    most: int = 0

    @property
    def size(self):
        return size(self.count, self.most)

    @property
    def label(self):
        values = {"name": self.name, "where": self.where, "count": self.count}
        if not self.where:
            return ngettext("%(name)s: %(count)s partnership", "%(name)s: %(count)s partnerships", self.count) % values
        words = ngettext(
            "%(name)s, %(where)s: %(count)s partnership", "%(name)s, %(where)s: %(count)s partnerships", self.count
        )
        return words % values


@dataclass(slots=True)
class Line:
    """A tie between two dots, or a bundle of them; its path is drawn in each panel that one of its ends stands in."""

    ends: tuple
    pieces: list
    url: str
    label: str
    count: int = 1
    most: int = 0

    @property
    def size(self):
        """0 for a line of one tie, else 1 to 6."""
        return size(self.count, self.most) if self.most else 0


@dataclass
class Picture:
    """What is drawn on a sheet. `unplaced` are spots without a position; `elsewhere` is the number of placed ones beyond the sheet."""

    sheet: object
    dots: list
    lines: list
    bundled: bool = False
    bundles: int = 0
    held: int = 0
    unplaced: list = field(default_factory=list)
    elsewhere: int = 0

    def __post_init__(self):
        for dot in sorted(self.dots, key=lambda dot: -dot.count):
            found = self.sheet.locate(dot.region, dot.x, dot.y)
            if found:
                dot.panel, dot.at = found
        shown = [dot for dot in self.dots if dot.panel]
        self.elsewhere = len(self.dots) - len(shown)
        self.dots = sorted(shown, key=lambda dot: (-dot.count, dot.name))
        taken = set()
        for number, dot in enumerate(self.dots):
            dot.number = number
            dot.at = apart(dot.at, taken)
        self.lines = [line for line in self.lines if any(end.panel for end in line.ends)]

    def extent(self):
        """Points of the main panel around which everything lies: the dots, and the lines half way."""
        point = self.sheet.main.point
        yield from (dot.at for dot in self.dots)
        for line in self.lines:
            for piece in line.pieces:
                start, middle, end = piece[0], piece[len(piece) // 2], piece[-1]
                if len(piece) == 3:  # the control point of a curve lies beyond it
                    middle = [(a + 2 * b + c) / 4 for a, b, c in zip(start, middle, end, strict=True)]
                yield from (point(*start), point(*middle), point(*end))

    def panel(self, panel):
        """Lines and dots of one panel."""
        lines = [
            {
                "line": line,
                "ends": " ".join(str(end.number) for end in line.ends if end.panel),
                "path": data(line.pieces, panel.point),
            }
            for line in self.lines
            if any(end.panel is panel for end in line.ends)
        ]
        return {"lines": lines, "dots": [dot for dot in self.dots if dot.panel is panel]}


def apart(at, taken):
    """A point of the sheet, moved aside as far as a dot is wide where another dot has that very point (a county at its seat).

    Dots that are merely near may cover one another: on the map of the world all of Japan is no wider than four of them.
    """
    x, y = at
    while (round(x, 2), round(y, 2)) in taken:
        x += APART
    taken.add((round(x, 2), round(y, 2)))
    return x, y


def picture(ties, sheet, *, stamp, regions_url):
    """The picture of some ties on a sheet; `regions_url(region, …)` is the address of the map of a region, or of two."""
    directory = regions(stamp)
    if len(ties) > MOST_LINES:
        return bundled(ties, sheet, directory, regions_url)
    return single(ties, sheet, directory, stamp)


# A line for each tie ------------------------------------------------------------------------------------------------


def single(ties, sheet, directory, stamp):
    places, base = reverse("places"), reverse("partnerships")
    dots, unplaced, lines = {}, {}, []
    for tie in ties:
        for spot in tie.spots:
            if not spot.is_placed:
                unplaced[spot.pk] = spot
            elif spot.pk not in dots:
                dots[spot.pk] = place_dot(spot, directory, f"{places}{spot.path}/")
        placed = [spot for spot in tie.spots if spot.is_placed]
        for spot in placed:
            dots[spot.pk].count += 1
            dots[spot.pk].lineless += len(placed) < 2
        for other in placed[1:]:
            ends = dots[placed[0].pk], dots[other.pk]
            url = f"{base}{tie.pk}-{tie.slug or 'partnership'}/"
            lines.append(Line(ends, bow_between(stamp, placed[0], other), url, between(*ends, tie.year)))
    named = [{"name": localized(spot), "url": f"{places}{spot.path}/"} for spot in unplaced.values()]
    return Picture(sheet, list(dots.values()), lines, unplaced=named)


def place_dot(spot, directory, url):
    name = localized(spot)
    above = directory.get(spot.region)
    if above is None or above.path == spot.path:
        above = directory.get(spot.country)
    where = above.name if above and above.path != spot.path else ""
    lang = name.lang if name.is_fallback else ""
    return Dot(
        spot.pk, name.text, lang, where, url, spot.region, spot.in_japan, spot.x, spot.y, spot.latitude, spot.longitude
    )


def between(one, other, year):
    values = {"one": one.name, "other": other.name, "year": year}
    return (gettext("%(one)s – %(other)s, %(year)s") if year else gettext("%(one)s – %(other)s")) % values


# A line for all ties between two regions ----------------------------------------------------------------------------


def bundled(ties, sheet, directory, regions_url):
    """Dots are regions; a place of a country without regions counts to its country."""
    members, numbers, pairs = defaultdict(set), Counter(), Counter()
    for tie in ties:
        keys = [spot.region or spot.country for spot in tie.spots if spot.is_placed]
        for spot in tie.spots:
            members[spot.region or spot.country].add(spot)
        for key in set(keys):
            numbers[key] += 1
        for other in dict.fromkeys(keys[1:]):
            if other != keys[0]:
                pairs[min(keys[0], other), max(keys[0], other)] += 1
    dots = {
        key: region_dot(directory[key], members[key], numbers[key], regions_url) for key in numbers if key in directory
    }
    known = Counter({pair: number for pair, number in pairs.items() if pair[0] in dots and pair[1] in dots})
    for dot in dots.values():
        dot.most = max(numbers.values())
    strongest = known.most_common(MOST_BUNDLES)
    lines = [shared_line(dots[one], dots[other], number, directory, regions_url) for (one, other), number in strongest]
    for line in lines:
        line.most = lines[0].count
    held = sum(number for _pair, number in strongest)
    return Picture(sheet, list(dots.values()), lines, bundled=True, bundles=len(known), held=held)


def region_dot(region, spots, number, regions_url):
    """A region as a dot, in the middle of its outline, or of its places where it has none."""
    if region.code in sheets.outlines("country"):
        x, y = sheets.middle(region.code)
        longitude, latitude = geo.unproject(x, y)
    else:
        vectors = [geo.unit_vector(spot.latitude, spot.longitude) for spot in spots if spot.is_placed]
        latitude, longitude = geo.direction(*(sum(values) for values in zip(*vectors, strict=True)))
        x, y = geo.plane(longitude, latitude)
    in_japan = region.path.startswith("jp")
    return Dot(
        region.code, region.name, "", "", regions_url(region), region.code, in_japan, x, y, latitude, longitude, number
    )


def shared_line(one, other, number, directory, regions_url):
    values = {"one": one.name, "other": other.name, "count": number}
    words = ngettext(
        "%(one)s – %(other)s: %(count)s partnership", "%(one)s – %(other)s: %(count)s partnerships", number
    )
    pieces = bow(one.latitude, one.longitude, other.latitude, other.longitude)
    return Line((one, other), pieces, regions_url(directory[one.key], directory[other.key]), words % values, number)
