"""The first day of a curator: a password for once, one of their own, an authenticator, a recovery code; for every eye and every device."""

import base64
import subprocess
import sys

import pytest
from django.conf import settings
from django_otp.oath import totp
from playwright.sync_api import expect

from .test_looks import WIDE, faults

pytestmark = pytest.mark.browser

NEW = "four words in a row"
MAKE_ACCOUNTS = "from sistercities.accounts.demo import make_accounts\nprint(*make_accounts(), sep='\\n')"


@pytest.fixture
def one_time_password(site, environment):
    """The password that `seed --demo` would print for the curator."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", MAKE_ACCOUNTS]
    run = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True)
    return dict(line.split(": ") for line in run.stdout.splitlines())["demo-curator"]


def send(page, **fields):
    for name, value in fields.items():
        page.fill(f"main [name={name}]", value)
    page.click("main form button")


def test_first_day_of_a_curator(new_context, site, one_time_password):
    page = new_context(viewport=WIDE, locale="ja").new_page()
    page.goto(f"{site}/ja/imports/")
    assert faults(page, "ja") == {}
    send(page, username="demo-curator", password=one_time_password)
    send(page, new_password1=NEW, new_password2=NEW)
    expect(page).to_have_url(f"{site}/ja/imports/")

    page.goto(f"{site}/ja/account/second-factor/")
    assert faults(page, "en") == {}  # the dark as well
    key = base64.b32decode(page.text_content(".secret").replace(" ", ""))
    send(page, code=f"{totp(key):06}")
    codes = page.locator(".codes code").all_text_contents()
    assert faults(page, "ja") == {}
    page.click("main a.button")
    expect(page).to_have_url(f"{site}/ja/account/")

    assert faults(page, "ja") == {}
    page.click(".signed-in button")
    page.goto(f"{site}/ja/sign-in/?next=/ja/account/")
    send(page, username="demo-curator", password=NEW)
    send(page, code=codes[0])
    expect(page).to_have_url(f"{site}/ja/account/")
    expect(page.locator("main")).to_contain_text("7")
