"""Many new rows at once, past the ORM: numbers from the database's own sequence, rows by COPY (PostgreSQL) or executemany (SQLite).

`bulk_create` spends most of its time preparing values that are ready already; an import of 100,000 ties writes half a million rows.
"""

from django.db import connection

#: Rows per INSERT of SQLite. It makes the lists of a CHECK's `IN (…)` anew for each statement, which costs more than to store a row.
#: At most 32,766 values fit in one.
AT_ONCE = 400


def new_ids(model, number):
    """`number` ids that no other row of `model` has or will get, ascending. Call it within the transaction that uses them."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, number]
            )
            return sorted(row[0] for row in cursor.fetchall())
        # The writer holds the database's lock; AUTOINCREMENT remembers numbers of rows that are gone.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return range(last + 1, last + 1 + number)


def lock_tables(*models):
    """Keep others from writing to these tables until the transaction ends; reading goes on. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def columns(model, *, but=()):
    """The names of the stored columns of a model, generated ones apart."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if not field.generated and field.name not in but]


def insert_rows(model, names, rows):
    """Insert `rows` (sequences in the order of the attributes `names`) as they are: what the fields would prepare is done already.

    A moment is given as `stored_moment` makes it. Returns the number of rows.
    """
    rows = list(rows)
    quote = connection.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields}
    listed = ", ".join(quote(fields[name].column) for name in names)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            one = f"({', '.join(['%s'] * len(names))})"
            for start in range(0, len(rows), AT_ONCE):
                part = rows[start : start + AT_ONCE]
                values = [value for row in part for value in row]
                cursor.execute(f"INSERT INTO {table} ({listed}) VALUES {', '.join([one] * len(part))}", values)
    return len(rows)


def stored_moment(moment):
    """An aware datetime as the database stores it."""
    return connection.ops.adapt_datetimefield_value(moment)


def update_rows(model, names, rows):
    """Set the attributes `names` of many rows, each to its own: `rows` are sequences in that order with the id last."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    stored = [fields[name] for name in names]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            changes = ", ".join(f"{quote(field.column)} = new.{quote(field.column)}" for field in stored)
            listed = ", ".join(quote(field.column) for field in [*stored, model._meta.pk])
            arrays = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in [*stored, model._meta.pk])
            if rows:
                cursor.execute(
                    f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS new ({listed}) WHERE {table}.{key} = new.{key}",
                    [list(values) for values in zip(*rows, strict=True)],
                )
            return
        changes = ", ".join(f"{quote(field.column)} = %s" for field in stored)
        cursor.executemany(f"UPDATE {table} SET {changes} WHERE {key} = %s", rows)


def delete_rows(model, ids):
    """Take rows out whose deletion the history knows already: a queryset would note each of them once more. Nothing may point to them."""
    quote, ids = connection.ops.quote_name, list(ids)
    table, column = quote(model._meta.db_table), quote(model._meta.pk.column)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE {column} IN ({', '.join(['%s'] * len(part))})", part)
