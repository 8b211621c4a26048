"""A form that somebody else overtook: nothing is lost, both values are shown, and the next save is on the new version."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from partnerships.models import Act, Partnership
from sistercities.curation.models import Publication
from tests.factories import make_act, make_citation, make_partnership, make_place, make_user
from tests.posting import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(make_user("curator"))
    return client


@pytest.fixture
def tie():
    return make_partnership(publication="draft", designation_en="Sister City", staff_note="old note")


def address(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def opened(client, record):
    """The form of a record as a browser would post it unchanged."""
    return form_of(client.get(address(record)).content.decode(), f"{record._meta.model_name}_form")


def saved(client, record, form, **fields):
    return client.post(address(record), {**form, **fields})


def shown(response):
    return [
        (found.label, found.opened, found.stored, found.typed, found.clash)
        for found in response.context["stale"].differences
    ]


def again(response, record):
    """The form as the page shows it after the conflict."""
    return form_of(response.content.decode(), f"{record._meta.model_name}_form")


def test_form_saved_on_the_version_it_was_read_with(curator, tie):
    assert saved(curator, tie, opened(curator, tie), designation_en="Friends").status_code == 302
    tie.refresh_from_db()
    assert tie.designation_en == "Friends"


def test_older_form_writes_nothing_and_shows_three_values(curator, tie):
    form = opened(curator, tie)
    saved(curator, tie, opened(curator, tie), designation_en="Theirs")
    entries = Partnership.history.count()

    response = saved(curator, tie, form, designation_en="Mine")

    assert response.status_code == 200
    assert shown(response) == [("Name in the agreement (English)", "Sister City", "Theirs", "Mine", True)]
    tie.refresh_from_db()
    assert (tie.designation_en, Partnership.history.count()) == ("Theirs", entries)


def test_conflict_keeps_what_was_typed_takes_what_was_left_alone_and_saves_on_the_new_version(curator, tie):
    form = opened(curator, tie)
    saved(curator, tie, opened(curator, tie), designation_en="Theirs", staff_note="their note")

    response = saved(curator, tie, form, designation_en="Mine", designation_ja="私の")

    assert ("Note for staff", "old note", "their note", "", False) in shown(response)
    assert saved(curator, tie, again(response, tie)).status_code == 302
    tie.refresh_from_db()
    assert (tie.designation_en, tie.designation_ja, tie.staff_note) == ("Mine", "私の", "their note")


def test_conflict_is_shown_again_when_a_third_person_was_faster(curator, tie):
    form = opened(curator, tie)
    saved(curator, tie, opened(curator, tie), designation_en="Second")
    response = saved(curator, tie, form, designation_en="Mine")
    saved(curator, tie, opened(curator, tie), designation_en="Third")

    response = saved(curator, tie, again(response, tie))

    assert shown(response) == [("Name in the agreement (English)", "Second", "Third", "Mine", True)]


def test_both_typed_the_same(curator, tie):
    form = opened(curator, tie)
    saved(curator, tie, opened(curator, tie), designation_en="Same")

    response = saved(curator, tie, form, designation_en="Same")

    assert shown(response) == [("Name in the agreement (English)", "Sister City", "Same", "Same", False)]


@pytest.mark.parametrize("version", ["", "7", "x.y", "1.2.3.4.5.6.7.8.9", "-1.0.0.0"])
def test_form_that_does_not_say_what_it_was_read_with_writes_nothing(version, curator, tie):
    response = saved(curator, tie, opened(curator, tie), designation_en="Mine", _version=version)

    assert response.status_code == 200
    tie.refresh_from_db()
    assert tie.designation_en == "Sister City"
    assert saved(curator, tie, again(response, tie)).status_code == 302


def test_choice_is_shown_in_words(curator, tie):
    form = opened(curator, tie)
    saved(curator, tie, opened(curator, tie), signed_by_leaders="true", publication="review")

    response = saved(curator, tie, form, publication="published")

    assert shown(response) == [
        ("Publication", "draft", "in review", "published", True),
        ("Signed by both leaders", "", "yes", "", False),
    ]


def row(form, prefix, index, **fields):
    return form | {f"{prefix}-{index}-{name}": value for name, value in fields.items()}


def test_row_that_both_changed(curator, tie):
    make_act(tie, signers="nobody")
    form = opened(curator, tie)
    saved(curator, tie, row(opened(curator, tie), "acts", 0, signers="the mayors"))

    response = saved(curator, tie, row(form, "acts", 0, signers="the governors", locator="p. 3"))

    assert shown(response) == [("Act “signing 1957-10-21”: Signers", "nobody", "the mayors", "the governors", True)]
    saved(curator, tie, again(response, tie))
    act = Act.objects.get()
    assert (act.signers, act.locator) == ("the governors", "p. 3")


def test_row_that_somebody_added_comes_into_the_form_before_the_new_ones(curator, tie):
    form = opened(curator, tie)
    make_act(tie, kind="renewal", date="2005")
    mine = form | {"acts-TOTAL_FORMS": 1, "acts-0-kind": "signing", "acts-0-date": "1979"}

    response = saved(curator, tie, mine)

    assert shown(response) == [("Act “renewal 2005”", "", "renewal 2005", "", False)]
    assert saved(curator, tie, again(response, tie)).status_code == 302
    assert [str(act) for act in tie.acts.all()] == ["signing 1979", "renewal 2005"]


def test_row_that_somebody_removed_stays_away_unless_it_was_being_edited(curator, tie):
    left, edited = make_act(tie, date="1957"), make_act(tie, kind="renewal", date="2005")
    form = opened(curator, tie)
    left.delete()
    edited.delete()

    response = saved(curator, tie, row(form, "acts", 1, signers="the mayors"))

    assert shown(response) == [
        ("Act “signing 1957”", "signing 1957", "removed", "", False),
        ("Act “renewal 2005”", "renewal 2005", "removed", "changed: Signers", True),
    ]
    assert saved(curator, tie, again(response, tie)).status_code == 302
    assert [(str(act), act.signers) for act in tie.acts.all()] == [("renewal 2005", "the mayors")]


def test_row_that_was_to_be_removed_and_somebody_changed(curator, tie):
    claim = make_citation(tie, "kind", "sister_city")
    form = opened(curator, tie)
    claim.remark = "read again"
    claim.save()

    response = saved(curator, tie, row(form, "citations", 0, DELETE="on"))

    assert [found[1:] for found in shown(response)] == [("", "read again", "to be removed", True)]
    assert tie.citations.count() == 1


def test_party_is_shown_by_its_name(curator):
    tie = make_partnership(make_place(name_en="Kobe"), make_place(name_en="Riga"), publication="draft")
    other = make_place(name_en="Seattle")
    second = tie.parties.all()[1]
    second.save()
    form = opened(curator, tie)
    second.place = other
    second.save()

    response = saved(curator, tie, form)

    ((label, was, now, typed, clash),) = shown(response)
    assert (label, was.startswith("Riga — "), now.startswith("Seattle — "), typed, clash) == (
        "Party “Seattle”: Place", True, True, "", False
    )  # fmt: skip


def test_row_of_which_no_history_knows_what_it_was_is_shown_where_it_differs(curator, tie):
    (act,) = Act.objects.bulk_create([Act(partnership=tie, kind="signing", signers="the mayors")])
    form = opened(curator, tie)
    act.locator = "p. 3"
    act.save()

    response = saved(curator, tie, row(form, "acts", 0, signers="nobody"))

    assert shown(response) == [
        ("Act “signing”: Signers", "", "the mayors", "nobody", True),
        ("Act “signing”: Place in the source", "", "p. 3", "(empty)", True),
    ]


def test_conflict_names_who_was_there(curator, tie):
    other = make_user("curator", username="sato")
    form = opened(curator, tie)
    tie._history_user = other
    tie.designation_en = "Theirs"
    tie.save()

    page = saved(curator, tie, form).content.decode()

    assert page.count(": saved by sato") == 1


def test_conflict_speaks_japanese(curator, tie):
    form = opened(curator, tie)
    saved(curator, tie, opened(curator, tie), designation_en="Theirs")
    curator.cookies["django_language"] = "ja"

    with override("ja"):
        response = saved(curator, tie, form, designation_en="Mine")

    assert [found[1:] for found in shown(response)] == [("Sister City", "Theirs", "Mine", True)]


def test_hostile_values_are_escaped(curator, tie):
    form = opened(curator, tie)
    saved(curator, tie, opened(curator, tie), designation_en="<script>theirs()</script>")

    page = saved(curator, tie, form, designation_en="<script>mine()</script>").content.decode()

    assert ("<script>theirs" in page, "<script>mine" in page) == (False, False)


def test_viewer_who_posts_is_refused(client, tie):
    client.force_login(make_user("viewer"))

    assert client.post(address(tie), {"_version": "1.1.1.1", "designation_en": "Mine"}).status_code == 403


# Lists


def act_on(client, action, *records, **fields):
    listing = reverse("admin:partnerships_partnership_changelist")
    form = form_of(client.get(listing).content.decode(), "changelist-form")
    chosen = {"action": action, "_selected_action": [record.pk for record in records]}
    return listing, form | chosen | fields


def messages(response):
    return [str(message) for message in response.context["messages"]]


def test_list_action_leaves_out_what_changed_after_the_list_was_read(curator, tie):
    other = make_partnership(publication="draft")
    listing, form = act_on(curator, "publish_selected", tie, other)
    make_act(tie)

    response = curator.post(listing, form, follow=True)

    assert messages(response) == [
        f"“{tie}” was left alone: somebody changed it after you opened the list. Look at it again.",
        "1 partnership was published.",
    ]
    assert list(Partnership.objects.public()) == [other]


def test_list_action_on_all_records_leaves_out_what_changed(curator, tie):
    other = make_partnership(publication="draft")
    listing, form = act_on(curator, "publish_selected", tie, select_across="1")
    make_act(tie)

    curator.post(listing, form)

    assert list(Partnership.objects.filter(publication=Publication.PUBLISHED)) == [other]


def test_list_action_without_its_moment_does_nothing(curator, tie):
    listing, form = act_on(curator, "publish_selected", tie, as_of="")

    response = curator.post(listing, form, follow=True)

    assert messages(response) == ["Open the list again: it does not say when it was read."]
    assert Partnership.objects.public().count() == 0
