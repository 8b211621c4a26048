"""What every page must be for every eye and every device: axe, narrow screens, print, forced colours."""

from pathlib import Path

import axe_playwright_python
import pytest

pytestmark = pytest.mark.browser

WIDE, NARROW, NARROWEST = ({"width": width, "height": 740} for width in (1280, 360, 320))


AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

#: Every rule of axe-core on the whole page but the inside of drawings, which are images to every reader.
RUN_AXE = """options => axe.run({exclude: [["svg[role=img] > *"]]}, {resultTypes: ["violations"], ...options})
  .then(found => found.violations.map(rule => [rule.id, rule.nodes.slice(0, 3).map(node => node.target.join(" "))]))"""


def violations(page, **options):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN_AXE, options)


#: Elements that are no links within a text and smaller than WCAG 2.5.8 allows.
SMALL_TARGETS = """[...document.querySelectorAll("a, button, input, select, summary")].filter(found => {
  const box = found.getBoundingClientRect(), style = getComputedStyle(found);
  const inline = style.display === "inline" && found.closest("p, li, td, th, dd, .where");
  return found.checkVisibility() && box.width && !inline && !found.closest("svg, label, .skip") && (box.height < 24 || box.width < 24);
}).map(found => found.outerHTML.slice(0, 80))"""

#: What paper cannot use.
ON_PAPER = """[...document.querySelectorAll("nav, .skip, details.filters, form, .language, .downloads")]
  .filter(found => found.checkVisibility()).map(found => found.className || found.tagName)"""

#: Elements that a browser has to move or mend.
MISPLACED = """async () => {
  const parsed = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const found = parsed.querySelectorAll("p p, a a, button a, ul > :not(li), ol > :not(li), table > tr, dl > :not(div):not(dt):not(dd)");
  return [...found].map(element => element.outerHTML.slice(0, 80));
}"""

UNNAMED = """[...document.querySelectorAll("input:not([type=hidden]), select")].filter(found => !found.labels.length).map(found => found.name)"""

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page, language):
    """Everything that is wrong with the page that is shown, by what was looked at. A page is loaded once for all of it."""
    found = {"axe": violations(page), "markup": page.evaluate(MISPLACED), "labels": page.evaluate(UNNAMED)}
    if language == "en":  # colours are the same in every language
        page.emulate_media(color_scheme="dark")
        found["axe in the dark"] = violations(page, runOnly=["color-contrast", "link-in-text-block"])
    page.emulate_media(color_scheme="light", media="print")
    found["print"] = page.evaluate(ON_PAPER)
    page.emulate_media(media="screen", forced_colors="active")
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    found["focus in forced colours"] = [] if style != "none" else [style]
    page.emulate_media(forced_colors="none")
    for size in (NARROW, NARROWEST):
        page.set_viewport_size(size)
        found[f"sideways at {size['width']}"] = max(0, page.evaluate(OVERFLOW))
    found["targets"] = page.evaluate(SMALL_TARGETS)
    page.set_viewport_size(WIDE)
    return {what: fault for what, fault in found.items() if fault}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_is_for_every_eye_and_every_device(new_context, site, paths, language):
    page = new_context(viewport=WIDE).new_page()
    found = {}
    for path in paths:
        page.goto(f"{site}/{language}/{path}")
        found[path] = faults(page, language)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_faults_are_found(page, site):
    """What looks for faults must be awake: some are planted."""
    page.goto(f"{site}/en/about/")
    page.evaluate("""() => {
      document.querySelector("h1").insertAdjacentHTML("afterend", "<p><p></p><img src='/favicon.ico'><input name='nameless'>");
      document.querySelector("h1").className = "planted";
      document.querySelector("main").style.cssText = "color: #ccc; background: #fff; width: 1400px";
      document.querySelector("main").insertAdjacentHTML("beforeend", "<nav>never on paper</nav>");
    }""")
    found = faults(page, "en")

    assert {rule for rule, _nodes in found["axe"]} >= {"image-alt", "label", "color-contrast"}
    assert found.keys() >= {"labels", "axe in the dark", "sideways at 360", "sideways at 320"}


def test_error_pages_are_no_worse(new_context, site, console):
    page = new_context(viewport=WIDE).new_page()
    for language in ("en", "ja"):
        page.goto(f"{site}/{language}/nothing/")
        assert faults(page, language) == {}
    console[:] = [line for line in console if "404" not in line]


def test_dark_is_dark_and_light_is_light(page, site):
    page.goto(f"{site}/en/")
    colours = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        rgb = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)")
        colours.append(sum(rgb) / 3 > 128)

    assert colours == [True, False]


def test_filters_on_a_narrow_screen_say_how_many_are_applied(new_context, site):
    page = new_context(viewport=NARROW).new_page()
    page.goto(f"{site}/en/partnerships/?state=US-OH&kind=sister_city")

    assert page.locator("details.filters > summary").inner_text() == "Filters (2)"
    assert page.locator("details.filters[open]").count() == 0
    page.locator("details.filters > summary").click()
    assert violations(page) == []
    assert page.evaluate(OVERFLOW) <= 0
