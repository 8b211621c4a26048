"""An import whose process is killed at any moment is wholly there or wholly not there, and can be gone on with."""

import os
import subprocess
import sys
import time
from itertools import product
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from partnerships.models import Partnership, PartnershipCitation, Party
from sistercities.imports import actions
from sistercities.imports.models import BatchState, ImportBatch, ImportOutcome, Task
from tests.factories import make_country, make_place, make_region, make_user

from .way import bring

pytestmark = pytest.mark.django_db(transaction=True)

#: Ties of the file: enough for an application that takes a while.
LEFT, RIGHT = 40, 50
SECONDS = (0.9, 1.3, 1.7, 2.2, 2.8)


def environment(folder):
    """What makes a process of its own use the database of this test."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "sistercities.settings", "VAR_DIR": str(folder)}
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        (folder / "db.sqlite3").symlink_to(name)
        environ.pop("DATABASE_URL", None)
    else:
        given = connection.settings_dict
        environ["DATABASE_URL"] = f"postgresql://{given['USER']}@/{name}?host={quote(given['HOST'])}"
    return environ


def begin_again(batch):
    """Give the place of the running import back, as the desk does when nothing was heard for a minute, and go on."""
    ImportBatch.objects.filter(pk=batch.pk).update(task=Task.APPLY, heartbeat=timezone.now())


def written():
    return [model.objects.count() for model in (Partnership, Party, PartnershipCitation)] + [
        model.history.count() for model in (Partnership, Party, PartnershipCitation)
    ]


def test_killed_process_leaves_all_or_nothing_and_can_be_gone_on_with(tmp_path):
    left, right = (
        make_region(make_country(name, slug=name.lower(), code=code, code_scheme="iso-3166-1"))
        for name, code in (("Japan", "JP"), ("Norway", "NO"))
    )
    names = [
        [f"Town{region.pk}x{number}" for number in range(count)] for region, count in ((left, LEFT), (right, RIGHT))
    ]
    for region, own in ((left, names[0]), (right, names[1])):
        for name in own:
            make_place(region, name, slug=name.lower())
    rows = "".join(f"{one},{other},1990-01-01,sister_city\n" for one, other in product(*names))
    batch = bring(f"municipality,partner_municipality,established,kind\n{rows}")
    nothing, size = written(), LEFT * RIGHT
    assert batch.counts()["new"] == size
    actions.submit(batch, user=batch.created_by, token=batch.token)
    ImportBatch.objects.filter(pk=batch.pk).update(decided_by=make_user("curator"))
    environ, outcomes = environment(tmp_path), []

    for seconds in SECONDS:
        begin_again(batch)
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_import", str(batch.pk)], cwd=settings.BASE_DIR, env=environ
        )
        time.sleep(seconds)
        process.kill()
        process.wait()
        batch.refresh_from_db()
        assert batch.state in (BatchState.REVIEW, BatchState.APPLIED)
        if batch.state == BatchState.APPLIED:
            break
        assert (written(), ImportOutcome.objects.count()) == (nothing, 0)
        outcomes.append(seconds)
    assert outcomes != []

    if batch.state == BatchState.REVIEW:
        begin_again(batch)
        subprocess.run(
            [sys.executable, "manage.py", "run_import", str(batch.pk)], cwd=settings.BASE_DIR, env=environ, check=True
        )
        batch.refresh_from_db()
    assert (batch.state, batch.task) == (BatchState.APPLIED, Task.NONE)
    assert [after - before for before, after in zip(nothing, written(), strict=True)] == [size, 2 * size, 2 * size] * 2
