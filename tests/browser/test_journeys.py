"""What a visitor does, with and without JavaScript, with the keyboard alone, and in the other language."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def open_filters(page):
    """On a wide screen the filters are in sight; on a narrow one a click opens them."""
    if not page.locator("input[name=prefecture]").first.is_visible():
        page.locator("details.filters > summary").click()


def rows(page):
    return page.locator("table.rows tbody tr").all_inner_texts()


def query(page):
    return page.url.partition("?")[2]


def lines_of_csv(page, site):
    """The data lines of the file that the page offers of its rows."""
    address = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    answer = page.request.get(f"{site}{address}")
    assert answer.status == 200
    return answer.text().splitlines()[1:]


@pytest.mark.parametrize(("javascript", "width"), [(True, 1280), (False, 1280), (False, 360)])
def test_filters_from_the_home_page_to_the_file(new_context, site, javascript, width):
    page = new_context(java_script_enabled=javascript, viewport={"width": width, "height": 740}).new_page()
    page.goto(f"{site}/en/")
    page.get_by_role("link", name="Ohio", exact=True).click()

    expect(page.locator("h1")).to_have_text("19 partnerships in Ohio")
    assert query(page) == "state=US-OH"
    assert page.title().startswith("19 partnerships in Ohio")
    assert page.get_by_role("status").text_content() == "19 partnerships in Ohio"
    assert len(lines_of_csv(page, site)) == len(rows(page)) == 19

    open_filters(page)
    option = page.locator("input[name=prefecture]").first
    count = int(option.locator("xpath=..").locator(".count").inner_text())
    option.check()
    page.get_by_role("button", name="Apply filters").click()

    chips = page.locator(".chips li:not(.clear) a")
    expect(chips).to_have_count(2)
    assert (len(rows(page)), len(lines_of_csv(page, site))) == (count, count)
    assert [text for text in chips.all_text_contents() if not text.startswith("Remove filter:")] == []

    chips.filter(has_text="Ohio").click()
    expect(chips).to_have_count(1)
    assert re.findall("state=", query(page)) == []
    assert len(lines_of_csv(page, site)) >= len(rows(page)) > 0

    page.get_by_role("link", name="Clear all filters").first.click()
    expect(chips).to_have_count(0)
    assert page.url == f"{site}/en/partnerships/"
    page.go_back()
    expect(chips).to_have_count(1)


@pytest.mark.parametrize("javascript", [True, False])
def test_search_leads_to_a_place_and_its_partner(new_context, site, javascript):
    page = new_context(java_script_enabled=javascript).new_page()
    page.goto(f"{site}/en/")
    page.locator("main input[name=q]").fill("長崎")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Search: 長崎")
    page.locator("main").get_by_role("link", name="Nagasaki", exact=True).first.click()
    page.wait_for_url("**/en/places/jp/nagasaki/**")
    page.locator("table.ties").get_by_role("link", name="Saint Paul").first.click()
    page.wait_for_url(re.compile(r"/en/partnerships/\d+-nagasaki-saint-paul/$"))
    expect(page.locator("main")).to_contain_text("7 December 1955")


def test_nothing_found_offers_ways_out(page, site):
    page.goto(f"{site}/en/partnerships/?q=nowhere&state=US-OH")

    expect(page.locator("table.rows")).to_have_count(0)
    page.locator(".ways-out").get_by_role("link", name="nowhere").click()
    expect(page.locator("table.rows tbody tr")).to_have_count(19)
    assert query(page) == "state=US-OH"


def test_mistake_in_the_address_is_explained(page, site):
    page.goto(f"{site}/en/partnerships/?since=soon&sort=colour")

    expect(page.get_by_role("alert").locator("li")).to_have_count(2)
    expect(page.locator("table.rows")).to_have_count(0)
    page.get_by_role("link", name="Start again").click()
    page.wait_for_url(f"{site}/en/partnerships/")


def test_pages_are_turned_with_the_filters_kept(page, site):
    page.goto(f"{site}/en/partnerships/?country=US&sort=name")
    first = rows(page)
    page.locator("nav.pagination a").filter(has_text=re.compile(r"^2$")).click()

    expect(page.locator("nav.pagination [aria-current=page]")).to_have_text("2")
    assert sorted(query(page).split("&")) == ["country=US", "page=2", "sort=name"]
    assert (len(first), len(rows(page)), set(first) & set(rows(page))) == (25, 25, set())


@pytest.mark.parametrize("javascript", [True, False])
def test_language_link_stays_on_the_page_with_its_query(new_context, site, paths, javascript):
    page = new_context(java_script_enabled=javascript).new_page()
    for path in paths[::6] if javascript else paths:
        page.goto(f"{site}/en/{path}", wait_until="commit")
        page.get_by_role("link", name="日本語", exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", "ja")
        own, _, asked = page.url.removeprefix(site).partition("?")
        assert own == f"/ja/{path.partition('?')[0]}"
        assert sorted(asked.split("&")) == sorted(path.partition("?")[2].split("&")), path
        back = page.get_by_role("link", name="English", exact=True).get_attribute("href")
        assert back.partition("?")[0] == f"/en/{path.partition('?')[0]}"


def test_japanese_page_is_in_japanese(page, site):
    page.goto(f"{site}/ja/partnerships/?state=US-OH")

    expect(page.locator("h1")).to_contain_text("オハイオ州")
    assert re.findall(r"[A-Za-z]{4,}", page.locator("details.filters").inner_text()) == []
    page.locator("table.rows tbody a").first.click()
    page.wait_for_url(re.compile(r"/ja/partnerships/\d+-"))
    expect(page.locator("main")).to_contain_text(re.compile(r"\d{4}年"))


# Keyboard ------------------------------------------------------------------------------------------------------------

FOCUS = """() => {
  const found = document.activeElement, style = getComputedStyle(found), box = found.getBoundingClientRect();
  return {text: (found.innerText || found.value || "").trim(), tag: found.tagName, name: found.name || "",
          outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
          inside: box.bottom > 0 && box.top < innerHeight && box.width > 0};
}"""


def tab_until(page, reached, presses=80):
    """Press Tab until the element with the focus is the wanted one; every stop on the way must show the focus."""
    for _press in range(presses):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert (focus["outline"], focus["inside"]) == (True, True), focus
        if reached(focus):
            return focus
    pytest.fail(f"not reached with {presses} presses of Tab", pytrace=False)


def test_filters_are_used_with_the_keyboard_alone(page, site):
    page.goto(f"{site}/en/partnerships/?country=US")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["text"] == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    tab_until(page, lambda focus: focus["name"] == "q")
    page.keyboard.type("seattle")
    tab_until(page, lambda focus: focus["name"] == "kind")
    tab_until(page, lambda focus: focus["text"] == "Apply filters")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q=seattle" in url)
    assert 0 < len(rows(page)) < 25

    tab_until(page, lambda focus: "seattle" in focus["text"].lower())
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "seattle" not in url)
    expect(page.locator("table.rows tbody tr")).to_have_count(25)


def test_pagination_is_reached_with_the_keyboard(page, site):
    page.goto(f"{site}/en/partnerships/")
    page.locator("table.rows tbody a").last.focus()
    tab_until(page, lambda focus: focus["text"] == "2", presses=30)
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2**")
