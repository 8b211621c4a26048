"""How sessions end, and that they do at every kind of page; what a visitor without one pays for it."""

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from sistercities.accounts.sessions import BEGAN, STAMP
from tests.factories import make_partnership, make_user
from tests.pages import words
from tests.test_settings import values

pytestmark = pytest.mark.django_db

#: A page of each kind that is not for all, none of which an administrator is refused.
ROUTES = [
    "/admin/",
    "/admin/partnerships/partnership/",
    "/admin/auth/user/",
    "/admin/autocomplete/?app_label=partnerships&model_name=party&field_name=place",
    "/admin/jsi18n/",
    "/en/imports/",
    "/ja/imports/templates/partnerships.xlsx",
    "/en/account/",
]


def demote(user):
    user.groups.set([Group.objects.get(name="viewer")])


def promote(user):
    user.groups.add(Group.objects.get(name="coordinator"))


def give_a_right(user):
    user.user_permissions.add(Permission.objects.get(codename="delete_user"))


def make_superuser(user):
    type(user).objects.filter(pk=user.pk).update(is_superuser=True)


def take_from_staff(user):
    type(user).objects.filter(pk=user.pk).update(is_staff=False)


def close(user):
    type(user).objects.filter(pk=user.pk).update(is_active=False)


def change_password(user):
    user.set_password("another one")
    user.save()


def delete(user):
    user.delete()


CHANGES = [demote, promote, give_a_right, make_superuser, take_from_staff, close, change_password, delete]


@pytest.fixture
def user():
    return make_user("administrator")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def is_in(response):
    b"".join(response)
    return response.status_code == 200


@pytest.mark.parametrize("change", CHANGES)
def test_next_request_is_refused_on_every_route(user, change):
    clients = [client_of(user) for _route in ROUTES]
    assert [is_in(client.get(route)) for client, route in zip(clients, ROUTES, strict=True)] == [True] * len(ROUTES)

    change(user)

    answers = [client.get(route) for client, route in zip(clients, ROUTES, strict=True)]
    assert {(answer.status_code, answer.url.partition("?")[0]) for answer in answers} <= {
        (302, "/admin/login/"),
        (302, "/en/sign-in/"),
        (302, "/ja/sign-in/"),
    }
    assert [client.get(route).status_code for client, route in zip(clients, ROUTES, strict=True)] == [302] * len(ROUTES)


def test_session_that_has_ended_does_not_come_back(user):
    client = client_of(user)
    close(user)
    client.get("/admin/")
    type(user).objects.update(is_active=True)

    assert client.get("/admin/").status_code == 302
    assert STAMP not in client.session


def test_change_of_what_a_role_may_do_ends_no_session_and_counts_at_once(user):
    client = client_of(user)
    Group.objects.get(name="administrator").permissions.clear()

    assert [client.get(path).status_code for path in ("/admin/", "/admin/auth/user/")] == [200, 403]


def test_own_change_of_password_ends_the_other_sessions_only(user):
    user.set_password("the old password")
    user.save()
    here, there = client_of(user), client_of(user)
    data = {"old_password": "the old password", "new_password1": "a new long one", "new_password2": "a new long one"}

    here.post(reverse("admin:password_change"), data)

    assert [client.get("/admin/").status_code for client in (here, there)] == [200, 302]


@pytest.mark.parametrize(
    ("minutes", "stands"),
    [([59, 59, 59], True), ([60], False), ([30, 61], False), ([50] * 14, True), ([50] * 15, False)],
)
def test_session_ends_after_an_hour_of_rest_and_after_twelve_in_all(user, minutes, stands):
    """Pauses in minutes, with a request after each."""
    with time_machine.travel("2026-05-01T08:00:00Z", tick=False) as clock:
        client = client_of(user)
        for pause in minutes:
            clock.shift(pause * 60)
            answer = client.get("/admin/password_change/")

    assert (answer.status_code == 200) == stands


@pytest.mark.parametrize(
    ("hours", "said"),
    [([1], "You were signed out after an hour without a request."), ([0.9] * 14, "twelve hours at most")],
)
def test_page_of_signing_in_says_why_the_session_ended(user, hours, said):
    with time_machine.travel("2026-05-01T08:00:00Z", tick=False) as clock:
        client = client_of(user)
        for pause in hours:
            clock.shift(pause * 3600)
            client.get("/admin/password_change/")

        assert said in words(client.get("/en/sign-in/"))


def test_session_of_an_earlier_release_is_refused(user):
    client = client_of(user)
    session = client.session
    del session[STAMP], session[BEGAN]
    session.save()

    assert client.get("/admin/").status_code == 302


def test_last_request_is_noted_once_a_minute(user, django_assert_num_queries):
    with time_machine.travel("2026-05-01T08:00:00Z", tick=False) as clock:
        client = client_of(user)
        client.get("/admin/password_change/")
        with django_assert_num_queries(4):  # the session, its person, and what the person may do
            client.get("/admin/password_change/")
        clock.shift(61)
        with django_assert_num_queries(7):  # and a savepoint round its note
            client.get("/admin/password_change/")


def test_public_page_looks_nobody_up(user, django_assert_num_queries):
    path = make_partnership().get_absolute_url()
    client = client_of(user)
    client.get(path)
    anonymous = Client()
    anonymous.get(path)

    with django_assert_num_queries(1):  # the version of the data
        response = anonymous.get(path)
    assert "sessionid" not in response.cookies


@pytest.mark.parametrize("route", ROUTES)
def test_what_staff_see_is_stored_nowhere(user, route):
    response = client_of(user).get(route)
    b"".join(response)

    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))


def test_cookies_are_bound_to_the_host_under_tls(tmp_path):
    names = [
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "TWO_FACTOR",
    ]

    assert values(tmp_path, *names, SITE_URL="https://example.org") == [
        "__Host-sessionid",
        "__Host-csrftoken",
        True,
        True,
        True,
    ]
    assert values(tmp_path, *names) == ["sessionid", "csrftoken", False, True, False]
    assert values(tmp_path, "TWO_FACTOR", TWO_FACTOR="true") == [True]
