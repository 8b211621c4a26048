"""Stored pages: what they depend on, when they are still right, and whom they are never kept for."""

import gzip

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseNotFound, StreamingHttpResponse
from django.utils import translation
from django.views import View

from sistercities.core.models import DataVersion, public_change
from sistercities.core.pages import StoredPageMixin, canonical_query, version_stamp

pytestmark = pytest.mark.django_db


class Page(StoredPageMixin, View):
    """A page that says how often it was made, and for which question."""

    parameters = ("q", "kind")
    made = 0
    padding = "x" * 1000

    def get(self, request):
        type(self).made += 1
        return HttpResponse(f"{self.made} {request.GET.get('q', '')} {translation.get_language()} {self.padding}")

    def post(self, request):
        return HttpResponse("posted")


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setattr(Page, "made", 0)
    with public_change():
        pass
    return Page.as_view()


@pytest.fixture
def ask(page, rf):
    def answer(path="/en/page/", method="get", cookies=(), **headers):
        request = getattr(rf, method)(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        request.COOKIES.update(dict(cookies))
        return page(request)

    return answer


def words(response):
    return response.content.decode().split()[:-1]


def test_page_is_made_once(ask):
    assert [words(ask()), words(ask())] == [["1", "en"], ["1", "en"]]


def test_stored_page_takes_one_statement(ask, django_assert_num_queries):
    ask()

    with django_assert_num_queries(1):
        ask()


def test_stored_page_has_its_headers(ask):
    for response in (ask(), ask()):
        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert sorted(response["Vary"].split(", ")) == ["Accept-Encoding", "Cookie"]
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert response["ETag"] == ask()["ETag"]


def test_known_page_is_not_sent_again(ask):
    etag = ask()["ETag"]
    response = ask(If_None_Match=etag)

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("form", ["W/{}", '"other", {}', '{} , W/"other"'])
def test_known_page_is_recognised_in_every_form_of_the_header(ask, form):
    """Proxies that compress make the tag weak; a client may name several (RFC 9110, 13.1.2)."""
    assert ask(If_None_Match=form.format(ask()["ETag"])).status_code == 304


def test_other_etag_gets_the_page(ask):
    assert ask(If_None_Match='"other"').status_code == 200


def test_known_page_takes_one_statement_and_no_view(ask, django_assert_num_queries):
    etag = ask()["ETag"]
    cache.clear()

    with django_assert_num_queries(1):
        ask(If_None_Match=etag)
    assert Page.made == 1


def test_raised_version_makes_the_page_anew(ask):
    before = ask()
    with public_change():
        pass
    after = ask(If_None_Match=before["ETag"])

    assert (after.status_code, words(after)) == (200, ["2", "en"])
    assert after["ETag"] != before["ETag"]


def test_restored_database_of_the_same_number_makes_the_page_anew(ask):
    before = ask()["ETag"]
    DataVersion.objects.update(changed_at="2020-01-01T00:00:00Z")

    assert ask()["ETag"] != before


def test_page_belongs_to_its_language(ask):
    with translation.override("ja"):
        japanese = ask()
    english = ask()

    assert [words(japanese), words(english)] == [["1", "ja"], ["2", "en"]]
    assert japanese["ETag"] != english["ETag"]


def test_page_belongs_to_its_day(ask):
    """Ages and anniversaries move with the clock."""
    with time_machine.travel("2026-11-22T23:59:00Z"):
        before = ask()["ETag"]
    with time_machine.travel("2026-11-23T00:01:00Z"):
        assert ask()["ETag"] != before


def test_page_belongs_to_the_release(ask, settings):
    before = ask()["ETag"]
    settings.RELEASE = "another"

    assert ask()["ETag"] != before


def test_page_belongs_to_the_site_and_not_to_the_host_header(ask, settings):
    before = ask()["ETag"]

    assert ask(Host="localhost")["ETag"] == before
    settings.SITE_URL = "https://example.org"
    assert ask()["ETag"] != before


def test_page_belongs_to_its_path(ask):
    assert ask("/en/page/")["ETag"] != ask("/en/other/")["ETag"]


def test_known_parameters_belong_to_the_page_and_others_do_not(ask):
    plain = ask("/en/page/")["ETag"]

    assert ask("/en/page/?utm_source=mail&fbclid=1")["ETag"] == plain
    assert ask("/en/page/?q=kobe")["ETag"] != plain
    assert ask("/en/page/?kind=b&q=kobe&kind=a")["ETag"] == ask("/en/page/?q=kobe&kind=a&kind=b")["ETag"]


def test_session_is_never_stored_nor_served_from_the_store(ask, settings):
    session = {settings.SESSION_COOKIE_NAME: "abc"}
    etag = ask()["ETag"]
    private = ask(cookies=session, If_None_Match=etag)

    assert (private.status_code, words(private)) == (200, ["2", "en"])
    assert private["Cache-Control"] == "private, no-store"
    assert private.has_header("ETag") is False
    assert words(ask()) == ["1", "en"]


def test_other_cookie_changes_nothing(ask):
    etag = ask()["ETag"]

    assert ask(cookies={"theme": "dark"})["ETag"] == etag


def test_post_is_not_stored(ask):
    assert [ask(method="post").content, ask(method="post")["Cache-Control"]] == [b"posted", "private, no-store"]


def test_head_is_answered_like_get(ask):
    assert ask(method="head")["ETag"] == ask()["ETag"]
    assert Page.made == 1


def test_gzip_is_sent_to_those_who_take_it(ask):
    plain, packed = ask(), ask(Accept_Encoding="br, gzip")

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert plain.has_header("Content-Encoding") is False
    assert Page.made == 1


def test_small_page_is_sent_as_it_is(ask, monkeypatch):
    monkeypatch.setattr(Page, "padding", ".")

    assert ask(Accept_Encoding="gzip").has_header("Content-Encoding") is False


@pytest.mark.parametrize("response", [HttpResponseNotFound("gone"), StreamingHttpResponse(["a"])])
def test_other_answers_are_not_stored(ask, monkeypatch, response):
    monkeypatch.setattr(Page, "get", lambda self, request: response)
    stored = []
    monkeypatch.setattr(cache, "set", lambda *args: stored.append(args))

    assert ask().has_header("ETag") is False
    assert stored == []


def test_canonical_query_is_sorted_without_blanks_and_doubles(rf):
    request = rf.get("/?kind=b&q=&kind=a&kind=b&other=1&q=x%20y")

    assert canonical_query(request, ("q", "kind")) == "kind=a&kind=b&q=x+y"


def test_version_stamp_tells_number_and_moment():
    with public_change():
        pass

    assert version_stamp((0, None)) == "0"
    assert version_stamp(DataVersion.current()).startswith("1-")


def test_version_is_raised_with_the_change_or_not_at_all():
    before = DataVersion.current()
    with pytest.raises(ZeroDivisionError), public_change():
        1 / 0  # noqa: B018

    assert DataVersion.current() == before
