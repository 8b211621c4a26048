"""Distances, the projection and the arcs, against values of d3-geo 3.1 and known distances."""

import math
import re
from decimal import Decimal

import pytest

from sistercities.core.geo import (
    HEIGHT,
    SCALE,
    WIDTH,
    crosses_edge,
    distance_km,
    great_circle_path,
    middle,
    plane,
    project,
    unproject,
    upright,
)

NAGASAKI = (32.7448, 129.8737)
SAINT_PAUL = (44.9537, -93.0899)


@pytest.mark.parametrize(
    ("place", "other", "expected"),
    [
        (NAGASAKI, SAINT_PAUL, 10348.0),
        (NAGASAKI, NAGASAKI, 0.0),
        ((0, 0), (0, 180), 20015.1),
        ((90, 0), (-90, 0), 20015.1),
        ((0, 179), (0, -179), 222.4),
    ],
)
def test_distance(place, other, expected):
    assert round(distance_km(*place, *other), 1) == expected
    assert distance_km(*place, *other) == pytest.approx(distance_km(*other, *place))


def test_distance_of_decimals():
    assert distance_km(*(Decimal(str(value)) for value in NAGASAKI + SAINT_PAUL)) == distance_km(*NAGASAKI, *SAINT_PAUL)


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (165, 0, (480.0, 250.0)),
        (180, 0, (518.78, 250.0)),
        (129.8737, 32.7448, (393.83, 151.71)),  # Nagasaki
        (-93.0933, 44.9444, (717.4, 115.24)),  # Saint Paul
        (-157.8583, 21.3069, (573.99, 186.15)),  # Honolulu
        (0, 51.4779, (109.54, 96.19)),  # Greenwich
        (-15.01, 10, (943.21, 220.08)),
        (-14.99, 10, (16.79, 220.08)),
        (0, 80, (191.48, 22.52)),
        (-70, -50, (763.18, 399.55)),
        (345, 0, (14.61, 250.0)),
    ],
)
def test_project_agrees_with_d3(lon, lat, expected):
    assert project(lon, lat) == expected


def points_of(path):
    """The pieces of an SVG path made of M and L, as lists of points."""
    return [[tuple(map(float, point.split(","))) for point in piece.split("L")] for piece in path.split("M")[1:]]


def test_great_circle_over_the_pacific_is_one_piece():
    path = great_circle_path(*NAGASAKI, *SAINT_PAUL)
    [piece] = points_of(path)

    assert piece[0] == pytest.approx(project(NAGASAKI[1], NAGASAKI[0]), abs=0.06)
    assert piece[-1] == pytest.approx(project(SAINT_PAUL[1], SAINT_PAUL[0]), abs=0.06)
    assert (len(piece), re.fullmatch(r"M[0-9.]+,[0-9.]+(L[0-9.]+,[0-9.]+)+", path) is not None) == (48, True)
    assert min(y for _, y in piece) < piece[-1][1]  # it bends towards the pole


def test_great_circle_over_the_edge_of_the_map_is_two_pieces():
    # d3-geo cuts this arc at 15° W at the same height.
    west, east = points_of(great_circle_path(40, -80, 50, 10))

    assert (west[-1], east[0]) == ((874.7, 85.8), (85.3, 85.8))
    assert max(abs(a[0] - b[0]) for piece in (west, east) for a, b in zip(piece, piece[1:], strict=False)) < 20


def test_great_circle_along_a_meridian_over_the_pole_stays_on_the_map():
    pieces = points_of(great_circle_path(60, 165, 60, -15))

    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for piece in pieces for x, y in piece)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((0, 165, 0, 165), "M480,250"),
        ((0, 165, 0, 167), "M480,250L485.2,250"),
        ((0, 165, 0, 169), "M480,250L485.2,250L490.3,250"),
    ],
)
def test_great_circle_of_near_places(ends, expected):
    assert great_circle_path(*ends) == expected


def test_great_circle_of_opposite_places_ends_near_both():
    pieces = points_of(great_circle_path(10, 120, -10, -60))

    assert pieces[0][0] == pytest.approx(project(120, 10), abs=0.1)
    assert pieces[-1][-1] == pytest.approx(project(-60, -10), abs=0.1)


@pytest.mark.parametrize(("lon", "lat"), [(135, 35), (-98, 38), (-120, 64), (165, 0), (-14.9, -50), (-70, 80)])
def test_unproject_takes_a_point_back(lon, lat):
    assert unproject(*plane(lon, lat)) == pytest.approx((lon, lat))


@pytest.mark.parametrize(("lon", "lat"), [(135, 35), (-98, 38), (-90, 60)])
def test_upright_sets_north_up_and_kilometres_equal(lon, lat):
    a, b, c, d = upright(lon, lat)
    x, y = plane(lon, lat)
    steps = {}
    for name, (east, north) in {"east": (0.01, 0), "north": (0, 0.01)}.items():
        there = plane(lon + east, lat + north)
        dx, dy = there[0] - x, there[1] - y
        steps[name] = (a * dx + c * dy, b * dx + d * dy)
    degree = SCALE * math.radians(0.01)

    assert steps["east"] == pytest.approx((degree * math.cos(math.radians(lat)), 0), abs=1e-4)
    assert steps["north"] == pytest.approx((0, -degree), abs=1e-4)


@pytest.mark.parametrize(
    ("lon1", "lon2", "crosses"),
    [(135, -93, False), (-3.7, -83, True), (0, 30, False), (-14, -16, True), (77, -120, False)],
)
def test_arcs_that_leave_the_map_are_known_by_their_longitudes(lon1, lon2, crosses):
    assert crosses_edge(lon1, lon2) is crosses
    assert (great_circle_path(40, lon1, 41, lon2).count("M") == 2) is crosses


def test_middle_of_a_great_circle():
    assert middle(0, 130, 0, 140) == pytest.approx((0, 135))
    assert middle(*NAGASAKI, *SAINT_PAUL)[0] > 60
