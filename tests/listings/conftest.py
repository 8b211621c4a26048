"""Asks every list of the registry, in each of its forms."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from sistercities.core.datasets import datasets
from sistercities.core.models import DataVersion
from tests.world import make_world

from . import samples
from .reading import READERS, html_of


@pytest.fixture(params=datasets(), ids=lambda dataset: dataset.key)
def dataset(request):
    return request.param


@pytest.fixture
def sample(dataset):
    if dataset.key not in samples.SAMPLES:
        pytest.fail(f"Add a Sample for the dataset {dataset.key} to SAMPLES in {samples.__file__}.", pytrace=False)
    return samples.SAMPLES[dataset.key]


@pytest.fixture
def world():
    return make_world()


#: What lists have answered about the small directory, which is the same whenever it is made: address and what it depends on -> answer.
ANSWERS = {}


@pytest.fixture
def fetch(client, dataset):
    """The answer of an address, made anew."""

    def get(path, **headers):
        cache.clear()
        response = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        return response

    return get


@pytest.fixture
def told(fetch, dataset, request):
    """The answer of an address; that of an earlier test, if it asked the small directory as it still is."""
    if "world" not in request.fixturenames:
        return fetch
    untouched = request.getfixturevalue("world") and DataVersion.current()

    def get(path, **headers):
        if DataVersion.current() != untouched:
            return fetch(path, **headers)
        key = (path, *headers.items(), dataset.view.page_size)
        if key not in ANSWERS:
            ANSWERS[key] = light(fetch(path, **headers))
        return ANSWERS[key]

    return get


def light(response):
    """Without what would keep half the directory in memory."""
    response.context = response.templates = response.wsgi_request = response.client = None
    return response


def path_of(dataset, form, query, language):
    """The address of a list in a form: `page`, or the name of a file format."""
    with override(language):
        path = reverse(dataset.key) if form == "page" else f"/data/{dataset.key}.{form}"
    return f"{path}?{query}" if query else path


@pytest.fixture
def ask(told, dataset):
    """The answer of the list in a form."""
    return lambda form, query="", language="en", **headers: told(path_of(dataset, form, query, language), **headers)


@pytest.fixture
def ask_anew(fetch, dataset):
    """The same, never from memory: to count statements, and for what nobody asks again."""
    return lambda form, query="": fetch(path_of(dataset, form, query, "en"))


@pytest.fixture
def ids(ask, dataset):
    """The ids that the list gives in a form, in their order, over all pages. Make all records before asking for pages."""
    known = {}

    def get(form, query="", language="en"):
        if form == "page":
            known[language] = known.get(language) or addresses(dataset, language)
            return page_ids(ask, dataset, query, language, known[language])
        spoken = {} if language == "en" else {"Accept_Language": language}
        return READERS[form](ask(form, query, **spoken).body)

    return get


def addresses(dataset, language):
    """Address -> id, of every record."""
    with override(language):
        known = dataset.view().records(list(dataset.view.model.objects.values_list("pk", flat=True)))
        return {record.url: record.pk for record in known}


def page_ids(ask, dataset, query, language, known):
    """Read from the rows themselves: the first link of a row is that of its record."""
    found, page, rows = [], 0, [True] * dataset.view.page_size
    while len(rows) == dataset.view.page_size:
        page += 1
        response = ask("page", f"{query}&page={page}" if page > 1 else query, language)
        # The ledger has a table of our own counts below its rows.
        html = html_of(response).partition('class="own-counts"')[0]
        rows = html.partition("<tbody")[2].partition("</tbody>")[0].split("<tr")[1:]
        found += [known[re.search('href="([^"]*)"', row)[1]] for row in rows]
    return found
