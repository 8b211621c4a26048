"""The second factor: who needs it, how it is set up, asked for, used up, lost and taken away."""

from base64 import b32decode
from io import StringIO

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from sistercities.accounts import two_factor
from sistercities.accounts.actions import hand_out_password
from sistercities.curation.roles import ROLES
from tests.accounts.test_signing_in import NEW, PASSWORD, sign_in, who
from tests.factories import make_user
from tests.pages import Page, words

pytestmark = pytest.mark.django_db

KEY = "0123456789abcdef0123456789abcdef01234567"
SET_UP, CODE, CODES = "/en/account/second-factor/", "/en/sign-in/code/", "/en/account/recovery-codes/"


@pytest.fixture(autouse=True)
def _needed(settings):
    settings.TWO_FACTOR = True


@pytest.fixture(autouse=True)
def clock():
    """Codes change every 30 seconds, and work once: a test says when the next one comes."""
    with time_machine.travel("2026-05-01T08:00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def person():
    user = make_user("curator", username="hana")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def device(person, clock):
    device = two_factor.enrol(person, KEY, code_of(KEY))
    clock.shift(30)
    return device


def code_of(key):
    return f"{totp(bytes.fromhex(key)):06}"


def shown_key(response):
    secret = response.context["secret"].replace(" ", "")
    return b32decode(secret).hex()


def send(client, code, path=CODE):
    return client.post(path, {"code": code})


@pytest.mark.parametrize("role", [None, *ROLES, "superuser"])
def test_everybody_who_does_more_than_look_sets_it_up(client, role):
    user = make_user(role, username="hana")
    user.set_password(PASSWORD)
    user.save()

    response = sign_in(client)

    looks = role in (None, "viewer")
    assert (response.url, who(client)) == (("/admin/", "hana") if looks else (SET_UP, ""))


@pytest.mark.parametrize("path", ["/admin/", "/admin/partnerships/place/", "/en/imports/", "/en/account/"])
def test_no_door_lets_a_password_alone_in(client, person, path):
    sign_in(client)
    assert client.get(path).status_code == 302

    client.force_login(person)  # a session that came about in some other way
    assert client.get(path).status_code == 302


def test_setting_it_up_signs_in_and_shows_the_recovery_codes_once(client, person):
    sign_in(client, next="/en/imports/")
    page = client.get(SET_UP)

    response = send(client, code_of(shown_key(page)), SET_UP)

    assert (response.status_code, who(client)) == (200, "hana")
    assert len(response.context["codes"]) == 8
    assert '<a class="button primary" href="/en/imports/">' in response.content.decode()
    assert (client.get("/admin/").status_code, client.get(SET_UP).url) == (200, "/en/account/")
    assert not set(response.context["codes"]) & set(StaticToken.objects.values_list("token", flat=True))


def test_key_stays_the_same_until_it_is_set_up(client, person):
    sign_in(client)

    assert shown_key(client.get(SET_UP)) == shown_key(client.get(SET_UP))


def test_key_stands_as_text_and_as_a_square_without_style(client, person):
    sign_in(client)
    response = client.get(SET_UP)
    page = Page(response)

    assert response.context["address"].startswith(
        "otpauth://totp/Sister-city%20directory%20%28127.0.0.1%29:hana?secret="
    )
    assert response.context["secret"] in words(response)
    assert len(page.all("svg", class_="qr")) == 1 or 'class="qr"' in response.content.decode()
    assert [found for _tag, found in page.elements if "style" in found] == []


@pytest.mark.parametrize("code", ["", "000000", "１２３", "abc", "\x00", "9" * 1_000_000, "-1", "1e5"])
def test_wrong_code_sets_nothing_up(client, person, code):
    sign_in(client)

    assert send(client, code, SET_UP).status_code == 400
    assert (TOTPDevice.objects.count(), who(client)) == (0, "")


def test_code_is_asked_for_after_the_password(client, person, device):
    assert sign_in(client, next="/ja/imports/").url == CODE
    assert who(client) == ""

    assert (send(client, code_of(KEY)).url, who(client)) == ("/ja/imports/", "hana")


@pytest.mark.parametrize("write", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_code_may_be_written_as_apps_show_it(client, person, device, write):
    code = code_of(KEY)
    sign_in(client)

    assert send(client, write.format(code[:3], code[3:])).status_code == 302


def test_code_in_full_width_digits_is_read(client, person, device):
    sign_in(client)

    assert send(client, code_of(KEY).translate({ord("0") + n: ord("０") + n for n in range(10)})).status_code == 302


def test_code_works_once(client, person, device):
    code = code_of(KEY)
    sign_in(client)
    send(client, code)
    again = Client()
    sign_in(again)

    assert (send(again, code).status_code, who(again)) == (400, "")


def test_code_that_set_it_up_does_not_sign_in(client, person):
    two_factor.enrol(person, KEY, code_of(KEY))
    sign_in(client)

    assert send(client, code_of(KEY)).status_code == 400


def test_wrong_codes_wait_longer_each_time(client, person, device, clock, caplog):
    sign_in(client)
    assert send(client, "000000").status_code == 400

    response = send(client, code_of(KEY))

    assert (response.status_code, response["Retry-After"], who(client)) == (429, "2", "")
    assert caplog.messages == [f"Sign-in failed at the second factor: account {person.pk} from 127.0.0.1"]
    clock.shift(2)
    assert send(client, code_of(KEY)).status_code == 302


def test_thousand_wrong_codes_are_hardly_looked_at(client, person, device):
    sign_in(client)
    for number in range(50):
        send(client, f"{number:06}")

    assert TOTPDevice.objects.get().throttling_failure_count == 1


@pytest.mark.parametrize("code", ["\x00", "x" * 1_000_000, "'; --", "１" * 40])
def test_nonsense_is_a_page_in_words(client, person, device, code):
    sign_in(client)

    assert send(client, code).status_code == 400


def test_recovery_code_signs_in_once(client, person, device):
    code = two_factor.new_recovery_codes(person)[0]
    sign_in(client)
    assert send(client, code.upper().replace("-", " ")).url == "/admin/"
    again = Client()
    sign_in(again)

    assert (send(again, code).status_code, two_factor.recovery_codes_left(person)) == (400, 7)


def test_recovery_codes_are_made_anew_with_a_code_only(client, person, device, clock):
    old = two_factor.new_recovery_codes(person)
    sign_in(client)
    send(client, code_of(KEY))
    clock.shift(30)

    assert send(client, "000000", CODES).status_code == 400
    clock.shift(30)
    response = send(client, code_of(KEY), CODES)

    assert (response.status_code, two_factor.recovery_codes_left(person)) == (200, 8)
    assert not set(old) & set(response.context["codes"])


def test_pages_with_secrets_are_stored_nowhere(client, person):
    sign_in(client)
    page = client.get(SET_UP)
    answers = [page, send(client, code_of(shown_key(page)), SET_UP)]

    assert ["no-store" in answer["Cache-Control"] for answer in answers] == [True, True]


def test_one_who_only_looks_may_set_it_up_and_is_asked_from_then_on(client, person):
    viewer = make_user("viewer", username="ken")
    viewer.set_password(PASSWORD)
    viewer.save()
    sign_in(client, "ken")
    send(client, code_of(shown_key(client.get(SET_UP))), SET_UP)

    assert client.get("/en/account/").status_code == 200
    assert sign_in(Client(), "ken").url == CODE


def test_device_is_asked_for_where_the_setting_is_off(client, person, device, settings):
    settings.TWO_FACTOR = False

    assert sign_in(client).url == CODE


def test_turning_the_setting_on_ends_sessions_without_a_code(client, person, settings):
    settings.TWO_FACTOR = False
    sign_in(client)
    assert client.get("/admin/").status_code == 200
    settings.TWO_FACTOR = True

    assert client.get("/admin/").status_code == 302
    assert "your role needs a second factor" in words(client.get("/en/sign-in/"))


def test_code_comes_before_the_choice_of_a_password(client, person, device):
    hand_out_password(person, PASSWORD)

    assert sign_in(client).url == CODE
    assert client.get("/en/sign-in/password/").url == CODE
    assert send(client, code_of(KEY)).url == "/en/sign-in/password/"
    assert client.post("/en/sign-in/password/", {"new_password1": NEW, "new_password2": NEW}).url == "/admin/"


def reset(client, *people):
    data = {"action": "reset_second_factor", "_selected_action": [person.pk for person in people]}
    return client.post(reverse("admin:auth_user_changelist"), data, follow=True)


def verified(user):
    """A client of somebody who has signed in with a code."""
    device = TOTPDevice.objects.create(user=user, key=f"{user.pk:040x}")
    client = Client()
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def test_administrator_takes_a_lost_device_out(client, person, device):
    two_factor.new_recovery_codes(person)
    sign_in(client)
    send(client, code_of(KEY))

    said = [str(message) for message in reset(verified(make_user("administrator")), person).context["messages"]]

    assert said == ["1 account signs in anew."]
    assert (TOTPDevice.objects.filter(user=person).count(), two_factor.recovery_codes_left(person)) == (0, 0)
    assert LogEntry.objects.get().object_id == str(person.pk)
    assert client.get("/admin/").status_code == 302
    assert sign_in(client).url == SET_UP


def test_administrator_takes_no_superusers_device_out(person):
    boss = make_user("superuser")
    verified(boss)

    reset(verified(make_user("administrator")), boss)

    assert TOTPDevice.objects.filter(user=boss).count() == 1


def test_curator_takes_nobodys_device_out(person, device):
    assert reset(verified(make_user("curator")), person).status_code == 403
    assert TOTPDevice.objects.filter(user=person).count() == 1


def test_operator_takes_a_lost_device_out(person, device):
    out = StringIO()
    for _time in range(2):
        call_command("reset_second_factor", "hana", stdout=out)

    assert out.getvalue().splitlines() == ["Taken away: the next sign-in sets up another one.", "There was none."]
    assert TOTPDevice.objects.count() == 0
    with pytest.raises(CommandError, match="There is no account"):
        call_command("reset_second_factor", "nobody")


def test_admin_shows_no_keys(person, device):
    client = verified(make_user("superuser"))
    pages = [client.get(reverse(f"admin:auth_user_{name}")) for name in ("changelist", "add")]
    pages.append(client.get(reverse("admin:auth_user_change", args=[person.pk])))

    assert [KEY in page.content.decode() for page in pages] == [False] * 3
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404


def test_two_windows_set_up_one_device(client, person):
    other = Client()
    for browser in (client, other):
        sign_in(browser)
    keys = [shown_key(browser.get(SET_UP)) for browser in (client, other)]
    answers = [send(browser, code_of(key), SET_UP) for browser, key in zip((client, other), keys, strict=True)]

    assert (answers[0].status_code, answers[1].url, TOTPDevice.objects.count()) == (200, CODE, 1)
