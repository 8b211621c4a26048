"""What the environment does to the settings, and that nobody can start a weak site by leaving something out."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

ROOT = Path(__file__).parent.parent
KEY = "k9" * 30


def load(tmp_path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run Python on the real settings, in an environment that holds nothing but what is given."""
    given = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(tmp_path / "var"), **environment}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )


def values(tmp_path, *names: str, **environment: str) -> list:
    """The named settings under an environment."""
    code = f"import json, sistercities.settings as s; print(json.dumps([getattr(s, n, None) for n in {names!r}], default=str))"
    result = load(tmp_path, "-c", code, **environment)
    assert result.stderr == ""
    return json.loads(result.stdout)


def refusal(tmp_path, **environment: str) -> str:
    """The last line of what is said when the settings refuse an environment."""
    result = load(tmp_path, "-c", "import sistercities.settings", **environment)
    assert result.returncode == 1
    return result.stderr.strip().splitlines()[-1].partition(": ")[2]


def test_defaults_are_safe(tmp_path):
    names = ["DEBUG", "ALLOWED_HOSTS", "SITE_URL", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]

    assert values(tmp_path, *names) == [
        False, ["localhost", "127.0.0.1", "[::1]"], "http://127.0.0.1:8000", False, False,
    ]  # fmt: skip


def test_https_site_url_turns_on_tls(tmp_path):
    names = [
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME",
        "SECURE_SSL_REDIRECT", "SECURE_SSL_HOST", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_PROXY_SSL_HEADER",
    ]  # fmt: skip

    assert values(tmp_path, *names, SITE_URL="https://example.org/") == [
        True, True, True, "__Host-sessionid", "__Host-csrftoken", True, "example.org", 31536000, True, None,
    ]  # fmt: skip


def test_proxy_is_trusted_only_when_told(tmp_path):
    assert values(tmp_path, "SECURE_PROXY_SSL_HEADER", TRUST_PROXY="yes") == [["HTTP_X_FORWARDED_PROTO", "https"]]


def test_hosts_are_loopback_site_url_and_named_ones(tmp_path):
    (hosts,) = values(
        tmp_path, "ALLOWED_HOSTS", SITE_URL="http://ties.example.org:8080", ALLOWED_HOSTS="a.example,b.example"
    )

    assert hosts == ["localhost", "127.0.0.1", "[::1]", "ties.example.org", "a.example", "b.example"]


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.0.2.7"])
def test_listening_on_an_address_does_not_serve_its_name(tmp_path, host):
    assert values(tmp_path, "SITE_URL", "ALLOWED_HOSTS", LISTEN=f"{host}:9000") == [
        "http://127.0.0.1:9000",
        ["localhost", "127.0.0.1", "[::1]"],
    ]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name hosts, not `*`: an open list lets strangers forge links."),
        ({"SITE_URL": "example.org"}, "SITE_URL must look like https://example.org, not 'example.org'."),
        (
            {"SECRET_KEY": "short"},
            "SECRET_KEY must have 50 characters or more. Leave it out and one is made in VAR_DIR.",
        ),
        (
            {"DEBUG": "1", "SITE_URL": "http://example.org"},
            "DEBUG shows source code to every visitor: it is refused while example.org is served.",
        ),
        (
            {"DATABASE_URL": "mysql://localhost/x"},
            "DATABASE_URL must start with postgresql://. Leave it out for SQLite in VAR_DIR.",
        ),
    ],
)
def test_start_is_refused_in_words(tmp_path, environment, words):
    assert refusal(tmp_path, **environment) == words


def test_debug_is_allowed_on_loopback(tmp_path):
    assert values(tmp_path, "DEBUG", DEBUG="1") == [True]


def test_secret_key_is_made_once_and_kept_to_its_owner(tmp_path):
    first = values(tmp_path, "SECRET_KEY")
    path = tmp_path / "var" / "secret_key"

    assert values(tmp_path, "SECRET_KEY") == first == [path.read_text()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_env_file_is_read_and_the_environment_wins(tmp_path):
    file = tmp_path / "environment"
    file.write_text("SITE_URL=https://file.example\nTIME_ZONE=Asia/Tokyo\n")

    assert values(tmp_path, "SITE_URL", "TIME_ZONE", ENV_FILE=str(file), SITE_URL="https://given.example") == [
        "https://given.example",
        "Asia/Tokyo",
    ]


def test_database_url_is_read_whole(tmp_path):
    url = "postgresql://us%40er:p%3Aw@db.example:5433/ties?sslmode=require"
    ((database),) = values(tmp_path, "DATABASES", DATABASE_URL=url)

    assert database["default"] == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "ties",
        "USER": "us@er",
        "PASSWORD": "p:w",
        "HOST": "db.example",
        "PORT": 5433,
        "OPTIONS": {"connect_timeout": 5, "sslmode": "require"},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def test_check_deploy_is_clean_in_production(tmp_path):
    result = load(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", SITE_URL="https://example.org")

    assert (result.returncode, result.stderr) == (0, "")


def test_every_variable_is_documented():
    code = "".join((ROOT / "sistercities" / name).read_text() for name in ("settings.py", "gunicorn.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE))
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert read == table
    assert read - {"ENV_FILE"} == example


def test_static_files_refer_to_files_that_exist(tmp_path, settings):
    """Collecting with digests in the names, as ./run does, refuses a style sheet that names a missing file."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())

    assert set(manifest["paths"]) >= {name for finder in get_finders() for name, _storage in finder.list([])}
