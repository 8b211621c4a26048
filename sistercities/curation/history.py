"""History for bulk paths: the rows of many new records in one statement per table.

django-simple-history's own bulk helper builds every row in Python (45 s for 100,000 ties, measured); INSERT … SELECT takes seconds.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.utils import timezone
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from .bulk import stored_moment


class ImportedRecords(HistoricalRecords):
    """The history of records that an import writes by the hundred thousand, all as one person.

    Nothing asks for them by that person, and the reference need not be looked up for each of them: neither index nor constraint.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, user_db_constraint=False, **kwargs)

    def _get_history_user_fields(self):
        fields = super()._get_history_user_fields()
        fields["history_user"].db_index = False
        return fields


def record_creation(model, *, after, reason, user=None):
    """Write a "created" entry for every row of `model` with an id above `after`; returns the number of entries."""
    return _record(model, "+", "> %s", after, reason, user)


def record_changes(model, ids, *, reason, user=None, kind="~"):
    """Write a "changed" entry (or with `kind` "-" a "deleted" one, "+" a "created" one) for the rows of these ids as they stand now."""
    ids = list(ids)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        _record(model, kind, f"IN ({', '.join(['%s'] * len(part))})", part, reason, user)
        for field in model.history.model._history_m2m_fields:
            _record_links_of(field, part)


_told = ContextVar("told", default=None)


@contextmanager
def telling(reason, user):
    """Whatever the block saves row by row is told with this reason and user, where the rows themselves name none."""
    token = _told.set((reason[:100], user))
    try:
        yield
    finally:
        _told.reset(token)


def tell(sender, history_instance, **_kwargs):
    """Complete an entry that is about to be written: the library's own hook, because rows below a record are saved in many places."""
    if told := _told.get():
        reason, user = told
        history_instance.history_change_reason = history_instance.history_change_reason or reason or None
        if history_instance.history_user_id is None and user is not None:
            history_instance.history_user = user


pre_create_historical_record.connect(tell, dispatch_uid="sistercities.curation.history.tell")


@contextmanager
def one_entry(record, *, kind="~", reason="", user=None):
    """However often the block saves `record` and its links, its history gets one entry, when all is written."""
    record.skip_history_when_saving = True
    try:
        yield
    finally:
        del record.skip_history_when_saving
    record_changes(type(record), [record.pk], reason=reason, user=user, kind=kind)


@contextmanager
def one_entry_each(formset, *, reason="", user=None):
    """The same for the rows of a formset whose links have a history: saving those takes several statements each."""
    history = getattr(formset.model, "history", None)
    if not (history and history.model._history_m2m_fields):
        yield
        return
    rows = [row.instance for row in formset.forms]
    for row in rows:
        row.skip_history_when_saving = True
    yield
    for row in rows:
        del row.skip_history_when_saving
    kinds = {"+": formset.new_objects, "~": [row for row, _fields in formset.changed_objects]}
    for kind, written in kinds.items():
        record_changes(formset.model, [row.pk for row in written], reason=reason, user=user, kind=kind)


def because(reason, *rows):
    """Let the entries of these rows, which are saved one by one, name the reason; without one they keep what they have."""
    for row in rows:
        if reason:
            row._change_reason = reason[:100]


def _record(model, kind, condition, values, reason, user):
    history = model.history.model
    names = [field.column for field in history.tracked_fields]
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, names))
    entry = ["history_date", "history_change_reason", "history_type", "history_user_id"]
    sql = (
        f"INSERT INTO {quote(history._meta.db_table)} ({columns}, {', '.join(map(quote, entry))}) "
        f"SELECT {columns}, %s, %s, %s, {'%s' if user else 'NULL'} "
        f"FROM {quote(model._meta.db_table)} WHERE {quote(model._meta.pk.column)} {condition}"
    )
    values = values if isinstance(values, list) else [values]
    parameters = [stored_moment(timezone.now()), reason[:100], kind, *([user.pk] if user else []), *values]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def links_of(field):
    """The model that keeps the links of a many-to-many field as they were with each entry of the history."""
    history = field.model.history.model
    return history._meta.get_field(f"{history._meta.model_name}_{field.name}").related_model


def _record_links_of(field, ids):
    """Write the links of these records to the newest entry of each."""
    model, history, through = field.model, field.model.history.model, field.remote_field.through
    quote = connection.ops.quote_name
    owner, other = quote(field.m2m_column_name()), quote(field.m2m_reverse_name())
    entries, own = quote(history._meta.db_table), quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(links_of(field)._meta.db_table)} (id, {owner}, {other}, history_id) "
            f"SELECT t.id, t.{owner}, t.{other}, (SELECT MAX(h.history_id) FROM {entries} h WHERE h.{own} = t.{owner}) "
            f"FROM {quote(through._meta.db_table)} t WHERE t.{owner} IN ({', '.join(['%s'] * len(ids))})",
            ids,
        )


def record_links(field, *, after):
    """Write the links of a many-to-many field with a history to the "created" entries of the records above the id `after`."""
    model, history, through = field.model, field.model.history.model, field.remote_field.through
    links = links_of(field)
    quote = connection.ops.quote_name
    owner, other = quote(field.m2m_column_name()), quote(field.m2m_reverse_name())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(links._meta.db_table)} (id, {owner}, {other}, history_id) "
            f"SELECT t.id, t.{owner}, t.{other}, h.history_id FROM {quote(through._meta.db_table)} t "
            f"JOIN {quote(history._meta.db_table)} h ON h.{quote(model._meta.pk.column)} = t.{owner} "
            f"WHERE t.{owner} > %s AND h.history_type = '+'",
            [after],
        )
        return cursor.rowcount


def links_at(field, entry):
    """The numbers of the records to which a many-to-many field led when an entry was written, ascending."""
    return links_of_entries(field, [entry])[entry.history_id]


def links_of_entries(field, entries):
    """The same for many entries in one statement: number of the entry -> numbers of the records."""
    found = {entry.history_id: [] for entry in entries}
    links = links_of(field).objects.filter(history__in=found)
    for entry, other in links.values_list("history", field.m2m_reverse_field_name()):
        found[entry].append(other)
    return {entry: sorted(others) for entry, others in found.items()}
