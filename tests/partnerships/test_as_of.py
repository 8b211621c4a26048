"""A place as it was on a day, with the real fixtures: what its page shows, and what it says when a date is too coarse."""

import re

import pytest
from django.core.cache import cache
from django.db.models import F

from partnerships.lineage import continued_by
from partnerships.models import Partnership, Party, Place, PlaceName
from tests.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory")]

OF_HYOGO = {  # path of the American side -> (who signed, who holds the tie today)
    "us/washington/olympia": ("Yashiro", "Kato"),
    "us/washington/chelan": ("Tojo", "Kato"),
    "us/washington/kent": ("Kaibara", "Tamba"),
    "us/washington/auburn": ("Kasuga", "Tamba"),
}


def show(client, path, language="en", status=200, **query):
    cache.clear()
    response = client.get(f"/{language}/places/{path}/", query)
    assert response.status_code == status, response.headers
    return response


def shown(ties):
    """Each tie as the names of its parties."""
    return [" – ".join(place.name for place in tie.row.parties) for tie in ties]


def test_kato_and_tamba_show_what_their_predecessors_signed(client):
    kato = show(client, "jp/hyogo/kato").context["inherited"]
    tamba = show(client, "jp/hyogo/tamba").context["inherited"]

    signed = {(str(party.signed_as), str(party.others[0])) for party in (*kato, *tamba)}
    assert {("Yashiro", "Olympia"), ("Tojo", "Chelan"), ("Kaibara", "Kent"), ("Kasuga", "Auburn")} <= signed


@pytest.mark.parametrize("path", OF_HYOGO)
def test_in_2003_the_ties_stood_with_the_bodies_that_signed(client, path):
    signer, holder = OF_HYOGO[path]
    found = show(client, path, on="2003-01-01").context["found"]

    (tie,) = [names for names in shown(found.held) if signer in names]
    assert tie.startswith(signer)
    assert [names for names in shown([*found.held, *found.perhaps]) if holder in names] == []


@pytest.mark.parametrize(
    ("path", "formed"), [("jp/hyogo/kato", "20 March 2006"), ("jp/hyogo/tamba", "1 November 2004")]
)
def test_city_that_was_formed_later_holds_nothing_yet(client, path, formed):
    response = show(client, path, on="2003-01-01")
    text = response.content.decode()

    assert not response.context["found"]
    assert "did not exist on that day" in text
    assert formed in text


def test_day_after_the_merger_belongs_to_the_successor(client):
    before = show(client, "us/washington/olympia", on="2006-03-19").context["found"]
    after = show(client, "us/washington/olympia", on="2006-03-20").context["found"]

    assert ("Yashiro – Olympia" in shown(before.held), "Kato – Olympia" in shown(after.held)) == (True, True)


def test_kauai_tie_of_1963_was_of_the_district_until_the_town_was_formed(client):
    town = show(client, "jp/yamaguchi/suo-oshima", on="2004-09-30").context
    county = [
        show(client, "us/hawaii/kauai-county", on=day).context["found"]
        for day in ("1963-06-21", "1990-01-01", "2004-10-01")
    ]

    assert (town["then"].begun, bool(town["found"])) == (False, False)
    found = [[names for names in shown(ties.held) if "shima" in names] for ties in county]
    assert found == [[], ["Oshima District – Kauai County"], ["Suo-Oshima – Kauai County"]]


def test_tie_signed_later_is_not_shown_and_undated_ones_stand_apart(client):
    then = show(client, "us/washington", on="1990-01-01").context["found"]
    rows = [tie.row for tie in (*then.held, *then.perhaps)]

    assert [row for row in rows if not row.established or row.established[:4] > "1990"] == []
    assert {row.row.established for row in then.undated} <= {""}
    assert {row.pk for row in rows} < set(
        Partnership.objects.at(Place.objects.get(path="us/washington")).values_list("pk", flat=True)
    )


def test_year_of_signing_is_too_coarse_for_a_day_within_it(client):
    tie = Partnership.objects.get(slug="kato-hollister")  # "1989"
    found = show(client, "us/california/hollister", on="1989-07-01").context["found"]

    assert ([row.row.pk for row in found.perhaps], found.held) == ([tie.pk], [])
    assert "the day is not known" in found.perhaps[0].notes[0]


def test_name_and_class_are_those_of_the_day(client):
    miyoshi = Place.objects.get(path="jp/aichi/miyoshi")
    PlaceName.objects.create(
        place=miyoshi, kind="former", language="ja", name="三好町", until="2010-01-04", classification="town"
    )
    before, after = (show(client, miyoshi.path, "ja", on=day) for day in ("2009-12-31", "2010-01-04"))

    assert [Page(response).text("h1").split()[0] for response in (before, after)] == ["三好町", "みよし市"]
    assert [response.context["place"].classification for response in (before, after)] == ["town", "city"]


def test_links_to_other_places_keep_the_day(client):
    links = Page(show(client, "us/washington/olympia", on="2003-01-01")).links

    assert "/en/places/jp/hyogo/yashiro/?on=2003-01-01" in links


@pytest.mark.parametrize("written", ["1990-01-01", "1 January 1990", "平成2年1月1日", "１９９０/１/１", "H2.1.1"])
def test_day_is_read_as_people_write_it(client, written):
    response = show(client, "us/washington/olympia", on=written)

    assert "As it was on 1 January 1990." in response.content.decode()


def test_year_means_its_last_day(client):
    assert show(client, "us/washington/olympia", on="1990").context["then"].day.isoformat() == "1990-12-31"


@pytest.mark.parametrize(
    "wrong",
    ["x", "1990-13-01", "1990-02-30", "last", "3/9/1957", "2999-01-01", "0000", "<script>", "'", "9" * 500, "\0", "🗾"],
)
def test_what_is_no_day_is_said_in_words(client, wrong):
    response = show(client, "us/washington/olympia", on=wrong, status=400)

    assert Page(response).text("h1") == "This is not a day that can be shown"
    assert "<script>" not in response.content.decode()


def test_two_days_at_once_are_refused_whatever_their_order(client):
    for days in (["1990", "2003"], ["2003", "1990"]):
        assert show(client, "us/washington/olympia", on=days, status=400)


def test_blank_day_is_the_page_of_today(client):
    assert "inherited" in show(client, "jp/hyogo/kato", on="").context


def test_page_of_another_day_is_kept_out_of_search_engines_and_names_that_of_today(client):
    text = show(client, "jp/hyogo/yashiro", on="1990-01-01").content.decode()

    assert '<meta name="robots" content="noindex">' in text
    assert re.search(r'rel="canonical" href="http[^"]*/en/places/jp/hyogo/kato/"', text)


def test_each_day_is_stored_on_its_own(client):
    for day in ("2003-01-01", "2010-01-01"):
        client.get("/en/places/us/washington/olympia/", {"on": day})
    texts = [
        client.get("/en/places/us/washington/olympia/", {"on": day}).content for day in ("2003-01-01", "2010-01-01")
    ]
    today = client.get("/en/places/us/washington/olympia/").content

    assert len({*texts, today}) == 3


@pytest.mark.parametrize("path", ["us/washington/olympia", "jp/hyogo", "us"])
def test_page_of_a_day_takes_a_constant_number_of_statements(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        show(client, path, on="2003-01-01")


def test_last_day_of_a_former_place_has_a_page(client):
    former = list(Place.objects.public().former().values_list("path", flat=True))

    for path in former[::15]:
        show(client, path, on="last")


# Addresses of former places ---------------------------------------------------------------------------------------------


def test_address_of_every_former_place_answers_within_one_redirect(client):
    """Pages are drawn for a few: that a place leads nowhere further is asked of the rule itself."""
    former = list(Place.objects.public().former().with_parents())
    ends = {place.path: continued_by(place) for place in former}
    leading = {path: end for path, end in ends.items() if end}

    assert (len(former) > 90, len(leading) > 40) == (True, True)
    assert [end for end in leading.values() if continued_by(end) or end.publication != "published"] == []
    for path, end in leading.items():
        response = client.get(f"/en/places/{path}/")
        assert (response.status_code, response["Location"]) == (301, end.get_absolute_url())
    assert leading["jp/shiga/yokaichi"].path == "jp/shiga/higashiomi"
    pages = [path for path, end in ends.items() if not end][::20] + ["jp/shiga/higashiomi"]
    assert {client.get(f"/en/places/{path}/").status_code for path in pages} == {200}


def test_parties_of_the_fixtures_are_confirmed_because_their_sources_list_the_successor():
    assert Party.objects.filter(holding="presumed").count() == 0
    assert Party.objects.exclude(signed_as=None).exclude(signed_as=F("place")).count() > 80
