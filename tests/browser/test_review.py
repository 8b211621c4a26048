"""A visitor suggests a correction in Japanese; a curator accepts one field of it and leaves the other, with the keyboard alone."""

import subprocess
import sys

import pytest
from django.conf import settings
from playwright.sync_api import expect

from .test_imports import PASSWORD, PATIENCE, follow, press, tab_to
from .test_looks import WIDE, faults

pytestmark = pytest.mark.browser

MAKE_ACCOUNT = f"""
from django.contrib.auth.models import Group, User
user, _new = User.objects.get_or_create(username="reviewer", defaults={{"is_staff": True}})
user.set_password({PASSWORD!r})
user.save()
user.groups.add(Group.objects.get(name="curator"))
"""


@pytest.fixture
def curator(new_context, site, environment):
    """A page of a curator of the running directory, at the queue."""
    run = {"cwd": settings.BASE_DIR, "env": environment, "check": True, "stdout": subprocess.DEVNULL}
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", MAKE_ACCOUNT], **run)
    page = new_context(viewport=WIDE, locale="en").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site}/en/review/")
    page.fill("#id_username", "reviewer")
    page.fill("#id_password", PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(f"{site}/en/review/")
    return page


def test_suggestion_of_a_visitor_is_accepted_field_by_field(new_context, site, curator):
    visitor = new_context(viewport=WIDE, locale="ja", java_script_enabled=False).new_page()
    visitor.goto(f"{site}/ja/places/jp/hyogo/kobe/")
    visitor.locator(".suggest-link a").click()
    visitor.fill("#cell-population", "１，４９０，０００")
    visitor.fill("#cell-population_on", "令和６年１０月１日")
    visitor.fill("#cell-website", "https://www.city.kobe.lg.jp/")
    visitor.fill("#id_message", "市のホームページに新しい数が載っています。")
    visitor.fill("#id_source_url", "https://www.city.kobe.lg.jp/")
    visitor.locator("main .button.primary").click()
    expect(visitor.locator(".look-over")).to_contain_text("2024年10月1日（令和6年）")
    expect(visitor.locator(".look-over")).to_contain_text("1490000")
    visitor.locator("main .button.primary").click()
    reference = visitor.locator(".reference").inner_text()
    sent = visitor.url

    curator.goto(f"{site}/en/review/?kind=public")
    assert faults(curator, "en") == {}
    tab_to(curator, ".queue th a")
    curator.keyboard.press("k")  # it is the first already
    follow(curator, ".queue th a")
    expect(curator.locator(".review-beside code")).to_have_text(reference)
    expect(curator.locator(".fields h3")).to_have_count(3)
    assert faults(curator, "en") == {}
    press(curator, "input[name=take][value=website]", "Space")
    tab_to(curator, "#accept-text")
    curator.keyboard.type("counted anew")
    follow(curator, "#accept .button.primary")
    expect(curator.locator(".message.success")).to_contain_text("2 fields were taken over")

    visitor.goto(f"{site}/ja/places/jp/hyogo/kobe/")
    expect(visitor.locator("main")).to_contain_text("1,490,000")
    visitor.locator(".suggest-link a").click()
    expect(visitor.locator("#cell-population_on")).to_have_value("2024-10-01")
    expect(visitor.locator("#cell-website")).to_have_value("")
    visitor.goto(sent)
    expect(visitor.locator(".reference")).to_have_text(reference)


def test_form_is_for_every_eye_and_every_device(new_context, site, console):
    page = new_context(viewport=WIDE).new_page()
    found = {}
    for language, path in (("en", "suggest/partnerships/"), ("ja", "suggest/places/1/")):
        page.goto(f"{site}/{language}/{path}")
        found[path] = faults(page, language)
    page.goto(f"{site}/en/suggest/partnerships/")
    page.fill("#cell-established", "1990年13月1日")
    page.locator("main .button.primary").click()
    expect(page.locator(".error-summary li")).to_have_count(3)
    found["mistakes"] = faults_of_a_post(page)
    console[:] = [line for line in console if "400" not in line]

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def faults_of_a_post(page):
    """As `faults`, for a page that is the answer to a form: what fetches the address again would get another page."""
    from .test_looks import SMALL_TARGETS, UNNAMED, violations

    found = {"axe": violations(page), "labels": page.evaluate(UNNAMED), "targets": page.evaluate(SMALL_TARGETS)}
    return {what: fault for what, fault in found.items() if fault}
