"""After a merger: what became of the ties, which addresses still lead to them, and the pages on which it is recorded."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from partnerships.holdings import confirm_holding, end_at_merger
from partnerships.models import OldAddress, Place, Succession
from partnerships.recording import record_merger
from partnerships.succession import Refused
from sistercities.core.dates import PartialDate
from sistercities.curation.models import Source
from tests.factories import make_partnership, make_place, make_region, make_source, make_user

from .towns import counted, fresh, get, said, town

pytestmark = pytest.mark.django_db


# What became of a tie ----------------------------------------------------------------------------------------------


def test_page_of_the_tie_says_that_it_is_presumed(client, presumed):
    cache.clear()
    text = client.get(fresh(presumed.partnership).get_absolute_url()).content.decode()

    assert "presumed to have passed to Kato" in text


def test_source_confirms_the_successor(presumed):
    source = make_source()
    confirm_holding(presumed, source=source, date=PartialDate("2007-05"))

    party = fresh(presumed)
    act = party.partnership.acts.get()
    assert (party.holding, str(party.signed_as)) == ("confirmed", "Yashiro")
    assert (act.kind, act.date, act.source) == ("succession", "2007-05", source)
    assert party.partnership.citations.get(fact="parties").value == "Kato"


def test_tie_that_ended_at_the_merger_goes_back_to_the_body_that_signed(presumed, yashiro):
    end_at_merger(presumed, source=make_source())

    tie = fresh(presumed.partnership)
    assert (tie.places[0], tie.status, tie.ended) == (yashiro, "ended", "2006-03-20")
    assert tie.parties.first().signed_as is None
    assert tie.citations.get(fact="ended").standing == "preferred"


@pytest.mark.parametrize("act", [confirm_holding, end_at_merger])
def test_tie_that_is_settled_is_not_settled_twice(presumed, act):
    confirm_holding(presumed, source=make_source())

    with pytest.raises(Refused, match="not presumed any more"):
        act(presumed, source=make_source())


# Addresses ---------------------------------------------------------------------------------------------------------


def test_old_address_leads_to_the_successor_with_one_redirect_in_both_languages(client, yashiro, tojo):
    record_merger(said(yashiro, tojo))

    for language in ("en", "ja"):
        response = get(client, "jp/hyogo/yashiro", language)
        assert (response.status_code, response["Location"]) == (301, f"/{language}/places/jp/hyogo/kato/")
        assert "max-age=0" in response["Cache-Control"]
    arrived = get(client, "jp/hyogo/kato").content.decode()
    assert "Yashiro" in arrived


def test_tie_that_changed_its_name_is_found_under_the_old_one(client, presumed):
    response = client.get(f"/en/partnerships/{presumed.partnership_id}-yashiro-olympia/")

    assert (response.status_code, response["Location"]) == (301, fresh(presumed.partnership).get_absolute_url())


def test_new_slug_of_a_prefecture_leaves_every_address_below_it_working(client, hyogo, yashiro):
    from partnerships.actions import place_changed

    for slug in ("hyogo-ken", "hyogo-pref"):
        hyogo.slug = slug
        hyogo.save()
        place_changed(hyogo)

    for old in ("jp/hyogo", "jp/hyogo-ken"):
        assert get(client, old)["Location"] == "/en/places/jp/hyogo-pref/"
        assert get(client, f"{old}/yashiro")["Location"] == "/en/places/jp/hyogo-pref/yashiro/"


def test_address_that_a_place_takes_back_is_its_own_again(client, yashiro):
    for slug in ("yashiro-cho", "yashiro"):
        yashiro.slug = slug
        yashiro.save()

    assert get(client, "jp/hyogo/yashiro").status_code == 200
    assert list(OldAddress.objects.values_list("path", "place")) == [("jp/hyogo/yashiro-cho", yashiro.pk)]


def test_old_address_of_a_draft_tells_nothing(client, yashiro):
    yashiro.slug, yashiro.publication = "yashiro-cho", "draft"
    yashiro.save()

    assert get(client, "jp/hyogo/yashiro").status_code == 404


def test_address_that_another_place_had_is_not_given_again(client, curator, hyogo, yashiro):
    from partnerships.succession import taken_paths

    yashiro.slug = "yashiro-cho"
    yashiro.save()

    assert taken_paths(["jp/hyogo/yashiro"]) == {"jp/hyogo/yashiro"}
    assert taken_paths(["jp/hyogo/yashiro"], but=yashiro) == set()


# The pages ---------------------------------------------------------------------------------------------------------


FORM = {
    "kind": "new_merger",
    "date": "平成18年3月20日",
    "predecessors": "兵庫県社町\nTojo, Hyogo",
    "new_name_en": "Kato",
    "new_name_ja": "加東市",
    "new_classification": "city",
    "title": "Minutes of the assembly",
}


def test_merger_is_previewed_in_words_and_then_recorded(merger, yashiro, tojo, olympia):
    make_partnership(yashiro, olympia)
    url = reverse("merging-succession")
    before = counted()

    preview = merger.post(url, FORM)
    text = preview.content.decode()
    assert (preview.status_code, counted()) == (200, before)
    for words in (
        "No official code is given",
        "Yashiro ends on 20 March 2006",
        "/places/jp/hyogo/yashiro/ will lead to Kato",
        "1 tie passes on",
    ):
        assert words in text

    done = merger.post(url, {**FORM, "step": "record", "stamp": preview.context["plan"].stamp}, follow=True)
    assert "1 tie is presumed to have passed on" in done.content.decode()
    assert Place.objects.get(path="jp/hyogo/kato").history.first().history_user is not None
    assert Source.objects.get(title_en="Minutes of the assembly").key.startswith("minutes-of-the-assembly")


def test_recording_without_a_look_at_the_preview_shows_it_first(merger, yashiro, tojo):
    response = merger.post(reverse("merging-succession"), {**FORM, "step": "record", "stamp": "x"})

    assert (response.status_code, Succession.objects.count()) == (409, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date", "31 February 2006"),
        ("date", ""),
        ("predecessors", "Atlantis"),
        ("predecessors", ""),
        ("predecessors", "x\n" * 100),
        ("predecessors", "\0"),
        ("kind", "conquest"),
        ("new_classification", "kingdom"),
        ("new_code", "282287"),
        ("new_slug", "a/../b"),
        ("title", ""),
        ("source", "no such source"),
        ("url", "javascript:alert(1)"),
        ("new_name_en", "x" * 5000),
        ("new_name_en", "!!!"),
    ],
)
def test_wrong_entry_is_said_beside_its_field(merger, yashiro, tojo, field, value):
    response = merger.post(reverse("merging-succession"), {**FORM, field: value})

    assert (response.status_code, Succession.objects.count()) == (400, 0)
    assert response.context["form"].errors


def test_name_that_may_mean_several_is_asked_back_with_addresses(merger, hyogo, yashiro):
    twin = town(make_region(hyogo.country, "Nagano", slug="nagano"), "Yashiro", code_scheme="jis", code="202011")
    response = merger.post(reverse("merging-succession"), {**FORM, "predecessors": "Yashiro"})

    (error,) = response.context["form"].errors["predecessors"]
    assert all(path in error for path in (yashiro.path, twin.path))


def test_confirming_on_the_page_needs_a_source(merger, presumed):
    url = reverse("merging-holding", args=[presumed.pk])
    assert merger.get(url).status_code == 200

    without = merger.post(url, {"outcome": "confirmed"})
    done = merger.post(url, {"outcome": "confirmed", "title": "City of Kato", "date": "2007"})

    assert (without.status_code, done.status_code, fresh(presumed).holding) == (400, 302, "confirmed")
    assert merger.get(url).status_code == 404


@pytest.mark.parametrize("role", [None, "viewer", "coordinator", "curator"])
def test_pages_are_for_mergers(client, role, presumed):
    client.force_login(make_user(role))
    for url in (reverse("merging"), reverse("merging-succession"), reverse("merging-holding", args=[presumed.pk])):
        for method in (client.get, client.post):
            response = method(url, FORM)
            assert (response.status_code, response["Cache-Control"]) == (403, "private, no-store")
    assert Succession.objects.count() == 2


def test_stranger_is_asked_to_sign_in(client):
    response = client.get(reverse("merging"))

    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/en/sign-in/")


@pytest.mark.parametrize("ties", [1, 3])
def test_overview_takes_as_many_statements_for_one_tie_as_for_three(
    merger, hyogo, yashiro, ties, django_assert_num_queries
):
    for _number in range(ties):
        make_partnership(yashiro, make_place())
    record_merger(said(yashiro))
    with django_assert_num_queries(16):
        merger.get(reverse("merging"))
