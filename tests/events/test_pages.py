"""The page of one event, and the month view."""

import re
from datetime import date, time

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from tests.factories import (
    make_citation,
    make_event,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_region,
    make_source,
)
from tests.pages import Page, shown, terms, words

pytestmark = pytest.mark.django_db


def month_of(client, year, month, language="en"):
    with override("en"):
        return shown(client, reverse("events-month", args=[year, month]), language)


# The page of an event ------------------------------------------------------------------------------------------------


def test_event_says_what_when_where_and_by_whom(client):
    texas = make_region(name_en="Texas", name_ja="テキサス州")
    event = make_event(
        "Leadership Symposium", name_ja="リーダーシップ・シンポジウム", start="2019-03", outcome="held", attendance=250,
        attendance_qualifier="over", venue="Convention Center", place=make_place(texas, "San Antonio", name_ja="サンアントニオ"),
        organizers=[make_organization("Foundation"), make_organization("Network")], program=make_program(name_en="Initiative"),
        description_en="The first of its kind.", description_ja="初めての催しです。", website="https://example.org/symposium",
    )  # fmt: skip
    english, japanese = shown(client, event), shown(client, event, "ja")
    told = terms(english)

    assert Page(english).text("h1").startswith("Leadership Symposium")
    assert Page(japanese).text("h1").startswith("リーダーシップ・シンポジウム")
    for response in (english, japanese):
        assert [name for name in (event.name_en, event.name_ja) if name not in words(response)] == []
    assert told["When"].startswith("March 2019")
    assert told["Where"].startswith("Convention Center, San Antonio Texas, Country")
    assert told["Organizers"] == "Foundation Network"
    assert (told["Program"], told["Attendance"]) == ("Initiative", "more than 250")
    assert words(english).count("The first of its kind.") == words(japanese).count("初めての催しです。") == 1
    assert [word for word in ("2019年3月（平成31年）", "サンアントニオ") if word not in words(japanese)] == []
    assert Page(english).links.count("https://example.org/symposium") == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start": "2019"}, "2019"),
        ({"start": "2019-03"}, "March 2019"),
        ({"start": "2019-03-01"}, "1 March 2019"),
        ({"start": "2019-03-01", "end": "2019-03-01"}, "1 March 2019"),
        ({"start": "2019-03-01", "end": "2019-03-03"}, "1 March 2019 – 3 March 2019"),
        ({"start": "2019-03", "end": "2020"}, "March 2019 – 2020"),
        ({"start": ""}, "No source gives a date."),
        ({"start_time": time(9, 5), "time_zone": "Asia/Tokyo"}, "1 March 2019 09:05 Asia/Tokyo"),
        (
            {"start_time": time(9), "end_time": time(17, 30), "time_zone": "Asia/Tokyo"},
            "1 March 2019 09:00–17:30 Asia/Tokyo",
        ),
        (
            {"end": "2019-03-03", "start_time": time(22), "end_time": time(1), "time_zone": "America/Chicago"},
            "1 March 2019 22:00 – 3 March 2019 01:00 America/Chicago",
        ),
    ],
)
def test_event_says_when_as_precisely_as_is_known(client, fields, said):
    when = terms(shown(client, make_event(**fields)))["When"]

    assert when.removesuffix("in the calendar").strip() == said


NEVER_TOLD = "No source read so far says whether it took place."


@time_machine.travel("2026-11-22T10:00:00Z")
@pytest.mark.parametrize(
    ("fields", "state", "note"),
    [
        ({"start": "2020"}, "Announced; outcome unknown", NEVER_TOLD),
        ({"start": "2019-03", "outcome": "held"}, "Took place", ""),
        ({"start": "2026-11-22"}, "Coming", ""),
        ({"start": "2026"}, "Coming", ""),
        ({"start": "2020-04-01", "status": "cancelled"}, "Cancelled", "This event was cancelled."),
        ({"start": "2027-04-01", "status": "cancelled"}, "Cancelled", "This event was cancelled."),
        ({"start": "2027-04-01", "status": "postponed"}, "Postponed", ""),
        ({"start": ""}, "Announced; outcome unknown", NEVER_TOLD),
    ],
)
def test_event_says_how_it_stands(client, fields, state, note):
    text = words(shown(client, make_event(**fields)))

    assert text.count(f"Event · {state}") == 1
    assert [said for said in (NEVER_TOLD, "This event was cancelled.") if said in text] == ([note] if note else [])


def test_cancelled_event_stays_in_the_list_as_cancelled(client):
    make_event("Summit", status="cancelled", start="2020-04-01")

    assert words(shown(client, reverse("events"))).count("Summit – Cancelled") == 1


def test_page_changes_at_midnight(client):
    event = make_event(start="2026-11-22")
    with time_machine.travel("2026-11-22T23:59:00Z"):
        before = client.get(event.get_absolute_url())
    with time_machine.travel("2026-11-23T00:01:00Z"):
        after = client.get(event.get_absolute_url(), headers={"if-none-match": before["ETag"]})

    assert (words(before).count("Coming"), after.status_code, words(after).count("Announced")) == (1, 200, 1)


def test_hidden_organizers_programs_and_partnerships_are_not_named(client):
    event = make_event(
        organizers=[make_organization("Hidden Society", publication="review"), make_organization("Open Society")],
        partnerships=[make_partnership(make_place(name_en="Hiddenville"), make_place(), publication="draft")],
        program=make_program(name_en="Hidden Program", publication="withdrawn"),
    )
    text = shown(client, event).content.decode()

    assert (text.count("Hidden"), text.count("Open Society")) == (0, 1)


def test_event_lists_its_partnerships(client):
    ties = [make_partnership(established="1980"), make_partnership(established="1960")]

    assert [tie.pk for tie in shown(client, make_event(partnerships=ties)).context["ties"]] == [ties[1].pk, ties[0].pk]


def test_event_draws_where_it_takes_place(client):
    here = make_event(place=make_place(name_en="Kobe", latitude=34.69, longitude=135.19))
    nowhere = make_event(place=make_place(latitude=None, longitude=None))

    assert [dot["name"] for dot in shown(client, here).context["arcs"]["dots"]] == ["Kobe"]
    assert Page(shown(client, nowhere)).all("div", class_="locator") == []
    assert shown(client, make_event()).context["arcs"] is None


def test_text_of_an_event_cannot_become_markup(client):
    event = make_event(
        "<script>alert(1)</script>", description_en="<img src=x onerror=alert(1)>", venue='"><b>', time_zone="<i>"
    )
    page = Page(shown(client, event))

    assert page.all("img") == page.all("i") == []
    assert [found for found in page.all("script") if "src" not in found] == [{"type": "application/ld+json"}]


@pytest.mark.parametrize("children", [1, 3])
def test_event_takes_as_many_statements_for_one_child_as_for_three(client, children, django_assert_num_queries):
    organizers = [make_organization() for _number in range(children)]
    ties = [make_partnership() for _number in range(children)]
    event = make_event(organizers=organizers, partnerships=ties, place=make_place(), program=make_program())
    for _number in range(children):
        make_citation(event, source=make_source(depends_on=make_source()))

    with django_assert_num_queries(6):
        shown(client, event)


# The month view ------------------------------------------------------------------------------------------------------


def days(response):
    """Day -> names of the events that stand on it; from the cells of the table."""
    cells = re.findall("<td[^>]*>(.*?)</td>", response.content.decode(), re.DOTALL)
    numbers = [(re.search(r"<b>(\d+)</b>", cell), re.findall(r"<a [^>]*>([^<]+)</a>", cell)) for cell in cells]
    return {int(number[1]): names for number, names in numbers if number}


def busy(response):
    return {day: names for day, names in days(response).items() if names}


@pytest.mark.parametrize(
    ("year", "month", "length"),
    [
        (2019, 3, 31),
        (2020, 2, 29),
        (2021, 2, 28),
        (2000, 2, 29),
        (1900, 2, 28),
        (2100, 2, 28),
        (2019, 4, 30),
        (2100, 12, 31),
    ],
)
def test_month_has_its_days_once(client, year, month, length):
    response = month_of(client, year, month)

    assert list(days(response)) == list(range(1, length + 1))
    assert {len(week) for week in response.context["weeks"]} == {7}


@pytest.mark.parametrize(("year", "month"), [(2019, 3), (2020, 2), (1900, 1), (2100, 12), (2026, 11), (2023, 1)])
def test_days_stand_under_their_weekday(client, year, month):
    text = month_of(client, year, month).content.decode()
    heads = re.findall(
        '<span class="visually-hidden">(\\w+day)</span>', text.partition("<thead")[2].partition("</thead>")[0]
    )
    rows = text.partition('<table class="month"')[2].partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    placed = {
        int(found[1]): heads[column]
        for row in rows
        for column, cell in enumerate(row.split("<td")[1:])
        if (found := re.search(r"<b>(\d+)</b>", cell))
    }

    assert placed == {day: date(year, month, day).strftime("%A") for day in placed}
    assert len(placed) >= 28


def test_month_in_japanese_begins_its_weeks_with_sunday_too(client):
    text = month_of(client, 2019, 3, "ja").content.decode()

    assert re.findall('<span class="visually-hidden">(.曜日)</span>', text)[0] == "日曜日"
    assert words(month_of(client, 2019, 3, "ja")).count("2019年3月（平成31年）") >= 1


def test_event_stands_on_each_of_its_days(client):
    make_event("Festival", start="2020-02-28", end="2020-03-02")

    assert busy(month_of(client, 2020, 2)) == {28: ["Festival"], 29: ["Festival"]}
    assert busy(month_of(client, 2020, 3)) == {1: ["Festival"], 2: ["Festival"]}
    assert busy(month_of(client, 2020, 1)) == busy(month_of(client, 2020, 4)) == {}


def test_event_over_a_whole_year_stands_in_the_months_between(client):
    make_event("Anniversary Year", start="2019-11-15", end="2020-11-14")

    assert list(busy(month_of(client, 2020, 2))) == list(range(1, 30))


def test_events_of_a_day_stand_in_the_order_of_entry(client):
    for name in ("One", "Two", "Three"):
        make_event(name, start="2020-02-29")

    assert busy(month_of(client, 2020, 2)) == {29: ["One", "Two", "Three"]}


@pytest.mark.parametrize(
    ("start", "end"), [("2020-02", ""), ("2020-02-28", "2020-02"), ("2020-02", "2020-02-03"), ("2020-01-20", "2020-02")]
)
def test_event_of_which_a_day_is_not_known_stands_on_no_day(client, start, end):
    event = make_event("Summit", start=start, end=end)
    context = month_of(client, 2020, 2).context

    assert (context["month_only"], context["year_only"], context["count"]) == ([event], [], 1)
    assert busy(month_of(client, 2020, 2)) == {}


def test_event_of_a_year_stands_in_each_of_its_months_apart(client):
    event = make_event("Summit", start="2020")
    for month in (1, 6, 12):
        context = month_of(client, 2020, month).context
        assert (context["month_only"], context["year_only"], context["count"]) == ([], [event], 0)

    assert month_of(client, 2019, 12).context["year_only"] == month_of(client, 2021, 1).context["year_only"] == []


def test_events_of_other_months_stand_nowhere_in_it(client):
    for start in ("2020-02", "2020-02-29", "2020-04-01", "2019-03", "2021", ""):
        make_event(start=start)
    response = month_of(client, 2020, 3)

    assert (busy(response), response.context["month_only"], response.context["year_only"]) == ({}, [], [])
    assert words(response).count("The directory knows of no event in this month.") == 1


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_events_stand_in_no_month(client, publication):
    for start in ("2020-02-29", "2020-02", "2020"):
        make_event("Hidden Meeting", start=start, publication=publication)

    assert words(month_of(client, 2020, 2)).count("Hidden Meeting") == 0


def test_cancelled_event_is_marked_in_its_month(client):
    event = make_event("Summit", start="2020-02-29", status="cancelled")
    (link,) = Page(month_of(client, 2020, 2)).all("a", href=event.get_absolute_url())

    assert link["class"].split() == ["state", "cancelled"]


@time_machine.travel("2028-02-29T23:30:00Z")
def test_calendar_opens_with_this_month_and_marks_today(client):
    response = shown(client, "/en/events/calendar/")

    assert response.context["first"] == date(2028, 2, 1)
    assert re.findall(r'aria-current="date"[^>]*><b>(\d+)</b>', response.content.decode()) == ["29"]
    assert month_of(client, 2028, 3).content.decode().count('aria-current="date"') == 0


def test_calendar_turns_its_page_at_midnight(client):
    with time_machine.travel("2026-12-31T23:59:00Z"):
        before = client.get("/en/events/calendar/")
    with time_machine.travel("2027-01-01T00:01:00Z"):
        after = client.get("/en/events/calendar/", headers={"if-none-match": before["ETag"]})

    assert (before.context["first"], after.status_code) == (date(2026, 12, 1), 200)
    assert after.context["first"] == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("year", "month", "neighbours"),
    [
        (2019, 3, ["2019-02", "2019-04"]),
        (2019, 12, ["2019-11", "2020-01"]),
        (1900, 1, ["1900-02"]),
        (2100, 12, ["2100-11"]),
    ],
)
def test_month_leads_to_its_neighbours_as_far_as_there_are_pages(client, year, month, neighbours):
    links = Page(month_of(client, year, month)).all("a", class_="step")
    steps = [link["href"] for link in links if link.get("rel") in ("prev", "next")]

    assert steps == [f"/en/events/calendar/{neighbour}/" for neighbour in neighbours]
    assert {client.get(step).status_code for step in steps} == {200}


@pytest.mark.parametrize(
    "address",
    [
        "2019-13", "2019-00", "2019-0", "0-1", "0000-01", "0001-01", "1899-12", "2101-01", "9999-12", "10000-01", "2019-3", "02019-03",
        "2019-003", "-2019-03", "2019--3", "2019-03-01", "２０１９-０３", "2019-%33%00", "%00", "9" * 5000 + "-01", "2019-" + "1" * 5000,
    ],
)  # fmt: skip
def test_month_that_is_none_is_not_found_in_words(client, address):
    response = client.get(f"/en/events/calendar/{address}/")

    assert (response.status_code, len(Page(response).all("h1"))) == (404, 1)


@pytest.mark.parametrize(
    ("start", "linked"), [("2019-03", True), ("1899-12", False), ("2101-01-01", False), ("2019", False)]
)
def test_event_leads_to_its_month_where_there_is_one(client, start, linked):
    page = Page(shown(client, make_event(start=start)))
    months = [link for link in page.links if re.fullmatch(r"/en/events/calendar/\d{4}-\d\d/", link)]

    assert months == ([f"/en/events/calendar/{start}/"] if linked else [])


@pytest.mark.parametrize("events", [1, 3])
def test_month_takes_as_many_statements_for_one_event_as_for_three(client, events, django_assert_num_queries):
    for _number in range(events):
        for start in ("2020-02-29", "2020-02", "2020"):
            make_event(start=start, place=make_place(), program=make_program())

    with django_assert_num_queries(2):
        month_of(client, 2020, 2)


def test_stored_month_takes_one_statement(client, django_assert_num_queries):
    month_of(client, 2020, 2)

    with django_assert_num_queries(1):
        client.get("/en/events/calendar/2020-02/")
