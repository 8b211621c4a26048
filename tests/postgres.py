"""A PostgreSQL cluster for one command: made before it, thrown away after it, whatever the command does.

    python -m tests.postgres python -m pytest

runs the command with DATABASE_URL set to a fresh cluster that only a socket in a temporary folder reaches, and ends with the
command's status. The cluster belongs to an unprivileged user, because PostgreSQL refuses to run as root. POSTGRES_BIN names
the folder of initdb and postgres where they are not in the usual places.
"""

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

OLDEST = 15
PLACES = ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"]

# A crash may lose this cluster, so nothing is forced to the disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "autovacuum": "on",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}


def binaries() -> Path:
    """The folder with the newest initdb and postgres that are new enough; LookupError with words when there is none."""
    folders = [Path(match) for place in PLACES for match in sorted(Path("/").glob(place[1:]))]
    named = os.environ.get("POSTGRES_BIN")
    on_path = shutil.which("initdb")
    candidates = [Path(named)] if named else [*folders, *([Path(on_path).resolve().parent] if on_path else [])]
    fitting = [(version(folder), folder) for folder in candidates if version(folder) >= OLDEST]
    if not fitting:
        raise LookupError(f"no PostgreSQL {OLDEST} or newer found: install the package postgresql, or set POSTGRES_BIN")
    return max(fitting)[1]


def version(folder: Path) -> int:
    """The major version of the server in a folder; 0 when there is none."""
    with suppress(OSError):
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
        if found := re.search(r"(\d+)(\.\d+|beta|rc|devel)", said):
            return int(found[1])
    return 0


def owner() -> dict:
    """Who runs the cluster: for root the user postgres, else nobody; for anybody else that user. Arguments of subprocess."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise LookupError("PostgreSQL does not run as root, and this system has neither a user postgres nor nobody")


def die_with_parent():
    """Linux only: the server ends when this process does, even by `kill -9`; elsewhere it is stopped in the normal way only."""
    os.setsid()  # Ctrl-C is for the command; the server must outlive it for a moment
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


@contextmanager
def cluster():
    """A running cluster; gives the address of its database. Stopped and removed at the end."""
    programs, user = binaries(), owner()
    folder = Path(tempfile.mkdtemp(prefix="sistercities-pg-"))
    server = None
    try:
        if user:
            os.chown(folder, user["user"], user["group"])
        data = folder / "data"
        subprocess.run(
            [programs / "initdb", "--pgdata", data, "--username", "sistercities", "--auth", "trust", "--no-sync",
             "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"],
            cwd=folder, env={"PATH": os.environ["PATH"], "TZ": "UTC"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, **user,
        )  # fmt: skip
        settings = [argument for name, value in OPTIONS.items() for argument in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent, **user,
        )  # fmt: skip
        wait_until_ready(server, data / "postmaster.pid")
        yield f"postgresql://sistercities@/postgres?host={folder}"
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)  # immediate shutdown
            server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_ready(server: subprocess.Popen, pid_file: Path, seconds: float = 60):
    """The last line of postmaster.pid says `ready` once connections are taken."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended with status {server.returncode} before it was ready")
        with suppress(OSError):
            if pid_file.read_text().rstrip().endswith("ready"):
                return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL was not ready after {seconds:.0f} s")


def run(command: list[str]) -> int:
    """Run a command with DATABASE_URL set to a new cluster; its exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    with cluster() as url:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            return child.wait()
        except BaseException as reason:
            if not isinstance(reason, KeyboardInterrupt):  # Ctrl-C reached the child as well
                child.terminate()
            child.wait()
            raise


if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except (LookupError, RuntimeError, subprocess.CalledProcessError) as problem:
        sys.exit(f"tests: {problem}")
