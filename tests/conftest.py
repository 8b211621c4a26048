"""What all tests share: no way out to the network, an empty cache, a browser that must be there, and a silent console."""

import os
import pickle
import shutil
import socket
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import override
from playwright.sync_api import sync_playwright

from . import schema
from .kept import kept_rows, own_models

# Playwright's synchronous interface runs an event loop in this thread; Django would refuse the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def pytest_addoption(parser):
    help = "leave out what is the same on every database: the tests marked `browser`, and those that use none; say how many"
    parser.addoption("--no-browser", action="store_true", help=help)


def pytest_collection_modifyitems(config, items):
    """The second run of `./run test` need not draw the pages again, nor read texts and dates that no database sees."""
    if not config.getoption("--no-browser"):
        return
    left_out = [item for item in items if item.get_closest_marker("browser") or not uses_database(item)]
    config.hook.pytest_deselected(items=left_out)
    left_out = set(left_out)
    items[:] = [item for item in items if item not in left_out]


def uses_database(item) -> bool:
    """Whether a test may use the database: pytest-django refuses it to all others."""
    fixtures = {"db", "transactional_db", "django_db_setup", "live_server"}
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(item.fixturenames)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_blocker):
    """Whether the test database stands before Django makes it: of tables that an earlier run has kept. Django still migrates it."""
    from django.db import connection

    with django_db_blocker.unblock():
        return django_db_keepdb or schema.take(connection)


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_keepdb, django_db_setup, django_db_blocker):
    """The test database; its tables are kept for the next run."""
    from django.db import connection

    with django_db_blocker.unblock():
        schema.keep(connection)
    yield
    if django_db_keepdb and not request.config.option.reuse_db:
        with django_db_blocker.unblock():
            connection.creation.destroy_test_db(verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """A connection to anywhere but this machine fails at once, and the test with it."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and not is_loopback(address[0]):
            raise RuntimeError(f"A test tried to reach {address[0]!r}.")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture
def client():
    """Django's client, which posts the forms of the admin as its pages do."""
    from .admin import AdminClient  # models cannot be imported before Django is set up

    return AdminClient()


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def _english():
    """A request leaves its language behind in the thread; no test begins with that of another."""
    with override("en"):
        yield


def chromium() -> str:
    """The browser's path: CHROMIUM, or the first that is installed. Without one the test fails; it is never skipped."""
    named = os.environ.get("CHROMIUM")
    found = named or next((path for path in map(shutil.which, BROWSERS) if path), MAC_BROWSER)
    if not Path(found).exists():
        pytest.fail("no Chromium found: install the package chromium, or set CHROMIUM to its path", pytrace=False)
    return found


CHROMIUM_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run; contexts keep its tests apart."""
    # Chromium refuses its sandbox to root.
    arguments = [*CHROMIUM_ARGUMENTS, *(["--no-sandbox"] if os.getuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def console() -> list[str]:
    """Errors and warnings of the browser's console so far; what is left in it when the test ends fails the test.

    A test that provokes one (a page that is not found) takes it out with `console.clear()`.
    """
    return []


@pytest.fixture
def new_context(browser, console):
    """A maker of browser contexts, with Playwright's options (java_script_enabled, viewport, color_scheme, locale …)."""
    contexts = []

    def make(**options):
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)  # milliseconds
        context.on("console", lambda message: listen(message, console))
        context.on("weberror", lambda error: console.append(f"uncaught: {error.error}"))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert console == []


@pytest.fixture
def page(new_context):
    """A page of 1280 by 720 in a context of its own."""
    return new_context().new_page()


def listen(message, console: list[str]):
    # Which features a Permissions-Policy may name differs from one version of Chromium to the next.
    if message.type in ("error", "warning") and "Permissions-Policy header: Unrecognized feature" not in message.text:
        console.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


@pytest.fixture
def site(live_server) -> str:
    """The address of a running copy of the directory, for browser tests."""
    return live_server.url


@pytest.fixture
def project() -> Path:
    """The folder of the project."""
    return Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """Stores what a function makes for a whole module and takes it out again after it; returns what the function returns.

    For modules that mostly read. The tests still take `db`: what they change is rolled back.
    """

    def make(function):
        with django_db_blocker.unblock(), override("en"):
            return function()

    yield make
    with django_db_blocker.unblock():
        empty_tables()


@pytest.fixture(scope="module")
def seen(django_db_setup, django_db_blocker):
    """Calls a function and takes back what it stored; returns what it returns.

    For pages that many tests of a module judge, each in its own respect: they are asked for once.
    """
    from django.db import transaction

    def see(function):
        with django_db_blocker.unblock(), override("en"), transaction.atomic():
            found = function()
            transaction.set_rollback(True)
        return found

    return see


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """Lays what a function makes under all tests of a module, in a transaction around theirs; returns a maker of copies of it.

    Laying it anew for each test takes several times as long as most tests. Not beside tests with real transactions.
    """
    from django.db import connection, transaction

    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()

    def lay(function):
        with django_db_blocker.unblock(), override("en"):
            made = pickle.dumps(function())
            connection.check_constraints()  # now, rather than at the end of every test
        return lambda: pickle.loads(made)

    yield lay
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture(scope="module")
def laid_world(ground):
    """The small directory under all tests of a module; `laid_world()` gives its records."""
    from .world import make_world  # models cannot be imported before Django is set up

    return ground(make_world)


@pytest.fixture(scope="module")
def directory(django_db_setup, django_db_blocker):
    """The real fixtures, loaded once for a module and taken out again after it; the number of rows loaded, by table.

    The tests of the module still take `db`: what they change is rolled back.
    """
    with django_db_blocker.unblock():
        counts = seeded()
    yield counts
    with django_db_blocker.unblock():
        empty_tables()


@kept_rows
def seeded() -> dict:
    from sistercities.curation.seeding import seed  # models cannot be imported before Django is set up

    return dict(seed(Path(settings.BASE_DIR) / "fixtures"))


def empty_tables():
    """Take every row out of the tables of our own apps, for good; what migrations have made elsewhere stays."""
    from django.core.management.color import no_style
    from django.db import connection

    tables = [model._meta.db_table for model in own_models()]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, reset_sequences=True))
