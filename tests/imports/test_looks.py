"""The file that is given back looks as it came: widths of columns, fonts, fills and number formats, and nothing that runs."""

import io
import tracemalloc
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from sistercities.imports import looks
from sistercities.imports.reading import open_table
from sistercities.imports.writing import annotated

from .making import packed, parts, row, worksheet

HEADING = "エラー"


@pytest.fixture
def given_back(tmp_path):
    """What comes of a workbook's bytes with a problem in line 2: the sheet as openpyxl reads it, and its bytes."""

    def go(content):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        path.write_bytes(content)
        out = io.BytesIO()
        annotated(open_table(path, "upload.xlsx"), {2: "=2+2"}, out, HEADING)
        return load_workbook(io.BytesIO(out.getvalue())).active, out.getvalue()

    return go


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def styled():
    book = Workbook()
    sheet = book.active
    sheet.append(["自治体", "提携日", "人数", "式"])
    sheet.append(["神戸市", date(1957, 10, 22), 1234.5, "=1+1"])
    sheet.append(["京都市", None, 5, "x"])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor="FF1F4E78")
        cell.border = Border(bottom=Side("thin"))
    sheet["A2"].font = Font(name="游ゴシック", size=14, italic=True)
    sheet["B2"].number_format, sheet["C2"].number_format = 'yyyy"年"m"月"d"日"', "#,##0.00"
    sheet["B3"].fill = sheet["D2"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet["A3"].alignment = Alignment(horizontal="right", wrap_text=True)
    for letter, width in zip("ABC", (31.5, 18, 9), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["C"].hidden = True
    return book


def test_cells_keep_their_looks(given_back):
    sheet, _content = given_back(saved(styled()))

    head = sheet["A1"]
    assert (head.font.b, head.font.color.rgb, head.fill.fgColor.rgb) == (True, "FFFFFFFF", "FF1F4E78")
    assert head.border.bottom.style == "thin"
    assert (sheet["A2"].font.name, sheet["A2"].font.sz, sheet["A2"].font.i) == ("游ゴシック", 14, True)
    assert (sheet["A3"].alignment.horizontal, sheet["A3"].alignment.wrap_text) == ("right", True)
    assert [sheet[place].number_format for place in ("B2", "C2")] == ['yyyy"年"m"月"d"日"', "#,##0.00"]
    assert (sheet["B3"].value, sheet["B3"].fill.fgColor.rgb) == (None, "FFFFFF00")


def test_columns_keep_their_widths_and_stay_hidden(given_back):
    sheet, _content = given_back(saved(styled()))
    found = {letter: (dimension.width, dimension.hidden) for letter, dimension in sheet.column_dimensions.items()}

    assert found == {"A": (31.5, False), "B": (18, False), "C": (9, True), "E": (looks.PROBLEMS_WIDTH, False)}


def test_added_heading_looks_like_the_one_beside_it(given_back):
    sheet, _content = given_back(saved(styled()))

    assert (sheet["E1"].value, sheet["E1"].font.b, sheet["E1"].fill.fgColor.rgb) == (HEADING, True, "FF1F4E78")
    assert sheet["E2"].font.b is False


def test_styled_formula_is_text_in_its_colour(given_back):
    sheet, content = given_back(saved(styled()))

    assert [sheet[place].data_type for place in ("D2", "E2")] == ["s", "s"]
    assert (sheet["D2"].value, sheet["D2"].fill.fgColor.rgb) == ("=1+1", "FFFFFF00")
    assert b"<f>" not in content


def test_file_that_is_given_back_twice_keeps_its_looks_and_has_one_column_of_problems(given_back):
    _once, content = given_back(saved(styled()))
    sheet, _twice = given_back(content)

    assert [cell.value for cell in sheet[1]] == ["自治体", "提携日", "人数", "式", HEADING]
    assert sheet["A1"].fill.fgColor.rgb == sheet["E1"].fill.fgColor.rgb == "FF1F4E78"
    assert sheet.column_dimensions["A"].width == 31.5
    assert sheet.column_dimensions["E"].width == looks.PROBLEMS_WIDTH


def test_width_of_many_columns_at_once_is_given_to_those_with_headings(given_back):
    columns = '<cols><col min="1" max="16384" width="20" customWidth="1"/></cols>'
    content = packed(parts(worksheet(row("a", "b"), row("1", "2"), before=columns)))
    sheet, _content = given_back(content)

    assert {letter: found.width for letter, found in sheet.column_dimensions.items()} == {
        "A": 20,
        "B": 20,
        "C": looks.PROBLEMS_WIDTH,
    }


@pytest.mark.parametrize(
    "columns",
    [
        '<col min="0" max="-5" width="20"/>',
        '<col min="1" max="2" width="wide"/>',
        '<col width="3"/>',
        '<col min="1" max="2" width="NaN"/>',
        '<col min="1" max="2" width="-1e300"/>',
        '<col min="1" max="2" width="20"/>' * 20_000,
    ],
)
def test_nonsense_in_the_columns_does_no_harm(given_back, columns):
    sheet, _content = given_back(
        packed(parts(worksheet(row("a", "b"), row("1", "2"), before=f"<cols>{columns}</cols>")))
    )

    assert sheet["C2"].value == "=2+2"


def test_styles_that_are_bent_look_plain(given_back):
    made = parts(worksheet(row("a"), row('<c s="1"><v>5</v></c>')), formats=["0.00"])
    fonts = '<fonts><font><sz val="much"/></font></fonts></styleSheet>'
    made["xl/styles.xml"] = made["xl/styles.xml"].replace("</styleSheet>", fonts)
    sheet, _content = given_back(packed(made))

    assert (sheet["A2"].value, sheet["A2"].number_format) == (5, "0.00")


def test_styles_that_are_far_too_many_look_plain(given_back, monkeypatch):
    monkeypatch.setattr(looks, "MOST_BYTES", 100)
    sheet, _content = given_back(saved(styled()))

    assert (sheet["A1"].value, sheet["A1"].font.b, sheet["C2"].number_format) == ("自治体", False, "#,##0.00")


def test_looks_cost_little_memory(given_back):
    book = Workbook()
    fills = [PatternFill("solid", fgColor=f"FF0000{number:02X}") for number in range(50)]
    for line in range(4_000):
        book.active.append([f"{line}", "text", line])
        for cell in book.active[line + 1]:
            cell.fill = fills[line % 50]
    content = saved(book)
    del book
    tracemalloc.start()
    given_back(content)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 40 * 2**20
