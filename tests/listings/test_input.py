"""Every list: whatever is asked, the answer is a page or a refusal in words."""

import json

import pytest
from django.urls import reverse

from .reading import FORMS, errors_of, html_of, listing_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(laid_world):
    return laid_world()


NONSENSE = [
    "0", "-1", "99999", "9" * 20, "5.0", "１９９０", "%00", "a%00b", "%FF", "%F0%9F%97%BE", "%27", "%22%3E%3Cscript%3E", "%25", "_",
    "\\", "%26kind%3Dother", "JP-28,US-OH", "true", "{{7*7}}", "%20", "-", "~", "x" * 300, "%E5%AE%B6" * 250, "a+b+c+d+e+f+g+h+i+j+k+l+m",
]  # fmt: skip


def test_nonsense_is_a_page_or_a_refusal_in_words(ask_anew, dataset, rf, world):
    parameters = [*listing_of(dataset, rf).parameters, "sort", "page"]
    for name in dict.fromkeys(parameters):
        for value in NONSENSE:
            query = f"{name}={value}"
            page, body = ask_anew("page", query), ask_anew("json", query)
            assert page.status_code == 200, query
            if errors := errors_of(page):
                assert html_of(page).count("<tbody") == 0, query
                assert [len(error) > 10 for error in errors] == [True], query
            assert (body.status_code == 400) == bool(errors) or name == "page", query
            if body.status_code == 400:
                assert list(json.loads(body.body)["errors"]) == [name], query


@pytest.mark.parametrize("form", ["csv", "geojson", "xlsx"])
def test_every_file_refuses_in_words(ask, form):
    response = ask(form, "page=none")

    assert (response.status_code, response["Content-Type"]) == (400, "application/json")
    assert json.loads(response.body) == {"errors": {"page": ["Enter a whole number."]}}


def test_page_that_is_not_there_is_said_so(ask, world):
    page, body = ask("page", "page=99"), ask("json", "page=99")

    assert errors_of(page) == ["Page (page): There is no page 99: this list has 1."]
    assert (page.status_code, body.status_code) == (200, 400)
    assert json.loads(body.body) == {"errors": {"page": ["There is no page 99: this list has 1."]}}


@pytest.mark.parametrize(
    "query",
    [
        "q=a&q=b",
        "page=1&page=2",
        "sort=name&sort=nonsense",
        "q=&page=&sort=",
        "&&&",
        "=",
        "?",
        "q",
        "q[]=1",
        "q=a;page=2",
    ],
)
def test_repeated_and_malformed_parameters_are_no_failure(ask, world, query):
    assert ask("page", query).status_code == 200
    assert ask("csv", query).status_code in (200, 400)


def test_too_many_parameters_are_refused(client, dataset):
    response = client.get(f"{reverse(dataset.key)}?" + "&".join(f"a{n}=1" for n in range(3000)))

    assert response.status_code == 400


@pytest.mark.parametrize(
    "unknown",
    ["utm_source=mail", "kind__in=other", "established__gte=1900", "id=1", "publication=draft", "pages=2", "Q=x"],
)
def test_unknown_parameter_is_ignored(ask, ids, world, unknown):
    for form in FORMS:
        assert (ids(form, unknown), ask(form, unknown)["ETag"]) == (ids(form), ask(form)["ETag"])
