"""The admin of organizations, contact desks, programs and figures: lists, search, and who may do what."""

import json

import pytest
from django.contrib.admin.utils import flatten_fieldsets
from django.urls import reverse

from organizations.models import Organization, Program
from tests.factories import (
    make_affiliation,
    make_citation,
    make_contact_desk,
    make_edition,
    make_figure,
    make_organization,
    make_place,
    make_program,
    make_source,
    make_user,
)

from .admin_forms import page, save

pytestmark = pytest.mark.django_db

MODELS = ("organization", "contactdesk", "program", "figure")
MAKE = {
    "organization": make_organization,
    "contactdesk": make_contact_desk,
    "program": make_program,
    "figure": make_figure,
}


# Lists


@pytest.mark.parametrize(
    ("model", "budget"), [("organization", 13), ("contactdesk", 14), ("program", 16), ("figure", 12)]
)
def test_list_costs_the_same_for_one_row_and_for_three(model, budget, curator, django_assert_num_queries):
    fill_list(model)
    curator.get(page(model))
    with django_assert_num_queries(budget):
        curator.get(page(model))
    fill_list(model)
    fill_list(model)

    with django_assert_num_queries(budget):
        response = curator.get(page(model))

    assert len(response.context["cl"].result_list) == (6 if model == "organization" else 3)


def fill_list(model):
    """A record with everything that a row of the list may show."""
    if model == "organization":
        return make_organization(parent=make_organization(), seat=make_place())
    if model == "program":
        return make_program(audiences=["students"], places=[make_place().country])
    if model == "figure":
        return make_figure(place=make_place(), partner_place=make_place(), stated_by=make_organization())
    return make_contact_desk(organization=make_organization())


@pytest.mark.parametrize(
    ("role", "model", "budget"),
    [
        ("viewer", "organization", 10),
        ("viewer", "contactdesk", 6),
        ("viewer", "program", 16),
        ("viewer", "figure", 10),
        ("curator", "organization", 13),
        ("curator", "contactdesk", 8),
        ("curator", "program", 17),
        ("curator", "figure", 11),
    ],
)
def test_page_costs_the_same_for_one_row_and_for_three(model, budget, role, client, django_assert_num_queries):
    client.force_login(make_user(role))
    record = fill_list(model)
    fill_page(record)
    client.get(page(model, "change", record.pk))
    with django_assert_num_queries(budget):
        client.get(page(model, "change", record.pk))
    fill_page(record)
    fill_page(record)

    with django_assert_num_queries(budget):
        response = client.get(page(model, "change", record.pk))

    assert all(len(inline.formset.forms) == 3 for inline in response.context["inline_admin_formsets"])


def fill_page(record):
    """A row more in every inline of the page."""
    make_citation(record, fact={"figure": "value"}.get(record._meta.model_name, "existence"))
    if isinstance(record, Organization):
        make_affiliation(record, source=make_source())
        make_affiliation(partner=record, source=make_source())
    if isinstance(record, Program):
        number = record.editions.count()
        record.parts.create(position=number + 1, name_en="Part")
        record.partners.create(organization=make_organization(), role="supporter")
        make_edition(record, fiscal_year=2007 + number, hosts=[make_place(), make_place()], source=make_source())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("role", ["viewer", "coordinator", "curator", "administrator"])
def test_every_role_sees_the_list_the_record_and_its_history(role, model, client):
    record = MAKE[model]()
    fill_page(record)
    client.force_login(make_user(role))

    addresses = [page(model), page(model, "change", record.pk), page(model, "history", record.pk)]
    addresses += [page(model, "simple_history", record.pk, record.history.first().pk)]
    assert [client.get(address).status_code for address in addresses] == [200] * 4


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_looking_is_not_changing(role, model, client):
    record = MAKE[model]()
    client.force_login(make_user(role))

    assert save(client, model, record).status_code == 403
    assert client.get(page(model, "add")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_curator_publishes_from_the_list(model, curator):
    record = MAKE[model](publication="draft")

    curator.post(page(model), {"action": "publish_selected", "_selected_action": [record.pk]})

    record.refresh_from_db()
    assert record.publication == "published"


@pytest.mark.parametrize(
    ("model", "query", "count"),
    [
        ("organization", "kind__exact=foundation", 2),
        ("organization", "office=yes", 1),
        ("organization", "office=no", 1),
        ("organization", "country=JAPAN", 1),
        ("contactdesk", "contested__exact=1", 1),
        ("contactdesk", "contested__exact=0", 1),
        ("contactdesk", "area=kinki", 1),
        ("contactdesk", "area=tohoku", 0),
        ("contactdesk", "broken=yes", 1),
        ("contactdesk", "broken=no", 1),
        ("contactdesk", "verified=yes", 1),
        ("contactdesk", "verified=no", 1),
        ("program", "audience=students", 1),
        ("program", "audience=companies", 0),
        ("program", "country=JAPAN", 1),
        ("figure", "dated=yes", 1),
        ("figure", "unit__exact=ties", 2),
    ],
)
def test_list_is_filtered(model, query, count, curator, nishinomiya):
    japan = nishinomiya.country
    nishinomiya.area = "kinki"
    nishinomiya.save()
    if model == "organization":
        make_organization(parent=make_organization(seat=nishinomiya))
    if model == "contactdesk":
        make_contact_desk(nishinomiya, contested=True, verified_on="2026", email_as_given="desk@")
        make_contact_desk()
    if model == "program":
        make_program(audiences=["students", "individuals"], places=[japan, nishinomiya])
        make_program()
    if model == "figure":
        make_figure(as_of="2018")
        make_figure()

    response = curator.get(f"{page(model)}?{query.replace('JAPAN', str(japan.pk))}")

    assert response.context["cl"].result_count == count


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("query", ["country=abc", "area=abc", "broken=abc", "kind__exact=abc", "q=%00", "q=!", "o=abc"])
def test_nonsense_in_the_address_of_a_list_is_no_failure(query, model, curator):
    MAKE[model]()

    assert curator.get(f"{page(model)}?{query}").status_code in (200, 302)


@pytest.mark.parametrize(
    ("model", "term"),
    [
        ("organization", "自治体国際化協会"),
        ("organization", "ｃｌａｉｒ"),
        ("organization", "nishinomiya"),
        ("organization", "asked by letter"),
        ("contactdesk", "international division"),
        ("contactdesk", "にしのみや"),
        ("program", "jet"),
        ("program", "clair"),
        ("figure", "450"),
        ("figure", "clair"),
    ],
)
def test_record_is_found(model, term, curator, nishinomiya):
    clair = make_organization(
        "Council", name_ja="自治体国際化協会", acronym="CLAIR", seat=nishinomiya, staff_note="Asked by letter"
    )
    known = {
        "organization": clair,
        "contactdesk": make_contact_desk(nishinomiya, name_en="International Division"),
        "program": make_program(clair, name_en="JET"),
        "figure": make_figure(450, stated_by=clair),
    }
    MAKE[model]()

    assert list(curator.get(page(model), {"q": term}).context["cl"].result_list) == [known[model]]


# Autocomplete


def complete(client, term, model, field):
    data = {"term": term, "app_label": "organizations", "model_name": model, "field_name": field}
    return [answer["text"] for answer in json.loads(client.get(reverse("admin:autocomplete"), data).content)["results"]]


def test_autocomplete_of_an_organization_tells_acronym_and_parent(curator):
    clair = make_organization("Council", acronym="CLAIR")
    make_organization("Japan Local Government Center", acronym="JLGC", parent=clair)

    assert complete(curator, "jlgc", "affiliation", "partner") == ["Japan Local Government Center (JLGC) — CLAIR"]


def test_autocomplete_does_not_search_the_note_for_staff(curator):
    make_organization(staff_note="see CLAIR")

    assert complete(curator, "clair", "affiliation", "partner") == []


@pytest.mark.parametrize(("model", "field"), [("organization", "serves"), ("program", "places")])
def test_autocomplete_of_a_place_tells_region_and_country(model, field, curator, nishinomiya):
    label = f"Nishinomiya 西宮市 — {nishinomiya.region}, {nishinomiya.country}"

    assert complete(curator, "nishinomiya", model, field) == [label]


# All


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["changelist", "add"])
def test_page_carries_no_script_and_no_style_of_its_own(model, name, curator):
    text = curator.get(page(model, name)).content.decode()

    assert [part[:80] for part in text.split("<script")[1:] if " src=" not in part.split(">")[0]] == []
    assert ("onclick=" in text, "<style" in text) == (False, False)


@pytest.mark.parametrize("model", MODELS)
def test_every_column_that_staff_may_write_stands_in_the_form(model, curator):
    form = curator.get(page(model, "add")).context["adminform"]
    record = form.model_admin.model
    fields = (*record._meta.fields, *record._meta.many_to_many)
    editable = {field.name for field in fields if field.editable and not field.primary_key}

    assert editable - set(flatten_fieldsets(form.fieldsets)) == set()
