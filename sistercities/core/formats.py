"""The forms in which a list leaves the portal: CSV, JSON, GeoJSON and XLSX, streamed a chunk at a time."""

import csv
import json
import tempfile

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from .cells import inert

#: Records read per chunk: the number of statements per chunk is constant, memory too.
CHUNK = 1000
#: Records per page of JSON.
JSON_PAGE = 500


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


def csv_stream(listing, ids):
    """Lines of CSV (RFC 4180, UTF-8 with a BOM, without which Excel in Japan garbles it)."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([column.name for column in listing.columns])
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


def sheet_cell(column, line):
    """A cell without the control characters that a workbook cannot hold (pasted text brings them along)."""
    value = cell(column, line)
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def write_xlsx(listing, ids, file):
    """A workbook of one sheet; text stays text, whatever it begins with."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(listing.dataset)
    sheet.append([column.name for column in listing.columns])
    for chunk in chunks(ids):
        for record in listing.export_records(chunk):
            for line in listing.lines(record):
                sheet.append([sheet_cell(column, line) for column in listing.columns])
    workbook.save(file)


def xlsx_response(listing, ids):
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_xlsx(listing, ids, file)
    file.seek(0)
    return FileResponse(file, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def csv_response(listing, ids):
    return StreamingHttpResponse(csv_stream(listing, ids), content_type="text/csv; charset=utf-8")


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
