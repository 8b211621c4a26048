"""Many new rows at once, past the ORM: numbers from the database's own sequence, rows by COPY (PostgreSQL) or by
INSERTs of many (SQLite).

`bulk_create` spends most of its time preparing values that are ready already; an import of 100,000 ties writes half a million rows.
"""

from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

#: Rows per INSERT of SQLite; at most 32,766 values fit in one.
AT_ONCE = 400


def new_ids(model, number):
    """`number` ids that no other row of `model` has or will get, a range. Call it while nobody else can add rows (`lock_tables`)."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(sequence, nextval(sequence) + %s) FROM pg_get_serial_sequence(%s, %s) AS sequence",
                [number - 1, table, column],
            )
            last = cursor.fetchone()[0] - number
        else:  # AUTOINCREMENT remembers numbers of rows that are gone
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or [0])[0]
    return range(last + 1, last + 1 + number)


def last_id(model):
    """The highest id of a table, 0 where it is empty."""
    return model._base_manager.aggregate(last=Max("pk"))["last"] or 0


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

    A moment is given as `stored_moment` makes it.
    """
    rows = list(rows)
    if connection.vendor == "postgresql":
        with _copy(model, names) as copy:
            for row in rows:
                copy.write_row(row)
        return
    table, listed = _into(model, names)
    one = f"({', '.join(['%s'] * len(names))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            values = [value for row in part for value in row]
            cursor.execute(f"INSERT INTO {table} ({listed}) VALUES {', '.join([one] * len(part))}", values)


def _into(model, names):
    quote = connection.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return quote(model._meta.db_table), ", ".join(quote(fields[name].column) for name in names)


@contextmanager
def _copy(model, names):
    table, listed = _into(model, names)
    copying = f"COPY {table} ({listed}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copying) as copy:
        yield copy


def readying():
    """A function that makes the rest of a row ready for `Loading.insert_ready`, in whatever process has the time to do it.

    It takes the values in the order of their columns: PostgreSQL's COPY wants a text, SQLite the values.
    """
    return _copied_row if connection.vendor == "postgresql" else tuple


def _copied_row(values):
    values = list(values)
    text = "\t".join([value if type(value) is str else _copied(value) for value in values])
    fits = text.count("\t") < len(values) and text.count("\\") == values.count(None)
    if not fits or "\n" in text or "\r" in text:
        text = "\t".join([value.translate(_ESCAPED) if type(value) is str else _copied(value) for value in values])
    return text


#: What stands for itself in COPY's text format is written with a backslash.
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _copied(value):
    """A value that is no text in COPY's text format."""
    return r"\N" if value is None else str(value)


class Loading:
    """Rows added to `tables` past the database's own check of references, which `finish` makes up for.

    PostgreSQL looks every reference of every row up by itself, when the transaction commits: nine seconds for the half million rows of
    an import of 100,000 ties, a quarter of all. Here each foreign key is checked by one statement, and each record that is referred to
    is locked once, as it would have been. This takes the right to set `session_replication_role`, which superusers have and others may
    be granted; without it, and on SQLite, the database does it its own way.

    From the beginning to the end of the transaction nobody else may write to the tables, and rows are added with ascending ids. `kept`
    are tables of which nobody takes rows away meanwhile: these need no lock.
    """

    def __init__(self, *tables, kept=()):
        lock_tables(*tables)
        self._kept = {*tables, *kept}
        self.last = {model: last_id(model) for model in tables}
        self._leaves_out = _may_leave_out_triggers()

    def insert(self, model, names, rows):
        """`insert_rows`; the references wait for `finish`."""
        with self._without_triggers():
            insert_rows(model, names, rows)

    def insert_ready(self, model, names, rows):
        """The same for rows that are pairs of a few numbers and the rest, as `readying` made it."""
        if connection.vendor != "postgresql":
            self.insert(model, names, [(*numbers, *rest) for numbers, rest in rows])
            return
        lines = ["\t".join([*map(str, numbers), rest]) for numbers, rest in rows]
        with self._without_triggers(), _copy(model, names) as copy:
            copy.write("\n".join([*lines, ""]))

    @contextmanager
    def _without_triggers(self):
        if not self._leaves_out:
            yield
            return
        with transaction.atomic(), connection.cursor() as cursor:  # what fails takes the setting back
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")

    def finish(self):
        """Raises `IntegrityError` where a row that was inserted refers to nothing."""
        if not self._leaves_out:
            return
        for model in self.last:
            for field in model._meta.concrete_fields:
                if field.many_to_one or field.one_to_one:
                    self._check(field)

    def _check(self, field):
        quote, model, target = connection.ops.quote_name, field.model._meta, field.target_field
        table, own = quote(model.db_table), quote(field.column)
        rows = f"FROM {table} child WHERE child.{quote(model.pk.column)} > %s AND child.{own} IS NOT NULL"
        parents = f"FROM {quote(target.model._meta.db_table)} parent WHERE parent.{quote(target.column)}"
        if target.model in self._kept:
            missing = f"SELECT COUNT(*) {rows} AND NOT EXISTS (SELECT {parents} = child.{own})"
        else:
            missing = (
                f"WITH used AS MATERIALIZED (SELECT DISTINCT child.{own} AS key {rows}), "
                f"found AS MATERIALIZED (SELECT {parents} IN (SELECT key FROM used) FOR KEY SHARE OF parent) "
                "SELECT (SELECT COUNT(*) FROM used) - (SELECT COUNT(*) FROM found)"
            )
        with connection.cursor() as cursor:
            cursor.execute(missing, [self.last[field.model]])
            number = cursor.fetchone()[0]
        if number:
            raise IntegrityError(f"{number} values of {table}.{own} refer to nothing")


def _may_leave_out_triggers():
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        return cursor.fetchone()[0]


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
