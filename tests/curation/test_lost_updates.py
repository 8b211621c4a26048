"""Several curators at few records at once: no acknowledged edit is lost. `tests/benchmarks/test_edits.py` does it in full size."""

import random
import threading
from urllib.parse import urlsplit

import pytest

from tests.benchmarks.edits import Browser, Editor, forks, guarded, lost, session_of
from tests.factories import make_partnership, make_source, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_curators_at_the_same_records_lose_nothing_that_was_acknowledged(live_server):
    records = [("partnership", make_partnership(publication="draft").pk), ("source", make_source(key="bench").pk)]
    editors = [editor(f"u{number}", records, live_server) for number in range(3)]
    failures = []
    threads = [threading.Thread(target=guarded, args=(editor.work, 4, failures)) for editor in editors]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    edits = [edit for editor in editors for edit in editor.edits]
    assert failures == []
    assert (len(edits), {edit.is_acknowledged for edit in edits}, sum(edit.unshown for edit in edits)) == (
        12,
        {True},
        0,
    )
    assert (lost(edits), forks(records)) == ([], 0)


def editor(name, records, live_server):
    browser = Browser(urlsplit(live_server.url).port, session_of(make_user("curator", username=name)))
    return Editor(name, records, browser.get, browser.post, random.Random(name))
