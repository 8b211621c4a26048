"""The history of a record in words, and taking one change of it back."""

import pytest
from django.urls import reverse

from organizations.models import Program
from partnerships.actions import set_parties
from partnerships.models import Act, Partnership, PartnershipCitation, Place, PlaceName
from sistercities.curation.actions import publish, settle
from sistercities.curation.history import because
from sistercities.curation.integrity import findings
from sistercities.curation.reverting import NotReverted, later, revert
from sistercities.curation.story import change_at, changes_of
from tests.factories import (
    make_act,
    make_citation,
    make_edition,
    make_organization,
    make_partnership,
    make_place,
    make_program,
    make_source,
    make_user,
)
from tests.posting import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(make_user("curator", username="sato"))
    return client


@pytest.fixture
def tie():
    return make_partnership(make_place(name_en="Kobe"), make_place(name_en="Seattle"), publication="draft")


def address(record, name="change", *args):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{name}", args=[record.pk, *args])


def edit(client, record, reason="a test", **fields):
    """What a curator does on the record's page."""
    form = form_of(client.get(address(record)).content.decode(), f"{record._meta.model_name}_form")
    answer = client.post(address(record), {**form, **fields, "change_reason": reason})
    assert answer.status_code == 302, answer.context["errors"]
    record.refresh_from_db()


def newest(record):
    return changes_of(record)[0][0]


def told(change):
    return [(fact.label, fact.how, fact.before, fact.after) for fact in change.facts]


def test_change_of_a_field_says_who_when_where_why_before_and_after(curator, tie):
    edit(curator, tie, "letter of the city", designation_en="Friends", signed_by_leaders="true")

    change = newest(tie)

    assert (change.who, change.door, change.reason, str(change.kind)) == (
        "sato",
        "Admin",
        "letter of the city",
        "changed",
    )
    assert told(change) == [
        ("Name in the agreement (English)", "added", "", "Friends"),
        ("Signed by both leaders", "added", "", "yes"),
    ]


def test_choices_and_places_are_told_in_words(curator, tie):
    make_citation(tie, "status", "suspended", value="suspended since 2018")
    edit(curator, tie, **{"publication": "review"})
    set_parties(tie, [*tie.places, make_place(name_en="Riga")])

    changes, _older = changes_of(tie)
    facts = [fact for change in changes for fact in change.facts]

    assert ("Publication", "draft", "in review") in [(fact.label, fact.before, fact.after) for fact in facts]
    assert ("Party", "Riga") in [(fact.label, fact.after) for fact in facts]
    assert any("suspended since 2018" in fact.after and ", status" not in fact.label for fact in facts)


def test_rows_stand_in_the_same_change_as_their_record(curator, tie):
    make_act(tie, signers="nobody")
    edit(curator, tie, **{"staff_note": "looked up", "acts-0-signers": "the mayors"})

    assert told(newest(tie)) == [
        ("Act “21 October 1957, signing”: Signers", "changed", "nobody", "the mayors"),
        ("Note for staff", "added", "", "looked up"),
    ]


def test_links_are_told_by_their_names(curator):
    program = make_program(publication="draft")
    place = make_place(name_en="Kobe")
    edit(curator, program, places=[place.pk])

    assert told(newest(program)) == [("Countries and places", "added", "", "Kobe")]


@pytest.mark.parametrize(
    ("reason", "user", "door"),
    [
        ("seed", False, "First data"),
        ("Import 12: list.xlsx", True, "Import 12"),
        ("Import 12 taken back: wrong file", True, "Import 12 was taken back"),
        ("Proposal 5: accepted", True, "Proposal 5"),
        ("Revert of 7: typed wrong", True, "Revert of 7"),
        ("typed by a person", True, "Admin"),
        ("", False, "Command"),
    ],
)
def test_door_is_told_by_the_reason(reason, user, door, tie):
    tie._history_user = make_user() if user else None
    because(reason, tie)
    tie.designation_en = "Friends"
    tie.save()

    assert newest(tie).door == door


def test_two_saves_are_two_changes_though_they_follow_at_once(curator, tie):
    edit(curator, tie, designation_en="One")
    edit(curator, tie, designation_en="Two")

    changes, _older = changes_of(tie)

    assert [change.facts[0].after for change in changes[:2]] == ["Two", "One"]


def test_older_changes_are_a_page_away(tie):
    for number in range(5):
        tie.designation_en = f"Name {number}"
        tie.save()

    first, older = changes_of(tie, enough=3)
    second, end = changes_of(tie, before=older, enough=10)

    assert [change.facts[0].after for change in first] == ["Name 4", "Name 3", "Name 2"]
    assert (second[0].facts[0].after, end) == ("Name 1", None)


def test_page_of_the_history_shows_the_changes(curator, tie):
    edit(curator, tie, "<b>why</b>", designation_en="<script>x()</script>")

    page = curator.get(address(tie, "history")).content.decode()

    assert (page.count("&lt;script&gt;x()"), page.count("<script>x"), page.count("<b>why")) == (1, 0, 0)
    assert page.count(f'href="{address(tie, "revert", newest(tie).key)}"') == 1


def test_history_of_a_record_that_is_gone_stays(curator):
    source = make_source(title_en="Gone")
    where = address(source, "history")
    source.delete()

    page = curator.get(where)

    assert [str(change.kind) for change in page.context["changes"]] == ["deleted", "created"]
    assert "revert" not in page.content.decode()


@pytest.mark.parametrize("number", ["0", "999999999999999999", "9" * 30, "abc"])
def test_history_of_nothing_is_not_found(number, curator):
    assert curator.get(f"/admin/partnerships/partnership/{number}/history/").status_code == 404


@pytest.mark.parametrize("moment", ["x", "2026", "2026-11-22", "9999-99-99", ""])
def test_nonsense_in_the_address_of_older_changes_is_passed_over(moment, curator, tie):
    assert curator.get(address(tie, "history"), {"before": moment}).status_code == 200


def test_page_of_the_history_costs_the_same_for_one_change_and_for_many(curator, tie, django_assert_num_queries):
    edit(curator, tie, designation_en="One")
    edit(curator, tie, designation_en="Two")
    with django_assert_num_queries(16):
        curator.get(address(tie, "history"))


def test_history_is_not_written_by_its_pages(curator, tie):
    edit(curator, tie, designation_en="One")
    entry = tie.history.first()
    version = reverse("admin:partnerships_partnership_simple_history", args=[tie.pk, entry.history_id])
    before = list(Partnership.history.values())

    answers = [
        curator.post(version, {"designation_en": "Forged"}),
        curator.post(address(tie, "history"), {"delete": "1"}),
    ]

    assert answers[0].status_code == 403
    assert list(Partnership.history.values()) == before


# Taking back


def test_fields_return_to_what_they_were(curator, tie):
    edit(curator, tie, designation_en="Friends", staff_note="a note")

    revert(tie, newest(tie), user=make_user(username="ito"), reason="a slip")

    tie.refresh_from_db()
    change = newest(tie)
    assert (tie.designation_en, tie.staff_note) == ("", "")
    assert (change.who, change.door, change.reason.endswith(": a slip")) == (
        "ito",
        f"Revert of {_number(change)}",
        True,
    )


def _number(change):
    return change.reason.removeprefix("Revert of ").partition(":")[0]


def test_revert_is_reverted(curator, tie):
    edit(curator, tie, designation_en="Friends")
    revert(tie, newest(tie), user=None)

    revert(tie, newest(tie), user=None)

    tie.refresh_from_db()
    assert tie.designation_en == "Friends"


def test_fields_that_no_later_change_touched_return_beside_later_ones(curator, tie):
    edit(curator, tie, designation_en="Friends")
    wanted = newest(tie)
    edit(curator, tie, designation_ja="友好")

    revert(tie, wanted, user=None)

    tie.refresh_from_db()
    assert (tie.designation_en, tie.designation_ja) == ("", "友好")


def test_later_change_of_the_same_field_is_not_lost_and_both_values_are_shown(curator, tie):
    edit(curator, tie, designation_en="First", staff_note="a note")
    wanted = newest(tie)
    edit(curator, tie, designation_en="Second")

    with pytest.raises(NotReverted) as refused:
        revert(tie, wanted, user=None)

    assert refused.value.lines == [
        "Name in the agreement (English): this change made it “First”, since then it became “Second”."
    ]
    tie.refresh_from_db()
    assert (tie.designation_en, tie.staff_note) == ("Second", "a note")


def test_row_that_was_added_goes_and_one_that_was_removed_comes_back(curator, tie):
    act = make_act(tie, signers="the mayors")
    form = form_of(curator.get(address(tie)).content.decode(), "partnership_form")
    rows = {"acts-0-DELETE": "on", "acts-TOTAL_FORMS": 2, "acts-1-kind": "renewal", "acts-1-date": "2005"}
    curator.post(address(tie), {**form, **rows, "change_reason": "x"})

    revert(tie, newest(tie), user=None)

    assert [(found.pk, found.signers) for found in tie.acts.all()] == [(act.pk, "the mayors")]


def test_row_that_was_changed_since_stays(curator, tie):
    edit(curator, tie, **{"acts-TOTAL_FORMS": 1, "acts-0-kind": "signing", "acts-0-date": "1979"})
    wanted = newest(tie)
    edit(curator, tie, **{"acts-0-signers": "the mayors"})

    with pytest.raises(NotReverted):
        revert(tie, wanted, user=None)

    assert Act.objects.get().signers == "the mayors"


def test_row_that_is_gone_is_said(curator, tie):
    make_act(tie)
    edit(curator, tie, **{"acts-0-signers": "the mayors"})
    wanted = newest(tie)
    Act.objects.get().delete()

    assert [(found.now) for found in later(change_at(tie, wanted.key))] == ["removed"]


def test_settled_fact_is_settled_again_by_the_claim_of_before(tie):
    first = make_citation(tie, "established", "1957", source=make_source())
    second = make_citation(tie, "established", "1958")
    settle(tie, "established", first, reason="first")
    settle(tie, "established", second, reason="second")

    revert(tie, newest(tie), user=None)

    tie.refresh_from_db()
    standing = dict(PartnershipCitation.objects.values_list("normalised", "standing"))
    assert (tie.established, tie.contested, standing) == ("1957", True, {"1957": "preferred", "1958": "accepted"})
    assert list(findings()) == []


def test_parties_return_through_their_own_action_with_what_derives_from_them(tie):
    kobe, seattle = tie.places
    riga = make_place(name_en="Riga")
    for party in tie.parties.all():
        party.save()  # the factory writes no history of parties
    set_parties(tie, [seattle, kobe, riga], signed_as={kobe: make_place(name_en="Hyogo-tsu")}, reason="more of us")

    revert(tie, newest(tie), user=None)

    tie.refresh_from_db()
    assert (tie.places, tie.party_count, tie.slug) == ([kobe, seattle], 2, "kobe-seattle")
    assert [party.signed_as for party in tie.parties.all()] == [None, None]
    assert list(findings()) == []


def test_name_of_a_place_returns_with_the_keys_of_its_ties(curator, tie):
    kobe = tie.places[0]
    edit(
        curator,
        kobe,
        name_en="Port of Kobe",
        **{"names-TOTAL_FORMS": 1, "names-0-kind": "former", "names-0-name": "Hyogo-tsu"},
    )
    assert list(Partnership.objects.search("tsu")) == [tie]

    revert(kobe, newest(kobe), user=None)

    assert (Place.objects.get(pk=kobe.pk).name_en, PlaceName.objects.count()) == ("Kobe", 0)
    assert list(Partnership.objects.search("tsu")) == []
    assert list(findings()) == []


def test_links_return(curator):
    one, two = make_place(), make_place()
    program = make_program(publication="draft", places=[one])
    program.save()
    edit(curator, program, places=[two.pk])

    revert(program, newest(program), user=None)

    assert list(Program.objects.get().places.all()) == [one]


def test_links_of_a_row_return(curator):
    edition = make_edition(make_program(publication="draft"), hosts=[make_place(name_en="Kobe")])
    edit(curator, edition.program, **{"editions-0-hosts": [make_place(name_en="Riga").pk]})

    revert(edition.program, newest(edition.program), user=None)

    assert [str(place) for place in edition.hosts.all()] == ["Kobe"]


def test_what_a_constraint_forbids_is_refused_in_words(curator, tie):
    edit(curator, tie, publication="published")
    edit(curator, tie, publication="withdrawn")
    wanted = newest(tie)
    make_partnership(*tie.places, kind=tie.kind)

    with pytest.raises(NotReverted) as refused:
        revert(tie, wanted, user=None)

    assert refused.value.lines == ["These places have a partnership of this kind and date already."]


def test_making_a_record_is_not_taken_back(tie):
    tie.history.all().delete()
    made = make_organization()

    with pytest.raises(NotReverted):
        revert(made, newest(made), user=None)


def test_revert_by_its_page(curator, tie):
    edit(curator, tie, designation_en="Friends")
    page = address(tie, "revert", newest(tie).key)

    looked = curator.get(page)
    answered = curator.post(page, {"reason": "a slip"})

    assert looked.content.decode().count("Take this change back") == 1
    assert (answered.status_code, answered["Location"]) == (302, address(tie, "history"))
    tie.refresh_from_db()
    assert (tie.designation_en, tie.history.first().history_user.username) == ("", "sato")


def test_page_of_a_revert_shows_why_it_cannot_be(curator, tie):
    edit(curator, tie, designation_en="First")
    page = address(tie, "revert", newest(tie).key)
    edit(curator, tie, designation_en="Second")

    response = curator.get(page)

    assert [(line.made, line.now) for line in response.context["later"]] == [("First", "Second")]
    assert curator.post(page).status_code == 409
    tie.refresh_from_db()
    assert tie.designation_en == "Second"


@pytest.mark.parametrize("key", ["partnership-0", "partnership-999999", "nothing-1", "party-x", "user-1"])
def test_change_that_there_is_not_is_not_found(key, curator, tie):
    assert curator.get(address(tie, "revert", key)).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_who_may_only_look_takes_nothing_back(role, client, tie):
    tie.designation_en = "Friends"
    tie.save()
    client.force_login(make_user(role))
    page = address(tie, "revert", newest(tie).key)

    answers = [
        client.get(page).status_code,
        client.post(page).status_code,
        client.get(address(tie, "history")).status_code,
    ]

    assert answers == [403, 403, 200]
    tie.refresh_from_db()
    assert tie.designation_en == "Friends"


def test_publication_is_taken_back_with_its_permission_only(client, tie):
    publish(Partnership.objects.filter(pk=tie.pk), user=make_user())
    editor = make_user()
    _permit(editor, "view_partnership", "change_partnership")
    client.force_login(editor)

    assert client.post(address(tie, "revert", newest(tie).key)).status_code == 403
    tie.refresh_from_db()
    assert tie.publication == "published"


def _permit(user, *codenames):
    from django.contrib.auth.models import Permission

    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


def test_row_comes_back_with_its_number_and_new_rows_get_others(curator, tie):
    act = make_act(tie)
    number = act.pk
    act.delete()

    revert(tie, newest(tie), user=None)

    assert Act.objects.get().pk == number
    assert make_act(tie).pk > number
