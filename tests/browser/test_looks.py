"""What every page must be for every eye and every device: axe, narrow screens, print, forced colours, weight, stillness."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

#: A cold visit of a public page: bytes over the wire in all, and requests.
BYTES, REQUESTS = 60_000, 6


def violations(page, **options):
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_axe_finds_nothing(new_context, site, paths, language):
    page = new_context().new_page()
    found = {}
    for path in paths:
        page.goto(f"{site}/{language}/{path}")
        found[path] = violations(page)

    assert {path: rules for path, rules in found.items() if rules} == {}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_axe_finds_nothing_in_the_dark(new_context, site, paths, language):
    """Only colours differ in the dark: nothing else is asked again."""
    page = new_context(color_scheme="dark").new_page()
    found = {}
    for path in paths:
        page.goto(f"{site}/{language}/{path}")
        found[path] = violations(page, runOnly=["color-contrast", "link-in-text-block"])

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert {path: rules for path, rules in found.items() if rules} == {}


def test_axe_finds_nothing_on_a_narrow_screen_with_the_filters_open(new_context, site):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{site}/en/partnerships/?state=US-OH")
    page.locator("details.filters > summary").click()

    assert violations(page) == []


def test_error_pages_stand_up_to_axe(new_context, site, console):
    page = new_context().new_page()
    for path in ("/en/nothing/", "/ja/nothing/"):
        page.goto(f"{site}{path}")
        assert violations(page) == [], path
    console.clear()


@pytest.mark.parametrize("width", [360, 320])
def test_nothing_scrolls_sideways(new_context, site, paths, width):
    page = new_context(viewport={"width": width, "height": 740}).new_page()
    wide = {}
    for language in ("en", "ja"):
        for path in paths:
            page.goto(f"{site}/{language}/{path}")
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if overflow > 0:
                wide[f"{language}/{path}"] = overflow

    assert wide == {}


def test_filters_say_on_a_narrow_screen_how_many_are_applied(new_context, site):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{site}/en/partnerships/?state=US-OH&kind=sister_city")

    assert page.locator("details.filters > summary").inner_text() == "Filters (2)"
    assert page.locator("details.filters[open]").count() == 0
    assert page.get_by_role("status").is_visible()


TARGETS = """() => [...document.querySelectorAll("a, button, input, select, summary")].filter(found => {
  const box = found.getBoundingClientRect(), style = getComputedStyle(found);
  const inline = style.display === "inline" && found.closest("p, li, td, th, dd, .where");
  return found.checkVisibility() && box.width && box.height && !inline && !found.closest("svg, label, .skip") && (box.height < 24 || box.width < 24);
}).map(found => found.outerHTML.slice(0, 80))"""


def test_targets_are_large_enough(new_context, site, paths):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    small = {}
    for path in paths:
        page.goto(f"{site}/en/{path}")
        small[path] = page.evaluate(TARGETS)

    assert {path: found for path, found in small.items() if found} == {}


def test_print_leaves_out_what_paper_cannot_use(new_context, site, paths):
    page = new_context().new_page()
    for path in paths:
        page.goto(f"{site}/en/{path}")
        page.emulate_media(media="print")
        shown = page.evaluate(
            "[...document.querySelectorAll('nav, .skip, details.filters, form, .language, .downloads')].filter(e => e.checkVisibility()).map(e => e.className || e.tagName)"
        )
        assert shown == [], path
        assert page.locator("h1").is_visible(), path
        page.emulate_media(media="screen")


def test_forced_colours_leave_links_and_marks_in_sight(new_context, site, paths):
    page = new_context(forced_colors="active").new_page()
    for path in paths:
        page.goto(f"{site}/en/{path}")
        assert page.locator("h1").is_visible(), path
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", path


def test_every_page_is_light_and_asks_nobody_else(new_context, site, paths):
    heavy = {}
    for path in paths:
        context = new_context()
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        received, asked = [], []
        session.on(
            "Network.loadingFinished", lambda event, received=received: received.append(event["encodedDataLength"])
        )
        session.on("Network.requestWillBeSent", lambda event, asked=asked: asked.append(event["request"]["url"]))
        page.goto(f"{site}/ja/{path}", wait_until="networkidle")
        assert [address for address in asked if not address.startswith((f"{site}/", "data:"))] == [], path
        if sum(received) > BYTES or len(asked) > REQUESTS:
            heavy[path] = (sum(received), len(asked))
        context.close()

    assert heavy == {}


SHIFT = """() => new Promise(done => {
  let total = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) total += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(total), 100);
})"""


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_while_a_page_loads(new_context, site, paths, width):
    page = new_context(viewport={"width": width, "height": 740}).new_page()
    moved = {}
    for path in paths:
        page.goto(f"{site}/en/{path}", wait_until="load")
        shift = page.evaluate(SHIFT)
        if shift > 0:
            moved[path] = round(shift, 4)

    assert moved == {}


def test_pages_have_no_error_of_markup_that_a_browser_would_mend(new_context, site, paths):
    """The same elements whether the browser parses the page or it is parsed again from what the browser made of it."""
    page = new_context(java_script_enabled=True).new_page()
    for path in paths:
        page.goto(f"{site}/en/{path}")
        same = page.evaluate(
            """async () => {
              const source = await (await fetch(location.href)).text();
              const parsed = new DOMParser().parseFromString(source, "text/html");
              const misplaced = [...parsed.querySelectorAll("p p, a a, button a, ul > :not(li), ol > :not(li), table > tr, dl > :not(div):not(dt):not(dd)")];
              return misplaced.map(found => found.outerHTML.slice(0, 80));
            }"""
        )
        assert same == [], path


def test_structured_names_are_read_out(new_context, site):
    """The accessible names of what a list can be asked with."""
    page = new_context().new_page()
    page.goto(f"{site}/en/partnerships/")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input, select')].filter(e => e.type !== 'hidden' && !e.labels.length).map(e => e.name)"
    )

    assert json.dumps(unnamed) == "[]"
