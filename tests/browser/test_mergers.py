"""A merger of municipalities is recorded with the keyboard, its tie passes on, the old address leads to the successor, a source confirms it."""

import subprocess
import sys

import pytest
from django.conf import settings
from playwright.sync_api import expect

from .test_imports import PATIENCE, follow, tab_to
from .test_looks import WIDE, faults

pytestmark = pytest.mark.browser

PASSWORD = "a-password-of-the-tests-only"
MAKE_ACCOUNT = f"""
from django.contrib.auth.models import Group, User
User.objects.create_user("merger", password={PASSWORD!r}, is_staff=True).groups.add(Group.objects.get(name="merger"))
"""


@pytest.fixture
def merger(new_context, site, environment):
    """A page at the form of a merger, in Japanese, of somebody who may merge."""
    run = {"cwd": settings.BASE_DIR, "env": environment, "check": True, "stdout": subprocess.DEVNULL}
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", MAKE_ACCOUNT], **run)
    page = new_context(viewport=WIDE, locale="ja").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site}/ja/merging/succession/")
    write(page, "#id_username", "merger")
    write(page, "#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/ja/merging/succession/")
    return page


def write(page, selector, text):
    tab_to(page, selector)
    page.keyboard.type(text)


def test_merger_is_recorded_once_and_everything_follows(merger, new_context, site, console):
    page = merger
    page.select_option("#id_kind", "absorption")
    write(page, "#id_date", "平成18年13月27日")
    write(page, "#id_predecessors", "北海道栗沢町")
    write(page, "#id_successors", "北海道岩見沢市")
    write(page, "#id_title", "官報")
    follow(page, "main .desk-form .button.primary")
    expect(page.locator(".error-summary")).to_be_visible()
    assert faults(page, "ja") == {}
    console.clear()  # the answer to a wrong date is 400

    page.fill("#id_date", "")
    write(page, "#id_date", "平成18年3月27日")
    follow(page, "main .desk-form .button.primary")
    expect(page.locator("#moving ~ ul li")).to_have_count(1)
    assert faults(page, "ja") == {}
    follow(page, "main button[value=record]")
    page.wait_for_url(f"{site}/ja/merging/")
    expect(page.locator("#presumed ~ ul li")).to_have_count(1)
    assert faults(page, "ja") == {}

    reader = new_context(viewport=WIDE).new_page()
    answers = []
    reader.on("response", lambda response: answers.append(response.status) if "/places/" in response.url else None)
    reader.goto(f"{site}/en/places/jp/hokkaido/kurisawa/")
    assert (answers[:2], reader.url) == ([301, 200], f"{site}/en/places/jp/hokkaido/iwamizawa/")
    expect(reader.locator("#inherited ~ ul li")).to_contain_text("presumed, not confirmed")
    follow(reader, "#inherited ~ ul a[href$='on=last']")
    expect(reader.locator("h1")).to_contain_text("Kurisawa")
    assert faults(reader, "en") == {}

    follow(page, "#presumed ~ ul a")
    write(page, "#id_title", "岩見沢市の国際交流")
    assert faults(page, "ja") == {}
    follow(page, "main .desk-form .button.primary")
    page.wait_for_url(f"{site}/ja/merging/")
    expect(page.locator("#presumed ~ ul li")).to_have_count(0)
