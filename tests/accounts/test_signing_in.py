"""The way in: password, throttle, what is logged, and where one comes out."""

import logging
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from sistercities.accounts.actions import hand_out_password
from sistercities.accounts.models import PasswordToChange, SignInTry
from sistercities.accounts.throttle import address_of
from tests.factories import make_user
from tests.pages import Page, words

pytestmark = pytest.mark.django_db

PASSWORD = "a long and lasting password"
NEW = "another one of my own"
SIGN_IN = "/en/sign-in/"


@pytest.fixture
def person():
    user = make_user("viewer", username="hana")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, name="hana", password=PASSWORD, path=SIGN_IN, address="192.0.2.1", **data):
    return client.post(path, {"username": name, "password": password} | data, REMOTE_ADDR=address)


def who(client):
    """The name that the browser is signed in as, or ""."""
    return client.get(reverse("home")).wsgi_request.user.get_username()


def test_right_password_leads_to_the_admin(client, person):
    response = sign_in(client)

    assert (response.status_code, response.url, who(client)) == (302, "/admin/", "hana")


@pytest.mark.parametrize(
    ("asked", "comes_out"),
    [
        ("/ja/imports/?page=2", "/ja/imports/?page=2"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example/", "/admin/"),
        ("\\\\evil.example/", "/admin/"),
        ("https:evil.example", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("/a\r\nSet-Cookie: a=b", "/a%0D%0ASet-Cookie:%20a=b"),
        ("/\x00", "/%00"),
        ("/" + "a" * 100_000, "/admin/"),
    ],
)
def test_way_back_is_a_page_of_ours(client, person, asked, comes_out):
    response = sign_in(client, next=asked)

    assert (response.status_code, response.url) == (302, comes_out)


@pytest.mark.parametrize(
    ("name", "password"), [("hana", "wrong"), ("nobody", PASSWORD), ("Hana", PASSWORD), ("hana", PASSWORD + " ")]
)
def test_wrong_words_are_answered_alike(client, person, name, password):
    response = sign_in(client, name, password)

    assert (response.status_code, who(client)) == (400, "")
    assert "This user name and this password do not belong together." in words(response)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_account_that_is_closed_or_not_for_staff_does_not_get_in(client, person, fields):
    type(person).objects.update(**fields)

    assert (sign_in(client).status_code, who(client)) == (400, "")


@pytest.mark.parametrize(
    ("name", "password"),
    [("", ""), ("a\x00b", "x"), ("a" * 1_000_000, "x"), ("hana", "x" * 1_000_000), ("hana", "\x00")],
)
def test_what_no_account_has_is_a_page_in_words(client, person, name, password):
    response = sign_in(client, name, password)

    assert (response.status_code, SignInTry.objects.count()) == (400, 0)
    assert "wrong-words" in response.content.decode()


def test_password_of_more_than_the_form_takes_is_no_500(client, person):
    assert sign_in(client, password="x" * 3_000_000).status_code == 400


@pytest.mark.parametrize("language", ["en", "ja"])
def test_page_lets_password_managers_work(client, language):
    page = Page(client.get(f"/{language}/sign-in/?next=/{language}/imports/"))

    name, password = page.all("input", name="username")[0], page.all("input", name="password")[0]
    assert (name["autocomplete"], password["autocomplete"], password["type"]) == (
        "username",
        "current-password",
        "password",
    )
    assert page.all("input", name="next")[0]["value"] == f"/{language}/imports/"
    assert [found for _tag, found in page.elements if "style" in found or "onpaste" in found] == []


@pytest.mark.parametrize("path", [SIGN_IN, "/ja/sign-in/", "/admin/login/", "/admin/"])
def test_pages_of_signing_in_are_stored_nowhere(client, path):
    response = client.get(path)

    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))


@pytest.mark.parametrize(
    ("path", "door"),
    [("/admin/", "/en/sign-in/?next=/admin/"), ("/ja/imports/", "/ja/sign-in/?next=/ja/imports/")],
)
def test_admin_and_desk_share_one_door(client, path, door):
    response = client.get(path, follow=True)

    assert response.redirect_chain[-1][0] == door


def test_who_is_signed_in_is_led_on(client, person):
    client.force_login(person)

    assert client.get(f"{SIGN_IN}?next=/en/imports/").url == "/en/imports/"


def test_who_has_no_business_here_is_told_so(client):
    client.force_login(make_user(is_staff=False))

    assert "This account does not look after records." in words(client.get(f"{SIGN_IN}?next=/admin/"))


def test_logging_out_leads_to_the_door(client, person):
    client.force_login(person)

    response = client.post(reverse("admin:logout"))

    assert (response.url, who(client)) == (SIGN_IN, "")


def test_visitor_without_a_session_costs_signing_in_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(SIGN_IN)

    assert "sessionid" not in response.cookies


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("nobody", {}),
        ("hana", {}),
        ("hana", {"is_active": False}),
        ("hana", {"is_staff": False}),
        ("hana", {"password": "!"}),
    ],
)
def test_every_refusal_costs_one_hash(client, person, name, fields):
    """Time tells nothing: an account that does not exist takes the same work as one that does."""
    type(person).objects.update(**fields)

    with patch.object(MD5PasswordHasher, "encode", side_effect=MD5PasswordHasher.encode, autospec=True) as encode:
        sign_in(client, name, "wrong")

    assert encode.call_count == 1


@pytest.mark.parametrize("name", ["nobody", "hana"])
def test_every_refusal_asks_the_database_as_often(client, person, name, django_assert_num_queries):
    client.get(SIGN_IN)
    with django_assert_num_queries(6):
        sign_in(client, name, "wrong")


# The throttle


def tries(client, count, **asked):
    return [sign_in(client, password=f"wrong {number}", **asked).status_code for number in range(count)]


def test_eleventh_try_at_an_account_from_an_address_waits(client, person):
    assert tries(client, 12) == [400] * 10 + [429] * 2

    response = sign_in(client)
    assert (response.status_code, who(client)) == (429, "")
    assert 1 <= int(response["Retry-After"]) <= 15 * 60
    assert "There were too many failed tries from here. Please try again in 15 minutes." in words(response)


def test_owner_gets_in_from_another_address(client, person):
    for number in range(5):
        tries(client, 10, address=f"198.51.100.{number}")

    assert sign_in(client, address="203.0.113.7").status_code == 302


def test_quarter_of_an_hour_later_there_are_ten_more(client, person):
    with time_machine.travel("2026-05-01T10:00:00Z", tick=False) as clock:
        tries(client, 11)
        clock.shift(15 * 60 - 1)
        assert sign_in(client)["Retry-After"] == "2"
        clock.shift(2)
        assert sign_in(client).status_code == 302


def test_refused_tries_do_not_lengthen_the_wait(client, person):
    with time_machine.travel("2026-05-01T10:00:00Z", tick=False) as clock:
        tries(client, 10)
        clock.shift(14 * 60)
        assert tries(client, 50) == [429] * 50
        clock.shift(61)
        assert sign_in(client).status_code == 302


def test_hundred_and_first_try_from_an_address_waits_whatever_the_account(client, person):
    answers = [sign_in(client, f"name {number}", "wrong").status_code for number in range(101)]

    assert answers == [400] * 100 + [429]
    assert sign_in(client).status_code == 429
    assert sign_in(client, address="203.0.113.7").status_code == 302


def test_right_password_clears_the_account_but_not_the_address(client, person):
    tries(client, 9)
    sign_in(client, "nobody", "wrong")
    sign_in(client)

    assert SignInTry.objects.count() == 1


def test_tries_are_forgotten_after_an_hour(client, person):
    with time_machine.travel("2026-05-01T10:00:00Z", tick=False) as clock:
        tries(client, 5)
        clock.shift(3601)
        tries(client, 1)

    assert SignInTry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_forty_tries_at_once_are_ten(person):
    """Each worker counts for itself only what all of them have counted."""

    def several(_number):
        try:
            return tries(Client(), 5)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = [answer for found in pool.map(several, range(8)) for answer in found]

    assert 1 <= answers.count(400) <= 10
    assert set(answers) == {400, 429}


def test_tries_are_counted_for_names_that_nobody_has(client):
    assert tries(client, 11, name="nobody")[-1] == 429


def test_forged_forwarding_is_no_way_round(client, person):
    def forged(number):
        data = {"username": "hana", "password": "wrong"}
        return client.post(SIGN_IN, data, headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code

    assert [forged(number) for number in range(11)] == [400] * 10 + [429]


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "address"),
    [
        (False, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (True, "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "", "127.0.0.1"),
        (True, "127.0.0.1", "a\r\nb", "unknown"),
        (False, "", "", "unknown"),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (False, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (False, "fe80::1%eth0", "", "fe80::/64"),
    ],
)
def test_address_of_a_request(rf, settings, trusted, remote, forwarded, address):
    settings.TRUST_PROXY = trusted
    request = rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

    assert address_of(request) == address


def test_each_failure_is_one_line_of_the_log_without_what_was_typed(client, person, caplog):
    with caplog.at_level(logging.WARNING, "sistercities.accounts.signing_in"):
        tries(client, 11)
        sign_in(client, "my password\r\n2026-01-01 CRITICAL", "x")

    assert caplog.messages == [
        *[f"Sign-in failed: account {person.pk} from 192.0.2.1"] * 10,
        f"Sign-in throttled: account {person.pk} from 192.0.2.1",
        "Sign-in failed: an unknown account from 192.0.2.1",
    ]


def test_name_that_was_typed_is_not_kept(client, person):
    sign_in(client, "my password", "x")

    assert SignInTry.objects.filter(account__contains="password").count() == 0


# A password that somebody else knows


def given(person):
    hand_out_password(person, PASSWORD)


def test_password_of_others_making_is_changed_before_anything_else(client, person):
    given(person)

    assert sign_in(client, next="/en/imports/").url == "/en/sign-in/password/"
    assert who(client) == ""
    assert client.get("/admin/").status_code == 302

    response = client.post("/en/sign-in/password/", {"new_password1": NEW, "new_password2": NEW})
    assert (response.url, who(client)) == ("/en/imports/", "hana")
    assert sign_in(Client(), password=PASSWORD).status_code == 400
    assert sign_in(Client(), password=NEW).url == "/admin/"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (PASSWORD, PASSWORD, "This is the password that you were given."),
        ("short", "short", "too short"),
        (NEW, "other", "match"),
        ("", "", "required"),
        ("hana" * 300, "hana" * 300, "This password is too long."),
    ],
)
def test_password_that_will_not_do_is_said_why(client, person, first, second, said):
    given(person)
    sign_in(client)

    response = client.post("/en/sign-in/password/", {"new_password1": first, "new_password2": second})

    assert (response.status_code, PasswordToChange.objects.count(), who(client)) == (400, 1, "")
    assert said in words(response)


def test_way_in_is_forgotten_after_half_an_hour(client, person):
    given(person)
    with time_machine.travel("2026-05-01T10:00:00Z", tick=False) as clock:
        sign_in(client)
        clock.shift(30 * 60)

        assert client.get("/en/sign-in/password/").url == SIGN_IN


def test_way_in_ends_when_the_password_is_changed_by_somebody(client, person):
    given(person)
    sign_in(client)
    given(type(person).objects.get(pk=person.pk))

    assert client.get("/en/sign-in/password/").url == SIGN_IN


def test_session_key_changes_on_the_way_in(client, person):
    client.get(SIGN_IN)
    given(person)
    sign_in(client)
    before = client.session.session_key
    client.post("/en/sign-in/password/", {"new_password1": NEW, "new_password2": NEW})

    assert client.session.session_key != before


def test_administrator_gives_passwords_that_have_to_be_changed(client, person):
    client.force_login(make_user("administrator"))
    password = {"password1": NEW, "password2": NEW, "usable_password": "true"}

    client.post(reverse("admin:auth_user_add"), {"username": "ken"} | password)
    client.post(reverse("admin:auth_user_password_change", args=[person.pk]), password)

    assert set(PasswordToChange.objects.values_list("user__username", flat=True)) == {"hana", "ken"}
