"""The file again with its problems, templates, and exports that come back through the reader as they went out."""

import io
import random
from datetime import date
from types import SimpleNamespace

import pytest
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from sistercities.core import formats
from sistercities.core.cells import RISKY
from sistercities.core.listings import Column
from sistercities.imports.reading import Cell, Choice, open_table
from sistercities.imports.writing import TemplateColumn, annotated, template

from .hard_files import HARD_FILES
from .making import Reads, row, workbook

HEADING = "エラー"


@pytest.fixture
def opened(tmp_path):
    def go(content, name="upload"):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        path.write_bytes(content)
        return open_table(path, name)

    return go


def again(table, problems):
    out = io.BytesIO()
    annotated(table, problems, out, HEADING)
    return out.getvalue()


def rows(table):
    return [cells for _line, cells in table.rows()]


@pytest.mark.parametrize(("content", "expected"), [
    ("a,b\r\n1,2\r\n3,4", 'a,b,エラー\r\n1,2,"bad, ""x"""\r\n3,4,\r\n'),
    ("\n\na;b\n'1;\"2\"\n", "\n\na;b;エラー\n'1;\"2\";\n"),
    ('sep=;\r\na;b\r\n"x\ny";2\r\n', 'sep=;\r\na;b;エラー\r\n"x\ny";2;\r\n'),
    ("a,b,,\n1,2,,\n1\n", 'a,b,エラー\n1,2,"bad, ""x"""\n1,,\n'),
    ("a,b\n\n 1 ,2\n", "a,b,エラー\n\n 1 ,2,\n"),
    ("エラー,a\nold,1\n", 'a,エラー\n1,"bad, ""x"""\n'),
])  # fmt: skip
def test_text_is_the_same_with_one_more_column(opened, content, expected):
    written = again(opened(content.encode()), {2: 'bad, "x"'}).decode()

    assert written.rstrip("\r\n") == expected.rstrip("\r\n")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp"])
def test_encoding_stays(opened, codec):
    content = "市,年\r\n神戸,1957\r\n京都,1958\r\n".encode(codec)
    table = opened(again(opened(content), {2: "だめ"}))

    assert (table.encoding, table.bom) == (codec, codec in ("utf-8-sig", "utf-16"))
    assert rows(table) == [["神戸", "1957", "だめ"], ["京都", "1958", ""]]


def test_big_endian_utf_16_stays(opened):
    written = again(opened(b"\xfe\xff" + "市\n神戸\n".encode("utf-16-be")), {2: "だめ"})

    assert written == b"\xfe\xff" + "市,エラー\n神戸,だめ\n".encode("utf-16-be")


def test_what_the_encoding_cannot_hold_is_geta(opened):
    assert again(opened("市\n神戸\n".encode("cp932")), {2: "Köln"}).decode("cp932") == "市,エラー\n神戸,K〓ln\n"


def test_problem_is_inert(opened):
    assert again(opened(b"a\n1\n"), {2: "=1+1"}).decode() == "a,エラー\n1,'=1+1\n"


#: A file with as many columns as are read has no room for one more.
READABLE = [file for file in HARD_FILES if isinstance(file.expected, Reads) and file.name != "two-hundred.csv"]


@pytest.mark.parametrize("file", READABLE, ids=lambda file: file.name)
def test_hard_file_comes_back_with_its_problems(opened, tmp_path, file):
    """Every file that can be read: its cells stay, each line has its problem; and again, replacing the column."""
    path = tmp_path / "hard"
    path.write_bytes(file.make())
    table = open_table(path, file.name, Choice(**file.choice))
    problems = {line: f"no. {number}" for number, (line, _cells) in enumerate(table.rows())}
    path = tmp_path / "again"
    path.write_bytes(again(table, problems))
    choice = Choice(encoding=file.choice.get("encoding"), delimiter=file.choice.get("delimiter"))
    second = open_table(path, file.name, choice)
    third = opened(again(second, {}), file.name) if not file.choice else second

    width = len(table.headings)
    stored = rows(table)
    if file.name == "cp932-cut.csv":  # what was broken stays broken, with the sign that the encoding can hold
        stored = [[text.replace("\ufffd", "〓") for text in cells] for cells in stored]
    assert second.headings == (*table.headings, HEADING)
    assert [cells[:width] for cells in rows(second)] == stored
    assert [cells[width] for cells in rows(second)] == list(problems.values())
    assert [line for line, _cells in second.rows()] == list(problems)
    assert third.headings == second.headings
    assert [cells[:width] for cells in rows(third)] == stored


def test_workbook_keeps_types_and_runs_nothing(opened):
    book = Workbook()
    book.active.append(["a", "b", "c", "d"])
    book.active.append([1, date(1955, 12, 7), "=1+1", True])
    book.active["B2"].number_format = "yyyy"
    file = io.BytesIO()
    book.save(file)
    table = opened(file.getvalue())
    written = load_workbook(io.BytesIO(again(table, {2: "=2+2"}))).active

    assert [cell.data_type for cell in written[2]] == ["n", "d", "s", "b", "s"]
    assert written["B2"].number_format == "yyyy"
    assert written["E2"].value == "=2+2"


def test_formula_stays_a_problem_after_it_was_made_text(opened):
    table = opened(workbook(row("a"), row("<c><f>A1</f><v>1</v></c>"))())

    assert rows(opened(again(table, {})))[0][0].problem == "formula"


# Templates -----------------------------------------------------------------------------------------------------------

COLUMNS = [
    TemplateColumn("kind", "種別", "提携の種別です。", ("姉妹都市", "友好都市")),
    TemplateColumn("region", "都道府県", "長い一覧です。", tuple(f"第{number}, 県" for number in range(60)), "=例"),
    TemplateColumn("note", "備考", "自由に書けます。"),
]


@pytest.fixture
def made():
    out = io.BytesIO()
    template(COLUMNS, out, "partnerships")
    return out.getvalue()


def test_template_has_bold_frozen_headings_and_drop_downs(made):
    sheet = load_workbook(io.BytesIO(made)).active
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}

    assert [cell.value for cell in sheet[1]] == ["種別", "都道府県", "備考"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert rules == {"A2:A5000": '"姉妹都市,友好都市"', "B2:B5000": "choices!$A$1:$A$60"}


@pytest.mark.parametrize(("language"), ["en", "ja"])
def test_filled_template_is_read_without_a_question(opened, language):
    out = io.BytesIO()
    with override(language):
        template(COLUMNS, out, "partnerships")
    book = load_workbook(out)
    book.active.append(["姉妹都市", "第1, 県", "x"])
    filled = io.BytesIO()
    book.save(filled)

    assert rows(opened(filled.getvalue())) == [["姉妹都市", "第1, 県", "x"]]


def test_notes_explain_every_column_and_hold_no_formula(made):
    notes = load_workbook(io.BytesIO(made)).worksheets[1]

    assert [cell.value for cell in notes["A"]][1:] == ["種別", "都道府県", "備考"]
    assert notes["C3"].value == "=例"
    assert {cell.data_type for line in notes.iter_rows() for cell in line} <= {"s", "n"}


# Exports -------------------------------------------------------------------------------------------------------------


class Names:
    """A listing of one text per record."""

    dataset = "names"
    columns = (Column("id", lambda line: line.pk, "", is_text=False), Column("name", lambda line: line.name, ""))

    def __init__(self, names):
        self.names = names

    def export_records(self, ids):
        return [SimpleNamespace(pk=pk, name=self.names[pk]) for pk in ids]

    def lines(self, record):
        return [record]


def strings():
    """Thousands of short strings of what spreadsheets run, escape, quote or lose, and of what they do not."""
    chance = random.Random(7)
    letters = [*RISKY, *"\"';,_x \u3000a神戸\x0b\x1f\u2028ﾊﾟ①髙～〜−\U00020bb7é0#"]
    made = ["".join(chance.choices(letters, k=chance.randint(1, 6))) for _number in range(3_000)]
    fixed = [
        *(f"{sign}{rest}" for sign in RISKY for rest in ("", "1+1", "'", "=1", "\t", "A1")),
        *("=HYPERLINK(\"https://example.org\")", "'", "''", "'''", "'tis", "_x000D_", "_x005F_x000D_", "x_x0041_", "1955-12-07"),
        *("00131", "1E5", "TRUE", "-", "\r\n", "a\r\nb", " a ", "a,b;c\td", '"', '""', "sep=;"),
    ]  # fmt: skip
    return [text for text in [*fixed, *made] if text.strip()]


def as_csv(listing, ids):
    return b"".join(formats.csv_response(listing, ids).streaming_content)


def as_xlsx(listing, ids):
    file = io.BytesIO()
    formats.write_xlsx(listing, ids, file)
    return file.getvalue()


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_exported_texts_come_back_as_they_were(opened, write):
    names = strings()
    found = rows(opened(write(Names(names), range(len(names)))))

    assert [cells[1] for cells in found] == names
    assert {type(cells[1]) for cells in found} == {str}


def test_exports_hold_nothing_that_a_spreadsheet_runs(opened):
    names = strings()
    table = opened(as_csv(Names(names), range(len(names))))
    with table.source.open() as file:
        raw = [cells[1] for cells in table.source.reader(file)]
    book = load_workbook(io.BytesIO(as_xlsx(Names(names), range(len(names)))))

    assert [text for text in raw if text[:1] in set(RISKY) - {"'"}] == []
    assert {cell.data_type for line in book.active.iter_rows() for cell in line} == {"n", "s"}


def test_cp932_export_comes_back_but_for_what_it_names(opened):
    names = ["神戸 ①㈱﨑髙～", "=1", "Köln"]
    content = b"".join(formats.csv_response(Names(names), range(3), "cp932").streaming_content)
    found = [cells[1] for cells in rows(opened(content))]

    assert found == ["神戸 ①㈱﨑髙～", "=1", "K〓ln"]
    assert isinstance(found[2], Cell)
    assert found[2].problem == "lost"
