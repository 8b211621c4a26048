"""What `./run` does before it serves: migrate, seed and collect the static files, each only when something has changed.

    python -m sistercities.prepare            before serving
    python -m sistercities.prepare forget     look at everything again next time

Remembered is a digest of everything that decides the outcome, for a SQLite database together with the file it went into. A
PostgreSQL database may be replaced behind our back, so there migrate and seed always look for themselves.
"""

import fcntl
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from sistercities import settings
from sistercities.release import digest

CODE = ["manage.py", "sistercities", "partnerships", "organizations", "events", "requirements/base.txt"]
ASSETS = ["static", "sistercities/settings.py", "requirements/base.txt"]

A_DAY = 24 * 60 * 60  # seconds

# Hosts to listen on that mean every address of the machine.
EVERY_ADDRESS = ("", "0.0.0.0", "[::]")


def main() -> None:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    say_hosts()
    with alone():
        once("data", digest(settings.BASE_DIR, *CODE, "fixtures"), sqlite_file(), fill_database)
        once("static", digest(settings.BASE_DIR, *ASSETS), settings.STATIC_ROOT / "staticfiles.json", collect_static)
        sweep_imports()
        erase_contacts()


def once(name: str, sources: str, product: Path | None, action) -> None:
    """Call the action unless it was finished for the same sources and its product is still the same file.

    Without a product that can be looked at, the action is called every time.
    """
    stamp = settings.VAR_DIR / f"{name}.stamp"
    if product and stamp.exists() and stamp.read_text() == f"{sources} {identity(product)}":
        return
    stamp.unlink(missing_ok=True)
    action()
    if product:
        stamp.write_text(f"{sources} {identity(product)}")


def identity(path: Path) -> str:
    """Which file a path names at the moment; another one once it was deleted or replaced."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return "missing"
    return f"{path} {status.st_dev}:{status.st_ino}"


def sqlite_file() -> Path | None:
    database = settings.DATABASES["default"]
    return Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


def fill_database() -> None:
    command = django_command()
    command("migrate", interactive=False, verbosity=0, skip_checks=False)
    command("seed")


def collect_static() -> None:
    django_command()("collectstatic", interactive=False, verbosity=0)


def sweep_imports() -> None:
    """Files that no import needs any more go with every start; where nobody has ever imported, there is nothing to load."""
    if (settings.VAR_DIR / "imports").exists():
        django_command()("sweep_imports", verbosity=0)


def erase_contacts() -> None:
    """How visitors can be reached is forgotten in time also where no cron sees to it: with the first start of a day."""
    stamp = settings.VAR_DIR / "erased.stamp"
    if stamp.exists() and time.time() - stamp.stat().st_mtime < A_DAY:
        return
    django_command()("erase_contacts", verbosity=0)
    stamp.touch()


def django_command():
    """Django's call_command, with the apps loaded: only when there is something to do, because loading takes a second."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sistercities.settings")
    import django
    from django.core.management import CommandError, call_command
    from django.db import Error

    django.setup()

    def command(name: str, **options) -> None:
        try:
            call_command(name, **options)
        except (CommandError, Error) as problem:
            sys.exit(f"run: {name}: {problem}")

    return command


@contextmanager
def alone():
    """Two starts at the same moment prepare one after the other."""
    with open(settings.VAR_DIR / "prepare.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say_hosts() -> None:
    """Say which host names are answered, where the address listened on does not say it already; refuse a hopeless one."""
    names = ", ".join(settings.ALLOWED_HOSTS)
    if settings.HOST not in (*EVERY_ADDRESS, *settings.ALLOWED_HOSTS):
        sys.exit(
            f"run: {settings.LISTEN} would answer nobody: name its host in ALLOWED_HOSTS or SITE_URL (now: {names})."
        )
    if settings.HOST not in settings.LOOPBACK_HOSTS or any(map(settings.is_public, settings.ALLOWED_HOSTS)):
        print(f"run: answers to the host names {names}, refuses all others (ALLOWED_HOSTS, SITE_URL).", file=sys.stderr)
    if settings.HTTPS and not settings.TRUST_PROXY:
        print("run: SITE_URL is https, TRUST_PROXY is off: every request by http is sent on to it.", file=sys.stderr)


def forget() -> None:
    """Make the next start fill the database again, for a command may have emptied it."""
    (settings.VAR_DIR / "data.stamp").unlink(missing_ok=True)


if __name__ == "__main__":
    forget() if sys.argv[1:] == ["forget"] else main()
