"""Refusing several proposals at once in the admin: a page asks for the reason, which is kept with each of them."""

import pytest

from sistercities.curation.models import Proposal
from sistercities.curation.versions import marks_of, written
from sistercities.review.admin import MOST_REFUSED
from sistercities.review.models import Note
from tests.pages import text_of

from .way import proposed, state

pytestmark = pytest.mark.django_db

LIST = "/admin/curation/proposal/"


def choose(client, *proposals, **posted):
    chosen = {"action": "refuse_selected", "_selected_action": [proposal.pk for proposal in proposals]}
    return client.post(LIST, {"as_of": written(marks_of(Proposal))} | chosen | posted)


def notes():
    return list(Note.objects.order_by("pk").values_list("proposal", "kind", "text", "by__username"))


@pytest.fixture
def two(world):
    return [proposed(world.office), proposed(world.kobe, {"website": ["", "https://kobe.example"]})]


def test_page_lists_what_would_be_refused_and_asks_why(curator, two):
    page = choose(curator, *two)

    assert page.status_code == 200
    assert "2 proposals would be refused" in text_of(page.content.decode())
    assert ([state(proposal) for proposal in two], notes()) == (["pending", "pending"], [])


def test_reason_is_kept_with_each_of_them(curator, two):
    answer = choose(curator, *two, refuse="yes", text="  a rumour ")

    assert (answer.status_code, [state(proposal) for proposal in two]) == (302, ["refused", "refused"])
    assert notes() == [(proposal.pk, "refused", "a rumour", "curator") for proposal in two]
    assert Proposal.history.filter(state="refused", history_user__username="curator").count() == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001, "bell\x07"])
def test_without_a_reason_that_can_be_kept_nothing_is_decided(curator, two, text):
    answer = choose(curator, *two, refuse="yes", text=text)

    assert answer.status_code == 400
    assert ([state(proposal) for proposal in two], notes()) == (["pending", "pending"], [])


def test_own_and_decided_proposals_stay_as_they_are_and_it_is_said_why(curator, world, two):
    own = proposed(world.office, by=curator.person)
    decided = proposed(world.office)
    Proposal.objects.filter(pk=decided.pk).update(state="accepted")

    page = text_of(choose(curator, two[0], own, decided).content.decode())
    choose(curator, two[0], own, decided, refuse="yes", text="a rumour")

    assert "1 proposal would be refused" in page
    assert "Nobody decides on a proposal of their own" in page
    assert "This proposal is “accepted” by now" in page
    assert [state(proposal) for proposal in (two[0], own, decided)] == ["refused", "pending", "accepted"]


def test_proposal_that_waits_for_an_answer_is_refused_as_well(curator, two):
    Proposal.objects.filter(pk=two[0].pk).update(state="asked")

    choose(curator, two[0], refuse="yes", text="no answer came")

    assert state(two[0]) == "refused"


def test_more_than_a_person_looks_over_are_not_refused_at_once(curator, world):
    Proposal.objects.bulk_create(
        Proposal(dataset="organizations", object_id=world.office.pk, difference={}) for _more in range(MOST_REFUSED + 1)
    )

    choose(curator, Proposal.objects.first(), select_across="1", refuse="yes", text="all of it")

    said = [str(message) for message in curator.get(LIST).context["messages"]]
    assert said == [f"Refuse at most {MOST_REFUSED} proposals at once: choose fewer."]
    assert not Proposal.objects.exclude(state="pending").exists()


def test_who_only_proposes_refuses_nothing(coordinator, two):
    choose(coordinator, *two, refuse="yes", text="a rumour")

    assert [state(proposal) for proposal in two] == ["pending", "pending"]


def test_page_costs_the_same_for_one_proposal_and_for_five(curator, world, two, django_assert_num_queries):
    more = [proposed(world.office) for _more in range(3)]
    for chosen in (two, [*two, *more]):
        with django_assert_num_queries(19):
            choose(curator, *chosen)
