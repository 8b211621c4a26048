"""The queue, and the steps that are no acceptance: refusing, asking back, answering, taking back."""

import pytest
from django.test import Client
from django.urls import reverse

from sistercities.curation.models import Proposal
from sistercities.imports.models import ImportBatch
from sistercities.imports.resources import registry
from sistercities.review.models import Note, Suggestion
from tests.factories import make_user
from tests.pages import Page, rows, words

from .way import accept, proposed, state, step, suggested

pytestmark = pytest.mark.django_db


def an_import(by, **fields):
    defaults = {"dataset": "partnerships", "file_name": "ties.csv", "state": "review", "size": 1, "sha256": "x"}
    return ImportBatch.objects.create(created_by=by, **defaults | fields)


@pytest.fixture
def several(world, coordinator):
    """One of each kind: a visitor's, a coordinator's, an import; and what is decided already."""
    visitor = suggested(world.kobe, name_kana="コウベ")
    staff = suggested(world.office, coordinator, website="https://example.org/")
    batch = an_import(coordinator.person)
    Proposal.objects.create(dataset="events", difference={}, state="accepted")
    Proposal.objects.create(dataset="events", difference={}, state="refused")
    Proposal.objects.create(dataset="events", difference={}, state="asked")
    an_import(coordinator.person, state="checked")
    return visitor, staff, batch


def shown(client, query=""):
    answer = client.get(f"/en/review/{query}")
    assert answer.status_code == 200
    table = answer.content.decode().partition('<table class="rows queue')[2].partition("</table>")[0]
    return [part.partition('"')[0] for part in table.split('class="place" href="')[1:]]


def test_all_three_kinds_stand_in_one_list_the_oldest_first(several, curator):
    assert shown(curator) == [one.get_absolute_url() for one in several]
    (first, second, third) = rows(curator.get("/en/review/"))
    assert (first[0], first[1], first[2], first[4]) == ("Kobe Places", "Reading (kana)", "a visitor", "waits for you")
    assert (second[2], third[0], third[1]) == ("coordinator", "ties.csv Partnerships", "a whole file")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?kind=public", 1), ("?kind=staff", 1), ("?kind=import", 1), ("?dataset=places", 1), ("?dataset=partnerships", 1),
        ("?state=asked", 1), ("?state=open", 4), ("?state=accepted", 1), ("?state=refused", 1), ("?state=all", 6),
        ("?kind=staff&state=all", 4), ("?kind=public&dataset=events", 0), ("?kind=import&state=asked", 0),
    ],
)  # fmt: skip
def test_list_is_filtered(several, curator, query, number):
    assert len(shown(curator, query)) == number


def test_worklist_of_the_admin_leads_to_what_one_decides_on(several, curator, world):
    suggested(world.office, curator, website="https://example.org/own")

    assert shown(curator, "?worklist=proposals-pending") == [one.get_absolute_url() for one in several[:2]]
    assert "?worklist=proposals-pending" in curator.get("/admin/").content.decode()


def test_imports_of_others_are_for_who_decides(several, coordinator, signed_in):
    assert several[2].get_absolute_url() in shown(coordinator)  # their own
    assert several[2].get_absolute_url() not in shown(signed_in("coordinator"))
    assert several[2].get_absolute_url() not in shown(signed_in("viewer"))


def test_what_waits_is_marked_for_those_it_waits_for(several, coordinator, curator):
    assert words(curator.get("/en/review/")).count("waits for you") == 3
    assert words(coordinator.get("/en/review/")).count("waits for you") == 0


def test_long_list_has_pages(world, curator):
    for _n in range(30):
        proposed(world.kobe)

    assert len(shown(curator)) == 25
    assert len(shown(curator, "?page=2")) == 5
    assert shown(curator, "?page=9") == shown(curator, "?page=2")


def test_queue_costs_the_same_for_a_record_and_for_many_of_a_dataset(world, curator, django_assert_num_queries):
    for record in (world.kobe, world.office, world.ties[0]):
        proposed(record)
    an_import(make_user("coordinator"))
    with django_assert_num_queries(13):
        curator.get("/en/review/")
    for record in (world.himeji, world.association, world.ties[1], world.ties[5], world.seattle):
        proposed(record)
    an_import(make_user("coordinator"))

    with django_assert_num_queries(13):
        curator.get("/en/review/")


@pytest.mark.parametrize("dataset", list(registry()))
def test_page_of_a_proposal_stays_within_its_budget(world, curator, dataset, django_assert_max_num_queries):
    resource = registry()[dataset]
    record = resource.model.objects.public().first()
    proposal = proposed(record, {name: ["", ""] for name in resource.for_visitors})

    with django_assert_max_num_queries(20):
        assert curator.get(proposal.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(("role", "status"), [(None, 403), ("viewer", 200), ("coordinator", 200), ("curator", 200)])
def test_queue_is_for_staff(world, role, status):
    client, proposal = Client(), proposed(world.kobe)
    assert "next=" in client.get("/en/review/")["Location"]
    client.force_login(make_user(role))

    for path in ("/en/review/", proposal.get_absolute_url()):
        answer = client.get(path)
        assert (answer.status_code, answer["Cache-Control"]) == (status, "private, no-store")


def test_how_to_reach_a_visitor_is_for_who_decides(world, signed_in):
    proposal = suggested(world.kobe, message="x", contact="taro@example.org")

    seen = {
        role: "taro@example.org" in signed_in(role).get(proposal.get_absolute_url()).content.decode()
        for role in ("viewer", "coordinator", "curator", "administrator")
    }
    assert seen == {"viewer": False, "coordinator": False, "curator": True, "administrator": True}


# Steps ---------------------------------------------------------------------------------------------------------------


def test_refusal_has_a_reason_that_is_kept(world, curator):
    proposal = suggested(world.office, website="https://example.org/")

    assert step(curator, proposal, "refuse", text="  ").status_code == 400
    assert state(proposal) == "pending"
    assert step(curator, proposal, "refuse", text="It is a private page.").status_code == 302
    assert (state(proposal), proposal.notes.get().text) == ("refused", "It is a private page.")
    assert "It is a private page." in words(curator.get(proposal.get_absolute_url()))
    world.office.refresh_from_db()
    assert world.office.website == ""


def test_decision_leads_on_to_the_next_that_waits(world, curator):
    first, second = (suggested(record, message="x") for record in (world.office, world.kobe))

    answer = step(curator, first, "refuse", text="no")

    assert answer["Location"] == second.get_absolute_url()
    assert f"Proposal {first.pk}: It was refused" in words(curator.get(answer["Location"]))
    assert step(curator, second, "refuse", text="no")["Location"] == reverse("review")


def test_coordinator_answers_what_was_asked_back(world, coordinator, curator):
    proposal = suggested(world.office, coordinator, website="https://example.org/")
    assert step(coordinator, proposal, "answer", text="nobody asked").status_code == 409
    assert step(curator, proposal, "ask", text="").status_code == 400
    step(curator, proposal, "ask", text="Where is it written?")

    page = words(coordinator.get(proposal.get_absolute_url()))
    assert ("Where is it written?" in page, "Your answer" in page, state(proposal)) == (True, True, "asked")
    assert step(coordinator, proposal, "answer", text=" ").status_code == 400
    step(coordinator, proposal, "answer", text="On its own page.")
    assert state(proposal) == "pending"
    assert [note.kind for note in proposal.notes.all()] == ["question", "answer"]
    assert "On its own page." in words(curator.get(proposal.get_absolute_url()))
    assert accept(curator, proposal).status_code == 302


def test_what_was_asked_back_can_still_be_decided(world, curator):
    proposal = suggested(world.office, website="https://example.org/")
    step(curator, proposal, "ask", text="Who says so?")

    assert accept(curator, proposal).status_code == 302


def test_question_to_a_visitor_says_how_to_reach_them(world, curator):
    silent, named = suggested(world.office, message="x"), suggested(world.kobe, message="x", contact="taro@example.org")

    assert "left no way to be reached" in words(curator.get(silent.get_absolute_url()))
    assert "write to the visitor yourself" in words(curator.get(named.get_absolute_url()))


def test_own_proposal_is_taken_back(world, coordinator):
    proposal = suggested(world.office, coordinator, website="https://example.org/")

    assert step(coordinator, proposal, "take-back").status_code == 302
    assert (state(proposal), Note.objects.get().kind) == ("refused", "withdrawn")
    assert step(coordinator, proposal, "take-back").status_code == 409


def test_step_by_get_changes_nothing(world, curator):
    proposal = suggested(world.office, message="x")
    for name in ("accept", "refuse", "ask", "answer", "take-back"):
        answer = curator.get(f"/en/review/{proposal.pk}/{name}/")
        assert (answer.status_code, answer["Location"]) == (302, proposal.get_absolute_url())
    assert state(proposal) == "pending"


def test_coordinator_proposes_by_the_same_form_under_their_name(world, coordinator):
    page = coordinator.get(f"/en/suggest/organizations/{world.office.pk}/").content.decode()
    assert ("You are signed in as coordinator" in page, 'name="subject"' in page) == (True, False)

    proposal = suggested(world.office, coordinator, website="https://example.org/", subject="")

    assert (proposal.proposed_by, Suggestion.objects.get().origin) == (coordinator.person, "staff")


def test_proposal_of_the_admin_leads_to_the_queue(world, coordinator):
    proposal = Proposal.objects.create(dataset="places", object_id=world.kobe.pk, difference={})

    page = coordinator.get(f"/admin/curation/proposal/{proposal.pk}/change/").content.decode()
    link = next(link for link in page.split('href="')[1:] if link.startswith("/admin/r/")).partition('"')[0]
    assert coordinator.get(link)["Location"].endswith(proposal.get_absolute_url())
    assert f'href="{reverse("review")}"' in page
    assert coordinator.get(proposal.get_absolute_url()).status_code == 200


def test_difference_is_woven_word_by_word(world, curator):
    office = world.office
    type(office).objects.filter(pk=office.pk).update(description_en="It serves the towns of the West.")
    proposal = suggested(office, description_en="It serves the towns of the North.")

    page = curator.get(proposal.get_absolute_url()).content.decode()
    assert "towns of the <del>West</del><ins>North</ins>." in page


def test_links_of_the_queue_are_reached_by_the_keyboard_in_the_order_of_the_page(several, curator):
    page = Page(curator.get("/en/review/"))

    assert page.all("a", tabindex="-1") == []
    assert [link for link in page.links if "/review/" in link and link[-2:-1].isdigit()] == [
        one.get_absolute_url() for one in several[:2]
    ]
