"""The changes as an Atom feed."""

from xml.etree import ElementTree

import pytest
from django.core.cache import cache

from tests.pages import Page

from .reading import change, told

pytestmark = pytest.mark.django_db


ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, query="", language="en"):
    cache.clear()
    response = client.get(f"/{language}/changes.atom{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def test_feed_is_atom(client, tie, clock):
    clock()
    change(tie, established="1957-10-22", designation_en="A bell \x07 rings")
    root = feed(client)
    entry = root.find(f"{ATOM}entry")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}

    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated") == "2026-05-01T09:01:00Z"
    assert links["self"].endswith("/en/changes.atom")
    assert links["alternate"].endswith("/en/changes/")
    assert root.find(f"{ATOM}author").findtext(f"{ATOM}name")
    assert entry.findtext(f"{ATOM}title") == "Kobe – Seattle: record changed"
    assert "Established: 22 October 1957 (before: 1957)" in entry.findtext(f"{ATOM}content")
    assert entry.find(f"{ATOM}link").get("href").endswith(tie.get_absolute_url())


def test_ids_of_the_feed_are_unique_and_stay(client, tie, clock):
    for year in (1958, 1959, 1960):
        clock()
        change(tie, established=str(year))
    before = [entry.findtext(f"{ATOM}id") for entry in feed(client).findall(f"{ATOM}entry")]
    clock()
    change(tie, established="1961")
    after = [entry.findtext(f"{ATOM}id") for entry in feed(client).findall(f"{ATOM}entry")]

    assert len(set(after)) == len(after)
    assert after[1:] == before
    assert all(found.startswith("tag:") for found in after)
    assert not set(after) & {
        entry.findtext(f"{ATOM}id") for entry in feed(client, language="ja").findall(f"{ATOM}entry")
    }


def test_feed_holds_fifty_entries_at_most(client, tie, clock):
    for number in range(60):
        clock()
        change(tie, designation_en=f"Name {number}")

    assert len(feed(client).findall(f"{ATOM}entry")) == 50


def test_feed_is_not_sent_twice(client, tie):
    first = client.get("/en/changes.atom")

    assert client.get("/en/changes.atom", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get("/en/changes.atom", headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    change(tie, established="1958")
    assert client.get("/en/changes.atom", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["/en/changes/", "/ja/changes/", "/en/"])
def test_feed_is_found_from_the_pages(client, path):
    language = path[1:3]

    assert 'type="application/atom+xml" title=' in client.get(path).content.decode()
    assert f"/{language}/changes/" in Page(client.get(path)).links


def test_feed_of_an_empty_directory(client):
    assert feed(client).findall(f"{ATOM}entry") == []
    assert "Nothing has been recorded yet." in told(client)
