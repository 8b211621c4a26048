"""Making one record of two: nothing that was said is lost, the number that is given up leads on, and nobody is asked twice."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from django.urls import reverse

from partnerships import duplicates
from partnerships.merging import PLACES, TIES
from partnerships.models import Act, NotDuplicate, Partnership, PartnershipCitation, Party, Place, PlaceName, Succession
from sistercities.core.models import DataVersion
from sistercities.curation.integrity import findings
from sistercities.curation.merging import Changed, Refused, merge, stamp
from sistercities.curation.models import Proposal, SeedKey
from sistercities.curation.story import changes_of
from sistercities.curation.versions import version_of
from tests.factories import (
    make_act,
    make_citation,
    make_contact_desk,
    make_event,
    make_japan,
    make_milestone,
    make_name,
    make_organization,
    make_partnership,
    make_place,
    make_region,
    make_source,
    make_user,
)
from tests.imports.way import applied, bring, codes, the_row

pytestmark = pytest.mark.django_db


def fresh(record):
    return type(record).objects.get(pk=record.pk)


@pytest.fixture
def pair():
    """A tie and its double, which knows the day."""
    kept = make_partnership(established="1957")
    double = make_partnership(*kept.places, established="1957-10-22", status="in_force")
    return kept, double


def nothing_is_derived_wrongly():
    return [(str(record), field, stored, derived) for record, field, stored, derived in findings()]


# Partnerships ----------------------------------------------------------------------------------------------------------


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


# Places ----------------------------------------------------------------------------------------------------------------


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


# What looks alike ------------------------------------------------------------------------------------------------------


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


# The pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def merger(client):
    client.force_login(make_user("merger"))
    return client


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


# Locks -----------------------------------------------------------------------------------------------------------------


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
