"""The admin of places and partnerships, as a curator, a coordinator and a viewer meet it."""

import json

import pytest
from django.urls import reverse

from partnerships.models import Partnership, Party, Place
from sistercities.core.models import DataVersion
from tests.factories import (
    make_act,
    make_citation,
    make_country,
    make_japan,
    make_name,
    make_partnership,
    make_place,
    make_region,
    make_source,
    make_user,
)

pytestmark = pytest.mark.django_db

PREFIXES = {
    "partnership": ("parties", "acts", "citations"),
    "place": ("names", "identifiers", "successions", "predecessions", "citations"),
}


@pytest.fixture
def curator(client):
    client.force_login(make_user("curator"))
    return client


@pytest.fixture
def kobe():
    hyogo = make_region(make_japan(), "Hyogo", name_ja="兵庫県", name_kana="ひょうごけん", slug="hyogo", area="kinki")
    return make_place(hyogo, "Kobe", name_ja="神戸市", name_kana="こうべし", slug="kobe", code_scheme="jis", code="281000")


@pytest.fixture
def seattle():
    return make_place(make_region(make_country("United States"), "Washington"), "Seattle")


def page(model, name="changelist", *args):
    return reverse(f"admin:partnerships_{model}_{name}", args=args)


def rows(prefix, *filled, initial=0):
    """The fields of an inline: its management form and its rows."""
    data = {f"{prefix}-TOTAL_FORMS": len(filled), f"{prefix}-INITIAL_FORMS": initial}
    return data | {f"{prefix}-{index}-{name}": value for index, row in enumerate(filled) for name, value in row.items()}


def tie_form(*inlines, **fields):
    """What the form of a tie posts, with empty inlines except those given."""
    data = {"publication": "draft", "kind": "sister_city", "status": "presumed", "_continue": "1"}
    for prefix in PREFIXES["partnership"]:
        data |= rows(prefix)
    for inline in inlines:
        data |= inline
    return data | fields


def place_form(place, *inlines, **fields):
    names = ("level", "classification", "slug", "name_en", "name_ja", "name_kana", "publication", "code_scheme", "code")
    data = {name: getattr(place, name) for name in names} | {"_continue": "1"}
    data |= {name: getattr(place, f"{name}_id") or "" for name in ("country", "region")}
    for prefix in PREFIXES["place"]:
        data |= rows(prefix)
    for inline in inlines:
        data |= inline
    return data | fields


def stored(party):
    return {"id": party.pk, "partnership": party.partnership_id, "position": party.position, "place": party.place_id}


def parties_of(tie):
    return rows("parties", *map(stored, tie.parties.all()), initial=tie.party_count)


def claim(fact="established", normalised="1957-10-21", standing="accepted", **fields):
    source = fields.pop("source", None) or make_source()
    row = {"fact": fact, "normalised": normalised, "standing": standing, "basis": "stated", "source": source.pk}
    return row | fields


def stored_claim(citation, **fields):
    row = claim(citation.fact, citation.normalised, citation.standing, source=citation.source)
    return row | {"id": citation.pk, "partnership": citation.partnership_id} | fields


def errors(response):
    """Everything the page complains about."""
    assert response.status_code == 200
    forms = [response.context["adminform"].form, *(inline.formset for inline in response.context["inline_admin_formsets"])]
    said = [message for messages in forms[0].errors.values() for message in messages]
    for formset in forms[1:]:
        said += [*formset.non_form_errors()]
        said += [message for row in formset.errors for messages in row.values() for message in messages]
    return said


def messages(response):
    return [str(message) for message in response.context["messages"]]


# Lists


def test_partnership_list_costs_the_same_for_one_row_and_for_three(curator, django_assert_num_queries):
    make_partnership()
    curator.get(page("partnership"))
    with django_assert_num_queries(15):
        curator.get(page("partnership"))
    make_partnership()
    make_partnership()

    with django_assert_num_queries(15):
        response = curator.get(page("partnership"))

    assert len(response.context["cl"].result_list) == 3


def test_place_list_costs_the_same_for_one_region_and_for_three(curator, django_assert_num_queries):
    make_place()
    curator.get(page("place"))
    with django_assert_num_queries(13):
        curator.get(page("place"))
    make_place()
    make_place()

    with django_assert_num_queries(13):
        curator.get(page("place"))


def test_partnership_page_costs_the_same_for_two_rows_and_for_four(curator, django_assert_num_queries):
    tie = make_partnership()
    for _n in range(2):
        make_citation(tie)
        make_act(tie, place=tie.places[0], source=make_source())
    curator.get(page("partnership", "change", tie.pk))
    with django_assert_num_queries(12):
        curator.get(page("partnership", "change", tie.pk))
    for _n in range(2):
        make_citation(tie)
        make_act(tie, place=tie.places[0], source=make_source())

    with django_assert_num_queries(12):
        curator.get(page("partnership", "change", tie.pk))


@pytest.mark.parametrize("model", ["place", "partnership", "succession", "theme"])
@pytest.mark.parametrize("role", ["viewer", "coordinator", "curator", "administrator"])
def test_every_role_sees_the_list(role, model, client):
    client.force_login(make_user(role))

    assert client.get(page(model)).status_code == 200


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("area=kinki", 1),
        ("area=tohoku", 0),
        ("level=municipality", 2),
        ("level=region", 0),
        ("dated=yes", 1),
        ("dated=no", 1),
        ("status__exact=presumed", 2),
        ("contested__exact=1", 0),
    ],
)
def test_partnerships_are_filtered(query, count, curator, kobe):
    make_partnership(kobe, make_place(), established="1957")
    make_partnership()

    assert curator.get(f"{page('partnership')}?{query}").context["cl"].result_count == count


@pytest.mark.parametrize(("query", "names"), [("area=kinki", ["Hyogo", "Kobe"]), ("former=yes", ["Old"])])
def test_places_are_filtered(query, names, curator, kobe):
    make_place(name_en="Old", abolished="2005")

    assert [place.name_en for place in curator.get(f"{page('place')}?{query}").context["cl"].result_list] == names


@pytest.mark.parametrize("term", ["神戸", "こうべ", "kobe", "Kōbe", "ｋｏｂｅ", "神戸市", "281000", "Kobe Hyogo"])
def test_place_is_found_by_any_name(term, curator, kobe):
    make_place()

    assert list(curator.get(page("place"), {"q": term}).context["cl"].result_list) == [kobe]


def test_partnership_is_found_by_a_name_of_a_party_or_by_its_number(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    make_partnership()

    for term in ("神戸 seattle", "washington", str(tie.pk)):
        assert list(curator.get(page("partnership"), {"q": term}).context["cl"].result_list) == [tie]


# Autocomplete


def complete(client, term, model="party", field="place"):
    data = {"term": term, "app_label": "partnerships", "model_name": model, "field_name": field}
    response = client.get(reverse("admin:autocomplete"), data)
    return [answer["text"] for answer in json.loads(response.content)["results"]]


@pytest.mark.parametrize("term", ["神戸", "こうべ", "kobe", "Kōbe"])
def test_autocomplete_tells_region_and_country(term, curator, kobe):
    assert complete(curator, term) == ["Kobe 神戸市 — Hyogo, Japan"]


def test_autocomplete_puts_the_exact_name_first(curator):
    region = make_region(make_country("Japan"), "Tokyo")
    make_place(region, "Ota-ku-no-kuni")
    make_place(region, "Ota")

    assert complete(curator, "ota") == ["Ota — Tokyo, Japan", "Ota-ku-no-kuni — Tokyo, Japan"]


def test_autocomplete_tells_when_a_former_place_ended(curator, kobe):
    make_place(kobe.region, "Kaibara", name_ja="柏原町", abolished="2004-11-01")

    assert complete(curator, "柏原") == ["Kaibara 柏原町 (until 2004) — Hyogo, Japan"]


@pytest.mark.parametrize(("field", "answers"), [("country", []), ("region", ["Hyogo 兵庫県 — Japan"])])
def test_autocomplete_of_a_parent_offers_its_level_only(field, answers, curator, kobe):
    make_place(kobe.region, "Hyogo-ku")

    assert complete(curator, "hyogo", "place", field) == answers


def test_autocomplete_of_a_source_tells_its_key(curator):
    make_source(key="clair-miyagi", title_en="List of Miyagi")

    assert complete(curator, "miyagi", "act", "source") == ["List of Miyagi — clair-miyagi"]


def test_autocomplete_is_closed_to_an_account_without_a_role(client):
    client.force_login(make_user())

    data = {"term": "kobe", "app_label": "partnerships", "model_name": "party", "field_name": "place"}
    assert client.get(reverse("admin:autocomplete"), data).status_code == 403


# Adding and changing a tie


def test_published_tie_with_its_parties_in_one_go(curator, kobe, seattle):
    before = DataVersion.current()[0]

    response = curator.post(
        page("partnership", "add"),
        tie_form(rows("parties", {"place": kobe.pk}, {"place": seattle.pk}), publication="published", established="S32.10.21"),
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
    response = curator.post(page("partnership", "add"), tie_form(rows("parties", {"place": kobe.pk}, {"place": kobe.pk})))

    assert errors(response)[0] == "Please correct the duplicate data for place."


def test_tie_recorded_before_is_an_error_in_words(curator, kobe, seattle):
    make_partnership(seattle, kobe, established="1957")

    response = curator.post(
        page("partnership", "add"), tie_form(rows("parties", {"place": kobe.pk}, {"place": seattle.pk}), established="1957")
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
        tie_form(rows("parties", first | {"position": 2}, second | {"position": 1}, initial=2), publication="published"),
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
        tie_form(parties_of(tie), publication="published", staff_note="asked the city", change_reason="letter of the city"),
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
            rows("citations", stored_claim(tie.citations.get()), claim(standing="preferred"), initial=1),
            publication="published",
        ),
    )

    tie.refresh_from_db()
    assert (tie.established, tie.contested) == ("1957-10-21", True)


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


# Places


def test_new_place_gets_address_and_keys(curator, kobe):
    form = place_form(Place(level="municipality", country=kobe.country, region=kobe.region, slug="himeji", name_en="Himeji"))

    response = curator.post(page("place", "add"), form | rows("names", {"kind": "alternative", "name": "ひめぢ"}))

    place = Place.objects.get(path="jp/hyogo/himeji")
    assert response.status_code == 302
    assert list(Place.objects.search("ひめぢ")) == [place]


def test_renaming_a_place_renames_its_ties(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)

    curator.post(page("place", "change", kobe.pk), place_form(kobe, name_en="Port of Kobe", slug="kobe-ko"))

    assert list(Partnership.objects.search("port kobe")) == [tie]
    assert Place.objects.get(pk=kobe.pk).path == "jp/hyogo/kobe-ko"


def test_other_name_given_to_a_place_finds_its_ties(curator, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    names = rows("names", {"place": kobe.pk, "kind": "former", "language": "ja", "name": "兵庫津"})

    curator.post(page("place", "change", kobe.pk), place_form(kobe, names))

    assert list(Partnership.objects.search("兵庫津")) == [tie]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"slug": "akashi"}, "Akashi — Hyogo, Japan has this address already: add the class, e.g. “misato-machi”."),
        ({"code": "281001"}, "This is not a six-digit local government code: its check digit does not fit."),
        ({"code_scheme": ""}, "A code and its scheme are given together."),
        ({"name_en": "", "name_ja": ""}, "A place needs a name in at least one language."),
        ({"latitude": "34.69"}, "Latitude and longitude are given together, in degrees."),
        ({"abolished": "2005-13"}, "“2005-13” is not in the calendar: there is no such day."),
    ],
)
def test_place_that_cannot_be_stored_is_an_error_in_words(fields, message, curator, kobe):
    make_place(kobe.region, "Akashi", slug="akashi")

    response = curator.post(page("place", "change", kobe.pk), place_form(kobe, **fields))

    assert errors(response) == [message]


def test_region_of_another_country_is_an_error_in_words(curator, kobe, seattle):
    response = curator.post(page("place", "change", kobe.pk), place_form(kobe, region=seattle.region.pk))

    assert errors(response) == ["This region lies in another country."]


def test_place_that_succeeds_itself_is_an_error_in_words(curator, kobe):
    itself = rows("successions", {"predecessor": kobe.pk, "successor": kobe.pk, "kind": "renaming"})

    response = curator.post(page("place", "change", kobe.pk), place_form(kobe, itself))

    assert errors(response) == ["A place does not succeed itself."]


def test_place_above_others_keeps_its_level(curator, kobe):
    hyogo = kobe.region

    response = curator.post(page("place", "change", hyogo.pk), place_form(hyogo, level="municipality"))

    assert errors(response) == ["Other places lie within this one: its level stays."]


# Looking


@pytest.mark.parametrize("role", ["viewer", "curator", "administrator"])
def test_record_and_its_history_open(role, client, kobe, seattle):
    tie = make_partnership(kobe, seattle)
    make_citation(tie)
    make_act(tie)
    make_name(kobe, "Hyogo Port")
    tie.staff_note = "changed"
    tie.save()
    client.force_login(make_user(role))

    addresses = [
        page(model, name, record.pk)
        for model, record in (("partnership", tie), ("place", kobe))
        for name in ("change", "history")
    ]
    addresses += [page("partnership", "simple_history", tie.pk, tie.history.first().pk)]
    assert [client.get(address).status_code for address in addresses] == [200] * 5


def test_old_version_is_not_saved_by_posting_to_it(client):
    tie = make_partnership()
    client.force_login(make_user("viewer"))

    response = client.post(page("partnership", "simple_history", tie.pk, tie.history.first().pk), {"publication": "draft"})

    assert response.status_code == 403
    assert Partnership.objects.get().publication == "published"


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_looking_is_not_changing(role, client, kobe):
    client.force_login(make_user(role))

    assert client.post(page("place", "change", kobe.pk), place_form(kobe, name_en="X")).status_code == 403
    assert client.get(page("place", "add")).status_code == 403


def test_curator_does_not_delete_a_tie_and_an_administrator_does(curator, client):
    tie = make_partnership()
    assert curator.post(page("partnership", "delete", tie.pk), {"post": "yes"}).status_code == 403
    before = DataVersion.current()[0]
    client.force_login(make_user("administrator"))

    client.post(page("partnership", "delete", tie.pk), {"post": "yes"})

    assert (Partnership.objects.count(), DataVersion.current()[0]) == (0, before + 1)


@pytest.mark.parametrize("name", ["changelist", "add"])
@pytest.mark.parametrize("model", ["place", "partnership"])
def test_page_carries_no_script_of_its_own(model, name, curator):
    page_text = curator.get(page(model, name)).content.decode()

    assert [part for part in page_text.split("<script")[1:] if " src=" not in part.split(">")[0] and "json" not in part.split(">")[0]] == []
    assert "onclick=" not in page_text
