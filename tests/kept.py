"""Sample data that is built once in a run: later calls copy its rows straight into the tables.

Building a small directory through the models, their history and their derived columns takes some hundred statements; a test module
that asks for it sixty times would spend most of its time there.
"""

import pickle
from datetime import date, time
from functools import wraps

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

APPS = ("core", "curation", "imports", "review", "partnerships", "organizations", "events")


def kept_rows(build):
    """Decorate a function that fills empty tables and returns what it made: the second call on copies the rows of the first.

    Where the tables are not empty it builds in earnest, beside what is there. Sequences stand behind the rows in both cases.
    """
    kept = []

    @wraps(build)
    def fill():
        if _rows_in_tables():
            return build()
        if not kept:
            made = build()
            kept.append((pickle.dumps(made), list(_dump())))
            return made
        pickled, tables = kept[0]
        _restore(tables)
        return pickle.loads(pickled)

    return fill


def own_models():
    return [model for label in APPS for model in apps.get_app_config(label).get_models(include_auto_created=True)]


def _rows_in_tables():
    with connection.cursor() as cursor:
        some = " OR ".join(f"EXISTS (SELECT 1 FROM {_table(model)})" for model in own_models())
        cursor.execute(f"SELECT CASE WHEN {some} THEN 1 ELSE 0 END")
        return cursor.fetchone()[0]


def _table(model):
    return connection.ops.quote_name(model._meta.db_table)


def _dump():
    """(model, columns, rows) of every table that is not empty."""
    with connection.cursor() as cursor:
        for model in own_models():
            columns = [field.column for field in model._meta.concrete_fields if not field.generated]
            cursor.execute(f"SELECT {', '.join(map(connection.ops.quote_name, columns))} FROM {_table(model)}")
            rows = cursor.fetchall()
            if rows:
                yield model, columns, [tuple(map(_as_given, row)) for row in rows]


def _as_given(value):
    """What sqlite3 reads as a day or a time it takes as text only; PostgreSQL takes both."""
    return str(value) if isinstance(value, date | time) else value


def _restore(tables):
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
    ):  # tables refer to one another: keys are checked at its end
        for model, columns, rows in tables:
            names, places = ", ".join(map(connection.ops.quote_name, columns)), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {_table(model)} ({names}) VALUES ({places})", rows)
        resets = connection.ops.sequence_reset_sql(no_style(), [model for model, _columns, _rows in tables])
        if resets:
            cursor.execute(";".join(statement.rstrip(";") for statement in resets))
