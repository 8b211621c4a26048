"""An import against import-export's own, and how long a large one takes. `./run test -m bench -s`."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.bench


def measured(project, folder, *arguments):
    environment = {**os.environ, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "sistercities.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.benchmarks.imports", *map(str, arguments)]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    print(f"\n{done.stdout}")
    return json.loads(done.stdout.splitlines()[-1])


def test_import_is_forty_times_as_fast_as_the_stock_one(tmp_path, project):
    assert measured(project, tmp_path, 1_000)["times as fast"] >= 40


def test_hundred_thousand_rows_fit_into_200_megabytes(tmp_path, project):
    assert measured(project, tmp_path, 100_000, "alone")["megabytes"] < 200
