"""`check_data` over the records with derived keys: organizations, desks, programs, figures, events."""

import pytest
from django.core.management import CommandError, call_command

from organizations.models import ContactDesk
from partnerships.actions import place_changed
from sistercities.core.models import public_change
from sistercities.curation.actions import settle
from sistercities.curation.integrity import findings
from tests.factories import (
    make_affiliation,
    make_citation,
    make_contact_desk,
    make_edition,
    make_event,
    make_figure,
    make_milestone,
    make_organization,
    make_place,
    make_program,
)

pytestmark = pytest.mark.django_db

RECORDS = {
    "organization": make_organization,
    "contactdesk": make_contact_desk,
    "program": make_program,
    "figure": make_figure,
    "event": make_event,
}


def found():
    return [(record._meta.model_name, field, stored, derived) for record, field, stored, derived in findings()]


def test_sound_records_give_no_findings():
    organization = make_organization(seat=make_place(), serves=[make_place()], name_ja="協会", name_kana="きょうかい")
    desk = make_contact_desk(organization=organization)
    program = make_program(organization, audiences=["students"], places=[make_place()])
    make_affiliation(organization)
    make_edition(program, hosts=[make_place()])
    make_figure(place=make_place(), partner_place=make_place(), stated_by=organization)
    make_event(place=make_place(), program=program, organizers=[organization])
    make_milestone(organization=organization)
    settle(desk, "place", make_citation(desk, "place", desk.place.path))

    assert found() == []


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("key", ["search_key", "sort_key", "sort_key_ja"])
def test_stale_key_is_found(name, key):
    record = RECORDS[name]()
    derived = getattr(record, key)
    type(record).objects.filter(pk=record.pk).update(**{key: "stale"})

    assert found() == [(name, key, "stale", derived)]


@pytest.mark.parametrize("name", RECORDS)
def test_rename_past_the_keys_is_found(name):
    record = RECORDS[name]()
    field = "counted_en" if name == "figure" else "name_en"
    type(record).objects.filter(pk=record.pk).update(**{field: "Quixotic"})

    assert {(model, key) for model, key, _stored, _derived in found()} == {
        (name, "search_key"),
        (name, "sort_key"),
        (name, "sort_key_ja"),
    }


def test_desk_that_is_marked_as_contested_though_its_claims_agree_is_found():
    desk = make_contact_desk(contested=True)
    make_citation(desk, "place", desk.place.path)

    assert found() == [("contactdesk", "contested", True, False)]


def test_desk_whose_claims_differ_without_a_mark_is_found():
    desk = make_contact_desk()
    for place in (desk.place, make_place()):
        make_citation(desk, "place", place.path)

    assert found() == [("contactdesk", "contested", False, True)]


def test_rejected_claim_does_not_contest():
    desk = make_contact_desk()
    make_citation(desk, "place", desk.place.path)
    make_citation(desk, "place", make_place().path, standing="rejected")

    assert found() == []


def test_desk_that_stands_elsewhere_than_its_preferred_claim_says_is_found():
    desk, other = make_contact_desk(), make_place()
    make_citation(desk, "place", other.path, standing="preferred")

    assert found() == [("contactdesk", "place", desk.place, other)]


def test_preferred_claim_of_a_place_that_is_no_more_is_found():
    desk = make_contact_desk()
    make_citation(desk, "place", "jp/atlantis", standing="preferred")

    assert found() == [("contactdesk", "place", desk.place, "jp/atlantis")]


def test_renaming_a_place_keeps_the_order_of_its_desks_and_leaves_no_findings():
    place = make_place(name_en="Aaa", name_kana="ああ")
    desks = [make_contact_desk(place, position=position) for position in (1, 2)]
    other = make_contact_desk(make_place(name_en="Mmm", name_kana="まま"))
    with public_change():
        place.name_en, place.name_kana, place.name_ja = "Zzz", "んん", "ん市"
        place.save()
        place_changed(place)

    assert found() == []
    assert list(ContactDesk.objects.order_by("sort_key", "pk")) == [other, *desks]
    assert list(ContactDesk.objects.order_by("sort_key_ja", "pk")) == [other, *desks]


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_public_record_at_a_hidden_place_is_found(publication):
    place = make_place(publication=publication)
    make_contact_desk(place)
    make_event(place=place)
    make_organization(seat=place)
    make_figure(place=make_place(), partner_place=place)
    make_event(place=place, publication="draft")

    assert sorted(found()) == [
        ("contactdesk", "place", publication, "published"),
        ("event", "place", publication, "published"),
        ("figure", "partner_place", publication, "published"),
        ("organization", "seat", publication, "published"),
    ]


def test_command_names_what_it_finds_and_fails(capsys):
    make_contact_desk(contested=True)

    with pytest.raises(CommandError, match="1 value"):
        call_command("check_data")
    assert "contested" in capsys.readouterr().out


def test_command_is_content_with_sound_data(capsys):
    make_event()

    call_command("check_data")
    assert capsys.readouterr().out != ""
