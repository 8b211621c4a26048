"""Records in the words of schema.org, and how they are cited."""

import json
import re

import pytest
from django.core.cache import cache
from django.utils.translation import override

from partnerships.models import Place, PlaceIdentifier
from tests.factories import make_citation, make_partnership, make_place, make_source
from tests.pages import Page
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """Whatever the test before left behind."""
    with override("en"):
        yield


@pytest.fixture
def world():
    return make_world()


def show(client, record, language="en"):
    cache.clear()
    return client.get(f"/{language}{record.get_absolute_url()[3:]}")


def linked_data(response):
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode())
    return json.loads(text)


def test_partnership_is_a_page_about_its_places(client, world, settings):
    settings.SITE_URL = "https://sister.example"
    make_citation(world.ties[0], source=make_source(title_en="The list", url="https://example.org/list", issued="2025"))
    data = linked_data(show(client, world.ties[0]))

    assert (data["@context"], data["@type"], data["name"]) == ("https://schema.org", "WebPage", "Kobe – Seattle")
    assert data["url"] == f"https://sister.example{world.ties[0].get_absolute_url()}"
    assert data["temporalCoverage"] == "1957-10-22/.."
    assert [(place["@type"], place["name"], place["alternateName"]) for place in data["about"]] == [
        ("City", "Kobe", "神戸市"),
        ("City", "Seattle", "シアトル"),
    ]
    assert data["citation"][-1] == {
        "@type": "CreativeWork",
        "name": "The list",
        "url": "https://example.org/list",
        "datePublished": "2025",
    }
    assert data["license"].startswith("https://creativecommons.org/")


@pytest.mark.parametrize(
    ("established", "ended", "expected"),
    [("1957", "1999-05", "1957/1999-05"), ("1957-10", "", "1957-10/.."), ("", "", None)],
)
def test_time_is_as_precise_as_its_source(client, established, ended, expected):
    tie = make_partnership(established=established, ended=ended, status="ended" if ended else "presumed")

    assert linked_data(show(client, tie)).get("temporalCoverage") == expected


def test_place_says_what_it_is_and_where(client, world):
    PlaceIdentifier.objects.create(place=world.kobe, scheme="geonames", value="1859171")
    entity = linked_data(show(client, world.kobe))["mainEntity"]

    assert (entity["@type"], entity["name"], entity["containedInPlace"]["name"]) == ("City", "Kobe", "Hyogo")
    assert entity["geo"] == {"@type": "GeoCoordinates", "latitude": 35.5, "longitude": 41.0}
    assert entity["sameAs"] == ["https://www.geonames.org/1859171"]
    assert [linked_data(show(client, record))["mainEntity"]["@type"] for record in (world.japan, world.ohio)] == [
        "Country",
        "State",
    ]


def test_place_without_position_and_names_says_no_more_than_is_known(client):
    place = make_place(name_local="ヌル", classification="")
    Place.objects.filter(pk=place.pk).update(name_en="")
    entity = linked_data(show(client, place))["mainEntity"]

    assert (entity["@type"], entity["name"], entity.keys() & {"geo", "alternateName", "identifier", "sameAs"}) == (
        "AdministrativeArea",
        "ヌル",
        set(),
    )


def test_name_cannot_run_a_script(client):
    place = make_place(name_en="</script><script>alert(1)</script>")
    page = Page(show(client, place))

    assert [script for script in page.all("script") if "src" not in script] == [{"type": "application/ld+json"}]
    assert linked_data(show(client, place))["name"] == "</script><script>alert(1)</script>"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_record_has_the_words_of_a_shared_link(client, world, settings, language):
    for record in (world.ties[0], world.japan, world.ohio, world.kobe):
        page = Page(show(client, record, language))
        found = {meta["property"]: meta["content"] for meta in page.all("meta") if "property" in meta}
        (description,) = page.all("meta", name="description")

        assert found["og:url"] == f"{settings.SITE_URL}/{language}{record.get_absolute_url()[3:]}"
        assert found["og:description"] == description["content"] != ""
        assert set(found) == {
            "og:title", "og:description", "og:type", "og:url", "og:site_name", "og:locale", "og:locale:alternate",
        }  # fmt: skip


def test_description_of_a_place_counts_its_ties(client, world):
    descriptions = [
        Page(show(client, record)).all("meta", name="description")[0]["content"]
        for record in (world.ohio, world.kobe, make_place(name_en="Loneville"))
    ]

    assert descriptions == [
        "Ohio: 5 sister-city partnerships, with their dates and sources.",
        "Kobe: 2 sister-city partnerships, with their dates and sources.",
        "Loneville: 0 sister-city partnerships, with their dates and sources.",
    ]


def test_every_record_says_how_to_cite_it_with_the_date_of_the_data(client, world, settings):
    settings.SITE_URL = "https://sister.example"
    for record, name in (
        (world.ties[0], "Kobe – Seattle"),
        (world.ohio, "Ohio オハイオ州, United States"),
        (world.kobe, "Kobe 神戸市, Hyogo, Japan"),
    ):
        text = show(client, record).content.decode()
        citation = re.search(r'<p class="citation"[^>]*>(.*?)</p>', text, re.DOTALL)[1]
        lines = [" ".join(re.sub("<[^>]*>", "", line).split()) for line in citation.split("<br>")]
        assert lines[0].endswith(f": {name}")
        assert lines[1] == f"https://sister.example{record.get_absolute_url()}"
        assert re.fullmatch(r"Data of \d+ \w+ \d{4}, CC BY-SA 4\.0\.", lines[2])


def test_calendar_of_a_record_holds_its_anniversaries(client, world):
    for record, count in ((world.ties[0], 2), (world.hyogo, 3), (world.kobe, 1)):
        (link,) = [link for link in Page(show(client, record)).links if link.startswith("/calendar/")]
        response = client.get(link)
        assert response.status_code == 200
        uids = {uid.partition("-anniversary")[0] for uid in re.findall(r"UID:(\S+)", response.content.decode())}
        assert len(uids) == (1 if record in world.ties else count)
