"""Every named constraint, broken once by a write that no form and no `clean()` sees, on whichever database runs."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from partnerships.models import NotDuplicate, OldAddress, Party, PlaceIdentifier, PlaceName, Succession
from sistercities.core.models import DataVersion
from sistercities.curation.models import LinkCheck, Proposal, SeedKey
from tests.constraints import constraints_of, refused
from tests.factories import (
    make_act,
    make_citation,
    make_name,
    make_partnership,
    make_place,
    make_source,
)

pytestmark = pytest.mark.django_db

NO_DATE = "1955-13"


def make_identifier(**fields):
    return PlaceIdentifier.objects.create(**{"place": make_place(), "scheme": "wikidata", "value": "Q48320"} | fields)


def make_succession(**fields):
    return Succession.objects.create(
        **{"predecessor": make_place(), "successor": make_place(), "kind": "absorption"} | fields
    )


def make_party(**_fields):
    return make_partnership().parties.first()


def make_old_address(**fields):
    return OldAddress.objects.create(**{"place": make_place(), "path": "jp/hyogo/old"} | fields)


def make_not_duplicate(**fields):
    return NotDuplicate.objects.create(**{"dataset": "places", "first_id": 1, "second_id": 2} | fields)


def make_other_name(**fields):
    return make_name(fields.pop("place", None) or make_place(), "Old Town", **fields)


def make_claim(**fields):
    return make_citation(make_partnership(), **fields)


def make_place_claim(**fields):
    return make_citation(make_place(), **fields)


def make_proposal(**fields):
    return Proposal.objects.create(
        **{"dataset": "places", "difference": {"website": ["", "https://example.org/"]}} | fields
    )


def make_link_check(**fields):
    known = {"url": "https://example.org/", "status": "200", "checked_at": "2026-01-01T00:00:00Z"}
    return LinkCheck.objects.create(**known | fields)


def make_dated_act(**_fields):
    return make_act(make_partnership())


#: Name -> how to make a good row, and the values that break it.
BROKEN = {
    "source_kind_is_known": (make_source, {"kind": "rumour"}),
    "source_issued_is_a_partial_date": (make_source, {"issued": NO_DATE}),
    "source_has_a_key": (make_source, {"key": ""}),
    "proposal_state_is_known": (make_proposal, {"state": "lost"}),
    "link_check_status_is_known": (make_link_check, {"status": "tired"}),
    "link_check_fails_since_a_check": (make_link_check, {"failing_since": "2030-01-01T00:00:00Z"}),
    "place_publication_is_known": (make_place, {"publication": "lost"}),
    "place_level_is_known": (make_place, {"level": "planet"}),
    "place_classification_is_known": (make_place, {"classification": "kingdom"}),
    "place_area_is_known": (make_place, {"area": "kansai"}),
    "place_parents_fit_its_level": (make_place, {"country": None}),
    "place_has_a_name": (make_place, {"name_en": ""}),
    "place_has_an_address": (make_place, {"slug": ""}),
    "place_code_has_a_scheme": (make_place, {"code": "28100"}),
    "place_iso_3166_1_code_is_two_letters": (make_place, {"code_scheme": "iso-3166-1", "code": "jp"}),
    "place_iso_3166_2_code_names_its_country": (make_place, {"code_scheme": "iso-3166-2", "code": "28"}),
    "place_jis_code_has_its_check_digit": (make_place, {"code_scheme": "jis", "code": "281001"}),
    "place_position_is_on_earth": (make_place, {"latitude": 34.69}),
    "place_population_is_possible": (make_place, {"population": 2_000_000_001}),
    "place_population_on_is_a_partial_date": (make_place, {"population_on": NO_DATE}),
    "place_abolished_is_a_partial_date": (make_place, {"abolished": NO_DATE}),
    "place_name_kind_is_known": (make_other_name, {"kind": "nickname"}),
    "place_name_classification_is_known": (make_other_name, {"classification": "kingdom"}),
    "place_lock_has_a_reason": (make_place, {"locked": True}),
    "place_merged_is_withdrawn": (make_place, {"merged_into": make_place}),
    "partnership_lock_has_a_reason": (make_partnership, {"lock_reason": "vandals"}),
    "partnership_merged_is_withdrawn": (make_partnership, {"merged_into": make_partnership}),
    "old_address_is_not_empty": (make_old_address, {"path": ""}),
    "not_duplicate_dataset_is_known": (make_not_duplicate, {"dataset": "planets"}),
    "not_duplicate_names_the_lower_number_first": (make_not_duplicate, {"second_id": 1}),
    "party_holding_is_known": (make_party, {"holding": "guessed"}),
    "party_presumed_names_who_signed": (make_party, {"holding": "presumed"}),
    "place_name_is_not_empty": (make_other_name, {"name": ""}),
    "place_name_since_is_a_partial_date": (make_other_name, {"since": NO_DATE}),
    "place_name_until_is_a_partial_date": (make_other_name, {"until": NO_DATE}),
    "place_identifier_is_not_empty": (make_identifier, {"value": ""}),
    "place_identifier_since_is_a_partial_date": (make_identifier, {"since": NO_DATE}),
    "place_identifier_until_is_a_partial_date": (make_identifier, {"until": NO_DATE}),
    "succession_kind_is_known": (make_succession, {"kind": "conquest"}),
    "succession_date_is_a_partial_date": (make_succession, {"date": NO_DATE}),
    "placecitation_basis_is_known": (make_place_claim, {"basis": "guessed"}),
    "placecitation_standing_is_known": (make_place_claim, {"standing": "liked"}),
    "placecitation_read_on_is_a_partial_date": (make_place_claim, {"read_on": NO_DATE}),
    "placecitation_as_of_is_a_partial_date": (make_place_claim, {"as_of": NO_DATE}),
    "place_citation_fact_is_known": (make_place_claim, {"fact": "weather"}),
    "partnership_publication_is_known": (make_partnership, {"publication": "lost"}),
    "partnership_kind_is_known": (make_partnership, {"kind": "cousin"}),
    "partnership_status_is_known": (make_partnership, {"status": "asleep"}),
    "partnership_established_is_a_partial_date": (make_partnership, {"established": NO_DATE}),
    "partnership_ended_is_a_partial_date": (make_partnership, {"ended": NO_DATE, "status": "ended"}),
    "partnership_status_as_of_is_a_partial_date": (make_partnership, {"status_as_of": NO_DATE}),
    "partnership_end_is_not_before_its_start": (
        make_partnership,
        {"established": "1990-05", "ended": "1990-04-30", "status": "ended"},
    ),
    "partnership_with_an_end_has_ended": (make_partnership, {"ended": "1999", "status": "presumed"}),
    "partnership_published_has_two_parties": (make_partnership, {"party_count": 1}),
    "party_position_counts_from_one": (make_party, {"position": 0}),
    "act_kind_is_known": (make_dated_act, {"kind": "banquet"}),
    "act_date_is_a_partial_date": (make_dated_act, {"date": NO_DATE}),
    "act_of_the_basis_has_a_date": (make_dated_act, {"date": "", "is_basis": True}),
    "partnershipcitation_basis_is_known": (make_claim, {"basis": "guessed"}),
    "partnershipcitation_standing_is_known": (make_claim, {"standing": "liked"}),
    "partnershipcitation_read_on_is_a_partial_date": (make_claim, {"read_on": NO_DATE}),
    "partnershipcitation_as_of_is_a_partial_date": (make_claim, {"as_of": NO_DATE}),
    "partnership_citation_fact_is_known": (make_claim, {"fact": "weather"}),
    "partnership_citation_status_is_known": (make_claim, {"fact": "status", "normalised": "asleep"}),
    "partnership_citation_kind_is_known": (make_claim, {"fact": "kind", "normalised": "cousin"}),
    "partnership_citation_date_is_a_partial_date": (make_claim, {"fact": "ended", "normalised": "May 1960"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_row_that_breaks_a_check_is_refused(name):
    make, values = BROKEN[name]
    row = make()
    values = {field: value() if callable(value) else value for field, value in values.items()}

    assert refused(lambda: type(row).objects.filter(pk=row.pk).update(**values)) == name


def self_succession():
    succession = make_succession()
    return lambda: Succession.objects.filter(pk=succession.pk).update(successor=succession.predecessor)


def self_signed_party():
    party = make_party()
    return lambda: Party.objects.filter(pk=party.pk).update(signed_as=party.place)


def self_merged(make):
    row = make(publication="withdrawn")
    return lambda: type(row).objects.filter(pk=row.pk).update(merged_into=row)


def second_not_duplicate():
    make_not_duplicate()
    return lambda: NotDuplicate.objects.bulk_create([NotDuplicate(dataset="places", first_id=1, second_id=2)])


def second_data_version():
    return lambda: DataVersion.objects.bulk_create([DataVersion(pk=2)])


def second_seed_key():
    SeedKey.objects.create(dataset="place", key="jp", object_id=1)
    return lambda: SeedKey.objects.bulk_create([SeedKey(dataset="place", key="jp", object_id=2)])


def second_place_with_a_code():
    make_place(code_scheme="jis", code="281000")
    other = make_place()
    return lambda: type(other).objects.filter(pk=other.pk).update(code_scheme="jis", code="281000")


def second_name():
    name = make_other_name()
    return lambda: PlaceName.objects.bulk_create([PlaceName(place=name.place, kind=name.kind, name=name.name)])


def second_identifier():
    one = make_identifier()
    return lambda: PlaceIdentifier.objects.bulk_create(
        [PlaceIdentifier(place=one.place, scheme=one.scheme, value=one.value)]
    )


def second_succession():
    one = make_succession()
    return lambda: Succession.objects.bulk_create(
        [Succession(predecessor=one.predecessor, successor=one.successor, kind="split")]
    )


def second_preferred_place_citation():
    place = make_place()
    make_citation(place, "name", standing="preferred")
    other = make_citation(place, "name")
    return lambda: type(other).objects.filter(pk=other.pk).update(standing="preferred")


def second_preferred_citation():
    tie = make_partnership()
    make_citation(tie, "established", "1957", standing="preferred")
    other = make_citation(tie, "established", "1958")
    return lambda: type(other).objects.filter(pk=other.pk).update(standing="preferred")


def second_basis_act():
    tie = make_partnership()
    make_act(tie, is_basis=True)
    other = make_act(tie)
    return lambda: type(other).objects.filter(pk=other.pk).update(is_basis=True)


def second_tie_of_the_same_places():
    tie = make_partnership(established="1957")
    other = make_partnership(*reversed(tie.places), established="1958")
    return lambda: type(other).objects.filter(pk=other.pk).update(established="1957")


def second_party_of_the_same_place():
    party = make_party()
    return lambda: Party.objects.bulk_create([Party(partnership=party.partnership, place=party.place, position=3)])


def second_party_in_the_same_position():
    party = make_party()
    return lambda: Party.objects.bulk_create([Party(partnership=party.partnership, place=make_place(), position=1)])


#: Name -> a function that makes what is needed and returns the write that must fail.
PAIRS = {
    "data_version_has_one_row": second_data_version,
    "seed_key_is_loaded_once": second_seed_key,
    "place_code_is_unique_among_living_places": second_place_with_a_code,
    "place_name_is_recorded_once": second_name,
    "place_identifier_is_recorded_once": second_identifier,
    "succession_joins_two_places": self_succession,
    "succession_is_recorded_once": second_succession,
    "place_fact_has_one_preferred_citation": second_preferred_place_citation,
    "partnership_fact_has_one_preferred_citation": second_preferred_citation,
    "partnership_has_one_basis_act": second_basis_act,
    "partnership_is_recorded_once": second_tie_of_the_same_places,
    "party_is_named_once": second_party_of_the_same_place,
    "party_has_its_own_position": second_party_in_the_same_position,
    "party_signed_as_another_body": self_signed_party,
    "place_is_not_merged_into_itself": lambda: self_merged(make_place),
    "partnership_is_not_merged_into_itself": lambda: self_merged(make_partnership),
    "not_duplicate_is_said_once": second_not_duplicate,
}


@pytest.mark.parametrize("name", PAIRS)
def test_rows_that_contradict_one_another_are_refused(name):
    write = PAIRS[name]()

    assert refused(write) == name


def test_every_constraint_of_places_and_of_what_they_build_on_is_broken_here():
    assert constraints_of("sistercities.core", "sistercities.curation", "partnerships") == {*BROKEN, *PAIRS}


def test_end_in_the_year_of_the_start_is_taken():
    tie = make_partnership(established="1955-12-07", ended="1955", status="ended")

    assert type(tie).objects.filter(pk=tie.pk).update(ended="1955-12") == 1


def test_withdrawn_double_is_taken():
    tie = make_partnership(established="1957")

    double = make_partnership(*tie.places, established="1957", publication="withdrawn")

    assert double.parties_key == tie.parties_key


def test_code_of_an_abolished_place_may_be_used_again():
    make_place(code_scheme="jis", code="281000", abolished="2005-04-01")

    assert make_place(code_scheme="jis", code="281000").code == "281000"


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about the file of SQLite")
@pytest.mark.django_db(transaction=True)
def test_plain_sqlite_reads_the_whole_file(tmp_path):
    """No constraint or generated column needs a function that only Django's connections have."""
    make_citation(make_partnership(established="1957"), "established", "1957")
    copy = tmp_path / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])

    with closing(sqlite3.connect(copy)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
        assert plain.execute("SELECT established_year FROM partnerships_partnership").fetchall() == [(1957,)]
        plain.execute("UPDATE partnerships_partnership SET established = '1958-01'")
        plain.commit()
        plain.execute("VACUUM")
