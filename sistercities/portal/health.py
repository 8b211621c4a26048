"""`/healthz` and `/readyz`: what a process manager, a load balancer or a monitor asks. Text, never cached, no names of things."""

import shutil
import tempfile
from functools import cache
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# Bytes that must be free in VAR_DIR: less, and the next import or backup would not fit.
FREE_SPACE = 64 * 1024 * 1024


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a database away does not get the process restarted."""
    return text("ok", HTTPStatus.OK)


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, all migrations are applied and the disk takes data; else 503 and what is wrong."""
    problems = [problem for problem in (database_problem(), disk_problem()) if problem]
    if problems:
        return text("\n".join(problems), HTTPStatus.SERVICE_UNAVAILABLE)
    return text("ready", HTTPStatus.OK)


def text(content: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(f"{content}\n", status=status, content_type="text/plain; charset=utf-8")


def database_problem() -> str:
    """What keeps the database from serving, in words that name no host; '' when nothing does."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        return "The database does not answer."
    return "" if known_migrations() <= applied.keys() else "Migrations are not applied."


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this release, read from its files once."""
    return frozenset(MigrationLoader(None).disk_migrations)


def disk_problem() -> str:
    """What keeps the data folder from taking data; '' when nothing does."""
    folder = Path(settings.VAR_DIR)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
        free = shutil.disk_usage(folder).free
    except OSError:
        return "The data folder cannot be written to."
    return "" if free >= FREE_SPACE else "The disk is almost full."
