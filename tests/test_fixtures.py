"""The real fixtures: they load, their numbers are those that the README states, and the questions of the users are answered."""

import csv
import io
import re
import sqlite3
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Count, Q
from django.urls import reverse

from events.models import Event, EventCitation, Milestone
from organizations.models import (
    Affiliation,
    ContactDesk,
    ContactDeskCitation,
    Figure,
    FigureCitation,
    Organization,
    OrganizationCitation,
    Program,
    ProgramCitation,
    ProgramEdition,
)
from partnerships.models import Act, Partnership, PartnershipCitation, Place, PlaceCitation, Succession
from sistercities.core.models import DataVersion
from sistercities.curation.actions import contested_facts
from sistercities.curation.models import Source
from sistercities.curation.seeding import seed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory")]


def public_with(country):
    return Partnership.objects.public().at(Place.objects.get(path=country))


# Numbers -------------------------------------------------------------------------------------------------------------


def test_numbers_of_rows_loaded(directory):
    assert directory == {
        "curation.Source": 1072,
        "partnerships.Place": 2565,
        "partnerships.PlaceName": 303,
        "partnerships.PlaceIdentifier": 1780,
        "partnerships.PlaceCitation": 62,
        "partnerships.Succession": 45,
        "partnerships.Partnership": 621,
        "partnerships.Party": 1243,
        "partnerships.PartnershipCitation": 2929,
        "partnerships.Act": 206,
        "organizations.Organization": 32,
        "organizations.Affiliation": 24,
        "organizations.OrganizationCitation": 97,
        "organizations.ContactDesk": 46,
        "organizations.ContactDeskCitation": 48,
        "organizations.Program": 13,
        "organizations.ProgramAudience": 20,
        "organizations.ProgramPart": 8,
        "organizations.ProgramPartner": 7,
        "organizations.ProgramEdition": 9,
        "organizations.ProgramCitation": 61,
        "organizations.Figure": 42,
        "organizations.FigureCitation": 4,
        "events.Event": 10,
        "events.EventOrganizer": 15,
        "events.EventCitation": 48,
        "events.Milestone": 22,
    }


def test_numbers_of_ties():
    america, canada = public_with("us"), public_with("ca")
    found = {
        "public": Partnership.objects.public().count(),
        "in review": Partnership.objects.filter(publication="review").count(),
        "with the United States": america.count(),
        "of these dated": america.exclude(established="").count(),
        "with Canada": canada.count(),
        "elsewhere": len({*Partnership.objects.public()} - {*america} - {*canada}),
        "of three or more parties": Partnership.objects.filter(party_count__gte=3).count(),
    }

    assert found == {
        "public": 588,
        "in review": 33,
        "with the United States": 476,
        "of these dated": 433,
        "with Canada": 70,
        "elsewhere": 42,
        "of three or more parties": 4,
    }


def test_readme_of_the_fixtures_states_the_same_numbers(project):
    text = (project / "fixtures" / "README.md").read_text()
    stated = {
        label: int(number.replace(",", ""))
        for label, number in re.findall(r"^(\S[^\n]*?)  +([\d,]+)$", text, re.MULTILINE)
    }
    japan = Place.objects.filter(path__startswith="jp/", level="municipality").exclude(code="")
    america = public_with("us")
    classes = Counter(japan.values_list("classification", flat=True))
    counted = {
        "ties": Partnership.objects.count(),
        "public ties": Partnership.objects.public().count(),
        "public ties, United States": america.count(),
        "of these dated, United States": america.exclude(established="").count(),
        "public ties, Canada": public_with("ca").count(),
        "ties in review": Partnership.objects.filter(publication="review").count(),
        "status dormant": Partnership.objects.filter(status="dormant").count(),
        "status ended": Partnership.objects.filter(status="ended").count(),
        "status in_force": Partnership.objects.filter(status="in_force").count(),
        "status presumed": Partnership.objects.filter(status="presumed").count(),
        "citations of ties": PartnershipCitation.objects.count(),
        "citations of places": PlaceCitation.objects.count(),
        "acts": Act.objects.count(),
        "sources": Source.objects.count(),
        "places": Place.objects.count(),
        "municipalities of Japan, city": classes["city"],
        "municipalities of Japan, designated_city": classes["designated_city"],
        "municipalities of Japan, special_ward": classes["special_ward"],
        "municipalities of Japan, town": classes["town"],
        "municipalities of Japan, village": classes["village"],
        "successions": Succession.objects.count(),
        "organizations": Organization.objects.count(),
        "organizations, overseas offices": Organization.objects.filter(kind="overseas_office").count(),
        "affiliations": Affiliation.objects.count(),
        "contact desks": ContactDesk.objects.count(),
        "municipalities with a contact desk": ContactDesk.objects.values("place").distinct().count(),
        "programs": Program.objects.count(),
        "editions of programs": ProgramEdition.objects.count(),
        "published figures": Figure.objects.count(),
        "published figures of ties": Figure.objects.filter(unit="ties").count(),
        "events": Event.objects.count(),
        "events without a date": Event.objects.filter(start="").count(),
        "milestones": Milestone.objects.count(),
        "citations of the other records": sum(
            model.objects.count()
            for model in (OrganizationCitation, ContactDeskCitation, ProgramCitation, FigureCitation, EventCitation)
        ),
    }

    assert {label: stated.get(label) for label in counted} == counted


def test_municipalities_of_japan_are_all_there():
    japan = Place.objects.filter(path__startswith="jp/").exclude(code="")
    prefectures = japan.filter(level="region")
    municipalities = japan.filter(level="municipality")
    codes = set(municipalities.values_list("code", flat=True))

    assert (prefectures.count(), municipalities.count(), len(codes)) == (47, 1741, 1741)
    assert prefectures.filter(Q(area="") | Q(name_ja="") | Q(name_kana="") | Q(name_en="")).count() == 0
    assert municipalities.filter(Q(name_ja="") | Q(name_kana="") | Q(name_en="") | Q(code="")).count() == 0
    assert municipalities.filter(classification__in=["designated_city", "special_ward"]).count() == 20 + 23
    assert dict(prefectures.order_by("area").values_list("area").annotate(Count("pk"))) == {
        "hokkaido": 1, "tohoku": 6, "kanto": 7, "chubu": 9, "kinki": 7, "chugoku": 5, "shikoku": 4, "kyushu-okinawa": 8,
    }  # fmt: skip


def test_wards_of_designated_cities_are_no_places(project):
    with (project / "fixtures" / "places" / "wards.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]

    assert (len(codes), Place.objects.filter(code__in=codes).count()) == (175, 0)


def test_states_and_provinces_are_all_there():
    assert Place.objects.filter(path__startswith="us/", level="region", classification="state").count() == 50
    assert Place.objects.filter(path="us/district-of-columbia").count() == 1
    assert Place.objects.filter(path__startswith="ca/", level="region").count() == 13


# What each record must have ------------------------------------------------------------------------------------------


def test_every_tie_has_a_source():
    assert list(Partnership.objects.filter(citations=None).values_list("pk", flat=True)) == []


def test_settled_value_is_that_of_the_preferred_claim():
    preferred = PartnershipCitation.objects.filter(standing="preferred", fact__in=Partnership.claimable)
    claims = {(claim.partnership_id, claim.fact): claim.normalised for claim in preferred}
    wrong = [
        (str(tie), fact, getattr(tie, fact), claims.get((tie.pk, fact), ""))
        for tie in Partnership.objects.with_parties()
        for fact in ("established", "ended")
        if getattr(tie, fact) != claims.get((tie.pk, fact), "")
    ]

    assert wrong == []


def test_contested_is_what_the_claims_say():
    ties = Partnership.objects.prefetch_related("citations")
    found = [tie.pk for tie in ties if bool(contested_facts(tie.citations.all(), tie.contestable)) != tie.contested]

    assert found == []


def test_status_is_presumed_unless_a_source_states_more():
    stated = PartnershipCitation.objects.filter(fact="status").exclude(standing="rejected").values("partnership")

    assert Partnership.objects.exclude(status="presumed").exclude(pk__in=stated).count() == 0


def test_public_tie_joins_public_places_of_two_countries():
    for tie in Partnership.objects.public().with_parties():
        assert {place.publication for place in tie.places} == {"published"}, tie
        assert len({place.country_id or place.pk for place in tie.places}) > 1, tie


def test_tie_in_review_says_why_and_keeps_its_question_to_staff():
    assert list(Partnership.objects.filter(publication="review", staff_note="").values_list("pk", flat=True)) == []


def test_two_sources_that_differ_are_both_kept():
    for kent in (["Kent", "Tamba"], ["Olympia", "Kato"]):
        (tie,) = Partnership.objects.search(" ".join(kent))
        dates = (
            tie.citations.filter(fact="established").exclude(standing="rejected").values_list("normalised", flat=True)
        )
        assert tie.contested is True
        assert len({date[:4] for date in dates}) > 1


def test_one_tie_under_two_names_is_one_record():
    for names in ("Kaga Hamilton", "Nayoro Lindsay", "Nayoro Kawartha"):
        assert Partnership.objects.search(names).count() == 1, names


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("jp/shiga/yokaichi", "jp/shiga/higashiomi"),
        ("jp/chiba/miyoshi", "jp/chiba/minamiboso"),
        ("ca/ontario/dundas", "ca/ontario/hamilton"),
    ],
)
def test_former_signatory_has_its_successor(former, now):
    place = Place.objects.get(path=former)

    assert [succession.successor.path for succession in place.successions.all()] == [now]
    assert list(place.signed_parties.values_list("place__path", flat=True).distinct()) == [now]


# The seed again ------------------------------------------------------------------------------------------------------


def test_second_seed_of_everything_changes_nothing(project):
    version = DataVersion.current()

    assert {label: number for label, number in seed(project / "fixtures").items() if number} == {}
    assert DataVersion.current() == version


def test_database_is_sound_for_any_sqlite():
    if connection.vendor != "sqlite":
        return  # the other database has no file to be opened by a plain tool
    with sqlite3.connect(connection.settings_dict["NAME"]) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
    plain.close()


# Which Japanese cities have ties with Ohio? --------------------------------------------------------------------------

OHIO = {
    ("Awaji", "St. Marys"),
    ("Gifu", "Cincinnati"),
    ("Harima", "Lima"),
    ("Minamiawaji", "Celina"),
    ("Naraha", "Euclid"),
    ("Oiso", "Dayton"),
    ("Osaki", "Middletown"),
    ("Saitama", "Ohio"),
    ("Sakata", "Delaware"),
    ("Sayama", "Worthington"),
    ("Sumoto", "Van Wert"),
    ("Suzuka", "Bellefontaine"),
    ("Takahashi", "Troy"),
    ("Tamura", "Mansfield"),
    ("Toyohashi", "Toledo"),
    ("Yawata", "Milan"),
}


def links(response):
    return [address.replace("&amp;", "&") for address in re.findall(r'href="([^"]*)"', response.content.decode())]


def test_ohio_question_takes_two_clicks_and_a_file(client):
    home = client.get(reverse("home"))
    (to_ohio,) = [link for link in links(home) if link.endswith("/partnerships/?state=US-OH")]
    page = client.get(to_ohio)
    rows = page.content.decode().partition("<tbody")[2].partition("</tbody>")[0].split("<tr")[1:]
    shown = {tuple(re.findall('class="party"[^>]*>([^<]+)', row)) for row in rows}
    files = [link for link in dict.fromkeys(links(page)) if "/data/partnerships.csv" in link]
    (to_csv,) = [link for link in files if "encoding" not in link]
    file = io.StringIO(b"".join(client.get(to_csv).streaming_content).decode("utf-8-sig"))
    rows = list(csv.DictReader(file))

    assert OHIO - shown == set()
    assert to_csv == "/data/partnerships.csv?state=US-OH"
    assert (
        OHIO
        - {(row["municipality"] or row["region"], row["partner_municipality"] or row["partner_region"]) for row in rows}
        == set()
    )
    assert len(rows) == page.context["count"] == 19
    assert {row["partner_region"] for row in rows} == {"Ohio"}
    assert [row["source_url"] for row in rows if not row["source_url"].startswith("http")] == []


# Search in any script ------------------------------------------------------------------------------------------------

PLACES = {
    "長崎": ["jp/nagasaki/nagasaki", "jp/nagasaki"],
    "ながさき": ["jp/nagasaki/nagasaki", "jp/nagasaki"],
    "nagasaki": ["jp/nagasaki/nagasaki", "jp/nagasaki"],
    "NAGASAKI": ["jp/nagasaki/nagasaki", "jp/nagasaki"],
    "ﾅｶﾞｻｷ": ["jp/nagasaki/nagasaki", "jp/nagasaki"],
    "ナガサキ": ["jp/nagasaki/nagasaki", "jp/nagasaki"],
    "Nagasaki-shi": ["jp/nagasaki/nagasaki"],
    "長崎市": ["jp/nagasaki/nagasaki"],
    "Ōtsu": ["jp/shiga/otsu"],
    "Otsu": ["jp/shiga/otsu"],
    "Ohtsu": ["jp/shiga/otsu"],
    "大津": ["jp/shiga/otsu"],
    "Saint Paul": ["us/minnesota/saint-paul"],
    "St. Paul": ["us/minnesota/saint-paul"],
    "st paul": ["us/minnesota/saint-paul"],
    "セントポール": ["us/minnesota/saint-paul"],
    "Fuchu": ["jp/hiroshima/fuchu-cho", "jp/hiroshima/fuchu-shi", "jp/tokyo/fuchu"],
    "府中": ["jp/hiroshima/fuchu-cho", "jp/hiroshima/fuchu-shi", "jp/tokyo/fuchu"],
    "府中市": ["jp/hiroshima/fuchu-shi", "jp/tokyo/fuchu"],
    "Portland": ["us/maine/portland", "us/oregon/portland"],
    "Portland, Oregon": ["us/oregon/portland"],
    "兵庫県神戸市": ["jp/hyogo/kobe"],
    "Yokaichi": ["jp/shiga/yokaichi"],
}


@pytest.mark.parametrize("query", PLACES)
def test_search_finds_the_places_of_a_name(client, query):
    context = client.get(reverse("search"), {"q": query}).context
    first = [place.path for place in [*context["exact_places"], *context["other_places"]]]

    assert sorted(first[: len(PLACES[query])]) == sorted(PLACES[query])


@pytest.mark.parametrize("query", ["長崎", "ながさき", "nagasaki", "Nagasaki-shi", "ﾅｶﾞｻｷ", "St. Paul", "セントポール"])
def test_search_finds_the_tie_of_a_name(client, query):
    ties = client.get(reverse("search"), {"q": query}).context["ties"]

    assert [tie.slug for tie in ties if tie.slug == "nagasaki-saint-paul"] == ["nagasaki-saint-paul"]


def test_word_in_the_middle_does_not_match_in_latin_letters(client):
    context = client.get(reverse("search"), {"q": "ota"}).context

    assert {place.path for place in context["exact_places"]} == {"jp/gunma/ota", "jp/tokyo/ota"}
    assert [place.name for place in context["other_places"] if not place.name.lower().startswith("ota")] == []


@pytest.mark.parametrize(
    ("query", "former", "now"),
    [
        ("八日市", "jp/shiga/yokaichi", "jp/shiga/higashiomi"),
        ("Kaibara", "jp/hyogo/kaibara", "jp/hyogo/tamba"),
        ("Yashiro", "jp/hyogo/yashiro", "jp/hyogo/kato"),
        ("Tojo", "jp/hyogo/tojo", "jp/hyogo/kato"),
        ("Lindsay", "ca/ontario/lindsay", "ca/ontario/kawartha-lakes"),
    ],
)
def test_former_name_leads_to_the_successor(client, query, former, now):
    response = client.get(reverse("search"), {"q": query})
    (found,) = [place for place in response.context["exact_places"] if place.path == former]

    assert [place.path for place in found.extra["successors"]] == [now]
    assert [link for link in dict.fromkeys(links(response)) if link == reverse("place", args=[now])] != []


# Every page ----------------------------------------------------------------------------------------------------------


def test_addresses_of_the_sitemap_answer(client):
    sections = re.findall(r"<loc>[a-z]+://[^/]+(/[^<]*)</loc>", client.get("/sitemap.xml").content.decode())
    found = [
        path
        for section in sections
        for path in re.findall(r"<loc>[a-z]+://[^/]+(/[^<]*)</loc>", client.get(section).content.decode())
    ]
    places = (
        Place.objects.public().filter(Q(pk__in=Place.objects.tied().values("pk")) | ~Q(level="municipality")).count()
    )

    others = 32 + 46 + 13 + 42 + 10  # organizations, desks, programs, figures, events
    assert len(found) == len(set(found)) == 2 * (588 + places + others + 14)
    assert {path: status for path in found[::61] if (status := client.get(path).status_code) != 200} == {}
