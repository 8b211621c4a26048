"""The directory as its operator runs it: prepared by `sistercities.prepare`, served by gunicorn, with the real fixtures."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """The environment of the directory that all browser tests share, for its server and its commands."""
    folder = tmp_path_factory.mktemp("site")
    left_out = ("DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS", "DEBUG", "SECRET_KEY")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    environment |= {"VAR_DIR": str(folder / "var"), "ENV_FILE": os.devnull, "LISTEN": f"127.0.0.1:{free_port()}"}
    return environment | {"DJANGO_SETTINGS_MODULE": "sistercities.settings"}


@pytest.fixture(scope="session")
def site(environment):
    """The address of a running directory with a database of its own, started once for all browser tests."""
    address, folder = environment["LISTEN"], Path(environment["VAR_DIR"]).parent
    run = {"cwd": settings.BASE_DIR, "env": environment, "stdin": subprocess.DEVNULL}
    subprocess.run([sys.executable, "-m", "sistercities.prepare"], check=True, stdout=subprocess.DEVNULL, **run)
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "sistercities/gunicorn.py", "sistercities.wsgi"],
            stdout=log,
            stderr=log,
            **run,
        )
    try:
        wait_until_ready(f"http://{address}/readyz", server)
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(timeout=30)
    said = (folder / "server.log").read_text().splitlines()
    assert [line for line in said if "ERROR" in line or "Traceback" in line] == []


def wait_until_ready(address, server, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"the server ended with status {server.returncode}", pytrace=False)
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server was not ready after {seconds} s", pytrace=False)


#: A page of every kind, below the language.
PAGES = [
    "",
    "about/",
    "search/?q=fuchu",
    "search/?q=yokaichi",
    "statistics/",
    "statistics/?prefecture=JP-28",
    "anniversaries/",
    "anniversaries/?year=2030&sort=prefecture",
    "anniversaries/?year=0",
    "partnerships/",
    "partnerships/?state=US-OH&prefecture=JP-12&prefecture=JP-14",
    "partnerships/?since=1990&until=1995&page=2",
    "partnerships/?q=nowhere+at+all",
    "partnerships/?since=soon",
    "map/",
    "map/?view=japan",
    "map/?view=us",
    "map/?prefecture=JP-28",
    "map/?q=nowhere+at+all",
    "map/?view=moon",
    "places/",
    "places/jp/",
    "places/us/",
    "places/us/ohio/",
    "places/us/ohio/print/",
    "places/us/california/print/",
    "places/jp/aomori/gonohe/",
    "places/jp/hyogo/kobe/",
    "places/jp/shiga/yokaichi/?on=last",
    "places/us/washington/olympia/?on=2003-01-01",
]


@pytest.fixture(scope="session")
def paths(site):
    """`PAGES`, and the pages of three partnerships (an ordinary one, a contested one, one with acts) and a sheet."""
    import re

    found = []
    for query in ("q=nagasaki+paul", "q=tamba+kent", "q=seattle+kobe"):
        with urllib.request.urlopen(f"{site}/en/partnerships/?{query}", timeout=10) as answer:
            found.append(re.search(r'href="/en/(partnerships/\d+-[^"]+/)"', answer.read().decode())[1])
    return [*PAGES, *found, f"{found[0]}print/"]
