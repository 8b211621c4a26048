"""The forms in which a list leaves the portal: CSV, JSON, GeoJSON and XLSX, streamed a chunk at a time."""

import csv
import json
import tempfile
from dataclasses import dataclass, field

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from .cells import GETA_ERRORS, escaped, inert

#: Records read per chunk: the number of statements per chunk is constant, memory too.
CHUNK = 1000
#: Records per page of JSON.
JSON_PAGE = 500
#: Characters that a cell of a workbook holds.
LONGEST_CELL = 32_767
#: Cells named for a character that the CSV cannot hold.
EXAMPLES = 5
#: Encodings of the CSV, as its parameter `encoding` names them: UTF-8, and what older Japanese programs expect.
ENCODINGS = ("utf-8", "cp932")


class _Echo:
    """A file that returns what is written, for `csv.writer` in a stream."""

    def write(self, value):
        return value


def chunks(ids, size=CHUNK):
    return (ids[start : start + size] for start in range(0, len(ids), size))


def cell(column, line):
    """The text or number of one cell, as the spreadsheet formats write it."""
    value = column.value(line)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        value = ";".join(map(str, value))
    return inert(str(value)) if column.is_text else value


def csv_stream(listing, ids, mark="\ufeff"):
    """Lines of CSV (RFC 4180) behind a byte order mark, without which Excel in Japan takes UTF-8 for CP932."""
    writer = csv.writer(_Echo())
    yield mark + writer.writerow([column.name for column in listing.columns])
    for chunk in chunks(ids):
        lines = (line for record in listing.export_records(chunk) for line in listing.lines(record))
        yield "".join(writer.writerow([cell(column, line) for column in listing.columns]) for line in lines)


def json_record(listing, record):
    """One record with the columns as keys; `listing.parts` adds what stands in several lines of the CSV as a list."""
    line = next(iter(listing.lines(record)))
    flat = {column.name: column.value(line) for column in listing.columns if not column.per_line}
    return {**flat, **listing.parts(record)}


def json_body(listing, ids, page):
    """A page of 500 records: `{count, page, pages, results}`."""
    pages = max(1, -(-len(ids) // JSON_PAGE))
    chosen = ids[(page - 1) * JSON_PAGE : page * JSON_PAGE]
    results = [json_record(listing, record) for record in listing.export_records(chosen)]
    return {"count": len(ids), "page": page, "pages": pages, "results": results}


def geojson_stream(listing, ids):
    """A FeatureCollection (RFC 7946) of all records; a record without a position has a null geometry."""
    yield '{"type":"FeatureCollection","features":['
    separator = ""
    for chunk in chunks(ids):
        for record in listing.export_records(chunk):
            feature = {
                "type": "Feature",
                "id": record.pk,
                "geometry": listing.geometry(record),
                "properties": json_record(listing, record),
            }
            yield separator + json.dumps(feature, ensure_ascii=False)
            separator = ",\n"
    yield "]}\n"


def sheet_cell(sheet, column, line):
    """A cell as a workbook holds it: text is text by its type, so that nothing in it is ever run or taken for an error."""
    value = cell(column, line)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    written = WriteOnlyCell(sheet, escaped(value)[:LONGEST_CELL])
    written.data_type = "s"
    return written


def write_xlsx(listing, ids, file):
    """A workbook of one sheet; text stays text, whatever it begins with."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(listing.dataset)
    sheet.append([column.name for column in listing.columns])
    for chunk in chunks(ids):
        for record in listing.export_records(chunk):
            for line in listing.lines(record):
                sheet.append([sheet_cell(sheet, column, line) for column in listing.columns])
    workbook.save(file)


def xlsx_response(listing, ids):
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_xlsx(listing, ids, file)
    file.seek(0)
    return FileResponse(file, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def csv_response(listing, ids, encoding="utf-8"):
    if encoding == "utf-8":
        return StreamingHttpResponse(csv_stream(listing, ids), content_type="text/csv; charset=utf-8")
    parts = (part.encode(encoding, GETA_ERRORS) for part in csv_stream(listing, ids, mark=""))
    return StreamingHttpResponse(parts, content_type="text/csv; charset=windows-31j")


@dataclass
class Unfit:
    """A character that an encoding cannot hold: in how many cells it stands, and `(id, column, text)` of the first of them."""

    character: str
    cells: int = 0
    examples: list = field(default_factory=list)

    @property
    def code(self):
        return f"U+{ord(self.character):04X}"


def unfit_characters(listing, ids, encoding):
    """What the CSV of these records would lose in an encoding, by how often it stands there; read in chunks like the file."""
    found = {}
    for chunk in chunks(ids):
        for record in listing.export_records(chunk):
            for line in listing.lines(record):
                for column in listing.columns:
                    text = str(cell(column, line))
                    if not text.isascii():
                        note_unfit(found, text, encoding, record, column)
    return sorted(found.values(), key=lambda unfit: (-unfit.cells, unfit.character))


def note_unfit(found, text, encoding, record, column):
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        for character in dict.fromkeys(text):
            if character.encode(encoding, "ignore"):
                continue
            unfit = found.setdefault(character, Unfit(character))
            unfit.cells += 1
            if len(unfit.examples) < EXAMPLES:
                unfit.examples.append((record.pk, column.name, text))


def geojson_response(listing, ids):
    return StreamingHttpResponse(geojson_stream(listing, ids), content_type="application/geo+json")


#: Format -> what answers with all rows. JSON is paged and stands apart.
STREAMED = {"csv": csv_response, "geojson": geojson_response, "xlsx": xlsx_response}
#: Format -> its name and media type.
LABELS = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "geojson": ("GeoJSON", "application/geo+json"),
    "xlsx": ("Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
FORMATS = tuple(LABELS)
