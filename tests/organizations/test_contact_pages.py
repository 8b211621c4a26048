"""The page and the list of contact desks: whom to write to, whose desk it is, and nothing that leads nowhere."""

import re

import pytest

from organizations.models import ContactDesk
from sistercities.core.models import public_change
from sistercities.curation.actions import settle
from tests.factories import (
    make_citation,
    make_contact_desk,
    make_country,
    make_japan,
    make_organization,
    make_place,
    make_region,
    make_source,
)
from tests.pages import Page, rows, shown, terms, words

pytestmark = pytest.mark.django_db

#: As lists print them: cut off, with a footnote, with a slash too many.
BROKEN = {
    "email_as_given": ["jinken-suishin@", "desk@city.example/", "desk at city", "mailto:x@y (1)"],
    "website_as_given": ["http://www.takatsuki-intl", "www.himeji-iec…", "http:/city.example"],
}


@pytest.fixture
def kurume():
    """A desk that its source lists under Kurume, though its name is that of Nishinomiya."""
    japan = make_japan()
    fukuoka, hyogo = make_region(japan, "Fukuoka", slug="fukuoka"), make_region(japan, "Hyogo", slug="hyogo")
    kurume = make_place(fukuoka, "Kurume", name_ja="久留米市", slug="kurume")
    nishinomiya = make_place(hyogo, "Nishinomiya", name_ja="西宮市", slug="nishinomiya")
    desk = make_contact_desk(
        kurume, name_en="Nishinomiya International Association", kind="association", contested=True
    )
    source = make_source(title_en="List of core cities")
    make_citation(desk, "place", kurume.path, value="Kurume City", source=source)
    make_citation(desk, "place", nishinomiya.path, value="Nishinomiya City International Association", source=source)
    return desk, nishinomiya


# The page ------------------------------------------------------------------------------------------------------------


def test_desk_says_whose_it_is_where_it_stands_and_how_to_reach_it(client):
    kobe = make_place(make_region(make_japan(), "Hyogo", name_ja="兵庫県"), "Kobe", name_ja="神戸市")
    desk = make_contact_desk(
        kobe, name_en="International Division", name_ja="国際課", within_en="Mayor's Office", within_ja="市長室", telephone="078-000-0000",
        email="kokusai@city.example", website="https://www.city.example/kokusai/", note_en="In charge of policies.", verified_on="2025-04",
        organization=make_organization("Exchange Association"),
    )  # fmt: skip
    english, japanese = shown(client, desk), shown(client, desk, "ja")
    told = terms(english)

    assert (Page(english).text("h1"), Page(japanese).text("h1")) == ("International Division", "国際課")
    assert told["Municipality"] == "Kobe 神戸市 Hyogo, Japan"
    assert (told["Department"], told["Organization"]) == ("Mayor's Office", "Exchange Association")
    assert (told["Telephone"], told["E-mail"]) == ("078-000-0000", "kokusai@city.example")
    assert (told["Last verified"], told["Note"]) == ("April 2025", "In charge of policies.")
    links = {
        "tel:078-000-0000",
        "mailto:kokusai@city.example",
        "https://www.city.example/kokusai/",
        kobe.get_absolute_url(),
    }
    assert links - set(Page(english).links) == set()
    assert [word for word in ("神戸市", "市長室", "2025年4月（令和7年）") if word not in words(japanese)] == []


@pytest.mark.parametrize(("language", "never"), [("en", "never"), ("ja", "")])
def test_desk_that_nobody_verified_says_so(client, language, never):
    desk = make_contact_desk()
    text = words(shown(client, desk, language))

    assert text.count("Nobody has checked yet whether this office still exists.") == (language == "en")
    if never:
        assert terms(shown(client, desk))["Last verified"].startswith("never")


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BROKEN.items() for value in values])
def test_broken_address_is_nowhere_to_be_seen(client, field, value):
    desk = make_contact_desk(**{field: value}, name_en="Division")
    paths = [desk.get_absolute_url(), desk.place.get_absolute_url(), "/en/contacts/", "/en/search/?q=division"]
    for path in paths:
        assert client.get(path).content.decode().count(value) == 0, path
    for form in ("csv", "json", "geojson", "xlsx"):
        response = client.get(f"/data/contacts.{form}")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert (body.count(value.encode()), body.count(b"as_given")) == (0, 0), form
    assert [link for link in Page(shown(client, desk)).links if link.startswith(("mailto:", "tel:", "http://"))] == []


@pytest.mark.parametrize("term", ["takatsuki", "jinken"])
def test_broken_address_is_not_found_by_the_public(client, term):
    make_contact_desk(
        email_as_given="jinken-suishin@", website_as_given="http://www.takatsuki-intl", staff_note="takatsuki jinken"
    )

    assert client.get(f"/data/contacts.json?q={term}").json()["count"] == 0


def test_desk_without_an_address_leads_to_its_municipality(client):
    desk = make_contact_desk(make_place(website="https://www.city.example/"))

    assert Page(shown(client, desk)).links.count("https://www.city.example/") == 1
    assert terms(shown(client, desk))["How to reach it"].count("The source gives no address that works") == 1


def test_desks_of_a_municipality_lead_to_one_another(client):
    kobe = make_place()
    desks = [make_contact_desk(kobe, position=position, name_en=f"Desk {position}") for position in (3, 1, 2)]
    make_contact_desk(kobe, position=4, publication="draft", name_en="Hidden Desk")
    response = shown(client, desks[0])

    assert [desk.name_en for desk in response.context["others"]] == ["Desk 1", "Desk 2"]
    assert words(response).count("Hidden") == 0


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_organization_of_a_desk_is_not_named(client, publication):
    desk = make_contact_desk(organization=make_organization("Hidden Body", slug="hidden", publication=publication))
    for path in (desk.get_absolute_url(), "/en/contacts/", "/data/contacts.json"):
        assert client.get(path).content.decode().lower().count("hidden body") == 0, path
    (found,) = client.get("/data/contacts.json").json()["results"]
    assert found["organization"] == ""


# A contradiction -----------------------------------------------------------------------------------------------------


def test_contradiction_shows_both_readings_with_their_reasons(client, kurume):
    desk, nishinomiya = kurume
    response = shown(client, desk)
    text = words(response)

    assert [place.name_en for place in sorted(response.context["readings"], key=lambda place: place.pk)] == [
        "Kurume",
        "Nishinomiya",
    ]
    assert text.count("The sources contradict themselves: whose desk is this?") == 1
    assert [part for part in ("Kurume City", "List of core cities", "久留米市", "西宮市") if part not in text] == []
    assert Page(response).links.count(nishinomiya.get_absolute_url()) >= 1
    assert words(shown(client, "/en/contacts/")).count("Sources disagree") >= 1


def test_desk_is_listed_as_its_source_lists_it_until_a_curator_decides(client, kurume):
    desk, nishinomiya = kurume
    assert words(shown(client, desk.place)).count(desk.name_en) == 1
    assert words(shown(client, nishinomiya)).count(desk.name_en) == 0


def test_decision_moves_the_desk_and_ends_the_contradiction(client, kurume):
    desk, nishinomiya = kurume
    before = desk.place
    ours, theirs = (
        desk.citations.get(normalised=nishinomiya.path),
        desk.citations.exclude(normalised=nishinomiya.path).get(),
    )
    with public_change():
        theirs.standing = "rejected"
        theirs.save()
        settle(desk, "place", ours, reason="the name is theirs")

    response = shown(client, desk)
    assert terms(response)["Municipality"].startswith("Nishinomiya")
    assert words(response).count("contradict") == 0
    assert (
        words(shown(client, nishinomiya)).count(desk.name_en),
        words(shown(client, before)).count(desk.name_en),
    ) == (1, 0)


def test_reading_that_names_a_hidden_or_unknown_place_is_no_link(client, kurume):
    desk, nishinomiya = kurume
    nishinomiya.publication = "draft"
    with public_change():
        nishinomiya.save()
    make_citation(desk, "place", "jp/atlantis")

    assert [place.name_en for place in shown(client, desk).context["readings"]] == ["Kurume"]


# The list ------------------------------------------------------------------------------------------------------------


def test_desks_stand_by_municipality_and_position(client):
    otsu, aomori = (
        make_place(name_en="Otsu", name_kana="おおつし"),
        make_place(name_en="Aomori", name_kana="あおもりし"),
    )
    for place, position, name in ((otsu, 2, "A"), (otsu, 1, "Z"), (aomori, 1, "M"), (otsu, 10, "B")):
        make_contact_desk(place, position=position, name_en=f"Desk {name}")

    listed = [" ".join(row) for row in rows(shown(client, "/en/contacts/"))]
    assert [name for row in listed for name in re.findall("Desk .", row)] == ["Desk M", "Desk Z", "Desk A", "Desk B"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=kobe", 2), ("q=神戸", 2), ("q=兵庫県", 2), ("q=hyogo division", 1), ("kind=education", 1), ("prefecture=JP-28", 2),
        ("prefecture=JP-28&kind=association", 1), ("country=JP", 3), ("verified=1", 1), ("contested=1", 1), ("q=教育委員会", 1), ("q=school", 1),
    ],
)  # fmt: skip
def test_desks_are_found_by_city_prefecture_and_kind_of_office(client, query, count):
    japan = make_japan()
    hyogo = make_region(japan, "Hyogo", name_ja="兵庫県", slug="hyogo", code_scheme="iso-3166-2", code="JP-28")
    toyama = make_region(japan, "Toyama", name_ja="富山県", slug="toyama", code_scheme="iso-3166-2", code="JP-16")
    kobe = make_place(hyogo, "Kobe", name_ja="神戸市")
    make_contact_desk(kobe, name_en="International Division", verified_on="2025")
    make_contact_desk(kobe, name_en="Association", kind="association", contested=True)
    make_contact_desk(
        make_place(toyama, "Toyama"), name_en="School Guidance", name_ja="教育委員会学校教育課", kind="education"
    )
    make_contact_desk(
        make_place(country=make_country(code_scheme="iso-3166-1", code="US")), kind="other", name_en="Protocol"
    )

    assert client.get(f"/data/contacts.json?{query}").json()["count"] == count


def test_desk_of_a_hidden_place_cannot_be_asked_for_by_its_name(client):
    place = make_place(name_en="Hiddenville", publication="draft")
    make_contact_desk(place, name_en="Division")

    assert client.get("/data/contacts.json?q=hiddenville").json()["count"] == 0


@pytest.mark.parametrize("children", [1, 3])
def test_desk_takes_as_many_statements_for_one_child_as_for_three(client, children, django_assert_num_queries):
    desk = make_contact_desk(contested=True, organization=make_organization())
    for number in range(children):
        make_contact_desk(desk.place, position=number + 2)
        make_citation(desk, "place", make_place().path, source=make_source(depends_on=make_source()))

    with django_assert_num_queries(5):
        shown(client, desk)


def test_slug_is_short_and_plain():
    names = {
        "Team for the Promotion of International Exchange, Department of Citizens’ Cooperation and More": 80,
        "Ōtsu": 4,
        "!!!": 4,
    }

    assert [(len(ContactDesk(name_en=name).slug) <= length) for name, length in names.items()] == [True] * 3
    assert [ContactDesk(name_en=name).slug for name in ("Ōtsu", "!!!")] == ["otsu", "desk"]
