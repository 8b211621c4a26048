"""Beside a published figure stands what this directory counts between the same places; each number leads to its list."""

import pytest
from django.core.cache import cache

from organizations.models import Figure
from sistercities.core.models import public_change
from tests.factories import make_country, make_figure
from tests.pages import Page, shown, words
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(standing):
    def make():
        world = make_world()
        world.canada = make_country("Canada", slug="ca", code_scheme="iso-3166-1", code="CA")
        return world

    return standing(make)


def own(client, figure):
    return shown(client, figure).context["own"]


SCOPES = {
    "a state": lambda world: {"place": world.ohio, "partner_place": world.japan},
    "a country": lambda world: {"place": world.america, "partner_place": world.japan},
    "Canada, of which there are none": lambda world: {"place": world.canada, "partner_place": world.japan},
    "Japan with the world": lambda world: {"place": world.japan},
    "a city": lambda world: {"place": world.japan, "partner_place": world.seattle},
    "a prefecture with a state": lambda world: {"place": world.hyogo, "partner_place": world.washington},
}


@pytest.mark.parametrize("name", SCOPES)
def test_every_number_of_our_own_is_that_of_its_list(client, world, name):
    figure = make_figure(**SCOPES[name](world), as_of="1980")
    response = shown(client, figure)
    counted = response.context["own"]
    linked = [(tally["url"], tally["count"]) for tally in counted["tallies"]]
    linked.append((counted["then"]["url"], counted["then"]["dated"]))
    page = Page(response)
    for url, count in linked:
        cache.clear()
        listed = client.get(url)
        assert (listed.context.get("errors"), listed.context["count"]) == (None, count), url
        assert url in page.links
    assert counted["year"] == 1980


@pytest.mark.parametrize(
    "scope",
    [
        lambda world: {},
        lambda world: {"place": world.america},
        lambda world: {"place": world.america, "partner_place": world.canada},
        lambda world: {"place": world.kobe, "partner_place": world.seattle},
        lambda world: {"place": world.america, "partner_place": world.japan, "unit": "member_governments"},
        lambda world: {"place": world.japan, "unit": "local_governments"},
    ],
    ids=["the world", "a country alone", "two others", "two cities", "members", "governments"],
)  # fmt: skip
def test_no_number_of_our_own_stands_beside_what_we_do_not_count(client, world, scope):
    assert own(client, make_figure(**scope(world))) is None


def test_undated_figure_is_compared_with_today_alone(client, world):
    counted = own(client, make_figure(place=world.america, partner_place=world.japan))

    assert (counted["year"], counted["then"]) == (None, None)


def test_figure_of_a_year_is_compared_with_that_year(client, world):
    counted = own(client, make_figure(place=world.america, partner_place=world.japan, as_of="1963-12"))

    assert (counted["then"]["dated"], counted["then"]["undated"]) == (3, 2)
    figure = Figure.objects.get(as_of="1963-12")
    assert (
        words(shown(client, figure)).count("Until the end of 1963: 3 with a date of establishment. 2 more are undated.")
        == 1
    )


@pytest.mark.parametrize("as_of", ["0467", "1799-01", "2101", "9999-12-31"])
def test_year_that_the_list_does_not_know_is_left_out(client, world, as_of):
    assert own(client, make_figure(place=world.america, partner_place=world.japan, as_of=as_of))["then"] is None


def test_our_own_numbers_follow_the_data(client, world):
    figure = make_figure(place=world.america, partner_place=world.japan)
    before = own(client, figure)["tallies"][0]["count"]
    with public_change():
        type(world.ties[0]).objects.filter(pk=world.ties[0].pk).update(publication="withdrawn")

    assert (before, own(client, figure)["tallies"][0]["count"]) == (8, 7)
