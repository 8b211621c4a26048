"""Eight curators, 4,000 edits, 20 records: no acknowledged edit is lost. `./run test -m bench -s`."""

import json
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection

pytestmark = pytest.mark.bench


def test_no_acknowledged_edit_of_four_thousand_is_lost(tmp_path, project):
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sistercities.settings"}
    if connection.vendor == "postgresql":  # the cluster's own database: that of the tests is not served
        given = connection.settings_dict
        environment["DATABASE_URL"] = f"postgresql://{given['USER']}@/postgres?host={quote(given['HOST'])}"
    command = [sys.executable, "-m", "tests.benchmarks.edits", "8", "500", "20"]

    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    print(f"\n{done.stdout}")
    found = json.loads(done.stdout)
    assert (found["edits"], found["acknowledged"], found["failures"]) == (4_000, 4_000, 0)
    assert (found["lost"], found["forks in the history"], found["conflicts not shown"]) == (0, 0, 0)
    assert found["conflicts shown"] > 0
