"""A coordinator brings a spreadsheet of a city hall, with the keyboard alone; a curator publishes it; it is taken back again."""

import subprocess
import sys

import pytest
from django.conf import settings
from playwright.sync_api import expect

from .test_looks import WIDE, faults

pytestmark = pytest.mark.browser

#: Milliseconds that a task may take in its process of its own, on a machine that does other things as well.
PATIENCE = 60_000
PASSWORD = "a-password-of-the-tests-only"
MAKE_ACCOUNTS = f"""
from django.contrib.auth.models import Group, User
for name in ("coordinator", "curator"):
    user = User.objects.create_user(name, password={PASSWORD!r}, is_staff=True)
    user.groups.add(Group.objects.get(name=name))
"""

#: A name that two towns have, a date that is none, and a row that is right.
FILE = """都道府県,市区町村,提携先国,提携先州,提携先都市,提携年月日,種別
,府中市,アメリカ合衆国,モンタナ州,Livingston,昭和60年4月1日,姉妹都市
大分県,大分市,アメリカ合衆国,バーモント州,Rutland,1990年13月1日,姉妹都市
滋賀県,大津市,アメリカ合衆国,バーモント州,Burlington,平成2年5月3日,友好都市
""".replace("\n", "\r\n")


@pytest.fixture(scope="module")
def accounts(site, environment):
    """A coordinator and a curator of the running directory."""
    run = {"cwd": settings.BASE_DIR, "env": environment, "check": True, "stdout": subprocess.DEVNULL}
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", MAKE_ACCOUNTS], **run)


@pytest.fixture
def signed_in(new_context, site, accounts):
    """`signed_in(name)`: a page of a new context at the desk, in Japanese."""

    def sign_in(name):
        page = new_context(viewport=WIDE, locale="ja").new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{site}/ja/imports/")
        tab_to(page, "#id_username")
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/ja/imports/")
        return page

    return sign_in


def tab_to(page, selector):
    """Press Tab until an element has the focus that this selector finds; fails where the keyboard does not reach it."""
    page.evaluate("document.activeElement.blur()")
    for _press in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}", pytrace=False)


def press(page, selector, key="Enter"):
    tab_to(page, selector)
    page.keyboard.press(key)


def follow(page, selector):
    """Press Enter on a button or link and wait for the page behind it, which may have the same address."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def bring(page, site, name, content):
    page.goto(f"{site}/ja/imports/")
    tab_to(page, "#id_file")
    # The dialog that opens here is the system's; what it hands over is set instead.
    page.set_input_files("#id_file", {"name": name, "mimeType": "text/csv", "buffer": content})
    follow(page, "main .button.primary")
    return checked(page)


def checked(page):
    """The page of the import once its task is done: it exchanges itself, nothing is pressed."""
    page.wait_for_url("**/imports/*/")
    expect(page.locator("[class*=state-]")).to_have_count(1, timeout=PATIENCE)
    return page.url


def test_coordinator_mends_a_file_and_a_curator_publishes_it(signed_in, site):
    page = signed_in("coordinator")
    address = bring(page, site, "提携先一覧.csv", FILE.encode("cp932"))
    problem = page.locator("#line-3 .problems")
    expect(problem).to_contain_text("1990年13月1日")
    expect(page.locator("#line-4 .read").first).to_have_text("→ 1990-05-03")
    assert faults(page, "ja") == {}

    press(page, "input[type=radio][name^=answer-]", "Space")
    follow(page, "#questions ~ form .button.primary")
    checked(page)
    expect(page.locator("#line-2 .is-record a").nth(1)).to_have_attribute("href", "/ja/places/us/montana/livingston/")

    tab_to(page, "a[href$='/file/']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    annotated = download.value.path().read_bytes().decode("cp932")
    assert annotated.splitlines()[0].endswith(",種別,エラー")
    assert "1990年13月1日" in annotated.splitlines()[2].split(",エラー")[0]

    mended = annotated.replace("1990年13月1日", "1990年12月1日").replace(",府中市", "広島県,府中市", 1)
    address = bring(page, site, "提携先一覧（修正）.csv", mended.encode("cp932"))
    expect(page.locator(".row-new")).to_have_count(3)
    assert faults(page, "ja") == {}
    follow(page, ".confirm .button.primary")
    expect(page.locator(".state-review")).to_be_visible()
    assert faults(page, "ja") == {}

    curator = signed_in("curator")
    assert faults(curator, "ja") == {}
    follow(curator, f"a[href='{address.removeprefix(site)}']")
    assert faults(curator, "ja") == {}
    follow(curator, ".verdict .button.primary")
    expect(curator.locator(".state-applied")).to_be_visible(timeout=PATIENCE)
    assert faults(curator, "ja") == {}
    record = curator.locator("#line-3 .is-record a").get_attribute("href")

    page.goto(f"{site}{record}")
    expect(page.locator("h1")).to_contain_text("大分市")
    expect(page.locator("main")).to_contain_text("1990年12月1日")

    follow(curator, "a[href$='/undo/']")
    assert faults(curator, "ja") == {}
    tab_to(curator, "#reason")
    curator.keyboard.type("試験のため")
    curator.keyboard.press("Enter")
    expect(curator.locator(".state-undone")).to_be_visible(timeout=PATIENCE)
    assert page.request.get(f"{site}{record}").status == 410


def test_heading_is_settled_without_a_script(new_context, site, accounts):
    page = new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{site}/en/imports/")
    page.fill("#id_username", "coordinator")
    page.fill("#id_password", PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(f"{site}/en/imports/")

    content = FILE.replace("種別", "区分け").encode("utf-8")
    page.set_input_files("#id_file", {"name": "list.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("main .button.primary").click()
    expect(page.locator(".error-summary")).to_contain_text("区分け", timeout=PATIENCE)
    page.locator(".wrong select").select_option("kind")
    page.locator("#headings ~ form .button.primary").click()

    expect(page.locator(".row-new")).to_have_count(1, timeout=PATIENCE)
    page.locator(".give-up button").click()
    expect(page.locator(".state-cancelled")).to_be_visible()
