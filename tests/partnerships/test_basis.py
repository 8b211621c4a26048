"""From which act a tie dates: chosen by a curator, with a reason, and shown to the public."""

import pytest
from django.urls import reverse

from partnerships.actions import choose_basis
from partnerships.models import Act, Partnership, PartnershipCitation
from sistercities.curation.actions import settle
from sistercities.curation.reverting import revert
from sistercities.curation.story import changes_of
from tests.factories import make_act, make_citation, make_partnership, make_source, make_user
from tests.posting import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tie():
    return make_partnership(established="1994-07")


def address(tie):
    return reverse("admin:partnerships_partnership_basis", args=[tie.pk])


def choose(client, tie, act, reason="the agreement itself", form=None):
    form = form or form_of(client.get(address(tie)).content.decode(), "basis_form")
    return client.post(address(tie), form | {"act": act.pk, "reason": reason})


def test_basis_settles_the_establishment_with_the_source_of_the_act(tie):
    act = make_act(tie, date="1994-11-30", source=make_source(), locator="p. 2")

    choose_basis(tie, act, reason="the agreement itself")

    tie.refresh_from_db()
    claim = PartnershipCitation.objects.get()
    assert (tie.established, Act.objects.get().is_basis) == ("1994-11-30", True)
    assert (claim.source, claim.normalised, claim.locator) == (act.source, "1994-11-30", "p. 2")
    assert (claim.standing, claim.reason) == ("preferred", "the agreement itself")


def test_claim_that_says_so_already_is_preferred_rather_than_a_second(tie):
    act = make_act(tie, date="1994-11-30", source=make_source())
    claim = make_citation(tie, "established", "1994-11-30", source=act.source)

    choose_basis(tie, act, reason="r")

    assert PartnershipCitation.objects.get() == claim


def test_choice_moves_from_one_act_to_another_with_one_entry_each(tie):
    first, second = (make_act(tie, date=date, source=make_source()) for date in ("1994-07", "1994-11-30"))
    choose_basis(tie, first, reason="one")
    before = [record.history.count() for record in (tie, first, second)]

    choose_basis(tie, second, reason="two")

    assert dict(tie.acts.values_list("date", "is_basis")) == {"1994-07": False, "1994-11-30": True}
    assert [record.history.count() for record in (tie, first, second)] == [number + 1 for number in before]


def test_basis_goes_when_another_claim_settles_the_date(tie):
    act = make_act(tie, date="1994-11-30", source=make_source())
    choose_basis(tie, act, reason="one")

    settle(tie, "established", make_citation(tie, "established", "1995-02-16"), reason="the city says so")

    act.refresh_from_db()
    assert (act.is_basis, act.history.first().history_change_reason) == (False, "the city says so")


def test_basis_stays_when_a_coarser_claim_of_the_same_date_is_preferred(tie):
    act = make_act(tie, date="1994-11-30", source=make_source())
    choose_basis(tie, act, reason="one")

    settle(tie, "established", make_citation(tie, "established", "1994-11"))

    assert Act.objects.get().is_basis


def test_revert_of_the_choice_returns_to_the_act_of_before(tie):
    first, second = (make_act(tie, date=date, source=make_source()) for date in ("1994-07", "1994-11-30"))
    choose_basis(tie, first, reason="one")
    choose_basis(tie, second, reason="two")

    revert(tie, changes_of(tie)[0][0], user=None)

    tie.refresh_from_db()
    assert dict(tie.acts.values_list("date", "is_basis")) == {"1994-07": True, "1994-11-30": False}
    assert tie.established == "1994-07"


@pytest.mark.parametrize("fields", [{"date": ""}, {"source": None}])
def test_act_without_a_date_or_a_source_is_no_basis(fields, tie):
    act = make_act(tie, **{"source": make_source()} | fields)

    with pytest.raises(ValueError, match="with a date and a source"):
        choose_basis(tie, act, reason="r")


def test_act_of_another_tie_is_no_basis(tie):
    with pytest.raises(ValueError, match="an act of the tie"):
        choose_basis(tie, make_act(make_partnership(), source=make_source()), reason="r")


def test_page_shows_the_acts_by_date_and_takes_a_choice(client, tie):
    client.force_login(make_user("curator"))
    late, early = (make_act(tie, date=date, source=make_source()) for date in ("1994-11-30", "1994-07"))
    undated = make_act(tie, kind="exchange", date="")

    looked = client.get(address(tie))
    answered = choose(client, tie, late)

    assert looked.context["acts"] == [early, late, undated]
    assert (answered.status_code, Partnership.objects.get().established) == (302, "1994-11-30")


@pytest.mark.parametrize(
    ("fields", "reason", "said"),
    [
        ({}, "", "This field is required."),
        ({"source": None}, "r", "A tie dates from an act that has a date and a source: add what is missing first."),
    ],
)
def test_choice_that_cannot_be_is_said_in_words(fields, reason, said, client, tie):
    client.force_login(make_user("curator"))
    act = make_act(tie, **{"source": make_source()} | fields)

    response = choose(client, tie, act, reason)

    assert [message for messages in response.context["form"].errors.values() for message in messages] == [said]


def test_older_page_chooses_nothing(client, tie):
    client.force_login(make_user("curator"))
    act = make_act(tie, date="1994-11-30", source=make_source())
    form = form_of(client.get(address(tie)).content.decode(), "basis_form")
    make_act(tie, date="1995-02-16")

    response = choose(client, tie, act, form=form)

    assert (response.status_code, response.context["is_stale"]) == (200, True)
    assert Partnership.objects.get().established == "1994-07"


@pytest.mark.parametrize(
    ("role", "get", "post"), [("viewer", 200, 403), ("coordinator", 200, 403), ("curator", 200, 302)]
)
def test_who_may_choose(role, get, post, client, tie):
    act = make_act(tie, date="1994-11-30", source=make_source())
    client.force_login(make_user(role))
    looked = client.get(address(tie))

    answered = client.post(address(tie), {"act": act.pk, "reason": "r", "_version": looked.context["version"]})

    assert (looked.status_code, answered.status_code) == (get, post)


def test_public_page_marks_the_act(client, tie):
    choose_basis(tie, make_act(tie, date="1994-11-30", source=make_source()), reason="r")
    make_act(tie, kind="letter_of_intent", date="1994-07")
    tie.refresh_from_db()

    page = client.get(tie.get_absolute_url()).content.decode()

    assert page.count("the tie dates from this act") == 1
    assert page.count('<li><span class="when">') == 2


@pytest.mark.parametrize(
    ("key", "acts", "established"),
    [
        (
            ("Tatsuno", "Covington"),
            [("council_resolution", "2015-06-30"), ("letter_of_intent", "2015-06-30"), ("signing", "2015-10-04")],
            "2015-10-04",
        ),
        (("Miyoshi", "Columbus"), [("signing", "1994-07"), ("declaration", "1994-11-30"), ("signing", "1995-02-16")], "1995-02-16"),
        (("Higashiomi", "Marquette"), [("signing", "1979-08-13"), ("renewal", "2005")], "1979-08-13"),
    ],
)  # fmt: skip
def test_acts_of_the_directory_are_told_apart(key, acts, established, directory, db):
    here, there = key
    tie = Partnership.objects.get(
        parties__place__name_en=there, pk__in=Partnership.objects.filter(parties__place__name_en=here)
    )
    basis = tie.acts.get(is_basis=True)

    assert list(tie.acts.order_by("date", "kind").values_list("kind", "date")) == acts
    assert (tie.established, basis.date, basis.source is not None) == (established, established, True)
