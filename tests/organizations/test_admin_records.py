"""Adding and changing organizations, contact desks, programs and figures in the admin."""

import pytest

from organizations.models import Affiliation, ContactDesk, Figure, Organization, Program, ProgramEdition
from sistercities.core.models import DataVersion
from tests.factories import (
    make_affiliation,
    make_citation,
    make_contact_desk,
    make_figure,
    make_organization,
    make_place,
    make_program,
    make_source,
)
from tests.partnerships.admin_forms import errors, messages, rows

from .admin_forms import add, desk_claim, form_of, page, save

pytestmark = pytest.mark.django_db


# Organizations


def test_new_organization_with_its_affiliations_in_one_go(curator, nishinomiya):
    clair, conference = make_organization("CLAIR"), make_organization("Conference of Mayors")
    before = DataVersion.current()[0]

    add(
        curator,
        "organization",
        Organization(name_en="JLGC", slug="jlgc", kind="overseas_office", parent=clair, publication="published"),
        rows("affiliations", {"kind": "works_with", "partner": conference.pk, "capacity_en": "voice of the cities"}),
        founded="昭和63年",
        serves=[nishinomiya.country.pk],
    )

    jlgc = Organization.objects.public().get(slug="jlgc")
    assert (jlgc.parent, jlgc.founded, list(jlgc.serves.all())) == (clair, "1988", [nishinomiya.country])
    assert jlgc.affiliations.get().partner == conference
    assert list(Organization.objects.search("jlgc")) == [jlgc]
    assert DataVersion.current()[0] == before + 1


def test_affiliations_show_from_both_sides(curator):
    affiliation = make_affiliation()

    forms = [
        {inline.formset.prefix: len(inline.formset.forms) for inline in response.context["inline_admin_formsets"]}
        for response in (
            curator.get(page("organization", "change", pk))
            for pk in (affiliation.organization_id, affiliation.partner_id)
        )
    ]

    assert forms == [
        {"affiliations": 1, "affiliations_of": 0, "citations": 0},
        {"affiliations": 0, "affiliations_of": 1, "citations": 0},
    ]


@pytest.mark.parametrize(("prefix", "side"), [("affiliations", "partner"), ("affiliations_of", "organization")])
def test_affiliation_with_itself_is_an_error_in_words(prefix, side, curator):
    clair = make_organization()

    response = save(curator, "organization", clair, rows(prefix, {"kind": "works_with", side: clair.pk}))

    assert errors(response) == ["An organization is not affiliated with itself."]
    assert Affiliation.objects.count() == 0


def test_affiliation_recorded_twice_is_an_error_in_words(curator):
    clair, other = make_organization(), make_organization()
    row = {"kind": "works_with", "partner": other.pk}

    response = save(curator, "organization", clair, rows("affiliations", row, row))

    assert errors(response)[0] == "Please correct the duplicate data for partner and kind, which must be unique."


def test_affiliation_that_another_curator_recorded_is_said_and_nothing_saved(curator):
    affiliation = make_affiliation()
    row = {"kind": "works_with", "partner": affiliation.partner_id}

    response = curator.post(
        page("organization", "change", affiliation.organization_id),
        form_of("organization", affiliation.organization, rows("affiliations", row), name_en="Renamed"),
        follow=True,
    )

    assert [message.partition(". ")[0] for message in messages(response)] == ["Nothing was saved"]
    assert Organization.objects.filter(name_en="Renamed").count() == 0


def test_organization_in_itself_is_an_error_in_words(curator):
    clair = make_organization()

    response = save(curator, "organization", clair, parent=clair.pk)

    assert errors(response) == ["An organization does not belong to itself."]


def test_organization_in_its_own_office_is_an_error_in_words(curator):
    clair = make_organization()
    desk = make_organization(parent=make_organization(parent=clair))

    response = save(curator, "organization", clair, parent=desk.pk)

    assert errors(response) == ["An organization does not belong to one of its own offices."]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"founded": "1988", "dissolved": "1987"}, "The end is before the beginning."),
        ({"name_en": "", "name_ja": ""}, "A name is needed in at least one language."),
        ({"email": "jlgc@jlgc.org/"}, "Enter a valid email address."),
        ({"website": "http://city office"}, "Enter a valid URL."),
        ({"slug": "taken"}, "Organization with this Short name in the address already exists."),
        ({"founded": "1988-13"}, "“1988-13” is not in the calendar: there is no such day."),
    ],
)
def test_organization_that_cannot_be_stored_is_an_error_in_words(fields, message, curator):
    make_organization(slug="taken")

    response = save(curator, "organization", make_organization(), **fields)

    assert errors(response) == [message]


def test_offices_are_linked(curator):
    clair = make_organization()
    london = make_organization("London", parent=clair)

    text = curator.get(page("organization", "change", clair.pk)).content.decode()

    assert text.count(f'<a href="{page("organization", "change", london.pk)}">London</a>') == 1


# Contact desks


def test_new_desk_is_found_by_its_municipality(curator, nishinomiya):
    desk = ContactDesk(name_en="International", kind="international", place=nishinomiya, publication="published")

    response = add(curator, "contactdesk", desk)

    assert response.status_code == 302
    assert ContactDesk.objects.search("西宮").count() == 1


def test_desk_with_two_readings_of_its_municipality_is_contested(curator, nishinomiya):
    desk = make_contact_desk()
    two = rows("citations", desk_claim(desk.place.path), desk_claim(nishinomiya.path))

    save(curator, "contactdesk", desk, two)

    desk.refresh_from_db()
    assert desk.contested is True


def test_preferring_a_citation_moves_the_desk(curator, nishinomiya):
    kurume = make_place(name_en="Kurume")
    desk = make_contact_desk(kurume, contested=True)
    mine, theirs = make_citation(desk, "place", kurume.path), make_citation(desk, "place", nishinomiya.path)
    stored = [
        desk_claim(kurume.path, "rejected", source=mine.source) | {"id": mine.pk},
        desk_claim(nishinomiya.path, "preferred", source=theirs.source, reason="names Nishinomiya") | {"id": theirs.pk},
    ]

    save(curator, "contactdesk", desk, rows("citations", *stored, initial=2))

    desk.refresh_from_db()
    assert (desk.place, desk.contested) == (nishinomiya, False)


def test_municipality_of_a_stored_desk_is_not_typed_in(curator, nishinomiya):
    desk = make_contact_desk()

    save(curator, "contactdesk", desk, place=nishinomiya.pk)

    assert ContactDesk.objects.filter(place=nishinomiya).count() == 0


@pytest.mark.parametrize(
    "written", ["{path}", "/{path}/", "https://example.org/ja/places/{path}/", "西宮市", "Nishinomiya"]
)
def test_municipality_of_a_claim_is_written_as_address_or_name(written, curator, nishinomiya):
    desk = make_contact_desk()

    save(curator, "contactdesk", desk, rows("citations", desk_claim(written.format(path=nishinomiya.path))))

    assert desk.citations.get().normalised == nishinomiya.path


@pytest.mark.parametrize("standing", ["accepted", "preferred"])
def test_municipality_that_does_not_exist_is_an_error_in_words(standing, curator):
    response = save(curator, "contactdesk", make_contact_desk(), rows("citations", desk_claim("jp/atlantis", standing)))

    assert errors(response) == [
        "There is no place “jp/atlantis”: write the municipality as in the address of its page."
    ]


def test_name_that_several_places_have_is_an_error_that_names_them(curator):
    portlands = [make_place(name_en="Portland").path for _n in range(2)]

    response = save(curator, "contactdesk", make_contact_desk(), rows("citations", desk_claim("Portland")))

    assert errors(response) == [
        f"“Portland” is not the address of a place. Places of this name: {', '.join(portlands)}."
    ]


def test_preferred_claim_without_a_municipality_is_an_error_in_words(curator):
    response = save(curator, "contactdesk", make_contact_desk(), rows("citations", desk_claim("", "preferred")))

    assert errors(response) == ["The preferred source decides this fact: say what is to be stored."]


def test_other_edit_is_saved_though_a_claimed_municipality_has_moved(curator):
    desk = make_contact_desk()
    old = make_citation(desk, "place", "jp/old-path", locator="", read_on="", value="")
    stored = desk_claim("jp/old-path", source=old.source) | {"id": old.pk}

    response = save(curator, "contactdesk", desk, rows("citations", stored, initial=1), name_en="Renamed")

    desk.refresh_from_db()
    assert (response.status_code, desk.name_en) == (302, "Renamed")


def test_desk_at_position_nought_is_an_error_in_words(curator):
    assert errors(save(curator, "contactdesk", make_contact_desk(), position=0)) == [
        "Ensure this value is greater than or equal to 1."
    ]


def test_desk_without_a_name_is_told_once(curator):
    assert errors(save(curator, "contactdesk", make_contact_desk(), name_en="")) == [
        "A name is needed in at least one language."
    ]


# Programs


def test_new_program_with_parts_partners_and_editions_in_one_go(curator, nishinomiya):
    clair, ministry = make_organization(), make_organization()

    add(
        curator,
        "program",
        Program(name_en="JET", slug="jet", kind="placement", organizer=clair, publication="published"),
        rows("parts", {"position": "", "acronym": "CIR", "name_en": "Coordinator"}, {"name_en": "Teacher"}),
        rows("partners", {"organization": ministry.pk, "role": "supporter"}),
        rows("editions", {"fiscal_year": 2011, "status": "held", "hosts": [nishinomiya.pk], "participants": 4330}),
        for_whom=["young_people", "local_governments"],
        places=[nishinomiya.country.pk],
    )

    jet = Program.objects.public().get()
    assert [(part.position, part.name_en) for part in jet.parts.all()] == [(1, "Coordinator"), (2, "Teacher")]
    assert sorted(row.audience for row in jet.audiences.all()) == ["local_governments", "young_people"]
    assert (jet.partners.get().organization, jet.editions.get().hosts.get()) == (ministry, nishinomiya)


def test_audiences_are_ticked_and_unticked_with_history(curator):
    program = make_program(audiences=["students", "companies"])
    kept = program.audiences.get(audience="students")

    save(curator, "program", program, for_whom=["students", "individuals"])

    assert sorted(row.audience for row in program.audiences.all()) == ["individuals", "students"]
    assert program.audiences.get(audience="students") == kept
    assert program.audiences.model.history.filter(audience="companies", history_type="-").count() == 1


def test_parts_trade_positions(curator):
    program = make_program()
    first, second = (program.parts.create(position=n, name_en=f"Part {n}") for n in (1, 2))
    traded = [
        {"id": first.pk, "program": program.pk, "position": 2, "name_en": "Part 1"},
        {"id": second.pk, "program": program.pk, "position": 1, "name_en": "Part 2"},
    ]

    response = save(curator, "program", program, rows("parts", *traded, initial=2))

    assert response.status_code == 302
    assert [part.name_en for part in program.parts.all()] == ["Part 2", "Part 1"]


@pytest.mark.parametrize(
    ("inline", "message"),
    [
        (("editions", {"fiscal_year": 2008, "status": "cancelled"}), "A cancelled edition says why."),
        (
            (
                "editions",
                {"fiscal_year": 2015, "status": "held", "held_from": "2015-11-11", "held_until": "2015-11-01"},
            ),
            "The end is before the beginning.",
        ),
        (("editions", {"fiscal_year": 20150, "status": "held"}), "This is not a possible year."),
        (("editions", {"fiscal_year": "", "status": "held", "title_en": "One"}), "This field is required."),
        (("parts", {"position": 1, "acronym": "ALT"}), "A name is needed in at least one language."),
    ],
)
def test_row_of_a_program_that_cannot_be_stored_is_an_error_in_words(inline, message, curator):
    response = save(curator, "program", make_program(), rows(*inline))

    assert errors(response) == [message]
    assert ProgramEdition.objects.count() == 0


def test_fiscal_year_recorded_twice_is_an_error_in_words(curator):
    row = {"fiscal_year": 2015, "status": "held"}

    response = save(curator, "program", make_program(), rows("editions", row, row))

    assert errors(response)[0] == "Please correct the duplicate data for fiscal_year."


def test_program_that_runs_as_of_no_date_is_an_error_in_words(curator):
    response = save(curator, "program", make_program(), status="running")

    assert errors(response) == ["A program is called running as of a date: say when the source says so."]


# Figures


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"unit": ""}, "This field is required."),
        ({"unit": "apples"}, "Select a valid choice. apples is not one of the available choices."),
        ({"source": ""}, "This field is required."),
        ({"value": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"value": "9" * 30}, "Ensure this value is less than or equal to 9223372036854775807."),
        ({"counted_en": ""}, "Say what is counted, in at least one language."),
        ({"stated_by_en": ""}, "Say who states the number."),
        ({"partner_place": "PLACE"}, "“With” needs another place beside it."),
        ({"place": "PLACE", "partner_place": "PLACE"}, "“With” needs another place beside it."),
    ],
)
def test_figure_that_cannot_be_stored_is_an_error_in_words(fields, message, curator, nishinomiya):
    fields = {name: nishinomiya.pk if value == "PLACE" else value for name, value in fields.items()}

    response = save(curator, "figure", make_figure(), **fields)

    assert errors(response) == [message]


def test_new_figure_is_published_with_its_source(curator):
    source = make_source()
    figure = Figure(slug="ties", value=467, unit="ties", counted_en="ties", stated_by_en="JLGC", source=source)

    response = add(curator, "figure", figure, publication="published", as_of="平成30年4月1日")

    assert response.status_code == 302
    assert Figure.objects.public().values_list("value", "as_of", "source").get() == (467, "2018-04-01", source.pk)
