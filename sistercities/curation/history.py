"""History for bulk paths: the rows of many new records in one statement per table.

django-simple-history's own bulk helper builds every row in Python (45 s for 100,000 ties, measured); INSERT … SELECT takes seconds.
"""

from django.db import connection
from django.utils import timezone


def record_creation(model, *, after, reason, user=None):
    """Write a "created" entry for every row of `model` with an id above `after`; returns the number of entries."""
    history = model.history.model
    names = [field.column for field in history.tracked_fields]
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, names))
    entry = ["history_date", "history_change_reason", "history_type", "history_user_id"]
    sql = (
        f"INSERT INTO {quote(history._meta.db_table)} ({columns}, {', '.join(map(quote, entry))}) "
        f"SELECT {columns}, %s, %s, '+', {'%s' if user else 'NULL'} "
        f"FROM {quote(model._meta.db_table)} WHERE {quote(model._meta.pk.column)} > %s"
    )
    parameters = [timezone.now(), reason[:100], *([user.pk] if user else []), after]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount
