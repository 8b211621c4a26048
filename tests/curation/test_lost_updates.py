"""Several curators at few records at once: no acknowledged edit is lost. `tests/benchmarks/test_edits.py` does it in full size."""

import random
import threading

import pytest
from django.db import connection
from django.test import Client

from tests.benchmarks.edits import Editor, forks, lost
from tests.factories import make_partnership, make_source, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_curators_at_the_same_records_lose_nothing_that_was_acknowledged():
    records = [("partnership", make_partnership(publication="draft").pk), ("source", make_source(key="bench").pk)]
    editors = [editor(f"u{number}", records) for number in range(3)]
    failures = []
    threads = [threading.Thread(target=work, args=(editor, 4, failures)) for editor in editors]

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


def editor(name, records):
    client = Client()
    client.force_login(make_user("curator", username=name))

    def post(path, fields):
        answer = client.post(path, fields)
        return answer.status_code, answer.content.decode()

    return Editor(name, records, lambda path: client.get(path).content.decode(), post, random.Random(name))


def work(editor, number, failures):
    try:
        editor.work(number)
    except Exception as error:  # noqa: BLE001  (a thread's failure is told by the test)
        failures.append(f"{type(error).__name__}: {error}")
    finally:
        connection.close()
