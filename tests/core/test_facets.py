"""Counts beside the options: bitmaps against a plain count of the same rows."""

import random
from collections import Counter

import pytest

from sistercities.core.facets import Facet, FacetIndex, Memo

FACETS = (Facet("colour", "Colour"), Facet("size", "Size"), Facet("year", "Year", shown=False))

ROWS = [
    (11, {"colour": {"red", "blue"}, "size": {"s"}, "year": {1955}}),
    (12, {"colour": {"red"}, "size": {"m"}, "year": {None}}),
    (13, {"colour": set(), "size": {"m"}, "year": {1960}}),
    (14, {"colour": {"blue"}, "size": {"l"}, "year": {1955}}),
]


@pytest.fixture
def index():
    return FacetIndex(FACETS, iter(ROWS))


def ids(index, bitmap):
    picked = index.picker(bitmap)
    found = [pk for pk, _values in ROWS if picked(pk)]
    assert sorted(index.ids_of(bitmap)) == found
    return found


def test_everything_is_every_record(index):
    assert ids(index, index.everything) == [11, 12, 13, 14]


def test_values_of_a_facet_mean_or(index):
    assert ids(index, index.matching({"size": ["s", "l"]})) == [11, 14]


def test_facets_mean_and(index):
    assert ids(index, index.matching({"size": ["s", "m"], "colour": ["red"]})) == [11, 12]


def test_empty_facet_selects_everything(index):
    assert ids(index, index.matching({"size": [], "colour": ["blue"]})) == [11, 14]


def test_value_that_does_not_occur_matches_nothing(index):
    assert ids(index, index.matching({"size": ["xxl"]})) == []
    assert ids(index, index.matching({"year": [-1]})) == []


def test_hidden_facet_is_matched_too(index):
    assert ids(index, index.matching({"year": [1955, 1960]})) == [11, 13, 14]
    assert ids(index, index.matching({"year": [None]})) == [12]


def test_counts_are_those_under_the_other_facets(index):
    assert index.counts("size", {"colour": ["red"], "size": ["s"]}) == {"s": 1, "m": 1, "l": 0}


def test_counts_of_a_record_with_two_values_count_it_for_both(index):
    assert index.counts("colour", {}) == {"red": 2, "blue": 2}


def test_counts_within_a_text_search(index):
    base = index.of_ids([12, 13])

    assert index.counts("size", {}, base) == {"s": 0, "m": 2, "l": 0}
    assert ids(index, index.matching({"colour": ["red"]}, base)) == [12]


def test_unknown_id_is_in_no_bitmap(index):
    assert index.of_ids([99]) == 0
    assert bool(index.picker(index.everything)(99)) is False


def test_index_without_records():
    index = FacetIndex(FACETS, iter(()))

    assert (index.everything, index.matching({"size": ["s"]}), index.counts("size", {})) == (0, 0, {})


def test_counts_equal_a_plain_count_of_many_rows():
    chance = random.Random(1955)
    rows = [
        (pk, {"colour": set(chance.sample("abcdef", 2)), "size": {chance.choice("sml")}, "year": {None}})
        for pk in range(1, 1000)
    ]
    index = FacetIndex(FACETS, iter(rows))
    plain = Counter(colour for _pk, values in rows if values["size"] <= {"s", "m"} for colour in values["colour"])

    assert index.counts("colour", {"size": ["s", "m"], "colour": ["a"]}) == dict(plain)


def test_memo_builds_once_per_version():
    memo, built = Memo(), []

    def build():
        built.append(1)
        return len(built)

    assert [memo.get("key", "one", build), memo.get("key", "one", build), memo.get("key", "two", build)] == [1, 1, 2]


def test_memo_keeps_one_value_per_key():
    memo = Memo()

    assert [memo.get("a", "one", lambda: "A"), memo.get("b", "one", lambda: "B"), memo.get("a", "one", None)] == [
        "A",
        "B",
        "A",
    ]


def test_memo_does_not_keep_what_failed():
    memo = Memo()
    with pytest.raises(ZeroDivisionError):
        memo.get("key", "one", lambda: 1 / 0)

    assert memo.get("key", "one", lambda: "built") == "built"
