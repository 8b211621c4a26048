"""How an uploaded workbook looks: the widths of its columns and the looks of its cells, for the file that is given back.

Fonts, fills, borders and alignments are told by the number of a cell's style, each made once however many cells have it. What cannot
be read looks plain: a file is not refused for its looks.
"""

from contextlib import suppress
from xml.etree.ElementTree import fromstring

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles.stylesheet import Stylesheet
from openpyxl.utils import get_column_letter

#: Bytes of the styles that are read. The part was parsed before, and holds no document type.
MOST_BYTES = 4 * 1024 * 1024
#: What of them makes the look of a cell. Named styles, tens of thousands in files that were copied for years, do not.
PARTS = {"fonts", "fills", "borders", "cellXfs"}
#: Characters that fit into the column of problems.
PROBLEMS_WIDTH = 60


class Looks:
    """The looks of the cells of one workbook, to be taken over into a sheet of another."""

    def __init__(self, source, archive, sheet):
        self._sheet, self._made, self._styles = sheet, {}, None
        with suppress(Exception):  # whatever openpyxl makes of styles that it does not understand
            self._styles = _styles_of(archive, source.styles)

    def of(self, number, code):
        """The style of the cells with the style `number` (as text, "" for none) and the number format `code`."""
        if (number, code) not in self._made:
            self._made[number, code] = self._make(number, code)
        return self._made[number, code]

    def _make(self, number, code):
        cell = WriteOnlyCell(self._sheet)
        with suppress(Exception):
            style = self._styles.cellXfs.xf[int(number or 0)]
            cell.font, cell.fill = self._styles.fonts[style.fontId], self._styles.fills[style.fillId]
            cell.border = self._styles.borders[style.borderId]
            if style.alignment:
                cell.alignment = style.alignment
        cell.number_format = code
        return cell._style


def _styles_of(archive, part):
    content = b""
    for block in archive.blocks(archive.entries[part]):
        content += block
        if len(content) > MOST_BYTES:
            return None
    tree = fromstring(content)  # noqa: S314  (see MOST_BYTES)
    for child in list(tree):
        if child.tag.rpartition("}")[2] not in PARTS:
            tree.remove(child)
    return Stylesheet.from_tree(tree)


def set_widths(sheet, columns, width, left_out):
    """Give the first `width` columns of `sheet` the widths of `columns` (attributes of `col`), without the column `left_out` (from 0, or None)."""
    given = {}
    for column in columns:
        with suppress(ValueError, KeyError):
            wide = min(255.0, max(0.0, float(column["width"])))
            hidden = column.get("hidden") in ("1", "true")
            for number in range(int(column["min"]) - 1, min(int(column["max"]), width)):
                given[number] = (wide, hidden)
    kept = [given.get(number) for number in range(width) if number != left_out]
    for number, found in enumerate(kept, 1):
        if found:
            dimension = sheet.column_dimensions[get_column_letter(number)]
            dimension.width, dimension.hidden = found
    sheet.column_dimensions[get_column_letter(len(kept) + 1)].width = PROBLEMS_WIDTH
