"""What the pages of places and partnerships show of desks, organizations, programs, events and milestones."""

import pytest

from organizations import panels
from tests.factories import (
    make_contact_desk,
    make_country,
    make_edition,
    make_event,
    make_japan,
    make_milestone,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_region,
)
from tests.pages import Page, shown, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def japan():
    return make_japan()


@pytest.fixture
def hyogo(japan):
    return make_region(japan, "Hyogo", slug="hyogo", code_scheme="iso-3166-2", code="JP-28", area="kinki")


@pytest.fixture
def kobe(hyogo):
    return make_place(hyogo, "Kobe", slug="kobe")


@pytest.fixture
def ohio():
    america = make_country("United States", slug="us", code_scheme="iso-3166-1", code="US")
    return make_region(america, "Ohio", slug="ohio", code_scheme="iso-3166-2", code="US-OH")


def panel(client, page):
    """The panels of a page by their template, without the folder."""
    return {found["template"].rpartition("/")[2]: found for found in shown(client, page).context["panels"]}


def names(records):
    return [record.name_en for record in records]


# Places --------------------------------------------------------------------------------------------------------------


def test_place_of_which_nobody_tells_anything_has_no_panels(client, kobe):
    assert panel(client, kobe) == {}


def test_municipality_shows_its_desks_in_their_order(client, kobe, hyogo):
    for position in (2, 1):
        make_contact_desk(kobe, position=position, name_en=f"Desk {position}")
    make_contact_desk(make_place(hyogo, "Himeji"), name_en="Desk of Himeji")

    assert names(panel(client, kobe)["_place_panel.html"]["desks"]) == ["Desk 1", "Desk 2"]


def test_region_shows_the_desks_of_its_municipalities_with_their_names(client, kobe, hyogo):
    make_contact_desk(kobe, name_en="Desk of Kobe")
    make_contact_desk(make_place(make_region(hyogo.country)), name_en="Desk elsewhere")
    response = shown(client, hyogo)

    assert words(response).count("Desk of Kobe Kobe") == 1
    assert words(response).count("Desk elsewhere") == 0


@pytest.mark.parametrize("which", ["kobe", "hyogo"])
def test_more_desks_than_are_shown_are_one_link_away(client, kobe, hyogo, which):
    for number in range(panels.SHOWN + 2):
        make_contact_desk(kobe, position=number + 1)
    make_contact_desk(name_en="Desk elsewhere")
    page = {"kobe": kobe, "hyogo": hyogo}[which]
    (link,) = {link for link in Page(shown(client, page)).links if link.startswith("/en/contacts/?")}

    assert len(panel(client, page)["_place_panel.html"]["desks"]) == panels.SHOWN
    assert shown(client, link).context["count"] == panels.SHOWN + 2


def test_place_shows_who_has_its_seat_there_and_who_works_for_it_or_for_what_it_lies_in(
    client, kobe, hyogo, japan, ohio
):
    make_organization("At Kobe", seat=kobe)
    make_organization("For Kobe", serves=[kobe])
    make_organization("For Hyogo", serves=[hyogo])
    make_organization("For Japan", serves=[japan, kobe])
    make_organization("For Ohio", serves=[ohio], seat=make_place(hyogo))
    make_organization("For nobody")

    found = names(panel(client, kobe)["_place_panel.html"]["organizations"])
    assert found == ["At Kobe", "For Hyogo", "For Japan", "For Kobe"]


def test_place_shows_programs_that_take_place_there_and_their_editions(client, kobe, hyogo):
    make_program(name_en="At Kobe", places=[kobe])
    make_edition(make_program(name_en="Once at Kobe", places=[kobe, hyogo]), hosts=[kobe])
    make_edition(make_program(name_en="Host Kobe"), hosts=[kobe])
    make_program(name_en="At Hyogo", places=[hyogo])

    assert names(panel(client, kobe)["_place_panel.html"]["programs"]) == ["At Kobe", "Host Kobe", "Once at Kobe"]


def test_more_programs_than_are_shown_are_one_link_away(client, kobe):
    for _number in range(panels.SHOWN + 1):
        make_program(places=[kobe])
    make_program()
    (link,) = {link for link in Page(shown(client, kobe)).links if link.startswith("/en/programs/?")}

    assert shown(client, link).context["count"] == panels.SHOWN + 1


def test_place_shows_its_events_the_latest_first_and_those_within_it(client, kobe, hyogo):
    make_event("Older", place=kobe, start="1999")
    make_event("Newer", place=kobe, start="2019-03-01")
    make_event("Undated", place=kobe, start="")
    make_event("Of Hyogo", place=hyogo, start="2005")

    assert names(panel(client, kobe)["_panel.html"]["events"]) == ["Newer", "Older", "Undated"]
    assert names(panel(client, hyogo)["_panel.html"]["events"]) == ["Newer", "Of Hyogo", "Older", "Undated"]


def test_place_and_partnership_show_the_milestones_that_are_theirs(client, kobe, ohio):
    tie = make_partnership(kobe, ohio)
    make_milestone(place=kobe, name_en="Of Kobe", date="1957-10-22")
    make_milestone(partnership=tie, name_en="Of the tie", date="1963", description_en="The first.")

    assert words(shown(client, kobe)).count("22 October 1957 Of Kobe") == 1
    assert (
        words(shown(client, tie)).count("1963 Of the tie The first."),
        words(shown(client, tie)).count("Of Kobe"),
    ) == (1, 0)


# Partnerships --------------------------------------------------------------------------------------------------------


def test_partnership_shows_whom_to_write_to_and_who_helps_abroad(client, kobe, ohio, japan):
    tie = make_partnership(kobe, make_place(ohio, "Dayton"))
    make_contact_desk(kobe, name_en="Desk of Kobe")
    make_contact_desk(name_en="Desk elsewhere")
    make_organization("For the United States", serves=[ohio.country])
    make_organization("For Ohio", serves=[ohio])
    make_organization("For Japan", serves=[japan])
    found = panel(client, tie)["_partnership_panel.html"]

    assert names(found["desks"]) == ["Desk of Kobe"]
    assert names(found["organizations"]) == ["For Ohio", "For the United States"]
    assert words(shown(client, tie)).count("Whom to write to") == 1


def test_partnership_shows_its_events(client, kobe, ohio):
    tie = make_partnership(kobe, ohio)
    make_event("Of the tie", partnerships=[tie, make_partnership()])
    make_event("Of another", partnerships=[make_partnership()], place=kobe)

    assert names(panel(client, tie)["_panel.html"]["events"]) == ["Of the tie"]


# What nobody may see -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_records_stand_in_no_panel(client, kobe, ohio, publication):
    tie = make_partnership(kobe, ohio)
    hidden = {"publication": publication}
    make_contact_desk(kobe, name_en="Hidden Desk", **hidden)
    make_organization("Hidden Organization", serves=[kobe, ohio], **hidden)
    make_program(name_en="Hidden Program", places=[kobe], **hidden)
    make_event("Hidden Event", place=kobe, partnerships=[tie], **hidden)
    make_program(make_organization("Hidden Organizer", **hidden), name_en="Open Program", places=[kobe])
    for page in (kobe, kobe.region, kobe.country, ohio, tie):
        assert words(shown(client, page)).count("Hidden") == 0, page

    assert words(shown(client, kobe)).count("Open Program") == 1


# Cost ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("level", "statements"), [("country", 16), ("region", 17), ("municipality", 18), ("partnership", 10)]
)
def test_panels_take_as_many_statements_for_one_row_as_for_three(
    client, kobe, ohio, level, statements, rows, django_assert_num_queries
):
    tie = make_partnership(kobe, ohio)
    page = {"country": kobe.country, "region": kobe.region, "municipality": kobe, "partnership": tie}[level]
    place = kobe if level == "partnership" else page
    for number in range(rows):
        make_contact_desk(place, position=number + 1)
        make_organization(serves=[place, ohio])
        make_program(places=[place])
        make_edition(hosts=[place])
        make_event(place=place, program=make_program(), partnerships=[tie], organizers=[make_organization()])
        make_milestone(place=place, partnership=tie)

    with django_assert_num_queries(statements):
        shown(client, page)
