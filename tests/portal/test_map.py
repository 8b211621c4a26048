"""The map: the list's own filters, the sheet that follows from them, what is drawn and what is said in words."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from partnerships.synthetic import generate
from sistercities.portal import map_drawing
from tests.factories import make_japan, make_partnership, make_place, make_region
from tests.pages import Page
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    """Addresses and words are those of English, whatever the test before has left."""
    with override("en"):
        yield


@pytest.fixture
def world():
    return make_world()


def get(client, query=""):
    return client.get(reverse("map") + query)


def dots(response):
    """Accessible name -> address of every dot."""
    found = re.findall(r'<a href="([^"]+)" id="d\d+"[^>]* aria-label="([^"]+)"', response.content.decode())
    return {label: href for href, label in found}


def lines(response):
    """Title -> address of every line."""
    text = response.content.decode()
    return {
        label: href
        for href, label in re.findall(r'<a href="([^"]+)" tabindex="-1" data-e=.*?<title>(.*?)</title>', text)
    }


# The same filters as the list ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "", "?state=US-OH", "?prefecture=JP-28", "?prefecture=JP-28&state=US-WA", "?q=kobe", "?since=1960&until=1980",
        "?kind=sister_city&status=presumed", "?theme=sport", "?contested=1", "?country=US&sort=newest",
    ],
)  # fmt: skip
def test_map_has_the_rows_and_the_filters_of_the_list(client, world, query):
    drawn, listed = get(client, query).context, client.get(reverse("partnerships") + query).context

    assert drawn["count"] == listed["count"]
    assert drawn["table_html"] == listed["table_html"]
    assert [(chip["name"], chip["value"]) for chip in drawn["chips"]] == [
        (chip["name"], chip["value"]) for chip in listed["chips"]
    ]


def test_list_leads_to_the_map_and_back_with_the_same_query(client, world):
    listed = client.get(reverse("partnerships") + "?state=US-OH&kind=sister_city&page=1").context
    drawn = get(client, "?kind=sister_city&sort=newest&state=US-OH&view=japan").context

    assert drawn["list_url"] == "/en/partnerships/?kind=sister_city&sort=newest&state=US-OH"
    assert (drawn["count"], listed["count"]) == (2, 2)


@pytest.mark.parametrize("name", ["partnerships", "map", "statistics"])
def test_list_map_and_statistics_lead_to_one_another_with_the_same_filters(client, world, name):
    query = "?kind=sister_city&state=US-OH"
    text = client.get(reverse(name) + query + "&page=1&sort=oldest&view=japan").content.decode()
    nav = re.search(r'<nav class="seen-as".*?</nav>', text)[0]
    links = re.findall(r'<a href="([^"]+)"', nav)

    assert [unescape(link) for link in links] == [
        f"{reverse(other)}{query}" for other in ("partnerships", "map", "statistics")
    ]
    assert re.findall(r'href="/en/([a-z]+)/[^"]*" aria-current="page"', nav) == [name]


@pytest.mark.parametrize("name", ["partnerships", "map", "statistics"])
def test_nothing_found_has_no_other_forms(client, world, name):
    assert b"seen-as" not in client.get(reverse(name) + "?q=nowhere").content


def test_files_offered_beside_the_map_are_those_of_the_list(client, world):
    links = Page(get(client, "?view=japan&state=US-OH")).links

    assert "/data/partnerships.csv?state=US-OH" in links
    assert [link for link in links if link.startswith("/data/") and "view" in link] == []


def test_filters_of_list_and_map_lead_to_their_own_page(client, world):
    """Both keep the form as ready HTML, by the same query."""
    for path in (reverse("partnerships"), reverse("map"), reverse("partnerships")):
        page = Page(client.get(path + "?state=US-OH"))
        assert [form["action"] for form in page.all("form") if form.get("aria-label") == "Filters"] == [path]


def test_only_some_rows_are_shown_beside_the_map(client, world, monkeypatch):
    monkeypatch.setattr("sistercities.portal.map.ROWS", 3)
    response = get(client)

    assert response.content.decode().count('<th scope="row">') == 3
    assert (
        Page(response).links.count("/en/partnerships/") == 4
    )  # in the navigation, above the map, under the rows, and in the foot


# Mistakes and empty answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?view=moon", ["view"]),
        ("?view=japan&view=moon", ["view"]),
        ("?since=soon&state=XX", ["since", "state"]),
        ("?since=0", ["since"]),
        ("?until=99999", ["until"]),
        ("?place=-1", ["place"]),
        ("?place=99999999999999999999", ["place"]),
        ("?sort=colour", ["sort"]),
    ],
)
def test_mistake_in_the_address_is_said_in_words(client, world, query, names):
    response = get(client, query)

    assert response.status_code == 200
    assert sorted(error["name"] for error in response.context["errors"]) == names
    assert response.content.decode().count("<svg") == 1  # the mark of the site


def test_of_a_filter_that_takes_one_value_the_last_counts(client, world):
    found = get(client, f"?place={world.kobe.pk}&place={world.seattle.pk}&q=hyogo&q=seattle").context

    assert found["heading"] == "Map of 3 partnerships in Seattle"
    assert [(chip["name"], chip["value"], chip["url"]) for chip in found["chips"]] == [
        ("q", "seattle", f"/en/map/?place={world.kobe.pk}&place={world.seattle.pk}"),
        ("place", "Seattle", "/en/map/?q=hyogo&q=seattle"),
    ]


def test_country_has_its_article(client, world):
    assert get(client, "?country=US").context["heading"] == "Map of 8 partnerships in the United States"
    assert client.get("/ja/map/?country=US").context["heading"].count("the") == 0


def test_map_knows_no_pages(client, world):
    assert get(client, "?page=99&state=US-OH").context["count"] == 5


@pytest.mark.parametrize("query", ["?q=nowhere", "?since=2090", "?place=999999", "?view=japan&q=nowhere"])
def test_nothing_found_is_words_and_no_empty_frame(client, world, query):
    response = get(client, query)

    assert (response.status_code, response.context["count"]) == (200, 0)
    assert response.content.decode().count("atlas") == 0


def test_map_of_an_empty_directory(client):
    assert get(client).context["count"] == 0


# Which sheet ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "sheet"),
    [
        ("", "world"),
        ("?view=japan", "japan"),
        ("?view=us", "us"),
        ("?view=canada", "canada"),
        ("?prefecture=JP-28", "JP-28"),
        ("?state=US-OH", "US-OH"),
        ("?state=US-OH&view=world", "world"),
        ("?state=US-OH&view=japan", "japan"),
        ("?state=US-OH&prefecture=JP-11", "world"),
        ("?state=US-OH&state=US-WA", "world"),
    ],
)
def test_sheet_follows_from_view_and_filters(client, world, query, sheet):
    response = get(client, query)
    current = [view for view in response.context["views"] if view["current"]]

    assert (response.context["sheet"].key, len(current)) == (sheet, 1)


def test_views_keep_the_filters(client, world):
    urls = [view["url"] for view in get(client, "?state=US-OH&kind=sister_city&view=us").context["views"]]

    assert urls == [
        "/en/map/?kind=sister_city&state=US-OH",
        "/en/map/?kind=sister_city&state=US-OH&view=world",
        "/en/map/?kind=sister_city&state=US-OH&view=japan",
        "/en/map/?kind=sister_city&state=US-OH&view=us",
        "/en/map/?kind=sister_city&state=US-OH&view=canada",
    ]
    assert [view["url"] for view in get(client).context["views"]][0] == "/en/map/"


def test_region_without_an_outline_is_shown_on_the_map_of_the_world(client):
    benguet = make_region(name_en="Benguet", code="PH-BEN", code_scheme="iso-3166-2")
    make_partnership(make_place(benguet, latitude=16.4, longitude=120.6), make_place(latitude=35, longitude=135))

    assert get(client, "?state=PH-BEN").context["sheet"].key == "world"


# What is drawn -------------------------------------------------------------------------------------------------------


def test_dots_are_places_with_their_ties_and_lines_are_partnerships(client, world):
    response = get(client, f"?place={world.seattle.pk}")

    assert dots(response) == {
        "Himeji, Hyogo: 1 partnership": world.himeji.get_absolute_url(),
        "Kobe, Hyogo: 1 partnership": world.kobe.get_absolute_url(),
        "Sayama, Saitama: 1 partnership": world.sayama.get_absolute_url(),
        "Seattle, Washington: 3 partnerships": world.seattle.get_absolute_url(),
        "Worthington, Ohio: 1 partnership": world.worthington.get_absolute_url(),
    }
    assert lines(response) == {
        "Kobe – Seattle, 1957": world.ties[0].get_absolute_url(),
        "Himeji – Seattle, 1980": world.ties[5].get_absolute_url(),
        "Himeji – Worthington, 1980": world.ties[5].get_absolute_url(),
        "Sayama – Seattle": world.ties[7].get_absolute_url(),
    }


def test_places_without_a_position_are_named_in_words(client, world):
    response = get(client, f"?place={world.himeji.pk}")

    assert [place["name"].text for place in response.context["picture"].unplaced] == ["Dayton"]
    assert re.findall(r'data-n="(\w+)" data-x="(\d)"', response.content.decode()) == [("Himeji", "1")]
    assert f'<a href="{world.dayton.get_absolute_url()}">Dayton</a>' in response.content.decode()


def test_selection_without_any_position_is_a_map_with_words(client):
    make_partnership(make_place(name_en="Here"), make_place(name_en="There"))
    response = get(client)

    assert (dots(response), lines(response)) == ({}, {})
    assert [place["name"].text for place in response.context["picture"].unplaced] == ["Here", "There"]


def test_regions_are_shaded_by_number_and_lead_to_their_own_map(client, world):
    text = get(client, "?view=japan&kind=sister_city&kind=sister_state").content.decode()
    shapes = dict(re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><path class="jp\d"', text))

    assert shapes == {
        "/en/map/?kind=sister_city&amp;kind=sister_state&amp;prefecture=JP-28": "Hyogo: 3 partnerships",
        "/en/map/?kind=sister_city&amp;kind=sister_state&amp;prefecture=JP-11": "Saitama: 3 partnerships",
    }
    assert re.findall(r"<tspan>(\d)</tspan>", text) == ["3", "3"]


def test_numbers_of_the_shading_stand_in_a_list_and_are_those_of_the_list(client, world):
    groups = get(client).context["region_counts"]
    counts = {item["region"].code: item["count"] for group in groups for item in group["regions"]}

    assert counts == {"JP-28": 5, "JP-11": 3, "US-OH": 5, "US-WA": 4}
    for group in groups:
        for item in group["regions"]:
            assert client.get(item["url"]).context["count"] == item["count"]


def test_lines_lead_off_the_edge_of_a_country_and_the_page_says_so(client, world):
    make_place(world.hyogo, "Awaji", latitude=34.4, longitude=134.9)
    awaji, tacoma = make_place(world.hyogo, latitude=34.4, longitude=134.9), make_place(latitude=47.2, longitude=-122.4)
    make_partnership(awaji, tacoma, themes=[])
    picture = get(client, f"?view=japan&place={awaji.pk}").context["picture"]

    assert ([dot.key for dot in picture.dots], len(picture.lines), picture.elsewhere) == ([awaji.pk], 1, 1)


def test_map_of_the_world_comes_as_near_as_its_dots_allow(client, world):
    def width(query):
        return float(
            re.search(r'class="panel main".*?viewBox="[-\d.]+ [-\d.]+ ([\d.]+)', get(client, query).content.decode())[1]
        )

    near = make_partnership(
        make_place(latitude=35, longitude=135), make_place(latitude=21, longitude=-157), established="1960"
    )

    assert width("?view=world") == 900
    assert width(f"?q={near.parties.first().place.name_en.split()[-1]}") < 600


def test_names_in_japanese(client, world):
    response = client.get(f"/ja/map/?place={world.kobe.pk}")

    assert {label.partition("（")[0] for label in dots(response)} == {"神戸市", "シアトル"}


# Many ties -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(db):
    """A directory of its own, with more ties than a map draws one by one."""
    generate(map_drawing.MOST_LINES + 50)


def test_many_ties_are_gathered_by_region_and_the_page_says_how(client, crowd):
    response = get(client)
    picture = response.context["picture"]

    assert (picture.bundled, len(picture.lines)) == (True, min(picture.bundles, map_drawing.MOST_BUNDLES))
    assert picture.held == sum(line.count for line in picture.lines)
    assert {dot.key[:3] for dot in picture.dots} == {"JP-", "US-"}
    counts = sorted(line.count for line in picture.lines)
    assert counts[0] >= 1
    assert len({line.size for line in picture.lines}) > 1
    (rule,) = response.context["map_words"]
    for number in (str(map_drawing.MOST_LINES), str(map_drawing.MOST_BUNDLES), str(picture.bundles), str(picture.held)):
        assert number in rule


def test_bundle_leads_to_the_ties_that_it_holds(client, crowd):
    picture = get(client).context["picture"]
    line = picture.lines[0]
    found = client.get(line.url).context

    assert (found["count"], found["picture"].bundled) == (line.count, False)
    dot = picture.dots[0]
    assert client.get(dot.url).context["count"] == dot.count


def test_few_of_many_ties_are_drawn_one_by_one(client, crowd):
    found = get(client, "?prefecture=JP-28&view=world").context  # these places lie anywhere in Japan

    assert found["picture"].bundled is False
    assert 0 < len(found["picture"].lines) == found["count"]


def test_map_of_many_ties_stays_light(client, crowd):
    for query in ("", "?view=japan", "?view=us"):
        response = client.get(reverse("map") + query, headers={"accept-encoding": "gzip"})
        assert len(response.content) < 80_000, query


# Cost ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ties", [1, 3])
@pytest.mark.parametrize(("query", "statements"), [("", 6), ("?view=japan", 6), ("?q=town", 6)])
def test_map_takes_as_many_statements_for_one_tie_as_for_three(
    client, ties, query, statements, django_assert_num_queries
):
    """Version, facets, ties, directory, ids of the rows, rows."""
    japan = make_japan()
    for _number in range(ties):
        here = make_place(make_region(japan), latitude=35, longitude=135)
        make_partnership(here, make_place(latitude=40, longitude=-100))

    with django_assert_num_queries(statements):
        get(client, query)


def test_map_is_stored_and_not_sent_twice(client, world, django_assert_num_queries):
    etag = get(client)["ETag"]
    with django_assert_num_queries(1):
        again = client.get(reverse("map"), headers={"if-none-match": etag})

    assert again.status_code == 304


def test_dots_that_are_near_stay_where_they_are_and_the_same_point_is_shared_by_none():
    crowd = [(380 + step / 10, 120.0) for step in range(40)]
    taken = set()
    placed = [map_drawing.apart(at, taken) for at in crowd]

    assert placed == crowd
    assert map_drawing.apart(crowd[0], taken) == (385.0, 120.0)
