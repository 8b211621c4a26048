"""Content in two languages, and the template tags that show it."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from sistercities.core.dates import PartialDate
from sistercities.core.names import LocalizedText, localized, other_script

KOBE = SimpleNamespace(name_en="Kobe", name_ja="神戸市", note_en="", note_ja="港")
MIYOSHI = SimpleNamespace(name_en="", name_ja="みよし市", name_local="")
DAYTON = SimpleNamespace(name_en="Dayton & <Co>", name_ja="", name_local="")
HANOI = SimpleNamespace(name_en="", name_ja="", name_local="Hà Nội")
NOWHERE = SimpleNamespace(name_en="", name_ja="")


@pytest.mark.parametrize(
    ("obj", "field", "language", "expected"),
    [
        (KOBE, "name", "en", LocalizedText("Kobe", "en", False)),
        (KOBE, "name", "ja", LocalizedText("神戸市", "ja", False)),
        (KOBE, "name", "en-gb", LocalizedText("Kobe", "en", False)),
        (KOBE, "note", "en", LocalizedText("港", "ja", True)),
        (MIYOSHI, "name", "en", LocalizedText("みよし市", "ja", True)),
        (DAYTON, "name", "ja", LocalizedText("Dayton & <Co>", "en", True)),
        (HANOI, "name", "ja", LocalizedText("Hà Nội", "", True)),
        (NOWHERE, "name", "en", LocalizedText("", "en", False)),
        (None, "name", "ja", LocalizedText("", "ja", False)),
    ],
)
def test_localized(obj, field, language, expected):
    with translation.override(language):
        assert localized(obj, field) == expected


@pytest.mark.parametrize(
    ("obj", "language", "expected"),
    [
        (KOBE, "en", ("神戸市", "ja")),
        (KOBE, "ja", ("Kobe", "en")),
        (MIYOSHI, "en", None),
        (MIYOSHI, "ja", None),
        (SimpleNamespace(name_en="NATO", name_ja="NATO"), "en", None),
        (None, "en", None),
    ],
)
def test_other_script(obj, language, expected):
    with translation.override(language):
        assert other_script(obj) == expected


def test_language_may_be_given():
    with translation.override("en"):
        assert (localized(KOBE, language="ja").text, other_script(KOBE, language="ja")) == ("神戸市", ("Kobe", "en"))


def render(source, language="en", **context):
    with translation.override(language):
        return Template("{% load sistercities %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "language", "expected"),
    [
        ("{% localized kobe %}", "en", "Kobe"),
        ('{% localized kobe "name" %}', "ja", "神戸市"),
        ('{% localized kobe "note" %}', "en", '<span lang="ja">港</span>'),
        ("{% localized dayton %}", "en", "Dayton &amp; &lt;Co&gt;"),
        ("{% localized dayton %}", "ja", '<span lang="en">Dayton &amp; &lt;Co&gt;</span>'),
        ("{% localized hanoi %}", "en", '<span lang="">Hà Nội</span>'),
        ("{% localized nowhere %}", "en", ""),
        ("{% localized kobe as name %}[{{ name }}]", "en", "[Kobe]"),
        ("{% other_name kobe %}", "en", '<span lang="ja">神戸市</span>'),
        ("{% other_name kobe %}", "ja", '<span lang="en">Kobe</span>'),
        ("{% other_name dayton %}", "en", ""),
    ],
)
def test_tags_for_names(source, language, expected):
    context = {"kobe": KOBE, "dayton": DAYTON, "hanoi": HANOI, "nowhere": NOWHERE}

    assert render(source, language, **context) == expected


@pytest.mark.parametrize(
    ("value", "english", "japanese", "era"),
    [
        (PartialDate("1955-12-07"), "7 December 1955", "1955年12月7日（昭和30年）", "昭和30年12月7日"),
        ("1955-12", "December 1955", "1955年12月（昭和30年）", "昭和30年12月"),
        ("in_force", "in_force", "in_force", ""),
        ("", "", "", ""),
        (None, "", "", ""),
    ],
)
def test_filters_for_dates(value, english, japanese, era):
    shown = [render("{{ value|partial_date }}", language, value=value) for language in ("en", "ja")]

    assert (*shown, render("{{ value|era }}", value=value)) == (english, japanese, era)


@pytest.mark.parametrize(
    ("value", "expected"), [(1741, "1,741"), (0, "0"), (1234567.5, "1,234,567.5"), (None, ""), ("many", "many")]
)
def test_filter_thousands(value, expected):
    assert render("{{ value|thousands }}", "ja", value=value) == expected
