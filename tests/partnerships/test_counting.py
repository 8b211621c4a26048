"""Counting rules: every number is that of the list behind it, within every scope that a published number may have."""

import json
from urllib.parse import parse_qs

import pytest
from django.core.cache import cache

from partnerships.counting import RULES, Counter, scope_of
from partnerships.models import Partnership
from sistercities.core.models import DataVersion, public_change
from tests.factories import make_country, make_partnership, make_place, make_region
from tests.pages import Page, shown
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(standing):
    """Ten public partnerships, eight of them with the United States; most tests only read."""
    return standing(make_ten)


def make_ten():
    world = make_world()
    world.canada = make_country("Canada", slug="ca", code_scheme="iso-3166-1", code="CA")
    world.ontario = make_region(world.canada, "Ontario", slug="ontario", code_scheme="iso-3166-2", code="CA-ON")
    world.lindsay = make_place(world.ontario, "Lindsay", slug="lindsay")
    make_partnership(world.kobe, world.lindsay, established="1980-05", status="presumed", kind="friendship_city")
    make_partnership(world.hyogo, world.ontario, kind="friendship_state", status="suspended")
    make_partnership(world.kobe, world.worthington, publication="draft")
    return world


def counter():
    return Counter(DataVersion.current())


def listed(client, url):
    """The number of partnerships that a list shows: by its file and by its page."""
    cache.clear()
    page = client.get(url)
    assert page.status_code == 200
    assert "errors" not in page.context, url
    found = json.loads(client.get(f"/data/partnerships.json?{url.partition('?')[2]}").content)["count"]
    assert page.context["count"] == found
    return found


#: What a number may be about -> how many of the ten public partnerships lie there.
SCOPES = {
    "Japan": (lambda world: [world.japan], 10),
    "the United States and Japan": (lambda world: [world.america, world.japan], 8),
    "Japan and the United States": (lambda world: [world.japan, world.america], 8),
    "Canada and Japan": (lambda world: [world.canada, world.japan], 2),
    "Ohio and Japan": (lambda world: [world.ohio, world.japan], 5),
    "Seattle and Japan": (lambda world: [world.seattle, world.japan], 3),
    "Hyogo": (lambda world: [world.hyogo], 7),
    "Hyogo and the United States": (lambda world: [world.america, world.hyogo], 5),
    "Hyogo and Ohio": (lambda world: [world.hyogo, world.ohio], 3),
    "Kobe": (lambda world: [world.kobe], 3),
    "Kobe and Canada": (lambda world: [world.kobe, world.canada], 1),
    "Seattle and Hyogo": (lambda world: [world.seattle, world.hyogo], 2),
}


@pytest.mark.parametrize("name", SCOPES)
def test_every_number_is_that_of_the_list_behind_it(client, world, name):
    places, total = SCOPES[name]
    tallies = counter().tallies(scope_of(*places(world)))

    assert [tally["rule"] for tally in tallies] == list(RULES)
    assert tallies[0]["count"] == total
    assert [tally["count"] for tally in tallies] == [listed(client, tally["url"]) for tally in tallies]


def test_numbers_by_rule(world):
    numbers = {tally["rule"].slug: tally["count"] for tally in counter().tallies({})}

    assert numbers == {
        "any-agreement": 10, "standing": 7, "stated-in-force": 2, "municipal": 7, "states": 3, "dated": 7,
    }  # fmt: skip


@pytest.mark.parametrize("year", [1957, 1973, 1980, 2100])
def test_number_of_a_year_is_that_of_its_list(client, world, year):
    scope = scope_of(world.japan)
    found = counter().by_year(scope, year)
    public = Partnership.objects.public()

    assert found["dated"] == public.filter(established_year__lte=year).count() == listed(client, found["url"])
    assert found["undated"] == public.filter(established="").count()


def test_hidden_partnerships_are_not_counted(world):
    before = counter().count()
    with public_change():
        Partnership.objects.filter(pk=world.ties[0].pk).update(publication="review")

    assert (before, counter().count()) == (10, 9)


def test_partnership_of_three_parties_counts_once(client, world):
    tally = counter().tally(RULES[0], scope_of(world.himeji, world.america))

    assert (tally["count"], listed(client, tally["url"])) == (2, 2)


UNCOUNTED = {
    "no place": lambda world: [],
    "no place twice": lambda world: [None, None],
    "the United States alone": lambda world: [world.america, None],
    "Ohio alone": lambda world: [world.ohio],
    "Seattle alone": lambda world: [world.seattle],
    "the United States and Canada": lambda world: [world.america, world.canada],
    "two places in Japan": lambda world: [world.kobe, world.japan],
    "two municipalities": lambda world: [world.kobe, world.seattle],
}


@pytest.mark.parametrize("name", UNCOUNTED)
def test_what_this_directory_does_not_hold_is_not_counted(world, name):
    """Its partnerships all have a party in Japan: beside the number of all American ones, its own would mislead."""
    assert scope_of(*UNCOUNTED[name](world)) is None


def test_place_without_a_code_is_not_counted_as_the_whole_list(world):
    assert scope_of(make_country("Atlantis"), world.japan) is None


def test_country_with_an_address_that_begins_like_that_of_japan_is_not_in_it(world):
    country = make_country("Jpland", slug="jpx", code_scheme="iso-3166-1", code="XX")

    assert scope_of(country) is None
    assert scope_of(country, world.japan) == {"country": ["XX"]}


def test_rules_have_names_and_words_of_their_own():
    assert len({rule.slug for rule in RULES}) == len({str(rule.name) for rule in RULES}) == len(RULES)
    assert [rule.slug for rule in RULES if len(str(rule.text)) < 40] == []


def test_addresses_ask_what_the_rule_says(world):
    for tally in counter().tallies({"country": ["US"]}):
        asked = parse_qs(tally["url"].partition("?")[2])
        assert asked["country"] == ["US"]
        for name, value in tally["rule"].query.items():
            assert asked[name] == (value if isinstance(value, list) else [str(value)])


def test_counting_takes_no_statement_once_the_index_is_there(world, django_assert_num_queries):
    counting = counter()
    counting.tallies({})

    with django_assert_num_queries(0):
        counting.tallies({"country": ["US"]})
        counting.by_year({}, 1980)


def test_links_of_the_ledger_lead_to_as_many_partnerships(client, world):
    for language in ("en", "ja"):
        response = shown(client, "/en/figures/", language)
        links = [link for link in Page(response).links if link.startswith(f"/{language}/partnerships/?")]
        tallies = [tally for line in response.context["counted"] for tally in line["tallies"]]
        assert len(tallies) == 3 * len(RULES)
        assert {tally["url"] for tally in tallies} - {f"/{language}/partnerships/"} == set(links)
        assert [tally["count"] for tally in tallies] == [listed(client, tally["url"]) for tally in tallies]
