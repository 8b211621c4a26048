"""Search in any script over places and ties made for it; the same rows on both databases."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from partnerships.actions import place_changed
from partnerships.models import Partnership, Place, Succession
from tests.factories import make_country, make_japan, make_name, make_partnership, make_place, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """Places by their slugs: names that collide, that have several spellings, that stand inside one another."""
    japan, america = make_japan(), make_country("United States", slug="us", name_ja="アメリカ合衆国")
    regions = {
        "nagasaki-ken": make_region(japan, "Nagasaki", slug="nagasaki", name_ja="長崎県", name_kana="ながさきけん"),
        "shiga": make_region(japan, "Shiga", name_ja="滋賀県", name_kana="しがけん"),
        "tokyo": make_region(japan, "Tokyo", name_ja="東京都", name_kana="とうきょうと", classification="metropolis"),
        "hiroshima": make_region(japan, "Hiroshima", name_ja="広島県", name_kana="ひろしまけん"),
        "kyoto": make_region(japan, "Kyoto", name_ja="京都府", name_kana="きょうとふ"),
        "minnesota": make_region(america, "Minnesota", name_ja="ミネソタ州"),
        "oregon": make_region(america, "Oregon", name_ja="オレゴン州"),
        "maine": make_region(america, "Maine", name_ja="メイン州"),
    }
    towns = [
        ("nagasaki", "nagasaki-ken", "Nagasaki", "長崎市", "ながさきし"),
        ("otsu", "shiga", "Otsu", "大津市", "おおつし"),
        ("fuchu-tokyo", "tokyo", "Fuchu", "府中市", "ふちゅうし"),
        ("ota", "tokyo", "Ota", "大田区", "おおたく"),
        ("fuchu-hiroshima", "hiroshima", "Fuchu", "府中市", "ふちゅうし"),
        ("kyoto-shi", "kyoto", "Kyoto", "京都市", "きょうとし"),
        ("saint-paul", "minnesota", "Saint Paul", "セントポール", ""),
        ("minnetonka", "minnesota", "Minnetonka", "", ""),
        ("portland-oregon", "oregon", "Portland", "ポートランド", ""),
        ("portland-maine", "maine", "Portland", "ポートランド", ""),
    ]
    found = dict(regions)
    for slug, region, name, name_ja, kana in towns:
        found[slug] = make_place(regions[region], name, slug=slug, name_ja=name_ja, name_kana=kana)
    make_name(found["otsu"], "Ōtsu", kind="romanised")
    return found


QUERIES = {
    "長崎": {"nagasaki", "nagasaki-ken"},
    "長崎市": {"nagasaki"},
    "ながさき": {"nagasaki", "nagasaki-ken"},
    "nagasaki": {"nagasaki", "nagasaki-ken"},
    "NAGASAKI": {"nagasaki", "nagasaki-ken"},
    "Nagasaki-shi": {"nagasaki", "nagasaki-ken"},
    "Nagasaki City": {"nagasaki", "nagasaki-ken"},
    "ﾅｶﾞｻｷ": {"nagasaki", "nagasaki-ken"},
    "ナガサキ": {"nagasaki", "nagasaki-ken"},
    "Ōtsu": {"otsu"},
    "Otsu": {"otsu"},
    "Ohtsu": {"otsu"},
    "Ootsu": {"otsu"},
    "大津": {"otsu"},
    "Saint Paul": {"saint-paul"},
    "St. Paul": {"saint-paul"},
    "st paul": {"saint-paul"},
    "St.Paul": {"saint-paul"},
    "paul": {"saint-paul"},
    "Fuchu": {"fuchu-tokyo", "fuchu-hiroshima"},
    "府中": {"fuchu-tokyo", "fuchu-hiroshima"},
    "Fuchu, Tokyo": {"fuchu-tokyo"},
    "東京都府中市": {"fuchu-tokyo"},
    "府中 広島": {"fuchu-hiroshima"},
    "Portland Oregon": {"portland-oregon"},
    "Portland, Maine": {"portland-maine"},
    "ポートランド": {"portland-oregon", "portland-maine"},
    "京都": {"kyoto", "kyoto-shi"},
    "ota": {"ota"},
    "tonka": set(),
    "ort": set(),
    "land": set(),
    "津": {"otsu"},
    "nagasakis": set(),
    "長崎 東京": set(),
    "nobody": set(),
}


@pytest.mark.parametrize("query", QUERIES)
def test_query_finds_places(places, query):
    found = set(Place.objects.search(query))

    assert {slug for slug, place in places.items() if place in found} == QUERIES[query]


@pytest.mark.parametrize(
    ("query", "exact"),
    [
        ("Nagasaki", {"nagasaki", "nagasaki-ken"}),
        ("長崎市", {"nagasaki"}),
        ("長崎", {"nagasaki", "nagasaki-ken"}),
        ("府中", {"fuchu-tokyo", "fuchu-hiroshima"}),
        ("St. Paul", {"saint-paul"}),
        ("Ōtsu", {"otsu"}),
        ("paul", set()),
    ],
)
def test_exact_names_are_marked(places, query, exact):
    found = Place.objects.search(query).exact_first(query).filter(closeness=0)

    assert {slug for slug, place in places.items() if place in set(found)} == exact


@pytest.mark.parametrize(
    "query", ["長崎", "nagasaki", "St. Paul", "ながさき セントポール", "Minnesota 長崎", "日本 paul"]
)
def test_tie_is_found_by_any_name_of_its_parties_their_regions_and_countries(places, query):
    tie = make_partnership(places["nagasaki"], places["saint-paul"])
    make_partnership(places["fuchu-tokyo"], places["portland-maine"])

    assert list(Partnership.objects.search(query)) == [tie]


def test_tie_is_found_by_the_body_that_signed(places):
    former = make_place(places["shiga"], "Katata", name_ja="堅田町", abolished="1967")
    tie = make_partnership(places["otsu"], places["saint-paul"], signed_as={places["otsu"]: former})

    assert list(Partnership.objects.search("堅田")) == list(Partnership.objects.search("katata")) == [tie]


def test_renamed_place_is_found_with_its_ties_by_the_new_name_and_no_more_by_the_old(places):
    tie = make_partnership(places["minnetonka"], places["otsu"])
    places["minnetonka"].name_en = "Deephaven"
    places["minnetonka"].save()
    place_changed(places["minnetonka"])

    assert list(Partnership.objects.search("Deephaven")) == [tie]
    assert list(Partnership.objects.search("Minnetonka")) == list(Place.objects.search("Minnetonka")) == []


def test_romaji_key_is_only_for_japan(places):
    boone = make_place(places["oregon"], "Boone")

    assert list(Place.objects.search("boone")) == [boone]
    assert list(Place.objects.search("bonee")) == []


@pytest.mark.parametrize("query", ["%", "_", "*", "?", "[a-z]", "\\", "'", '"', "100%", "na_asaki", "n*i", "%長崎%"])
def test_signs_of_patterns_mean_themselves_or_nothing(places, query):
    """No sign makes a query match what its letters do not."""
    letters = "".join(char for char in query if char.isalnum())
    expected = set(Place.objects.search(letters)) if letters in ("長崎",) else set()

    found = set(Place.objects.search(query))
    assert found in (expected, set(Place.objects.all()))


# The page ------------------------------------------------------------------------------------------------------------


def search(client, query, language="en"):
    cache.clear()  # a stored page has no context
    response = client.get(f"/{language}/search/", {"q": query})
    assert response.status_code == 200
    return response


def test_shared_name_lists_them_all_to_choose_from(client, places):
    context = search(client, "Fuchu").context

    assert {place.pk for place in context["exact_places"]} == {places["fuchu-tokyo"].pk, places["fuchu-hiroshima"].pk}
    assert sorted(place.where for place in context["exact_places"]) == ["Hiroshima, Japan", "Tokyo, Japan"]


def test_exact_names_stand_before_others(client, places):
    longer = make_place(places["oregon"], "Otsuville")
    context = search(client, "otsu").context

    assert [place.pk for place in context["exact_places"]] == [places["otsu"].pk]
    assert [place.pk for place in context["other_places"]] == [longer.pk]


def test_former_name_leads_to_the_successor(client, places):
    former = make_place(places["shiga"], "Katata", name_ja="堅田町", abolished="1967")
    Succession.objects.create(predecessor=former, successor=places["otsu"], kind="absorption", date="1967")
    (found,) = search(client, "堅田").context["exact_places"]

    assert [place.pk for place in found.extra["successors"]] == [places["otsu"].pk]
    assert (
        search(client, "堅田").content.decode().count(f'href="/en{reverse("place", args=[places["otsu"].path])[3:]}"')
        == 1
    )


def test_former_name_without_a_succession_leads_to_the_place_that_holds_its_tie(client, places):
    former = make_place(places["shiga"], "Katata", name_ja="堅田町")
    make_partnership(places["otsu"], places["saint-paul"], signed_as={places["otsu"]: former})
    (found,) = search(client, "堅田").context["exact_places"]

    assert [place.pk for place in found.extra["successors"]] == [places["otsu"].pk]


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_hidden_records_are_not_found(client, places, publication):
    hidden = make_place(places["oregon"], "Hiddenville", publication=publication)
    make_partnership(places["otsu"], places["saint-paul"], publication=publication)
    Succession.objects.create(predecessor=places["ota"], successor=hidden, kind="absorption")
    (ota,) = search(client, "ota").context["exact_places"]

    assert search(client, "Hiddenville").context["ties_count"] == 0
    assert (
        search(client, "Hiddenville").context["other_places"]
        == search(client, "Hiddenville").context["exact_places"]
        == []
    )
    assert search(client, "Otsu").context["ties"] == []
    assert ota.extra["successors"] == []


NONSENSE = [
    "%00",
    "a\0b",
    "'",
    "%",
    "🗾",
    "x" * 5000,
    "長" * 300,
    " a" * 100,
    "\u3000",
    "!!!",
    "<script>",
    "\ud7ff",
    "~o",
    "-",
    "NULL",
]


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_is_a_page(client, places, query):
    search(client, query)
    assert client.get("/en/partnerships/", {"q": query}).status_code == 200


@pytest.mark.parametrize("query", ["", "   ", "\u3000"])
def test_empty_query_is_the_form_alone(client, places, query):
    assert "ties" not in search(client, query).context


@pytest.mark.parametrize("found", [1, 3])
def test_search_takes_as_many_statements_for_one_place_as_for_three(client, found, django_assert_num_queries):
    region = make_region(make_japan(), "Shiga")
    for _number in range(found):
        former = make_place(region, "Katata")
        Succession.objects.create(predecessor=former, successor=make_place(region), kind="absorption")
        make_partnership(former, make_place(region))

    with django_assert_num_queries(13):
        search(client, "Katata")
