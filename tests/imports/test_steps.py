"""An import from hand to hand: submitted, published or refused, while it runs, taken back, given back as a file."""

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Partnership
from sistercities.core.models import DataVersion
from sistercities.imports import actions
from sistercities.imports.models import SILENCE, BatchState, ImportBatch, ImportRow, Task
from sistercities.imports.resources import registry
from tests.imports.desk import FILE, GOOD, signed_in
from tests.pages import Page, text_of, words

NEW = 2


def line(batch, number):
    return batch.rows.get(line=number)


# From hand to hand -------------------------------------------------------------------------------------------------------


def test_import_goes_from_the_coordinator_over_a_curator_to_the_public_page(desk, coordinator, curator, client):
    batch = desk.bring(coordinator)
    before = DataVersion.current()[0]
    desk.submit(coordinator, batch, only_good="yes")
    assert "Another person decides" in words(desk.get(coordinator, "import", batch.pk))
    assert "1 import waits for your decision." in words(desk.get(curator, "imports"))
    assert "Publish 2 rows" in words(desk.get(curator, "import", batch.pk))

    desk.approve(curator, batch)

    batch.refresh_from_db()
    tie = Partnership.objects.get(established="1955-12-07")
    assert (batch.state, batch.decided_by, DataVersion.current()[0]) == (BatchState.APPLIED, curator.person, before + 1)
    assert client.get(tie.get_absolute_url()).status_code == 200
    assert tie.get_absolute_url() in Page(desk.get(coordinator, "import", batch.pk)).links
    assert not batch.path.exists()


def test_rows_with_problems_are_never_passed_over_in_silence(desk, coordinator):
    batch = desk.bring(coordinator)
    answer = desk.submit(coordinator, batch)

    assert answer.status_code == 409
    assert "Some rows have problems or questions." in words(answer)
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


def test_submit_asks_for_the_checkbox_only_where_rows_stay_out(desk, coordinator):
    good, mixed = desk.bring(coordinator, GOOD), desk.bring(coordinator)

    assert not Page(desk.get(coordinator, "import", good.pk)).all("input", name="only_good")
    assert Page(desk.get(coordinator, "import", mixed.pk)).all("input", name="only_good")


def test_preview_that_has_changed_is_not_confirmed(desk, coordinator, curator):
    batch = desk.bring(coordinator, GOOD)
    old = batch.token
    desk.post(coordinator, "import-reading", batch.pk)
    late = desk.submit(coordinator, batch, token=old)
    desk.submit(coordinator, batch)
    batch.refresh_from_db()
    seen = batch.token
    desk.post(curator, "import-row", batch.pk, line(batch, NEW).pk, row="out")
    desk.post(curator, "import-row", batch.pk, line(batch, NEW).pk, row="in")
    other = desk.approve(curator, batch, token=seen)

    assert [(answer.status_code, "The preview has changed" in words(answer)) for answer in (late, other)] == [
        (409, True)
    ] * 2
    assert not Partnership.objects.filter(established="1955-12-07").exists()


def test_second_click_says_what_became_of_the_first(desk, coordinator, curator):
    batch = desk.applied(coordinator, curator)
    again = desk.approve(curator, batch)

    assert again.status_code == 409
    assert "This import is “applied” by now" in words(again)
    assert Partnership.objects.filter(established="1955-12-07").count() == 1


def test_refusal_needs_a_reason_and_tells_it_to_the_coordinator(desk, coordinator, curator):
    batch = desk.bring(coordinator, GOOD)
    desk.submit(coordinator, batch)

    assert desk.post(curator, "import-refuse", batch.pk, reason=" ").status_code == 409
    desk.post(curator, "import-refuse", batch.pk, reason="The year is that of the visit.")

    assert "Refused by curator: The year is that of the visit." in words(desk.get(coordinator, "import", batch.pk))
    assert not Partnership.objects.filter(established="1955-12-07").exists()


def test_curator_leaves_a_row_out_and_publishes_the_others(desk, coordinator, curator):
    batch = desk.bring(coordinator, GOOD + "埼玉県,狭山市,US,オハイオ州,Dayton,1990-05-01,姉妹都市\n")
    desk.submit(coordinator, batch)
    desk.post(curator, "import-row", batch.pk, line(batch, 2).pk, row="out")
    desk.approve(curator, batch)

    stored = Partnership.objects.filter(established__in=["1955-12-07", "1990-05-01"])
    assert [str(tie.established) for tie in stored] == ["1990-05-01"]


def test_rows_are_not_the_coordinators_any_more_once_they_are_in_review(desk, coordinator):
    batch = desk.bring(coordinator, GOOD)
    desk.submit(coordinator, batch)

    assert desk.post(coordinator, "import-row", batch.pk, line(batch, 2).pk, row="out").status_code == 409
    assert not line(batch, 2).excluded


def test_cancelled_import_leaves_nothing(desk, coordinator):
    batch = desk.bring(coordinator)
    desk.post(coordinator, "import-cancel", batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), batch.path.exists()) == (BatchState.CANCELLED, 0, False)
    assert "Nothing was written" in words(desk.get(coordinator, "import", batch.pk))


# While it runs -----------------------------------------------------------------------------------------------------------


def running(batch, **fields):
    fields = {"task": Task.CHECK, "rows_total": 200, "rows_done": 50, "heartbeat": timezone.now()} | fields
    ImportBatch.objects.filter(pk=batch.pk).update(**fields)


def test_progress_is_said_in_numbers_and_refreshes_without_a_script(desk, coordinator):
    batch = desk.bring(coordinator)
    running(batch)
    page = desk.get(coordinator, "import", batch.pk)

    assert "Checking: 50 of 200 rows" in words(page)
    assert Page(page).all("progress", value="25", max="100")
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.content.decode()
    assert "20 percent checked" in words(page)


def test_page_that_waits_is_told_when_the_task_has_ended(desk, coordinator):
    batch = desk.bring(coordinator)

    assert desk.get(coordinator, "import", batch.pk, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_dead_process_is_taken_over(desk, coordinator):
    batch = desk.bring(coordinator)
    running(batch, heartbeat=timezone.now() - 2 * SILENCE)
    batch.rows.all().delete()
    assert "Go on" in words(desk.get(coordinator, "import", batch.pk))

    desk.post(coordinator, "import-resume", batch.pk)

    batch.refresh_from_db()
    assert (batch.task, batch.rows.count()) == (Task.NONE, 4)


def test_second_import_waits_while_one_runs(desk, coordinator):
    running(desk.bring(coordinator))
    batch = desk.bring(coordinator, GOOD)
    page = desk.get(coordinator, "import", batch.pk)

    assert batch.state == BatchState.UPLOADED
    assert "Another import is running." in text_of(page.content.decode())
    assert "Check now" in words(page)


# Back out again ----------------------------------------------------------------------------------------------------------


def test_taking_back_is_shown_before_it_is_done(desk, coordinator, curator):
    batch = desk.applied(coordinator, curator)
    page = desk.get(curator, "import-undo", batch.pk)
    assert "1 record that the import made is withdrawn." in words(page)

    desk.post(curator, "import-undo", batch.pk, reason="The wrong file.")

    batch.refresh_from_db()
    tie = Partnership.objects.get(established="1955-12-07")
    assert (batch.state, tie.publication) == (BatchState.UNDONE, "withdrawn")
    assert desk.post(curator, "import-undo", batch.pk, reason="Again").status_code == 409


@pytest.mark.parametrize(("chosen", "publication"), [({}, "published"), ({"edited": "yes"}, "withdrawn")])
def test_row_edited_since_is_named_and_left_unless_chosen(desk, coordinator, curator, chosen, publication):
    batch = desk.applied(coordinator, curator)
    tie = Partnership.objects.get(established="1955-12-07")
    tie.staff_note = "edited"
    tie.save()
    page = desk.get(curator, "import-undo", batch.pk)
    assert "Edited since the import" in words(page)
    assert tie.get_absolute_url() in Page(page).links

    desk.post(curator, "import-undo", batch.pk, reason="Wrong", **chosen)

    tie.refresh_from_db()
    assert tie.publication == publication


def test_import_older_than_ninety_days_stays(desk, coordinator, curator):
    batch = desk.applied(coordinator, curator)
    ImportBatch.objects.filter(pk=batch.pk).update(applied_at=timezone.now() - timezone.timedelta(days=91))

    assert desk.get(curator, "import-undo", batch.pk).status_code == 409


# The file given back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "heading"), [("en", "problems"), ("ja", "エラー")])
def test_file_comes_back_with_its_problems_in_its_own_encoding(desk, coordinator, language, heading):
    batch = desk.bring(coordinator)
    answer = desk.get(coordinator, "import-file", batch.pk, language=language)

    lines = b"".join(answer.streaming_content).decode("cp932").split("\r\n")
    original = FILE.splitlines()
    assert lines[0] == f"{original[0]},{heading}"
    assert lines[1] == f"{original[1]},"
    assert [lines[n].startswith(f"{original[n]},") and len(lines[n]) > len(original[n]) + 5 for n in (3, 4)] == [
        True
    ] * 2
    assert "no-store" in answer["Cache-Control"]


def test_mended_file_passes_with_its_column_of_problems(desk, coordinator):
    batch = desk.bring(coordinator)
    text = b"".join(desk.get(coordinator, "import-file", batch.pk).streaming_content).decode("cp932")
    mended = text.replace("1990年13月1日", "1990年12月1日").replace(",府中市", "東京都,府中市")
    again = desk.bring(coordinator, mended.encode("cp932"))

    assert list(again.rows.order_by("line").values_list("state", flat=True)) == ["new", "changed", "new", "new"]


def test_file_of_an_import_that_has_ended_is_gone(desk, coordinator, curator):
    batch = desk.applied(coordinator, curator)

    assert desk.get(coordinator, "import-file", batch.pk).status_code == 409


# The ways to the desk ----------------------------------------------------------------------------------------------------


def test_admin_leads_to_the_desk_with_the_dataset_chosen(curator):
    assert reverse("imports") in Page(curator.get(reverse("admin:index"))).links
    for resource in registry().values():
        name = f"admin:{resource.model._meta.label_lower.replace('.', '_')}_changelist"
        assert f"{reverse('imports')}?dataset={resource.dataset}" in Page(curator.get(reverse(name))).links


def test_viewer_is_not_led_to_the_desk(world):
    viewer = signed_in("viewer")

    assert reverse("imports") not in Page(viewer.get(reverse("admin:index"))).links


def test_rows_of_every_dataset_are_linked_by_their_records(desk, coordinator, world):
    """The preview asks every Resource for the records of its rows; each has an address and a name."""
    for dataset, resource in registry().items():
        batch = ImportBatch(dataset=dataset, file_name="x.csv", sha256="0" * 64, size=1, created_by=coordinator.person)
        batch.state, batch.checks = BatchState.CHECKED, 1
        batch.save()
        record = resource.model.objects.exclude(publication="withdrawn").first()
        ImportRow.objects.create(batch=batch, line=2, state="unchanged", object_id=record.pk, cells=["x"])

        assert record.get_absolute_url() in Page(desk.get(coordinator, "import", batch.pk)).links, dataset


def test_conflict_names_the_step_and_leads_back(desk, coordinator, curator):
    batch = desk.applied(coordinator, curator)
    answer = desk.post(coordinator, "import-cancel", batch.pk)

    assert answer.status_code in (403, 409)
    assert batch.get_absolute_url() in Page(answer).links
    assert actions.said_of(batch)
