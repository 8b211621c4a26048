"""What a map draws of places and ties: dots and great-circle arcs in the projection of the base map."""

from math import atan2, cos, degrees, hypot, radians, sin

from sistercities.core import geo


def arcs(groups):
    """`{"paths": [SVG path data], "dots": [{"x", "y", "place"}]}` for groups of places that are tied to one another.

    A place without a position is left out; the first place of a group is joined to each of the others.
    """
    paths, dots = [], {}
    for places in groups:
        placed = [place for place in places if place.latitude is not None]
        for place in placed:
            x, y = geo.project(place.longitude, place.latitude)
            dots[place.pk] = {"x": round(x, 1), "y": round(y, 1), "place": place}
        paths.extend(curve(placed[0], other) for other in placed[1:])
    return {"paths": paths, "dots": list(dots.values())}


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
