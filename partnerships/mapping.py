"""What a map draws of places and ties: dots and great-circle arcs in the projection of the base map."""

from math import atan2, cos, degrees, hypot, radians, sin

from sistercities.core import geo

#: The part of the base map that is shown: without the empty edges. Width by height is 9 by 4 on every map.
WHOLE = (30.0, 24.0, 900.0, 400.0)
#: A map is not drawn closer than this width (of the 960 of the base map), or coasts turn into corners.
CLOSEST = 260.0


def arcs(groups, *, whole=False):
    """Paths and dots for groups of places that are tied to one another, and the view that holds them.

    `{"paths": [SVG path data], "dots": [{"x", "y", "japan"}], "view": "x y width height", "radius": …}`. A place without a position
    is left out; the first place of a group is joined to each of the others. `whole` shows the world rather than what is drawn.
    """
    paths, dots, points = [], {}, []
    for places in groups:
        placed = [place for place in places if place.latitude is not None]
        for place in placed:
            x, y = geo.project(place.longitude, place.latitude)
            dots[place.pk] = {"x": round(x, 1), "y": round(y, 1), "japan": place.path.startswith("jp")}
            points.append((x, y))
        for other in placed[1:]:
            paths.append(curve(placed[0], other))
            points.append(geo.project(*_middle(placed[0], other)))
    left, top, width, height = WHOLE if whole or not points else view(points)
    return {
        "paths": paths,
        "dots": list(dots.values()),
        "view": f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}",
        "radius": round(width / (420 if whole else 170), 1),
    }


def view(points):
    """Left, top, width and height of the part of the map around `points`, with some air, inside the base map."""
    xs, ys = zip(*points, strict=True)
    ratio = WHOLE[2] / WHOLE[3]
    width = max(CLOSEST, (max(xs) - min(xs)) * 1.25, (max(ys) - min(ys)) * 1.5 * ratio)
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
