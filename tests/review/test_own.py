"""Nobody decides on a proposal of their own: not on its page, not by a field, not in the admin, not with another group."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from sistercities.curation.models import Proposal
from sistercities.review import actions
from sistercities.review.accepting import Choice, accept
from sistercities.review.models import Note
from tests.factories import make_user

from .way import accept as post_acceptance
from .way import dataset_of, proposed, state, step, suggested, version

pytestmark = pytest.mark.django_db

ROLES = ("curator", "merger", "administrator", "superuser")


def people():
    """Everybody who may decide on others' proposals, each in their own way: `(what, client)`."""
    for role in ROLES:
        if role == "superuser" or Group.objects.filter(name=role).exists():
            yield role, make_user(role)
    both = make_user("coordinator")
    both.groups.add(Group.objects.get(name="curator"))
    yield "coordinator who became a curator", both
    direct = make_user("coordinator")
    direct.user_permissions.set(Permission.objects.all())
    yield "coordinator with every right of their own", direct


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def untouched(record, proposal):
    record.refresh_from_db()
    return record.website == "" and state(proposal) == "pending"


@pytest.fixture
def office(world):
    return world.office


def test_own_proposal_is_not_accepted_refused_or_asked_about_on_its_page(office):
    for what, user in people():
        client = signed_in(user)
        proposal = proposed(office, by=user)
        for answer in (
            post_acceptance(client, proposal),
            post_acceptance(client, proposal, "website"),
            step(client, proposal, "refuse", text="no"),
            step(client, proposal, "ask", text="why?"),
        ):
            assert answer.status_code == 403, what
            assert "Nobody decides on a proposal of their own" in answer.content.decode()
        assert untouched(office, proposal), what


def test_page_of_an_own_proposal_offers_no_decision(office):
    for what, user in people():
        proposal = proposed(office, by=user)
        page = signed_in(user).get(proposal.get_absolute_url()).content.decode()
        assert "another person decides on it" in page, what
        assert not any(f"/{name}/" in page for name in ("accept", "refuse", "ask")), what


def test_what_was_suggested_while_signed_in_is_ones_own_even_without_the_right_to_propose(office):
    user = make_user("viewer")
    proposal = suggested(office, signed_in(user), website="https://example.org/new")
    assert (proposal.proposed_by, proposal.suggestion.origin) == (user, "public")
    user.groups.set([Group.objects.get(name="curator")])

    assert post_acceptance(signed_in(user), proposal).status_code == 403
    assert untouched(office, proposal)


def test_own_words_said_again_without_signing_in_are_still_ones_own(office, curator):
    own = suggested(office, curator, website="https://example.org/new", message="moved")
    again = suggested(office, website="https://example.org/new", message="moved")

    assert again.pk == own.pk
    assert post_acceptance(curator, again).status_code == 403


def test_proposal_made_in_the_admin_is_its_makers(office):
    for what, user in people():
        client = signed_in(user)
        client.post(
            "/admin/curation/proposal/add/",
            {"dataset": dataset_of(office), "object_id": office.pk, "difference": '{"website": ["", "https://example.org/"]}',
             "state": "accepted", "proposed_by": ""},
        )  # fmt: skip
        proposal = Proposal.objects.latest("pk")
        assert (proposal.proposed_by, proposal.state) == (user, "pending"), what
        assert post_acceptance(client, proposal).status_code == 403, what
        assert untouched(office, proposal), what


def test_admin_changes_neither_the_state_nor_the_proposer(office):
    for what, user in people():
        client = signed_in(user)
        proposal = proposed(office, by=user)
        client.post(
            f"/admin/curation/proposal/{proposal.pk}/change/",
            {"dataset": "organizations", "object_id": office.pk, "difference": "{}", "state": "accepted",
             "proposed_by": make_user("coordinator").pk, "source": ""},
        )  # fmt: skip
        kept = Proposal.objects.get(pk=proposal.pk)
        assert (kept.state, kept.proposed_by, kept.difference) == ("pending", user, proposal.difference), what


@pytest.mark.parametrize("action", ["accept_selected", "accept", "publish_selected", "approve_selected"])
def test_admin_has_no_action_that_accepts(office, action):
    user = make_user("administrator")
    proposal = proposed(office, by=user)

    signed_in(user).post("/admin/curation/proposal/", {"action": action, "_selected_action": [proposal.pk]})

    assert untouched(office, proposal)


def test_functions_themselves_refuse(office):
    user = make_user("superuser")
    proposal = proposed(office, by=user)
    choice = Choice({"website": "https://example.org/"}, version=version(proposal))
    for decide in (
        lambda: accept(proposal, choice, user=user),
        lambda: accept(proposal, Choice({}), user=user),
        lambda: actions.refuse(proposal, user=user, text="no"),
        lambda: actions.ask(proposal, user=user, text="why?"),
    ):
        with pytest.raises(actions.PermissionDenied):
            decide()
    assert untouched(office, proposal)


def test_proposer_that_is_forged_in_a_form_is_not_believed(office, curator, coordinator):
    proposal = suggested(office, curator, website="https://example.org/new", proposed_by=str(coordinator.person.pk))

    assert proposal.proposed_by == curator.person


def test_proposer_in_memory_is_not_believed(office):
    """Who proposed it is read anew, under the lock."""
    user = make_user("curator")
    proposal = proposed(office, by=user)
    proposal.proposed_by = None

    with pytest.raises(actions.PermissionDenied):
        actions.refuse(proposal, user=user, text="no")


@pytest.mark.parametrize("role", [None, "viewer", "coordinator"])
def test_who_decides_on_nothing_decides_on_nobody_elses_either(office, role):
    proposal, client = proposed(office, by=make_user("coordinator")), signed_in(make_user(role))
    for name in ("accept", "refuse", "ask"):
        answer = step(client, proposal, name, take="website", text="x", version=version(proposal))
        assert answer.status_code == 403
    assert untouched(office, proposal)


@pytest.mark.parametrize(
    "missing", ["curation.change_proposal", "organizations.change_organization", "curation.view_proposal"]
)
def test_each_of_the_rights_is_needed(office, missing):
    user = make_user()
    app_label, _dot, codename = missing.partition(".")
    user.user_permissions.set(Permission.objects.exclude(content_type__app_label=app_label, codename=codename))
    proposal = proposed(office)

    assert post_acceptance(signed_in(user), proposal).status_code == 403
    assert untouched(office, proposal)


def test_account_that_is_no_staff_decides_on_nothing(office):
    user = make_user("curator", is_staff=False)

    assert post_acceptance(signed_in(user), proposed(office)).status_code == 403


def test_new_record_is_for_who_may_add_one(world):
    user = make_user()
    user.user_permissions.set(Permission.objects.exclude(codename="add_partnership"))
    proposal = Proposal.objects.create(dataset="partnerships", difference={"municipality": ["", "Kobe"]})

    assert post_acceptance(signed_in(user), proposal, title="A book").status_code == 403


def test_stranger_is_asked_to_sign_in(office):
    proposal = proposed(office)
    for name in ("accept", "refuse", "ask", "answer", "take-back"):
        answer = step(Client(), proposal, name, text="x")
        assert (answer.status_code, "next=" in answer["Location"]) == (302, True)
    assert (state(proposal), Note.objects.count()) == ("pending", 0)


def test_somebody_elses_proposal_is_neither_answered_nor_taken_back(office, curator):
    proposal = proposed(office, by=make_user("coordinator"))
    actions.ask(proposal, user=make_user("curator"), text="why?")

    assert [step(curator, proposal, name, text="x").status_code for name in ("answer", "take-back")] == [403, 403]
    assert state(proposal) == "asked"
