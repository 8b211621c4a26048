"""A file as a table of text, and the ways in which a file can be refused."""

from collections.abc import Callable
from dataclasses import dataclass, field


class Refused(Exception):
    """The file, as a whole, cannot be read. `str()` is a text for people in the active language: what, where, what to do.

    `line` and `column` count from 1 as a spreadsheet shows them; None where the fault has no place.
    """

    def __init__(self, message, line=None, column=None):
        super().__init__(message)
        self.line = line
        self.column = column


class NeedsChoice(Refused):
    """The file can be read once somebody says which `options` of `field` (a field of Choice) is meant."""

    def __init__(self, message, field, options):
        super().__init__(message)
        self.field = field
        self.options = tuple(options)


@dataclass(frozen=True)
class Choice:
    """What the coordinator settled about a file; None means: find out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


class Cell(str):
    """A cell's text with a problem that stands in the cell itself; a cell without one is a plain `str`.

    `problem` is a code: `formula` (the text is the formula), `error` (#N/A and its kin), `date` (a number formatted as a date
    that is none), `undecodable` (bytes that are not in the file's encoding stand as U+FFFD), `private` (a character that only
    the computer that wrote it can show), `lost` (〓 stands where an encoding could not hold the character).
    """

    __slots__ = ("problem",)

    def __new__(cls, text, problem=""):
        cell = super().__new__(cls, text)
        cell.problem = problem
        return cell

    def __getnewargs__(self):
        return str(self), self.problem


@dataclass(frozen=True)
class Table:
    """A file as a table.

    `encodings` are all encodings in which the whole file decodes without error, the likeliest first; `heading_line` is the line
    of the file (CSV) or the row of the sheet (XLSX) that holds the headings.
    """

    kind: str  # "csv" or "xlsx"
    headings: tuple[str, ...]
    heading_line: int
    encoding: str = ""
    encodings: tuple[str, ...] = ()
    delimiter: str = ""
    newline: str = ""
    bom: bool = False
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    #: The open file as its own reader sees it; `writing` asks it for the cells as they stand.
    source: object = field(default=None, repr=False, compare=False)
    _read: Callable = field(default=None, repr=False, compare=False)

    def rows(self):
        """Yields `(line, cells)` of every line with anything in it, each time anew; as many cells as there are headings.

        Raises Refused for what is met on the way: too many rows, more cells than headings, a quotation mark without its pair.
        """
        return self._read(self)
