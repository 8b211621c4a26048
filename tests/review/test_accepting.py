"""Accepting: whole or field by field, edited or not, as a claim where sources decide; and what keeps two people from undoing one another."""

import pytest

from partnerships.models import Partnership
from sistercities.core.models import DataVersion
from sistercities.curation.integrity import findings
from sistercities.curation.models import Proposal, Source
from tests.factories import make_citation, make_partnership, make_source
from tests.pages import text_of

from .way import accept, proposed, state, step, suggested, version

pytestmark = pytest.mark.django_db


@pytest.fixture
def tie(world):
    return world.ties[0]


@pytest.fixture(autouse=True)
def _nothing_breaks(world):
    """Whatever is decided: the checks of the data find nothing that they did not find before."""
    before = set(map(str, findings()))
    yield
    assert set(map(str, findings())) - before == set()


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def said(response):
    return text_of(response.content.decode().partition("<main")[2].partition("</main>")[0])


def test_ticked_field_is_stored_and_the_other_is_not(world, curator):
    office, before = world.office, DataVersion.current()[0]
    proposal = suggested(office, website="https://example.org/new", telephone="+1 206 555 0100")

    answer = accept(curator, proposal, "website", text="as its page says")

    assert (answer.status_code, state(proposal)) == (302, "accepted")
    assert (fresh(office).website, fresh(office).telephone) == ("https://example.org/new", "")
    entry = fresh(office).history.first()
    assert (entry.history_user, entry.history_change_reason) == (
        curator.person,
        f"suggestion {proposal.pk}: as its page says",
    )
    assert proposal.notes.get().written == {"website": ["", "https://example.org/new"]}
    assert DataVersion.current()[0] > before


def test_value_is_edited_before_it_is_accepted_and_read_like_any_cell(world, curator):
    proposal = suggested(world.office, founded="昭和６３年")
    assert proposal.difference == {"founded": ["1989", "1988"]}

    accept(curator, proposal, **{"value-founded": "平成元年７月１日"})

    assert fresh(world.office).founded == "1989-07-01"


def test_edited_value_that_cannot_be_read_is_told_and_kept(world, curator):
    proposal = suggested(world.office, founded="1988", website="https://example.org/")

    answer = accept(curator, proposal, **{"value-founded": "1990年13月1日"})

    assert (answer.status_code, state(proposal), fresh(world.office).website) == (400, "pending", "")
    assert 'value="1990年13月1日"' in answer.content.decode()
    assert "Founded" in said(answer)


def test_rule_of_the_table_is_told_in_words(world, curator):
    proposal = suggested(world.office, dissolved="1980")

    answer = accept(curator, proposal)

    assert (answer.status_code, state(proposal)) == (400, "pending")
    assert fresh(world.office).dissolved == ""


def test_fact_that_sources_decide_becomes_the_preferred_claim(tie, curator):
    proposal = suggested(tie, established="昭和32年10月21日", source_url="https://example.org/agreement")

    accept(curator, proposal, url="https://example.org/agreement", title="The agreement", text="it hangs on the wall")

    stored = fresh(tie)
    assert stored.established == "1957-10-21"
    claims = {
        (claim.normalised, claim.standing, claim.source.url) for claim in stored.citations.filter(fact="established")
    }
    old = stored.citations.get(normalised="1957-10-22")
    assert claims == {
        ("1957-10-21", "preferred", "https://example.org/agreement"),
        ("1957-10-22", "accepted", old.source.url),
    }
    assert stored.citations.get(standing="preferred").reason == "it hangs on the wall"
    assert stored.contested
    entries = [
        *stored.history.all()[:1],
        *(claim.history.first() for claim in stored.citations.filter(fact="established")),
    ]
    assert {entry.history_change_reason for entry in entries} == {f"suggestion {proposal.pk}: it hangs on the wall"}
    assert {entry.history_user for entry in entries} == {curator.person}


def test_fact_without_a_source_is_not_changed(tie, curator):
    proposal = suggested(tie, established="1957-10-21")

    answer = accept(curator, proposal)

    assert (answer.status_code, state(proposal), fresh(tie).established) == (400, "pending", "1957-10-22")
    assert "Say where it is written" in said(answer)


def test_claim_that_a_source_makes_already_is_preferred_not_doubled(tie, curator):
    source = make_source()
    claim = make_citation(tie, "established", "1957-10-21", source=source)

    accept(curator, suggested(tie, established="1957-10-21"), source=source.key)

    claim.refresh_from_db()
    assert (claim.standing, tie.citations.filter(fact="established").count()) == ("preferred", 2)


def test_beginning_and_end_change_together_whichever_order_the_table_allows(world, curator):
    tie = world.ties[4]  # 1957-10-22 to 1999
    for start, end in (("2001", "2005"), ("1950", "1955")):
        proposal = suggested(tie, established=start, ended=end)
        answer = accept(curator, proposal, title="A book")
        assert answer.status_code == 302, said(answer)
        assert (fresh(tie).established, fresh(tie).ended, fresh(tie).status) == (start, end, "ended")


def test_plain_words_and_claims_of_a_tie_go_together(tie, curator):
    proposal = suggested(tie, established="1957-10-21", designation_en="Agreement", kind="friendship_city")

    accept(curator, proposal, title="A book")

    stored = fresh(tie)
    assert (stored.established, stored.designation_en, stored.kind) == ("1957-10-21", "Agreement", "friendship_city")
    assert Source.objects.filter(key=f"suggestion-{proposal.pk}", title_en="A book").count() == 1


def test_source_of_what_no_source_decides_is_named(world, curator):
    proposal = suggested(world.office, website="https://example.org/new")

    accept(curator, proposal, url="https://example.org/impressum")

    claim = world.office.citations.get(source__url="https://example.org/impressum")
    assert (claim.fact, claim.value) == ("contact", "https://example.org/new")


def test_derived_columns_follow_an_accepted_name(world, curator, client):
    accept(curator, suggested(world.kobe, name_ja="新神戸市"))

    assert "新神戸" in Partnership.objects.get(pk=world.ties[0].pk).search_key


# Two people, one record ----------------------------------------------------------------------------------------------


def test_record_that_changed_after_the_page_was_opened_is_not_written(world, curator):
    proposal = suggested(world.office, website="https://example.org/new")
    opened = version(proposal)
    office = fresh(world.office)
    office.website = "https://example.org/meanwhile"
    office.save()

    answer = accept(curator, proposal, version=opened)

    assert (answer.status_code, state(proposal)) == (409, "pending")
    assert fresh(office).website == "https://example.org/meanwhile"
    page = answer.content.decode()
    assert "https://example.org/meanwhile" in page
    assert 'value="https://example.org/new"' in page
    assert f'name="version" value="{version(proposal)}"' in page
    assert accept(curator, proposal).status_code == 302  # both values were seen


def test_row_below_the_record_makes_the_page_stale_too(tie, curator):
    proposal = suggested(tie, designation_en="Agreement")
    opened = version(proposal)
    make_citation(tie, "kind", "sister_city")

    assert accept(curator, proposal, version=opened).status_code == 409


@pytest.mark.parametrize("given", ["", "soon", "-1", "9" * 30, "１"])
def test_form_without_a_version_that_was_read_writes_nothing(world, curator, given):
    proposal = suggested(world.office, website="https://example.org/new")

    assert accept(curator, proposal, version=given).status_code == 409
    assert fresh(world.office).website == ""


def test_what_changed_since_it_was_proposed_shows_three_values_and_is_not_ticked(world, curator):
    proposal = suggested(world.office, telephone="222", website="https://example.org/new")
    office = fresh(world.office)
    office.telephone = "333"
    office.save()

    page = curator.get(proposal.get_absolute_url()).content.decode()

    assert "said when it was proposed" in page
    assert 'value="telephone"><span>' in page
    assert 'value="website" checked><span>' in page
    assert "333" in text_of(page)
    assert "222" in text_of(page)


def test_what_the_record_says_by_now_is_said(world, curator):
    proposal = suggested(world.office, website="https://example.org/new")
    office = fresh(world.office)
    office.website = "https://example.org/new"
    office.save()

    assert "the record says so by now" in said(curator.get(proposal.get_absolute_url()))


def test_second_decision_finds_the_first(world, curator, signed_in):
    proposal = suggested(world.office, website="https://example.org/new")
    accept(curator, proposal)

    for name, posted in (("accept", {"take": "website"}), ("refuse", {"text": "no"}), ("ask", {"text": "why?"})):
        answer = step(signed_in("curator"), proposal, name, **posted)
        assert answer.status_code == 409, name
        assert "“accepted” by now" in said(answer)


def test_record_that_was_withdrawn_meanwhile_is_not_written(world, curator):
    proposal = suggested(world.office, website="https://example.org/new")
    type(world.office).objects.filter(pk=world.office.pk).update(publication="withdrawn")

    assert "not there any more" in said(curator.get(proposal.get_absolute_url()))
    assert accept(curator, proposal).status_code == 409


def test_database_that_refuses_says_so_and_nothing_is_written(world, curator):
    make_partnership(world.kobe, world.seattle, kind="friendship_city", established="1957-10-22")
    proposal = suggested(world.ties[0], kind="friendship_city")

    answer = accept(curator, proposal, title="A book")

    assert (answer.status_code, state(proposal), fresh(world.ties[0]).kind) == (409, "pending", "sister_city")


# Without fields, with odd fields -------------------------------------------------------------------------------------


def test_words_alone_are_dealt_with(world, curator):
    proposal = suggested(world.office, message="The office has moved.")
    assert proposal.difference == {}

    assert "Mark as dealt with" in said(curator.get(proposal.get_absolute_url()))
    assert accept(curator, proposal, text="done by hand").status_code == 302
    assert (state(proposal), proposal.notes.get().text) == ("accepted", "done by hand")


def test_nothing_ticked_is_nothing_accepted(world, curator):
    proposal = suggested(world.office, website="https://example.org/new")

    answer = step(curator, proposal, "accept", version=version(proposal))

    assert (answer.status_code, state(proposal)) == (400, "pending")
    assert "Tick at least one field" in said(answer)


def test_field_that_was_not_proposed_is_not_written(world, curator):
    proposal = suggested(world.office, website="https://example.org/new")

    accept(curator, proposal, "website", "telephone", **{"value-telephone": "666", "value-publication": "withdrawn"})

    assert (fresh(world.office).telephone, fresh(world.office).publication) == ("", "published")


def test_column_that_the_import_does_not_know_is_shown_and_not_written(world, curator):
    proposal = proposed(world.office, {"publication": ["published", "draft"], "website": ["", "https://example.org/"]})

    page = said(curator.get(proposal.get_absolute_url()))
    assert "unknown field" in page
    accept(curator, proposal, "publication", "website")

    assert (fresh(world.office).publication, state(proposal)) == ("published", "pending")


def test_proposal_of_a_dataset_without_an_import_is_looked_at_only(curator):
    proposal = Proposal.objects.create(dataset="martians", difference={"name": ["", "Marvin"]})

    assert curator.get(proposal.get_absolute_url()).status_code == 200
    assert accept(curator, proposal).status_code == 403
    assert curator.get("/en/review/").status_code == 200


# New records ---------------------------------------------------------------------------------------------------------

NEW = {
    "municipality": "神戸市",
    "country": "日本",
    "partner_municipality": "Worthington",
    "partner_region": "Ohio",
    "partner_country": "US",
    "kind": "sister_city",
    "established": "平成2年4月1日",
    "source_url": "https://example.org/kobe",
}


@pytest.fixture
def missing(world, client):
    client.post("/en/suggest/partnerships/", NEW | {"step": "send"})
    return Proposal.objects.latest("pk")


def test_missing_tie_is_recorded_published_and_cited(world, missing, curator):
    assert missing.difference["established"] == ["", "1990-04-01"]
    assert "Kobe" in said(curator.get(missing.get_absolute_url()))

    answer = accept(curator, missing, url="https://example.org/kobe", publish="yes")

    tie = Partnership.objects.latest("pk")
    assert answer.status_code == 302
    assert (tie.publication, tie.established, tie.places) == (
        "published",
        "1990-04-01",
        [world.kobe, world.worthington],
    )
    assert set(tie.citations.values_list("fact", "standing", "source__url")) == {
        ("established", "preferred", "https://example.org/kobe"),
        ("kind", "preferred", "https://example.org/kobe"),
    }
    entry = tie.history.get()
    assert (entry.history_user, entry.history_change_reason) == (curator.person, f"suggestion {missing.pk}")
    missing.refresh_from_db()
    assert (missing.state, missing.object_id) == ("accepted", tie.pk)


def test_missing_tie_waits_unless_it_is_published(missing, curator):
    accept(curator, missing, title="A book")

    assert Partnership.objects.latest("pk").publication == "review"


def test_missing_tie_without_a_source_is_not_recorded(missing, curator):
    before = Partnership.objects.count()

    assert accept(curator, missing).status_code == 400
    assert Partnership.objects.count() == before


def test_name_that_two_towns_have_is_asked_and_answered(wide_world, curator, client):
    client.post("/en/suggest/partnerships/", NEW | {"step": "send", "municipality": "府中市"})
    proposal = Proposal.objects.latest("pk")
    page = curator.get(proposal.get_absolute_url()).content.decode()
    name, answer = page.partition('type="radio" name="')[2].split('"')[0:3:2]

    assert accept(curator, proposal, title="A book").status_code == 400
    assert accept(curator, proposal, title="A book", **{name: answer}).status_code == 302
    assert Partnership.objects.latest("pk").places[0].pk == int(answer)


def test_tie_that_is_there_already_is_not_recorded_again(world, curator, client):
    there = NEW | {"partner_municipality": "Seattle", "partner_region": "Washington", "established": "1957-10-22"}
    client.post("/en/suggest/partnerships/", there | {"step": "send"})

    answer = accept(curator, Proposal.objects.latest("pk"), title="A book")

    assert answer.status_code == 400
    assert f"number {world.ties[0].pk}" in said(answer)


def test_town_that_is_not_there_is_told(missing, curator):
    answer = accept(curator, missing, title="A book", **{"value-municipality": "Atlantis"})

    assert (answer.status_code, state(missing)) == (400, "pending")
    assert "Atlantis" in said(answer)
