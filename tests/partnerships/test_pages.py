"""The pages of one record: a partnership, a country, a region, a municipality."""

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from partnerships.models import Succession
from sistercities.core.models import public_change
from tests.factories import (
    make_act,
    make_citation,
    make_country,
    make_name,
    make_partnership,
    make_place,
    make_region,
    make_source,
)
from tests.pages import Page
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def show(client, record, language="en"):
    """The page of a record, made anew."""
    cache.clear()
    with override(language):
        path = record.get_absolute_url()
    response = client.get(path)
    assert response.status_code == 200
    return response


# Who may be seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("publication", "status"), [("draft", 404), ("review", 404), ("published", 200), ("withdrawn", 410)]
)
def test_partnership_answers_by_its_publication(client, publication, status):
    tie = make_partnership(publication=publication)

    assert client.get(tie.get_absolute_url()).status_code == status


@pytest.mark.parametrize(
    ("publication", "status"), [("draft", 404), ("review", 404), ("published", 200), ("withdrawn", 410)]
)
def test_place_answers_by_its_publication(client, publication, status):
    place = make_place(publication=publication)

    assert client.get(place.get_absolute_url()).status_code == status


def test_withdrawn_partnership_does_not_name_itself(client):
    tie = make_partnership(make_place(name_en="Secretville"), make_place(), publication="withdrawn")
    response = client.get(tie.get_absolute_url())

    assert response.content.decode().count("Secretville") == 0
    assert "max-age" not in response.get("Cache-Control", "")


def test_note_for_staff_is_never_shown(client, world):
    with public_change():
        for record in (world.kobe, world.ties[0]):
            type(record).objects.filter(pk=record.pk).update(staff_note="a word in confidence")
    for record in (world.kobe, world.ties[0]):
        assert show(client, record).content.decode().count("a word in confidence") == 0


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_ties_stand_on_no_page_of_a_place(client, world, publication):
    before = {record: show(client, record).context for record in (world.japan, world.hyogo, world.kobe)}
    make_partnership(world.kobe, world.worthington, publication=publication)
    for record, context in before.items():
        after = show(client, record).context
        assert [tie.pk for tie in after["ties"]] == [tie.pk for tie in context["ties"]]
        assert after.get("count") == context.get("count")


# Addresses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["x", "kobe", "神戸", "Kobe-Seattle", "%2e%2e"])
def test_wrong_slug_is_sent_to_the_right_one(client, world, slug):
    tie = world.ties[0]
    response = client.get(f"/en/partnerships/{tie.pk}-{slug}/")

    assert (response.status_code, response["Location"]) == (301, f"/en/partnerships/{tie.pk}-kobe-seattle/")


def test_redirect_keeps_the_language(client, world):
    assert client.get(f"/ja/partnerships/{world.ties[0].pk}-x/")["Location"].startswith("/ja/partnerships/")


def test_address_of_a_place_in_capitals_is_sent_to_the_small_one(client, world):
    response = client.get("/en/places/JP/Hyogo/Kobe/")

    assert (response.status_code, response["Location"]) == (301, "/en/places/jp/hyogo/kobe/")


@pytest.mark.parametrize(
    "path",
    [
        "partnerships/0-x/", "partnerships/99999999999999999999999-x/", "partnerships/1-/", "partnerships/-1-x/", "partnerships/1/",
        "places/xx/", "places/jp/hyogo/kobe/port/", "places/jp//kobe/", "places/%00/", "places/jp%00/", "places/%F0%9F%97%BE/",
        "places/../", f"places/{'a' * 3000}/", "places/%25/", "places/'/", "places/_/",
    ],
)  # fmt: skip
def test_address_of_nothing_is_not_found(client, world, path):
    assert client.get(f"/en/{path}").status_code == 404


# Statements ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("children", [1, 3])
def test_partnership_takes_as_many_statements_for_one_child_as_for_three(client, children, django_assert_num_queries):
    tie = make_partnership(*(make_place() for _number in range(children + 1)))
    for _number in range(children):
        make_act(tie, place=make_place(), source=make_source())
        make_citation(tie, source=make_source(depends_on=make_source()))

    with django_assert_num_queries(10):
        show(client, tie)


@pytest.mark.parametrize("children", [1, 3])
@pytest.mark.parametrize(("level", "statements"), [("country", 16), ("region", 17), ("municipality", 19)])
def test_place_takes_as_many_statements_for_one_child_as_for_three(
    client, level, statements, children, django_assert_num_queries
):
    region = make_region(make_country(code_scheme="iso-3166-1", code="JP"), code_scheme="iso-3166-2", code="JP-28")
    place = make_place(region)
    shown = {"country": region.country, "region": region, "municipality": place}[level]
    for _number in range(children):
        make_name(shown, f"Other {_number}")
        make_citation(shown)
        former, later = make_place(region), make_place(region)
        Succession.objects.create(predecessor=former, successor=shown, kind="absorption", source=make_source())
        Succession.objects.create(predecessor=shown, successor=later, kind="absorption", source=make_source())
        make_partnership(place, make_place())
        make_partnership(make_place(region), make_place())
        make_partnership(later, make_place(), signed_as={later: place})

    with django_assert_num_queries(statements):
        show(client, shown)


def test_stored_record_takes_one_statement(client, world, django_assert_num_queries):
    for record in (world.ties[0], world.japan, world.hyogo, world.kobe):
        show(client, record)
        with django_assert_num_queries(1):
            client.get(record.get_absolute_url())


# What a partnership says ---------------------------------------------------------------------------------------------


@time_machine.travel("2026-11-22")
def test_partnership_shows_both_scripts_date_age_and_distance(client, world):
    english, japanese = show(client, world.ties[0]), show(client, world.ties[0], "ja")

    assert Page(english).text("h1") == "Kobe – Seattle"
    assert Page(japanese).text("h1") == "神戸市 – シアトル"
    for response, date in ((english, "22 October 1957"), (japanese, "1957年10月22日（昭和32年）")):
        text = response.content.decode()
        assert [word for word in ("Kobe", "神戸市", "こうべし", "Seattle", "シアトル", date) if word not in text] == []
    assert (english.context["age"], english.context["distance_km"]) == (69, world.ties[0].distance_km)
    assert english.context["distance_km"] > 0


def test_name_without_translation_is_marked_with_its_language(client, world):
    response = show(client, world.ties[2], "ja")

    assert response.content.decode().count('<span lang="en">Worthington</span>') >= 1


def test_undated_partnership_says_that_no_source_gives_a_date(client, world):
    context = show(client, world.ties[3]).context

    assert (context["age"], context["timeline"]) == (None, [])


def test_acts_stand_in_order_with_the_undated_last(client, world):
    tie = world.ties[7]
    make_act(tie, "renewal", date="1999")
    make_act(tie, "exchange", date="")
    make_act(tie, "first_contact", date="1955-12")
    timeline = show(client, tie).context["timeline"]

    assert [entry["date"] for entry in timeline] == ["1955-12", "1999", ""]


def test_establishment_stands_among_the_acts_once(client, world):
    tie = make_partnership(established="1960-01-02")
    assert [(entry["label"], entry["date"]) for entry in show(client, tie).context["timeline"]] == [
        ("Established", "1960-01-02")
    ]

    make_act(tie, "signing", date="1960-01-02")
    assert [entry["label"] for entry in show(client, tie).context["timeline"]] == ["signing"]


def test_contested_fact_shows_the_value_of_every_source(client, world):
    tie = make_partnership(established="1965", contested=True)
    make_citation(tie, "established", "1965", standing="preferred", source=make_source(title_en="The one"))
    make_citation(tie, "established", "1966", source=make_source(title_en="The other"))
    make_citation(
        tie, "established", "1970", standing="rejected", reason="a slip", source=make_source(title_en="The third")
    )
    response = show(client, tie)
    (fact,) = response.context["facts"]
    text = response.content.decode()

    assert (fact["name"], fact["contested"]) == ("established", True)
    assert [claim.normalised for claim in fact["claims"]] == ["1965", "1966", "1970"]
    assert [word for word in ("1965", "1966", "The one", "The other", "a slip") if word not in text] == []


def test_coarser_date_does_not_contest_a_finer_one(client):
    tie = make_partnership(established="1965-05-01")
    make_citation(tie, "established", "1965-05-01", standing="preferred")
    make_citation(tie, "established", "1965")

    assert [fact["contested"] for fact in show(client, tie).context["facts"]] == [False]


def test_every_source_stands_once_with_the_day_on_which_it_was_read(client):
    source = make_source(title_en="City of Kobe", url="https://example.org/kobe", publisher="Kobe")
    tie = make_partnership()
    make_citation(tie, source=source, read_on="2026-02-11")
    make_citation(tie, "established", "1957", source=source, read_on="2026-02-11")
    make_act(tie, source=source)
    response = show(client, tie)

    assert response.context["sources"] == [source]
    assert Page(response).links.count("https://example.org/kobe") == 1
    assert response.content.decode().count("11 February 2026") == 2


def test_former_signatory_is_named_with_a_link(client, world):
    former = make_place(world.hyogo, "Kaibara", name_ja="柏原町", slug="kaibara")
    tie = make_partnership(world.himeji, world.dayton, signed_as={world.himeji: former}, established="1968")

    assert Page(show(client, tie)).links.count("/en/places/jp/hyogo/kaibara/?on=last") == 1


def test_ended_partnership_counts_its_age_to_the_end(client, world):
    context = show(client, world.ties[4]).context

    assert context["age"] == 42


def test_addresses_of_sources_cannot_run_a_script(client):
    tie = make_partnership()
    source = make_source(title_en="<script>alert(1)</script>", url="https://example.org/?a=1&b=<x>")
    make_citation(tie, source=source, value="<img src=x onerror=alert(1)>")
    page = Page(show(client, tie))

    assert page.all("img") == []
    assert [found for found in page.all("script") if "src" not in found] == [{"type": "application/ld+json"}]


# What a place says ---------------------------------------------------------------------------------------------------


def test_country_lists_its_prefectures_by_area(client, world):
    areas = show(client, world.japan).context["areas"]

    assert [(area["slug"], [(item["region"].code, item["count"]) for item in area["regions"]]) for area in areas] == [
        ("kanto", [("JP-11", 3)]),
        ("kinki", [("JP-28", 5)]),
    ]


def test_country_lists_its_states_with_their_ties(client, world):
    context = show(client, world.america).context

    assert [(item["region"].code, item["count"]) for item in context["regions"]] == [("US-OH", 5), ("US-WA", 4)]
    assert (context["areas"], context["count"]) == ([], 8)


def test_counts_of_a_country_are_those_of_the_list(client, world):
    for item in show(client, world.america).context["regions"]:
        cache.clear()
        listed = client.get(reverse("partnerships"), {"state": item["region"].code}).context["count"]
        assert listed == item["count"]


def test_region_lists_the_ties_of_itself_and_of_its_municipalities(client, world):
    context = show(client, world.ohio).context

    assert [tie.pk for tie in context["ties"]] == [world.ties[n].pk for n in (4, 2, 5, 1, 3)]
    assert {place.pk: place.extra["ties"] for place in context["municipalities"]} == {
        world.dayton.pk: 2,
        world.worthington.pk: 2,
    }


def test_municipality_shows_its_ties_and_neighbours_that_have_ties(client, world):
    make_place(world.hyogo, "Loneville")
    context = show(client, world.kobe).context

    assert [tie.pk for tie in context["ties"]] == [world.ties[0].pk, world.ties[4].pk]
    assert [place.pk for place in context["neighbours"]] == [world.himeji.pk]


def test_link_to_all_ties_of_a_place_lists_them(client, world):
    for record in (world.japan, world.hyogo, world.ohio, world.kobe):
        context = show(client, record).context
        cache.clear()
        assert client.get(context["ties_url"]).context["count"] == len(context["ties"]), record


def test_former_place_leads_to_its_successor_and_back(client, world):
    former = make_place(world.hyogo, "Kaibara", slug="kaibara", abolished="2004-11-01")
    Succession.objects.create(predecessor=former, successor=world.himeji, kind="new_merger", date="2004-11-01")

    assert client.get(former.get_absolute_url())["Location"] == "/en/places/jp/hyogo/himeji/"
    assert Page(client.get(former.own_url)).links.count("/en/places/jp/hyogo/himeji/") >= 1
    assert Page(show(client, world.himeji)).links.count("/en/places/jp/hyogo/kaibara/?on=last") >= 1


def test_hidden_successor_is_not_named(client, world):
    hidden = make_place(world.hyogo, "Hiddenville", slug="hiddenville", publication="draft")
    Succession.objects.create(predecessor=world.himeji, successor=hidden, kind="renaming")

    assert show(client, world.himeji).content.decode().count("Hiddenville") == 0


def test_place_without_a_position_has_a_page(client, world):
    assert show(client, world.dayton).context["arcs"]["dots"] != []


def test_place_without_anything_has_a_page(client):
    place = make_place(name_en="", name_ja="", name_local="ヌル")

    assert show(client, place).context["ties"] == []
    assert show(client, place, "ja").context["neighbours"] == []
