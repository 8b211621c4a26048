"""The headers of every answer, the refusal of unknown hosts, and which database errors are outages."""

import sqlite3

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import HttpResponse

from sistercities.core.middleware import DatabaseUnavailableMiddleware, ResponseHeadersMiddleware, is_outage

PUBLIC_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
ADMIN_POLICY = PUBLIC_POLICY - {"style-src 'self'"} | {"style-src 'self' 'unsafe-inline'"}


def policy(response) -> set[str]:
    return set(response["Content-Security-Policy"].split("; "))


def test_headers_of_an_answer(client):
    response = client.get("/healthz")
    names = [
        "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
    ]  # fmt: skip

    assert [response[name] for name in names] == ["nosniff", "DENY", "same-origin", "same-origin", "same-origin"]
    assert policy(response) == PUBLIC_POLICY
    assert {feature.partition("=")[2] for feature in response["Permissions-Policy"].split(", ")} == {"()"}
    assert "Server" not in response


def test_admin_may_style_inline_and_nothing_else(client):
    assert policy(client.get("/admin/login/")) == ADMIN_POLICY


def test_a_view_may_set_its_own_headers(rf):
    own = {"Cross-Origin-Resource-Policy": "cross-origin", "Content-Security-Policy": "sandbox"}
    response = ResponseHeadersMiddleware(lambda request: HttpResponse(headers=own))(rf.get("/data/"))

    assert {name: response[name] for name in own} == own


def test_a_visitor_without_a_session_gets_no_cookie(client):
    response = client.get("/healthz")

    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


def test_unknown_host_is_refused_in_words(client):
    response = client.get("/healthz", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert response.content.decode() == (
        "This server does not answer to that host name. Its operator names hosts in ALLOWED_HOSTS or SITE_URL.\n"
    )
    assert policy(response) == PUBLIC_POLICY


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError()
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InterfaceError("connection already closed"), True),
        (caused(OperationalError("refused"), psycopg.OperationalError()), True),
        (caused(OperationalError("database is locked"), sqlite_error(sqlite3.SQLITE_BUSY)), True),
        (caused(OperationalError("disk I/O error"), sqlite_error(sqlite3.SQLITE_IOERR_WRITE)), True),
        (caused(OperationalError("disk is full"), sqlite_error(sqlite3.SQLITE_FULL)), True),
        (caused(OperationalError("no such table"), sqlite_error(sqlite3.SQLITE_ERROR)), False),
        (ProgrammingError("syntax"), False),
        (ValueError(), False),
    ],
)
def test_is_outage(error, expected):
    assert is_outage(error) is expected


def test_outage_is_a_503_to_be_tried_again(rf, caplog):
    middleware = DatabaseUnavailableMiddleware(lambda request: HttpResponse())
    response = middleware.process_exception(rf.get("/en/"), OperationalError("gone"))

    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "5", "no-store")
    assert caplog.messages == ["Database unavailable: gone"]


def test_other_exceptions_are_left_alone(rf):
    assert (
        DatabaseUnavailableMiddleware(lambda request: HttpResponse()).process_exception(rf.get("/"), ValueError())
        is None
    )
