"""The sheets for print: what stands on them, and that they say how they were made. Whether they fit is tested in the browser."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.utils.translation import override

from partnerships.models import Partnership, Succession
from sistercities.portal.onepagers import LAYOUTS, layout
from tests.factories import make_act, make_citation, make_partnership, make_place, make_region, make_source
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """Whatever the test before left behind."""
    with override("en"):
        yield


@pytest.fixture
def world(laid_world):
    return laid_world()


def sheet(client, record, language="en"):
    cache.clear()
    response = client.get(f"/{language}{record.get_absolute_url()[3:]}print/")
    assert response.status_code == 200
    return response


def words(response):
    return " ".join(
        re.sub("<[^>]*>", " ", response.content.decode().partition("<main")[2].partition("</main>")[0]).split()
    )


# Places --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "form"),
    [(0, "few"), (7, "few"), (8, "table"), (19, "table"), (20, "table"), (21, "columns"), (40, "columns"), (41, "summary"),
     (108, "summary")],
)  # fmt: skip
def test_layout_follows_the_number_of_ties(count, form):
    assert layout(count) == form


@time_machine.travel("2026-11-22")
def test_sheet_of_a_state_has_its_ties_with_the_own_side_first(client, world):
    response = sheet(client, world.ohio)
    text = words(response)

    assert response.context["count"] == 5
    assert [([p.name for p in item.own], [p.name for p in item.partners]) for item in response.context["ties"]] == [
        (["Dayton"], ["Kobe"]),
        (["Worthington"], ["Sayama"]),
        (["Worthington"], ["Himeji", "Seattle"]),
        (["Ohio"], ["Saitama"]),
        (["Dayton"], ["Himeji"]),
    ]
    for expected in (
        "Ohio オハイオ州",
        "September 1973",
        "Sayama (Saitama)",
        "Saitama (Japan)",
        "55 in 2028",
        "40 in 2030",
    ):
        assert text.count(expected) >= 1, expected


@time_machine.travel("2026-11-22")
def test_sheet_says_when_and_from_where_it_was_taken(client, world, settings):
    settings.SITE_URL = "https://sister.example"
    text = words(sheet(client, world.ohio))

    for expected in (
        "Retrieved on 22 November 2026.",
        "https://sister.example/en/places/us/ohio/",
        "CC BY-SA 4.0",
        "Natural Earth",
    ):
        assert text.count(expected) == 1, expected


@time_machine.travel("2026-11-22")
def test_next_anniversaries_stand_in_order_with_the_day_of_the_week(client, world):
    make_partnership(make_place(world.ohio, "Delaware"), make_place(), established="2017-04-19")
    text = words(sheet(client, world.ohio)).partition("The next anniversaries")[2].partition("Partnerships,")[0]

    assert re.findall(r"19 April 2027 Monday|September 2028|1 January 2030 Tuesday", text) == [
        "19 April 2027 Monday", "September 2028", "1 January 2030 Tuesday",
    ]  # fmt: skip


def test_ended_tie_has_no_next_anniversary(client, world):
    ended, *_others = sheet(client, world.ohio).context["ties"]

    assert (ended.tie.pk, ended.next) == (world.ties[4].pk, None)
    assert words(sheet(client, world.ohio)).count("Sister port, Ended") == 1


def test_figures_of_a_sheet(client, world):
    figures = sheet(client, world.ohio).context["figures"]

    assert {name: figures[name] for name in ("own", "partners", "regions", "dated", "to_the_day")} == {
        "own": 3, "partners": 5, "regions": 3, "dated": 4, "to_the_day": 2,
    }  # fmt: skip
    assert [figures["oldest"].tie.pk, figures["newest"].tie.pk] == [world.ties[4].pk, world.ties[1].pk]


def test_sources_stand_with_the_number_of_ties_that_they_state(client, world):
    often, seldom = make_source(title_en="The list"), make_source(title_en="The letter")
    for tie in world.ties[1:4]:
        make_citation(tie, source=often, read_on="2026-02-01")
    make_citation(world.ties[1], "established", source=often, read_on="2026-03-01")
    make_citation(world.ties[2], source=seldom)
    make_citation(world.ties[3], source=make_source(), standing="rejected")
    context = sheet(client, world.ohio).context

    assert [(item["source"].title_en, item["count"], item["read_on"]) for item in context["sources"]] == [
        ("The list", 3, "2026-03-01"),
        ("The letter", 1, "2026-02-01"),
    ]
    assert (context["sources_count"], context["more_sources"]) == (2, 0)


@pytest.mark.parametrize("form", ["table", "columns", "summary"])
def test_every_layout_names_what_it_shows(client, world, monkeypatch, form):
    monkeypatch.setattr("sistercities.portal.onepagers.layout", lambda count: form)
    response = sheet(client, world.ohio)
    text = words(response)

    assert len(response.context["ties"]) == 5
    assert (text.count("The list of all 5 partnerships"), text.count("By the partners' regions")) == {
        "table": (0, 0), "columns": (0, 0), "summary": (1, 1),
    }[form]  # fmt: skip
    assert Page(response).all("article", class_=f"sheet {form}") != []


def test_summary_names_the_oldest_ties_and_says_so(client, world, monkeypatch):
    monkeypatch.setattr("sistercities.portal.onepagers.layout", lambda count: "summary")
    monkeypatch.setattr("sistercities.portal.onepagers.SHOWN_OLDEST", 2)
    response = sheet(client, world.ohio)
    oldest = (
        Partnership.objects.public().at(world.ohio).order_by("established_order", "pk").values_list("pk", flat=True)
    )

    assert [item.tie.pk for item in response.context["ties"]] == list(oldest[:2])
    assert "Ohio: the 2 oldest of 5 partnerships" in words(response)
    assert sheet(client, world.japan).context["ties"] == []  # it has its own regions there


def test_country_is_counted_by_its_own_regions_and_those_of_its_partners(client, world, monkeypatch):
    monkeypatch.setattr("sistercities.portal.onepagers.layout", lambda count: "summary")
    context = sheet(client, world.japan).context

    assert context["by_own"] == [("Hyogo", 5), ("Saitama", 3)]
    assert context["by_partner"] == [("Ohio", 5), ("Washington", 4)]


def test_regions_of_the_same_name_are_not_one(client, world, monkeypatch):
    monkeypatch.setattr("sistercities.portal.onepagers.layout", lambda count: "summary")
    for _number in range(2):
        make_partnership(world.kobe, make_place(make_region(name_en="Punjab")))

    assert sheet(client, world.japan).context["by_partner"][2:] == [("Punjab", 1), ("Punjab", 1)]


def test_municipality_and_former_place_have_a_sheet(client, world):
    former = make_place(world.hyogo, "Kaibara", slug="kaibara", abolished="2004-11-01")
    followed = make_place(world.hyogo, "Hikami", slug="hikami", abolished="2004-11-01")
    Succession.objects.create(predecessor=followed, successor=world.himeji, kind="new_merger", date="2004-11-01")

    assert [tie.tie.pk for tie in sheet(client, world.kobe).context["ties"]] == [world.ties[0].pk, world.ties[4].pk]
    assert words(sheet(client, former)).count("The directory knows of no partnership of this place.") == 1
    assert client.get(f"{followed.get_absolute_url()}print/")["Location"] == f"{world.himeji.get_absolute_url()}print/"


def test_place_without_a_position_has_a_sheet(client, world):
    assert sheet(client, world.dayton).context["count"] == 2


# Partnerships --------------------------------------------------------------------------------------------------------


@time_machine.travel("2026-11-22")
def test_sheet_of_a_partnership_has_both_scripts_dates_and_anniversaries(client, world):
    response = sheet(client, world.ties[0])
    text = words(response)

    assert Page(response).text("h1") == "Kobe – Seattle"
    for expected in (
        "神戸市 こうべし",
        "シアトル",
        "22 October 1957",
        "昭和32年10月22日",
        "70 22 October 2027 Friday",
        "75 22 October 2032",
    ):
        assert text.count(expected) >= 1, expected
    assert [item.years for item in response.context["anniversaries"]] == [70, 75, 80, 85, 90, 95]


def test_sheet_makes_up_no_day(client, world):
    text = words(sheet(client, world.ties[2]))

    assert text.count("The sources give no day; none is made up here.") == 1
    assert words(sheet(client, world.ties[0])).count("none is made up") == 0


def test_sheet_shows_every_value_of_a_disputed_fact(client):
    tie = make_partnership(established="1965", contested=True)
    make_citation(tie, "established", "1965", standing="preferred", source=make_source(title_en="The one"))
    make_citation(tie, "established", "1966", source=make_source(title_en="The other"))
    make_citation(tie, "established", "1970", standing="rejected", source=make_source(title_en="The third"))
    text = words(sheet(client, tie)).partition("Sources disagree: established")[2].partition(" Sources ")[0]

    assert " ".join(text.split()) == "1965 The one used here 1966 The other"


def test_long_history_is_cut_with_a_word(client, world):
    for year in range(1960, 1980):
        make_act(world.ties[0], "exchange", date=str(year), source=make_source())
    context = sheet(client, world.ties[0]).context

    assert (len(context["timeline"]), context["more_acts"]) == (9, 13)
    assert (len(context["sources"]), context["more_sources"]) == (9, 12)


# Addresses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_records_have_no_sheet(client, publication):
    status = 410 if publication == "withdrawn" else 404
    for record in (make_partnership(publication=publication), make_place(publication=publication)):
        assert client.get(f"{record.get_absolute_url()}print/").status_code == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("places/print/", 404),
        ("places/xx/print/", 404),
        ("places/%00/print/", 404),
        ("partnerships/0-x/print/", 404),
        ("places/us/print/print/", 404),
    ],
)
def test_sheet_of_nothing_is_not_found(client, world, path, status):
    assert client.get(f"/en/{path}").status_code == status


def test_wrong_address_is_sent_to_the_right_sheet(client, world):
    for wrong, right in (
        (f"/ja/partnerships/{world.ties[0].pk}-x/print/", f"/ja/partnerships/{world.ties[0].pk}-kobe-seattle/print/"),
        ("/en/places/JP/Hyogo/print/", "/en/places/jp/hyogo/print/"),
    ):
        response = client.get(wrong)
        assert (response.status_code, response["Location"]) == (301, right)


def test_sheets_are_kept_out_of_search_engines_and_linked_from_their_records(client, world):
    for record in (world.ties[0], world.japan, world.hyogo, world.kobe):
        assert Page(sheet(client, record)).all("meta", name="robots", content="noindex") != []
        assert Page(client.get(record.get_absolute_url())).links.count(f"{record.get_absolute_url()}print/") == 1


# Statements ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ties", [1, 3])
def test_sheet_takes_as_many_statements_for_one_tie_as_for_three(client, ties, django_assert_num_queries):
    place = make_place()
    for _number in range(ties):
        make_citation(make_partnership(place, make_place(), established="1976-06-05"))
    cache.clear()

    for record in (place, place.region, place.country):
        with django_assert_num_queries(6):
            sheet(client, record)


@pytest.mark.parametrize("children", [1, 3])
def test_sheet_of_a_partnership_takes_six_statements(client, children, django_assert_num_queries):
    tie = make_partnership(*(make_place() for _number in range(children + 1)), established="1976-06-05")
    for _number in range(children):
        make_act(tie, place=make_place(), source=make_source())
        make_citation(tie, source=make_source(depends_on=make_source()))
    cache.clear()

    with django_assert_num_queries(6):
        sheet(client, tie)


def test_stored_sheet_takes_one_statement(client, world, django_assert_num_queries):
    for record in (world.ties[0], world.ohio):
        sheet(client, record)
        with django_assert_num_queries(1):
            client.get(f"{record.get_absolute_url()}print/")


def test_layouts_grow():
    assert list(LAYOUTS.values()) == sorted(LAYOUTS.values())
