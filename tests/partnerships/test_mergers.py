"""Mergers of municipalities: what is told before, what is stored, where ties and addresses lead afterwards."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from partnerships.holdings import confirm_holding, end_at_merger
from partnerships.lineage import Lineage
from partnerships.models import OldAddress, Partnership, Party, Place, PlaceIdentifier, PlaceName, Succession
from partnerships.recording import record_merger
from partnerships.succession import Changed, Merger, Refused, plan
from sistercities.core.dates import PartialDate
from sistercities.core.models import DataVersion
from sistercities.curation.models import Source
from tests.factories import make_japan, make_partnership, make_place, make_region, make_source, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def hyogo():
    return make_region(make_japan(), "Hyogo", name_ja="兵庫県", slug="hyogo", code_scheme="iso-3166-2", code="JP-28")


def town(region, name, **fields):
    return make_place(region, name, **{"slug": name.lower(), "classification": "town"} | fields)


@pytest.fixture
def yashiro(hyogo):
    return town(hyogo, "Yashiro", name_ja="社町", code_scheme="jis", code="283410")


@pytest.fixture
def tojo(hyogo):
    return town(hyogo, "Tojo", name_ja="東条町", code_scheme="jis", code="283436")


@pytest.fixture
def olympia():
    return make_place(name_en="Olympia", slug="olympia")


def said(*predecessors, kind="new_merger", date="2006-03-20", successors=(), **fields):
    new = {} if successors else {"name_en": "Kato", "name_ja": "加東市", "classification": "city"}
    fields = {"new": new, "source": make_source()} | fields
    return Merger(kind, PartialDate(date), list(predecessors), list(successors), **fields)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def get(client, path, language="en"):
    cache.clear()
    return client.get(f"/{language}/places/{path}/")


# What recording does ---------------------------------------------------------------------------------------------------


def test_new_merger_ends_the_towns_and_begins_the_city(yashiro, tojo):
    made = record_merger(said(yashiro, tojo))

    kato = Place.objects.get(path="jp/hyogo/kato")
    assert (kato.publication, kato.classification, kato.name_ja) == ("published", "city", "加東市")
    assert [fresh(place).abolished for place in (yashiro, tojo)] == ["2006-03-20"] * 2
    steps = Succession.objects.values_list("predecessor", "successor", "kind", "date", "source")
    source = made.merger.source.pk
    assert set(steps) == {(place.pk, kato.pk, "new_merger", "2006-03-20", source) for place in (yashiro, tojo)}


def test_ties_pass_on_as_presumed_and_keep_the_name_that_signed(yashiro, tojo, olympia):
    tie = make_partnership(yashiro, olympia, established="1981-04")
    record_merger(said(yashiro, tojo))

    tie = fresh(tie)
    party = tie.parties.first()
    assert (str(party.place), party.signed_as, party.holding) == ("Kato", yashiro, "presumed")
    assert tie.slug == "kato-olympia"
    assert (
        set(Partnership.objects.search("Yashiro Olympia")) == set(Partnership.objects.search("加東 Olympia")) == {tie}
    )


def test_source_is_cited_for_the_end_of_each_body(yashiro, tojo):
    source = make_source()
    record_merger(said(yashiro, tojo, source=source, locator="p. 3"))

    claims = [place.citations.get(fact="abolished") for place in (yashiro, tojo)]
    assert [(claim.source, claim.normalised, claim.locator) for claim in claims] == [(source, "2006-03-20", "p. 3")] * 2


def test_history_of_everything_touched_says_why(yashiro, tojo, olympia):
    tie = make_partnership(yashiro, olympia)
    record_merger(said(yashiro, tojo))

    why = {
        record.history.first().history_change_reason
        for record in (fresh(yashiro), fresh(tojo), fresh(tie), tie.parties.first(), Succession.objects.first())
    }
    assert why == {"Yashiro, Tojo → Kato (new merger, 20 March 2006)"}


def test_data_version_is_raised_once(yashiro, tojo, olympia):
    make_partnership(yashiro, olympia)
    before = DataVersion.current()[0]

    record_merger(said(yashiro, tojo))

    assert DataVersion.current()[0] > before


def test_absorption_leaves_the_large_city_as_it_is(hyogo, yashiro, olympia):
    himeji = town(hyogo, "Himeji", classification="city")
    own, inherited = make_partnership(himeji, make_place()), make_partnership(yashiro, olympia)

    record_merger(said(yashiro, kind="absorption", successors=[himeji]))

    assert (fresh(himeji).abolished, fresh(yashiro).abolished) == ("", "2006-03-20")
    assert [tie.parties.get(place=himeji).holding for tie in (own, inherited)] == ["confirmed", "presumed"]


def test_tie_that_has_ended_stays_with_the_body_that_signed(yashiro, tojo, olympia):
    tie = make_partnership(yashiro, olympia, established="1970", ended="1999", status="ended")

    record_merger(said(yashiro, tojo))

    assert fresh(tie).places == [yashiro, olympia]


def test_split_leaves_the_ties_and_the_page(client, hyogo, yashiro, olympia):
    parts = [town(hyogo, name) for name in ("East", "West")]
    tie = make_partnership(yashiro, olympia)

    made = record_merger(said(yashiro, kind="split", successors=parts))

    assert (fresh(tie).places, fresh(yashiro).abolished) == ([yashiro, olympia], "2006-03-20")
    assert [move.party.partnership for move in made.staying] == [tie]
    assert get(client, yashiro.path).status_code == 200


def test_body_that_was_divided_may_live_on(hyogo, yashiro):
    record_merger(said(yashiro, kind="split", successors=[town(hyogo, "East")], ended=False))

    assert fresh(yashiro).abolished == ""


def test_renaming_keeps_the_record_with_its_former_name_and_address(client, yashiro, olympia):
    tie = make_partnership(yashiro, olympia)

    record_merger(
        said(yashiro, kind="renaming", new={"name_en": "Yashiro-Hills", "name_ja": "社ヶ丘町", "slug": "yashiro-hills"})
    )

    names = set(PlaceName.objects.filter(place=yashiro, kind="former").values_list("name", "until"))
    assert names == {("Yashiro", "2006-03-20"), ("社町", "2006-03-20")}
    assert (fresh(yashiro).path, fresh(tie).slug) == ("jp/hyogo/yashiro-hills", "yashiro-hills-olympia")
    response = get(client, "jp/hyogo/yashiro")
    assert (response.status_code, response["Location"]) == (301, "/en/places/jp/hyogo/yashiro-hills/")


def test_town_that_became_a_city_keeps_its_ties_and_its_old_code(yashiro, olympia):
    tie = make_partnership(yashiro, olympia)

    record_merger(
        said(yashiro, kind="class_change", new={"name_ja": "社市", "classification": "city", "code": "282286"})
    )

    place = fresh(yashiro)
    assert (place.classification, place.code, place.abolished) == ("city", "282286", "")
    assert fresh(tie).parties.first().holding == "confirmed"
    former = PlaceName.objects.get(place=place, kind="former")
    assert (former.name, former.classification, former.until) == ("社町", "town", "2006-03-20")
    assert PlaceIdentifier.objects.get(place=place).value == "283410"


def test_city_of_the_same_name_gets_an_address_of_its_own(client, hyogo):
    shizuoka, shimizu = town(hyogo, "Shizuoka", classification="city"), town(hyogo, "Shimizu", classification="city")

    record_merger(said(shizuoka, shimizu, date="2003-04-01", new={"name_en": "Shizuoka", "classification": "city"}))

    new = Place.objects.exclude(pk=shizuoka.pk).get(name_en="Shizuoka")
    assert new.path == "jp/hyogo/shizuoka-city"
    for old in (shizuoka, shimizu):
        assert get(client, old.path)["Location"] == "/en/places/jp/hyogo/shizuoka-city/"


def test_succession_that_was_recorded_without_a_date_is_completed(hyogo, yashiro):
    kato = town(hyogo, "Kato")
    row = Succession.objects.create(predecessor=yashiro, successor=kato, kind="unknown")

    record_merger(said(yashiro, successors=[kato]))

    row.refresh_from_db()
    assert (Succession.objects.count(), row.kind, row.date) == (1, "new_merger", "2006-03-20")


def test_earlier_merger_that_is_recorded_later_hands_ties_to_the_body_of_today(hyogo, yashiro, olympia):
    kato, harima = town(hyogo, "Kato"), town(hyogo, "Harima")
    record_merger(said(kato, date="2020-01-01", successors=[harima]))
    tie = make_partnership(yashiro, olympia)

    record_merger(said(yashiro, successors=[kato]))

    party = fresh(tie).parties.first()
    assert (party.place, party.signed_as) == (harima, yashiro)


def test_chain_of_five_keeps_the_first_signer_and_leads_on_at_once(client, hyogo, olympia):
    towns = [town(hyogo, f"Town{letter}") for letter in "abcdef"]
    tie = make_partnership(towns[0], olympia)
    for year, (before, after) in enumerate(zip(towns, towns[1:], strict=False), start=1990):
        record_merger(said(before, kind="absorption", date=str(year), successors=[after]))

    party = fresh(tie).parties.first()
    assert (party.place, party.signed_as) == (towns[-1], towns[0])
    for before in towns[:-1]:
        response = get(client, before.path)
        assert (response.status_code, response["Location"]) == (301, towns[-1].get_absolute_url())
    assert get(client, towns[-1].path).status_code == 200


# What is refused -------------------------------------------------------------------------------------------------------


def counted():
    return [model.objects.count() for model in (Place, Succession, Party, Source, OldAddress)]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"date": "2999"}, "has not come yet"),
        ({"successors": "the same"}, "on both sides"),
        ({"kind": "absorption"}, "lives on exists already"),
        ({"kind": "class_change", "new": {}}, "Say what changed"),
        ({"kind": "split", "successors": "predecessors of another"}, "in a circle"),
        ({"new": {"name_en": "Kato", "slug": "tojo"}}, "is taken"),
        ({"new": {"name_ja": "加東市"}}, "needs its English name"),
        ({"new": {}}, "Name the municipality that followed"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(wrong, words, hyogo, yashiro, tojo):
    if wrong.get("successors") == "the same":
        wrong = {"successors": [yashiro]}
    elif wrong.get("successors"):
        Succession.objects.create(predecessor=tojo, successor=yashiro, kind="absorption")
        wrong = {"successors": [tojo]}
    before = counted()

    with pytest.raises(Refused, match=words):
        record_merger(said(yashiro, **wrong))

    assert counted()[:3] == before[:3]


def test_loop_of_three_is_refused(hyogo):
    a, b, c = (town(hyogo, name) for name in ("Aa", "Bb", "Cc"))
    record_merger(said(a, kind="absorption", date="1990", successors=[b]))
    record_merger(said(b, kind="absorption", date="1991", successors=[c]))

    with pytest.raises(Refused, match="in a circle"):
        record_merger(said(c, kind="absorption", date="1992", successors=[a]))


def test_loop_that_is_in_the_table_all_the_same_ends_every_walk(client, hyogo):
    a, b = (town(hyogo, name, abolished="1990") for name in ("Aa", "Bb"))
    for before, after in ((a, b), (b, a)):
        Succession.objects.create(predecessor=before, successor=after, kind="absorption")

    assert Lineage().descendants(a.pk) == {b.pk}
    assert get(client, a.path).status_code in (200, 301)


def test_body_that_ended_on_another_day_is_not_ended_twice(yashiro):
    Place.objects.filter(pk=yashiro.pk).update(abolished="1999-04-01")

    with pytest.raises(Refused, match="ended on another date"):
        record_merger(said(fresh(yashiro)))


def test_two_ties_with_the_same_partner_do_not_become_one_by_a_merger(yashiro, tojo, olympia):
    ties = [make_partnership(place, olympia) for place in (yashiro, tojo)]

    made = record_merger(said(yashiro, tojo))

    assert [move.party.partnership for move in made.staying] == ties[1:]
    assert [str(fresh(tie).places[0]) for tie in ties] == ["Kato", "Tojo"]


def test_tie_between_two_bodies_that_went_into_one_stays(yashiro, tojo):
    tie = make_partnership(yashiro, tojo)

    made = record_merger(said(yashiro, tojo))

    assert (len(made.staying), fresh(tie).places) == (2, [yashiro, tojo])


def test_tie_of_several_that_the_successor_is_party_of_stays(hyogo, yashiro, olympia):
    himeji = town(hyogo, "Himeji")
    tie = make_partnership(yashiro, himeji, olympia)

    record_merger(said(yashiro, kind="absorption", successors=[himeji]))

    assert fresh(tie).places == [yashiro, himeji, olympia]


def test_plan_that_has_changed_since_the_preview_is_not_carried_out(yashiro, tojo, olympia):
    stamp = plan(said(yashiro, tojo)).stamp
    make_partnership(yashiro, olympia)
    before = counted()

    with pytest.raises(Changed):
        record_merger(said(yashiro, tojo), stamp=stamp)

    assert counted()[:3] == before[:3]


# What became of a tie --------------------------------------------------------------------------------------------------


@pytest.fixture
def presumed(yashiro, tojo, olympia):
    tie = make_partnership(yashiro, olympia, established="1981-04")
    record_merger(said(yashiro, tojo))
    return tie.parties.get(signed_as=yashiro)


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


# Addresses -------------------------------------------------------------------------------------------------------------


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


# The pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def merger(client):
    client.force_login(make_user("merger"))
    return client


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
