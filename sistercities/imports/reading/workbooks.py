"""XLSX: which sheet is meant, and its lines.

Written on expat rather than on openpyxl, whose reader takes document types, believes what a sheet says of its dimensions, keeps
every row that it has passed, and needs some five times as long.
"""

import posixpath
from dataclasses import dataclass
from functools import partial
from xml.parsers import expat

from django.utils.translation import gettext as _

from . import limits
from .archives import Archive, damaged, sound
from .delimited import fitted, headings_from, too_many_rows
from .files import save_as
from .formats import CODES, GENERAL
from .sheets import Sheet, Strings, as_text
from .tables import NeedsChoice, Refused, Table

#: What our own templates explain themselves on (see writing.py); never a sheet of data beside others.
NOTES = ("Notes", "説明")
WORKBOOK = "spreadsheetml"


@dataclass(frozen=True)
class Workbook:
    """A workbook as far as reading needs it: the parts of its sheets, its formats and its epoch."""

    path: object
    sheets: dict  # title -> name of its part, in the order of the tabs
    hidden: frozenset
    strings: str  # the name of the part with the shared strings, "" where there is none
    formats: tuple  # the format code of each cell style
    styles: str  # the name of the part with the styles, "" where there is none
    from_1904: bool
    sheet: str = ""

    def rows(self, archive, title, strings, convert=as_text, columns=None):
        """`(line, cells)` of every row of a sheet with anything in it; cells as `convert` makes them, `columns` as `Sheet` fills it."""
        sheet = Sheet(partial(convert, strings=strings, formats=self.formats, from_1904=self.from_1904), columns)
        for _block in archive.parse(self.sheets[title], sheet.parser):
            yield from sheet.take()

    def shared_strings(self, archive):
        strings = Strings()
        if self.strings:
            for _block in archive.parse(self.strings, strings.parser):
                pass
        return strings


def open_table(path, choice):
    with sound(), Archive(path) as archive:
        book = workbook(archive, path)
        archive.check()
        strings = book.shared_strings(archive)
        title, titles = chosen_sheet(book, archive, strings, choice.sheet)
        line, row = first_row(book, archive, title, strings)
        return Table(
            kind="xlsx",
            headings=headings_from(row, line),
            heading_line=line,
            sheet=title,
            sheets=titles,
            source=book,
            _read=read,
        )


def first_row(book, archive, title, strings):
    """The first row with anything in it, `(line, cells)`; None on an empty sheet."""
    return next(book.rows(archive, title, strings), None)


def chosen_sheet(book, archive, strings, chosen):
    """The sheet that is meant, and all that may be meant: those with anything in them that are not hidden."""
    if chosen is not None and chosen not in book.sheets:
        raise Refused(_("This workbook has no sheet “%(sheet)s”.") % {"sheet": chosen})
    filled = tuple(title for title in book.sheets if first_row(book, archive, title, strings))
    shown = tuple(title for title in filled if title not in book.hidden) or filled
    shown = tuple(title for title in shown if title not in NOTES) or shown
    if not shown or (chosen and chosen not in filled):
        raise Refused(_("There is nothing in this workbook.") if not shown else _("There is nothing on this sheet."))
    if chosen:
        return chosen, shown
    if len(shown) > 1:
        raise NeedsChoice(
            _("This workbook has several sheets with something in them: %(sheets)s. Choose the one to import.")
            % {"sheets": _(", ").join(shown)},
            "sheet",
            shown,
        )
    return shown[0], shown


def read(table):
    """The rows of a table, as Table.rows promises."""
    width, count = len(table.headings), 0
    with sound(), Archive(table.source.path) as archive:
        strings = table.source.shared_strings(archive)
        for line, row in table.source.rows(archive, table.sheet, strings):
            if line <= table.heading_line:
                continue
            count += 1
            if count > limits.MAX_ROWS:
                raise too_many_rows(line)
            yield line, row if len(row) == width else fitted(row, width, line)


# The parts of a workbook -------------------------------------------------------------------------------------------------


def workbook(archive, path):
    """What the parts of the archive say of themselves; Refused where they are no workbook that may be read."""
    if "[Content_Types].xml" not in archive.entries:
        raise Refused(what_else(archive))
    types = elements(archive, "[Content_Types].xml")
    refuse_other_types([attributes.get("ContentType", "") for _name, attributes in types])
    main = next((target for kind, _id, target in relations(archive, "") if kind.endswith("/officeDocument")), None)
    if main is None or main not in archive.entries:
        raise damaged()
    parts = {key: (kind, target) for kind, key, target in relations(archive, main)}
    sheets, hidden, from_1904 = {}, set(), False
    for name, attributes in elements(archive, main):
        if name == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true")
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            kind, target = parts.get(key, ("", ""))
            if kind.endswith("/worksheet") and target in archive.entries:
                sheets[attributes["name"]] = target
                if attributes.get("state", "visible") != "visible":
                    hidden.add(attributes["name"])
    named = {kind.rpartition("/")[2]: target for kind, target in parts.values() if target in archive.entries}
    styles = named.get("styles")
    return Workbook(
        path=path,
        sheets=sheets,
        hidden=frozenset(hidden),
        strings=named.get("sharedStrings", ""),
        formats=formats_of(elements(archive, styles)) if styles else (),
        styles=styles or "",
        from_1904=from_1904,
    )


def what_else(archive):
    """The words for an archive that is no workbook."""
    names = archive.entries
    if "mimetype" in names and "content.xml" in names:
        return _("This is an OpenDocument file (.ods).") + " " + _("Save it as “Excel workbook (.xlsx)” or as “CSV”.")
    if any(name.startswith("Index/") or name.endswith(".iwa") for name in names):
        return _("This is a Numbers document.") + " " + _("Save it as “Excel workbook (.xlsx)” or as “CSV”.")
    return _("This is a packed archive and no workbook. Unpack it and upload the table that is in it.")


def refuse_other_types(types):
    """Macros, binary workbooks and the other documents of Office are told by the types of their parts."""
    joined = " ".join(types)
    if "sheet.binary" in joined:
        raise Refused(_("This is a binary workbook (.xlsb).") + " " + save_as())
    if "macroEnabled" in joined or "vbaProject" in joined:
        raise Refused(
            _("This workbook holds macros, programs that could do harm.")
            + " "
            + _("Save it as “Excel workbook (.xlsx)”, without macros, or as “CSV”.")
        )
    if WORKBOOK not in joined:
        if "wordprocessingml" in joined:
            raise Refused(_("This is a Word document. Copy its table into Excel and save that as .xlsx."))
        raise Refused(_("This is no Excel workbook.") + " " + _("Upload a CSV file or an Excel workbook (.xlsx)."))


def elements(archive, name):
    """`(local name, attributes)` of the elements of a small part, in the order in which they begin."""
    found = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    for _block in archive.parse(name, parser):
        yield from found
        found.clear()


def relations(archive, part):
    """`(type, id, name of the part)` of what a part refers to; of the whole archive where `part` is ""."""
    folder, _slash, name = part.rpartition("/")
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    if where not in archive.entries:
        raise damaged()
    for name, attributes in elements(archive, where):
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            yield attributes["Type"], attributes["Id"], target


def formats_of(styles):
    """The format code of each cell style, in their order."""
    own, codes, in_cells = {}, [], False
    for name, attributes in styles:
        if name in ("cellXfs", "cellStyles", "dxfs"):
            in_cells = name == "cellXfs"
        elif name == "numFmt":
            own.setdefault(int(attributes["numFmtId"]), attributes["formatCode"])
        elif name == "xf" and in_cells:
            codes.append(int(attributes.get("numFmtId", 0)))
    return tuple(own.get(code) or CODES.get(code, GENERAL) for code in codes)
