"""What the page of changes never tells: who did it, and what is not public."""

from xml.etree import ElementTree

import pytest
from django.core.cache import cache

from organizations.models import Organization
from partnerships.models import Partnership
from sistercities.curation import actions
from sistercities.curation.doors import public_reason
from tests.factories import (
    make_citation,
    make_contact_desk,
    make_organization,
    make_partnership,
    make_user,
)

from .reading import change, show, told

pytestmark = pytest.mark.django_db


def test_no_account_and_no_word_of_staff_is_shown(client, tie, clock):
    user = make_user("superuser", username="tanaka.secret", first_name="Hanako", email="tanaka@example.org")
    clock()
    change(tie, user=user, reason="Mr Suzuki telephoned", established="1959", staff_note="ask the mayor's aide")
    clock()
    actions.withdraw(Partnership.objects.filter(pk=make_partnership().pk), user=user, reason="quarrel with Mr Suzuki")
    for path in ("/en/changes/", "/ja/changes/", "/en/changes.atom", "/en/"):
        cache.clear()
        text = client.get(path).content.decode()
        assert [word for word in ("tanaka", "Hanako", "Suzuki", "mayor's aide", "superuser") if word in text] == []


def test_change_of_a_staff_note_alone_is_no_entry(client, tie, clock):
    clock()
    change(tie, staff_note="secret")

    assert "record changed" not in told(client)


def test_form_of_reasons_that_may_be_said():
    assert public_reason("seed") == "With the first data of the directory"
    assert public_reason("Import 12: tanaka's list.xlsx") == "Import 12"
    assert public_reason("取り込み12：田中.xlsx") == "Import 12"
    assert public_reason("Import 12 taken back: Mr Suzuki asked") == "Import 12 was taken back"
    assert public_reason("Mr Suzuki: Import 12: x") == ""


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_records_are_not_named(client, clock, publication):
    hidden = make_organization("Hidden Society", publication=publication)
    clock()
    change(hidden, name_en="Hidden Club", founded="1950")
    clock()
    make_citation(hidden, "name", "Hidden Claim")
    for path in ("/en/changes/", "/en/changes.atom"):
        cache.clear()
        text = client.get(path).content.decode()
        assert [word for word in ("Hidden", "1950", hidden.slug) if word in text] == []


def test_withdrawal_names_no_record(client, clock):
    gone = make_organization("Gone Society", slug="gone-society")
    clock()
    actions.withdraw(Organization.objects.filter(pk=gone.pk))
    page = told(client)

    assert "1 organization was withdrawn" in page
    assert "Gone" not in show(client).content.decode()
    assert "gone-society" not in show(client).content.decode()


def test_deletion_of_a_public_record_is_a_withdrawal_and_of_a_draft_is_nothing(client, clock):
    public, draft = make_organization("Gone Society"), make_organization("Never Seen", publication="draft")
    clock()
    public.delete()
    clock()
    draft.delete()
    page = told(client)

    assert page.count("was withdrawn") == 1
    assert "Gone" not in page


def test_what_was_corrected_in_a_draft_is_not_told_when_it_is_published(client, clock):
    draft = make_organization("First Wording", publication="draft")
    clock()
    change(draft, name_en="Second Wording")
    clock()
    make_citation(draft, "name", "Claim of a draft")
    clock()
    actions.publish(Organization.objects.filter(pk=draft.pk))
    page = told(client)

    assert "Second Wording recorded in the directory" in page
    assert "First Wording" not in page
    assert "Claim of a draft" not in page
    assert "record changed" not in page


def test_fact_that_points_to_a_hidden_record_does_not_name_it(client, clock):
    part = make_organization("Office")
    clock()
    change(part, parent=make_organization("Hidden Parent", publication="draft"), founded="1950")
    page = told(client)

    assert "Founded: 1950 (new)" in page
    assert "Hidden" not in page


def test_addresses_by_which_somebody_is_reached_are_not_kept_in_public(client, clock):
    desk = make_contact_desk(email="old.person@example.org", telephone="078-000-1111")
    clock()
    change(desk, email="new@example.org", telephone="078-000-2222")
    page = told(client)

    assert "E-mail: changed" in page
    assert [word for word in ("old.person", "078-000-1111") if word in page] == []


def test_columns_that_are_not_published_are_not_told(client, clock):
    organization = make_organization("Society")
    clock()
    change(organization, email_as_given="secret at example", founded="1950")

    assert "secret" not in told(client)


def test_names_are_escaped(client, clock):
    organization = make_organization("Society")
    clock()
    change(organization, name_en="<script>alert(1)</script>")

    assert "<script>alert" not in show(client).content.decode()
    ElementTree.fromstring(client.get("/en/changes.atom").content)
