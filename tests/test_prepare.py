"""What `./run` does before serving is done when it must be, and only then."""

import os

import pytest

from sistercities import prepare, settings


@pytest.fixture
def done(monkeypatch, tmp_path) -> list[str]:
    """The names of the actions called so far, with the folders of this test."""
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    return []


@pytest.fixture
def prepare_data(done, tmp_path):
    database = tmp_path / "db.sqlite3"

    def fill():
        done.append("data")
        database.touch()

    return lambda sources="a", product=database: prepare.once("data", sources, product, fill)


def test_first_start_does_it(prepare_data, done):
    prepare_data()

    assert done == ["data"]


def test_second_start_does_not(prepare_data, done):
    prepare_data()
    prepare_data()

    assert done == ["data"]


def test_new_sources_do_it_again(prepare_data, done):
    prepare_data()
    prepare_data(sources="b")

    assert done == ["data", "data"]


def test_replaced_database_does_it_again(prepare_data, done, tmp_path):
    prepare_data()
    other = tmp_path / "other"
    other.touch()
    other.replace(tmp_path / "db.sqlite3")
    prepare_data()

    assert done == ["data", "data"]


def test_deleted_database_does_it_again(prepare_data, done, tmp_path):
    prepare_data()
    (tmp_path / "db.sqlite3").unlink()
    prepare_data()

    assert done == ["data", "data"]


def test_a_command_makes_it_look_again(prepare_data, done):
    prepare_data()
    prepare.forget()
    prepare_data()

    assert done == ["data", "data"]


def test_failure_is_not_remembered(done, tmp_path):
    def fail():
        raise SystemExit("seed: line 3")

    for _attempt in range(2):
        with pytest.raises(SystemExit):
            prepare.once("data", "a", tmp_path / "db.sqlite3", fail)
    assert list(tmp_path.iterdir()) == []


def test_database_server_is_always_asked(prepare_data, done):
    prepare_data(product=None)
    prepare_data(product=None)

    assert done == ["data", "data"]


@pytest.mark.parametrize(
    ("host", "allowed", "said"),
    [
        ("127.0.0.1", ["localhost", "127.0.0.1", "[::1]"], ""),
        (
            "0.0.0.0",
            ["localhost"],
            "run: answers to the host names localhost, refuses all others (ALLOWED_HOSTS, SITE_URL).\n",
        ),
        (
            "127.0.0.1",
            ["127.0.0.1", "a.example"],
            "run: answers to the host names 127.0.0.1, a.example, refuses all others (ALLOWED_HOSTS, SITE_URL).\n",
        ),
    ],
)
def test_hosts_are_said(monkeypatch, capsys, host, allowed, said):
    monkeypatch.setattr(settings, "HOST", host)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", allowed)
    prepare.say_hosts()

    assert capsys.readouterr().err == said


def test_address_without_a_served_name_is_refused(monkeypatch):
    monkeypatch.setattr(settings, "HOST", "192.0.2.7")
    monkeypatch.setattr(settings, "LISTEN", "192.0.2.7:80")
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["localhost"])

    with pytest.raises(
        SystemExit, match="192.0.2.7:80 would answer nobody: name its host in ALLOWED_HOSTS or SITE_URL"
    ):
        prepare.say_hosts()


def test_contacts_are_erased_with_the_first_start_of_a_day(done, monkeypatch, tmp_path):
    monkeypatch.setattr(prepare, "django_command", lambda: lambda name, **options: done.append(name))
    stamp = tmp_path / "erased.stamp"

    prepare.erase_contacts()
    prepare.erase_contacts()
    assert done == ["erase_contacts"]
    os.utime(stamp, (0, 0))
    prepare.erase_contacts()
    assert done == ["erase_contacts"] * 2
