"""The admin of sources, proposals and accounts."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from sistercities.core.models import DataVersion
from sistercities.curation.models import Proposal, Source
from tests.factories import make_citation, make_partnership, make_place, make_source, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role(client):
    def log_in(role):
        client.force_login(make_user(role))
        return client

    return log_in


def change_user(client, user, **fields):
    data = {"username": user.username, "is_active": "on", "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return client.post(reverse("admin:auth_user_change", args=[user.pk]), data | fields)


def propose(client, difference):
    data = {"dataset": "places", "object_id": make_place().pk, "difference": difference}
    return client.post(reverse("admin:curation_proposal_add"), data)


def test_source_is_added_by_a_curator_as_one_public_change(as_role):
    before = DataVersion.current()[0]

    as_role("curator").post(
        reverse("admin:curation_source_add"),
        {"key": "clair", "title_en": "CLAIR", "kind": "association", "issued": "令和6年"},
    )

    assert Source.objects.values_list("key", "issued").get() == ("clair", "2024")
    assert DataVersion.current()[0] == before + 1


def test_source_that_is_cited_is_not_deleted(as_role):
    citation = make_citation(make_partnership())

    as_role("administrator").post(reverse("admin:curation_source_delete", args=[citation.source_id]), {"post": "yes"})

    assert Source.objects.filter(pk=citation.source_id).count() == 1


def test_source_list_costs_the_same_for_one_row_and_for_three(as_role, django_assert_num_queries):
    client = as_role("curator")
    make_source(depends_on=make_source())
    with django_assert_num_queries(10):
        client.get(reverse("admin:curation_source_changelist"))
    make_source(depends_on=make_source())

    with django_assert_num_queries(10):
        client.get(reverse("admin:curation_source_changelist"))


def test_coordinator_proposes_in_their_own_name(as_role):
    response = propose(as_role("coordinator"), '{"website": ["", "https://example.org/"]}')

    assert response.status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.proposed_by.groups.get().name) == ("pending", "coordinator")


@pytest.mark.parametrize(
    "difference", ['["website"]', '{"website": "new"}', '{"website": ["new"]}', '{"population": [1, 2]}']
)
def test_difference_of_another_shape_is_an_error_in_words(difference, as_role):
    response = propose(as_role("coordinator"), difference)

    assert response.context["adminform"].form.errors == {
        "difference": ['Write each field with its old and its new text: {"website": ["", "https://…"]}']
    }


def test_proposal_links_to_its_record(as_role):
    place = make_place()
    proposal = Proposal.objects.create(dataset="places", object_id=place.pk, difference={})

    page = as_role("viewer").get(reverse("admin:curation_proposal_change", args=[proposal.pk])).content.decode()

    assert page.count(f'href="/admin/partnerships/place/{place.pk}/change/"') == 1


def test_administrator_gives_a_role(as_role):
    user = make_user()

    change_user(as_role("administrator"), user, groups=[Group.objects.get(name="curator").pk])

    assert user.has_perm("partnerships.publish_place")


def test_administrator_does_not_make_a_superuser(as_role):
    user = make_user()

    response = change_user(as_role("administrator"), user, is_superuser="on")

    assert response.status_code == 302
    assert get_user_model().objects.get(pk=user.pk).is_superuser is False


def test_administrator_does_not_change_a_superuser(as_role):
    user = make_user("superuser")
    client = as_role("administrator")

    password = client.get(reverse("admin:auth_user_password_change", args=[user.pk]))

    assert (change_user(client, user, username="other").status_code, password.status_code) == (403, 403)


@pytest.mark.parametrize("role", ["viewer", "coordinator", "curator"])
def test_accounts_are_closed_to_others(role, as_role):
    assert as_role(role).get(reverse("admin:auth_user_changelist")).status_code == 403


def test_index_names_the_directory(as_role):
    page = as_role("viewer").get(reverse("admin:index")).content.decode()

    assert page.count('<a href="/admin/">Directory of sister cities</a>') == 1
