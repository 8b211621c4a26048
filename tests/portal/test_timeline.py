"""The timeline: what stands on it, in which order, and what its filters leave."""

import re

import pytest
from django.urls import reverse

from partnerships.models import Succession
from tests.factories import (
    make_event,
    make_milestone,
    make_organization,
    make_partnership,
    make_place,
    make_region,
    make_source,
)
from tests.world import make_world

pytestmark = pytest.mark.django_db


def lines(client, query="", language="en"):
    """`(when, words)` of every entry, in order."""
    html = client.get(f"/{language}/timeline/?{query}").content.decode()
    found = re.findall(r'<span class="when">(.*?)</span>\s*<div>(.*?)</div>', html, re.DOTALL)
    return [(when, " ".join(re.sub("<[^>]*>", " ", words).split())) for when, words in found]


def test_entries_of_every_kind_stand_in_the_order_of_their_dates(client):
    world = make_world()
    former = make_place(world.hyogo, "Kaibara", slug="kaibara", abolished="2004-11-01")
    make_partnership(
        world.himeji, world.dayton, kind="friendship_city", signed_as={world.himeji: former}, established="1968"
    )
    Succession.objects.create(predecessor=former, successor=world.himeji, kind="new_merger", date="2004-11-01")

    found = lines(client)

    assert [words.partition(" ")[0] for _when, words in found].count("Milestone") == 1
    assert ("22 October 1957", "First partnership Hyogo : Kobe – Seattle") in found
    assert ("1 November 2004", "Merger Kaibara → Himeji new merger") in found
    assert ("March 2019", "Event Symposium Took place") in found
    years = [int(re.search(r"\d{4}", when)[0]) for when, _words in found]
    assert years == sorted(years)


def test_a_region_has_one_first_partnership(client):
    world = make_world()
    named = [words for _when, words in lines(client, "kind=first")]

    assert len(named) == len({words.partition(" : ")[0] for words in named})
    assert [words for words in named if words.startswith("First partnership Ohio")] == [
        "First partnership Ohio : Kobe – Dayton"
    ]
    assert world.ohio.name_en == "Ohio"


@pytest.mark.parametrize(
    ("query", "count"), [("kind=milestone", 1), ("kind=milestone&until=1950", 0), ("kind=event", 4), ("since=2090", 1)]
)
def test_filters_leave_what_they_say(client, query, count):
    make_world()

    assert len(lines(client, query)) == count


@pytest.mark.parametrize("query", ["kind=nonsense", "since=0", "until=99999", "since=soon", "since=%00", "until=-1"])
def test_nonsense_is_said_in_words_and_shows_nothing(client, query):
    make_world()
    response = client.get(f"/en/timeline/?{query}")

    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert lines(client, query) == []


def test_years_without_entries_are_said_in_words(client):
    assert "Nothing in the directory falls into these years." in client.get("/en/timeline/?until=1801").content.decode()


def test_hidden_records_are_not_linked_or_named(client):
    make_event("Secret", publication="draft")
    hidden = make_organization("Hidden", publication="review")
    make_milestone(organization=hidden, name_en="Founded")
    make_partnership(established="1960", publication="withdrawn")

    html = client.get("/en/timeline/").content.decode()

    assert "Founded" in html
    assert "Secret" not in html
    assert hidden.get_absolute_url() not in html
    assert len(lines(client)) == 1


@pytest.mark.parametrize("records", [1, 3])
def test_timeline_takes_as_many_statements_for_one_of_each_as_for_three(client, records, django_assert_num_queries):
    for number in range(records):
        region = make_region(code_scheme="iso-3166-2", code=f"US-{number}A")
        before, after = make_place(region), make_place(region)
        make_partnership(after, make_place(), signed_as={after: before}, established=f"19{60 + number}")
        step = {"kind": "absorption", "date": "2005", "source": make_source()}
        Succession.objects.create(predecessor=before, successor=after, **step)
        make_milestone()
        make_event()

    with django_assert_num_queries(8):
        client.get(reverse("timeline"))
