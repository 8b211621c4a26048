"""What a visitor does, with and without JavaScript, with the keyboard alone, and in the other language."""

import re

import pytest

pytestmark = pytest.mark.browser


def open_filters(page):
    """The filters stand open on a wide screen with JavaScript; without it a click opens them."""
    if not page.locator("details.filters[open]").count():
        page.locator("details.filters > summary").click()


def rows(page):
    return page.locator("table.rows tbody tr").all_inner_texts()


def query(page):
    return page.url.partition("?")[2]


@pytest.mark.parametrize("javascript", [True, False])
def test_filters_from_the_home_page_to_the_file(new_context, site, javascript):
    page = new_context(java_script_enabled=javascript).new_page()
    page.goto(f"{site}/en/")
    page.get_by_role("link", name="Ohio", exact=True).click()

    assert query(page) == "state=US-OH"
    assert page.locator("h1").inner_text() == "19 partnerships in Ohio"
    assert page.title().startswith("19 partnerships in Ohio")
    assert page.get_by_role("status").inner_text() == "19 partnerships in Ohio"

    open_filters(page)
    option = page.locator("input[name=prefecture]").first
    label = option.locator("xpath=..")
    count = int(label.locator(".count").inner_text())
    option.check()
    page.get_by_role("button", name="Apply filters").click()

    assert len(rows(page)) == count
    chips = page.locator(".chips li:not(.clear) a")
    assert chips.count() == 2
    assert all(text.startswith("Remove filter:") for text in chips.all_text_contents())

    chips.filter(has_text="Ohio").click()
    assert [name for name in re.findall(r"(\w+)=", query(page)) if name == "state"] == []
    link = page.get_by_role("link", name="CSV", exact=True)
    assert link.get_attribute("href") == "/data/partnerships.csv?" + "&".join(
        pair for pair in query(page).split("&") if not pair.endswith("=") and not pair.startswith("page=")
    )
    answer = page.request.get(f"{site}{link.get_attribute('href')}")
    assert answer.status == 200
    lines = answer.text().splitlines()
    assert len(lines) - 1 >= len(rows(page)) > 0

    page.get_by_role("link", name="Clear all filters").first.click()
    assert page.url == f"{site}/en/partnerships/"
    page.go_back()
    assert len(rows(page)) > 0


@pytest.mark.parametrize("javascript", [True, False])
def test_search_leads_to_a_place_and_its_partner(new_context, site, javascript):
    page = new_context(java_script_enabled=javascript).new_page()
    page.goto(f"{site}/en/")
    page.get_by_label("Search for a place or a partnership").fill("長崎")
    page.keyboard.press("Enter")

    assert page.locator("h1").inner_text() == "Search: 長崎"
    page.locator("main").get_by_role("link", name="Nagasaki", exact=True).first.click()
    assert re.search(r"/en/places/jp/nagasaki/", page.url)
    page.locator("table.ties").get_by_role("link", name="Saint Paul").first.click()
    assert re.search(r"/en/partnerships/\d+-nagasaki-saint-paul/$", page.url)
    assert "7 December 1955" in page.locator("main").inner_text()


def test_nothing_found_offers_ways_out(page, site):
    page.goto(f"{site}/en/partnerships/?q=nowhere&state=US-OH")

    assert page.locator("table.rows").count() == 0
    page.locator(".ways-out").get_by_role("link", name="nowhere").click()
    assert (query(page), len(rows(page))) == ("state=US-OH", 19)


def test_mistake_in_the_address_is_explained(page, site):
    page.goto(f"{site}/en/partnerships/?since=soon&sort=colour")

    assert page.get_by_role("alert").locator("li").count() == 2
    assert page.locator("table.rows").count() == 0
    page.get_by_role("link", name="Start again").click()
    assert page.url == f"{site}/en/partnerships/"


def test_pages_are_turned_with_the_filters_kept(page, site):
    page.goto(f"{site}/en/partnerships/?country=US&sort=name")
    first = rows(page)
    page.get_by_role("navigation", name=re.compile("page", re.IGNORECASE)).get_by_role(
        "link", name="2", exact=True
    ).click()

    assert sorted(query(page).split("&")) == ["country=US", "page=2", "sort=name"]
    assert page.locator("[aria-current=page]").last.inner_text() == "2"
    assert (len(first), len(rows(page)), set(first) & set(rows(page))) == (25, 25, set())


@pytest.mark.parametrize("javascript", [True, False])
def test_language_link_stays_on_the_page_with_its_query(new_context, site, paths, javascript):
    page = new_context(java_script_enabled=javascript).new_page()
    for path in paths:
        page.goto(f"{site}/en/{path}")
        page.get_by_role("link", name="日本語").click()
        own, _, asked = page.url.removeprefix(site).partition("?")
        assert own == f"/ja/{path.partition('?')[0]}"
        assert sorted(asked.split("&")) == sorted(path.partition("?")[2].split("&")), path
        assert page.locator("html").get_attribute("lang") == "ja"
        page.get_by_role("link", name="English", exact=True).click()
        assert page.url.removeprefix(site).partition("?")[0] == f"/en/{path.partition('?')[0]}"


def test_japanese_page_is_in_japanese(page, site):
    page.goto(f"{site}/ja/partnerships/?state=US-OH")

    assert "オハイオ州" in page.locator("h1").inner_text()
    assert re.findall(r"[A-Za-z]{4,}", page.locator("details.filters").inner_text().replace("CSV", "")) == []
    page.locator("table.rows tbody a").first.click()
    assert re.search(r"\d{4}年", page.locator("main").inner_text())


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


def test_everything_is_reached_with_the_keyboard(page, site):
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
    page.wait_for_url("**q=seattle**")
    assert 0 < len(rows(page)) < 25

    tab_until(page, lambda focus: "seattle" in focus["text"].lower())
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "seattle" not in url)
    assert len(rows(page)) == 25


def test_pagination_is_reached_with_the_keyboard(page, site):
    page.goto(f"{site}/en/partnerships/")
    page.locator("table.rows tbody a").last.focus()
    tab_until(page, lambda focus: focus["text"] == "2", presses=30)
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2**")
