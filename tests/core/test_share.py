"""What pages say of themselves: Open Graph and JSON-LD that no name can break out of."""

import json
import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import override

from tests.pages import Page

NASTY = """</script><script>alert("1")</script> & 'x' \u2028"""


def render(source, path="/en/about/", **context):
    request = RequestFactory().get(path)
    request.canonical_query = ""
    return Template("{% load share %}" + source).render(Context({"request": request, **context}))


def parsed(html):
    return Page(type("Response", (), {"content": html.encode()}))


def test_linked_data_cannot_end_its_element():
    html = render("{% linked_data data %}", data={"name": NASTY})

    assert parsed(html).all("script") == [{"type": "application/ld+json"}]
    assert html.count("<") == 2
    assert json.loads(re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', html)[1]) == {"name": NASTY}


@pytest.mark.parametrize("title", [NASTY, '" onload="x'])
def test_open_graph_cannot_leave_its_attribute(title):
    metas = parsed(render("{% open_graph title title %}", title=title)).all("meta")

    assert {tuple(meta) for meta in metas} == {("property", "content")}
    assert metas[0]["content"] == " ".join(title.split())


def test_open_graph_takes_the_words_of_what_is_html_already():
    html = mark_safe('<span lang="ja">A &amp; B</span>')

    assert parsed(render("{% open_graph title 'x' %}", title=html)).all("meta")[0]["content"] == "A & B"


@pytest.mark.parametrize(("language", "locales"), [("en", ["en_US", "ja_JP"]), ("ja", ["ja_JP", "en_US"])])
def test_open_graph_names_the_site_and_not_the_host(settings, language, locales):
    settings.SITE_URL = "https://sister.example"
    with override(language):
        metas = parsed(render("{% open_graph 'a' 'b' %}", path=f"/{language}/about/")).all("meta")
    found = {meta["property"]: meta["content"] for meta in metas}

    assert found["og:url"] == f"https://sister.example/{language}/about/"
    assert [found["og:locale"], found["og:locale:alternate"]] == locales
