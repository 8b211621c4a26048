"""The pages that mix apps, what machines ask for, errors, and what every public page has in common."""

import re
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from partnerships.models import Partnership
from sistercities.core.models import DataVersion
from tests.factories import make_citation, make_country, make_partnership, make_place
from tests.pages import Page, public_pages
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


# The start -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "start"),
    [
        ("ja", "/ja/"),
        ("ja-JP,ja;q=0.9,en;q=0.5", "/ja/"),
        ("en-US,en", "/en/"),
        ("fr", "/en/"),
        ("", "/en/"),
        ("xx;q=%", "/en/"),
    ],
)
def test_start_leads_once_to_the_readers_language(client, accepted, start):
    response = client.get("/", headers={"accept-language": accepted})

    assert (response.status_code, response["Location"]) == (302, start)
    assert response["Vary"].split(", ").count("Accept-Language") == 1


def test_address_with_a_language_is_never_redirected(client, world):
    response = client.get("/ja/about/", headers={"accept-language": "en"})

    assert (response.status_code, response["Content-Language"]) == (200, "ja")


# Home ----------------------------------------------------------------------------------------------------------------


@time_machine.travel("2027-05-01")
def test_home_counts_public_ties_and_names_anniversaries(client, world):
    make_partnership(established="2017-05-02", status="ended")
    later = make_partnership(established="1978-04")
    context = client.get(reverse("home")).context
    listed = [(item["anniversary"].years, item["tie"].pk) for item in context["anniversaries"]]

    assert (context["count"], context["count_us"], context["places_count"]) == (10, 8, 14)
    assert listed == [(70, world.ties[0].pk), (50, later.pk)]
    assert [(item["year"], item["count"]) for item in context["anniversary_years"]] == [(2027, 1), (2028, 3), (2029, 0)]


@time_machine.travel("2027-05-01")
def test_home_shows_the_next_anniversaries_and_leads_to_all_of_each_year(client, world):
    for month in range(1, 13):
        make_partnership(established=f"1977-{month:02}-03")
    response = client.get("/en/")

    assert [str(item["anniversary"].date) for item in response.context["anniversaries"]] == [
        "2027-05-03", "2027-06-03", "2027-07-03", "2027-08-03", "2027-09-03", "2027-10-03", "2027-10-22", "2027-11-03", "2027-12-03",
    ]  # fmt: skip
    for item in response.context["anniversary_years"]:
        link = f"/en/anniversaries/?year={item['year']}"
        assert Page(response).links.count(link) == 1
        assert client.get(link).context["count"] == item["count"]


def test_home_leads_to_each_prefecture_and_state_with_its_number(client, world):
    context = client.get(reverse("home")).context
    listed = [(item["region"].code, item["count"]) for area in context["areas"] for item in area["regions"]]
    states = [(item["region"].code, item["count"]) for item in context["states"]]

    assert (listed, states) == ([("JP-11", 3), ("JP-28", 5)], [("US-OH", 5), ("US-WA", 4)])
    links = Page(client.get(reverse("home"))).links
    for code, count in [*listed, *states]:
        (link,) = [link for link in links if link.endswith(f"={code}")]
        assert client.get(link).context["count"] == count


def test_home_of_an_empty_directory(client):
    context = client.get(reverse("home")).context

    assert (context["count"], context["anniversaries"], context["states"]) == (0, [], [])


@time_machine.travel("2026-06-01")
@pytest.mark.parametrize("ties", [1, 3])
@pytest.mark.parametrize(("name", "statements"), [("home", 15), ("about", 7)])
def test_page_takes_as_many_statements_for_one_tie_as_for_three(
    client, name, ties, statements, django_assert_num_queries
):
    for _number in range(ties):
        make_citation(make_partnership(established="1976-06-05"))

    with django_assert_num_queries(statements):
        client.get(reverse(name))


# About ---------------------------------------------------------------------------------------------------------------


def test_about_counts_what_there_is(client, world):
    make_partnership(publication="review")
    context = client.get(reverse("about")).context

    found = {
        name: context[name]
        for name in ("count", "count_us", "count_ca", "dated", "contested", "in_review", "citations", "places")
    }
    assert found == {
        "count": 8, "count_us": 8, "count_ca": 0, "dated": 6, "contested": 1, "in_review": 1, "citations": 1,
        "places": 12 + 6,
    }  # fmt: skip


# What machines ask for -----------------------------------------------------------------------------------------------


def test_robots_may_read_all_that_is_public(client, settings):
    settings.SITE_URL = "https://sister.example"
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /en/search/",
        "Disallow: /ja/search/",
        "Disallow: /en/suggest/",
        "Disallow: /ja/suggest/",
        "Sitemap: https://sister.example/sitemap.xml",
    ]


@time_machine.travel("2026-11-22T10:00:00Z")
def test_security_txt_has_what_the_standard_demands(client, settings):
    settings.SITE_URL = "https://sister.example"
    fields = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines())

    assert fields["Expires"] == "2027-05-21T00:00:00+00:00"
    assert fields["Canonical"] == "https://sister.example/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en, ja"
    assert urlsplit(fields["Contact"]).scheme in ("https", "mailto")


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/.well-known/security.txt"])
def test_only_reading_is_allowed(client, path):
    assert client.post(path).status_code == 405


# Errors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_page_that_is_not_there_is_said_in_the_style_of_the_others(client, world, language):
    response = client.get(f"/{language}/nothing/here/")
    page = Page(response)

    assert (response.status_code, page.all("html")) == (404, [{"lang": language}])
    assert (len(page.all("h1")), len(page.all("main")), page.links.count(f"/{language}/") > 0) == (1, 1, True)


@pytest.mark.parametrize("path", ["/nothing", "/data/nothing.csv", "/data/partnerships.pdf", "/en/partnerships/999-x/"])
def test_other_addresses_of_nothing_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_withdrawn_record_says_so(client):
    response = client.get(make_partnership(publication="withdrawn").get_absolute_url())

    assert (response.status_code, len(Page(response).all("h1"))) == (410, 1)


def test_too_long_a_query_is_a_bad_request_in_words(client, world):
    response = client.get("/en/partnerships/?" + "&".join(f"a{n}=1" for n in range(3000)))

    assert (response.status_code, len(Page(response).all("h1"))) == (400, 1)


def test_failure_of_our_own_is_said_without_the_database(client, monkeypatch, django_assert_num_queries):
    client.raise_request_exception = False
    monkeypatch.setattr(DataVersion, "current", lambda: 1 / 0)
    with django_assert_num_queries(0):
        response = client.get("/en/")

    assert (response.status_code, len(Page(response).all("main"))) == (500, 1)


#: A script element with JSON-LD is data that no browser runs.
LINKED_DATA = {"type": "application/ld+json"}

# What every public page has ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(seen):
    """`(name, language, path, page)` of a page of every kind, in both languages."""
    return seen(ask_for_every_page)


def ask_for_every_page():
    client, found = Client(), []
    for name, path in public_pages(make_world()).items():
        for language in ("en", "ja"):
            cache.clear()
            own = f"/{language}{path[3:]}"
            response = client.get(own)
            assert response.status_code == 200, own
            found.append((name, language, own, Page(response)))
    return found


def test_every_page_has_one_heading_and_its_landmarks(pages):
    for name, language, _path, page in pages:
        assert page.all("html") == [{"lang": language}], name
        assert [len(page.all(tag)) for tag in ("h1", "main", "footer")] == [1, 1, 1], name
        assert [found for found in page.all("nav") if not found.get("aria-label")] == [], name
        assert page.links[0] == "#main", name
        assert page.all("main", id="main") != [], name
        assert len(page.all("meta", name="viewport")) == 1, name


def test_every_page_has_a_title_of_its_own(pages):
    titles = [page.text("title") for _name, _language, _path, page in pages]

    assert [title for title in titles if titles.count(title) > 1 or not title] == []


def test_levels_of_headings_are_not_skipped(pages):
    for name, _language, _path, page in pages:
        levels = [int(tag[1]) for tag, _attributes in page.elements if re.fullmatch("h[1-6]", tag)]
        assert [pair for pair in zip(levels, levels[1:], strict=False) if pair[1] > pair[0] + 1] == [], (name, levels)


def test_ids_are_unique_and_labels_and_descriptions_lead_somewhere(pages):
    for name, _language, _path, page in pages:
        ids = [attributes["id"] for _tag, attributes in page.elements if "id" in attributes]
        assert sorted(ids) == sorted(set(ids)), name
        for attribute in ("for", "aria-labelledby", "aria-describedby"):
            named = [word for _tag, attributes in page.elements for word in (attributes.get(attribute) or "").split()]
            assert set(named) - set(ids) == set(), (name, attribute)
        anchors = [link[1:] for link in page.links if link.startswith("#")]
        assert set(anchors) - set(ids) == set(), name


def alternates(page):
    """Language -> address of the page in it, as its head says."""
    return {found["hreflang"]: found["href"] for found in page.all("link", rel="alternate") if "hreflang" in found}


def test_languages_name_each_other(client, world, pages, settings):
    known = {path: page for _name, _language, path, page in pages}
    for name, language, _path, page in pages:
        named = alternates(page)
        (canonical,) = [found["href"] for found in page.all("link", rel="canonical")]
        assert sorted(named) == ["en", "ja", "x-default"], name
        assert named[language] == canonical, name
        assert named["x-default"] == named["en"], name
        assert {address.startswith(f"{settings.SITE_URL}/") for address in named.values()} == {True}, name
        path = named["ja" if language == "en" else "en"].removeprefix(settings.SITE_URL)
        counterpart = known.get(path) or Page(client.get(path))
        assert alternates(counterpart) == named, name


def test_language_link_keeps_page_and_query(pages):
    for name, language, path, page in pages:
        other = "ja" if language == "en" else "en"
        (link,) = page.all("a", hreflang=other)
        assert link["lang"] == other, name
        own, _, query = path.partition("?")
        assert link["href"].partition("?")[0] == f"/{other}{own[3:]}", name
        assert sorted(link["href"].partition("?")[2].split("&")) == sorted(query.split("&")), name


def test_canonical_address_leaves_out_what_no_page_knows(client, world, settings):
    page = Page(client.get("/en/partnerships/?utm_source=mail&state=US-OH&state=US-OH&sort="))

    assert [found["href"] for found in page.all("link", rel="canonical")] == [
        f"{settings.SITE_URL}/en/partnerships/?state=US-OH"
    ]


def test_links_within_the_site_answer(client, world, pages):
    seen = {}
    for _name, _language, _path, page in pages:
        for link in page.links:
            if link.startswith("/") and link not in seen:
                response = client.get(link)
                _ = b"".join(response.streaming_content) if response.streaming else b""
                seen[link] = response.status_code

    assert {link: status for link, status in seen.items() if status not in (200, 301)} == {}
    assert [link for link in seen if link.startswith("//")] == []


def test_every_page_asks_only_this_site(pages):
    for name, _language, _path, page in pages:
        loaded = [found for tag in ("script", "img", "iframe") for found in page.all(tag)]
        asked = [found.get("src") for found in loaded if found != LINKED_DATA]
        asked += [
            found["href"]
            for found in page.all("link")
            if found.get("rel") in ("stylesheet", "icon", "preload", "manifest")
        ]
        assert [address for address in asked if not address or not address.startswith("/")] == [], name


def test_nothing_on_a_page_is_inline(pages):
    for name, _language, _path, page in pages:
        assert (
            page.all("style")
            == [found for found in page.all("script") if "src" not in found and found != LINKED_DATA]
            == []
        ), name
        inline = [
            (tag, attribute)
            for tag, attributes in page.elements
            for attribute in attributes
            if attribute == "style" or attribute.startswith("on")
        ]
        assert inline == [], name


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_every_answer_has_the_headers_that_browsers_obey(client, world):
    paths = [
        *public_pages(world).values(),
        "/en/nothing/",
        make_partnership(publication="withdrawn").get_absolute_url(),
    ]
    for path in [*paths, "/robots.txt", "/sitemap.xml", "/"]:
        for _time in range(2):  # made, and from the store
            response = client.get(path)
            assert {name: response.get(name) for name in HEADERS} == HEADERS, path
            policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
            assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'",) * 3, path
            assert policy["script-src"] == policy["style-src"] == policy["img-src"] == "'self'", path
            assert response["Permissions-Policy"].count("geolocation=()") == 1, path
            assert response.cookies == {}, path


def test_text_in_the_other_language_is_marked(client, world):
    """Dayton and Worthington have no Japanese name here."""
    for path in (world.ties[2].get_absolute_url(), world.ohio.get_absolute_url(), "/en/partnerships/?state=US-OH"):
        cache.clear()
        text = client.get(f"/ja{path[3:]}").content.decode()
        marked = r'<(\w+)[^>]* lang="en"[^>]*>[^<]*</\1>|<title>.*?</title>|<script.*?</script>|<[^>]*>'
        bare = re.sub(marked, "", text, flags=re.DOTALL)
        assert bare.count("Worthington") == 0, path


def test_signed_in_visitor_gets_nothing_from_the_store(client, world, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    for path in public_pages(world).values():
        response = client.get(path)
        assert (response["Cache-Control"], response.has_header("ETag")) == ("private, no-store", False), path


def test_pages_are_revalidated_and_not_sent_twice(client, world):
    for path in public_pages(world).values():
        etag = client.get(path)["ETag"]
        assert client.get(path, headers={"if-none-match": etag}).status_code == 304, path


def test_withdrawal_is_seen_at_once(client, world):
    from sistercities.curation.actions import withdraw

    before = client.get("/en/partnerships/")
    withdraw(Partnership.objects.filter(pk=world.ties[0].pk))
    after = client.get("/en/partnerships/", headers={"if-none-match": before["ETag"]})

    assert (after.status_code, after.context["count"]) == (200, 7)


def test_rename_is_seen_at_once(client, world):
    from partnerships.actions import place_changed
    from sistercities.core.models import public_change

    client.get(world.kobe.get_absolute_url())
    with public_change():
        world.kobe.name_en = "Kobe Town"
        world.kobe.save()
        place_changed(world.kobe)

    assert Page(client.get(world.kobe.get_absolute_url())).text("h1").startswith("Kobe Town")


def test_place_of_one_country_alone_is_no_failure(client):
    make_partnership(make_place(country=make_country()), make_place())

    assert client.get(reverse("home")).context["count"] == 1


@pytest.mark.parametrize(("language", "words"), [("en", "the form was open too long"), ("ja", "フォーム")])
def test_form_without_its_token_is_refused_in_words(language, words):
    response = Client(enforce_csrf_checks=True).post(f"/{language}/imports/", {"dataset": "places"})

    assert (response.status_code, words in response.content.decode()) == (403, True)
    assert f'<html lang="{language}"' in response.content.decode()
