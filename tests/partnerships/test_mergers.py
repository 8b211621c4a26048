"""Mergers of municipalities: what is told before, what is stored, where ties and addresses lead afterwards."""

import pytest

from partnerships.lineage import Lineage
from partnerships.models import Partnership, Place, PlaceIdentifier, PlaceName, Succession
from partnerships.recording import record_merger
from partnerships.succession import Changed, Refused, plan
from sistercities.core.models import DataVersion
from tests.factories import make_partnership, make_place, make_source

from .towns import counted, fresh, get, said, town

pytestmark = pytest.mark.django_db


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


# What is refused ---------------------------------------------------------------------------------------------------


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
