"""What the pages of organizations, programs, contact desks, figures and events have in common: who may see them, and where."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from sistercities.core.models import public_change
from sistercities.curation.actions import publish, withdraw
from tests.factories import (
    make_citation,
    make_contact_desk,
    make_event,
    make_figure,
    make_organization,
    make_place,
    make_program,
    make_source,
)
from tests.pages import Page, shown, words

pytestmark = pytest.mark.django_db

#: Name of the page -> how to make its record with a name.
RECORDS = {
    "organization": lambda name="", **fields: make_organization(name, **fields),
    "program": lambda name="", **fields: make_program(**({"name_en": name} if name else {}), **fields),
    "contact": lambda name="", **fields: make_contact_desk(**({"name_en": name} if name else {}), **fields),
    "figure": lambda name="", **fields: make_figure(**({"counted_en": name} if name else {}), **fields),
    "event": lambda name="", **fields: make_event(name, **fields),
}
FACTS = {"figure": "counted"}


@pytest.fixture(params=RECORDS)
def kind(request):
    return request.param


@pytest.fixture
def make(kind):
    return RECORDS[kind]


# Who may be seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("publication", "status"), [("draft", 404), ("review", 404), ("published", 200), ("withdrawn", 410)]
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_record_answers_by_its_publication(client, make, publication, status, language):
    record = make("Secretville", publication=publication)
    with override(language):
        response = client.get(record.get_absolute_url())

    assert response.status_code == status
    assert (response.content.decode().count("Secretville") > 0) == (status == 200)


def test_withdrawn_record_is_not_stored_by_anybody(client, make):
    response = client.get(make(publication="withdrawn").get_absolute_url())

    assert (response.has_header("ETag"), "max-age" in response.get("Cache-Control", "")) == (False, False)


def test_publishing_and_withdrawing_are_seen_at_once(client, make):
    record = make(publication="draft")
    same = type(record).objects.filter(pk=record.pk)
    path = record.get_absolute_url()
    seen = [client.get(path).status_code]
    for action in (publish, withdraw, publish):
        action(same)
        seen.append(client.get(path).status_code)

    assert seen == [404, 200, 410, 200]


def test_note_for_staff_is_never_shown(client, make, kind):
    record = make(staff_note="a word in confidence")
    for path in (record.get_absolute_url(), reverse(f"{kind}s"), f"/data/{kind}s.json"):
        response = client.get(path)
        assert (response.status_code, response.content.decode().count("in confidence")) == (200, 0), path


# Addresses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["x", "kobe", "Desk", "a-b-c", "0"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_wrong_slug_of_a_contact_leads_to_the_right_one(client, slug, language):
    desk = make_contact_desk(name_en="International Division", name_ja="国際課")
    response = client.get(f"/{language}/contacts/{desk.pk}-{slug}/")

    assert (response.status_code, response["Location"]) == (
        301,
        f"/{language}/contacts/{desk.pk}-international-division/",
    )


def test_contact_with_a_japanese_name_alone_has_an_address(client):
    desk = make_contact_desk(name_ja="国際課")
    with public_change():
        desk.name_en = ""
        desk.save()

    assert desk.get_absolute_url() == f"/en/contacts/{desk.pk}-desk/"
    assert shown(client, desk)


def test_renamed_contact_leads_from_its_old_address(client):
    desk = make_contact_desk(name_en="Old Section")
    before = desk.get_absolute_url()
    with public_change():
        desk.name_en = "New Section"
        desk.save()

    assert client.get(before)["Location"] == desk.get_absolute_url()


@pytest.mark.parametrize(
    "path",
    [
        "organizations/nobody/", "organizations/%00/", "organizations/a%00b/", "organizations/-/", "organizations/%E5%AE%B6/", "organizations/a/b/",
        "programs/nothing/", "programs/%25/", f"programs/{'a' * 3000}/", "contacts/0-x/", "contacts/99999999999999999999999-x/", "contacts/1/",
        "contacts/1-/", "contacts/-1-x/", "contacts/1-%00/", "figures/467/", "figures/%27/", "events/nothing/", "events/CALENDAR/",
    ],
)  # fmt: skip
def test_address_of_nothing_is_not_found_in_words(client, path):
    response = client.get(f"/en/{path}")

    assert (response.status_code, len(Page(response).all("h1"))) == (404, 1)


# What every record page shows ----------------------------------------------------------------------------------------


def test_name_in_one_language_is_marked_in_the_other(client, make, kind):
    name = "Exchange Bureau"
    text = shown(client, make(name), "ja").content.decode()

    assert text.count(f'<span lang="en">{name}</span>') >= 1


def test_markup_in_texts_stays_text(client, make, kind):
    hostile = '<script>alert(1)</script>"><img src=x>'
    record = make(hostile)
    make_citation(
        record,
        FACTS.get(kind, "existence"),
        value=hostile,
        reason=hostile,
        remark=hostile,
        locator=hostile,
        source=make_source(title_en=hostile, publisher=hostile, url="https://example.org/?a=1&b=<x>"),
    )
    for path in (record.get_absolute_url(), reverse(f"{kind}s"), f"{reverse('search')}?q=script"):
        page = Page(shown(client, path))
        assert page.all("img") == [], path
        assert [found for found in page.all("script") if "src" not in found] in (
            [],
            [{"type": "application/ld+json"}],
        ), path


def test_claims_stand_with_their_sources(client, make, kind):
    record, fact = make(), FACTS.get(kind, "existence")
    first = make_source(title_en="The first list", url="https://example.org/first")
    make_citation(record, fact, value="as the first says", source=first, standing="preferred", read_on="2026-02-11")
    make_citation(
        record, fact, value="as the second says", source=make_source(title_en="The second list"), as_of="2018"
    )
    make_citation(record, fact, value="a slip", standing="rejected", reason="no such day")
    response = shown(client, record)
    text = words(response)

    said = ("as the first says", "as the second says", "a slip", "no such day", "The first list", "The second list")
    assert [part for part in (*said, "11 February 2026") if part not in text] == []
    assert Page(response).links.count("https://example.org/first") == 1
    assert [claim.value for claim in response.context["facts"][0]["claims"]] == [
        "as the first says", "as the second says", "a slip",
    ]  # fmt: skip


def test_record_without_anything_has_a_page_in_both_languages(client, make):
    record = make()

    assert {shown(client, record, language)["Content-Language"] for language in ("en", "ja")} == {"en", "ja"}


def test_stored_record_takes_one_statement(client, make, django_assert_num_queries):
    record = make()
    client.get(record.get_absolute_url())

    with django_assert_num_queries(1):
        client.get(record.get_absolute_url())


def test_record_is_only_read(client, make):
    assert client.post(make().get_absolute_url()).status_code == 405


# Where records are listed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("publication", ["draft", "review", "published", "withdrawn"])
def test_sitemap_and_search_hold_what_is_public_and_nothing_else(client, make, kind, publication):
    record = make("Quixotic", publication=publication)
    section = client.get(f"/sitemap-{kind}s.xml").content.decode()
    cache.clear()
    found = Page(client.get(reverse("search"), {"q": "quixotic"})).links

    listed = [section.count(f"{record.get_absolute_url()}</loc>"), found.count(record.get_absolute_url())]
    assert listed == ([1, 1] if publication == "published" else [0, 0])


@pytest.mark.parametrize("records", [1, 3])
def test_sitemap_takes_one_statement(client, make, kind, records, django_assert_num_queries):
    for _number in range(records):
        make()

    with django_assert_num_queries(1):
        client.get(f"/sitemap-{kind}s.xml")


def test_place_that_is_renamed_renames_it_wherever_it_stands(client):
    from partnerships.actions import place_changed

    place = make_place(name_en="Oldtown")
    desk, event = make_contact_desk(place), make_event(place=place)
    organization = make_organization(seat=place)
    for record in (desk, event, organization):
        assert words(client.get(record.get_absolute_url())).count("Oldtown") > 0
    with public_change():
        place.name_en = "Newtown"
        place.save()
        place_changed(place)

    for record in (desk, event, organization):
        text = words(client.get(record.get_absolute_url()))
        assert (text.count("Oldtown"), text.count("Newtown") > 0) == (0, True)
