"""Reading: whatever a file is, either its rows come out as they were meant, or a refusal in words that help."""

import random
import re
import time
import tracemalloc

import pytest
from django.utils.translation import override

from sistercities.imports.reading import Cell, Choice, NeedsChoice, Refused, limits, open_table, preview
from sistercities.imports.reading.encodings import likelihood

from .hard_files import HARD_FILES, JAPANESE, NUMBERED, SIMPLE, WORKBOOKS
from .making import Reads, cell, packed, parts, row, workbook, worksheet


@pytest.fixture
def read(tmp_path):
    """Reads the bytes of a file under a name: `(table, [(line, cells)])`."""

    def go(content, name, **choice):
        path = tmp_path / "upload"
        path.write_bytes(content)
        table = open_table(path, name, Choice(**choice))
        return table, list(table.rows())

    return go


def problems(rows):
    return {
        (number, column): found.problem
        for number, (_line, cells) in enumerate(rows)
        for column, found in enumerate(cells)
        if isinstance(found, Cell)
    }


@pytest.mark.parametrize("file", HARD_FILES, ids=lambda file: file.name)
def test_hard_file(read, file):
    expected = file.expected
    if not isinstance(expected, Reads):
        with pytest.raises(Refused) as refused:
            read(file.make(), file.name, **file.choice)
        assert expected.words in str(refused.value)
        assert (refused.value.line, refused.value.column) == (expected.line, expected.column)
        assert getattr(refused.value, "options", ()) == expected.options
        return
    table, rows = read(file.make(), file.name, **file.choice)
    assert [cells for _line, cells in rows] == expected.rows
    assert expected.lines in (None, [line for line, _cells in rows])
    assert expected.headings in (None, list(table.headings))
    assert problems(rows) == expected.problems
    assert {name: getattr(table, name) for name in expected.told} == expected.told


def test_names_of_hard_files_differ():
    assert len({file.name for file in HARD_FILES}) == len(HARD_FILES)


def test_refusal_is_in_the_language_of_the_reader(read):
    """Messages are made when they are raised, not when the module is loaded."""
    with override("ja"), pytest.raises(Refused) as refused:
        read(b"", "a.csv")

    assert refused.value.line is None


def test_several_sheets_are_a_question(read):
    with pytest.raises(NeedsChoice) as asked:
        read(packed(parts(worksheet(row("a")), worksheet(row("b")))), "a.xlsx")

    assert (asked.value.field, asked.value.options) == ("sheet", ("Sheet1", "Sheet2"))


def test_table_is_read_anew_each_time(read, tmp_path):
    table, rows = read(JAPANESE.encode("cp932"), "a.csv")

    assert list(table.rows()) == list(table.rows()) == rows


def test_preview_is_the_first_lines(read):
    table, _rows = read(b"a\n1\n2\n3\n", "a.csv")

    assert preview(table, 2) == [(2, ["1"]), (3, ["2"])]


def test_other_encodings_are_named(read):
    table, _rows = read("a\n神戸市\n".encode("euc_jp"), "a.csv")

    assert table.encodings == ("euc_jp", "cp932")


def test_one_name_is_enough_to_tell_the_encoding(project):
    """Every municipality of the fixtures alone in a file: hardly one is taken for something else."""
    written = "".join(path.read_text() for path in (project / "fixtures").rglob("*.csv"))
    names = sorted(set(re.findall("[一-鿿ぁ-んァ-ヶ]{2,6}[市町村区]", written)))
    wrong = [
        name
        for name in names
        for codec, other in (("cp932", "euc_jp"), ("euc_jp", "cp932"))
        if likelihood(content := name.encode(codec, "ignore"), codec) <= max(0, likelihood(content, other))
    ]

    assert len(names) > 500
    assert len(wrong) < len(names) / 500


def test_limit_is_no_row_too_early(read):
    _table, rows = read(b"a\n" + b"1\n" * limits.MAX_ROWS, "a.csv")

    assert len(rows) == limits.MAX_ROWS


@pytest.mark.parametrize(
    "name", [file.name for file in WORKBOOKS if file.name.startswith(("bomb", "dtd", "lying", "entries"))]
)
def test_hostile_workbook_costs_little_memory(read, name):
    content = next(file for file in WORKBOOKS if file.name == name).make()
    tracemalloc.start()
    with pytest.raises(Refused):
        read(content, name)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8 * 1024 * 1024


@pytest.mark.parametrize("make", [
    lambda: workbook(row("a"), *NUMBERED[:50_000])(),
    lambda: b"a,b\n" + b"1,2\n" * 50_000,
], ids=["xlsx", "csv"])  # fmt: skip
def test_rows_are_not_kept(tmp_path, make):
    path = tmp_path / "upload"
    path.write_bytes(make())
    tracemalloc.start()
    count = sum(1 for _row in open_table(path, "upload").rows())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 50_000
    assert peak < 8 * 1024 * 1024


def seeds():
    """A file of each kind that reads well, to be bent."""
    wide = "\r\n".join([JAPANESE.strip(), *['"京都, 市",パリ,"a ""b"""'] * 5])
    rich = workbook(
        row("a", "b", cell(0, kind="s")),
        row("1", "2", cell(3, style=1)),
        strings=["<si><t>c</t></si>"],
        formats=["yyyy"],
    )
    texts = [("a.csv", wide.encode(codec)) for codec in ("utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp")]
    stored = packed(parts(worksheet(row("a", "b"), row("1", 20430))), compression=0)
    return [*texts, ("a.xlsx", SIMPLE()), ("a.xlsx", rich()), ("a.xlsx", stored), ("a.xlsx", stored)]


def bent(content, chance):
    """The bytes with bits flipped, cut, a piece swapped, doubled or overwritten."""
    bytes_ = bytearray(content)
    for _change in range(chance.randint(1, 4)):
        if not bytes_:
            break
        here, there = sorted((chance.randrange(len(bytes_)), chance.randrange(len(bytes_))))
        way = chance.randrange(6)
        if way == 0:
            bytes_[here] ^= 1 << chance.randrange(8)
        elif way == 1:
            del bytes_[there:]
        elif way == 2:
            bytes_[here], bytes_[there] = bytes_[there], bytes_[here]
        elif way == 3:
            bytes_[here : here + 4] = chance.randbytes(4)
        elif way == 4:
            del bytes_[here : here + chance.randint(1, 40)]
        else:
            bytes_[here:here] = bytes_[here : here + chance.randint(1, 40)]
    return bytes(bytes_)


def test_bent_files_are_read_or_refused_and_nothing_else(tmp_path):
    chance, files, path = random.Random(20_250_401), seeds(), tmp_path / "upload"
    read, refused = 0, 0
    for number in range(2_000):
        name, content = files[number % len(files)]
        path.write_bytes(bent(content, chance))
        started = time.process_time()
        try:
            for _line, cells in open_table(path, name).rows():
                assert all(isinstance(found, str) for found in cells)
            read += 1
        except Refused:
            refused += 1
        assert time.process_time() - started < 2, number

    assert min(read, refused) > 200
