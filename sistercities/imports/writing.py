"""Files for the coordinator: the uploaded file once more with what is wrong in each line, and empty templates."""

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from math import isfinite

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.datavalidation import DataValidation

from sistercities.core.cells import escaped, inert, unescaped

from .looks import Looks, set_widths
from .reading import encodings
from .reading.archives import Archive, sound
from .reading.formats import GENERAL
from .reading.sheets import iso_text
from .reading.workbooks import NOTES

#: Excel takes a list of choices up to this length within the rule itself; a longer one stands on a sheet of its own.
LONGEST_LIST = 255
#: Rows of a template that have drop-downs.
TEMPLATE_ROWS = 5_000
CHOICES_SHEET = "choices"


def annotated(table, problems, out, heading):
    """Write the file of `table` to `out` (binary) with one added last column: `heading`, and `problems[line]` in each line.

    Encoding, delimiter, line ends, order, leading lines and untouched cells stay as they are. A column with that heading, from
    an earlier time, is replaced. What the encoding cannot hold of a problem is written as 〓.
    """
    write = {"csv": _annotated_text, "xlsx": _annotated_workbook}[table.kind]
    write(table, problems, out, heading)


# CSV ---------------------------------------------------------------------------------------------------------------------


class _Kept:
    """Lines of a file as they are read, with the raw text of the record at hand kept."""

    def __init__(self, lines):
        self._lines = iter(lines)
        self._raw = []

    def __iter__(self):
        return self

    def __next__(self):
        line = next(self._lines)
        self._raw.append(line)
        return line

    def take(self):
        raw = "".join(self._raw)
        self._raw.clear()
        return raw


def _annotated_text(table, problems, out, heading):
    source = table.source
    codec = {"utf-16": "utf-16-le"}.get(source.found.codec, source.found.codec).removesuffix("-sig")
    if source.found.codec == "utf-16":
        with open(source.path, "rb") as file:
            codec = "utf-16-be" if file.read(2) == b"\xfe\xff" else codec
    if table.bom:
        out.write("\ufeff".encode(codec))
    place = table.headings.index(heading) if heading in table.headings else None
    with open(source.path, encoding=source.found.codec, errors=source.found.errors, newline="") as file:
        if source.named:
            out.write(encodings.encode(file.readline(), codec))
        kept = _Kept(file)
        line = 1 + source.named
        reader = source.reader(kept)
        for row in reader:
            raw = kept.take()
            if line >= table.heading_line and any(cell and not cell.isspace() for cell in row):
                added = heading if line == table.heading_line else inert(problems.get(line, ""))
                raw = _with_cell(raw, row, len(table.headings), place, added, table)
            out.write(encodings.encode(raw, codec))
            line = reader.line_num + 1 + source.named


def _with_cell(raw, row, width, place, added, table):
    """The raw text of a record with one more cell; the other cells keep the form in which they were written."""
    content = raw.rstrip("\r\n")
    end = raw[len(content) :]
    if len(row) != width or place is not None:
        parts = _raw_cells(content, table.delimiter)
        parts = [*parts[:width], *[""] * (width - len(parts))]
        if place is not None:
            del parts[place]
        content = table.delimiter.join(parts)
    return content + table.delimiter + _quoted(added, table.delimiter) + (end or (table.newline if not raw else ""))


def _raw_cells(content, delimiter):
    """The cells of a record as they are written, quotation marks included."""
    cell = re.compile(f'( *"(?:[^"]|"")*"[^{delimiter}]*|[^{delimiter}]*)({delimiter}|$)')
    parts, at = [], 0
    while True:
        found = cell.match(content, at)
        parts.append(found[1])
        if not found[2]:
            return parts
        at = found.end()


def _quoted(text, delimiter):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="").writerow([text, ""])
    return file.getvalue().removesuffix(delimiter)


# XLSX --------------------------------------------------------------------------------------------------------------------


def _annotated_workbook(table, problems, out, heading):
    """A workbook with the one sheet that was read: values and looks as they were, text as text whatever it begins with."""
    written = Workbook(write_only=True)
    if table.source.from_1904:
        written.epoch = CALENDAR_MAC_1904
    sheet = written.create_sheet(table.sheet)
    sheet.freeze_panes = f"A{table.heading_line + 1}"
    place = table.headings.index(heading) if heading in table.headings else None
    width = len(table.headings)
    columns, done = [], 0
    with sound(), Archive(table.source.path) as archive:
        strings, looks = table.source.shared_strings(archive), Looks(table.source, archive, sheet)
        for line, row in table.source.rows(archive, table.sheet, strings, _as_stored, columns):
            if not done:  # a sheet names its columns before its rows
                set_widths(sheet, columns, width, place)
            for _empty in range(done + 1, line):
                sheet.append([])
            done = line
            cells = [_written(sheet, cell, looks) for cell in [*row[:width], *[""] * (width - len(row))]]
            if place is not None:
                del cells[place]
            added = None
            if line >= table.heading_line:
                added = text_cell(sheet, heading if line == table.heading_line else problems.get(line, ""))
            if line == table.heading_line and cells and cells[-1] is not None:
                added._style = cells[-1]._style
            sheet.append([*cells, added])
    written.save(out)


class _Stored(str):
    """A cell as the sheet stores it: its text, whether that is a number or truth value, its style and number format."""

    def __new__(cls, text, kind, style, code):
        cell = super().__new__(cls, text)
        cell.kind, cell.style, cell.code = kind, style, code
        return cell


def _as_stored(kind, text, style, formula, *, strings, formats, from_1904):
    code = formats[int(style)] if style and formats else GENERAL
    if formula is not None:
        return _Stored(formula, "text", style, code)
    if kind == "s":
        return _Stored(unescaped(strings[int(text)]), "text", style, code)
    if kind == "d":
        return _Stored(iso_text(text), "text", style, code)
    return _Stored(unescaped(text), {"n": "number", "b": "truth"}.get(kind, "text"), style, code)


def _written(sheet, stored, looks):
    if not isinstance(stored, _Stored):
        return None
    value = None
    if stored and stored.kind != "text":
        value = stored != "0" if stored.kind == "truth" else _number(stored)
    cell = WriteOnlyCell(sheet, value) if value is not None or not stored else text_cell(sheet, stored)
    cell._style = looks.of(stored.style, stored.code)
    return cell


def _number(text):
    """The number that a sheet stores, or None where it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return int(text) if text.strip().isdigit() else value if isfinite(value) else None


def text_cell(sheet, text):
    """A cell that is text by its type: a spreadsheet never runs it, whatever it begins with."""
    cell = WriteOnlyCell(sheet, escaped(text)[:32_767])
    cell.data_type = "s"
    return cell


# Templates ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TemplateColumn:
    """A column of a template: its key, its heading and explanation in the language of the request, its choices, an example."""

    name: str
    heading: str
    help: str
    choices: tuple[str, ...] = ()
    example: str = ""


def template(columns, out, title=""):
    """Write an empty workbook with these columns to `out` (binary): bold frozen headings, drop-downs, and a sheet of notes.

    All cells are text, so that Excel leaves codes with zeros and dates such as 1955-12 as they are typed.
    """
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = (re.sub(r"[\[\]:*?/\\]", " ", title) or "import")[:31]
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        head = sheet.cell(1, number, column.heading)
        head.data_type, head.font = "s", Font(bold=True)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = max(12, min(40, 2 + _width(column.heading), 60))
        sheet.column_dimensions[letter].number_format = "@"
        if column.choices:
            _add_drop_down(workbook, sheet, letter, column)
    _add_notes(workbook, columns)
    workbook.save(out)


def _width(text):
    """The width of a text in digits; a kanji is as wide as two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def _add_drop_down(workbook, sheet, letter, column):
    listed = ",".join(column.choices)
    if len(listed) <= LONGEST_LIST and not any("," in choice or '"' in choice for choice in column.choices):
        formula = f'"{listed}"'
    else:
        formula = _listed_apart(workbook, column.choices)
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    rule.errorTitle = column.heading[:32]
    rule.error = _("Choose one of the values of the list.")
    rule.promptTitle, rule.prompt = column.heading[:32], column.help[:255]
    rule.add(f"{letter}2:{letter}{TEMPLATE_ROWS}")
    sheet.add_data_validation(rule)


def _listed_apart(workbook, choices):
    """The address of the choices on a hidden sheet, a column each."""
    if CHOICES_SHEET not in workbook.sheetnames:
        workbook.create_sheet(CHOICES_SHEET).sheet_state = "hidden"
    sheet = workbook[CHOICES_SHEET]
    number = sheet.max_column + 1 if sheet["A1"].value else 1
    for row, choice in enumerate(choices, 1):
        sheet.cell(row, number, choice).data_type = "s"
    letter = get_column_letter(number)
    return f"{CHOICES_SHEET}!${letter}$1:${letter}${len(choices)}"


def _add_notes(workbook, columns):
    # The reader knows both titles and never takes this sheet for data.
    title = pgettext("sheet of a template", "Notes")
    sheet = workbook.create_sheet(title if title in NOTES else NOTES[0], 1)
    sheet.freeze_panes = "A2"
    rows = [(_("Column"), _("Meaning"), _("Example"), _("Choices"))]
    rows += [(column.heading, column.help, column.example, "\n".join(islice(column.choices, 60))) for column in columns]
    for line, row in enumerate(rows, 1):
        for number, text in enumerate(row, 1):
            if not text:
                continue
            cell = sheet.cell(line, number, escaped(str(text)))
            cell.data_type, cell.alignment = "s", Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=line == 1 or number == 1)
    for letter, width in zip("ABCD", (26, 70, 30, 34), strict=True):
        sheet.column_dimensions[letter].width = width
