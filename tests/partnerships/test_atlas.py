"""What the sheets bear: classes of shading, names that find room, the maps on the pages of regions and countries."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from partnerships import atlas
from partnerships.directory import Region
from sistercities.core import sheets


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


JAPAN = {
    code: Region(number, "region", code, f"jp/{code.lower()}", "", f"Prefecture {number}", f"{number}県")
    for number, code in enumerate((f"JP-{number:02}" for number in range(1, 48)), 1)
}


@pytest.mark.parametrize(
    ("counts", "steps"),
    [
        ([], []),
        ([0, 0], []),
        ([1], [1]),
        ([3, 0], [1, 2]),
        ([15], [1, 2, 5, 10]),
        ([55], [1, 2, 5, 10, 20]),
        ([55, 108], [1, 2, 5, 20, 50]),
        ([9000], [1, 5, 50, 200, 2000]),
    ],
)
def test_classes_are_round_and_grow_by_about_the_same_multiple(counts, steps):
    assert atlas.classes(counts) == steps


def test_highest_number_is_in_the_darkest_class():
    for highest in range(1, 400):
        steps = atlas.classes([1, highest])
        assert (steps[0], steps[-1] <= highest, len(steps) <= atlas.CLASSES) == (1, True, True), highest


def test_every_number_has_its_class():
    steps = [1, 10, 20]

    assert [atlas.shade(count, steps) for count in (0, 1, 9, 10, 19, 20, 500)] == [0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("steps", "labels"),
    [
        ([1, 2, 5], ["none", "1", "2 to 4", "5 or more"]),
        ([1, 10, 20], ["none", "1 to 9", "10 to 19", "20 or more"]),
        ([1], ["none", "1 or more"]),
        ([], ["none"]),
    ],
)
def test_legend_says_the_classes_in_words(steps, labels):
    assert [entry["label"] for entry in atlas.legend(steps)] == labels


def dot(number, at, name="Somewhere", count=1):
    return SimpleNamespace(name=name, lang="", at=at, count=count, number=number, size=atlas.size(count))


def boxes(labels):
    """The rectangles of names as they are drawn on a wide screen."""
    for label in labels:
        length = atlas.wide(label["text"]) * atlas.LETTERS
        x = label["x"] + label["dx"] * atlas.LETTERS
        left = x - {"start": 0, "middle": length / 2, "end": length}[label["anchor"]]
        base = label["y"] + label["dy"] * atlas.LETTERS
        yield left, base - 0.8 * atlas.LETTERS, left + length, base + 0.2 * atlas.LETTERS


def test_names_never_lie_on_one_another_nor_leave_the_sheet():
    crowd = [dot(n, (20 + 37 * n % 560, 20 + 53 * n % 360), f"Town number {n}", 1 + n % 5) for n in range(150)]
    placed = list(boxes(atlas.labels(crowd, (0, 0, 600, 400))))

    assert 5 < len(placed) <= atlas.MOST_NAMES
    for number, box in enumerate(placed):
        assert atlas.clear(box, placed[:number])
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= 600
        assert box[3] <= 400


def test_name_stands_where_there_is_room():
    right, left = dot(0, (300, 200)), dot(1, (590, 200))
    found = {label["number"]: label["anchor"] for label in atlas.labels([right, left], (0, 0, 600, 400))}

    assert found == {0: "start", 1: "end"}


def test_wide_letters_take_twice_the_room():
    assert atlas.wide("神戸") > 1.7 * atlas.wide("ab")


def row(name, latitude, longitude, ties=1):
    return SimpleNamespace(name=name, name_lang="", latitude=latitude, longitude=longitude, extra={"ties": ties})


def test_map_of_a_region_has_its_municipalities_and_names_who_is_missing():
    hyogo = SimpleNamespace(code="JP-28", path="jp/hyogo")
    rows = [
        row("Kobe", 34.69, 135.19, 2),
        row("Toyooka", 35.5, 134.8),
        row("Nowhere", None, None),
        row("Naha", 26.2, 127.7),
    ]
    drawn = atlas.region_map(hyogo, rows)

    assert [dot.name for dot in drawn["dots"]] == ["Kobe", "Toyooka"]
    assert [row.name for row in drawn["missing"]] == ["Nowhere", "Naha"]
    assert (drawn["is_japan"], drawn["own"][0], [name["text"] for name in drawn["names"]]) == (
        True,
        "M",
        ["Kobe", "Toyooka"],
    )


@pytest.mark.parametrize(
    ("code", "rows"), [("PH-BEN", [row("Baguio", 16.4, 120.6)]), ("JP-28", []), ("JP-28", [row("Nowhere", None, None)])]
)
def test_region_without_outline_or_positions_has_no_map(code, rows):
    assert atlas.region_map(SimpleNamespace(code=code, path="xx"), rows) is None


def test_map_of_a_country_shades_its_regions_once_each():
    counts = {"JP-28": 32, "JP-47": 9, "US-OH": 19}
    drawn = atlas.country_map(SimpleNamespace(code="JP"), counts, JAPAN, lambda region: f"/{region.path}/")
    shapes = {shape["code"]: shape for panel in drawn["panels"] for shape in panel["shapes"]}

    assert sum(len(panel["shapes"]) for panel in drawn["panels"]) == len(shapes) == 47
    assert (shapes["JP-28"]["shade"], shapes["JP-28"]["label"]) == (5, "Prefecture 28: 32 partnerships")
    assert (shapes["JP-47"]["shade"], shapes["JP-47"]["url"]) == (3, "/jp/jp-47/")
    assert (shapes["JP-01"]["shade"], shapes["JP-01"]["url"], shapes["JP-01"]["label"]) == (
        0, "", "Prefecture 1: no partnership",
    )  # fmt: skip
    assert {name["text"]: name["count"] for panel in drawn["panels"] for name in panel["names"]} == {
        "Prefecture 28": 32, "Prefecture 47": 9,
    }  # fmt: skip


def test_country_without_outlines_or_ties_has_no_map():
    for code, counts in [("PH", {"PH-BEN": 3}), ("JP", {}), ("JP", {"US-OH": 1})]:
        assert atlas.country_map(SimpleNamespace(code=code), counts, JAPAN, str) is None


def test_land_is_what_is_not_drawn_as_a_region():
    panel = sheets.sheet("japan").main
    whole = "".join(sheets.paths(panel).values())

    assert len(atlas.land(panel, {"JP-01"})) == len(whole) - len(sheets.paths(panel)["JP-01"])
