"""Distances and the map: one projection, shared by the basemap drawn beforehand and by the dots and arcs drawn per page.

The projection is Natural Earth I (Tom Patterson; polynomial by Šavrič, Jenny, Patterson, Petrovič and Hurni, 2011) with the Pacific
in the middle. SCALE, TRANSLATE and CENTRAL_MERIDIAN are those with which fixtures/build/basemap.mjs (d3-geo) draws the land: the
sphere fitted into 960 x 500 with a margin of 8. Change them in both places or in none.
"""

from math import asin, atan, atan2, cos, degrees, hypot, pi, radians, sin, sqrt

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
    x, y = plane(lon, lat)
    return round(x, 2), round(y, 2)


def plane(lon, lat):
    """`project` without rounding, for what is drawn larger than the drawing itself."""
    return _project(_from_centre(radians(lon)), radians(lat))


def unproject(x, y):
    """Longitude and latitude in degrees of a point of the drawing, by Newton's method; the longitude between -180 and 180."""
    phi = (TRANSLATE[1] - y) / SCALE
    for _step in range(20):
        off = _project(0, phi)[1] - y
        if abs(off) < 1e-9:
            break
        slope = (_project(0, phi + 1e-6)[1] - _project(0, phi - 1e-6)[1]) / 2e-6
        phi -= off / slope
    per_radian = _project(1, phi)[0] - TRANSLATE[0]
    lon = degrees((x - TRANSLATE[0]) / per_radian) + CENTRAL_MERIDIAN
    return (lon + 180) % 360 - 180, degrees(phi)


def upright(lon, lat):
    """The 2 x 2 matrix `(a, b, c, d)` that sets the surroundings of a place upright: x' = ax + cy, y' = bx + dy.

    Away from its middle the projection leans and stretches. Seen through this matrix, north is up at the place and a kilometre is
    as long to the north as to the east: 1 unit is 1/SCALE of the earth's radius, as on the equator of a globe.
    """
    step = 1e-4  # degrees
    (x, y), (east_x, east_y), (north_x, north_y) = plane(lon, lat), plane(lon + step, lat), plane(lon, lat + step)
    unit = SCALE * radians(step)
    ex, ey = (east_x - x) / (unit * cos(radians(lat))), (east_y - y) / (unit * cos(radians(lat)))
    nx, ny = (north_x - x) / unit, (north_y - y) / unit
    # The inverse of the matrix with the columns east and south, which become (1, 0) and (0, 1).
    determinant = ex * -ny - -nx * ey
    return -ny / determinant, -ey / determinant, nx / determinant, ex / determinant


def great_circle_path(lat1, lon1, lat2, lon2):
    """SVG path data of the shortest way between two places, "M…L…", in two pieces where it leaves the map and comes back.

    Degrees in; a point every two degrees; one decimal. The same place twice gives a single point.
    """
    return "".join(_path(piece) for piece in great_circle(lat1, lon1, lat2, lon2))


def great_circle(lat1, lon1, lat2, lon2):
    """The shortest way between two places as one or two lists of points of the drawing, a point every two degrees."""
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
    return pieces


def _from_centre(lam):
    """Longitude counted from the middle of the map, in radians between -π and π."""
    lam -= radians(CENTRAL_MERIDIAN)
    return lam - 2 * pi * round(lam / (2 * pi)) if abs(lam) > pi else lam


def crosses_edge(lon1, lon2):
    """Whether the shorter arc between two meridians leaves the map on one side and comes back on the other."""
    return abs(_from_centre(radians(lon1)) - _from_centre(radians(lon2))) > pi


def middle(lat1, lon1, lat2, lon2):
    """Latitude and longitude, in degrees, of the middle of the great circle: the sum of the two unit vectors."""
    return direction(*(a + b for a, b in zip(unit_vector(lat1, lon1), unit_vector(lat2, lon2), strict=True)))


def _project(lam, phi):
    p2 = phi * phi
    p4 = p2 * p2
    x = lam * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4)))
    y = phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
    return TRANSLATE[0] + SCALE * x, TRANSLATE[1] - SCALE * y


def direction(x, y, z):
    """Latitude and longitude, in degrees, to which a vector from the middle of the earth points; its length does not matter."""
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))


def unit_vector(lat, lon):
    """The vector of length 1 from the middle of the earth to a position."""
    phi, lam = radians(lat), radians(lon)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def _great_circle(lat1, lon1, lat2, lon2):
    """Unit vectors along the shorter arc, both ends included."""
    start, end = unit_vector(lat1, lon1), unit_vector(lat2, lon2)
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
