"""Rows below records in the words of a history: what tells a row from others plainly, the rest with the names of its columns."""

import pytest
from django.utils.translation import override

from events.models import EventOrganizer
from organizations.models import Affiliation, ProgramEdition, ProgramPartner
from partnerships.actions import set_parties
from partnerships.models import Act, PartnershipCitation, Party, PlaceIdentifier, PlaceName, Succession
from sistercities.curation.story import changes_of, facts_of, named
from tests.factories import (
    make_act,
    make_affiliation,
    make_citation,
    make_edition,
    make_event,
    make_name,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_source,
)

pytestmark = pytest.mark.django_db


def told(record, model, language="en"):
    """(label, words) of what was done last to a row of `model` below a record."""
    steps = [step for change in changes_of(record)[0] for step in change.steps if step.part.model is model]
    with override(language):
        (fact,) = facts_of(steps[0], record, named(steps))
    return fact.label, fact.after or fact.before


@pytest.fixture
def tie():
    return make_partnership(
        make_place(name_en="Kobe", name_ja="神戸市"), make_place(name_en="Seattle", name_ja="シアトル")
    )


def test_party_is_its_place(tie):
    set_parties(tie, [*tie.places, make_place(name_en="Riga", name_ja="リガ")])

    assert told(tie, Party) == ("Party", "Riga")
    assert told(tie, Party, "ja") == ("提携自治体", "リガ")


def test_party_that_is_presumed_names_who_signed(tie):
    before, after = make_place(name_en="Livonia", name_ja="リヴォニア"), make_place(name_en="Riga", name_ja="リガ")
    tie.parties.create(place=after, signed_as=before, holding="presumed", position=3)

    assert told(tie, Party) == ("Party", "Riga (signed as: Livonia, holding: presumed until confirmed)")
    assert "調印時の自治体：リヴォニア、引き継ぎ：推定（未確認）" in told(tie, Party, "ja")[1]


def test_party_that_moves_among_the_others_is_named_by_its_place(tie):
    party = tie.parties.get(position=2)
    party.save()  # the factory writes no history of parties
    party.position = 5
    party.save()

    assert told(tie, Party) == ("Party “Seattle”: Position", "5")


def test_act_is_its_day_and_kind(tie):
    make_act(tie, signers="the mayors", is_basis=False)

    assert told(tie, Act) == ("Act", "21 October 1957, signing (signers: the mayors)")


def test_name_is_its_kind_and_the_name():
    place = make_place()
    make_name(place, "Hyogo-tsu", kind="former", until="1889")

    assert told(place, PlaceName) == ("Other name of a place", "former name, Hyogo-tsu (until: 1889)")


def test_identifier_is_its_scheme_and_value():
    place = make_place()
    place.identifiers.create(scheme="geonames", value="1859171")

    assert told(place, PlaceIdentifier) == ("Identifier of a place", "geonames, 1859171")


def test_succession_is_told_from_both_sides():
    before, after = make_place(name_en="Yashiro"), make_place(name_en="Kato")
    Succession.objects.create(predecessor=before, successor=after, kind="new_merger", date="2006-03-20")

    assert told(before, Succession)[1] == "20 March 2006, Kato (kind: new merger)"
    assert told(after, Succession)[1] == "20 March 2006, Yashiro (kind: new merger)"


def test_claim_is_its_fact_and_what_the_source_says(tie):
    source = make_source(title_en="The list")
    make_citation(tie, "established", "1957-10", value="October 1957", source=source, standing="preferred")

    label, words = told(tie, PartnershipCitation)
    assert label == "Citation of a partnership"
    assert words.startswith("established, October 1957 (normalised value: 1957-10, source: The list")
    assert words.endswith("standing: preferred)")


def test_affiliation_is_told_from_both_sides():
    club, council = make_organization("Club"), make_organization("Council")
    make_affiliation(club, council, kind="member")

    assert told(club, Affiliation)[1] == "member of, Council"
    assert told(council, Affiliation)[1] == "Club, member of"


def test_edition_is_its_year_and_title():
    program = make_program()
    make_edition(program, fiscal_year=2019, title_en="The tenth")

    assert told(program, ProgramEdition)[1].startswith("2019, The tenth")


def test_partner_of_a_program_is_an_organization_with_its_role():
    program, council = make_program(), make_organization("Council")
    ProgramPartner.objects.create(program=program, organization=council, role="supporter")

    assert told(program, ProgramPartner)[1] == "Council, supported by"


def test_organizer_of_an_event_is_an_organization_with_its_role():
    event = make_event()
    EventOrganizer.objects.create(event=event, organization=make_organization("Council"), role="organizer")

    assert told(event, EventOrganizer)[1] == "Council, organizer"
