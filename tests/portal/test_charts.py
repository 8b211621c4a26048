"""How charts are drawn: the measures of bars, lines, shades and maps, from rows made by hand."""

from types import SimpleNamespace

import pytest

from partnerships.statistics import CHARTS
from partnerships.tally import Row
from sistercities.portal import charts


def rows(counts, keys=None):
    keys = keys or [str(place) for place in range(len(counts))]
    return [Row((key,), f"Label {key}", count, f"key={key}") for key, count in zip(keys, counts, strict=True)]


def drawn(form, found):
    chart = next(chart for chart in CHARTS if chart.form == form)
    _template, measure = charts.FORMS[form]
    return measure(chart, found, [row.query for row in found], SimpleNamespace(total=sum(row.count for row in found)))


def number(text):
    return float(text.rstrip("%"))


# Axes ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        (0, [1]),
        (1, [1]),
        (4, [1, 2, 3, 4]),
        (5, [2, 4, 6]),
        (26, [10, 20, 30]),
        (588, [200, 400, 600]),
        (1000, [500, 1000]),
    ],
)
def test_axis_has_round_steps_and_holds_the_highest(highest, steps):
    assert charts.axis(highest) == (steps[-1], steps)


# Upright bars --------------------------------------------------------------------------------------------------------


def test_columns_are_as_tall_as_their_numbers_and_stand_on_the_floor():
    found = drawn("columns", rows([10, 5, 0]))

    assert [bar["height"] for bar in found["bars"]] == [charts.HEIGHT, charts.HEIGHT / 2, 0]
    assert {bar["y"] + bar["height"] for bar in found["bars"]} == {found["floor"]}
    assert [bar["number"] for bar in found["bars"]] == [True, True, True]


def test_columns_share_the_width_without_touching():
    bars = drawn("columns", rows([1] * 7))["bars"]
    ends = [(number(bar["x"]), number(bar["x"]) + number(bar["width"])) for bar in bars]

    assert all(end < start for (_start, end), (start, _end) in zip(ends, ends[1:], strict=False))
    assert (ends[0][0] > 0, ends[-1][1] < 100) == (True, True)
    assert sum(number(bar["slot_width"]) for bar in bars) == pytest.approx(100, abs=0.1)


def test_unknown_stands_apart_at_the_end():
    bars = drawn("columns", rows([3, 4, 2], ["1950", "1960", "none"]))["bars"]
    gap = number(bars[2]["slot"]) - number(bars[1]["slot"]) - number(bars[1]["slot_width"])

    assert [bar["unknown"] for bar in bars] == [False, False, True]
    assert gap == pytest.approx(number(bars[0]["slot_width"]) / 2, abs=0.1)


def test_of_many_columns_only_the_highest_bears_its_number():
    found = drawn("columns", rows([1] * 40 + [9] + [2] * 9))

    assert [bar["row"].count for bar in found["bars"] if bar["number"]] == [9]
    assert [line["label"] for line in found["lines"]] == ["5", "10"]


# Line and lying bars -------------------------------------------------------------------------------------------------


def test_line_ends_at_its_highest_and_marks_the_half():
    found = drawn("area", rows([1, 2, 6, 10]))
    heights = [point["y"] for point in found["points"]]

    assert heights == sorted(heights, reverse=True)
    assert (found["half"]["row"].count, found["line"].count("L")) == (6, 3)


def test_lying_bars_are_as_long_as_their_numbers_and_leave_room_for_them():
    found = drawn("bars", rows([8, 4, 0]))

    assert [number(bar["width"]) for bar in found["bars"]] == [
        charts.LONGEST_WITH_SHARE,
        charts.LONGEST_WITH_SHARE / 2,
        0,
    ]
    assert [bar["number"] for bar in found["bars"]] == ["8 (67%)", "4 (33%)", "0 (0%)"]


def test_ranking_is_drawn_as_far_as_there_is_room_and_says_what_is_left():
    found = drawn("places", rows([30] * 25, [f"JP-{code:02}" for code in range(1, 26)]))

    assert (len(found["bars"]), found["height"]) == (charts.MOST_BARS, charts.MOST_BARS * charts.PITCH)
    assert (found["more"], found["unmapped"]) == ("5 more are in the table.", "")


def test_region_outside_the_map_is_named_in_words():
    found = drawn("places", rows([3, 2], ["JP-28", "PH-BEN"]))

    assert found["unmapped"] == "1 region lies outside this map and is in the table."


# Maps ----------------------------------------------------------------------------------------------------------------


def pieces(name):
    _sheet, panels = charts.shaded_map(name)
    return [(panel["number"], code, path) for panel in panels for code, path in panel["pieces"]]


def test_every_prefecture_and_every_state_and_province_is_on_its_map():
    states = {code for _number, code, _path in pieces("state")}

    assert {code for _number, code, _path in pieces("prefecture")} == {f"JP-{code:02}" for code in range(1, 48)}
    assert [len([code for code in states if code.startswith(country)]) for country in ("US", "CA")] == [51, 13]


@pytest.mark.parametrize("name", charts.MAPS)
def test_pieces_of_a_map_have_names_of_their_own_and_panels_lie_on_the_sheet(name):
    sheet, panels = charts.shaded_map(name)
    ids = [(code, number) for number, code, _path in pieces(name)]

    assert len(ids) == len(set(ids))
    for panel in panels:
        left, top, across, down = panel["box"]
        assert (left >= 0, top >= 0, left + across <= sheet.width, top + down <= sheet.height) == (True,) * 4


@pytest.mark.parametrize("name", charts.MAPS)
def test_map_is_light(name):
    """The page of the statistics has 60 kB in all."""
    assert sum(len(path) for _number, _code, path in pieces(name)) < 32_000
