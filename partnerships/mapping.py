"""What a map draws of places and ties: dots and great-circle arcs in the projection of the base map."""

from math import atan2, cos, degrees, hypot, radians, sin

from sistercities.core import geo
from sistercities.core.names import localized

#: The part of the base map that is shown: without the empty edges. Width by height is 9 by 4 on every map.
WHOLE = (30.0, 24.0, 900.0, 400.0)
#: A map is not drawn closer than this width (of the 960 of the base map), or coasts turn into corners.
CLOSEST = 260.0
#: A map with more dots than this bears no names: they would lie on one another.
FEW_NAMES = 4


def arcs(groups, *, whole=False):
    """Paths and dots for groups of places that are tied to one another, and the view that holds them.

    `{"paths": [SVG path data], "dots": [{"x", "y", "japan", "name", "lang", "anchor", "shift"}], "view": "x y width height", "radius": …,
    "label": size of the names, 0 for none}`. A place without a position is left out; the first place of a group is joined to each of
    the others. `whole` is for the map of everything: less air around it, smaller dots.
    """
    paths, dots, points = [], {}, []
    for places in groups:
        placed = [place for place in places if place.latitude is not None]
        for place in placed:
            x, y = geo.project(place.longitude, place.latitude)
            name = localized(place)
            dots[place.pk] = {
                "x": round(x, 1),
                "y": round(y, 1),
                "japan": place.path.startswith("jp"),
                "name": name.text,
                "lang": name.lang if name.is_fallback else "",
            }
            points.append((x, y))
        for other in placed[1:]:
            paths.append(curve(placed[0], other))
            points.append(geo.project(*_middle(placed[0], other)))
    left, top, width, height = view(points, air=1.08 if whole else 1.25) if points else WHOLE
    names = len(dots) <= FEW_NAMES
    if names:
        set_names(list(dots.values()), left, width)
    return {
        "paths": paths,
        "dots": list(dots.values()),
        "view": f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}",
        "radius": round(width / (420 if whole else 170), 1),
        "label": round(width / 52, 1) if names else 0,
    }


def set_names(dots, left, width):
    """Put the names under the dots, inwards from the edges; above where another dot is so near that the names would touch."""
    for index, dot in enumerate(dots):
        across = (dot["x"] - left) / width
        dot["anchor"] = "start" if across < 0.16 else "end" if across > 0.84 else "middle"
        near = any(
            abs(dot["x"] - other["x"]) < width / 6 and abs(dot["y"] - other["y"]) < width / 25 for other in dots[:index]
        )
        dot["shift"] = "-.8em" if near else "1.6em"


def view(points, air=1.25):
    """Left, top, width and height of the part of the map around `points`, with some air, inside the base map."""
    xs, ys = zip(*points, strict=True)
    ratio = WHOLE[2] / WHOLE[3]
    width = max(CLOSEST, (max(xs) - min(xs)) * air, (max(ys) - min(ys)) * (air + 0.25) * ratio)
    width = min(width, WHOLE[2])
    height = width / ratio
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) - height) / 2
    left = min(max(left, WHOLE[0]), WHOLE[0] + WHOLE[2] - width)
    top = min(max(top, WHOLE[1]), WHOLE[1] + WHOLE[3] - height)
    return left, top, width, height


def curve(first, other):
    """The great circle between two places as one quadratic curve through its true middle: a tenth of the bytes of a polyline.

    A circle that leaves the map on one side and comes back on the other is drawn point by point.
    """
    whole = geo.great_circle_path(first.latitude, first.longitude, other.latitude, other.longitude)
    if whole.count("M") > 1:
        return whole
    (x1, y1), (x2, y2) = (geo.project(place.longitude, place.latitude) for place in (first, other))
    xm, ym = geo.project(*_middle(first, other))
    control_x, control_y = 2 * xm - (x1 + x2) / 2, 2 * ym - (y1 + y2) / 2
    return f"M{x1:.1f} {y1:.1f}Q{control_x:.1f} {control_y:.1f} {x2:.1f} {y2:.1f}"


def _middle(first, other):
    """Longitude and latitude of the middle of the great circle: the sum of the two unit vectors."""
    x = y = z = 0.0
    for place in (first, other):
        lat, lon = radians(place.latitude), radians(place.longitude)
        x, y, z = x + cos(lat) * cos(lon), y + cos(lat) * sin(lon), z + sin(lat)
    return degrees(atan2(y, x)), degrees(atan2(z, hypot(x, y)))
