"""Distances and the map: one projection, shared by the basemap drawn beforehand and by the dots and arcs drawn per page.

The projection is Natural Earth I (Tom Patterson; polynomial by Šavrič, Jenny, Patterson, Petrovič and Hurni, 2011) with the Pacific
in the middle. SCALE, TRANSLATE and CENTRAL_MERIDIAN are those with which fixtures/build/basemap.mjs (d3-geo) draws the land: the
sphere fitted into 960 x 500 with a margin of 8. Change them in both places or in none.
"""

from math import asin, atan, atan2, cos, hypot, pi, radians, sin, sqrt

WIDTH, HEIGHT = 960, 500
CENTRAL_MERIDIAN = 165  # degrees east; d3-geo's rotate([-165, 0])
SCALE = 170.13611863611473
TRANSLATE = (480, 250)

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
STEP = radians(2)  # between the points of an arc


def distance_km(lat1, lon1, lat2, lon2):
    """Great-circle distance in kilometres (haversine); latitudes and longitudes in degrees, as numbers or Decimals."""
    phi1, lam1, phi2, lam2 = (radians(value) for value in (lat1, lon1, lat2, lon2))
    h = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin((lam2 - lam1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def project(lon, lat):
    """The point of the map, `(x, y)` in units of the 960 x 500 drawing with two decimals; degrees, longitude first as in GeoJSON."""
    x, y = _project(_from_centre(radians(lon)), radians(lat))
    return round(x, 2), round(y, 2)


def great_circle_path(lat1, lon1, lat2, lon2):
    """SVG path data of the shortest way between two places, "M…L…", in two pieces where it leaves the map and comes back.

    Degrees in; a point every two degrees; one decimal. The same place twice gives a single point.
    """
    pieces = [[]]
    points = list(_great_circle(lat1, lon1, lat2, lon2))
    plane = _normal(points[0], points[-1])
    previous = None
    for point in points:
        lam, phi = atan2(point[1], point[0]), atan2(point[2], hypot(point[0], point[1]))
        lam = _from_centre(lam)
        if previous is not None and abs(lam - previous[0]) > pi:
            edge = pi if previous[0] > 0 else -pi
            crossing = _latitude_at_edge(plane, (previous[1] + phi) / 2)
            pieces[-1].append(_project(edge, crossing))
            pieces.append([_project(-edge, crossing)])
        pieces[-1].append(_project(lam, phi))
        previous = lam, phi
    return "".join(_path(piece) for piece in pieces)


def _from_centre(lam):
    """Longitude counted from the middle of the map, in radians between -π and π."""
    lam -= radians(CENTRAL_MERIDIAN)
    return lam - 2 * pi * round(lam / (2 * pi)) if abs(lam) > pi else lam


def _project(lam, phi):
    p2 = phi * phi
    p4 = p2 * p2
    x = lam * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4)))
    y = phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
    return TRANSLATE[0] + SCALE * x, TRANSLATE[1] - SCALE * y


def _unit_vector(lat, lon):
    phi, lam = radians(lat), radians(lon)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def _great_circle(lat1, lon1, lat2, lon2):
    """Unit vectors along the shorter arc, both ends included."""
    start, end = _unit_vector(lat1, lon1), _unit_vector(lat2, lon2)
    dot = sum(a * b for a, b in zip(start, end, strict=True))
    angle = atan2(hypot(*_normal(start, end)), dot)
    if sin(angle) < 1e-9:
        if angle < 1:
            return [start]
        # Opposite points have no single shortest way: take the one over the pole that a slightly moved end gives.
        return _great_circle(lat1, lon1, float(lat2) + (0.01 if float(lat2) < 0 else -0.01), lon2)
    count = max(1, round(angle / STEP))
    return [_between(start, end, angle, step / count) for step in range(count + 1)]


def _between(start, end, angle, fraction):
    a, b = sin((1 - fraction) * angle) / sin(angle), sin(fraction * angle) / sin(angle)
    return tuple(a * p + b * q for p, q in zip(start, end, strict=True))


def _normal(a, b):
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _latitude_at_edge(plane, fallback):
    """Where the plane of a great circle cuts the meridian of the map's edge (radians); `fallback` for an arc along a meridian."""
    edge = radians(CENTRAL_MERIDIAN + 180)
    if abs(plane[2]) < 1e-12:
        return fallback
    return atan(-(plane[0] * cos(edge) + plane[1] * sin(edge)) / plane[2])


def _path(points):
    texts = [f"{round(x, 1):g},{round(y, 1):g}" for x, y in points]
    kept = [text for index, text in enumerate(texts) if not index or text != texts[index - 1]]
    return f"M{'L'.join(kept)}"
