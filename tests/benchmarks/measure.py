"""CPU per request of the list page beside an empty view and a plain list, in one process: prints one line of JSON.

    VAR_DIR=/a/fresh/folder python -m tests.benchmarks.measure 600

Every figure is the median of rounds in which the candidates take turns, so that a machine that slows down slows all of them.
"""

import gc
import json
import os
import statistics
import sys
import time
from pathlib import Path

import django

ROUNDS = 9


def prepare(number):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sistercities.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = "tests.benchmarks.urls"
    settings.TEMPLATES[0]["DIRS"] = [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
    call_command("migrate", verbosity=0)
    call_command("generate_ties", number)
    call_command("collectstatic", verbosity=0, interactive=False)


def candidates():
    """Name -> a function that makes one request and returns its status."""
    from django.core.cache import cache
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    from sistercities.core import listings

    handler, factory = WSGIHandler(), RequestFactory()

    def ask(address, **headers):
        environ = factory.get(address, SERVER_NAME="localhost", headers=headers).environ
        answer = {}
        body = handler(environ, lambda status, headers, *rest: answer.update(status=status, headers=dict(headers)))
        b"".join(body)
        body.close()
        return answer

    etag = ask("/en/partnerships/")["headers"]["ETag"]
    stored = cache.get(etag.strip('"'))

    def cold():
        """The page is not stored; its rows and facets are, as for every page after the first of a state of the data."""
        cache.delete(etag.strip('"'))
        return ask("/en/partnerships/")

    def first():
        """Nothing is kept but the facet index: the first page of a process after a change of the data."""
        cache.clear()
        listings._rows.clear()
        return ask("/en/partnerships/")

    def kept():
        cache.set(etag.strip('"'), stored, None)
        return ask("/en/partnerships/")

    return {
        "empty": lambda: ask("/bench/empty/"),
        "plain": lambda: ask("/bench/plain/"),
        "first": first,
        "cold": cold,
        "stored": kept,
        "not_modified": lambda: ask("/en/partnerships/", if_none_match=etag),
    }


EXPECTED = {"not_modified": "304 Not Modified"}


def milliseconds(ask, expected, target=0.15):
    """CPU milliseconds per request, over as many requests as take about `target` seconds."""
    done, start = 0, time.process_time()
    while done < 3 or time.process_time() - start < target:
        assert ask()["status"] == expected
        done += 1
    return (time.process_time() - start) / done * 1000


def main(number):
    prepare(number)
    asked = candidates()
    gc.collect()
    gc.freeze()  # as sistercities/gunicorn.py does
    rounds = {name: [] for name in asked}
    for _round in range(ROUNDS):
        for name, ask in asked.items():
            rounds[name].append(milliseconds(ask, EXPECTED.get(name, "200 OK")))
    print(json.dumps({"ties": number, **{name: round(statistics.median(taken), 3) for name, taken in rounds.items()}}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
