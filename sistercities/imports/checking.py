"""The check: read a file, understand every row, keep the result as rows of the batch. Nothing in the directory changes.

It works in chunks, each a short transaction, so that the public pages keep their pace and a check can be cancelled between two. It always
begins with the first line: rules across rows need all of them.
"""

import re
from itertools import islice

from django.db import transaction
from django.utils import timezone

from sistercities.core.models import DataVersion
from sistercities.curation.bulk import Loading

from .ahead import ahead
from .headings import understand
from .models import BatchState, ImportBatch, ImportRow, RowState, Task, encoded
from .problems import problem
from .reading import Choice, Refused, open_table
from .resources import Line, resource_for
from .widgets import DateWidget

#: Lines per transaction.
CHUNK = 1000


class Cancelled(Exception):
    """Somebody has cancelled the import meanwhile."""


class Superseded(Exception):
    """Another process does this task by now, or has done it; this one has nothing left to say."""


def check(batch):
    """Check all rows of `batch`; leaves it in the state "checked". Raises `Cancelled`."""
    version, _changed_at = DataVersion.current()
    try:
        with ahead(_understood(batch)) as parts:
            batch.rows_total, problems = next(parts)
            batch.save(update_fields=["rows_total"])
            for rows in parts:
                with transaction.atomic():
                    beat(batch, done=len(rows))
                    loading = Loading(ImportRow, kept=[ImportBatch])
                    loading.insert(ImportRow, ROW, rows)
                    loading.finish()
    except Refused:
        ImportRow.objects.filter(batch=batch).delete()
        _finish(batch, version, [problem("file", say=lambda: _refusal(batch))])
        return
    _finish(batch, version, problems)


def _understood(batch):
    """First the number of rows with the problems of the file as a whole; where there are none, chunks of rows in the form of `ROW`."""
    table = open_table(batch.path, batch.file_name, Choice(**batch.choice))
    resource, columns, total = _prepare(batch, table)
    yield total, columns.problems
    if columns.problems:
        return
    resource.start()
    rows = table.rows()
    while chunk := list(islice(rows, CHUNK)):
        lines = [Line(number, cells) for number, cells in chunk]
        understand_lines(resource, lines, columns)
        yield [as_row(batch, line) for line in lines]


def _refusal(batch):
    """Why the file cannot be read, in the active language: it is read once more, for the words were made where it failed."""
    try:
        for _row in open_table(batch.path, batch.file_name, Choice(**batch.choice)).rows():
            pass
    except Refused as error:
        return str(error)
    return ""


def _prepare(batch, table):
    resource, total = resource_for(batch.dataset)(batch), None
    columns = understand(resource, table.headings, batch.headings)
    if not columns.problems:
        total, order = _look_ahead(table, resource, columns)
        if not total:
            columns.problems.append(problem("no_rows"))
        for column in resource.fields.values():
            if isinstance(column.widget, DateWidget):
                column.widget.order = batch.answers.get("dates") or order
    return resource, columns, total


_SLASHED = re.compile(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\s*")


def _look_ahead(table, resource, columns):
    """The number of rows, and the order of day and month that dates such as 3/25/1957 of this file prove ("" where none or both)."""
    dates = [place for place, name in columns.names.items() if isinstance(resource.fields[name].widget, DateWidget)]
    total, orders = 0, set()
    for _line, cells in table.rows():
        total += 1
        for place in dates:
            if place < len(cells) and (found := _SLASHED.fullmatch(cells[place])):
                first, second = int(found[1]), int(found[2])
                if first <= 12 < second:
                    orders.add("mdy")
                elif second <= 12 < first:
                    orders.add("dmy")
    return total, orders.pop() if len(orders) == 1 else ""


def understand_lines(resource, lines, columns):
    """Everything that is said of a chunk of lines, in order."""
    for line in lines:
        resource.read(line, columns)
    resource.match(lines)
    for line in lines:
        if line.stored is not None:
            resource.compare(line)
    resource.check(lines)


def state_of(line):
    if line.problems:
        return RowState.PROBLEM
    if line.questions:
        return RowState.QUESTION
    if line.object_id is None:
        return RowState.NEW
    return RowState.CHANGED if line.differences or line.disagreements else RowState.UNCHANGED


ROW = [
    *("batch_id", "line", "state", "excluded", "object_id", "seen", "decisions"),
    *("cells", "values", "readings", "differences", "disagreements", "problems", "questions"),
]


def as_row(batch, line):
    """What is kept of a line, in the order of `ROW`."""
    decided = batch.answers.get("rows")
    decided = decided.get(str(line.number), {}) if decided else {}
    said = (
        decided.get("decisions", {}),
        line.cells,
        line.values,
        line.readings,
        line.differences,
        line.disagreements,
        line.problems,
        line.questions,
    )
    return [
        *(batch.pk, line.number, state_of(line).value, decided.get("excluded", False), line.object_id, line.seen),
        *[encoded(part) if part else "[]" if isinstance(part, list) else "{}" for part in said],
    ]


def beat(batch, done=0):
    """Say that the task is alive and how far it is; raises `Cancelled` where somebody wants it to end."""
    row = ImportBatch.objects.select_for_update().only("cancelled", "rows_done", "task", "checks").get(pk=batch.pk)
    if row.cancelled:
        raise Cancelled
    if (row.task, row.checks) != (batch.task, batch.checks):
        raise Superseded
    batch.rows_done = row.rows_done + done
    ImportBatch.objects.filter(pk=batch.pk).update(rows_done=batch.rows_done, heartbeat=timezone.now())


def _finish(batch, version, problems):
    batch.state, batch.task, batch.data_version, batch.problems = BatchState.CHECKED, Task.NONE, version, problems
    batch.save(update_fields=["state", "task", "data_version", "problems"])
