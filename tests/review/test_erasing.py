"""What visitors tell of themselves is gone after a year; nothing else is."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from sistercities.curation.models import Proposal
from sistercities.review.erasing import erase
from sistercities.review.models import Attempt, Suggestion

from .way import suggested

pytestmark = pytest.mark.django_db


def aged(proposal, **delta):
    Suggestion.objects.filter(proposal=proposal).update(made_at=timezone.now() - timedelta(**delta))
    return Suggestion.objects.get(proposal=proposal)


@pytest.fixture
def told(world):
    return [suggested(record, message="moved", contact="taro@example.org") for record in (world.kobe, world.office)]


def test_contact_is_erased_after_a_year_and_the_words_stay(told):
    aged(told[0], days=366)
    aged(told[1], days=364)

    assert erase()["contacts"] == 1
    assert [one.contact for one in Suggestion.objects.order_by("pk")] == ["", "taro@example.org"]
    assert {one.message for one in Suggestion.objects.all()} == {"moved"}


def test_contact_that_nothing_has_erased_yet_is_not_shown(told, curator):
    aged(told[0], days=366)

    assert "taro@example.org" not in curator.get(told[0].get_absolute_url()).content.decode()
    assert "taro@example.org" in curator.get(told[1].get_absolute_url()).content.decode()


def test_next_suggestion_erases_too(told, world):
    aged(told[0], days=366)

    suggested(world.himeji, message="x")

    assert Suggestion.objects.get(proposal=told[0]).contact == ""


def test_command_says_how_many(told):
    aged(told[0], days=366)
    Attempt.objects.create(sender="x", at=timezone.now() - timedelta(days=3))
    out = StringIO()

    call_command("erase_contacts", stdout=out)

    assert out.getvalue() == "erase_contacts: 1 contacts, 1 attempts\n"


def test_history_keeps_nothing_of_the_sender(told):
    kept = [str(vars(entry)) for proposal in Proposal.objects.all() for entry in proposal.history.all()]

    assert kept
    assert not any("taro@example.org" in entry or "moved" in entry for entry in kept)


def test_erasing_costs_two_statements(told, django_assert_num_queries):
    with django_assert_num_queries(2):
        erase()
