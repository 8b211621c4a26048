"""The public form, over every dataset that has an import: a new one is tested by itself."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from sistercities.core.datasets import datasets
from sistercities.curation.models import Proposal
from sistercities.imports.resources import registry
from sistercities.review.models import Attempt, Suggestion
from sistercities.review.reading import cell_of, difference, read, shown
from tests.factories import make_partnership
from tests.pages import Page, public_pages, text_of, words

from .way import accept, another_curator, form_of, send, state, suggested

pytestmark = pytest.mark.django_db

DATASETS = [dataset.key for dataset in datasets()]
FREE = ("designation_en", "description_en", "note_en", "quotation", "name_kana", "website")


@pytest.fixture(params=DATASETS)
def dataset(request):
    if request.param not in registry() or not registry()[request.param].for_visitors:
        pytest.fail(f"Say what a visitor may correct: for_visitors of the Resource of {request.param}.", pytrace=False)
    return request.param


@pytest.fixture
def resource(dataset):
    return registry()[dataset]


@pytest.fixture
def record(world, resource):
    return resource.model.objects.public().order_by("-pk").first()


def changed(resource):
    """A column of free text with words for it."""
    name = next(name for name in FREE if name in resource.for_visitors)
    return {name: "https://example.org/changed" if name == "website" else "Changed words"}


# Every dataset -------------------------------------------------------------------------------------------------------


def test_columns_are_those_of_the_import_and_none_finds_the_record(resource):
    assert set(resource.for_visitors) <= set(resource.fields)
    assert set(resource.asked_of_new()) <= set(resource.fields)
    assert not {"id", "slug", "path", "note", "position", "uid"} & {*resource.for_visitors, *resource.asked_of_new()}


def test_record_is_read_by_its_number_alone(record, resource):
    line = resource().line_of(record.pk)

    assert line.stored is not None
    assert (set(resource.for_visitors) - line.stored.keys(), line.problems) == (set(), [])
    assert resource().line_of(10**9).stored is None


def test_cell_of_every_column_comes_back_as_it_stands(world, resource):
    """What a visitor leaves as it is must never look like a change, whatever it holds."""
    for found in resource.model.objects.public():
        own = resource()
        stored = own.line_of(found.pk).stored
        texts = {
            name: shown(own, name, stored[name]) for name in resource.for_visitors if stored[name] not in ("", None)
        }
        line = read(own, texts)
        assert (line.problems, difference(own, stored, line.values)) == ([], {}), found


@pytest.mark.parametrize("language", ["en", "ja"])
def test_form_shows_the_record_as_it_stands(client, record, resource, language):
    answer = client.get(form_of(record, language))

    page = Page(answer)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    for name in resource.for_visitors:
        cell = cell_of(resource(), name, shown(resource(), name, resource().line_of(record.pk).stored[name]))
        assert page.all("input", name=f"was-{name}") == [
            {"type": "hidden", "name": f"was-{name}", "value": cell.stands}
        ]
    assert page.all("meta", name="robots")
    assert all(found.get("id") or found.get("type") == "hidden" for found in page.all("input"))


def test_page_of_the_record_leads_to_the_form(client, record):
    assert form_of(record) in Page(client.get(record.get_absolute_url())).links


def test_correction_comes_in_is_accepted_and_stands_on_the_record(client, record, resource):
    cell = changed(resource)
    proposal = suggested(record, client, source_title="A book", **cell)

    assert {name: pair[1] for name, pair in proposal.difference.items()} == cell
    assert accept(another_curator(), proposal, title="A book").status_code == 302
    assert state(proposal) == "accepted"
    (name,) = cell
    assert shown(resource(), name, resource().line_of(record.pk).stored[name]) == cell[name]


def test_nothing_changes_before_somebody_decides(client, record, resource):
    before = resource.model.objects.values().get(pk=record.pk)
    suggested(record, client, **changed(resource))

    assert resource.model.objects.values().get(pk=record.pk) == before


def test_nonsense_in_every_cell_is_told_or_kept_as_text(record, resource):
    for nonsense in ("￥%$", "x" * 9_000, "'; DROP TABLE", "NaN", "-1e999", "=1+1", "昭和", "-", "'"):
        Attempt.objects.all().delete()
        answer = send(record, message="x", **dict.fromkeys(resource.for_visitors, nonsense))
        assert answer.status_code in (302, 400), nonsense
        if answer.status_code == 400:
            assert 'class="wrong-words"' in answer.content.decode()


@pytest.mark.parametrize("publication", ["draft", "review", "withdrawn"])
def test_record_that_is_not_public_has_no_form(client, record, publication):
    address = form_of(record)
    type(record).objects.filter(pk=record.pk).update(publication=publication)

    assert [client.get(address).status_code, client.post(address, {"step": "send"}).status_code] == [404, 404]


def test_form_costs_the_same_for_every_record(client, record, resource, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(form_of(record))
    with django_assert_max_num_queries(24):
        send(record, client, message="words", **changed(resource))


# The form ------------------------------------------------------------------------------------------------------------


def test_cells_are_read_as_in_a_spreadsheet_and_shown_back(world, client):
    answer = send(world.ties[0], client, step="check", established="昭和３２年１０月２１日", message="seen in the hall")

    page = words(answer)
    assert answer.status_code == 200
    assert "21 October 1957" in page
    assert "22 October 1957" in page
    assert "seen in the hall" in page
    assert Proposal.objects.count() == 0


def test_what_was_looked_over_is_sent_as_it_is(world, client):
    page = Page(
        send(world.ties[0], client, step="check", established="昭和３２年１０月２１日", message="a\nb", contact="me")
    )
    hidden = {found["name"]: found["value"] for found in page.all("input", type="hidden")}

    client.post(form_of(world.ties[0]), hidden | {"step": "send"})

    proposal = Proposal.objects.get()
    assert proposal.difference == {"established": ["1957-10-22", "1957-10-21"]}
    assert (proposal.suggestion.message, proposal.suggestion.contact) == ("a\nb", "me")


def test_what_was_looked_over_can_be_changed_again(world, client):
    answer = send(world.ties[0], client, step="change", established="昭和３２年１０月２１日", contact="me")

    assert answer.status_code == 200
    assert 'value="昭和３２年１０月２１日"' in answer.content.decode()


def test_cell_that_cannot_be_read_is_told_beside_it_and_everything_is_kept(world, client):
    answer = send(world.ties[0], client, established="1990年13月1日", message="words", contact="me")

    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count('href="#cell-established"') == 1
    for kept in ('value="1990年13月1日"', "words</textarea>", 'value="me"'):
        assert kept in page
    assert Proposal.objects.count() == 0


def test_record_that_changed_while_the_form_was_open_is_no_correction(world, client):
    """The form was opened when the website was another: what the visitor did not touch is not theirs."""
    office = world.office
    posted = {"website": "https://example.org/old", "was-website": "https://example.org/old", "telephone": "1"}

    send(office, client, **posted)

    assert Proposal.objects.get().difference == {"telephone": ["", "1"]}


def test_cell_is_emptied_where_that_is_possible(world, client):
    office = world.office
    type(office).objects.filter(pk=office.pk).update(website="https://example.org/gone")

    assert suggested(office, client, website="").difference == {"website": ["https://example.org/gone", ""]}
    assert send(world.ties[0], client, established="").status_code == 400


def test_form_without_anything_said_is_not_taken(world, client):
    answer = send(world.office, client, contact="me")

    assert answer.status_code == 400
    assert "Change a field above" in text_of(answer.content.decode())


def test_address_without_its_scheme_is_completed_and_nonsense_refused(world, client):
    assert suggested(world.office, message="x", source_url="www.example.org/a").suggestion.source_url == (
        "https://www.example.org/a"
    )
    assert send(world.office, client, message="x", source_url="see the minutes").status_code == 400


def test_same_words_again_are_counted(world, client):
    first = suggested(world.office, website="https://example.org/", message="moved")
    suggested(world.office, website="https://example.org/", message="moved", contact="me")
    suggested(world.office, website="https://example.org/", message="It moved")

    assert Proposal.objects.count() == 2
    again = Suggestion.objects.get(proposal=first)
    assert (again.repeats, again.contact) == (1, "me")


def test_same_words_after_a_decision_are_new(world, curator):
    first = suggested(world.office, website="https://example.org/")
    accept(curator, first, "website", **{"value-website": "https://example.org/other"})
    second = suggested(world.office, website="https://example.org/")

    assert (second.pk != first.pk, second.state) == (True, "pending")


def test_sender_gets_a_reference_and_it_tells_where_the_suggestion_stands(world, client, curator):
    answer = send(
        world.office, client, website="https://example.org/x", message="secret words", contact="me@example.org"
    )
    sent = client.get(answer["Location"])

    assert "waiting to be looked at" in words(sent)
    assert Suggestion.objects.get().reference in words(sent)
    assert sent["Cache-Control"] == "private, no-store"
    for private in ("secret words", "me@example.org", "example.org/x"):
        assert private not in sent.content.decode()
    accept(curator, Proposal.objects.get())
    assert "taken over" in words(client.get(answer["Location"]))


@pytest.mark.parametrize("reference", ["AAAA-AAAA", "x", "1" * 300, "%00%00%00%00-aaaa", "東京"])
def test_reference_that_is_none_is_not_found(world, client, reference):
    assert client.get(f"/en/suggest/sent/{reference}/").status_code == 404


def test_reference_of_a_record_that_is_hidden_names_nothing(world, client):
    answer = send(world.office, client, message="x")
    type(world.office).objects.filter(pk=world.office.pk).update(publication="withdrawn")

    assert str(world.office) not in client.get(answer["Location"]).content.decode()


# A tie that is missing -----------------------------------------------------------------------------------------------

MISSING = {"municipality": "Kobe", "country": "Japan", "partner_municipality": "Riga", "partner_country": "Latvia"}


def test_missing_tie_of_places_that_we_do_not_know_is_taken(world, client):
    address = "/en/suggest/partnerships/"

    looked_over = client.post(address, MISSING | {"step": "check", "established": "昭和49年"})
    assert "You can send it all the same" in words(looked_over)
    client.post(address, MISSING | {"step": "send", "established": "昭和49年"})

    proposal = Proposal.objects.get()
    assert (proposal.object_id, proposal.difference["established"]) == (None, ["", "1974"])


def test_missing_tie_that_is_not_missing_is_said(world, client):
    there = MISSING | {"partner_municipality": "Seattle", "partner_region": "Washington", "partner_country": "US"}

    answer = client.post("/en/suggest/partnerships/", there | {"step": "check"})

    assert "has this partnership already" in words(answer)
    assert world.ties[0].get_absolute_url() in Page(answer).links


@pytest.mark.parametrize("left_out", ["municipality", "partner_municipality"])
def test_missing_tie_needs_both_sides(world, client, left_out):
    answer = client.post("/en/suggest/partnerships/", MISSING | {"step": "send", left_out: ""})

    assert answer.status_code == 400
    assert f"#cell-{left_out}" in Page(answer).links


def test_regions_alone_are_two_sides(world, client):
    posted = {"region": "Hyogo", "country": "Japan", "partner_region": "Ohio", "partner_country": "US", "step": "send"}

    assert client.post("/en/suggest/partnerships/", posted).status_code == 302


@pytest.mark.parametrize("dataset", [*set(DATASETS) - {"partnerships"}, "martians"])
def test_only_what_is_asked_for_can_be_missing(world, client, dataset):
    assert client.get(f"/en/suggest/{dataset}/").status_code == 404


def test_empty_results_and_the_list_ask_for_what_is_missing(world, client):
    address = reverse("suggest-new", args=["partnerships"])

    for path in ("/en/partnerships/", "/en/partnerships/?q=nowhere", "/en/search/?q=nowhere"):
        assert address in Page(client.get(path)).links, path
    assert address not in Page(client.get("/en/organizations/?q=nowhere")).links


# Cookies, caches, mail -----------------------------------------------------------------------------------------------


def test_only_the_form_sets_a_cookie(world):
    for name, path in public_pages(world).items():
        assert Client().get(path).cookies.keys() == set(), name
    form = Client().get(form_of(world.office))

    assert set(form.cookies.keys()) == {settings.CSRF_COOKIE_NAME}
    assert "Cookie" in form["Vary"]


def test_public_page_is_stored_although_a_visitor_has_the_cookie_of_the_form(world, client):
    client.get(form_of(world.office))
    path = world.office.get_absolute_url()

    first, second = client.get(path), client.get(path)

    assert first["Cache-Control"].startswith("public")
    assert first["ETag"] == second["ETag"]


def test_nothing_is_mailed(world, curator):
    proposal = suggested(world.office, website="https://example.org/", contact="a@example.org\r\nBcc: b@example.org")
    accept(curator, proposal)

    assert mail.outbox == []


def test_every_dataset_of_the_imports_has_a_page_that_the_form_leads_back_to(resource):
    assert hasattr(apps.get_model(resource.model._meta.label), "get_absolute_url")


def test_names_of_staff_stand_on_no_public_page(world, signed_in, client):
    coordinator, curator = signed_in("coordinator", username="hanako"), signed_in("curator", username="taro")
    proposal = suggested(world.office, coordinator, website="https://example.org/")
    accept(curator, proposal)
    tie = make_partnership()

    for path in (
        world.office.get_absolute_url(),
        "/en/changes/",
        form_of(tie),
        f"/en/suggest/sent/{proposal.suggestion.reference}/",
    ):
        page = client.get(path).content.decode()
        assert not {coordinator.person.username, curator.person.username} & set(text_of(page).split()), path
