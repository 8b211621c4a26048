"""How often somebody may write: by address, without keeping it, across processes; and what comes of the rest."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sistercities.curation.models import Proposal
from sistercities.review import limits
from sistercities.review.models import Attempt

from .way import form_of, send

pytestmark = pytest.mark.django_db


def statuses(record, number, client=None, **more):
    client = client or Client()
    return [send(record, client, message=f"words {n}", **more).status_code for n in range(number)]


def from_address(address):
    return Client(REMOTE_ADDR=address)


def later(**delta):
    """As if the attempts so far had been made earlier by so much."""
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - timedelta(**delta))


def test_thousand_posts_a_minute_are_five_suggestions(world, monkeypatch):
    moment, began = timezone.now(), time.process_time()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)  # however long it takes, it is one minute

    found = statuses(world.office, 1_000)

    assert (found[:5], set(found[5:])) == ([302] * 5, {429})
    assert Proposal.objects.count() == 5
    assert time.process_time() - began < 30  # some 5 ms each


def test_who_has_to_wait_is_told_for_how_long_and_costs_next_to_nothing(world, django_assert_max_num_queries):
    statuses(world.office, 5)
    with django_assert_max_num_queries(1):
        answer = send(world.office, message="one more")

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "Please wait a little" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_a_minute_later_the_next_five_come_in_and_thirty_in_a_day(world):
    found = []
    for _minute in range(7):
        found += [send(world.office, message=f"words {len(found)} {n}").status_code for n in range(5)]
        later(minutes=1, seconds=1)

    assert found == [302] * 30 + [429] * 5
    answer = send(world.office, message="one more")
    assert 60 <= int(answer["Retry-After"]) <= 24 * 60 * 60


def test_same_words_again_count_as_well(world):
    assert [send(world.office, message="moved").status_code for _n in range(7)] == [302] * 5 + [429] * 2
    assert Proposal.objects.count() == 1


def test_forms_with_mistakes_and_drafts_are_limited_too(world):
    drafts = [send(world.office, step="check", message=f"{n}").status_code for n in range(40)]

    assert drafts == [200] * 35 + [429] * 5


def test_another_address_may_write(world):
    statuses(world.office, 6, from_address("192.0.2.1"))

    assert statuses(world.office, 1, from_address("192.0.2.2")) == [302]


def test_addresses_of_one_network_of_ipv6_are_one_sender(world):
    found = [statuses(world.office, 1, from_address(f"2001:db8:1:2::{n:x}"))[0] for n in range(1, 8)]

    assert found == [302] * 5 + [429] * 2
    assert statuses(world.office, 1, from_address("2001:db8:1:3::1")) == [302]


def test_what_a_visitor_says_of_the_way_is_not_believed(world):
    found = [
        send(world.office, Client(headers={"x-forwarded-for": f"192.0.2.{n}"}), message=f"{n}").status_code
        for n in range(7)
    ]

    assert found == [302] * 5 + [429] * 2


def test_what_the_proxy_says_is(world, settings):
    settings.TRUST_PROXY = True

    def asked(forwarded):
        return send(world.office, Client(headers={"x-forwarded-for": forwarded}), message=forwarded).status_code

    assert [asked(f"192.0.2.{n}") for n in range(7)] == [302] * 7
    # Whatever stands before the last was written by the visitor.
    assert [asked(f"203.0.113.{n}, 198.51.100.7") for n in range(7)] == [302] * 5 + [429] * 2


@pytest.mark.parametrize("address", ["", "unix", "999.1.1.1", "x" * 500])
def test_address_that_is_none_counts_as_one_sender(world, address):
    assert statuses(world.office, 6, from_address(address)) == [302] * 5 + [429]


def test_address_is_never_kept(world):
    send(world.office, from_address("192.0.2.77"), message="x")

    attempts = Attempt.objects.all()
    assert [attempt.sender for attempt in attempts if "192" in attempt.sender] == []
    assert {len(attempt.sender) for attempt in attempts} == {32}


def test_sender_has_another_name_tomorrow_and_under_another_key(rf, settings, monkeypatch):
    request = rf.get("/")
    request.user = type("Nobody", (), {"is_authenticated": False})()
    today = limits.sender_of(request)
    monkeypatch.setattr(limits.timezone, "localdate", lambda: timezone.now().date() + timedelta(days=1))
    tomorrow = limits.sender_of(request)
    monkeypatch.undo()
    settings.SECRET_KEY = "another" * 10

    assert len({today, tomorrow, limits.sender_of(request)}) == 3


def test_coordinator_is_known_by_name_and_may_write_more(world, coordinator):
    assert statuses(world.office, 20, coordinator) == [302] * 20
    assert statuses(world.office, 1) == [302]


def test_limit_holds_when_two_processes_count_at_once(world, monkeypatch):
    """Both have looked before either stores: the second count, within the transaction, is the one that decides."""
    statuses(world.office, 4)
    counted = limits._must_wait

    def slipped(sender, is_staff):
        monkeypatch.setattr(limits, "_must_wait", counted)
        Attempt.objects.create(sender=sender, taken=True)  # the other process stores meanwhile

    monkeypatch.setattr(limits, "_must_wait", slipped)
    assert send(world.office, message="the fifth").status_code == 429


def test_attempts_are_forgotten(world):
    send(world.office, message="x")
    later(days=2, seconds=1)

    assert limits.forget() == 2
    assert Attempt.objects.count() == 0


def test_looking_costs_nothing(world):
    client = Client()
    for _n in range(50):
        assert client.get(form_of(world.office)).status_code == 200
    assert Attempt.objects.count() == 0
