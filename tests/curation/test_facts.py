"""The claims of a fact side by side, and settling it: never by writing over it."""

import pytest
from django.urls import reverse

from partnerships.models import Partnership, PartnershipCitation
from sistercities.curation.models import Source
from tests.factories import (
    make_act,
    make_citation,
    make_contact_desk,
    make_partnership,
    make_place,
    make_source,
    make_user,
)
from tests.posting import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(make_user("curator"))
    return client


@pytest.fixture
def tie():
    return make_partnership(established="1957-10-21")


def address(record, fact="established"):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_fact", args=[record.pk, fact])


def opened(client, record, fact="established", form_id="prefer_form"):
    return form_of(client.get(address(record, fact)).content.decode(), form_id)


def prefer(client, record, claim, fact="established", **fields):
    form = opened(client, record, fact) | {"claim": claim.pk, "_prefer": "1"} | fields
    return client.post(address(record, fact), form)


def state(client, record, fact="established", form=None, **fields):
    form = form or opened(client, record, fact, "state_form")
    form |= {f"new-{name}": value for name, value in fields.items()} | {"_state": "1"}
    return client.post(address(record, fact), form)


def said(response):
    forms = [response.context["prefer"], response.context["state"]]
    return [message for form in forms if form.is_bound for messages in form.errors.values() for message in messages]


def test_page_of_a_record_shows_its_claims_side_by_side(curator, tie):
    make_citation(
        tie, "established", "1957-10-21", value="昭和32年10月21日", standing="preferred", reason="the agreement"
    )
    make_citation(tie, "established", "1958", standing="rejected", reason="a slip of the pen")

    page = curator.get(reverse("admin:partnerships_partnership_change", args=[tie.pk]))

    (table, *others) = page.context["fact_tables"]
    assert (table.label, table.value, table.is_contested) == ("Established", "21 October 1957", False)
    assert [(claim.value, claim.normalised_words, claim.standing) for claim in table.claims] == [
        ("昭和32年10月21日", "21 October 1957", "preferred"),
        ("1958", "1958", "rejected"),
    ]
    assert [other.name for other in others] == ["ended", "status", "kind"]
    assert page.content.decode().count(f'href="{address(tie)}"') == 1


def test_preferring_a_claim_settles_the_fact_with_the_reason(curator, tie):
    old = make_citation(tie, "established", "1957-10-21", standing="preferred")
    new = make_citation(tie, "established", "1958-01")

    response = prefer(curator, tie, new, reason="the city's own record")

    assert response.status_code == 302
    tie.refresh_from_db()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (tie.established, tie.contested, old.standing) == ("1958-01", True, "accepted")
    assert (new.standing, new.reason) == ("preferred", "the city's own record")


def test_preferring_writes_one_entry_for_each_row_with_who_and_why(curator, tie):
    old = make_citation(tie, "established", "1957-10-21", standing="preferred")
    new = make_citation(tie, "established", "1958-01")
    before = [tie.history.count(), old.history.count(), new.history.count()]

    prefer(curator, tie, new, reason="the city's own record")

    rows = [tie, old, new]
    assert [row.history.count() for row in rows] == [number + 1 for number in before]
    assert {row.history.first().history_change_reason for row in rows} == {"the city's own record"}
    assert {row.history.first().history_user.groups.get().name for row in rows} == {"curator"}


def test_contested_fact_is_not_settled_without_a_reason(curator, tie):
    make_citation(tie, "established", "1957-10-21", standing="preferred")
    new = make_citation(tie, "established", "1958-01")

    response = prefer(curator, tie, new)

    assert said(response) == ["This field is required."]
    tie.refresh_from_db()
    assert tie.established == "1957-10-21"


def test_fact_on_which_sources_agree_needs_no_reason(curator, tie):
    make_citation(tie, "established", "1957-10-21", standing="preferred")
    coarse = make_citation(tie, "established", "1957")

    assert prefer(curator, tie, coarse).status_code == 302


def test_claim_of_another_record_is_no_choice(curator, tie):
    other = make_citation(make_partnership(), "established", "1960")

    assert len(said(prefer(curator, tie, other))) == 1


def test_claim_without_a_value_to_store_is_refused_in_words(curator, tie):
    vague = make_citation(tie, "established", "", value="in the spring")

    assert said(prefer(curator, tie, vague)) == ["This claim has no normalised value: state below what it comes to."]


def test_claim_that_contradicts_the_record_is_refused_in_words(curator, tie):
    claim = make_citation(tie, "ended", "1950")

    assert said(prefer(curator, tie, claim, "ended")) == ["The end is before the beginning."]


def test_new_value_with_a_source_that_is_there(curator, tie):
    source = make_source(key="clair-list", title_en="The list of CLAIR")

    response = state(
        curator, tie, value="昭和33年1月", source="list CLAIR", locator="row 12", reason="the older record"
    )

    assert response.status_code == 302
    tie.refresh_from_db()
    claim = PartnershipCitation.objects.get()
    assert (tie.established, claim.value, claim.normalised) == ("1958-01", "昭和33年1月", "1958-01")
    assert (claim.source, claim.locator, claim.standing, claim.reason) == (
        source,
        "row 12",
        "preferred",
        "the older record",
    )
    assert claim.history.count() == 1


def test_new_value_with_a_new_source(curator, tie):
    state(
        curator, tie, normalised="1958-01-09", new_title="Minutes of 1958", new_url="https://www.example.org/minutes/9",
        reason="the minutes themselves",
    )  # fmt: skip

    source = Source.objects.get()
    assert (source.key, source.title_en) == ("example-org-minutes-9", "Minutes of 1958")
    assert PartnershipCitation.objects.get().source == source


def test_new_source_with_a_known_address_is_the_known_one(curator, tie):
    known = make_source(url="https://example.org/minutes")

    state(curator, tie, normalised="1958", new_title="Again", new_url="https://example.org/minutes", reason="r")

    assert PartnershipCitation.objects.get().source == known
    assert Source.objects.count() == 1


def test_fact_does_not_change_without_a_source(curator, tie):
    response = state(curator, tie, normalised="1958", reason="I know it")

    assert said(response) == ["A fact changes by what a source says: name one, or describe a new one."]
    assert (Partnership.objects.get().established, PartnershipCitation.objects.count()) == ("1957-10-21", 0)


def test_fact_does_not_change_without_a_reason(curator, tie):
    make_source(key="clair-list")

    assert said(state(curator, tie, normalised="1958", source="clair-list")) == ["This field is required."]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"normalised": "3/9/1957"}, "“3/9/1957” can be 9 March 1957 or 3 September 1957: write 1957-03-09 or 1957-09-03."),
        ({"value": "in the spring"}, "The preferred source decides this fact: say what is to be stored."),
        ({"normalised": "1958", "source": "nothing like it"}, "There is no source “nothing like it”. Describe it below as a new one."),
        ({"normalised": "1958", "source": "Twin"}, "Several sources fit: Twin (twin-1); Twin (twin-2). Write the short name in brackets."),
        ({"normalised": "1958", "new_title": "Both"}, "Name a source or describe a new one, not both."),
        ({"normalised": "1958", "new_url": "javascript:alert(1)"}, "Enter a valid URL."),
    ],
)  # fmt: skip
def test_new_claim_that_cannot_be_stored_is_an_error_in_words(fields, message, curator, tie):
    make_source(key="good")
    make_source(key="twin-1", title_en="Twin")
    make_source(key="twin-2", title_en="Twin")

    response = state(curator, tie, **{"source": "good", "reason": "r"} | fields)

    assert message in said(response)
    assert PartnershipCitation.objects.count() == 0


def test_status_is_chosen_from_its_own_list(curator, tie):
    make_source(key="letter", issued="2018-10")

    state(curator, tie, "status", normalised="suspended", source="letter", as_of="2018-09", reason="they wrote so")

    tie.refresh_from_db()
    assert (tie.status, tie.status_as_of) == ("suspended", "2018-09")


def test_desk_is_moved_by_a_claim(curator):
    desk, place = make_contact_desk(), make_place(name_en="Nishinomiya")
    make_source(key="list")

    state(curator, desk, "place", normalised="Nishinomiya", source="list", reason="the list says so")

    desk.refresh_from_db()
    assert desk.place == place


def test_older_page_writes_nothing_and_shows_both_values(curator, tie):
    mine = make_citation(tie, "established", "1958-01")
    theirs = make_citation(tie, "established", "1959")
    form = opened(curator, tie)
    prefer(curator, tie, theirs, reason="theirs")

    response = curator.post(address(tie), form | {"claim": mine.pk, "reason": "mine", "_prefer": "1"})

    assert (response.context["opened"], response.context["table"].value) == ("21 October 1957", "1959")
    tie.refresh_from_db()
    assert tie.established == "1959"
    kept = form_of(response.content.decode(), "prefer_form")
    assert (kept["claim"], kept["reason"]) == ([str(mine.pk)], ["mine"])
    assert curator.post(address(tie), kept | {"_prefer": "1"}).status_code == 302


def test_older_page_keeps_a_new_claim_that_was_typed(curator, tie):
    make_source(key="good")
    form = opened(curator, tie, form_id="state_form")
    make_act(tie)

    response = state(curator, tie, form=form, normalised="1958", source="good", reason="mine")

    assert response.status_code == 200
    kept = form_of(response.content.decode(), "state_form")
    assert (kept["new-normalised"], kept["new-source"]) == (["1958"], ["good"])


@pytest.mark.parametrize(
    ("role", "get", "post"), [("viewer", 200, 403), ("coordinator", 200, 403), ("curator", 200, 302)]
)
def test_who_may_settle(role, get, post, client, tie):
    claim = make_citation(tie, "established", "1957-10-21")
    client.force_login(make_user(role))

    looked = client.get(address(tie))
    answered = client.post(address(tie), {"claim": claim.pk, "_version": looked.context["version"]})

    assert (looked.status_code, answered.status_code) == (get, post)
    assert PartnershipCitation.objects.get().standing == ("preferred" if post == 302 else "accepted")


@pytest.mark.parametrize("fact", ["existence", "nothing"])
def test_fact_that_is_not_settled_has_no_page(fact, curator, tie):
    assert curator.get(address(tie, fact)).status_code == 404


def test_hostile_claim_is_escaped(curator, tie):
    make_citation(
        tie, "established", "", value="<script>alert(1)</script>", source=make_source(url="javascript:alert(2)")
    )

    page = curator.get(address(tie)).content.decode()

    assert ("<script>alert" in page, 'href="javascript' in page) == (False, False)


def test_page_of_a_fact_costs_the_same_for_one_claim_and_for_three(curator, tie, django_assert_num_queries):
    make_citation(tie, "established", "1957")
    with django_assert_num_queries(10):
        curator.get(address(tie))
    make_citation(tie, "established", "1958")
    make_citation(tie, "established", "1959")

    with django_assert_num_queries(10):
        curator.get(address(tie))
