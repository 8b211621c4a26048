"""Files made by a script: delimited texts in any encoding, and workbooks put together part by part, well or badly."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reads:
    """The file is read: its rows (all of them, with their lines where `lines` is given) and what else is told of it.

    `problems` is `{(row, column): code}`, both from 0.
    """

    rows: list
    headings: list | None = None
    lines: list | None = None
    problems: dict = field(default_factory=dict)
    told: dict = field(default_factory=dict)  # attributes of the Table


@dataclass(frozen=True)
class Refuses:
    """The file is refused with these words in the English message, at this line and column."""

    words: str
    line: int | None = None
    column: int | None = None
    options: tuple = ()  # of NeedsChoice


@dataclass(frozen=True)
class HardFile:
    """A file that is hard to read: `name` (with the ending under which it is uploaded), `make()` its bytes, what is to come of
    it, and what a coordinator chose beforehand."""

    name: str
    make: Any
    expected: Reads | Refuses
    choice: dict = field(default_factory=dict)


def text(content, encoding="utf-8"):
    return lambda: content.encode(encoding)


def raw(content):
    return lambda: content


# Workbooks -----------------------------------------------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def cell(value, place="", *, kind="", style=""):
    """A cell of a sheet's XML: a number as it is, a text inline."""
    attributes = "".join(f' {name}="{given}"' for name, given in (("r", place), ("t", kind), ("s", style)) if given)
    if kind or not isinstance(value, str):
        return f"<c{attributes}><v>{value}</v></c>"
    return f'<c{attributes} t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def row(*cells, number=None):
    """A row of cells (ready XML, or values that become cells)."""
    ready = [given if isinstance(given, str) and given.startswith("<") else cell(given) for given in cells]
    attribute = f' r="{number}"' if number else ""
    return f"<row{attribute}>{''.join(ready)}</row>"


def worksheet(*rows, before="", after=""):
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def parts(*sheets, titles=None, states=None, formats=(), strings=None, properties="", content_type=SHEET_TYPE):
    """The parts of a workbook, name -> content; `formats` are the format codes of the styles 1, 2, …"""
    titles = titles or [f"Sheet{number}" for number in range(1, len(sheets) + 1)]
    states = states or [""] * len(sheets)
    named = "".join(
        f'<sheet name="{title}" sheetId="{number}" r:id="rId{number}"{f" state={chr(34)}{state}{chr(34)}" if state else ""}/>'
        for number, (title, state) in enumerate(zip(titles, states, strict=True), 1)
    )
    own = "".join(
        f'<numFmt numFmtId="{200 + number}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for number, code in enumerate(formats)
        if isinstance(code, str)
    )
    ids = [200 + number if isinstance(code, str) else code for number, code in enumerate(formats)]
    styles = f"<numFmts>{own}</numFmts><cellXfs>{''.join(f'<xf numFmtId={chr(34)}{i}{chr(34)}/>' for i in [0, *ids])}</cellXfs>"
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    relations += f'<Relationship Id="s" Type="{DOCUMENT}/styles" Target="styles.xml"/>'
    relations += f'<Relationship Id="t" Type="{DOCUMENT}/sharedStrings" Target="sharedStrings.xml"/>'
    made = {
        "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{content_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{DOCUMENT}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><workbookPr {properties}/><sheets>{named}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    if strings is not None:
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{"".join(strings)}</sst>'
    return made | {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(sheets, 1)}


def packed(made, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in made.items():
            archive.writestr(name, content)
    return file.getvalue()


def workbook(*rows, **options):
    """A maker of a workbook of one sheet with these rows."""
    return lambda: packed(parts(worksheet(*rows), **options))


def changed(made, **changes):
    """A maker of a workbook with parts replaced or (None) left out; names by `_` for `/` and `.` are too clever, so: a dict."""
    return lambda: packed(
        {name: content for name, content in (made | changes.get("with_", {})).items() if content is not None}
    )
