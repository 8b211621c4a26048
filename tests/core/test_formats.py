"""The files of a list that knows nothing of the directory: chunks, cells, and formulas made harmless."""

import csv
import io
import json
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from sistercities.core import formats
from sistercities.core.cells import inert, restore, unescaped
from sistercities.core.listings import Column


class Letters:
    """A listing of letters: one record is one letter with a number and some words."""

    dataset = "letters"
    columns = (
        Column("id", lambda line: line.pk, "Number.", is_text=False),
        Column("letter", lambda line: line.letter, "Letter."),
        Column("words", lambda line: line.words, "Words.", per_line=True),
        Column("flag", lambda line: line.flag, "Flag.", is_text=False),
    )

    def __init__(self, **letters):
        self.letters = letters
        self.read = []

    def export_records(self, ids):
        self.read.append(list(ids))
        return [
            SimpleNamespace(pk=pk, **{"letter": "a", "words": ["x", "y"], "flag": None} | self.letters) for pk in ids
        ]

    def lines(self, record):
        return [record]

    def parts(self, record):
        return {"word_list": record.words}

    def geometry(self, record):
        return None


def csv_rows(listing, ids):
    text = "".join(formats.csv_stream(listing, ids))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def xlsx_rows(listing, ids):
    file = io.BytesIO()
    formats.write_xlsx(listing, ids, file)
    sheet = load_workbook(file)[listing.dataset]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def geojson(listing, ids):
    return json.loads("".join(formats.geojson_stream(listing, ids)))


def test_csv_has_headings_and_rows():
    assert csv_rows(Letters(), [3, 1]) == [
        ["id", "letter", "words", "flag"],
        ["3", "a", "x;y", ""],
        ["1", "a", "x;y", ""],
    ]


def test_csv_lines_end_as_the_standard_says():
    assert "".join(formats.csv_stream(Letters(), [1])).count("\r\n") == 2


def test_csv_quotes_what_needs_it():
    assert csv_rows(Letters(letter='a "b", c\nd'), [1])[1][1] == 'a "b", c\nd'


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (None, ""), (0, "0"), (1.5, "1.5")])
def test_csv_writes_values_plainly(value, text):
    assert csv_rows(Letters(flag=value), [1])[1][3] == text


def test_empty_list_is_a_file_with_headings():
    assert csv_rows(Letters(), []) == [["id", "letter", "words", "flag"]]
    assert xlsx_rows(Letters(), []) == [["id", "letter", "words", "flag"]]
    assert geojson(Letters(), []) == {"type": "FeatureCollection", "features": []}
    assert formats.json_body(Letters(), [], 1) == {"count": 0, "page": 1, "pages": 1, "results": []}


@pytest.mark.parametrize("write", [csv_rows, xlsx_rows, geojson])
def test_files_are_read_in_chunks(write, monkeypatch):
    monkeypatch.setattr(formats, "CHUNK", 2)
    monkeypatch.setattr(formats.chunks, "__defaults__", (2,))
    listing = Letters()
    write(listing, [1, 2, 3, 4, 5])

    assert listing.read == [[1, 2], [3, 4], [5]]


def test_geojson_keeps_the_order_over_chunks(monkeypatch):
    monkeypatch.setattr(formats.chunks, "__defaults__", (2,))

    assert [feature["id"] for feature in geojson(Letters(), [5, 1, 4, 2, 3])["features"]] == [5, 1, 4, 2, 3]


def test_json_leaves_what_stands_in_several_lines_to_the_lists():
    assert formats.json_record(Letters(), Letters().export_records([1])[0]) == {
        "id": 1,
        "letter": "a",
        "flag": None,
        "word_list": ["x", "y"],
    }


def test_json_is_paged(monkeypatch):
    monkeypatch.setattr(formats, "JSON_PAGE", 2)
    body = formats.json_body(Letters(), [9, 8, 7, 6, 5], 3)

    assert {**body, "results": [result["id"] for result in body["results"]]} == {
        "count": 5,
        "page": 3,
        "pages": 3,
        "results": [5],
    }


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A", "'quoted", "'=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_inert_and_comes_back(text):
    assert inert(text) == "'" + text
    assert restore(inert(text)) == text


@pytest.mark.parametrize("text", ["", "Kobe", "1957-10-22", "神戸", "a=b", "O'Fallon", "'"])
def test_harmless_text_is_left_alone(text):
    assert restore(text) == text
    assert restore(inert(text)) == text


@pytest.mark.parametrize("text", ['=HYPERLINK("https://example.org")', "+1", "@a", "-2+3", "＝1"])
def test_formula_in_a_text_column_is_inert_in_both_spreadsheets(text):
    assert restore(csv_rows(Letters(letter=text), [1])[1][1]) == text
    assert csv_rows(Letters(letter=text), [1])[1][1] == "'" + text
    assert xlsx_rows(Letters(letter=text), [1])[1][1] == "'" + text


def test_workbook_holds_no_formula():
    file = io.BytesIO()
    formats.write_xlsx(Letters(letter="=1+1", words=["=2"]), [1], file)
    sheet = load_workbook(file)["letters"]

    assert [cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row] == ["n", "s", "s", "n"]


def test_number_column_is_left_alone():
    assert csv_rows(Letters(flag=-122.33), [1])[1][3] == "-122.33"
    assert xlsx_rows(Letters(flag=-122.33), [1])[1][3] == -122.33


# CP932 and what workbooks change -------------------------------------------------------------------------------------


def test_cp932_file_has_geta_for_what_it_cannot_hold():
    body = b"".join(formats.csv_response(Letters(letter="神戸 Köln ①﨑髙～"), [1], "cp932").streaming_content)

    assert body.decode("cp932").splitlines()[1] == "1,神戸 K〓ln ①﨑髙～,x;y,"


def test_unfit_characters_name_their_records():
    found = formats.unfit_characters(Letters(letter="Köln, São, öö"), [7, 8], "cp932")

    assert [(unfit.character, unfit.code, unfit.cells, len(unfit.examples)) for unfit in found] == [
        ("ã", "U+00E3", 2, 2),
        ("ö", "U+00F6", 2, 2),
    ]
    assert found[0].examples[0] == (7, "letter", "Köln, São, öö")


@pytest.mark.parametrize("text", ["神戸市", "", "①㈱﨑髙～", "Kobe"])
def test_what_fits_is_not_listed(text):
    assert formats.unfit_characters(Letters(letter=text), [1], "cp932") == []


@pytest.mark.parametrize("text", ["a\x0bb", "a\rb", "_x000D_", "_x005F_", "#N/A", " a ", "a\nb", "\uffff"])
def test_text_comes_out_of_a_workbook_as_it_went_in(text):
    """A workbook itself changes a carriage return and knows no control characters; Excel writes them as _x000D_, and so do we."""
    assert unescaped(xlsx_rows(Letters(letter=text), [1])[1][1]) == text
