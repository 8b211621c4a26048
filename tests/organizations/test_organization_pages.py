"""The page of an organization: the tree of its offices, who it works with, what it holds and states."""

import pytest

from organizations.models import Organization, ProgramPartner
from sistercities.core.models import public_change
from tests.factories import (
    make_affiliation,
    make_citation,
    make_contact_desk,
    make_event,
    make_figure,
    make_milestone,
    make_organization,
    make_place,
    make_program,
    make_region,
    make_source,
)
from tests.pages import Page, shown, terms, words

pytestmark = pytest.mark.django_db


def tree_of(response):
    """The tree of offices as nested `(name, [offices])`."""

    def names(node):
        return node["organization"].name_en, [names(office) for office in node["offices"]]

    tree = response.context["tree"]
    return names(tree) if tree else None


def groups_of(response):
    """Heading -> names of the other organizations, as they are drawn."""
    network = response.context["network"]
    return {
        group["label"]: [row["other"].name_en for row in group["rows"]]
        for group in (network["groups"] if network else ())
    }


# The record itself ---------------------------------------------------------------------------------------------------


def test_organization_says_who_where_since_when_and_how_to_reach_it(client):
    new_york = make_place(
        make_region(name_en="New York", name_ja="ニューヨーク州"), "New York City", name_ja="ニューヨーク市"
    )
    organization = make_organization(
        "Local Government Center", name_ja="自治体センター", name_kana="じちたいせんたあ", acronym="LGC", kind="overseas_office", seat=new_york,
        founded="1989", dissolved="2031-03", address="3 Park Avenue", telephone="212-555-0100", fax="212-555-0101", email="desk@example.org",
        website="https://www.example.org/", social_url="https://social.example.org/lgc", description_en="It helps.", description_ja="支援します。",
        serves=[make_place(name_en="Canada", name_ja="カナダ")],
    )  # fmt: skip
    english, japanese = shown(client, organization), shown(client, organization, "ja")
    told, page = terms(english), Page(english)

    assert (page.text("h1"), Page(japanese).text("h1")) == ("Local Government Center", "自治体センター")
    assert told["Seat"].startswith("New York City New York, ")
    assert (told["Founded"], told["Dissolved"], told["Works for"]) == ("1989", "March 2031", "Canada")
    assert (told["Address"], told["Telephone"], told["Fax"]) == ("3 Park Avenue", "212-555-0100", "212-555-0101")
    wanted = {
        "tel:212-555-0100",
        "mailto:desk@example.org",
        "https://www.example.org/",
        "https://social.example.org/lgc",
    }
    assert wanted - set(page.links) == set()
    assert [
        word
        for word in ("Overseas office", "LGC", "自治体センター", "じちたいせんたあ", "It helps.")
        if word not in words(english)
    ] == []
    assert [
        word
        for word in ("ニューヨーク市", "カナダ", "1989年（昭和64年・平成元年）", "支援します。")
        if word not in words(japanese)
    ] == []


def test_address_that_a_source_prints_wrongly_is_never_published(client):
    organization = make_organization(email_as_given="jlgc@jlgc.example/", staff_note="tried in May")
    for path in (
        organization.get_absolute_url(),
        "/en/organizations/",
        "/en/search/?q=jlgc",
        "/en/organizations/?q=jlgc",
    ):
        assert client.get(path).content.decode().count("jlgc.example") == 0, path
    for form in ("csv", "json", "geojson", "xlsx"):
        response = client.get(f"/data/organizations.{form}")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert body.count(b"jlgc.example") == body.count(b"email_as_given") == 0, form


# Offices -------------------------------------------------------------------------------------------------------------


def make_council():
    """A council in Tokyo with offices in two cities, one of which has an office of its own."""
    council = make_organization(
        "Council", founded="1988", seat=make_place(name_en="Tokyo", latitude=35.7, longitude=139.7)
    )
    london = make_organization("London", parent=council, founded="1989-04")
    new_york = make_organization(
        "New York", parent=council, founded="1989", seat=make_place(latitude=40.7, longitude=-74.0)
    )
    branch = make_organization("Boston", parent=new_york)
    return council, london, new_york, branch


TREE = ("Council", [("New York", [("Boston", [])]), ("London", [])])


@pytest.mark.parametrize("number", range(4))
def test_tree_is_the_same_from_each_of_its_offices(client, number):
    here = make_council()[number]
    response = shown(client, here)
    (current,) = [text for text in Page(response).all("b") if "aria-current" in text]

    assert tree_of(response) == TREE
    assert current["aria-current"] == "true"


def test_organization_without_offices_and_parent_has_no_tree(client):
    assert tree_of(shown(client, make_organization())) is None


def test_parent_is_one_link_away(client):
    council, _london, new_york, _branch = make_council()

    assert terms(shown(client, new_york))["Belongs to"] == "Council"
    assert Page(shown(client, new_york)).links.count(council.get_absolute_url()) >= 2


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_parents_and_offices_are_not_named_nor_what_is_below_them(client, publication):
    hidden = make_organization("Hidden Council", acronym="HIDDEN", publication=publication)
    office = make_organization("Office", parent=hidden)
    make_organization("Sibling", parent=hidden)
    below = make_organization("Hidden Branch", parent=office, publication=publication)
    make_organization("Orphan", parent=below)
    make_organization("Open Branch", parent=office)
    response = shown(client, office)

    assert tree_of(response) == ("Office", [("Open Branch", [])])
    text = response.content.decode()
    assert [name for name in ("Hidden", "HIDDEN", "Sibling", "Orphan") if name in text] == []


@pytest.mark.parametrize("length", [2, 3, 5])
def test_offices_that_belong_to_one_another_in_a_circle_are_no_failure(client, length):
    """No constraint can forbid it; each stands once."""
    circle = [make_organization(f"Office {number}") for number in range(length)]
    with public_change():
        for one, other in zip(circle, [*circle[1:], circle[0]], strict=True):
            Organization.objects.filter(pk=one.pk).update(parent=other)
    outside = make_organization("Branch", parent=circle[0])
    for record in (*circle, outside):
        record.refresh_from_db()
        names = words(shown(client, record)).partition("Offices")[2].partition("Cite this page")[0]
        assert [names.count(f"Office {number}") for number in range(length)] == [1] * length, record


def test_long_chain_of_offices_is_no_failure(client):
    office = make_organization("Office 0")
    for number in range(1, 25):
        office = make_organization(f"Office {number}", parent=office)

    assert words(shown(client, office)).count("Office 24") >= 1


def test_offices_are_drawn_where_they_are(client):
    council, *_offices = make_council()
    drawn = shown(client, council).context["tree"]["arcs"]

    assert (len(drawn["dots"]), len(drawn["paths"])) == (2, 1)


# Who works with whom -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said", "inverse"),
    [
        ("works_with", "Works with", "Works with"),
        ("partner", "Partner of", "Partner of"),
        ("member", "Member of", "Has as a member"),
        ("supports", "Supports", "Supported by"),
    ],
)
def test_affiliation_is_seen_from_both_sides(client, kind, said, inverse):
    one, other = make_organization("Center"), make_organization("League")
    make_affiliation(one, other, kind=kind, capacity_en="voice of the cities", since="1990", until="2001")

    assert groups_of(shown(client, one)) == {said: ["League"]}
    assert groups_of(shown(client, other)) == {inverse: ["Center"]}
    for page, linked in ((one, other), (other, one)):
        response = shown(client, page)
        assert Page(response).links.count(linked.get_absolute_url()) == 1
        assert [
            part for part in ("voice of the cities", "since 1990", "until 2001") if part not in words(response)
        ] == []


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_partners_are_neither_named_nor_drawn(client, publication):
    here, hidden = make_organization(), make_organization("Hidden League", acronym="HL", publication=publication)
    make_affiliation(here, hidden)
    assert (shown(client, here).context["network"], words(shown(client, here)).count("Hidden")) == (None, 0)

    make_affiliation(make_organization("Open League"), here, kind="supports")
    response = shown(client, here)
    assert groups_of(response) == {"Supported by": ["Open League"]}
    assert response.content.decode().count("Hidden League") == 0


def test_drawing_names_what_the_list_names(client):
    here = make_organization("Center")
    for name in ("National League of Towns and Villages of the North", "NLC", "全国連盟"):
        make_affiliation(here, make_organization(name))
    make_affiliation(make_organization("Ministry"), here, kind="supports")
    response = shown(client, here)
    drawing = response.content.decode().partition('class="network"')[2].partition("</svg>")[0]

    assert [len(names) for names in groups_of(response).values()] == [3, 1]
    for word in ("Center", "League", "Villages", "NLC", "全国連盟", "Ministry", "Works with", "Supported by"):
        assert drawing.count(word) >= 1, word
    (svg,) = [found for found in Page(response).all("svg") if found.get("role") == "img"]
    assert svg["aria-label"]


def test_sources_of_affiliations_stand_among_those_of_the_page(client):
    here = make_organization()
    make_affiliation(here, source=make_source(title_en="Home page of the center"))

    assert words(shown(client, here)).count("Home page of the center") == 1


# What it holds and states --------------------------------------------------------------------------------------------


def test_organization_lists_what_it_holds_helps_with_states_and_keeps(client):
    here = make_organization()
    helped = make_program(name_en="Helped Program")
    ProgramPartner.objects.create(program=helped, organization=here, role="supporter")
    make_program(here, name_en="Own Program")
    make_figure(467, stated_by=here, counted_en="agreements")
    make_contact_desk(make_place(name_en="Kobe"), organization=here, name_en="Office Desk")
    make_event("Own Summit", organizers=[here])
    make_milestone(organization=here, name_en="Its founding", date="1988-07-01")
    text = words(shown(client, here))

    said = (
        "Helped Program",
        "Own Program",
        "467 partnerships",
        "agreements",
        "Office Desk",
        "Kobe",
        "Own Summit",
        "Its founding",
        "1 July 1988",
    )
    assert [part for part in said if part not in text] == []


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_programs_figures_desks_and_events_are_not_shown(client, publication):
    here = make_organization("Center")
    make_program(here, name_en="Hidden Program", publication=publication)
    make_figure(stated_by=here, counted_en="Hidden Number", publication=publication)
    make_contact_desk(organization=here, name_en="Hidden Desk", publication=publication)
    make_event("Hidden Event", organizers=[here], publication=publication)
    Organization.objects.get(pk=here.pk).serves.add(make_place(name_en="Hiddenland", publication=publication))

    assert words(shown(client, here)).count("Hidden") == 0


@pytest.mark.parametrize("children", [1, 3])
def test_organization_takes_as_many_statements_for_one_child_as_for_three(client, children, django_assert_num_queries):
    here = make_organization(
        parent=make_organization(), seat=make_place(), serves=[make_place() for _n in range(children)]
    )
    for _number in range(children):
        make_organization(parent=here, seat=make_place())
        make_affiliation(here, source=make_source(depends_on=make_source()))
        make_affiliation(partner=here)
        make_program(here, audiences=["students", "companies"])
        make_figure(stated_by=here, place=make_place(), partner_place=make_place())
        make_contact_desk(organization=here)
        make_event(organizers=[here], place=make_place(), program=make_program())
        make_citation(here, source=make_source(depends_on=make_source()))
        make_milestone(organization=here)

    with django_assert_num_queries(16):
        shown(client, here)
