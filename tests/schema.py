"""The tables as the migrations make them, kept from one run to the next: running all migrations takes longer than most tests.

Kept in `.pytest_cache/schema` under a digest of what decides about them; whatever is changed there, they are made anew.
"""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from sistercities.release import digest

from .postgres import binaries

BASE = Path(__file__).parents[1]
FOLDER = BASE / ".pytest_cache" / "schema"
#: Migrations, what they import, and the models, of which Django makes the permissions.
SOURCES = [
    *(
        "**/migrations/*.py",
        "**/models.py",
        "**/models/*.py",
        "sistercities/core/*.py",
        "sistercities/curation/roles.py",
    ),
    *("sistercities/settings.py", "requirements/base.txt"),
]


def kept(connection) -> Path:
    """Where the tables of this kind of database are kept, if they are."""
    apps = ("sistercities", "partnerships", "organizations", "events", "requirements")
    found = {path.relative_to(BASE) for pattern in SOURCES for path in BASE.glob(pattern)}
    names = sorted(str(path) for path in found if path.parts[0] in apps)
    return FOLDER / f"{digest(BASE, *names)}.{connection.vendor}"


def take(connection) -> bool:
    """Make the test database of what is kept; whether there was anything."""
    path = kept(connection)
    if not path.exists():
        return False
    if connection.vendor == "sqlite":
        shutil.copyfile(path, connection.settings_dict["TEST"]["NAME"])
        return True
    with suppress(LookupError):
        programs, name = binaries(), connection.creation._get_test_db_name()
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}"')
        run(connection, programs / "psql", "-qX", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-f", path, name)
        return True
    return False


def keep(connection):
    """Keep the tables of the test database, which nobody has written to; those of former migrations go."""
    path = kept(connection)
    if path.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(own)])
    else:
        try:
            run(connection, binaries() / "pg_dump", "--no-owner", "-f", own, connection.settings_dict["NAME"])
        except LookupError:  # a server elsewhere, and no programs here
            return
    own.replace(path)
    for former in FOLDER.glob(f"*.{connection.vendor}"):
        if former != path:
            former.unlink(missing_ok=True)


def run(connection, *command):
    given = connection.settings_dict
    names = {"PGHOST": given["HOST"], "PGPORT": given["PORT"], "PGUSER": given["USER"], "PGPASSWORD": given["PASSWORD"]}
    environment = os.environ | {name: str(value) for name, value in names.items() if value}
    subprocess.run(command, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
