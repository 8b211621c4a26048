"""The library behind the import has doors of its own; none of them leads past the desk."""

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command, get_commands
from django.urls import get_resolver
from import_export.mixins import BaseExportMixin, BaseImportMixin

from organizations.models import Program
from sistercities.core.models import DataVersion
from tests.factories import make_program

pytestmark = pytest.mark.django_db

PROGRAM = "name_en,kind,slug\nForged,exchange,forged\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "programs.csv"
    path.write_text(PROGRAM)
    return str(path)


@pytest.mark.parametrize("resource", ["organizations.Program", "organizations.imports.ProgramResource"])
@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"interactive": False, "format": "CSV"}])
def test_command_of_the_library_imports_nothing_and_says_where_files_go(file, resource, options):
    with pytest.raises(CommandError, match=r"Nothing was read\. Use: import_file .*programs\.csv --dataset"):
        call_command("import", resource, file, **options)

    assert not Program.objects.exists()


def test_command_import_is_our_own():
    assert get_commands()["import"] == "sistercities.imports"


def test_command_export_only_reads(file, capsys):
    make_program()
    before = (DataVersion.current(), Program.history.count())

    call_command("export", "CSV", "organizations.Program")

    assert (DataVersion.current(), Program.history.count()) == before
    assert capsys.readouterr().out.startswith("id,")


def test_no_page_of_the_admin_is_an_import_or_an_export_of_the_library():
    doors = (BaseImportMixin, BaseExportMixin)

    assert [model for model, page in admin.site._registry.items() if isinstance(page, doors)] == []


def test_no_address_leads_to_the_library():
    views = [pattern.callback for pattern in _patterns(get_resolver())]

    assert len(views) > 100
    assert [view for view in views if view.__module__.startswith("import_export")] == []


def _patterns(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern)
        else:
            yield pattern
