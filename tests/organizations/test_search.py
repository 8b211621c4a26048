"""One search finds organizations, programs, contact desks, figures and events, in any script, by acronym and by what they belong to."""

import pytest
from django.urls import reverse

from sistercities.core.models import public_change
from sistercities.portal.views import SHOWN_OTHERS
from tests.factories import (
    make_contact_desk,
    make_event,
    make_figure,
    make_japan,
    make_organization,
    make_place,
    make_program,
    make_region,
)
from tests.pages import Page, shown

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def records(standing):
    return standing(make_records)


def make_records():
    japan = make_japan()
    hyogo = make_region(japan, "Hyogo", name_ja="兵庫県", name_kana="ひょうごけん", slug="hyogo")
    kobe = make_place(hyogo, "Kobe", name_ja="神戸市", name_kana="こうべし", slug="kobe")
    council = make_organization(
        "Council of Local Authorities",
        name_ja="自治体国際化協会（クレア）",
        name_kana="じちたいこくさいかきょうかい",
        acronym="CLAIR",
        seat=kobe,
    )
    return {
        "organization": council,
        "program": make_program(council, name_en="Fellowship Exchange", name_ja="フェローシップ交流", acronym="FEP"),
        "desk": make_contact_desk(kobe, name_en="Protocol Division", name_ja="儀典課"),
        "figure": make_figure(
            451,
            counted_en="agreements of towns",
            counted_ja="町の協定",
            place=japan,
            stated_by=council,
            stated_by_en="Its New York office",
        ),
        "event": make_event("Leadership Symposium", name_ja="指導者シンポジウム", place=kobe, organizers=[council]),
        "hidden": make_organization("Council of Shadows", name_ja="影の協会", acronym="CLAIRE", publication="draft"),
    }


FOUND = {
    "council of local": {"organization", "program", "figure", "event"},
    "CLAIR": {"organization", "program", "figure", "event"},
    "clair": {"organization", "program", "figure", "event"},
    "自治体国際化協会": {"organization", "program", "figure", "event"},
    "クレア": {"organization", "program", "figure", "event"},
    "くれあ": {"organization", "program", "figure", "event"},
    "じちたい": {"organization", "program", "figure", "event"},
    "ｼﾞﾁﾀｲ": {"organization", "program", "figure", "event"},
    "FEP": {"program"},
    "fellowship": {"program"},
    "フェローシップ": {"program"},
    "protocol": {"desk"},
    "儀典課": {"desk"},
    "Kobe": {"organization", "desk", "event"},
    "神戸": {"organization", "desk", "event"},
    "こうべ": {"organization", "desk", "event"},
    "Hyogo protocol": {"desk"},
    "兵庫県神戸市儀典課": set(),
    "451": {"figure"},
    "agreements": {"figure"},
    "町の協定": {"figure"},
    "New York office": {"figure"},
    "symposium": {"event"},
    "シンポジウム": {"event"},
    "symposium kobe clair": {"event"},
    "shadows": set(),
    "影の協会": set(),
    "CLAIRE": set(),
    "ellowship": set(),
    "symposium shadows": set(),
    "' OR 1=1 --": set(),
}


@pytest.mark.parametrize("query", FOUND)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_search_finds_what_is_called_so_and_what_belongs_to_it(client, records, query, language):
    response = client.get(f"/{language}/search/", {"q": query})
    found = {record for others in response.context["others"] for record in others["records"]}

    assert {name for name, record in records.items() if record in found} == FOUND[query]


@pytest.mark.parametrize("query", ["%", "_", "\\", "🗾", "x" * 5000, "CLAIR\0", "(", "a" * 61])
def test_search_for_anything_is_no_failure(client, records, query):
    assert client.get(reverse("search"), {"q": query}).status_code == 200


def test_search_shows_each_kind_under_its_title_with_links(client, records):
    response = shown(client, "/en/search/?q=clair")
    page = Page(response)

    assert [others["key"] for others in response.context["others"]] == [
        "organizations",
        "programs",
        "figures",
        "events",
    ]
    for name in ("organization", "program", "figure", "event"):
        assert records[name].get_absolute_url() in page.links, name
    anchors = [link[1:] for link in page.links if link.startswith("#") and link != "#main"]
    assert set(anchors) <= {attributes.get("id") for _tag, attributes in page.elements}


def test_more_than_are_shown_are_one_link_away(client):
    for _number in range(SHOWN_OTHERS + 1):
        make_organization("Sister Society")
    response = shown(client, "/en/search/?q=society")
    (others,) = response.context["others"]
    (link,) = {link for link in Page(response).links if link.startswith("/en/organizations/?q=")}

    assert (len(others["records"]), others["more"]) == (SHOWN_OTHERS, True)
    assert shown(client, link).context["count"] == SHOWN_OTHERS + 1


def test_renamed_organization_is_found_by_its_new_name_alone(client):
    organization = make_organization("Old Society", acronym="OS")
    with public_change():
        organization.name_en, organization.acronym = "New League", "NL"
        organization.save(update_fields=["name_en", "acronym"])

    found = {
        query: client.get(f"/data/organizations.json?q={query}").json()["count"] for query in ("old", "OS", "new", "NL")
    }
    assert found == {"old": 0, "OS": 0, "new": 1, "NL": 1}


def test_order_of_names_is_that_of_the_language(client):
    for name, name_ja, kana in (("Alpha", "和会", "わかい"), ("Beta", "亜会", "あかい"), ("Gamma", "加会", "かかい")):
        make_organization(name, name_ja=name_ja, name_kana=kana, kind="other")
    make_organization("Delta", kind="other")

    def listed(language):
        results = client.get("/data/organizations.json?kind=other", headers={"accept-language": language}).json()[
            "results"
        ]
        return [organization["name_en"] for organization in results]

    assert listed("en") == ["Alpha", "Beta", "Delta", "Gamma"]
    assert listed("ja") == ["Beta", "Gamma", "Alpha", "Delta"]


def test_hidden_parent_and_seat_are_no_options(client):
    make_organization(parent=make_organization("Hidden Council", slug="hidden", publication="review"))
    make_organization(parent=make_organization("Open Council", slug="open"))

    text = client.get("/en/organizations/").content.decode()
    assert (text.count("Hidden"), text.count("Open Council") > 0) == (0, True)
    assert client.get("/data/organizations.json?belongs=hidden").status_code == 400
    assert client.get("/data/organizations.json?belongs=open").json()["count"] == 1
    assert {found["parent"] for found in client.get("/data/organizations.json").json()["results"]} == {"", "open"}


@pytest.mark.parametrize("rows", [1, 3])
def test_search_takes_as_many_statements_for_one_record_as_for_three(client, rows, django_assert_num_queries):
    for _number in range(rows):
        organization = make_organization("Quixotic", seat=make_place())
        make_program(organization, name_en="Quixotic", audiences=["students", "companies"])
        make_contact_desk(name_en="Quixotic", organization=organization)
        make_figure(counted_en="Quixotic", stated_by=organization)
        make_event("Quixotic", place=make_place(), organizers=[organization])

    with django_assert_num_queries(14):
        shown(client, "/en/search/?q=quixotic")
