"""`/healthz` and `/readyz`: one answer for each thing that can be wrong, and no word about where or what things are."""

from collections import namedtuple

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from sistercities.portal import health

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def answer(client):
    """Status and text of an address, checked to be uncached plain text."""

    def get(path: str) -> tuple[int, str]:
        response = client.get(path)
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
        return response.status_code, response.content.decode()

    return get


def unreachable(*args, **kwargs):
    raise OperationalError('connection to server at "db.internal", port 5432 failed')


def test_healthz_asks_the_database_for_nothing(answer):
    # No django_db mark: any statement would fail this test.
    assert answer("/healthz") == (200, "ok\n")


@pytest.mark.django_db
def test_readyz_when_all_is_well(answer):
    assert answer("/readyz") == (200, "ready\n")


@pytest.mark.django_db
def test_readyz_without_a_database(answer, monkeypatch):
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", unreachable)

    assert answer("/readyz") == (503, "The database does not answer.\n")


@pytest.mark.django_db
def test_readyz_with_a_migration_missing(answer):
    MigrationRecorder(connection).migration_qs.filter(app="sessions").delete()

    assert answer("/readyz") == (503, "Migrations are not applied.\n")


@pytest.mark.django_db
def test_readyz_of_an_older_release_than_its_database(answer):
    MigrationRecorder(connection).record_applied("sessions", "0099_from_the_future")

    assert answer("/readyz") == (200, "ready\n")


@pytest.mark.django_db
def test_readyz_without_a_data_folder(answer, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "gone"

    assert answer("/readyz") == (503, "The data folder cannot be written to.\n")


@pytest.mark.django_db
def test_readyz_on_a_full_disk(answer, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: Usage(1, 1, 0))

    assert answer("/readyz") == (503, "The disk is almost full.\n")


@pytest.mark.django_db
def test_readyz_names_every_problem(answer, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", unreachable)
    settings.VAR_DIR = tmp_path / "gone"

    assert answer("/readyz") == (503, "The database does not answer.\nThe data folder cannot be written to.\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(client, path):
    assert client.post(path).status_code == 405
