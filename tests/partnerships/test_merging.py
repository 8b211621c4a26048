"""Making one record of two: nothing that was said is lost, the number that is given up leads on, and nobody is asked twice."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError

from partnerships.merging import PLACES, TIES
from partnerships.models import Act, Partnership, PartnershipCitation, Party, Place, PlaceName, Succession
from sistercities.core.models import DataVersion
from sistercities.curation.integrity import findings
from sistercities.curation.merging import Changed, Refused, merge, stamp
from sistercities.curation.models import Proposal, SeedKey
from tests.factories import (
    make_act,
    make_citation,
    make_contact_desk,
    make_event,
    make_milestone,
    make_name,
    make_organization,
    make_partnership,
    make_place,
    make_region,
    make_source,
)

pytestmark = pytest.mark.django_db


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def nothing_is_derived_wrongly():
    return [(str(record), field, stored, derived) for record, field, stored, derived in findings()]


# Partnerships ------------------------------------------------------------------------------------------------------


def test_double_is_withdrawn_and_names_the_record_that_lives_on(pair):
    kept, double = pair
    merge(TIES, double, kept)

    double = fresh(double)
    assert (double.publication, double.merged_into, fresh(kept).publication) == ("withdrawn", kept, "published")


def test_every_claim_is_kept_and_the_same_words_of_the_same_source_stand_once(pair):
    kept, double = pair
    source = make_source()
    make_citation(kept, source=source)
    make_citation(double, source=source)
    make_citation(double, "established", "1957-10-22")

    done = merge(TIES, double, kept)

    assert sorted(kept.citations.values_list("fact", flat=True)) == ["established", "existence"]
    assert (double.citations.count(), sum(done.doubles.values())) == (0, 1)
    assert PartnershipCitation.history.filter(history_type="-").count() == 1


@pytest.mark.parametrize(("theirs", "value"), [([], "1957"), (["established"], "1957-10-22")])
def test_value_that_was_chosen_lives_on_with_the_claim_that_says_it(pair, theirs, value):
    kept, double = pair
    make_citation(kept, "established", "1957", standing="preferred")
    make_citation(double, "established", "1957-10-22", standing="preferred")

    merge(TIES, double, kept, theirs=theirs)

    kept = fresh(kept)
    assert kept.established == value
    assert kept.citations.get(standing="preferred").normalised == value
    assert nothing_is_derived_wrongly() == []


def test_claims_that_disagree_make_the_fact_contested(pair):
    kept, double = pair
    make_citation(kept, "established", "1957", standing="preferred")
    make_citation(double, "established", "1958")

    merge(TIES, double, kept)

    assert fresh(kept).contested is True


def test_acts_themes_notes_and_rows_of_other_apps_move(pair):
    kept, double = pair
    for tie in pair:
        make_act(tie)
    make_act(double, "renewal", date="1999")
    event, milestone = make_event(partnerships=[double]), make_milestone(partnership=double)
    Partnership.objects.filter(pk=double.pk).update(staff_note="ask Kobe")

    merge(TIES, double, kept)

    assert list(Act.objects.filter(partnership=kept).values_list("kind", flat=True)) == ["signing", "renewal"]
    assert list(event.partnerships.all()) == [kept]
    assert (fresh(milestone).partnership, fresh(kept).staff_note) == (kept, "ask Kobe")


def test_who_signed_is_kept_where_only_the_double_knows_it(pair):
    kept, double = pair
    signer = make_place()
    Party.objects.filter(partnership=double, position=1).update(signed_as=signer, holding="presumed")

    merge(TIES, double, kept)

    party = kept.parties.get(position=1)
    assert (party.signed_as, party.holding) == (signer, "presumed")
    assert nothing_is_derived_wrongly() == []


def test_parties_of_the_double_may_be_chosen():
    kept, double = make_partnership(), make_partnership()
    places = double.places

    merge(TIES, double, kept, theirs=["parties"])

    assert fresh(kept).places == places
    assert nothing_is_derived_wrongly() == []


def test_fixture_key_and_proposals_point_to_the_record_that_lives_on(pair):
    kept, double = pair
    SeedKey.objects.create(dataset="partnership", key="a--b", object_id=double.pk)
    SeedKey.objects.create(dataset="place", key="jp", object_id=double.pk)
    proposal = Proposal.objects.create(dataset="partnerships", object_id=double.pk, difference={})

    merge(TIES, double, kept)

    assert dict(SeedKey.objects.values_list("dataset", "object_id")) == {"partnership": kept.pk, "place": double.pk}
    assert fresh(proposal).object_id == kept.pk


@pytest.mark.parametrize("language", ["en", "ja"])
def test_old_number_leads_to_the_record_with_one_redirect(client, pair, language):
    kept, double = pair
    merge(TIES, double, kept)

    for slug in (double.slug, "x"):
        cache.clear()
        response = client.get(f"/{language}/partnerships/{double.pk}-{slug}/")
        assert (response.status_code, response["Location"]) == (301, f"/{language}/partnerships/{kept.pk}-{kept.slug}/")


def test_chain_of_merges_leads_on_at_once(client):
    first, second, third = (make_partnership(established=year) for year in ("1957", "1958", "1959"))
    merge(TIES, first, second)
    merge(TIES, fresh(second), third)

    assert fresh(first).merged_into == third
    for tie in (first, second):
        assert client.get(tie.get_absolute_url())["Location"] == third.get_absolute_url()


def test_record_that_is_withdrawn_after_a_merge_is_gone_under_both_numbers(client, pair):
    kept, double = pair
    merge(TIES, double, kept)
    Partnership.objects.filter(pk=kept.pk).update(publication="withdrawn")

    assert {client.get(tie.get_absolute_url()).status_code for tie in pair} == {410}


def test_history_of_both_says_what_was_done(pair):
    kept, double = pair
    merge(TIES, double, kept)

    assert fresh(double).history.first().history_change_reason == f"Merged into {kept.pk} {kept}"
    assert fresh(kept).history.first().history_change_reason == f"Merged: {double.pk} {double} is the same record"


def test_data_version_is_raised(pair):
    before = DataVersion.current()[0]
    merge(TIES, pair[1], pair[0])

    assert DataVersion.current()[0] > before


@pytest.mark.parametrize("wrong", ["itself", "withdrawn", "merged already"])
def test_merge_that_makes_no_sense_is_refused(pair, wrong):
    kept, double = pair
    if wrong == "withdrawn":
        Partnership.objects.filter(pk=double.pk).update(publication="withdrawn")
    elif wrong == "merged already":
        merge(TIES, double, make_partnership())
    with pytest.raises(Refused):
        merge(TIES, kept if wrong == "itself" else double, kept)

    assert fresh(kept).publication == "published"


def test_merge_of_what_has_changed_since_it_was_shown_is_not_done(pair):
    kept, double = pair
    seen = stamp(kept, double)
    make_citation(double)

    with pytest.raises(Changed):
        merge(TIES, double, kept, seen=seen)

    assert fresh(double).publication == "published"


def test_choice_that_would_record_a_tie_twice_changes_nothing(pair):
    kept, double = pair
    third = make_partnership(*kept.places, established="1960")
    Partnership.objects.filter(pk=double.pk).update(kind="friendship_city", established="1960")

    with pytest.raises(IntegrityError):
        merge(TIES, double, kept, theirs=["established"])

    assert {fresh(tie).publication for tie in (kept, double, third)} == {"published"}


# Places ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def places():
    region = make_region()
    return make_place(region, "Kochi", name_ja="高知市", population=None), make_place(region, "Koochi", population=5)


def test_ties_names_and_rows_of_other_apps_move_to_the_place_that_lives_on(places):
    kept, double = places
    tie = make_partnership(double, make_place())
    signed = make_partnership(make_place(), make_place(), signed_as=None)
    Party.objects.filter(partnership=signed, position=1).update(signed_as=double)
    make_name(double, "Kauchi")
    desk, organization = make_contact_desk(double), make_organization(seat=double, serves=[double])

    merge(PLACES, double, kept, theirs=["population"])

    assert (fresh(tie).places[0], signed.parties.get(position=1).signed_as) == (kept, kept)
    assert (fresh(desk).place, fresh(organization).seat, list(organization.serves.all())) == (kept, kept, [kept])
    assert set(PlaceName.objects.filter(place=kept).values_list("name", flat=True)) == {"Kauchi", "Koochi"}
    assert fresh(kept).population == 5
    assert tie in Partnership.objects.search("Koochi")
    assert nothing_is_derived_wrongly() == []


def test_code_of_the_double_may_be_taken_over(places):
    kept, double = places
    Place.objects.filter(pk=double.pk).update(code_scheme="jis", code="392014")

    merge(PLACES, double, kept, theirs=["code"])

    assert (fresh(kept).code, fresh(kept).code_scheme) == ("392014", "jis")


def test_address_of_the_double_leads_to_the_place_in_both_languages(client, places):
    kept, double = places
    merge(PLACES, double, kept)

    for language in ("en", "ja"):
        response = client.get(f"/{language}/places/{double.path}/")
        assert (response.status_code, response["Location"]) == (301, f"/{language}/places/{kept.path}/")


def test_who_signed_under_the_one_name_and_holds_under_the_other_is_one_body(places):
    kept, double = places
    tie = make_partnership(kept, make_place(), signed_as={kept: double})

    merge(PLACES, double, kept)

    assert (tie.parties.get(position=1).place, tie.parties.get(position=1).signed_as) == (kept, None)


def in_another_country(kept, double):
    Place.objects.filter(pk=double.pk).update(country=make_place().country, region=None)


def one_followed_the_other(kept, double):
    Succession.objects.create(predecessor=double, successor=kept, kind="renaming")


def both_are_parties(kept, double):
    make_partnership(kept, double)


def ties_would_be_doubles(kept, double):
    partner = make_place()
    make_partnership(kept, partner)
    make_partnership(double, partner)


def others_lie_within(kept, double):
    Place.objects.filter(pk__in=(kept.pk, double.pk)).update(level="region", region=None)
    make_place(fresh(double))


@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        (in_another_country, "another country"),
        (one_followed_the_other, "two bodies"),
        (both_are_parties, "Both are parties"),
        (ties_would_be_doubles, "Merge the partnerships"),
        (others_lie_within, "lie within"),
    ],
)
def test_places_that_are_not_to_be_one_are_refused_in_words(places, arrange, words):
    kept, double = places
    arrange(kept, double)

    with pytest.raises(Refused, match=words):
        merge(PLACES, double, kept)

    assert fresh(double).publication == "published"
