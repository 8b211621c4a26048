"""System checks on what the directory needs of its surroundings; `migrate` and `./run` stop at an error."""

from django.core.checks import Error, Tags, register
from django.db import connections

# An upper-case letter beyond ASCII: its lower case shows whether the database's locale knows letters beyond English.
PROBE = "Ł"


@register(Tags.database)
def postgresql_folds_unicode(app_configs, databases=None, **kwargs) -> list[Error]:
    """PostgreSQL must store UTF-8 and fold letters beyond ASCII: with the locale C, kanji have no word characters."""
    connected = [connections[alias] for alias in databases or []]
    return [
        error for connection in connected if connection.vendor == "postgresql" for error in locale_errors(connection)
    ]


def locale_errors(connection) -> list[Error]:
    """What is wrong with the encoding or the locale of one PostgreSQL database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding')")
        (encoding,) = cursor.fetchone()
        if encoding != "UTF8":
            return [encoding_error(connection, encoding)]
        cursor.execute("SELECT lower(%s)", [PROBE])
        (folded,) = cursor.fetchone()
    return [] if folded == PROBE.lower() else [locale_error(connection)]


def encoding_error(connection, encoding: str) -> Error:
    return Error(
        f"The database {connection.settings_dict['NAME']!r} stores {encoding}, which cannot hold Japanese names beside others.",
        hint=RECREATE,
        id="sistercities.E001",
    )


def locale_error(connection) -> Error:
    return Error(
        f"The database {connection.settings_dict['NAME']!r} has a locale that knows English letters only, so that searches"
        " and orders would come out wrong.",
        hint=RECREATE,
        id="sistercities.E002",
    )


RECREATE = (
    "Create it anew, then load a dump into it: CREATE DATABASE sistercities ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;"
    " (an ICU locale is as good)."
)
