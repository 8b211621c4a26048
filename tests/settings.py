"""The settings of the tests: those of the directory, with nothing taken from this machine's own configuration.

SQLite in a folder that goes away with the process, or the PostgreSQL that DATABASE_URL names (tests/postgres.py starts one).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp(prefix="sistercities-test-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)

for name in (
    "SITE_URL",
    "ALLOWED_HOSTS",
    "DEBUG",
    "TRUST_PROXY",
    "LISTEN",
    "TIME_ZONE",
    "LOG_LEVEL",
    "RELEASE",
    "TWO_FACTOR",
):
    os.environ.pop(name, None)
os.environ["ENV_FILE"] = os.devnull
os.environ["VAR_DIR"] = str(folder)
os.environ["SECRET_KEY"] = "tests-only-" + "0123456789" * 5

from sistercities.settings import *  # noqa: E402, F403
from sistercities.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# A file rather than memory: the live server has its own connection then, and locks as it would in earnest.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(folder / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

# Connections end with their request, so that the test database can be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Names without digests, straight from the sources; test_settings.py collects the files once as the directory does.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir()

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# The desk's long work is done at once, within the request that asks for it.
IMPORTS_IN_PROCESS = True
