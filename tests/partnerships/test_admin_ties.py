"""Adding, changing and publishing a tie in the admin."""

import pytest

from partnerships.models import Partnership, Party, Place
from sistercities.core.models import DataVersion
from tests.factories import make_citation, make_partnership, make_place, make_user

from .admin_forms import claim, errors, messages, page, parties_of, rows, stored, stored_claim, tie_form

pytestmark = pytest.mark.django_db


def test_published_tie_with_its_parties_in_one_go(curator, kobe, seattle):
    before = DataVersion.current()[0]

    response = curator.post(
        page("partnership", "add"),
        tie_form(
            rows("parties", {"place": kobe.pk}, {"place": seattle.pk}), publication="published", established="S32.10.21"
        ),
    )

    tie = Partnership.objects.public().get()
    assert response.status_code == 302
    assert (tie.places, tie.established, tie.party_count) == ([kobe, seattle], "1957-10-21", 2)
    assert (tie.slug, tie.parties_key) == ("kobe-seattle", f"{kobe.pk}-{seattle.pk}")
    assert DataVersion.current()[0] > before


@pytest.mark.parametrize("places", [0, 1])
def test_published_tie_without_two_parties_is_an_error_in_words(places, curator, kobe):
    filled = [{"place": kobe.pk}][:places]

    response = curator.post(page("partnership", "add"), tie_form(rows("parties", *filled), publication="published"))

    assert errors(response) == ["A published partnership has two or more parties: add one, or keep it as a draft."]
    assert Partnership.objects.count() == 0


def test_draft_needs_no_parties(curator):
    assert curator.post(page("partnership", "add"), tie_form()).status_code == 302
    assert Partnership.objects.get().party_count == 0


def test_place_named_twice_is_an_error_in_words(curator, kobe):
    response = curator.post(
        page("partnership", "add"), tie_form(rows("parties", {"place": kobe.pk}, {"place": kobe.pk}))
    )

    assert errors(response)[0] == "Please correct the duplicate data for place."


def test_tie_recorded_before_is_an_error_in_words(curator, kobe, seattle):
    make_partnership(seattle, kobe, established="1957")

    response = curator.post(
        page("partnership", "add"),
        tie_form(rows("parties", {"place": kobe.pk}, {"place": seattle.pk}), established="1957"),
    )

    assert errors(response) == ["These places have a partnership of this kind and date already."]


def test_end_before_the_start_is_an_error_in_words(curator):
    response = curator.post(page("partnership", "add"), tie_form(established="1957", ended="1950", status="ended"))

    assert set(errors(response)) == {"The end is before the beginning."}


def test_parties_trade_positions(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    first, second = map(stored, tie.parties.all())

    response = curator.post(
        page("partnership", "change", tie.pk),
        tie_form(
            rows("parties", first | {"position": 2}, second | {"position": 1}, initial=2), publication="published"
        ),
    )

    assert response.status_code == 302
    tie = Partnership.objects.get()
    assert (tie.places, tie.slug) == ([seattle, kobe], "seattle-kobe")


def test_party_replaced_in_a_published_tie(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    other = make_place(name_en="Riga")
    first, second = map(stored, tie.parties.all())

    curator.post(
        page("partnership", "change", tie.pk),
        tie_form(
            rows("parties", first, second | {"DELETE": "on"}, {"place": other.pk}, initial=2), publication="published"
        ),
    )

    assert Partnership.objects.get().places == [kobe, other]
    assert list(Partnership.objects.search("Riga")) == [tie]


def test_last_but_one_party_of_a_published_tie_stays(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    first, second = map(stored, tie.parties.all())

    response = curator.post(
        page("partnership", "change", tie.pk),
        tie_form(rows("parties", first, second | {"DELETE": "on"}, initial=2), publication="published"),
    )

    assert errors(response) == ["A published partnership has two or more parties: add one, or keep it as a draft."]
    assert Party.objects.count() == 2


def test_tie_withdrawn_while_a_party_is_taken_out(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    first, second = map(stored, tie.parties.all())

    curator.post(
        page("partnership", "change", tie.pk),
        tie_form(rows("parties", first, second | {"DELETE": "on"}, initial=2), publication="withdrawn"),
    )

    tie.refresh_from_db()
    assert (tie.publication, tie.party_count) == ("withdrawn", 1)


def test_reason_of_a_change_goes_to_the_history(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)

    curator.post(
        page("partnership", "change", tie.pk),
        tie_form(
            parties_of(tie), publication="published", staff_note="asked the city", change_reason="letter of the city"
        ),
    )

    entry = tie.history.first()
    assert (entry.staff_note, entry.history_change_reason) == ("asked the city", "letter of the city")
    assert entry.history_user.groups.get().name == "curator"


def test_settled_facts_of_a_stored_tie_are_not_typed_in(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle, established="1957")

    curator.post(
        page("partnership", "change", tie.pk), tie_form(parties_of(tie), publication="published", established="1999")
    )

    assert Partnership.objects.get().established == "1957"


def test_preferring_a_citation_settles_its_fact(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    make_citation(tie, "established", "1960")

    curator.post(
        page("partnership", "change", tie.pk),
        tie_form(
            parties_of(tie),
            rows(
                "citations",
                stored_claim(tie.citations.get()),
                claim(standing="preferred", reason="the agreement itself"),
                initial=1,
            ),
            publication="published",
        ),
    )

    tie.refresh_from_db()
    assert (tie.established, tie.contested) == ("1957-10-21", True)


def test_choice_between_sources_that_disagree_needs_a_reason(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    make_citation(tie, "established", "1960")

    response = curator.post(
        page("partnership", "change", tie.pk),
        tie_form(
            parties_of(tie),
            rows("citations", stored_claim(tie.citations.get()), claim(standing="preferred"), initial=1),
            publication="published",
        ),
    )

    assert errors(response) == ["The sources disagree on this fact: say why this one is preferred."]


def test_preference_moves_from_one_citation_to_another(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle, established="1957")
    old = make_citation(tie, "established", "1957", standing="preferred")
    new = make_citation(tie, "established", "1958")

    curator.post(
        page("partnership", "change", tie.pk),
        tie_form(
            parties_of(tie),
            rows(
                "citations",
                stored_claim(old, standing="rejected"),
                stored_claim(new, standing="preferred"),
                initial=2,
            ),
            publication="published",
        ),
    )

    tie.refresh_from_db()
    assert (tie.established, tie.contested) == ("1958", False)
    assert [citation.standing for citation in tie.citations.all()] == ["rejected", "preferred"]


def test_two_preferred_citations_of_a_fact_are_an_error_in_words(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)

    response = curator.post(
        page("partnership", "change", tie.pk),
        tie_form(
            parties_of(tie),
            rows("citations", claim(standing="preferred"), claim(standing="preferred")),
            publication="published",
        ),
    )

    assert errors(response) == [
        "Two sources are preferred for “established”: prefer one, and let the others be accepted or rejected."
    ]


def test_preferred_end_before_the_start_is_an_error_in_words(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle, established="1957")

    response = curator.post(
        page("partnership", "change", tie.pk),
        tie_form(parties_of(tie), rows("citations", claim("ended", "1950", "preferred")), publication="published"),
    )

    assert errors(response) == ["The end is before the beginning."]


def test_new_tie_takes_the_date_of_its_preferred_citation(curator, kobe, seattle):
    curator.post(
        page("partnership", "add"),
        tie_form(
            rows("parties", {"place": kobe.pk}, {"place": seattle.pk}),
            rows("citations", claim(normalised="", value="昭和32年10月21日", standing="preferred")),
            publication="published",
        ),
    )

    tie = Partnership.objects.get()
    assert (tie.established, tie.citations.get().normalised) == ("1957-10-21", "1957-10-21")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"normalised": "3/9/1957"},
            "“3/9/1957” can be 9 March 1957 or 3 September 1957: write 1957-03-09 or 1957-09-03.",
        ),
        ({"normalised": "1955-02-30"}, "“1955-02-30” is not in the calendar: there is no such day."),
        (
            {"normalised": "", "value": "in spring", "standing": "preferred"},
            "The preferred source decides this fact: say what is to be stored.",
        ),
        (
            {"fact": "status", "normalised": "asleep"},
            "The normalised value of a status is one of the statuses.",
        ),
    ],
)
def test_claim_that_cannot_be_stored_is_an_error_in_words(row, message, curator):
    response = curator.post(page("partnership", "add"), tie_form(rows("citations", claim() | row)))

    assert errors(response) == [message]


def test_what_only_the_database_sees_is_said_and_nothing_saved(curator, kobe, seattle, monkeypatch):
    """Another curator recorded the tie between the check and the save."""
    make_partnership(kobe, seattle, established="1957")
    monkeypatch.setattr("partnerships.admin.partnerships.PartnershipClaimFormSet._check_outcome", lambda formset: None)

    response = curator.post(
        page("partnership", "add"),
        tie_form(rows("parties", {"place": kobe.pk}, {"place": seattle.pk}), established="1957"),
        follow=True,
    )

    assert len(messages(response)) == 1
    assert messages(response)[0].startswith("Nothing was saved. ")
    assert Partnership.objects.count() == 1


# Publishing


def act_on(client, action, model="partnership", *records):
    data = {"action": action, "_selected_action": [record.pk for record in records]}
    return client.post(page(model), data, follow=True)


def test_publish_counts_what_it_publishes(curator):
    drafts = [make_partnership(publication="draft") for _n in range(2)]

    response = act_on(curator, "publish_selected", "partnership", *drafts)

    assert messages(response) == ["2 partnerships were published."]
    assert Partnership.objects.public().count() == 2


def test_publish_says_which_tie_it_cannot_publish_and_why(curator, kobe, seattle):
    whole = make_partnership(publication="draft")
    single = make_partnership(kobe, publication="draft")
    double = make_partnership(*make_partnership().places, publication="withdrawn")

    response = act_on(curator, "publish_selected", "partnership", whole, single, double)

    assert messages(response) == [
        "1 partnership was published.",
        "Kobe: A published partnership has two or more parties.",
        f"{double}: These places have a partnership of this kind and date already.",
    ]


def test_withdraw_counts_what_it_withdraws(curator, kobe):
    response = act_on(curator, "withdraw_selected", "place", kobe)

    assert messages(response) == ["1 place was withdrawn."]
    assert Place.objects.get(pk=kobe.pk).history.first().history_user.groups.get().name == "curator"


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_publishing_needs_the_permission(role, client):
    client.force_login(make_user(role))
    draft = make_partnership(publication="draft")

    act_on(client, "publish_selected", "partnership", draft)

    assert Partnership.objects.get().publication == "draft"
