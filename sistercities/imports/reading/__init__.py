"""Files into tables: whatever the bytes, out come lines of text cells or a refusal in words. Knows no database and no dataset."""

from itertools import islice

from . import delimited, limits, workbooks
from .files import check_size, workbook_or_text
from .tables import Cell, Choice, NeedsChoice, Refused, Table

__all__ = ["Cell", "Choice", "NeedsChoice", "Refused", "Table", "limits", "open_table", "preview"]


def open_table(path, name, choice=None):
    """The file at `path`, uploaded under `name`, as a Table.

    The content decides what a file is; raises Refused where its name says something else or where it cannot be read, and
    NeedsChoice where somebody has to say which sheet is meant.
    """
    check_size(path)
    reader = {"xlsx": workbooks, "csv": delimited}[workbook_or_text(path, name)]
    return reader.open_table(path, choice or Choice())


def preview(table, lines=5):
    """The first lines of a table, `(line, cells)` each."""
    return list(islice(table.rows(), lines))
