"""The operator's door, and what is swept away at every start."""

import json
import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from partnerships.models import Partnership, PartnershipCitation
from sistercities import prepare
from sistercities import settings as directory
from sistercities.imports.models import BatchState, ImportBatch, ImportRow, Task
from sistercities.imports.sweeping import COMING_IN, folder, sweep
from tests.factories import make_source
from tests.imports.desk import FILE, GOOD, make_desk_world, signed_in
from tests.pages import words


@pytest.mark.django_db(transaction=True)
class TestCommand:
    """With real transactions: each step of the command begins where the one before was stored."""

    @pytest.fixture
    def world(self, transactional_db):
        return make_desk_world()

    @pytest.fixture
    def run(self, world, tmp_path, capsys):
        def call(text, *arguments, name="list.csv", encoding="cp932"):
            path = tmp_path / name
            path.write_bytes(text.encode(encoding))
            status = 0
            try:
                call_command("import_file", str(path), "--dataset", "partnerships", *arguments)
            except SystemExit as ended:
                status = ended.code
            return status, capsys.readouterr().out

        return call

    def test_check_prints_every_problem_with_its_place_and_keeps_nothing(self, run):
        status, said = run(FILE, "--check")

        assert status == 1
        assert "1 new, 1 changed, 0 unchanged, 1 question, 1 with problems" in said
        assert "line 5, 提携年月日: '1990年13月1日' “1990年13月1日” is not in the calendar" in said
        assert "line 4, 市区町村: 'JP 府中市' may be: " in said
        assert list(ImportBatch.objects.values_list("state", flat=True)) == [BatchState.CANCELLED]
        assert not ImportRow.objects.exists()

    def test_file_without_problems_waits_in_review_at_the_desk(self, run):
        assert run(GOOD)[0] == 0

        batch = ImportBatch.objects.get()
        assert (batch.state, batch.created_by) == (BatchState.REVIEW, None)
        assert not Partnership.objects.filter(established="1955-12-07").exists()

    def test_file_with_problems_waits_nowhere_unless_only_the_good_rows_are_meant(self, run):
        assert run(FILE)[0] == 1
        assert ImportBatch.objects.get().state == BatchState.CANCELLED

        assert run(FILE, "--only-good")[0] == 0
        assert ImportBatch.objects.latest("pk").state == BatchState.REVIEW

    def test_publish_applies_at_once(self, run):
        source = make_source(key="list-of-himeji")
        status, said = run(GOOD, "--publish", "--source", "list-of-himeji")

        tie = Partnership.objects.get(established="1955-12-07")
        assert (status, tie.publication) == (0, "published")
        assert "was applied" in said
        assert {claim.source for claim in PartnershipCitation.objects.filter(partnership=tie)} == {source}

    def test_json_holds_the_same(self, run):
        status, said = run(FILE, "--json", "--check")

        report = json.loads(said)
        assert status == 1
        assert report["counts"] == {"new": 1, "changed": 1, "unchanged": 0, "question": 1, "problem": 1, "excluded": 0}
        assert [(found["line"], found["column"], found["code"]) for found in report["problems"]] == [
            (5, "提携年月日", "date")
        ]
        assert [(asked["line"], len(asked["candidates"])) for asked in report["questions"]] == [(4, 2)]

    def test_encoding_can_be_named(self, run):
        assert run(GOOD, "--encoding", "cp932", "--check")[0] == 0
        assert run(GOOD, "--encoding", "utf-16", "--check")[0] == 1

    @pytest.mark.parametrize(
        ("content", "arguments", "said"),
        [
            (GOOD, ("--source", "nowhere"), "no source with the key 'nowhere'"),
            ("%PDF-1.7", (), "a PDF document"),
            ("", (), "This file is empty."),
        ],
    )
    def test_what_cannot_be_done_is_said(self, run, content, arguments, said):
        with pytest.raises(CommandError, match=said):
            run(content, *arguments)
        assert not ImportBatch.objects.exists()

    def test_running_import_is_not_disturbed(self, run):
        ImportBatch.objects.create(
            dataset="partnerships",
            file_name="a.csv",
            sha256="0" * 64,
            size=1,
            task=Task.CHECK,
            heartbeat=timezone.now(),
        )
        with pytest.raises(CommandError, match="Another import is running"):
            run(GOOD)
        assert ImportBatch.objects.latest("pk").state == BatchState.CANCELLED


def test_import_by_command_is_decided_at_the_desk(desk, curator):
    batch = desk.bring(signed_in("coordinator"), GOOD)
    ImportBatch.objects.filter(pk=batch.pk).update(created_by=None, state=BatchState.REVIEW)

    assert "the operator" in words(desk.get(curator, "import", batch.pk))
    desk.approve(curator, batch)

    assert Partnership.objects.filter(established="1955-12-07").exists()


# The sweep ---------------------------------------------------------------------------------------------------------------


def aged(path, age=COMING_IN):
    moment = timezone.now().timestamp() - age.total_seconds() - 60
    os.utime(path, (moment, moment))
    return path


def make_file(name):
    folder().mkdir(exist_ok=True)
    (folder() / name).write_bytes(b"a,b\n")
    return aged(folder() / name)


@pytest.fixture
def empty_folder(tmp_path, settings):
    settings.VAR_DIR = tmp_path


def make_batch(state, days=0, **fields):
    batch = ImportBatch.objects.create(
        dataset="partnerships", file_name="a.csv", sha256="0" * 64, size=1, state=state, **fields
    )
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(days=days))
    ImportRow.objects.create(batch=batch, line=2, state="new")
    make_file(str(batch.file_key))
    return batch


@pytest.mark.django_db
class TestSweep:
    pytestmark = pytest.mark.usefixtures("empty_folder")

    def test_file_without_an_import_goes(self):
        stray, young = make_file("stray"), make_file("incoming-abc")
        os.utime(young)

        assert sweep()["files"] == 1
        assert (stray.exists(), young.exists()) == (False, True)

    @pytest.mark.parametrize(
        ("state", "stays"),
        [
            ("uploaded", True), ("checked", True), ("review", True), ("refused", True),
            ("applied", False), ("cancelled", False), ("undone", False),
        ],
    )  # fmt: skip
    def test_file_stays_as_long_as_its_import_needs_it(self, state, stays):
        batch = make_batch(state)
        sweep()

        assert batch.path.exists() == stays
        assert batch.rows.count() == 1

    @pytest.mark.parametrize(
        ("state", "rows", "after"),
        [
            ("uploaded", 0, "cancelled"), ("checked", 0, "cancelled"), ("review", 1, "review"),
            ("refused", 0, "refused"), ("cancelled", 0, "cancelled"),
        ],
    )  # fmt: skip
    def test_import_older_than_ninety_days_keeps_what_is_said_of_it_and_loses_its_rows(self, state, rows, after):
        batch = make_batch(state, days=91)
        sweep()

        batch.refresh_from_db()
        assert (batch.rows.count(), batch.state, batch.path.exists()) == (rows, after, state == "review")

    @pytest.mark.parametrize(("days", "rows"), [(89, 1), (91, 0)])
    def test_rows_of_an_applied_import_stay_while_it_can_be_taken_back(self, days, rows):
        batch = make_batch("applied", days=100, applied_at=timezone.now() - timedelta(days=days))
        sweep()

        assert batch.rows.count() == rows

    def test_every_start_sweeps_where_anybody_has_imported(self, monkeypatch, tmp_path):
        called = []
        monkeypatch.setattr(directory, "VAR_DIR", tmp_path / "other")
        monkeypatch.setattr(prepare, "django_command", lambda: lambda name, **options: called.append(name))
        prepare.sweep_imports()
        assert called == []

        (tmp_path / "other" / "imports").mkdir(parents=True)
        prepare.sweep_imports()
        assert called == ["sweep_imports"]
