"""The cells of one sheet, a block of XML at a time: nothing is kept but the row at hand and the shared strings."""

from array import array
from functools import lru_cache
from xml.parsers import expat

from sistercities.core.cells import unescaped

from . import cells, limits
from .archives import damaged
from .delimited import beyond_headings, too_long
from .formats import GENERAL, number_text
from .tables import Cell

#: The elements of a cell that hold text.
TEXT = ("v", "t", "f")


class Strings:
    """The shared strings of a workbook, packed: a million of them cost their bytes and no more.

    Furigana (`rPh`) is left out; the runs of rich text are joined.
    """

    def __init__(self):
        self._bytes, self._ends = bytearray(), array("L", [0])
        self._text, self._in_text, self._phonetic = [], False, False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def __getitem__(self, number):
        if not 0 <= number < len(self._ends) - 1:
            raise damaged()
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")

    def _start(self, name, _attributes):
        name = name.rpartition(":")[2]
        if name == "rPh":
            self._phonetic = True
        self._in_text = name == "t" and not self._phonetic

    def _end(self, name):
        name = name.rpartition(":")[2]
        self._in_text = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._bytes += "".join(self._text).encode("utf-8", "surrogatepass")
            self._ends.append(len(self._bytes))
            self._text.clear()

    def _characters(self, text):
        if self._in_text:
            self._text.append(text)


@lru_cache(maxsize=1000)
def column_of(letters):
    """1 for A, 28 for AB; 0 for what is no column."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number if number <= limits.SHEET_COLUMNS else 0


class Sheet:
    """Rows out of the XML of a sheet. What the sheet says of its own dimensions is not read at all; empty cells and rows cost
    nothing, however many of them a sheet declares.

    `convert(kind, text, style, formula)` makes the cell; a cell that comes out empty is none. Who wants to know how the sheet looks
    gives a list for `columns`: the attributes of its columns are added to it, and an empty cell with a style is converted too.
    """

    def __init__(self, convert, columns=None):
        self._convert, self._columns = convert, columns
        self._rows, self._row = [], []
        self._line = self._column = 0
        self._kind, self._style, self._formula = "n", "", None
        self._text, self._parts, self._collecting, self._phonetic = "", [], False, False
        self._shared = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def take(self):
        """The rows that are ready."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name, attributes):
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._text, self._formula = "", None
            place = attributes.get("r")
            self._column = column_of(place.rstrip("0123456789")) if place else self._column + 1
        elif name in TEXT:
            self._collecting = not self._phonetic
            self._parts.clear()
            if name == "f":
                self._shared_key = attributes.get("si") if attributes.get("t") == "shared" else None
        elif name == "row":
            line = int(attributes.get("r") or self._line + 1)
            if not self._line < line <= limits.SHEET_ROWS:
                raise damaged()
            self._line, self._row, self._column = line, [], 0
        elif name == "rPh":
            self._phonetic = True
        elif name == "col" and self._columns is not None and len(self._columns) < limits.SHEET_COLUMNS:
            self._columns.append(attributes)

    def _characters(self, text):
        if self._collecting:
            self._parts.append(text)

    def _end(self, name):
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            if self._collecting:
                self._text += "".join(self._parts)
                self._collecting = False
        elif name == "c":
            if self._text or self._formula is not None:
                self._put()
            elif self._style and self._columns is not None and 0 < self._column <= limits.MAX_COLUMNS:
                self._add(self._convert("n", "", self._style, None))
        elif name == "row":
            if any(cell.strip() if isinstance(cell, str) else cell for cell in self._row):
                self._rows.append((self._line, self._row))
            self._row = []
        elif name == "f":
            self._collecting = False
            self._formula = "=" + ("".join(self._parts) or self._shared.get(self._shared_key, ""))
            if self._shared_key and self._parts and len(self._shared) < 1000:
                self._shared.setdefault(self._shared_key, "".join(self._parts))
        elif name == "rPh":
            self._phonetic = False

    def _put(self):
        column = self._column
        cell = self._convert(self._kind, self._text, self._style, self._formula)
        if not cell:
            return
        if not 0 < column <= limits.MAX_COLUMNS:
            raise beyond_headings(self._line, column, str(cell)) if column else damaged()
        if len(cell) > limits.MAX_CHARACTERS:
            raise too_long(self._line, column)
        self._add(cell)

    def _add(self, cell):
        row, column = self._row, self._column
        if len(row) == column - 1:
            row.append(cell)
            return
        while len(row) < column:
            row.append("")
        row[column - 1] = cell


def as_text(kind, text, style, formula, *, strings, formats, from_1904):
    """A cell as text, or as a Cell with its problem."""
    if formula is not None:
        return Cell(formula, "formula")
    if kind == "s":
        return checked(strings[int(text)])
    if kind == "n":
        code = formats[int(style)] if style and formats else GENERAL
        return number_text(text, code, from_1904)
    if kind == "b":
        return "FALSE" if text == "0" else "TRUE"
    if kind == "e":
        return Cell(text, "error")
    if kind == "d":
        return iso_text(text)
    if kind in ("str", "inlineStr"):
        return checked(text)
    raise damaged()


def iso_text(text):
    """A date that a sheet stores as ISO 8601, without a time of 00:00."""
    return text.removesuffix("Z").removesuffix(".000").removesuffix("T00:00:00").replace("T", " ")


def checked(text):
    """The text of a cell, read as it was meant. A text that begins with = is a formula that somebody made inert by its type."""
    if "_x" in text:
        text = unescaped(text)
    if text[:1] == "=" and len(text) > 1:
        return Cell(text, "formula")
    return cells.read(text) if cells.worth_a_look(text) else text
