"""The sitemap: every public page in both languages, each naming the other, and nothing that is not public."""

import re
from urllib.parse import urlsplit

import pytest

from partnerships.models import Partnership, Place
from sistercities.core.datasets import datasets
from tests.factories import make_partnership, make_place
from tests.world import make_world

pytestmark = pytest.mark.django_db


def locations(client, path):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return re.findall(r"<loc>([^<]*)</loc>", response.content.decode())


def sections(client):
    return [urlsplit(address).path for address in locations(client, "/sitemap.xml")]


def every_location(client):
    return [address for section in sections(client) for address in locations(client, section)]


def test_sitemap_names_its_sections(client):
    make_world()

    names = ["pages", *(dataset.key for dataset in datasets())]
    assert sections(client) == [f"/sitemap-{name}.xml" for name in names]


def test_every_address_answers_in_its_language(client):
    make_world()
    for address in every_location(client):
        parts = urlsplit(address)
        response = client.get(parts.path)
        assert (response.status_code, response["Content-Language"]) == (200, parts.path[1:3]), address


def test_every_dataset_and_every_record_is_there_in_both_languages(client):
    world = make_world()
    paths = [urlsplit(address).path for address in every_location(client)]
    records = [*world.ties, world.japan, world.america, world.hyogo, world.ohio, world.kobe, world.dayton]
    expected = ["/en/", "/en/about/", "/en/anniversaries/", *(f"/en/{dataset.key}/" for dataset in datasets())]
    expected += [record.get_absolute_url() for record in records]

    assert [path for path in expected if paths.count(path) != 1] == []
    assert sorted(path[3:] for path in paths if path.startswith("/en/")) == sorted(
        path[3:] for path in paths if path.startswith("/ja/")
    )
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_records_are_not_there(client, publication):
    tie = make_partnership(publication=publication)
    place = make_place(publication=publication)
    paths = [urlsplit(address).path for address in every_location(client)]

    assert [path for path in (tie.get_absolute_url(), place.get_absolute_url()) if path in paths] == []


def test_municipality_without_a_tie_has_nothing_to_show(client):
    place = make_place()

    assert [address for address in every_location(client) if address.endswith(place.get_absolute_url())] == []


def test_pages_name_each_other_and_a_default(client):
    make_world()
    text = client.get("/sitemap-partnerships.xml").content.decode()
    entries = re.findall(r"<url>(.*?)</url>", text, re.DOTALL)

    assert len(entries) == 2 * Partnership.objects.public().count()
    for entry in entries:
        (own,) = re.findall(r"<loc>([^<]*)</loc>", entry)
        alternates = dict(re.findall(r'hreflang="([^"]*)" href="([^"]*)"', entry))
        assert sorted(alternates) == ["en", "ja", "x-default"]
        assert own == alternates[urlsplit(own).path[1:3]]


def test_addresses_are_those_of_the_site_and_not_of_the_host_header(client, settings):
    settings.SITE_URL = "https://sister.example"
    settings.ALLOWED_HOSTS = ["sister.example", "127.0.0.1", "testserver"]
    make_partnership()

    assert {address.partition("/en/")[0] for address in every_location(client) if "/en/" in address} == {
        "https://sister.example"
    }


@pytest.mark.parametrize("ties", [1, 3])
def test_statements_are_as_many_for_one_record_as_for_three(client, ties, django_assert_num_queries):
    for _number in range(ties):
        make_partnership()
    for section, statements in (("partnerships", 1), ("places", 1)):
        with django_assert_num_queries(statements):
            client.get(f"/sitemap-{section}.xml")


@pytest.mark.parametrize(
    "path", ["/sitemap-others.xml", "/sitemap-places.xml?p=99", "/sitemap-places.xml?p=x", "/sitemap-places.xml?p=%00"]
)
def test_section_that_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_places_are_found_from_the_sitemap_without_reading_them_all():
    make_world()

    assert Place.objects.public().count() == 12
