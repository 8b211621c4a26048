"""The admin of places and partnerships, as a curator, a coordinator and a viewer meet it."""

import json

import pytest
from django.urls import reverse

from partnerships.models import Partnership, Place
from sistercities.core.models import DataVersion
from tests.factories import (
    make_act,
    make_citation,
    make_country,
    make_name,
    make_partnership,
    make_place,
    make_region,
    make_source,
    make_user,
)

from .admin_forms import errors, page, place_form, rows

pytestmark = pytest.mark.django_db


# Lists


def test_partnership_list_costs_the_same_for_one_row_and_for_three(curator, django_assert_num_queries):
    make_partnership()
    curator.get(page("partnership"))
    with django_assert_num_queries(17):
        curator.get(page("partnership"))
    make_partnership()
    make_partnership()

    with django_assert_num_queries(17):
        response = curator.get(page("partnership"))

    assert len(response.context["cl"].result_list) == 3


def test_place_list_costs_the_same_for_one_region_and_for_three(curator, django_assert_num_queries):
    make_place()
    curator.get(page("place"))
    with django_assert_num_queries(15):
        curator.get(page("place"))
    make_place()
    make_place()

    with django_assert_num_queries(15):
        curator.get(page("place"))


def test_partnership_page_costs_the_same_for_two_rows_and_for_four(curator, django_assert_num_queries):
    tie = make_partnership()
    for _n in range(2):
        make_citation(tie)
        make_act(tie, place=tie.places[0], source=make_source())
    curator.get(page("partnership", "change", tie.pk))
    with django_assert_num_queries(11):
        curator.get(page("partnership", "change", tie.pk))
    for _n in range(2):
        make_citation(tie)
        make_act(tie, place=tie.places[0], source=make_source())

    with django_assert_num_queries(11):
        curator.get(page("partnership", "change", tie.pk))


@pytest.mark.parametrize("model", ["place", "partnership", "succession", "theme"])
@pytest.mark.parametrize("role", ["viewer", "coordinator", "curator", "administrator"])
def test_every_role_sees_the_list(role, model, client):
    client.force_login(make_user(role))

    assert client.get(page(model)).status_code == 200


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("area=kinki", 1),
        ("area=tohoku", 0),
        ("level=municipality", 2),
        ("level=region", 0),
        ("dated=yes", 1),
        ("dated=no", 1),
        ("status__exact=presumed", 2),
        ("contested__exact=1", 0),
    ],
)
def test_partnerships_are_filtered(query, count, curator, kobe):
    make_partnership(kobe, make_place(), established="1957")
    make_partnership()

    assert curator.get(f"{page('partnership')}?{query}").context["cl"].result_count == count


@pytest.mark.parametrize(("query", "names"), [("area=kinki", ["Hyogo", "Kobe"]), ("former=yes", ["Old"])])
def test_places_are_filtered(query, names, curator, kobe):
    make_place(name_en="Old", abolished="2005")

    assert [place.name_en for place in curator.get(f"{page('place')}?{query}").context["cl"].result_list] == names


@pytest.mark.parametrize(
    "query", ["country=abc", "area=abc", "former=abc", "level__exact=abc", "q=%00", "o=abc", "p=999"]
)
def test_nonsense_in_the_address_of_a_list_is_no_failure(query, curator, kobe):
    assert curator.get(f"{page('place')}?{query}").status_code in (200, 302)


@pytest.mark.parametrize("term", ["神戸", "こうべ", "kobe", "Kōbe", "ｋｏｂｅ", "神戸市", "281000", "Kobe Hyogo"])
def test_place_is_found_by_any_name(term, curator, kobe):
    make_place()

    assert list(curator.get(page("place"), {"q": term}).context["cl"].result_list) == [kobe]


def test_partnership_is_found_by_a_name_of_a_party_or_by_its_number(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    make_partnership()

    for term in ("神戸 seattle", "washington", str(tie.pk)):
        assert list(curator.get(page("partnership"), {"q": term}).context["cl"].result_list) == [tie]


# Autocomplete


def complete(client, term, model="party", field="place"):
    data = {"term": term, "app_label": "partnerships", "model_name": model, "field_name": field}
    response = client.get(reverse("admin:autocomplete"), data)
    return [answer["text"] for answer in json.loads(response.content)["results"]]


@pytest.mark.parametrize("term", ["神戸", "こうべ", "kobe", "Kōbe"])
def test_autocomplete_tells_region_and_country(term, curator, kobe):
    assert complete(curator, term) == ["Kobe 神戸市 — Hyogo, Japan"]


def test_autocomplete_puts_the_exact_name_first(curator):
    region = make_region(make_country("Japan"), "Tokyo")
    make_place(region, "Ota-ku-no-kuni")
    make_place(region, "Ota")

    assert complete(curator, "ota") == ["Ota — Tokyo, Japan", "Ota-ku-no-kuni — Tokyo, Japan"]


def test_autocomplete_tells_when_a_former_place_ended(curator, kobe):
    make_place(kobe.region, "Kaibara", name_ja="柏原町", abolished="2004-11-01")

    assert complete(curator, "柏原") == ["Kaibara 柏原町 (until 2004) — Hyogo, Japan"]


@pytest.mark.parametrize(("field", "answers"), [("country", []), ("region", ["Hyogo 兵庫県 — Japan"])])
def test_autocomplete_of_a_parent_offers_its_level_only(field, answers, curator, kobe):
    make_place(kobe.region, "Hyogo-ku")

    assert complete(curator, "hyogo", "place", field) == answers


def test_autocomplete_of_a_source_tells_its_key(curator):
    make_source(key="clair-miyagi", title_en="List of Miyagi")

    assert complete(curator, "miyagi", "act", "source") == ["List of Miyagi — clair-miyagi"]


def test_autocomplete_is_closed_to_an_account_without_a_role(client):
    client.force_login(make_user())

    data = {"term": "kobe", "app_label": "partnerships", "model_name": "party", "field_name": "place"}
    assert client.get(reverse("admin:autocomplete"), data).status_code == 403


# Places


def test_new_place_gets_address_and_keys(curator, kobe):
    form = place_form(
        Place(level="municipality", country=kobe.country, region=kobe.region, slug="himeji", name_en="Himeji")
    )

    response = curator.post(page("place", "add"), form | rows("names", {"kind": "alternative", "name": "ひめぢ"}))

    place = Place.objects.get(path="jp/hyogo/himeji")
    assert response.status_code == 302
    assert list(Place.objects.search("ひめぢ")) == [place]


def test_renaming_a_place_renames_its_ties(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)

    curator.post(page("place", "change", kobe.pk), place_form(kobe, name_en="Port of Kobe", slug="kobe-ko"))

    assert list(Partnership.objects.search("port kobe")) == [tie]
    assert Place.objects.get(pk=kobe.pk).path == "jp/hyogo/kobe-ko"


def test_other_name_given_to_a_place_finds_its_ties(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    names = rows("names", {"place": kobe.pk, "kind": "former", "language": "ja", "name": "兵庫津"})

    curator.post(page("place", "change", kobe.pk), place_form(kobe, names))

    assert list(Partnership.objects.search("兵庫津")) == [tie]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"slug": "akashi"}, "Akashi — Hyogo, Japan has this address already: add the class, e.g. “misato-machi”."),
        ({"code": "281001"}, "This is not a six-digit local government code: its check digit does not fit."),
        ({"code_scheme": ""}, "A code and its scheme are given together."),
        ({"name_en": "", "name_ja": ""}, "A place needs a name in at least one language."),
        ({"latitude": "34.69"}, "Latitude and longitude are given together, in degrees."),
        ({"abolished": "2005-13"}, "“2005-13” is not in the calendar: there is no such day."),
    ],
)
def test_place_that_cannot_be_stored_is_an_error_in_words(fields, message, curator, kobe):
    make_place(kobe.region, "Akashi", slug="akashi")

    response = curator.post(page("place", "change", kobe.pk), place_form(kobe, **fields))

    assert errors(response) == [message]


def test_region_of_another_country_is_an_error_in_words(curator, kobe, seattle):
    response = curator.post(page("place", "change", kobe.pk), place_form(kobe, region=seattle.region.pk))

    assert errors(response) == ["This region lies in another country."]


def test_place_that_succeeds_itself_is_an_error_in_words(curator, kobe):
    itself = rows("successions", {"predecessor": kobe.pk, "successor": kobe.pk, "kind": "renaming"})

    response = curator.post(page("place", "change", kobe.pk), place_form(kobe, itself))

    assert errors(response) == ["A place does not succeed itself."]


def test_place_above_others_keeps_its_level(curator, kobe):
    hyogo = kobe.region

    response = curator.post(page("place", "change", hyogo.pk), place_form(hyogo, level="municipality"))

    assert errors(response) == ["Other places lie within this one: its level stays."]


# Looking


@pytest.mark.parametrize("role", ["viewer", "curator", "administrator"])
def test_record_and_its_history_open(role, client, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    make_citation(tie)
    make_act(tie)
    make_name(kobe, "Hyogo Port")
    tie.staff_note = "changed"
    tie.save()
    client.force_login(make_user(role))

    addresses = [
        page(model, name, record.pk)
        for model, record in (("partnership", tie), ("place", kobe))
        for name in ("change", "history")
    ]
    addresses += [page("partnership", "simple_history", tie.pk, tie.history.first().pk)]
    assert [client.get(address).status_code for address in addresses] == [200] * 5


def test_old_version_is_not_saved_by_posting_to_it(client):
    tie = make_partnership()
    client.force_login(make_user("viewer"))

    response = client.post(
        page("partnership", "simple_history", tie.pk, tie.history.first().pk), {"publication": "draft"}
    )

    assert response.status_code == 403
    assert Partnership.objects.get().publication == "published"


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_looking_is_not_changing(role, client, kobe):
    client.force_login(make_user(role))

    assert client.post(page("place", "change", kobe.pk), place_form(kobe, name_en="X")).status_code == 403
    assert client.get(page("place", "add")).status_code == 403


def test_curator_does_not_delete_a_tie_and_an_administrator_does(curator, client):
    tie = make_partnership()
    assert curator.post(page("partnership", "delete", tie.pk), {"post": "yes"}).status_code == 403
    before = DataVersion.current()[0]
    client.force_login(make_user("administrator"))

    client.post(page("partnership", "delete", tie.pk), {"post": "yes"})

    assert (Partnership.objects.count(), DataVersion.current()[0]) == (0, before + 1)


@pytest.mark.parametrize("name", ["changelist", "add"])
@pytest.mark.parametrize("model", ["place", "partnership"])
def test_page_carries_no_script_of_its_own(model, name, curator):
    page_text = curator.get(page(model, name)).content.decode()

    assert [
        part
        for part in page_text.split("<script")[1:]
        if " src=" not in part.split(">")[0] and "json" not in part.split(">")[0]
    ] == []
    assert "onclick=" not in page_text
