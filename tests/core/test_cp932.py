"""The CSV for older Japanese programs: what is lost is said in words, before the file is taken."""

import re

import pytest

from tests.factories import make_country

pytestmark = pytest.mark.django_db


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_default_is_utf_8_with_a_mark(client):
    make_country("Köln")

    assert body(client.get("/data/places.csv")).startswith(b"\xef\xbb\xbfid,")


def test_cp932_on_request(client):
    make_country("Land", name_ja="①㈱﨑髙～")
    response = client.get("/data/places.csv?encoding=cp932")

    assert response["Content-Type"] == "text/csv; charset=windows-31j"
    assert "①㈱﨑髙～" in body(response).decode("cp932")


def test_page_lists_what_is_lost_and_leads_to_the_file(client):
    place = make_country("Köln")
    page = client.get("/data/places.csv?encoding=cp932&check=1").content.decode()
    link = re.search(r'href="(/data/places.csv\?encoding=cp932)"', page)[1]

    assert "ö" in page
    assert "U+00F6" in page
    assert f"No. {place.pk}, " in page
    assert "K〓ln" in body(client.get(link)).decode("cp932")


def test_page_is_in_the_language_of_the_link(client):
    make_country("Köln")

    assert '<html lang="ja"' in client.get("/data/places.csv?encoding=cp932&check=1&lang=ja").content.decode()


def test_file_comes_at_once_where_nothing_is_lost(client):
    make_country("Land", name_ja="国")
    response = client.get("/data/places.csv?encoding=cp932&check=1")

    assert response["Content-Disposition"] == 'attachment; filename="places.csv"'


@pytest.mark.parametrize("query", ["encoding=latin-1", "encoding=cp932&check=2", "lang=de"])
def test_unknown_value_is_refused_in_words(client, query):
    response = client.get(f"/data/places.csv?{query}")

    assert response.status_code == 400
    assert response.json()["errors"]


def test_list_offers_it(client):
    make_country("Land")
    page = client.get("/ja/places/").content.decode().replace("&amp;", "&")

    assert '<a rel="nofollow" href="/data/places.csv?encoding=cp932&check=1&lang=ja">' in page
