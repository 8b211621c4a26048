"""Every named constraint of imports, broken once by a write that no form sees."""

import pytest
from django.db import IntegrityError, transaction

from sistercities.imports.models import ImportBatch, ImportRow, Task
from tests.constraints import constraints_of, refused

from .way import bring, make_homonyms

pytestmark = pytest.mark.django_db

FILE = "municipality,partner_municipality\nOtsu,Seattle\n"

BROKEN = {
    "import_state_is_known": lambda batch: ImportBatch.objects.filter(pk=batch.pk).update(state="lost"),
    "import_task_is_known": lambda batch: ImportBatch.objects.filter(pk=batch.pk).update(task="sleep"),
    "import_row_state_is_known": lambda batch: batch.rows.update(state="odd"),
    "import_row_has_its_own_line": lambda batch: ImportRow.objects.create(batch=batch, line=2, state="new"),
}


@pytest.fixture
def batch():
    make_homonyms()
    return bring(FILE)


@pytest.mark.parametrize("name", BROKEN)
def test_constraint_refuses(batch, name):
    assert refused(lambda: BROKEN[name](batch)) == name


def test_two_imports_never_run_at_once(batch):
    other = bring(FILE)
    ImportBatch.objects.filter(pk=batch.pk).update(task=Task.CHECK)

    with pytest.raises(IntegrityError, match="import_runs_alone"), transaction.atomic():
        ImportBatch.objects.filter(pk=other.pk).update(task=Task.APPLY)


def test_every_constraint_of_imports_is_broken_here():
    assert constraints_of("sistercities.imports") == {*BROKEN, "import_runs_alone"}
