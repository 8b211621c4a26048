"""Many curators at few records at once: does any acknowledged edit get lost? Prints one line of JSON.

    VAR_DIR=/a/fresh/folder python -m tests.benchmarks.edits 8 500 20

starts the directory as it is served, lets 8 clients make 500 edits each on 20 records (5 ties, 15 sources) through the pages of the admin,
and then compares what was acknowledged with what is stored and with the histories. Each edit appends something that nobody else writes (a word to a note, an
act, a claim), and carries the version that its form was read with, so that every lost update would leave a gap.
"""

import html
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

import django

from tests.posting import form_of

#: How often one edit is tried again on the page that a conflict shows.
TRIES = 20
STORED = re.compile(r'<th scope="row">Note.*?data-label="Stored meanwhile">(.*?)</td>', re.DOTALL)
#: Model -> the app of its page and the field of its note.
NOTES = {"partnership": ("partnerships", "staff_note"), "source": ("curation", "note")}


@dataclass
class Edit:
    """One edit and what became of it: `token` is what it wrote, `is_acknowledged` whether the server said that it is saved."""

    record: tuple
    kind: str
    token: str
    is_acknowledged: bool = False
    conflicts: int = 0
    #: Conflicts whose page did not show what was stored and what was typed.
    unshown: int = 0


@dataclass
class Editor:
    """One curator. `get(path)` gives a page and `post(path, fields)` `(status, page)`."""

    name: str
    records: list
    get: object
    post: object
    chance: random.Random
    edits: list = field(default_factory=list)

    def work(self, number):
        for count in range(number):
            record = self.chance.choice(self.records)
            kinds = ["note", "act", "claim"] if record[0] == "partnership" else ["note"]
            edit = Edit(record, self.chance.choices(kinds, [8, 1, 1][: len(kinds)])[0], f"{self.name}x{count}x")
            self.edits.append(edit)
            getattr(self, edit.kind)(edit)

    def note(self, edit):
        model, pk = edit.record
        app_label, name = NOTES[model]
        path = f"/admin/{app_label}/{model}/{pk}/change/"
        form = form_of(self.get(path), f"{model}_form")
        form |= {name: [f"{form[name][0]} {edit.token}".strip()], "change_reason": [edit.token]}
        self._save(edit, path, form, f"{model}_form", self._append_again)

    def _append_again(self, edit, page, form):
        """What a person does who reads both values: keep the other's, and add one's own."""
        stored = STORED.search(page)
        if stored:
            kept = html.unescape(stored[1]).strip()
            form[NOTES[edit.record[0]][1]] = [edit.token if kept == "–" else f"{kept} {edit.token}"]
        return form

    def act(self, edit):
        path = f"/admin/partnerships/partnership/{edit.record[1]}/change/"
        form = form_of(self.get(path), "partnership_form")
        index = int(form["acts-TOTAL_FORMS"][0])
        row = {"kind": ["exchange"], "date": ["1999"], "locator": [edit.token]}
        form |= {f"acts-{index}-{name}": value for name, value in row.items()}
        form |= {"acts-TOTAL_FORMS": [str(index + 1)], "change_reason": [edit.token]}
        self._save(edit, path, form, "partnership_form")

    def claim(self, edit):
        path = f"/admin/partnerships/partnership/{edit.record[1]}/fact/established/"
        form = form_of(self.get(path), "state_form")
        fields = {
            "normalised": str(self.chance.randint(1955, 2020)),
            "source": "bench",
            "locator": edit.token,
            "reason": edit.token,
        }
        form |= {f"new-{name}": [value] for name, value in fields.items()} | {"_state": ["1"]}
        self._save(edit, path, form, "state_form")

    def _save(self, edit, path, form, form_id, again=lambda edit, page, form: form):
        for _try in range(TRIES):
            status, page = self.post(path, form)
            if status == 302:
                edit.is_acknowledged = True
                return
            if status != 200 or "Changed by somebody else" not in page:
                raise RuntimeError(f"{edit}: {status} {page[-2000:]}")
            edit.conflicts += 1
            edit.unshown += edit.token not in page
            submit = {name: form[name] for name in ("_state",) if name in form}
            form = again(edit, page, form_of(page, form_id)) | submit


# What is stored ---------------------------------------------------------------------------------------------------------


def models():
    from partnerships.models import Partnership
    from sistercities.curation.models import Source

    return {"partnership": Partnership, "source": Source}


def lost(edits):
    """Acknowledged edits that are not in what is stored, or not exactly once in the history under the name of who made them."""
    from partnerships.models import Act, PartnershipCitation

    there, told = {"note": Counter()}, Counter()
    for name, model in models().items():
        for pk, note in model.objects.values_list("pk", NOTES[name][1]):
            there["note"].update((name, pk, token) for token in note.split())
        entries = model.history.values_list("id", "history_change_reason", "history_user__username")
        told.update((name, *entry) for entry in entries)
    for kind, model in (("act", Act), ("claim", PartnershipCitation)):
        rows = model.objects.values_list("partnership", "locator")
        there[kind] = Counter(("partnership", *row) for row in rows)
    return [
        edit
        for edit in edits
        if (there[edit.kind][*edit.record, edit.token], told[*edit.record, edit.token, edit.token.partition("x")[0]])
        != ((1, 1) if edit.is_acknowledged else (0, 0))
    ]


def forks(records):
    """Versions of a note that do not continue the version before them by one word, of all histories."""
    found = 0
    for name, pk in records:
        versions = models()[name].history.filter(id=pk).order_by("history_id").values_list(NOTES[name][1], flat=True)
        notes = [note.split() for note in versions]
        pairs = zip(notes, notes[1:], strict=False)
        found += sum(after[: len(before)] != before or len(after) > len(before) + 1 for before, after in pairs)
    return found


def report(edits, records, seconds):
    acknowledged = [edit for edit in edits if edit.is_acknowledged]
    return {
        "edits": len(edits),
        "acknowledged": len(acknowledged),
        "conflicts shown": sum(edit.conflicts - edit.unshown for edit in edits),
        "conflicts not shown": sum(edit.unshown for edit in edits),
        "lost": len(lost(edits)),
        "forks in the history": forks(records),
        "seconds": round(seconds, 1),
    }


# The full size, through HTTP --------------------------------------------------------------------------------------------


class Browser:
    """A session of one curator: requests that carry its cookies."""

    def __init__(self, port, session):
        self.port, self.cookies = port, {"sessionid": session}

    def get(self, path):
        return self._ask("GET", path)[1]

    def post(self, path, fields):
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1{path}"}
        return self._ask("POST", path, urlencode(fields, doseq=True), headers)

    def _ask(self, method, path, body=None, headers=None):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=120)) as connection:
            connection.request(method, path, body, {"Cookie": cookie, **(headers or {})})
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                name, _equals, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()


def prepare(clients, number):
    """A fresh database with the records and a session for each client; returns `(ids, sessions)`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sistercities.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tests.factories import make_partnership, make_source, make_user

    make_source(key="bench")
    ties = [("partnership", make_partnership(publication="draft").pk) for _number in range(number // 4)]
    sources = [("source", make_source().pk) for _number in range(number - len(ties))]
    return ties + sources, [session_of(make_user("curator", username=f"u{n}")) for n in range(clients)]


def session_of(user):
    """The key of a session in which a person is signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def serve(port):
    """The directory as `./run` serves it, with twice the workers; returns the process once it answers."""
    environment = {**os.environ, "LISTEN": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "4"}
    command = [sys.executable, "-m", "gunicorn", "-c", "sistercities/gunicorn.py", "sistercities.wsgi"]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    for _second in range(60):
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/healthz")
        except OSError:
            time.sleep(1)
        else:
            return server
    server.terminate()
    raise RuntimeError("the server does not answer")


def main(clients, edits, records, port=8503):
    ids, sessions = prepare(clients, records)
    server = serve(port)
    try:
        browsers = [Browser(port, session) for session in sessions]
        editors = [
            Editor(f"u{n}", ids, browser.get, browser.post, random.Random(n)) for n, browser in enumerate(browsers)
        ]
        print(f"{len(editors)} clients at {len(ids)} records", file=sys.stderr)
        failures = []
        threads = [threading.Thread(target=guarded, args=(editor.work, edits, failures)) for editor in editors]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
    finally:
        server.terminate()
        server.wait(timeout=30)
    found = report([edit for editor in editors for edit in editor.edits], ids, seconds)
    from django.db import connection

    print(json.dumps({"database": connection.vendor, **found, "failures": len(failures)}))
    print("\n".join(failures[:3]), file=sys.stderr)


def guarded(work, number, failures):
    try:
        work(number)
    except Exception as error:  # noqa: BLE001  (a thread's failure is told at the end)
        failures.append(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
