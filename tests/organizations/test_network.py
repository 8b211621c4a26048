"""The map of offices and the drawing of who works with whom."""

import pytest
from django.utils.translation import override

from organizations.models import Affiliation
from organizations.network import drawing, office_tree
from tests.factories import make_affiliation, make_organization, make_place

pytestmark = pytest.mark.django_db

CITIES = {
    "Tokyo": (35.69, 139.69),
    "Seoul": (37.57, 126.98),
    "Beijing": (39.91, 116.40),
    "London": (51.51, -0.13),
    "Paris": (48.85, 2.35),
    "New York City": (40.71, -74.01),
}


def head_office(**fields):
    """An organization in Tokyo with an office in each of the other cities."""
    seats = {
        name: make_place(name_en=name, latitude=latitude, longitude=longitude)
        for name, (latitude, longitude) in CITIES.items()
    }
    head = make_organization("Head", **{"seat": seats.pop("Tokyo")} | fields)
    for name, seat in seats.items():
        make_organization(f"Office {name}", parent=head, seat=seat)
    return head


def drawn(organization):
    return drawing(organization, list(Affiliation.objects.involving(organization).order_by("pk")))


def boxes(arcs):
    """Where the names of a map stand: name -> `(left, top, right, bottom)`, with letters six tenths as wide as high."""
    found = {}
    for dot in arcs["dots"]:
        size, name = arcs["label"], dot["name"].strip()
        length = 0.6 * size * len(name)
        left = {"start": dot["x"] + size / 2, "end": dot["x"] - size / 2 - length, "middle": dot["x"] - length / 2}
        baseline = dot["y"] + float(dot["shift"].removesuffix("em")) * size
        left = left[dot["anchor"]]
        found[name] = (left, baseline - 0.7 * size, left + length, baseline)
    return found


def overlaps(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_map_of_offices_joins_each_to_the_head_and_names_it():
    arcs = office_tree(head_office())["arcs"]

    assert len(arcs["paths"]) == len(CITIES) - 1
    assert set(boxes(arcs)) == set(CITIES)


def test_names_of_offices_that_lie_close_do_not_touch():
    named = list(boxes(office_tree(head_office())["arcs"]).items())
    touching = [
        (one, other)
        for number, (one, box) in enumerate(named)
        for other, other_box in named[number + 1 :]
        if overlaps(box, other_box)
    ]

    assert touching == []


def test_names_of_offices_stay_on_the_map():
    arcs = office_tree(head_office())["arcs"]
    left, _top, width, _height = map(float, arcs["view"].split())

    assert [name for name, box in boxes(arcs).items() if box[0] < left or box[2] > left + width] == []


@pytest.mark.parametrize("seat", [None, {"latitude": None, "longitude": None}], ids=["no seat", "no position"])
def test_head_whose_place_is_not_known_has_a_tree_and_no_map(seat):
    tree = office_tree(head_office(seat=seat and make_place(**seat)))

    assert (len(tree["offices"]), tree["arcs"]) == (len(CITIES) - 1, None)


def test_drawing_joins_those_that_work_together_without_it():
    here, north, south, east = (make_organization(name) for name in ("Here", "North", "South", "East"))
    for other in (north, south, east):
        make_affiliation(here, other)
    assert drawn(here)["between"] == []

    make_affiliation(south, north)
    make_affiliation(south, make_organization("Elsewhere"))
    found = drawn(here)
    heights = {row["name"]: row["y"] for group in found["groups"] for row in group["rows"]}
    (path,) = found["between"]
    assert path.startswith(f"M{found['spine']} {heights['North']}A")
    assert path.endswith(f" {found['spine']} {heights['South']}")


def test_drawing_is_high_enough_for_names_of_several_lines():
    here = make_organization("Here")
    make_affiliation(here, make_organization("Conference of Recognized Local International Exchange Associations"))
    found = drawn(here)
    (row,) = found["groups"][0]["rows"]

    assert " ".join(text for text, _y in row["lines"]) == row["name"]
    assert len(row["lines"]) == 3
    assert row["lines"][-1][1] < found["height"]


def test_acronym_stands_for_a_long_name_that_japanese_readers_see_whole():
    here = make_organization("Here")
    make_affiliation(here, make_organization("National League of Cities", name_ja="全米都市連盟", acronym="NLC"))
    make_affiliation(here, make_organization("KIF Japan", name_ja="キフジャパン", acronym="KIF"))

    def labels(language):
        with override(language):
            return [text for group in drawn(here)["groups"] for row in group["rows"] for text, _y in row["lines"]]

    assert (labels("en"), labels("ja")) == (["NLC", "KIF Japan"], ["全米都市連盟", "キフジャパン"])


def test_organization_without_affiliations_has_no_drawing():
    assert drawn(make_organization()) is None
