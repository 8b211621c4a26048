"""What the desk's pages show of an import: how the file was read, its rows in words, the questions it asks."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from sistercities.core.pages import digest
from sistercities.curation.actions import values_disagree

from .headings import Columns, understand
from .models import ImportOutcome, RowState
from .problems import describe, spoken
from .questions import NEW, candidates_of, labels_in
from .reading import Choice, NeedsChoice, Refused, open_table, preview

#: How people call the encodings.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": gettext_lazy("UTF-8 with a mark (of Excel)"),
    "utf-16": gettext_lazy("UTF-16 (“Unicode text” of Excel)"),
    "cp932": gettext_lazy("Shift_JIS (CP932, Excel in Japan)"),
    "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP (JIS)",
}
DELIMITERS = {",": gettext_lazy("comma"), "\t": gettext_lazy("tab"), ";": gettext_lazy("semicolon")}
#: Characters of a cell that a page shows.
LONGEST = 300


@dataclass
class Reading:
    """How the file of a batch is read: what `Table` says, its first lines; or why it is not."""

    kind: str = ""
    encoding: str = ""
    encodings: tuple = ()
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple = ()
    heading_line: int = 0
    headings: tuple = ()
    lines: list = field(default_factory=list)
    refusal: str = ""
    columns: Columns = field(default_factory=Columns)

    @property
    def encoding_label(self):
        return ENCODINGS.get(self.encoding, self.encoding)

    @property
    def delimiter_label(self):
        return DELIMITERS.get(self.delimiter, self.delimiter)

    @property
    def encoding_choices(self):
        """(value, label) of every encoding, those that fit the file first."""
        fitting = [name for name in self.encodings if name in ENCODINGS]
        others = [name for name in ENCODINGS if name not in fitting and name != "utf-8-sig"]
        return [(name, ENCODINGS[name]) for name in [*fitting, *others]]

    @property
    def delimiter_choices(self):
        return list(DELIMITERS.items())

    def heading_of(self, name, resource):
        """How the file calls a column; our own heading where it does not, "" for what is no column."""
        for position, column in self.columns.names.items():
            if column == name and position < len(self.headings):
                return self.headings[position]
        column = resource.fields.get(name)
        return capfirst(str(column.heading)) if column else ""


def reading_of(batch, resource):
    """How the file of `batch` is read. The file never changes, so what it says is kept under its key and the choice made."""
    key = digest("import", batch.file_key, sorted(batch.choice.items()))
    kept = cache.get(key)
    if kept is None:
        try:
            kept = _read(batch)
        except NeedsChoice as asks:
            return Reading(refusal=str(asks), kind="xlsx", sheets=asks.options)
        except Refused as error:
            kind = "xlsx" if batch.file_name.lower().endswith(".xlsx") else "csv"
            return Reading(
                refusal=str(error),
                kind=kind,
                encoding=batch.choice.get("encoding") or "",
                sheet=batch.choice.get("sheet") or "",
            )
        except FileNotFoundError:  # it goes with the import's end
            return Reading()
        cache.set(key, kept, 3600)
    reading = Reading(**kept)
    reading.columns = understand(resource, reading.headings, batch.headings)
    return reading


def _read(batch):
    table = open_table(batch.path, batch.file_name, Choice(**batch.choice))
    names = ("kind", "encoding", "encodings", "delimiter", "sheet", "sheets", "heading_line", "headings")
    kept = {name: getattr(table, name) for name in names}
    try:
        kept["lines"] = [(line, [cell[:LONGEST] for cell in cells]) for line, cells in preview(table)]
    except Refused as error:
        kept["refusal"] = str(error)
    return kept


# Rows --------------------------------------------------------------------------------------------------------------------


def filtered(rows, show):
    """The rows of a batch that a filter of the page names: a state, what was left out, or disagreements."""
    if show == "excluded":
        return rows.filter(excluded=True)
    if show == "question":
        return rows.filter(excluded=False).exclude(questions=[])
    if show == "disagreement":
        return rows.filter(excluded=False).exclude(disagreements={})
    return rows.filter(state=show, excluded=False) if show in RowState.values else rows


def counts_of(batch):
    """`ImportBatch.counts` with the rows on which sources disagree and with all, in one statement."""
    return batch.rows.aggregate(
        **{state: Count("pk", filter=Q(state=state, excluded=False)) for state in RowState.values},
        disagreement=Count("pk", filter=Q(excluded=False) & ~Q(disagreements={})),
        asking=Count("pk", filter=Q(excluded=False) & ~Q(questions=[])),
        total=Count("pk"),
        excluded=Count("pk", filter=Q(excluded=True)),  # last: after it the name means this number
    )


@dataclass
class ShownRow:
    """A row of the preview in the words of the active language."""

    row: object
    cells: list
    meanings: list
    changes: list
    disagreements: list
    problems: list
    questions: list
    record: object = None


def shown_rows(batch, rows, reading, resource):
    """The rows of a page, ready for its template, in a constant number of statements."""
    own = resource(batch)
    meanings = own.meanings(rows)
    made = dict(ImportOutcome.objects.filter(row__in=rows).values_list("row", "object_id")) if batch.applied_at else {}
    ids = {row.pk: row.object_id or made.get(row.pk) for row in rows}
    records = own.shown_records({pk for pk in ids.values() if pk})
    return [_shown(row, meanings.get(row.pk, ()), records.get(ids[row.pk]), reading, resource) for row in rows]


def _shown(row, meanings, record, reading, resource):
    def label(name):
        return reading.heading_of(name, resource)

    def said(name, value):
        return _said(resource, name, value)

    return ShownRow(
        row=row,
        cells=_cells(row, reading, resource),
        meanings=[(label(name), meant) for name, meant in meanings],
        changes=[(label(name), said(name, old), said(name, new)) for name, (old, new) in row.differences.items()],
        disagreements=[
            (
                name,
                label(name),
                said(name, stored),
                said(name, new),
                source,
                row.decisions.get(name, ""),
                _agrees(stored, new),
            )
            for name, (stored, new, source) in row.disagreements.items()
        ],
        problems=[(label(found["column"]), found["value"], describe(found)) for found in row.problems],
        questions=[
            (label(asked["column"]), spoken(asked["value"]), len(asked["candidates"])) for asked in row.questions
        ],
        record=record,
    )


def _agrees(stored, new):
    """Whether two dates differ only in how exact they are."""
    return not values_disagree([stored, new])


def _said(resource, name, value):
    """A stored value as people read it: a choice by its name."""
    choices = getattr(resource.fields[name].widget, "choices", None) if name in resource.fields else None
    return capfirst(str(dict(choices.choices).get(value, value))) if choices and value else value


def _cells(row, reading, resource):
    """(heading, text, how it was read where that differs) of the cells that hold something."""
    cells = []
    for position, text in enumerate(row.cells):
        if not text or not str(text).strip():
            continue
        name = reading.columns.names.get(position)
        heading = reading.headings[position] if position < len(reading.headings) else get_column_letter(position + 1)
        read = _said(resource, name, spoken(row.readings.get(name, ""))) if name else ""
        text = str(text)
        cells.append(
            (
                heading,
                text if len(text) <= LONGEST else f"{text[:LONGEST]} …",
                "" if str(read).lower() == text.lower() else read,
            )
        )
    return cells


# Questions ---------------------------------------------------------------------------------------------------------------


def asks_for_dates(batch):
    """Whether a date such as 3/9/1957 leaves open which number is the day."""
    rows = batch.rows.annotate(text=Cast("problems", TextField())).filter(state=RowState.PROBLEM)
    return rows.filter(text__contains='"ambiguous_date"').exists()


# The file given back -----------------------------------------------------------------------------------------------------


def problems_by_line(batch, resource, reading):
    """Line -> everything that is wrong with it or asked of it, in the active language."""
    said = {}
    rows = batch.rows.filter(state__in=[RowState.PROBLEM, RowState.QUESTION])
    labels = labels_in(rows, resource(batch))
    for line, problems, questions in rows.values_list("line", "problems", "questions").iterator():
        words = [_of_column(reading.heading_of(found["column"], resource), describe(found)) for found in problems]
        words += [
            _of_column(reading.heading_of(asked["column"], resource), _asked(asked, labels)) for asked in questions
        ]
        said[line] = " / ".join(words)
    return said


def _of_column(heading, words):
    return _("%(column)s: %(words)s") % {"column": heading, "words": words} if heading else words


def _asked(asked, labels):
    names = _(", ").join(name for pk, name in candidates_of(asked, labels) if pk != NEW)
    return _("“%(value)s” may be: %(names)s.") % {"value": spoken(asked["value"]), "names": names}
