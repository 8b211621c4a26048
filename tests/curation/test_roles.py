"""The groups, as the migrations make them."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group

from sistercities.curation.models import Citation, CuratedModel
from sistercities.curation.roles import RIGHTS, ROLES, grant, permissions_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ROLES)
def test_group_has_the_permissions_of_the_table(role):
    granted = Group.objects.get(name=role).permissions.select_related("content_type")

    assert {f"{right.content_type.app_label}.{right.codename}" for right in granted} == permissions_of(role)


def test_viewer_changes_nothing():
    assert {name.partition(".")[2].partition("_")[0] for name in permissions_of("viewer")} == {"view"}


def test_coordinator_proposes_what_a_viewer_sees():
    imports = {"imports.view_importbatch", "imports.add_importbatch"}
    assert permissions_of("coordinator") - permissions_of("viewer") == {"curation.add_proposal", *imports}


def test_curator_publishes_but_deletes_no_record():
    rights = permissions_of("curator")

    assert {name for name in rights if "publish" in name} == {
        "partnerships.publish_place",
        "partnerships.publish_partnership",
        "organizations.publish_organization",
        "organizations.publish_contactdesk",
        "organizations.publish_program",
        "organizations.publish_figure",
        "events.publish_event",
    }
    published = {name.replace("publish", "delete") for name in rights if "publish" in name}
    assert (published | {"curation.delete_source", "events.delete_milestone"}) & rights == set()
    assert {name for name in rights if name.startswith("auth.")} == set()


def test_administrator_has_every_right_of_the_table():
    user = make_user("administrator")

    assert all(
        user.has_perm(f"{model.partition('.')[0]}.{right}_{model.partition('.')[2]}")
        for model, rights in RIGHTS.items()
        for right in rights
    )


def test_each_role_has_the_rights_of_those_before_it():
    smaller_and_larger = zip(ROLES, ROLES[1:], strict=False)

    assert all(permissions_of(less) < permissions_of(more) for less, more in smaller_and_larger)


def test_every_model_of_the_table_exists():
    assert [model for model in RIGHTS if apps.get_model(model) is None] == []


def test_every_model_that_has_a_page_or_rows_in_one_stands_in_the_table():
    """Whether the others may be seen is nobody's question: they have no page."""
    edited = set(admin.site._registry)
    edited |= {inline.model for page in admin.site._registry.values() for inline in page.inlines}

    assert {model._meta.label_lower for model in edited} - RIGHTS.keys() == set()


def test_every_curated_record_and_every_citation_stands_in_the_table():
    records = {model for model in apps.get_models() if issubclass(model, (CuratedModel, Citation))}

    assert {model._meta.label_lower for model in records} - RIGHTS.keys() == set()


@pytest.mark.parametrize("model", [model for model in RIGHTS if "publish" in RIGHTS[model]])
def test_only_records_with_a_state_of_publication_are_published(model):
    assert issubclass(apps.get_model(model), CuratedModel)


def test_right_given_by_hand_survives_the_next_grant():
    group = Group.objects.get(name="viewer")
    extra = Group.objects.get(name="curator").permissions.get(codename="change_source")
    group.permissions.add(extra)

    grant("curation")

    assert group.permissions.filter(pk=extra.pk).count() == 1


def test_account_without_a_role_has_no_rights():
    assert make_user().get_all_permissions() == set()
