"""Settling facts from claims, and publishing."""

import pytest
from django.db import IntegrityError

from organizations.models import ContactDesk
from partnerships.models import Partnership
from sistercities.core.models import DataVersion
from sistercities.curation.actions import contested_facts, publish, refresh_contested, settle, values_disagree, withdraw
from tests.factories import (
    make_citation,
    make_contact_desk,
    make_partnership,
    make_place,
    make_source,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "disagree"),
    [
        ([], False),
        (["1957"], False),
        (["1957", "1957"], False),
        (["1957", "1957-10-21"], False),
        (["1957", "1957-10", "1957-10-21"], False),
        (["1957", ""], False),
        (["1957", "1958"], True),
        (["1957-10", "1957-11-03"], True),
        (["1957", "1957-10", "1957-11"], True),
        (["in_force", "ended"], True),
        (["in_force", "in_force"], False),
    ],
)
def test_values_disagree_unless_one_is_the_coarser(values, disagree):
    assert values_disagree(values) is disagree


def test_settling_stores_the_value_and_prefers_the_citation():
    tie = make_partnership()
    citation = make_citation(tie, "established", "1957-10-21")

    settle(tie, "established", citation, reason="the agreement itself")

    stored = Partnership.objects.get(pk=tie.pk)
    assert (stored.established, stored.established_year) == ("1957-10-21", 1957)
    assert stored.citations.values_list("standing", "reason").get() == ("preferred", "the agreement itself")


def test_settling_again_leaves_one_preferred_citation():
    tie = make_partnership()
    first, second = make_citation(tie, "established", "1957"), make_citation(tie, "established", "1958")
    settle(tie, "established", first)

    settle(tie, "established", second)

    tie.refresh_from_db()
    assert tie.established == "1958"
    assert [(claim.normalised, claim.standing) for claim in tie.citations.all()] == [
        ("1957", "accepted"),
        ("1958", "preferred"),
    ]


def test_settling_a_date_that_others_contradict_makes_the_tie_contested():
    tie = make_partnership()
    make_citation(tie, "established", "1958")

    settle(tie, "established", make_citation(tie, "established", "1957"))

    assert Partnership.objects.get(pk=tie.pk).contested is True


def test_coarser_date_does_not_contest():
    tie = make_partnership()
    make_citation(tie, "established", "1957")

    settle(tie, "established", make_citation(tie, "established", "1957-10-21"))

    assert Partnership.objects.get(pk=tie.pk).contested is False


def test_rejected_claim_does_not_contest():
    tie = make_partnership(contested=True)
    make_citation(tie, "established", "1957")
    make_citation(tie, "established", "1958", standing="rejected")

    refresh_contested(tie)

    assert Partnership.objects.get(pk=tie.pk).contested is False


def test_facts_that_are_not_claimable_are_never_contested():
    tie = make_partnership()
    claims = [make_citation(tie, "parties", "Kobe"), make_citation(tie, "parties", "Osaka")]

    assert contested_facts(claims, Partnership.claimable) == []


def test_settling_the_status_dates_it_by_its_source():
    tie = make_partnership()
    claim = make_citation(tie, "status", "in_force", source=make_source(issued="2024-03"))

    settle(tie, "status", claim)

    tie.refresh_from_db()
    assert (tie.status, tie.status_as_of) == ("in_force", "2024-03")


def test_settling_an_end_ends_the_tie():
    tie = make_partnership(established="1957")

    settle(tie, "ended", make_citation(tie, "ended", "2018-10"))

    tie.refresh_from_db()
    assert (tie.ended, tie.status) == ("2018-10", "ended")


def test_end_before_the_start_is_refused_and_changes_nothing():
    tie = make_partnership(established="1957")
    claim = make_citation(tie, "ended", "1950")

    with pytest.raises(IntegrityError):
        settle(tie, "ended", claim)

    claim.refresh_from_db()
    assert claim.standing == "accepted"
    assert Partnership.objects.get(pk=tie.pk).ended == ""


def test_settling_a_fact_that_is_not_claimable_is_refused():
    tie = make_partnership()

    with pytest.raises(ValueError, match="^existence is not settled from claims$"):
        settle(tie, "existence", make_citation(tie, "existence"))


@pytest.mark.parametrize("about", ["another fact", "another tie"])
def test_settling_from_a_foreign_citation_is_refused(about):
    tie = make_partnership()
    claim = (
        make_citation(tie, "ended", "1990")
        if about == "another fact"
        else make_citation(make_partnership(), "established")
    )

    with pytest.raises(ValueError, match="^the citation is not about established of this record$"):
        settle(tie, "established", claim)


def test_settling_whose_desk_it_is_moves_the_desk():
    desk, nishinomiya = make_contact_desk(make_place(name_en="Kurume")), make_place(name_en="Nishinomiya")
    make_citation(desk, "place", desk.place.path)

    settle(desk, "place", make_citation(desk, "place", nishinomiya.path))

    stored = ContactDesk.objects.get()
    assert (stored.place, stored.contested) == (nishinomiya, True)
    assert list(ContactDesk.objects.search("nishinomiya")) == [desk]


def test_desk_of_which_the_sources_agree_is_not_contested():
    desk = make_contact_desk(contested=True)
    for _n in range(2):
        make_citation(desk, "place", desk.place.path)

    refresh_contested(desk)

    assert ContactDesk.objects.get().contested is False


def test_settling_a_desk_on_a_place_that_does_not_exist_is_refused_and_changes_nothing():
    desk = make_contact_desk()
    place, citation = desk.place, make_citation(desk, "place", "jp/atlantis")

    with pytest.raises(ValueError, match="^there is no place with the path jp/atlantis$"):
        settle(desk, "place", citation)

    citation.refresh_from_db()
    assert (citation.standing, ContactDesk.objects.get().place) == ("accepted", place)


def test_publishing_counts_what_changed_and_writes_history():
    user = make_user("curator")
    make_partnership()
    draft = make_partnership(publication="draft")
    before = DataVersion.current()[0]

    changed = publish(Partnership.objects.all(), user=user, reason="checked")

    assert changed == 1
    assert DataVersion.current()[0] == before + 1
    entry = draft.history.first()
    assert (entry.publication, entry.history_user, entry.history_change_reason) == ("published", user, "checked")


def test_publishing_says_that_the_record_was_updated():
    draft = make_partnership(publication="draft")

    publish(Partnership.objects.filter(pk=draft.pk))

    assert Partnership.objects.get(pk=draft.pk).updated_at > draft.updated_at


def test_withdrawing_takes_a_tie_off_the_public_list():
    tie = make_partnership()

    changed = withdraw(Partnership.objects.filter(pk=tie.pk))

    assert changed == 1
    assert list(Partnership.objects.public()) == []


def test_withdrawing_nothing_leaves_the_data_version():
    make_partnership(publication="withdrawn")
    before = DataVersion.current()

    assert withdraw(Partnership.objects.all()) == 0
    assert DataVersion.current() == before


def test_tie_with_one_party_is_not_published_and_nothing_else_is():
    whole = make_partnership(publication="draft")
    single = make_partnership(whole.places[0], publication="draft")

    with pytest.raises(IntegrityError):
        publish(Partnership.objects.filter(pk__in=[whole.pk, single.pk]))

    assert list(Partnership.objects.public()) == []
