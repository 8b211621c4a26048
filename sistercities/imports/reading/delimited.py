"""CSV and TSV: the delimiter, the headings and the lines, at the speed of the csv module."""

import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from . import cells, encodings, limits
from .tables import Refused, Table

DELIMITERS = (",", "\t", ";")
#: Characters by which delimiter and line ends are told.
SAMPLE = 64 * 1024
#: Excel's own first line, which names the delimiter.
SEP = re.compile('"?sep=(.)"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
QUOTED = re.compile('"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Text:
    """A delimited text as it is opened anew for each reading."""

    path: object
    found: encodings.Found
    delimiter: str = ","
    spaces: bool = False  # whether spaces stand between a delimiter and a quotation mark
    named: bool = False  # whether the first line names the delimiter

    @contextmanager
    def open(self):
        """The lines of the file with their own line ends, after the line that names the delimiter."""
        with open(self.path, encoding=self.found.codec, errors=self.found.errors, newline="") as file:
            if self.named:
                file.readline()
            yield file

    def reader(self, lines):
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.spaces, strict=True)


def open_table(path, choice):
    if choice.delimiter is not None and choice.delimiter not in DELIMITERS:
        raise Refused(_("A delimiter is a comma, a tab or a semicolon."))
    text = Text(path, encodings.find(path, choice.encoding))
    with text.open() as file:
        sample = file.read(SAMPLE)
    sep = SEP.match(sample)
    bare = QUOTED.sub('""', sample[sep.end() :] if sep else sample)
    delimiter = choice.delimiter or (sep and sep[1] in DELIMITERS and sep[1]) or usual_delimiter(bare)
    spaces = bool(re.search(f'(?:^|{delimiter}) +"', bare))
    text = replace(text, delimiter=delimiter, spaces=spaces, named=bool(sep))
    line, headings = headings_of(text)
    return Table(
        kind="csv",
        headings=headings,
        heading_line=line,
        encoding=text.found.encoding,
        encodings=text.found.encodings,
        delimiter=delimiter,
        newline=next(iter(re.findall("\r\n|\n|\r", bare)), "\r\n"),
        bom=text.found.bom,
        source=text,
        _read=read,
    )


def usual_delimiter(bare):
    """The delimiter that stands most often in the first line with anything in it; quoted parts are out of `bare`."""
    first = next((line for line in re.split("[\r\n]+", bare) if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def headings_of(text):
    """The line and the cells of the first line with anything in it, without empty cells at its end."""
    with text.open() as file:
        for line, row, joined in records(text, file):
            if not is_empty(joined):
                return line, headings_from(row, line)
    raise Refused(_("This file holds nothing but empty lines."))


def headings_from(row, line):
    """The headings of either kind of file, checked for their number."""
    headings = [cells.read(cell).strip() for cell in row]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > limits.MAX_COLUMNS:
        raise Refused(
            _("Line %(line)s: this file has %(columns)s columns; at most %(most)s are read.")
            % {"line": line, "columns": len(headings), "most": limits.MAX_COLUMNS},
            line,
        )
    return tuple(headings)


def is_empty(joined):
    """Whether a line holds nothing; old programs end a file with the sign of Ctrl+Z."""
    return not joined or joined.isspace() or joined.strip() == "\x1a"


def records(text, file):
    """`(line, row, all cells in one text)` of every record, by the physical line on which it begins."""
    reader, offset = text.reader(file), int(text.named)
    line = offset + 1
    try:
        for row in reader:
            yield line, row, "".join(row)
            line = reader.line_num + offset + 1
    except csv.Error as error:
        raise not_a_record(text, line, reader.line_num + offset, str(error)) from None
    except UnicodeError:
        raise Refused(_("Line %(line)s is not in the encoding of the file.") % {"line": line}, line) from None


def not_a_record(text, line, reached, message):
    """The refusal of a record that begins on `line` and could be read up to the line `reached`."""
    opened = opening_line(text, line)
    if "field limit" in message or "end of data" in message:
        words = _("Line %(line)s: a quotation mark opens a cell here and nothing closes it.")
    elif opened == reached:
        words = _('Line %(line)s: a quotation mark stands inside a quoted cell. Write it twice: "".')
    else:
        words = _(
            "Line %(line)s: the quotation mark that opens a cell here has no pair; the next one is on line %(reached)s."
        )
    return Refused(words % {"line": opened, "reached": reached}, opened)


def opening_line(text, start):
    """The physical line on which the last quoted cell of the record that begins on line `start` was opened."""
    opened, inside, offset = start, False, int(text.named)
    with text.open() as file:
        for number, line in enumerate(file, offset + 1):
            if number < start:
                continue
            fresh = not inside
            for place, sign in enumerate(line):
                if sign == '"' and inside:
                    if line[place + 1 : place + 2] != '"' and line[place - 1] != '"':
                        inside = False
                        if line[place + 1 : place + 2] not in ("", "\r", "\n", text.delimiter):
                            return opened
                elif sign == '"' and fresh:
                    inside, opened = True, number
                fresh = not inside and (sign == text.delimiter or (fresh and text.spaces and sign == " "))
            if number - opened > 1000:
                break
    return opened


def read(table):
    """The rows of a table, as Table.rows promises."""
    text, width, count = table.source, len(table.headings), 0
    with text.open() as file:
        for line, row, joined in records(text, file):
            if line <= table.heading_line or is_empty(joined):
                continue
            count += 1
            if count > limits.MAX_ROWS:
                raise too_many_rows(line)
            if len(row) != width:
                row = fitted(row, width, line)
            if len(joined) > limits.MAX_CHARACTERS:
                check_lengths(row, line)
            yield line, [cells.read(cell) for cell in row] if cells.worth_a_look(joined) else row


def fitted(row, width, line):
    """The row with as many cells as there are headings; Refused where a cell has no heading."""
    for column, cell in enumerate(row[width:], width + 1):
        if cell and not cell.isspace():
            raise beyond_headings(line, column, cell)
    return row[:width] + [""] * (width - len(row))


def beyond_headings(line, column, cell):
    return Refused(
        _("Line %(line)s has more cells than there are headings: “%(cell)s” stands in column %(column)s.")
        % {"line": line, "column": column, "cell": cell[:60]}
        + " "
        + _("Perhaps a cell that holds the delimiter is not in quotation marks, or a heading is missing."),
        line,
        column,
    )


def too_many_rows(line):
    return Refused(
        _("This file has more than %(most)s rows. Divide it into several files.") % {"most": f"{limits.MAX_ROWS:,}"},
        line,
    )


def check_lengths(row, line):
    for column, cell in enumerate(row, 1):
        if len(cell) > limits.MAX_CHARACTERS:
            raise too_long(line, column)


def too_long(line, column):
    return Refused(
        _("Line %(line)s, column %(column)s: a cell holds more than %(most)s characters.")
        % {"line": line, "column": column, "most": f"{limits.MAX_CHARACTERS:,}"}
        + " "
        + _("Perhaps a quotation mark is not closed."),
        line,
        column,
    )
