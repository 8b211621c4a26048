"""Records that are told twice: which look alike, the pages on which they are compared, and records that are locked."""

import pytest
from django.urls import reverse

from partnerships import duplicates
from partnerships.models import NotDuplicate, Partnership, Party, Place, Succession
from sistercities.curation.merging import stamp
from sistercities.curation.story import changes_of
from sistercities.curation.versions import version_of
from tests.factories import (
    make_japan,
    make_partnership,
    make_place,
    make_region,
    make_user,
)
from tests.imports.way import applied, bring, codes, the_row

pytestmark = pytest.mark.django_db


def fresh(record):
    return type(record).objects.get(pk=record.pk)


# What looks alike --------------------------------------------------------------------------------------------------


def test_ties_of_the_same_bodies_look_alike_also_through_a_succession():
    old, new, partner = make_place(abolished="2006"), make_place(), make_place()
    Succession.objects.create(predecessor=old, successor=new, kind="new_merger")
    one, other, gone = (
        make_partnership(place, partner, established=year)
        for place, year in ((old, "1980"), (new, "2007"), (new, "1999"))
    )
    Partnership.objects.filter(pk=gone.pk).update(publication="withdrawn")
    make_partnership(new, make_place())

    assert duplicates.ties() == [(one.pk, other.pk)]


def test_places_of_one_region_with_a_like_name_look_alike_unless_one_followed_the_other():
    region = make_region()
    one, other = make_place(region, "Fuchu"), make_place(region, "Fuchu City")
    make_place(make_region(), "Fuchu")
    make_place(region, "Fuchu", classification="town")
    assert duplicates.places() == [(one.pk, other.pk)]

    Succession.objects.create(predecessor=one, successor=other, kind="new_merger")
    assert duplicates.places() == []


def test_pair_that_was_told_apart_is_not_suggested_again(pair):
    (found,) = duplicates.ties()

    assert [duplicates.tell_apart("partnerships", *reversed(found), reason="two agreements") for _n in range(2)] == [
        True,
        False,
    ]
    assert duplicates.ties() == []
    assert NotDuplicate.objects.get().history.count() == 1


# The pages ---------------------------------------------------------------------------------------------------------


def compare(one, other, dataset="partnerships"):
    return reverse("merging-compare", args=[dataset, one.pk, other.pk])


def test_comparison_shows_both_values_then_says_what_will_happen_then_does_it(merger, pair):
    kept, double = pair
    page = merger.get(compare(kept, double))
    assert {row.name: (row.left, row.right) for row in page.context["rows"] if row.differs} == {
        "established": ("1957", "1957-10-22"),
        "status": ("presumed in force", "in force"),
    }

    choice = {"survivor": double.pk, "value_established": double.pk, "value_status": kept.pk}
    preview = merger.post(compare(kept, double), {**choice, "step": "preview"})
    assert f"Record {double.pk}" in preview.content.decode()
    done = merger.post(
        compare(kept, double), {**choice, "step": "merge", "stamp": preview.context["stamp"], "reason": "twice"}
    )

    assert (done.status_code, fresh(kept).merged_into) == (302, double)
    assert (fresh(double).established, fresh(double).status) == ("1957-10-22", "presumed")
    assert fresh(double).history.first().history_user is not None


@pytest.mark.parametrize("stale", ["x", ""])
def test_merge_without_a_look_shows_it_first(merger, pair, stale):
    response = merger.post(compare(*pair), {"step": "merge", "stamp": stale})

    assert (response.status_code, fresh(pair[1]).publication) == (409, "published")


def test_choice_that_the_database_refuses_is_said_in_words(merger, pair):
    kept, double = pair
    make_partnership(*kept.places, established="1960")
    Partnership.objects.filter(pk=double.pk).update(kind="friendship_city", established="1960")
    form = {"survivor": kept.pk, "value_established": double.pk, "step": "merge", "stamp": stamp(kept, double)}

    response = merger.post(compare(kept, double), form)

    assert (response.status_code, fresh(double).publication) == (409, "published")
    assert response.content.decode().count("error") > 0


def test_pair_is_told_apart_on_its_page(merger, pair):
    url = reverse("merging-apart", args=["partnerships", pair[0].pk, pair[1].pk])

    assert (merger.get(url).status_code, merger.post(url, {"reason": "two"}).status_code) == (302, 302)
    assert NotDuplicate.objects.get().reason == "two"


@pytest.mark.parametrize(
    "path", ["partnerships/1/1/", "planets/1/2/", "partnerships/98/99/", "places/1/99999999999999999999/"]
)
@pytest.mark.parametrize("end", ["", "apart/"])
def test_pair_that_is_none_is_not_found(merger, path, end):
    assert merger.post(f"/en/merging/{path}{end}").status_code == 404


@pytest.mark.parametrize("role", [None, "viewer", "coordinator", "curator"])
def test_only_mergers_merge_and_tell_apart(client, pair, role):
    client.force_login(make_user(role))
    for name in ("merging-compare", "merging-apart"):
        url = reverse(name, args=["partnerships", pair[0].pk, pair[1].pk])
        form = {"step": "merge", "stamp": stamp(*pair)}
        assert [client.get(url).status_code, client.post(url, form).status_code] == [403, 403]

    assert (fresh(pair[1]).publication, NotDuplicate.objects.count()) == ("published", 0)


# Locks -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def locked():
    tie = make_partnership(locked=True, lock_reason="settled by the council")
    assert tie.is_locked
    return tie


@pytest.mark.parametrize(("role", "may"), [("curator", False), ("merger", True), ("administrator", True)])
def test_locked_record_is_edited_by_those_who_may_lock(client, locked, role, may):
    client.force_login(make_user(role))
    url = reverse("admin:partnerships_partnership_change", args=[locked.pk])
    page = client.get(url)

    assert (page.status_code, page.context["has_change_permission"]) == (200, may)
    if not may:
        assert client.post(url, {"staff_note": "x"}).status_code == 403


@pytest.mark.parametrize("page", ["fact", "basis", "revert"])
def test_pages_beside_the_form_do_not_change_a_locked_record_either(client, locked, page):
    arguments = {"fact": ["established"], "basis": [], "revert": [changes_of(locked)[0][0].key]}[page]
    url = reverse(f"admin:partnerships_partnership_{page}", args=[locked.pk, *arguments])
    client.force_login(make_user("curator"))
    before = version_of(locked)

    assert client.post(url, {"reason": "because"}).status_code == 403
    assert version_of(locked) == before


def test_curator_does_not_lock_or_unlock(client):
    tie = make_partnership()
    client.force_login(make_user("curator"))
    page = client.get(reverse("admin:partnerships_partnership_change", args=[tie.pk]))

    assert {"locked", "lock_reason"} <= set(page.context["adminform"].readonly_fields)


def test_locked_record_is_not_withdrawn_with_others(client, locked):
    free = make_partnership()
    client.force_login(make_user("curator"))
    form = {"action": "withdraw_selected", "_selected_action": [locked.pk, free.pk]}
    client.post(reverse("admin:partnerships_partnership_changelist"), form)

    assert [fresh(tie).publication for tie in (locked, free)] == ["published", "withdrawn"]


@pytest.mark.parametrize("dataset", ["partnerships", "places"])
def test_import_does_not_change_a_locked_record(locked, dataset):
    place = locked.places[0]
    Place.objects.filter(pk=place.pk).update(locked=True, lock_reason="disputed")
    content = {"partnerships": f"id,established\n{locked.pk},1960\n", "places": f"id,population\n{place.pk},9\n"}

    batch = bring(content[dataset], dataset, user=make_user("coordinator"))

    row = the_row(batch)
    assert codes(row) == [("id", "locked")]


def test_file_that_names_a_former_body_is_presumed_to_mean_its_successor():
    hyogo = make_region(make_japan(), "Hyogo", slug="hyogo", name_ja="兵庫県", code="JP-28", code_scheme="iso-3166-2")
    kato = make_place(hyogo, "Kato", code="282286", code_scheme="jis")
    yashiro = make_place(hyogo, "Yashiro", abolished="2006-03-20")
    Succession.objects.create(predecessor=yashiro, successor=kato, kind="new_merger")
    olympia = make_place(name_en="Olympia")

    applied(bring("municipality,partner_municipality,established\nYashiro,Olympia,1981\n"))

    party = Party.objects.get(place=kato)
    assert (party.signed_as, party.holding) == (yashiro, "presumed")
    assert Party.objects.get(place=olympia).holding == "confirmed"
