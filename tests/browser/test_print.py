"""The sheets for print as paper: how many pages of A4 and of Letter they take, and what is on them."""

import re

import pytest

pytestmark = pytest.mark.browser

FORMATS = ("A4", "Letter")

#: Below the language: a table, two columns, the most ties in columns, summaries of a state and of a country, few ties, none.
SHEETS = (
    "places/us/ohio/print/",
    "places/jp/hyogo/print/",
    "places/us/washington/print/",
    "places/us/california/print/",
    "places/jp/hokkaido/print/",
    "places/jp/print/",
    "places/us/print/",
    "places/jp/hyogo/kobe/print/",
    "places/jp/shiga/kosei/print/",
)


def pages_of(page, name):
    """The number of pages that Chromium prints."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format=name)))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_sheets_of_places_take_one_page(page, site, language):
    found = {}
    for path in SHEETS:
        page.goto(f"{site}/{language}/{path}")
        found[path] = [pages_of(page, name) for name in FORMATS]

    assert found == dict.fromkeys(SHEETS, [1, 1])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_sheets_of_partnerships_take_one_page(page, site, paths, language):
    ties = [path for path in paths if re.fullmatch(r"partnerships/\d+-[^/]+/", path)]
    found = {}
    for path in ties:
        page.goto(f"{site}/{language}/{path}print/")
        found[path] = [pages_of(page, name) for name in FORMATS]

    assert found == {path: [1, 1] for path in ties}


def test_page_count_is_awake(page, site):
    """What counts pages must see a second one."""
    page.goto(f"{site}/en/places/us/ohio/print/")
    page.locator(".sheet").evaluate("sheet => { sheet.style.paddingTop = '200mm'; }")

    assert pages_of(page, "A4") == 2


def test_paper_has_the_sheet_and_nothing_of_the_site_around_it(page, site):
    page.goto(f"{site}/en/places/us/ohio/print/")
    page.emulate_media(media="print")
    seen = page.evaluate("""() => [".sheet", ".site-header", ".site-footer", ".print-hint", ".breadcrumb"]
      .filter(name => document.querySelector(name)?.checkVisibility())""")

    assert seen == [".sheet"]


def test_sheet_stays_paper_in_the_dark(page, site):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/en/places/us/ohio/print/")
    colour = page.locator(".sheet").evaluate("sheet => getComputedStyle(sheet).backgroundColor")

    assert colour == "rgb(255, 255, 255)"
