"""Worklists: every list of the registry against the same contract."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from organizations.models import ContactDesk
from partnerships.models import Partnership, Party, Place
from sistercities.curation.models import LinkCheck, Proposal, Source
from sistercities.curation.worklists import counted_for, registry
from sistercities.imports.models import ImportBatch
from tests.factories import (
    make_citation,
    make_contact_desk,
    make_country,
    make_event,
    make_figure,
    make_japan,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_region,
    make_source,
    make_user,
)

pytestmark = pytest.mark.django_db


def proposals():
    pending, _refused = (
        Proposal.objects.create(dataset="places", difference={}, state=state) for state in ("pending", "refused")
    )
    return [pending]


def links():
    def check(days, publish=True):
        url = f"https://example.org/{LinkCheck.objects.count()}"
        if publish:
            make_source(url=url)
        now = timezone.now()
        return LinkCheck.objects.create(url=url, status="404", checked_at=now, failing_since=now - timedelta(days=days))

    check(0.9)
    check(9, publish=False)
    return [check(1)]


def unsourced():
    rejected = make_partnership()
    make_citation(rejected, standing="rejected")
    make_citation(make_partnership())
    make_partnership(publication="withdrawn")
    return [make_partnership(), rejected]


def one_witness():
    original = make_source()
    copied, twice, two = make_partnership(), make_partnership(), make_partnership()
    for source in (original, make_source(depends_on=original)):
        make_citation(copied, source=source)
    for fact in ("existence", "kind"):
        make_citation(twice, source=original, fact=fact)
    make_citation(twice, standing="rejected")
    make_citation(two)
    make_citation(two)
    make_partnership()
    return [copied, twice]


def former_party():
    abolished, unnumbered = make_place(abolished="2005-03-28"), make_place(make_region(make_japan()))
    make_partnership(abolished, make_place(), status="ended")
    make_partnership()
    return [make_partnership(abolished, make_place()), make_partnership(unnumbered, make_place())]


def presumed():
    tie = make_partnership()
    Party.objects.filter(partnership=tie, position=1).update(signed_as=make_place(), holding="presumed")
    make_partnership()
    return [tie]


def namesakes():
    gifu, oregon = make_region(), make_region()
    country = make_country()
    shared = [make_place(gifu, "Shirakawa", name_ja=name) for name in ("白川町", "白川村")]
    shared += [make_place(oregon, name, name_ja="府中市") for name in ("Fuchu", "Fuchuu")]
    shared += [make_place(country=country, name_en="Naga") for _n in range(2)]
    make_place(oregon, "Shirakawa")
    make_place(gifu, "Takayama")
    make_place(gifu, "Takayama", abolished="2005-02-01")
    make_place(gifu, "Takayama", publication="withdrawn")
    return shared


def desks(**ago):
    make_contact_desk(verified_on=timezone.localdate().isoformat())
    return [make_contact_desk(), make_contact_desk(verified_on="2019-04")]


def imports():
    def batch(**fields):
        defaults = {"dataset": "partnerships", "file_name": "x.csv", "sha256": "0" * 64, "size": 1, "state": "review"}
        return ImportBatch.objects.create(**defaults | fields)

    batch(state="checked", created_by=make_user("coordinator"))
    return [batch(created_by=make_user("coordinator"))]


def two(make, **fields):
    """Builders for lists of a single condition: one record that meets it and one that does not."""

    def build():
        make()
        return [make(**fields)]

    return build


def on_their_way(make):
    def build():
        make()
        make(publication="withdrawn")
        return [make(publication=state) for state in ("draft", "review")]

    return build


def dated(**fields):
    return make_partnership(**{"established": "1957"} | fields)


#: Slug -> a function that stores records inside and outside of the list, and returns those inside.
SAMPLES = {
    "proposals-pending": proposals,
    "dead-links": links,
    "imports-waiting": imports,
    "partnerships-without-source": unsourced,
    "partnerships-one-source": one_witness,
    "partnerships-undated": two(dated, established=""),
    "partnerships-contested": two(make_partnership, contested=True),
    "partnerships-former-party": former_party,
    "partnerships-presumed": presumed,
    "partnerships-unpublished": on_their_way(make_partnership),
    "places-namesakes": namesakes,
    "places-unpublished": on_their_way(make_place),
    "desks-stale": desks,
    "desks-contested": two(make_contact_desk, contested=True),
    "desks-unpublished": on_their_way(make_contact_desk),
    "organizations-unpublished": on_their_way(make_organization),
    "programs-unpublished": on_their_way(make_program),
    "figures-unpublished": on_their_way(make_figure),
    "events-unpublished": on_their_way(make_event),
}


@pytest.fixture
def curator(client):
    client.person = make_user("curator")
    client.force_login(client.person)
    return client


def listed(response):
    """The keys of the records that a list shows: the admin's, the import desk's, or those of the review."""
    if "proposals" in response.context:
        return response.context["proposals"]
    changelist = response.context.get("cl")
    return [record.pk for record in (changelist.result_list if changelist else response.context["batches"])]


def counts(user):
    return {found.worklist.slug: found.count for found in counted_for(user)}


def address(slug):
    return registry()[slug].address().partition("#")[0]


def test_every_list_has_a_sample():
    assert SAMPLES.keys() == registry().keys()


@pytest.mark.parametrize("slug", SAMPLES)
def test_count_is_the_number_of_the_filtered_list(slug, curator):
    inside = SAMPLES[slug]()

    shown = listed(curator.get(address(slug)))

    assert sorted(shown) == sorted(record.pk for record in inside)
    assert counts(curator.person)[slug] == len(shown)


@pytest.mark.parametrize("slug", SAMPLES)
def test_list_is_counted_in_one_statement_however_long(slug, django_assert_num_queries):
    user = make_user("curator")
    worklist = registry()[slug]
    SAMPLES[slug]()
    first = worklist.count(user, "first")
    with django_assert_num_queries(1):
        worklist.count(user, "second")
    if slug != "partnerships-former-party":  # there is one Japan
        SAMPLES[slug]()

    with django_assert_num_queries(1):
        again = worklist.count(user, "third")

    assert again >= first > 0


@pytest.mark.parametrize("slug", SAMPLES)
def test_nobody_sees_a_list_whose_records_they_may_not_view(slug, client):
    SAMPLES[slug]()
    hidden = registry()[slug].model_class._meta
    user = make_user()
    others = Permission.objects.exclude(content_type__app_label=hidden.app_label, content_type__model=hidden.model_name)
    user.user_permissions.set(others)
    client.force_login(user)

    page = client.get(reverse("admin:index")).content.decode()

    assert registry()[slug].slug not in page
    assert page.count("worklist=") > 5
    assert client.get(address(slug)).status_code == 403


def test_index_stays_within_its_budget(curator, django_assert_num_queries):
    for slug, build in SAMPLES.items():
        assert build(), slug

    with django_assert_num_queries(25):
        page = curator.get(reverse("admin:index")).content.decode()
    with django_assert_num_queries(22):  # those that are costly are kept
        curator.get(reverse("admin:index"))

    assert page.count("worklist=") == len(SAMPLES)


def test_kept_count_goes_with_the_next_public_change(curator):
    assert counts(curator.person)["places-namesakes"] == 0

    inside = namesakes()

    assert counts(curator.person)["places-namesakes"] == len(inside)


def test_index_names_lists_that_are_empty_apart(curator):
    make_place(publication="draft")

    response = curator.get(reverse("admin:index"))

    assert [found.worklist.slug for found in response.context["worklists"]] == ["places-unpublished"]
    assert len(response.context["empty_worklists"]) == len(SAMPLES) - 1


def test_coordinator_is_not_told_of_decisions_that_are_not_theirs():
    imports()

    assert "imports-waiting" not in counts(make_user("coordinator"))


def test_own_import_waits_for_somebody_else(curator):
    ImportBatch.objects.create(
        dataset="partnerships", file_name="x.csv", sha256="0" * 64, size=1, state="review", created_by=curator.person
    )

    assert counts(curator.person)["imports-waiting"] == 0


@pytest.mark.parametrize("slug", ["none-such", "places-namesakes", "%00", ""])
def test_list_of_another_model_is_passed_over(slug, curator):
    make_partnership()

    response = curator.get(f"{reverse('admin:partnerships_partnership_changelist')}?worklist={slug}")

    assert (response.status_code, len(listed(response))) == (200, 1)


def test_former_places_are_those_that_say_so_one_by_one():
    for country in (make_japan(), make_country()):
        region = make_region(country)
        make_place(region)
        make_place(region, abolished="2005")
    make_place(make_region(make_country()), code_scheme="gnis", code="123")

    assert set(Place.objects.former()) == {place for place in Place.objects.all() if place.is_former}
    assert Place.objects.former().count() == 3


@pytest.mark.parametrize(
    ("verified", "stale"),
    [
        ("", True),
        ("2023", True),
        ("2024", False),
        ("2024-10", True),
        ("2024-11", False),
        ("2024-11-21", True),
        ("2024-11-22", False),
        ("2025-01-01", False),
    ],
)
def test_date_of_a_desk_counts_as_its_last_day(verified, stale):
    make_contact_desk(verified_on=verified)

    assert ContactDesk.objects.stale(on=date(2026, 11, 22)).exists() is stale


def test_leap_day_two_years_on():
    make_contact_desk(verified_on="2026-02-28")
    make_contact_desk(verified_on="2026-03-01")

    assert ContactDesk.objects.stale(on=date(2028, 2, 29)).count() == 1


def test_dead_links_lead_to_the_records_that_publish_them(curator, django_assert_num_queries):
    [dead] = links()
    page = reverse("admin:curation_linkcheck_changelist")
    curator.get(page)
    with django_assert_num_queries(16):
        text = curator.get(page).content.decode()
    links()

    with django_assert_num_queries(16):
        curator.get(page)

    source = Source.objects.get(url=dead.url)
    assert text.count(reverse("admin:curation_source_change", args=[source.pk])) == 1


@pytest.mark.parametrize("step", ["add", "change", "delete"])
def test_checked_addresses_are_written_by_the_command_alone(step, client):
    [dead] = links()
    client.force_login(make_user("superuser"))

    response = client.post(
        reverse(f"admin:curation_linkcheck_{step}", args=[] if step == "add" else [dead.pk]),
        {"url": "x", "post": "yes"},
    )

    assert response.status_code == 403
    assert LinkCheck.objects.get(pk=dead.pk).url == dead.url


def test_withdrawn_tie_is_nobodys_work():
    for fields in ({"established": ""}, {"contested": True}):
        make_partnership(publication="withdrawn", **fields)

    assert [rows().count() for rows in (Partnership.objects.undated, Partnership.objects.contested)] == [0, 0]
