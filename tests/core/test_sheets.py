"""The sheets of the atlas: outlines and the projection agree, places fall where they lie, insets hold what is far away."""

import json
import re

import pytest
from django.conf import settings

from sistercities.core import geo, sheets

#: A seat of government in each of some regions, well inside: longitude and latitude.
SEATS = {
    "JP-01": (141.35, 43.06),
    "JP-13": (139.5, 35.7),
    "JP-28": (134.7, 34.9),
    "JP-47": (127.97, 26.59),
    "US-AK": (-149.5, 64.2),
    "US-CA": (-121.49, 38.58),
    "US-HI": (-155.5, 19.6),
    "US-MI": (-84.55, 42.73),
    "US-OH": (-82.99, 39.96),
    "CA-BC": (-122.5, 54.0),
    "CA-ON": (-79.4, 43.9),
}


def inside(point, ring):
    """Whether a point lies in a ring: a ray to the right crosses its sides an odd number of times."""
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def regions_at(lon, lat, level):
    point = geo.plane(lon, lat)
    return {
        code
        for code, rings in sheets.outlines(level).items()
        if code and sum(inside(point, ring) for ring in rings) % 2
    }


@pytest.mark.parametrize("level", ["world", "country", "region"])
def test_every_prefecture_state_and_province_has_an_outline(level):
    codes = [code for code in sheets.outlines(level) if code]
    counts = {country: sum(code.startswith(country) for code in codes) for country in ("JP-", "US-", "CA-")}

    assert counts == {"JP-": 47, "US-": 51, "CA-": 13}


@pytest.mark.parametrize("level", ["world", "country", "region"])
@pytest.mark.parametrize("code", SEATS)
def test_outlines_lie_where_the_projection_puts_their_places(level, code):
    assert regions_at(*SEATS[code], level) == {code}


def test_great_lakes_are_water():
    for lon, lat in [(-87.0, 43.5), (-82.4, 44.8), (-87.5, 47.6), (-81.0, 42.2), (-77.9, 43.6)]:
        assert regions_at(lon, lat, "country") == set(), (lon, lat)


def test_amami_islands_are_kagoshimas():
    assert regions_at(129.35, 28.3, "region") == {"JP-46"}


def test_every_region_has_a_middle_within_itself():
    for code, rings in sheets.outlines("country").items():
        assert not code or any(inside(sheets.middle(code), ring) for ring in rings), code


@pytest.mark.parametrize("key", ["japan", "us", "canada", "JP-28", "US-OH", "CA-BC"])
def test_sheet_is_upright_in_its_middle(key):
    panel = sheets.sheet(key).main
    left, top, width, height = panel.box
    a, b, c, d, e, f = panel.matrix
    across, down = left + width / 2 - e, top + height / 2 - f
    determinant = a * d - b * c
    lon, lat = geo.unproject((d * across - c * down) / determinant, (a * down - b * across) / determinant)
    at, north = panel.point(*geo.plane(lon, lat)), panel.point(*geo.plane(lon, lat + 0.1))

    assert abs(north[0] - at[0]) < 0.05 * (at[1] - north[1])


def test_places_far_away_stand_in_the_panels_beside():
    us, japan = sheets.sheet("us"), sheets.sheet("japan")

    def panel(sheet, code, lon, lat):
        found = sheet.locate(code, *geo.plane(lon, lat))
        return found and found[0].key

    assert panel(us, "US-HI", -157.86, 21.31) == "hawaii"
    assert panel(us, "US-AK", -149.9, 61.2) == "alaska"
    assert panel(us, "US-WA", -122.3, 47.6) == "us"
    assert panel(us, "JP-28", 135.2, 34.7) is None
    assert panel(japan, "JP-47", 127.7, 26.2) == "okinawa"
    assert panel(japan, "JP-46", 129.49, 28.38) == "okinawa"
    assert panel(japan, "JP-46", 130.56, 31.6) == "japan"
    assert panel(japan, "JP-13", 142.19, 27.09) is None


def test_region_without_an_outline_has_no_sheet():
    assert (sheets.sheet("PH-BEN"), sheets.sheet("US-GU"), sheets.sheet("")) == (None, None, None)


@pytest.mark.parametrize("key", ["world", "japan", "us", "canada", "JP-13", "JP-47", "US-HI", "US-RI"])
def test_sheet_draws_its_regions_within_its_frame(key):
    sheet = sheets.sheet(key)
    for panel in sheet.panels:
        left, top, width, height = panel.box
        for code, path in sheets.paths(panel).items():
            for start in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", path):
                x, y = map(float, start)
                margin = sheets.MARGIN + 1
                assert left - margin <= x <= left + width + margin, (code, start)
                assert top - margin <= y <= top + height + margin, (code, start)
    if key in sheets.outlines("country"):
        assert key in sheets.paths(sheet.main)


def test_ring_is_cut_at_the_rectangle():
    ring = [(-5, -5), (5, -5), (5, 5), (-5, 5)]

    assert sorted(sheets.cut(ring, (0, 0, 10, 10))) == [(0, 0), (0, 5), (5, 0), (5, 5)]
    assert sheets.cut(ring, (6, 6, 10, 10)) == []
    assert sheets.cut(ring, (-9, -9, 9, 9)) is ring


def test_path_is_written_in_short_steps():
    assert sheets.path([(1, 2), (1.5, 2), (1.5, 0.7), (1, 2)]) == "M1 2l.5 0 0-1.3-.5 1.3z"
    assert sheets.path([(1, 2), (1.01, 2)]) == ""


def test_land_of_the_world_has_no_borders_and_no_antarctica():
    svg = (settings.BASE_DIR / "static" / "map" / "world-land.svg").read_text()
    coast = re.findall(r' d="([^"]+)"', svg)[1]
    starts = [tuple(map(float, start)) for start in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", coast)]
    edge = geo.project(165, -56)[1]

    assert len(starts) > 50
    assert max(y for _x, y in starts) < edge
    assert max(y for ring in sheets.outlines("world")[""] for _x, y in ring) < edge


def test_lines_of_the_globe_are_lines():
    assert sheets.globe().count("M") > 10
    assert sheets.globe().count("z") == 0


def test_shapes_are_small_enough_to_read_at_once():
    sizes = {path.name: path.stat().st_size for path in sheets.FOLDER.glob("*.json")}

    assert sizes.keys() == {"world.json", "country.json", "region.json"}
    assert sizes["world.json"] < 100_000
    assert json.loads((sheets.FOLDER / "world.json").read_text())["grain"] == 0.1
