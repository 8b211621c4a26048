"""Every named constraint of organizations, contact desks, programs and figures, broken once past all forms."""

import pytest
from django.db import IntegrityError, transaction

from organizations.models import (
    Affiliation,
    Figure,
    Organization,
    ProgramAudience,
    ProgramEdition,
    ProgramPart,
    ProgramPartner,
)
from tests.constraints import constraints_of, refused
from tests.factories import (
    make_affiliation,
    make_citation,
    make_contact_desk,
    make_edition,
    make_figure,
    make_organization,
    make_place,
    make_program,
)

pytestmark = pytest.mark.django_db

NO_DATE = "1955-13"
ROOTS = {
    "organization": make_organization,
    "contact_desk": make_contact_desk,
    "program": make_program,
    "figure": make_figure,
}


def make_audience():
    return ProgramAudience.objects.create(program=make_program(), audience="students")


def make_part():
    return ProgramPart.objects.create(program=make_program(), name_en="Coordinator")


def make_partner():
    return ProgramPartner.objects.create(program=make_program(), organization=make_organization(), role="supporter")


def claim_of(make):
    return lambda: make_citation(make(), "counted" if make is make_figure else "existence")


def broken_claims():
    """The constraints that every table of citations has."""
    for name, make in ROOTS.items():
        table = f"{name.replace('_', '')}citation"
        yield f"{table}_basis_is_known", (claim_of(make), {"basis": "guessed"})
        yield f"{table}_standing_is_known", (claim_of(make), {"standing": "liked"})
        yield f"{table}_read_on_is_a_partial_date", (claim_of(make), {"read_on": NO_DATE})
        yield f"{table}_as_of_is_a_partial_date", (claim_of(make), {"as_of": NO_DATE})
        yield f"{name}_citation_fact_is_known", (claim_of(make), {"fact": "weather"})


#: Name -> how to make a good row, and the values that break it.
BROKEN = {
    "organization_publication_is_known": (make_organization, {"publication": "lost"}),
    "organization_has_a_name": (make_organization, {"name_en": ""}),
    "organization_kind_is_known": (make_organization, {"kind": "club"}),
    "organization_lock_has_a_reason": (make_organization, {"locked": True}),
    "organization_merged_is_withdrawn": (make_organization, {"merged_into": make_organization}),
    "organization_founded_is_a_partial_date": (make_organization, {"founded": NO_DATE}),
    "organization_dissolved_is_a_partial_date": (make_organization, {"dissolved": NO_DATE}),
    "organization_end_is_not_before_its_start": (make_organization, {"founded": "1988-07", "dissolved": "1988-06-30"}),
    "affiliation_kind_is_known": (make_affiliation, {"kind": "rival"}),
    "affiliation_since_is_a_partial_date": (make_affiliation, {"since": NO_DATE}),
    "affiliation_until_is_a_partial_date": (make_affiliation, {"until": NO_DATE}),
    "affiliation_end_is_not_before_its_start": (make_affiliation, {"since": "1990", "until": "1989-12"}),
    "contactdesk_publication_is_known": (make_contact_desk, {"publication": "lost"}),
    "contactdesk_has_a_name": (make_contact_desk, {"name_en": ""}),
    "contactdesk_kind_is_known": (make_contact_desk, {"kind": "kiosk"}),
    "contactdesk_verified_on_is_a_partial_date": (make_contact_desk, {"verified_on": "never"}),
    "contactdesk_position_counts_from_one": (make_contact_desk, {"position": 0}),
    "program_publication_is_known": (make_program, {"publication": "lost"}),
    "program_has_a_name": (make_program, {"name_en": ""}),
    "program_kind_is_known": (make_program, {"kind": "party"}),
    "program_status_is_known": (make_program, {"status": "open"}),
    "program_status_as_of_is_a_partial_date": (make_program, {"status_as_of": NO_DATE}),
    "program_since_is_a_partial_date": (make_program, {"since": NO_DATE}),
    "program_until_is_a_partial_date": (make_program, {"until": NO_DATE}),
    "program_end_is_not_before_its_start": (make_program, {"since": "2007", "until": "2006-12-31"}),
    "program_runs_as_of_a_date": (make_program, {"status": "running"}),
    "program_audience_is_known": (make_audience, {"audience": "everybody"}),
    "program_part_has_a_name": (make_part, {"name_en": ""}),
    "program_partner_role_is_known": (make_partner, {"role": "friend"}),
    "program_edition_status_is_known": (make_edition, {"status": "open"}),
    "program_edition_held_from_is_a_partial_date": (make_edition, {"held_from": NO_DATE}),
    "program_edition_held_until_is_a_partial_date": (make_edition, {"held_until": NO_DATE}),
    "program_edition_end_is_not_before_its_start": (make_edition, {"held_from": "2015-11", "held_until": "2015-10-31"}),
    "program_edition_year_is_possible": (make_edition, {"fiscal_year": 1899}),
    "program_edition_cancelled_says_why": (make_edition, {"status": "cancelled"}),
    "figure_publication_is_known": (make_figure, {"publication": "lost"}),
    "figure_qualifier_is_known": (make_figure, {"qualifier": "roughly"}),
    "figure_unit_is_known": (make_figure, {"unit": ""}),
    "figure_as_of_is_a_partial_date": (make_figure, {"as_of": "undated"}),
    "figure_says_what_is_counted": (make_figure, {"counted_en": ""}),
    "figure_is_said_by_somebody": (make_figure, {"stated_by_en": ""}),
    **dict(broken_claims()),
}


@pytest.mark.parametrize("name", BROKEN)
def test_row_that_breaks_a_check_is_refused(name):
    make, values = BROKEN[name]
    row = make()
    values = {field: value() if callable(value) else value for field, value in values.items()}

    assert refused(lambda: type(row).objects.filter(pk=row.pk).update(**values)) == name


def organization_that_belongs_to_itself():
    organization = make_organization()
    return lambda: Organization.objects.filter(pk=organization.pk).update(parent=organization)


def affiliation_with_itself():
    affiliation = make_affiliation()
    return lambda: Affiliation.objects.filter(pk=affiliation.pk).update(partner=affiliation.organization)


def second_affiliation():
    one = make_affiliation()
    again = Affiliation(organization=one.organization, partner=one.partner, kind=one.kind)
    return lambda: Affiliation.objects.bulk_create([again])


def second_audience():
    one = make_audience()
    return lambda: ProgramAudience.objects.bulk_create([ProgramAudience(program=one.program, audience=one.audience)])


def second_part_in_the_same_position():
    one = make_part()
    return lambda: ProgramPart.objects.bulk_create([ProgramPart(program=one.program, name_en="Teacher")])


def second_role_of_a_partner():
    one = make_partner()
    again = ProgramPartner(program=one.program, organization=one.organization, role="implementer")
    return lambda: ProgramPartner.objects.bulk_create([again])


def second_edition_of_a_year():
    one = make_edition()
    return lambda: ProgramEdition.objects.bulk_create(
        [ProgramEdition(program=one.program, fiscal_year=one.fiscal_year)]
    )


def figure_with_a_partner_but_no_place():
    figure = make_figure()
    return lambda: Figure.objects.filter(pk=figure.pk).update(partner_place=make_place())


def second_preferred(name):
    """A record that has a preferred citation of a fact is given another."""

    def prepare():
        record, fact = ROOTS[name](), "counted" if name == "figure" else "existence"
        make_citation(record, fact, standing="preferred")
        other = make_citation(record, fact)
        return lambda: type(other).objects.filter(pk=other.pk).update(standing="preferred")

    return prepare


def organization_merged_into_itself():
    row = make_organization(publication="withdrawn")
    return lambda: Organization.objects.filter(pk=row.pk).update(merged_into=row)


#: Name -> a function that makes what is needed and returns the write that must fail.
PAIRS = {
    "organization_does_not_belong_to_itself": organization_that_belongs_to_itself,
    "organization_is_not_merged_into_itself": organization_merged_into_itself,
    "affiliation_joins_two_organizations": affiliation_with_itself,
    "affiliation_is_recorded_once": second_affiliation,
    "program_audience_is_named_once": second_audience,
    "program_part_has_its_own_position": second_part_in_the_same_position,
    "program_partner_is_named_once": second_role_of_a_partner,
    "program_edition_is_recorded_once": second_edition_of_a_year,
    "figure_scope_is_two_places": figure_with_a_partner_but_no_place,
    **{f"{name}_fact_has_one_preferred_citation": second_preferred(name) for name in ROOTS},
}


@pytest.mark.parametrize("name", PAIRS)
def test_rows_that_contradict_one_another_are_refused(name):
    write = PAIRS[name]()

    assert refused(write) == name


def test_every_constraint_of_organizations_is_broken_here():
    assert constraints_of("organizations") == {*BROKEN, *PAIRS}


def test_figure_between_a_place_and_itself_is_refused():
    place = make_place()

    assert refused(lambda: make_figure(place=place, partner_place=place)) == "figure_scope_is_two_places"


@pytest.mark.parametrize("unit", ["", "percent", "TIES"])
def test_figure_of_an_unknown_unit_is_refused(unit):
    assert refused(lambda: make_figure(unit=unit)) == "figure_unit_is_known"


@pytest.mark.parametrize("column", ["source", "value"])
def test_figure_without_a_source_or_a_number_is_refused(column):
    figure = make_figure()

    with pytest.raises(IntegrityError, match=column), transaction.atomic():
        Figure.objects.filter(pk=figure.pk).update(**{column: None})


def test_organization_that_ended_in_the_year_it_was_founded_is_taken():
    assert make_organization(founded="1988-07-01", dissolved="1988").pk


def test_two_organizations_may_be_affiliated_in_two_ways_and_from_both_sides():
    one, other = make_organization(), make_organization()
    for left, right, kind in ((one, other, "works_with"), (one, other, "member"), (other, one, "works_with")):
        make_affiliation(left, right, kind=kind)

    assert Affiliation.objects.count() == 3


def test_cancelled_edition_says_why_in_one_language():
    assert make_edition(status="cancelled", reason_ja="治安の悪化").pk
