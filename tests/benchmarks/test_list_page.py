"""The list page against an empty view and a plain list: ratios within one run, at three sizes. `./run test -m bench -s`."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.bench

SIZES = (600, 10_000, 100_000)


def measured(number, folder, project):
    folder.mkdir()
    environment = {**os.environ, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "sistercities.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.benchmarks.measure", str(number)]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_list_page_costs_little_and_does_not_grow(tmp_path, project):
    figures = {number: measured(number, tmp_path / str(number), project) for number in SIZES}

    print("\nCPU ms per request, and as share of the empty view's throughput")
    for number, taken in figures.items():
        shares = ", ".join(
            f"{name} {taken[name]:.2f} ({taken['empty'] / taken[name]:.0%})" for name in taken if name != "ties"
        )
        print(f"{number:>7} ties: {shares}; plain / cold {taken['plain'] / taken['cold']:.1f}")

    small, middle = figures[600], figures[10_000]
    assert small["plain"] >= 5 * small["cold"]
    assert small["empty"] / small["cold"] >= 0.12
    assert small["empty"] / small["stored"] >= 0.50
    assert small["empty"] / small["not_modified"] >= 0.65
    assert middle["cold"] <= 2 * small["cold"]
