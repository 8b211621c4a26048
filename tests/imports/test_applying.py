"""What is previewed is what is written: by another person, once, wholly or not at all, with history, and it can be taken back."""

from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from partnerships.import_writing import Builder, Writer
from partnerships.models import Partnership, PartnershipCitation, Party
from sistercities.core.models import DataVersion
from sistercities.curation.bulk import Loading
from sistercities.curation.integrity import findings
from sistercities.imports import actions
from sistercities.imports.models import UNDO_FOR, BatchState, ImportBatch, ImportOutcome, Task
from tests.factories import make_partnership, make_source, make_user

from .way import applied, bring, checked, make_homonyms, place, states, taken_back, the_row

pytestmark = pytest.mark.django_db

NEW = "municipality,partner_municipality,established,kind,note\nOtsu,Seattle,1990-05-01,sister_city,from the file\n加東市,Seattle,1991,,\n"


@pytest.fixture
def world():
    return make_homonyms()


def everything():
    """All that an import may write, as plain rows."""
    models = [Partnership, Party, PartnershipCitation, Partnership.history.model, Party.history.model]
    return [sorted(map(repr, model.objects.values_list())) for model in [*models, PartnershipCitation.history.model]]


def wrong():
    """Derived values that do not follow from their rows: the sample directory has some, an import adds none."""
    return [(str(record), name) for record, name, *_values in findings()]


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def test_new_rows_become_public_ties_with_parties_claims_and_history(world):
    curator, before = make_user("curator"), wrong()
    batch = applied(bring(NEW), by=curator)
    tie, other = Partnership.objects.order_by("pk").reverse()[:2][::-1]

    assert (batch.state, tie.publication, tie.established, tie.kind, tie.staff_note) == (
        BatchState.APPLIED, "published", "1990-05-01", "sister_city", "from the file",
    )  # fmt: skip
    assert [party.place.name_en for party in tie.parties.all()] == ["Otsu", "Seattle"]
    assert {(claim.fact, claim.normalised, claim.standing) for claim in tie.citations.all()} == {
        ("established", "1990-05-01", "preferred"), ("kind", "sister_city", "preferred"),
    }  # fmt: skip
    assert other.established == "1991"
    for record in (tie, *tie.parties.all(), *tie.citations.all()):
        (entry,) = record.history.all()
        assert (entry.history_type, entry.history_user, "ties.csv" in entry.history_change_reason) == (
            "+",
            curator,
            True,
        )
    assert wrong() == before


def test_merged_town_is_the_successor_that_signed_by_its_old_name(world):
    applied(bring("municipality,partner_municipality\n社町,Seattle\n"))
    party = Party.objects.get(place=place("Kato"))

    assert party.signed_as == place("Yashiro")


def test_tie_of_regions_is_a_sister_state_unless_said_otherwise(world):
    applied(bring("country,region,partner_country,partner_region\nJP,Hiroshima,US,Oregon\n"))

    assert Partnership.objects.latest("pk").kind == "sister_state"


def test_source_of_a_row_is_what_its_address_names_else_that_of_the_file(world):
    known = make_source(url="https://example.org/list")
    named = make_source()
    content = "municipality,partner_municipality,established,source_url\nOtsu,Seattle,1990,https://example.org/list\n加東市,Seattle,1991,https://example.org/other\n加東市,Worthington,1992,\n"
    applied(bring(content, source=named))
    sources = [tie.citations.get().source for tie in Partnership.objects.order_by("pk").reverse()[:3][::-1]]

    assert (sources[0], sources[1].url, sources[2]) == (known, "https://example.org/other", named)


def test_second_import_of_a_file_changes_nothing(world):
    applied(bring(NEW))
    before = everything()
    batch = bring(NEW)

    assert states(batch) == ["unchanged", "unchanged"]
    with pytest.raises(actions.Conflict, match="nothing to import"):
        actions.submit(batch, user=batch.created_by, token=batch.token)
    assert everything() == before


def test_shuffled_file_changes_nothing(world):
    applied(bring(NEW))
    shuffled = "established,note,kind,partner_municipality,municipality\n1991,,,Otsu,加東市\n".replace(
        "Otsu", "Seattle"
    )
    shuffled += "1990-05-01,from the file,sister_city,大津,シアトル\n".replace("大津,シアトル", "大津,Seattle")

    assert states(bring(shuffled)) == ["unchanged", "unchanged"]


def test_cell_overwrites_and_history_has_the_old_value(world):
    tie = world.ties[0]
    applied(bring(f"id,designation_en\n{tie.pk},Sister City of Kobe\n"))

    assert fresh(tie).designation_en == "Sister City of Kobe"
    assert [entry.designation_en for entry in tie.history.all()][:2] == ["Sister City of Kobe", ""]


def test_disagreeing_claim_is_recorded_beside_the_settled_one(world):
    tie = world.ties[0]
    applied(bring(f"id,established\n{tie.pk},1960-01-01\n"))

    assert (fresh(tie).established, fresh(tie).contested) == ("1957-10-22", True)
    assert set(tie.citations.values_list("normalised", "standing")) == {
        ("1957-10-22", "preferred"),
        ("1960-01-01", "accepted"),
    }


@pytest.mark.parametrize("by_row", [True, False])
def test_claim_of_the_file_is_preferred_where_the_coordinator_says_so(world, by_row):
    tie = world.ties[0]
    batch = bring(f"id,established\n{tie.pk},1960-01-01\n", prefer_file=not by_row)
    if by_row:
        actions.decide_row(batch, the_row(batch), decisions={"established": "file"})
    applied(batch)

    assert (fresh(tie).established, fresh(tie).contested) == ("1960-01-01", True)
    assert set(tie.citations.values_list("normalised", "standing")) == {
        ("1957-10-22", "accepted"),
        ("1960-01-01", "preferred"),
    }


def test_same_disagreement_is_recorded_once(world):
    content = f"id,established\n{world.ties[0].pk},1960-01-01\n"
    applied(bring(content))

    assert states(bring(content)) == ["unchanged"]


def test_end_of_a_tie_ends_it(world):
    applied(bring(f"id,ended\n{world.ties[0].pk},2020\n"))

    assert (fresh(world.ties[0]).ended, fresh(world.ties[0]).status) == ("2020", "ended")


# Who, when, and only what was previewed ---------------------------------------------------------------------------------


def test_nobody_approves_their_own(world):
    curator = make_user("curator")
    batch = bring(NEW, user=curator)
    actions.submit(batch, user=curator, token=batch.token)
    before = everything()

    with pytest.raises(PermissionDenied):
        actions.approve(batch, user=curator, token=batch.token)
    assert everything() == before


def test_only_who_brought_a_file_submits_it(world):
    batch = bring(NEW)

    with pytest.raises(PermissionDenied):
        actions.submit(batch, user=make_user("coordinator"), token=batch.token)


@pytest.mark.parametrize("token", ["", "wrong", "0-0"])
def test_confirmation_without_the_preview_is_refused(world, token):
    batch = bring(NEW)

    with pytest.raises(actions.Conflict):
        actions.submit(batch, user=batch.created_by, token=token)


def test_preview_of_an_earlier_check_is_refused(world):
    batch = bring(NEW)
    old = batch.token
    checked(batch)

    with pytest.raises(actions.Conflict):
        actions.submit(batch, user=batch.created_by, token=old)


def test_second_approval_is_refused_and_writes_nothing(world):
    batch = applied(bring(NEW))
    before = everything()

    with pytest.raises(actions.Conflict):
        actions.approve(batch, user=make_user("curator"), token=batch.token)
    assert everything() == before


def test_problems_stop_a_file_unless_only_the_good_rows_are_wanted(world):
    content = NEW + "Atlantis,Seattle,1990,,\n"
    batch = bring(content)

    with pytest.raises(actions.Conflict):
        actions.submit(batch, user=batch.created_by, token=batch.token)
    number = Partnership.objects.count()
    applied(batch, only_good=True)
    assert Partnership.objects.count() == number + 2


def test_row_that_was_left_out_is_not_written(world):
    batch = bring(NEW)
    actions.decide_row(batch, batch.rows.last(), excluded=True)
    number = Partnership.objects.count()
    applied(batch)

    assert Partnership.objects.count() == number + 1


def test_refused_import_writes_nothing(world):
    batch = bring(NEW)
    before = everything()
    actions.submit(batch, user=batch.created_by, token=batch.token)
    actions.refuse(batch, user=make_user("curator"), reason="not ours")

    assert (ImportBatch.objects.get().state, everything()) == (BatchState.REFUSED, before)


def test_record_that_was_changed_meanwhile_holds_the_import(world):
    tie = world.ties[0]
    batch = bring(f"id,designation_en\n{tie.pk},New\n{world.ties[1].pk},Other\n")
    actions.submit(batch, user=batch.created_by, token=batch.token)
    tie.summary_en = "edited"
    tie.save()
    actions.approve(batch, user=make_user("curator"), token=batch.token)
    batch.refresh_from_db()

    assert (batch.state, batch.task, "line" in batch.reason) == (BatchState.CHECKED, Task.NONE, True)
    assert [row.problems[-1]["code"] for row in batch.rows.filter(state="problem")] == ["changed_meanwhile"]
    assert fresh(world.ties[1]).designation_en == ""


def test_tie_that_was_recorded_meanwhile_holds_the_import(world):
    batch = bring(NEW)
    actions.submit(batch, user=batch.created_by, token=batch.token)
    make_partnership(place("Otsu"), place("Seattle"))
    DataVersion.advance()
    actions.approve(batch, user=make_user("curator"), token=batch.token)
    batch.refresh_from_db()

    assert (batch.state, batch.rows.filter(state="problem").count()) == (BatchState.CHECKED, 1)


def test_only_one_import_runs_at_a_time(world):
    first, second = bring(NEW), bring(NEW)
    actions.begin(first, Task.CHECK)

    with pytest.raises(actions.Conflict, match="Another import"):
        actions.check(second)


def test_import_whose_process_died_makes_way(world):
    first, second = bring(NEW), bring(NEW)
    actions.begin(first, Task.CHECK)
    ImportBatch.objects.filter(pk=first.pk).update(heartbeat=timezone.now() - timezone.timedelta(minutes=2))

    assert checked(second).state == BatchState.CHECKED


def test_data_version_rises_with_an_import_and_only_then(world):
    before = DataVersion.current()[0]
    batch = bring(NEW)
    assert DataVersion.current()[0] == before
    applied(batch)
    assert DataVersion.current()[0] == before + 1


# Faults -------------------------------------------------------------------------------------------------------------------


STEPS = [
    (Writer, "write"), (Builder, "build"), (Writer, "_insert"), (Writer, "_add_claims"), (Writer, "_change"),
    (Writer, "_demote"), (Writer, "record"), (Loading, "insert"), (Loading, "finish"), (DataVersion, "advance"),
]  # fmt: skip


@pytest.mark.parametrize("error", [DatabaseError, IntegrityError, MemoryError])
@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _owner, name in STEPS])
def test_fault_at_any_step_leaves_everything_as_it_was(world, owner, name, error, monkeypatch):
    batch = bring(
        NEW.replace("municipality", "id,municipality", 1)
        .replace("Otsu", ",Otsu")
        .replace("加東市", f"{world.ties[0].pk},神戸市")
    )
    actions.submit(batch, user=batch.created_by, token=batch.token)
    before, real = everything(), getattr(owner, name)

    def fails(*args, **kwargs):
        real(*args, **kwargs)
        raise error("no room left")

    monkeypatch.setattr(owner, name, fails)
    with suppress(error):
        actions.approve(batch, user=make_user("curator"), token=batch.token)
    batch.refresh_from_db()

    assert (everything(), batch.task, batch.applied_at) == (before, Task.NONE, None)
    assert batch.state in (BatchState.REVIEW, BatchState.CHECKED)
    assert not ImportOutcome.objects.exists()


# Taking back --------------------------------------------------------------------------------------------------------------


def test_new_ties_are_withdrawn_when_an_import_is_taken_back(world):
    batch = applied(bring(NEW))
    ids = list(batch.rows.values_list("outcome__object_id", flat=True))
    taken_back(batch)

    assert batch.state == BatchState.UNDONE
    assert set(Partnership.objects.filter(pk__in=ids).values_list("publication", flat=True)) == {"withdrawn"}
    assert "a mistake" in Partnership.objects.get(pk=ids[0]).history.first().history_change_reason


def test_values_and_claims_return_when_an_import_is_taken_back(world):
    tie, before = world.ties[0], wrong()
    batch = applied(bring(f"id,designation_en,established,note\n{tie.pk},New,1960-01-01,x\n", prefer_file=True))
    taken_back(batch)
    after = fresh(tie)

    assert (after.designation_en, after.established, after.staff_note, after.contested) == ("", "1957-10-22", "", False)
    assert list(tie.citations.values_list("normalised", "standing")) == [("1957-10-22", "preferred")]
    assert wrong() == before


@pytest.mark.parametrize(("edited", "left"), [(False, "New"), (True, "")])
def test_row_that_was_edited_since_is_left_unless_chosen(world, edited, left):
    tie = world.ties[0]
    batch = applied(bring(f"id,designation_en\n{tie.pk},New\n"))
    record = fresh(tie)
    record.summary_en = "edited"
    record.save()
    taken_back(batch, edited=edited)

    assert fresh(tie).designation_en == left


def test_import_can_be_taken_back_for_90_days_only(world):
    batch = applied(bring(NEW))
    ImportBatch.objects.update(applied_at=timezone.now() - UNDO_FOR)

    with pytest.raises(actions.Conflict, match="90 days"):
        taken_back(batch)


def test_file_that_was_taken_back_can_be_imported_again(world):
    taken_back(applied(bring(NEW)))

    assert applied(bring(NEW)).state == BatchState.APPLIED


def test_no_upload_is_left_when_an_import_has_ended(world):
    batch = applied(bring(NEW))
    cancelled = bring(NEW + "x,Seattle,,,\n")
    actions.cancel(cancelled, user=cancelled.created_by)

    assert [
        path for path in batch.path.parent.iterdir() if path.name in {str(batch.file_key), str(cancelled.file_key)}
    ] == []
    assert ImportBatch.objects.get(pk=cancelled.pk).state == BatchState.CANCELLED
