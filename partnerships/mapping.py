"""What a map draws of places and ties: dots and great-circle arcs in the projection of the base map."""

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
    "label": size of the names, 0 for none, "unplaced": [LocalizedText]}`. The first place of a group is joined to each of the others;
    a place without a position is left out and named in `unplaced`. `whole` is for the map of everything: less air around it,
    smaller dots.
    """
    paths, dots, points, unplaced = [], {}, [], {}
    for places in groups:
        placed = [place for place in places if place.latitude is not None]
        unplaced |= {place.pk: localized(place) for place in places if place.latitude is None}
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
            points.append(_middle(placed[0], other))
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
        "unplaced": list(unplaced.values()),
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
    """The great circle between two places as SVG path data."""
    return data(bow(first.latitude, first.longitude, other.latitude, other.longitude))


def bow(lat1, lon1, lat2, lon2):
    """The great circle between two positions, as pieces: lists of points of the world's drawing.

    A piece of three points is a quadratic curve (start, control point, end) through the true middle of the circle: a tenth of the
    bytes of a polyline, and it stays a curve on every sheet. A circle that leaves the map on one side and comes back on the other
    is two longer pieces, drawn point by point.
    """
    if geo.crosses_edge(lon1, lon2):
        return geo.great_circle(lat1, lon1, lat2, lon2)
    (x1, y1), (x2, y2) = geo.plane(lon1, lat1), geo.plane(lon2, lat2)
    latitude, longitude = geo.middle(lat1, lon1, lat2, lon2)
    xm, ym = geo.plane(longitude, latitude)
    return [[(x1, y1), (2 * xm - (x1 + x2) / 2, 2 * ym - (y1 + y2) / 2), (x2, y2)]]


def data(pieces, point=None):
    """SVG path data of the pieces of a bow; `point` takes them to a sheet."""
    return "".join(_piece([point(*at) for at in piece] if point else piece) for piece in pieces)


def _piece(points):
    if len(points) == 3:
        (x1, y1), (cx, cy), (x2, y2) = points
        return f"M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}"
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _middle(first, other):
    """The point of the drawing in the middle of the great circle between two places."""
    latitude, longitude = geo.middle(first.latitude, first.longitude, other.latitude, other.longitude)
    return geo.plane(longitude, latitude)
