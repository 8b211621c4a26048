"""Two texts woven into one."""

import time

import pytest

from sistercities.review.differences import MOST, pieces


@pytest.mark.parametrize(
    ("old", "new", "woven"),
    [
        ("the West", "the North", [("same", "the "), ("gone", "West"), ("new", "North")]),
        ("神戸市役所", "神戸市庁舎", [("same", "神戸市"), ("gone", "役所"), ("new", "庁舎")]),
        ("", "new", [("new", "new")]),
        ("old", "", [("gone", "old")]),
        ("", "", []),
        ("same", "same", [("same", "same")]),
        ("one two", "three four", [("gone", "one two"), ("new", "three four")]),
        ("a\nb c d", "a\nb x d", [("same", "a\nb "), ("gone", "c"), ("new", "x"), ("same", " d")]),
    ],
)
def test_texts_are_woven(old, new, woven):
    assert pieces(old, new) == woven


def test_nothing_of_either_text_is_lost():
    old, new = "On 22 October 1957, in Seattle.", "On 21 October 1957 in Kobe and Seattle."
    woven = pieces(old, new)

    assert "".join(text for kind, text in woven if kind != "new") == old
    assert "".join(text for kind, text in woven if kind != "gone") == new


def test_hostile_length_takes_no_time():
    began = time.process_time()
    for one, other in (("a b " * 2_000, "b a " * 2_000), ("あい" * (MOST // 4), "いあ" * (MOST // 4))):
        pieces(one, other)

    assert time.process_time() - began < 3
