"""Statements that a list page always asks, compiled to SQL once per process instead of once per request.

Building the SQL of a `values_list` over three joins takes the ORM several times as long as the database takes to answer it for 25
rows (measured: tests/benchmarks). The queryset still says what is asked; only its text is kept.
"""

from django.db import connection

_CAPACITY = 1000
_statements = {}


def fetch(key, build, ids=()):
    """Rows of the `values_list` queryset that `build(ids)` returns, as the database gives them (fields are not converted).

    `key` names everything but the ids that the queryset depends on. `ids` are numbers that appear in it as parameters.
    """
    slots = tuple(range(-1, -1 - len(ids), -1))
    place = (connection.vendor, key, len(ids))
    if place not in _statements:
        if len(_statements) >= _CAPACITY:
            _statements.clear()
        _statements[place] = build(list(slots)).query.sql_with_params()
    sql, parameters = _statements[place]
    given = dict(zip(slots, ids, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(value, value) if isinstance(value, int) else value for value in parameters])
        return cursor.fetchall()
