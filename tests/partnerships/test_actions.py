"""Parties and names, and the columns that follow from them."""

import pytest
from django.db import IntegrityError

from partnerships.actions import place_changed, set_parties
from partnerships.models import Partnership, Place
from sistercities.core.models import DataVersion
from tests.factories import make_country, make_japan, make_name, make_partnership, make_place, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def japan():
    return make_japan()


@pytest.fixture
def hyogo(japan):
    return make_region(japan, "Hyogo", name_ja="兵庫県", name_kana="ひょうごけん", slug="hyogo")


@pytest.fixture
def kobe(hyogo):
    return make_place(hyogo, "Kobe", name_ja="神戸市", name_kana="こうべし", slug="kobe")


@pytest.fixture
def seattle():
    return make_place(
        make_region(make_country("United States", slug="us"), "Washington", slug="wa"), "Seattle", slug="seattle"
    )


def found(text):
    return list(Partnership.objects.search(text))


def test_set_parties_derives_count_key_slug_and_order(kobe, seattle):
    tie = make_partnership(publication="draft")

    set_parties(tie, [kobe, seattle])

    tie.refresh_from_db()
    assert (tie.party_count, tie.slug, tie.sort_key_en) == (2, "kobe-seattle", "kobe seattle")
    assert tie.parties_key == f"{kobe.pk}-{seattle.pk}"
    assert [(party.position, party.place) for party in tie.parties.all()] == [(1, kobe), (2, seattle)]


def test_set_parties_in_the_other_order_keeps_the_key_and_turns_the_slug(kobe, seattle):
    tie = make_partnership(kobe, seattle)
    key = tie.parties_key

    set_parties(tie, [seattle, kobe])

    tie.refresh_from_db()
    assert (tie.parties_key, tie.slug) == (key, "seattle-kobe")


def test_set_parties_keeps_who_signed(kobe, seattle, hyogo):
    former = make_place(hyogo, "Suma", abolished="1920")
    tie = make_partnership(publication="draft")

    set_parties(tie, [kobe, seattle], signed_as={kobe: former})

    assert [party.signed_as for party in tie.parties.all()] == [former, None]
    assert found("Suma") == [tie]


def test_set_parties_raises_the_data_version_and_writes_history(kobe, seattle):
    tie, other = make_partnership(kobe, seattle), make_place()
    before = DataVersion.current()[0]

    set_parties(tie, [kobe, other])

    assert DataVersion.current()[0] == before + 1
    assert tie.parties.first().history.count() == 1


@pytest.mark.parametrize("wrong", ["one party of a published tie", "a place named twice"])
def test_set_parties_that_the_rules_refuse_changes_nothing(wrong, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    places = [kobe] if wrong.startswith("one") else [kobe, kobe]

    with pytest.raises(IntegrityError):
        set_parties(tie, places)

    tie = Partnership.objects.get(pk=tie.pk)
    assert (tie.places, tie.party_count) == ([kobe, seattle], 2)


def test_renamed_place_is_found_by_its_new_name_only(kobe, seattle):
    tie = make_partnership(kobe, seattle)
    seattle.name_en = "New York-Alki"
    seattle.save()

    place_changed(seattle)

    assert (found("Alki"), found("Seattle")) == ([tie], [])
    tie.refresh_from_db()
    assert (tie.slug, tie.sort_key_en) == ("kobe-new-york-alki", "kobe new york alki")


def test_former_name_is_found_after_place_changed(kobe, seattle):
    tie = make_partnership(kobe, seattle)
    make_name(kobe, "兵庫津", kind="former", language="ja")

    place_changed(kobe)

    assert found("兵庫津") == [tie]
    assert list(Place.objects.search("兵庫津")) == [kobe]


@pytest.mark.parametrize("above", ["hyogo", "japan"])
def test_renamed_region_or_country_reaches_the_ties_within_it(above, request, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    other = make_partnership()
    place = request.getfixturevalue(above)
    place.name_en = "Renamed"
    place.save()

    place_changed(place)

    assert found("Renamed") == [tie]
    assert other not in found("Renamed")


def test_renamed_signer_reaches_the_tie_it_signed(kobe, seattle, hyogo):
    former = make_place(hyogo, "Suma", abolished="1920")
    tie = make_partnership(kobe, seattle, signed_as={kobe: former})
    former.name_en = "Suma-cho"
    former.save()

    place_changed(former)

    assert found("Suma-cho Seattle") == [tie]


def test_new_slug_of_a_region_moves_what_lies_in_it(kobe, hyogo):
    hyogo.slug = "hyogo-ken"
    hyogo.save()

    place_changed(hyogo)

    assert Place.objects.get(pk=kobe.pk).path == "jp/hyogo-ken/kobe"


def test_new_slug_of_a_country_moves_regions_and_municipalities(kobe, hyogo, japan):
    alone = make_place(country=japan, slug="alone")
    japan.slug = "nihon"
    japan.save()

    place_changed(japan)

    paths = [Place.objects.get(pk=place.pk).path for place in (japan, hyogo, kobe, alone)]
    assert paths == ["nihon", "nihon/hyogo", "nihon/hyogo/kobe", "nihon/alone"]


def test_place_changed_costs_the_same_for_one_child_and_for_three(django_assert_num_queries, hyogo, kobe):
    make_partnership(kobe, make_place())
    with django_assert_num_queries(16):
        place_changed(hyogo)
    for _n in range(2):
        make_partnership(make_place(hyogo), make_place())

    with django_assert_num_queries(16):
        place_changed(hyogo)
