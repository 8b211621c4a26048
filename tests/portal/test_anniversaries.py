"""The anniversaries of a year, with the filters of the list, and the calendar of them."""

import re
from datetime import date

import icalendar
import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from partnerships.models import Partnership
from sistercities.core.models import public_change
from sistercities.curation.actions import settle
from tests.factories import make_citation, make_partnership, make_place
from tests.pages import Page
from tests.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_a_day")]

FEED = "/calendar/anniversaries.ics"


@pytest.fixture(autouse=True)
def _english():
    """Whatever the test before left behind."""
    with override("en"):
        yield


@pytest.fixture
def _on_a_day():
    with time_machine.travel("2026-11-22"):
        yield


@pytest.fixture
def world():
    """Kobe–Seattle 1957-10-22, Saitama–Ohio 1990, Sayama–Worthington 1973-09, Himeji–Seattle–Worthington 1980-01-01, Hyogo–Washington
    1963-10-01; an ended tie of 1957; two without a date."""
    return make_world()


def show(client, query="", language="en"):
    cache.clear()
    response = client.get(f"/{language}/anniversaries/{query}")
    assert response.status_code == 200
    return response


def rows(response):
    """`(years, names)` of each row, in order."""
    text = response.content.decode().partition('class="anniversary-groups"')[2].partition('class="about-rows"')[0]
    ages = re.findall(r'class="age">([^<]*)<', text)
    names = re.findall(r'<a class="tie"[^>]*>(.*?)</a>', text)
    return [(int(age), " ".join(re.findall(">([^<]+)<", name))) for age, name in zip(ages, names, strict=True)]


def groups(response):
    text = response.content.decode().partition('class="anniversary-groups"')[2]
    return re.findall(r'<h2 id="group-\d+">(.*?) <span', text)


# The page ------------------------------------------------------------------------------------------------------------


def test_page_of_a_year_names_the_ties_that_reach_a_milestone(client, world):
    response = show(client, "?year=2030")

    assert Page(response).text("h1") == "2 anniversaries in 2030"
    assert rows(response) == [(50, "Himeji Seattle Worthington"), (40, "Saitama Ohio")]
    assert groups(response) == ["January 2030", "Some time in 2030: the sources give the year only"]


def test_without_a_year_it_is_this_one(client, world):
    make_partnership(established="1976-05-04")
    response = show(client)

    assert Page(response).text("h1") == "1 anniversary in 2026"
    assert [item["year"] for item in response.context["year_links"] if item["current"]] == [2026]


def test_this_year_is_another_one_after_new_year(client, world):
    show(client)
    with time_machine.travel("2027-01-01"):
        response = client.get(reverse("anniversaries"))

    assert (response.context["year"], [age for age, _names in rows(response)]) == (2027, [70])


def test_saint_paul_and_nagasaki(client):
    make_partnership(make_place(name_en="Nagasaki"), make_place(name_en="Saint Paul"), established="1955-12-07")

    assert rows(show(client, "?year=2020")) == [(65, "Nagasaki Saint Paul")]
    assert rows(show(client, "?year=2030")) == [(75, "Nagasaki Saint Paul")]
    assert rows(show(client, "?year=2026")) == []


@pytest.mark.parametrize(
    ("established", "words"),
    [("1980-03-05", "5 March 2030 Tuesday"), ("1980-03", "March 2030"), ("1980", "2030")],
)
def test_date_is_as_precise_as_its_source(client, established, words):
    make_partnership(established=established)
    text = show(client, "?year=2030").content.decode()

    when = re.search(r'<span class="when">(.*?)</span>\n', text)[1]
    assert " ".join(re.sub("<[^>]*>", "", when).split()) == words


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("prefecture=JP-28", 1), ("state=US-WA", 1), ("state=US-OH", 2), ("country=US", 2), ("level=region", 1), ("kind=sister_state", 1),
        ("since=1985", 1), ("until=1985", 1), ("since=1981&until=1989", 0), ("q=himeji", 1), ("q=nowhere", 0), ("place=999999", 0),
        ("status=ended", 0), ("contested=1", 0),
    ],
)  # fmt: skip
def test_filters_are_those_of_the_list(client, world, query, count):
    response = show(client, f"?year=2030&{query}")

    assert (response.context["count"], len(rows(response))) == (count, count)
    assert response.context["clear_url"] == "/en/anniversaries/?year=2030"


def test_chips_keep_the_year_and_years_keep_the_filters(client, world):
    response = show(client, "?year=2030&state=US-OH&sort=state")
    (chip,) = response.context["chips"]
    urls = {item["year"]: item["url"] for item in response.context["year_links"]}

    assert chip["url"] == "/en/anniversaries/?sort=state&year=2030"
    assert urls[2031] == "/en/anniversaries/?sort=state&state=US-OH&year=2031"
    assert (response.context["previous_url"], response.context["next_url"]) == (
        "/en/anniversaries/?sort=state&state=US-OH&year=2029",
        "/en/anniversaries/?sort=state&state=US-OH&year=2031",
    )


def test_numbers_beside_the_years_are_those_of_their_pages(client, world):
    for query in ("", "&state=US-WA", "&until=1970"):
        for item in show(client, f"?year=2027{query}").context["year_links"]:
            assert show(client, item["url"].removeprefix("/en/anniversaries/")).context["count"] == item["count"]


def test_numbers_beside_the_filters_are_those_of_their_pages(client, world):
    make_partnership(world.kobe, world.dayton, established="2000", kind="friendship_city")
    page = Page(show(client, "?year=2030"))
    text = show(client, "?year=2030").content.decode()
    options = re.findall(r'name="(\w+)" value="([\w-]+)">.*?class="count">(\d+)<', text)

    assert len(options) > 5
    assert page.all("input", name="year", type="hidden") != []
    for name, value, number in options:
        assert show(client, f"?year=2030&{name}={value}").context["count"] == int(number), (name, value)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("date", ["September 2033", "Some time in 2033: the sources give the year only"]),
        ("prefecture", ["Hyogo", "Without a prefecture"]),
        ("state", ["Ohio", "Without a state or province"]),
        ("years", ["70 years", "60 years: kanreki"]),
    ],
)
def test_rows_stand_in_groups(client, world, sort, expected):
    make_partnership(make_place(), make_place(), established="1973")
    response = show(client, f"?year=2033&sort={sort}&place=")
    found = groups(response)

    assert [found[0], found[-1]] == expected
    assert len(rows(response)) == response.context["count"] == 3


def test_tie_of_several_regions_stands_once(client, world):
    assert [names for _age, names in rows(show(client, "?year=2030&sort=state"))].count(
        "Himeji Seattle Worthington"
    ) == 1


def test_page_says_what_it_leaves_out(client, world):
    response = show(client, "?year=2030")

    assert (response.context["without_date"], response.context["without_day"]) == (2, 1)
    assert show(client, "?year=2027").context["count"] == 1  # the tie of 1957 that ended is not among them


@pytest.mark.parametrize(
    "query", ["year=0", "year=99999", "year=next", "year=%00", "year=2030&sort=colour", "year=-5", "state=XX"]
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_nonsense_is_answered_in_words(client, world, query, language):
    page = Page(show(client, f"?{query}", language))

    assert (len(page.all("div", role="alert")), len(page.all("h1"))) == (1, 1)
    assert page.all("ul", class_="plain anniversaries in-rows") == []


@pytest.mark.parametrize(("year", "previous", "following"), [(1800, False, True), (2100, True, False)])
def test_first_and_last_year_lead_no_further(client, world, year, previous, following):
    context = show(client, f"?year={year}").context

    assert (bool(context["previous_url"]), bool(context["next_url"])) == (previous, following)


def test_empty_directory_has_a_page(client):
    assert Page(show(client)).text("h1") == "0 anniversaries in 2026"


@pytest.mark.parametrize("ties", [1, 3])
@pytest.mark.parametrize(
    ("query", "statements"), [("?year=2030", 5), ("?year=2030&sort=state", 5), ("?year=2030&q=town", 6)]
)
def test_page_takes_as_many_statements_for_one_tie_as_for_three(
    client, query, statements, ties, django_assert_num_queries
):
    for _number in range(ties):
        make_partnership(established="1980-05-06")
    cache.clear()

    with django_assert_num_queries(statements):
        client.get(f"/en/anniversaries/{query}")


def test_more_than_a_page_of_anniversaries_is_turned(client, world, monkeypatch):
    monkeypatch.setattr("sistercities.portal.anniversaries.AnniversaryList.page_size", 1)
    first, second = show(client, "?year=2030"), show(client, "?year=2030&page=2")

    assert (rows(first), rows(second)) == ([(50, "Himeji Seattle Worthington")], [(40, "Saitama Ohio")])


def test_files_of_a_page_hold_its_rows_and_the_subscription_all_years(client, world, settings):
    response = show(client, "?year=2030&prefecture=JP-28&sort=state", "ja")
    links = [link for link in Page(response).links if "anniversaries.ics" in link]

    assert links == [
        "/calendar/anniversaries.ics?prefecture=JP-28&year=2030&lang=ja",
        f"{settings.SITE_URL}/calendar/anniversaries.ics?prefecture=JP-28&lang=ja",
    ]
    assert [len(events(client, f"?{link.partition('?')[2]}")) for link in links] == [1, 6]


# The calendar --------------------------------------------------------------------------------------------------------


def events(client, query=""):
    cache.clear()
    response = client.get(f"{FEED}{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = icalendar.Calendar.from_ical(response.content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_calendar_holds_this_year_and_the_next_ten_with_a_day_each(client, world):
    found = events(client)

    assert {uid: event.decoded("dtstart") for uid, event in found.items()} == {
        f"partnership-{tie.pk}-anniversary-{years}@sister-city-directory": day
        for tie, years, day in [
            (world.ties[0], 70, date(2027, 10, 22)), (world.ties[0], 75, date(2032, 10, 22)),
            (world.ties[5], 50, date(2030, 1, 1)), (world.ties[5], 55, date(2035, 1, 1)),
            (world.ties[6], 65, date(2028, 10, 1)), (world.ties[6], 70, date(2033, 10, 1)),
        ]
    }  # fmt: skip
    assert {event.get("transp") for event in found.values()} == {"TRANSPARENT"}


@pytest.mark.parametrize("established", ["1980", "1980-03", ""])
def test_tie_without_a_day_is_not_in_the_calendar(client, established):
    make_partnership(established=established)

    assert events(client) == {}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?state=US-OH", 2),
        ("?prefecture=JP-28&kind=sister_state", 2),
        ("?year=2030", 1),
        ("?q=kobe", 2),
        ("?year=2021", 0),
        ("?since=1970", 2),
    ],
)
def test_calendar_has_the_filters_of_the_page(client, world, query, count):
    assert len(events(client, query)) == count


def test_calendar_of_one_partnership(client, world):
    tie = world.ties[0]
    response = client.get(f"{FEED}?partnership={tie.pk}&lang=en")

    assert len(events(client, f"?partnership={tie.pk}")) == 2
    assert response.content.decode().count("NAME:Sister-city anniversaries: Kobe – Seattle") == 2


def test_corrected_date_moves_the_event_and_makes_no_second_one(client):
    with time_machine.travel("2026-01-05T10:00:00Z", tick=False):
        tie = make_partnership(established="1980-03-05")
    before = events(client, "?year=2030")
    with time_machine.travel("2026-02-01T10:00:00Z", tick=False):
        settle(tie, "established", make_citation(tie, "established", "1980-04-06"))
    after = events(client, "?year=2030")
    (uid,) = before

    assert before.keys() == after.keys()
    assert [found[uid].decoded("dtstart") for found in (before, after)] == [date(2030, 3, 5), date(2030, 4, 6)]
    assert (before[uid]["sequence"], after[uid]["sequence"]) == (0, 27 * 24 * 60 * 60)
    assert before[uid].decoded("last-modified") < after[uid].decoded("last-modified")


def test_renamed_party_is_a_revision(client, world):
    (uid,) = before = events(client, f"?partnership={world.ties[0].pk}&year=2027")
    with time_machine.travel("2026-12-01"), public_change():
        world.kobe.name_en = "New Kobe"
        world.kobe.save()
    after = events(client, f"?partnership={world.ties[0].pk}&year=2027")

    assert str(after[uid]["summary"]) == "New Kobe – Seattle: 70 years"
    assert after[uid]["sequence"] > before[uid]["sequence"]


def test_uid_is_the_same_under_another_name_of_the_site(client, world, settings):
    before = events(client)
    settings.SITE_URL = "https://sister.example"
    after = events(client)

    assert before.keys() == after.keys()
    assert {str(event["url"]).partition("/en/")[0] for event in after.values()} == {"https://sister.example"}


def test_disputed_tie_is_tentative(client):
    make_partnership(established="1980-03-05", contested=True)
    make_partnership(established="1980-03-05")

    assert [str(event["status"]) for event in events(client, "?year=2030").values()] == ["TENTATIVE", "CONFIRMED"]


def test_calendar_is_written_in_the_language_that_is_asked_for(client, world):
    for query, headers, language in (
        ("?lang=ja", {}, "ja"), ("?lang=en", {"accept-language": "ja"}, "en"), ("", {"accept-language": "ja"}, "ja"), ("", {}, "en"),
    ):  # fmt: skip
        response = client.get(f"{FEED}{query}", headers=headers)
        assert response["Content-Language"] == language
        assert (response.content.decode().count("神戸市") > 0) == (language == "ja")


@pytest.mark.parametrize(
    "query", ["year=0", "year=99999", "year=soon", "lang=fr", "lang=%00", "state=XX", "partnership=x", "since=then"]
)
def test_calendar_refuses_nonsense_in_words(client, world, query):
    response = client.get(f"{FEED}?{query}")

    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert response.content.decode().startswith(query.partition("=")[0])


def test_calendar_is_for_every_reader_and_not_sent_twice(client, world):
    response = client.get(FEED)

    assert (response["Access-Control-Allow-Origin"], response["Cross-Origin-Resource-Policy"]) == ("*", "cross-origin")
    assert response["Content-Disposition"] == 'inline; filename="anniversaries.ics"'
    assert client.get(FEED, headers={"if-none-match": response["ETag"]}).status_code == 304
    Partnership.objects.all().update(publication="withdrawn")
    with public_change():
        pass
    assert client.get(FEED, headers={"if-none-match": response["ETag"]}).status_code == 200


def test_hidden_ties_are_in_no_calendar(client):
    for publication in ("draft", "review", "withdrawn"):
        make_partnership(established="1980-03-05", publication=publication)

    assert events(client) == {}


def test_calendar_is_capped_with_the_nearest_kept(client, world, monkeypatch):
    monkeypatch.setattr("sistercities.portal.anniversaries.MOST_EVENTS", 2)

    assert [event.decoded("dtstart").year for event in events(client).values()] == [2027, 2028]


@pytest.mark.parametrize("ties", [1, 3])
def test_calendar_takes_as_many_statements_for_one_tie_as_for_three(client, ties, django_assert_num_queries):
    for _number in range(ties):
        make_partnership(established="1980-03-05")
    cache.clear()

    with django_assert_num_queries(5):
        client.get(FEED)
    with django_assert_num_queries(1):
        client.get(FEED)
