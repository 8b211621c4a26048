"""What a map draws: arcs between places that have a position, in a view that holds them."""

from types import SimpleNamespace

from partnerships.mapping import FEW_NAMES, WHOLE, arcs, view
from sistercities.core import geo


def place(pk, latitude, longitude, path="us/ohio/x"):
    return SimpleNamespace(
        pk=pk, latitude=latitude, longitude=longitude, path=path, name_en=f"P{pk}", name_ja="", name_local=""
    )


NAGASAKI = place(1, 32.7448, 129.8737, "jp/nagasaki/nagasaki")
SAINT_PAUL = place(2, 44.9444, -93.0933, "us/minnesota/saint-paul")
NOWHERE = place(3, None, None)


def test_arcs_join_the_first_place_to_each_of_the_others():
    drawn = arcs([[NAGASAKI, SAINT_PAUL, place(4, 47.6, -122.3)]])

    assert (len(drawn["paths"]), len(drawn["dots"])) == (2, 3)
    assert [dot["japan"] for dot in drawn["dots"]] == [True, False, False]


def test_arcs_begin_and_end_at_the_dots():
    drawn = arcs([[NAGASAKI, SAINT_PAUL]])
    (x1, y1), (x2, y2) = (geo.project(p.longitude, p.latitude) for p in (NAGASAKI, SAINT_PAUL))

    assert drawn["paths"][0].startswith(f"M{x1:.1f} {y1:.1f}Q")
    assert drawn["paths"][0].endswith(f"{x2:.1f} {y2:.1f}")


def test_arcs_leave_out_places_without_a_position():
    drawn = arcs([[NOWHERE, SAINT_PAUL], [NOWHERE]])

    assert (drawn["paths"], len(drawn["dots"])) == ([], 1)


def test_arcs_of_nothing_show_the_whole_map():
    assert arcs([])["view"] == " ".join(f"{number:.0f}" for number in WHOLE)


def test_arcs_draw_a_place_of_two_groups_once():
    assert len(arcs([[NAGASAKI, SAINT_PAUL], [NAGASAKI, place(4, 47.6, -122.3)]])["dots"]) == 3


def test_arcs_bear_names_while_they_are_few():
    many = [place(number, 30 + number, -100) for number in range(FEW_NAMES + 1)]

    assert (arcs([many[:FEW_NAMES]])["label"] > 0, arcs([many])["label"]) == (True, 0)


def test_arcs_across_the_edge_of_the_map_are_drawn_in_two_pieces():
    drawn = arcs([[place(1, 40, -3.7), place(2, 41, -83)]])

    assert drawn["paths"][0].count("M") == 2


def test_view_holds_the_points_and_stays_on_the_map():
    for points in ([(40, 30), (920, 410)], [(480, 250)], [(31, 25), (33, 27)]):
        left, top, width, height = view(points)

        assert round(width / height, 6) == WHOLE[2] / WHOLE[3]
        assert left >= WHOLE[0]
        assert top >= WHOLE[1]
        assert left + width <= WHOLE[0] + WHOLE[2] + 1e-9
        assert all(left <= x <= left + width and top <= y <= top + height for x, y in points)
