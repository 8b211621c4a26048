"""Hard files for the reading side: each with what is to come of it. Plain data, so that the whole desk is tested with them too.

Files that are hard to understand rather than to read (dates, names, rules) stand in a module of their own.
"""

import io
import struct
import zipfile

from openpyxl import Workbook

from .making import MAIN, HardFile, Reads, Refuses, cell, changed, packed, parts, raw, row, text, workbook, worksheet

JAPANESE = "自治体名,提携先都市,提携年月日\r\n神戸市,シアトル,1957-10-21\r\n"
KOBE = [["神戸市", "シアトル", "1957-10-21"]]
WINDOWS = "名称,備考\r\n㈱①髙﨑～,全角～\r\n"
HEAD = row("a", "b")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def utf_16le(content, bom=True):
    return raw((b"\xff\xfe" if bom else b"") + content.encode("utf-16-le"))


def windows_jis(content):
    """ISO-2022-JP as Windows writes it, with its own characters in row 13 and 89 to 92."""
    from sistercities.imports.reading import encodings

    return encodings.encode(content, "iso2022_jp_ext")


ENCODINGS = [
    HardFile("utf-8.csv", text(JAPANESE), Reads(KOBE, told={"encoding": "utf-8", "bom": False, "newline": "\r\n"})),
    HardFile("utf-8-mark.csv", text(JAPANESE, "utf-8-sig"), Reads(KOBE, told={"encoding": "utf-8-sig", "bom": True})),
    HardFile("utf-16-mark.csv", utf_16le(JAPANESE), Reads(KOBE, told={"encoding": "utf-16", "bom": True})),
    HardFile(
        "utf-16-big.csv", raw(b"\xfe\xff" + JAPANESE.encode("utf-16-be")), Reads(KOBE, told={"encoding": "utf-16"})
    ),
    HardFile("utf-16-bare.csv", utf_16le(JAPANESE, bom=False), Reads(KOBE, told={"encoding": "utf-16", "bom": False})),
    HardFile("utf-16-bare-big.csv", raw(JAPANESE.encode("utf-16-be")), Reads(KOBE, told={"encoding": "utf-16"})),
    HardFile(
        "utf-16-tabs.txt", utf_16le("a\tb\r\n神戸\t府中\r\n"), Reads([["神戸", "府中"]], told={"delimiter": "\t"})
    ),
    HardFile("cp932.csv", text(JAPANESE, "cp932"), Reads(KOBE, told={"encoding": "cp932"})),
    HardFile("cp932-windows.csv", text(WINDOWS, "cp932"), Reads([["㈱①髙﨑～", "全角～"]], told={"encoding": "cp932"})),
    HardFile("cp932-backslash.csv", text("名称,b\n表示ソ能,予\n", "cp932"), Reads([["表示ソ能", "予"]])),
    HardFile(
        "cp932-kana.csv",
        text("名称,ﾖﾐ\nｺｳﾍﾞｼ,ﾋｮｳｺﾞｹﾝ\n", "cp932"),
        Reads([["ｺｳﾍﾞｼ", "ﾋｮｳｺﾞｹﾝ"]], told={"encoding": "cp932"}),
    ),
    HardFile("cp932-one-word.csv", text("a\n東京\n", "cp932"), Reads([["東京"]], told={"encoding": "cp932"})),
    HardFile(
        "cp932-late.csv",
        text("a,b\r\n" + "x,y\r\n" * 60_000 + "神戸,京都\r\n", "cp932"),
        Reads([["x", "y"]] * 60_000 + [["神戸", "京都"]], told={"encoding": "cp932"}),
    ),
    HardFile("euc-jp.csv", text(JAPANESE, "euc_jp"), Reads(KOBE, told={"encoding": "euc_jp"})),
    HardFile("euc-jp-one-word.csv", text("a\n神戸市\n", "euc_jp"), Reads([["神戸市"]], told={"encoding": "euc_jp"})),
    HardFile(
        "euc-jp-katakana.csv", text("都市\nシアトル\n", "euc_jp"), Reads([["シアトル"]], told={"encoding": "euc_jp"})
    ),
    HardFile(
        "euc-jp-windows.csv",
        raw("名称,市\n".encode("euc_jp") + b"\xad\xa1\xad\xea\xfc\xe2," + "神戸市\n".encode("euc_jp")),
        Reads([["①㈱髙", "神戸市"]], told={"encoding": "euc_jp"}),
    ),
    HardFile("euc-jp-half.csv", text("市,ﾖﾐ\n神戸市,ｺｳﾍﾞ\n", "euc_jp"), Reads([["神戸市", "ｺｳﾍﾞ"]])),
    HardFile("iso-2022-jp.csv", text(JAPANESE, "iso2022_jp"), Reads(KOBE, told={"encoding": "iso2022_jp"})),
    HardFile("iso-2022-jp-windows.csv", lambda: windows_jis("名称\n①髙ﾖﾐ神戸\n"), Reads([["①髙ﾖﾐ神戸"]])),
    HardFile("ascii.csv", text("a,b\n1,2\n"), Reads([["1", "2"]], told={"encoding": "utf-8"})),
    HardFile("utf-8-accents.csv", text("a\nSão Paulo\nKöln\n"), Reads([["São Paulo"], ["Köln"]])),
    HardFile("utf-8-rare.csv", text("a\n𠮷野家\n"), Reads([["𠮷野家"]])),
    HardFile("latin-1.csv", text("city,partner\nKöln,São Paulo\nMünchen,Málaga\n", "latin-1"), Refuses("encoding")),
    HardFile("latin-1-koeln.csv", text("city,partner\nKöln,Kyoto\n", "latin-1"), Refuses("encoding")),
    HardFile("windows-1252.csv", text("city,note\nOrléans,“Utsunomiya” – 1989\n", "cp1252"), Refuses("encoding")),
    HardFile(
        "gb2312.csv",
        text("城市,友好城市,备注\n神户市,西雅图,这是简体中文的说明文字\n天津市,四日市,签署协议书时间\n", "gb2312"),
        Refuses("encoding"),
    ),
    HardFile(
        "euc-kr.csv",
        text("도시,자매도시\n부산광역시,시모노세키\n서울특별시,도쿄도\n제주도,와카야마\n", "euc_kr"),
        Refuses("encoding"),
    ),
    HardFile("utf-32.csv", raw(b"\xff\xfe\x00\x00" + "a\n神".encode("utf-32-le")), Refuses("UTF-32")),
    HardFile(
        "utf-8-one-bad-byte.csv",
        raw(
            JAPANESE.encode()
            + "府中市,ボストン\xff,1990\n".encode().replace(b"\xc3\xbf", b"\xff")
            + "京都市,パリ,1958\n".encode()
        ),
        Reads(
            [*KOBE, ["府中市", "ボストン\ufffd", "1990"], ["京都市", "パリ", "1958"]], problems={(1, 1): "undecodable"}
        ),
    ),
    HardFile(
        "cp932-cut.csv",
        raw(JAPANESE.encode("cp932") + "京都市,パリ,昭".encode("cp932")[:-1]),
        Reads([*KOBE, ["京都市", "パリ", "\ufffd"]], problems={(1, 2): "undecodable"}),
    ),
    HardFile(
        "cp932-private.csv",
        text("名称,市\n\ue000田,神戸市\n", "cp932"),
        Reads([["\ue000田", "神戸市"]], problems={(0, 0): "private"}),
    ),
    HardFile(
        "geta.csv", text("名称,市\nK〓ln,神戸市\n", "cp932"), Reads([["K〓ln", "神戸市"]], problems={(0, 0): "lost"})
    ),
    HardFile(
        "replacement.csv",
        text("名称,市\nK\ufffdln,神戸市\n"),
        Reads([["K\ufffdln", "神戸市"]], problems={(0, 0): "undecodable"}),
    ),
    HardFile(
        "chosen.csv", text("a\nｱｲ\n", "cp932"), Reads([["ｱｲ"]], told={"encoding": "cp932"}), {"encoding": "cp932"}
    ),
    HardFile("chosen-wrong.csv", text(JAPANESE * 9, "utf-8"), Refuses("not in the encoding"), {"encoding": "euc_jp"}),
    HardFile("chosen-unknown.csv", text(JAPANESE), Refuses("no encoding"), {"encoding": "latin-1"}),
]

DELIMITED = [
    HardFile("semicolons.csv", text("a;b\r\n1,5;2\r\n"), Reads([["1,5", "2"]], told={"delimiter": ";"})),
    HardFile("tabs.tsv", text("a\tb\n1\t2\n"), Reads([["1", "2"]], told={"delimiter": "\t"})),
    HardFile("tabs-named.csv", text("a\tb\n1\t2\n"), Reads([["1", "2"]], told={"delimiter": "\t"})),
    HardFile(
        "sep.csv",
        text("sep=;\r\na;b\r\n1;2\r\n"),
        Reads([["1", "2"]], lines=[3], told={"delimiter": ";", "heading_line": 2}),
    ),
    HardFile("sep-comma.csv", text("sep=,\na,b;c;d;e\n1,2\n"), Reads([["1", "2"]], told={"delimiter": ","})),
    HardFile("semicolons-in-quotes.csv", text('"a;a;a;a",b\n1,2\n'), Reads([["1", "2"]], told={"delimiter": ","})),
    HardFile("one-column.csv", text("name\nKobe\n"), Reads([["Kobe"]])),
    HardFile("chosen-delimiter.csv", text("a;b,c\n1;2,3\n"), Reads([["1;2", "3"]]), {"delimiter": ","}),
    HardFile("wrong-delimiter.csv", text("a,b\n"), Refuses("comma, a tab or a semicolon"), {"delimiter": "|"}),
    HardFile(
        "crlf.csv", text("a,b\r\n1,2\r\n3,4"), Reads([["1", "2"], ["3", "4"]], lines=[2, 3], told={"newline": "\r\n"})
    ),
    HardFile("lf.csv", text("a,b\n1,2\n"), Reads([["1", "2"]], told={"newline": "\n"})),
    HardFile("cr.csv", text("a,b\r1,2\r3,4\r"), Reads([["1", "2"], ["3", "4"]], lines=[2, 3], told={"newline": "\r"})),
    HardFile(
        "mixed-ends.csv", text("a,b\r\n1,2\n3,4\r5,6"), Reads([["1", "2"], ["3", "4"], ["5", "6"]], lines=[2, 3, 4])
    ),
    HardFile("double-cr.csv", text("a,b\r\r\n1,2\r\r\n"), Reads([["1", "2"]])),
    HardFile("no-last-end.csv", text("a,b\n1,2"), Reads([["1", "2"]])),
    HardFile(
        "blank-lines-first.csv",
        text("\n\r\n,,\n  \na,b\n1,2\n"),
        Reads([["1", "2"]], lines=[6], told={"heading_line": 5}),
    ),
    HardFile(
        "blank-lines-between.csv",
        text("a,b\n\n1,2\n,\n\u3000,\n3,4\n\n"),
        Reads([["1", "2"], ["3", "4"]], lines=[3, 6]),
    ),
    HardFile("quoted-newline.csv", text('a,b\n"x\ny",1\n2,3\n'), Reads([["x\ny", "1"], ["2", "3"]], lines=[2, 4])),
    HardFile(
        "quoted-crlf.csv", text('a,b\r\n"x\r\ny",1\r\n2,3\r\n'), Reads([["x\r\ny", "1"], ["2", "3"]], lines=[2, 4])
    ),
    HardFile(
        "quoted-heading-newline.csv", text('"a\na",b\n1,2\n'), Reads([["1", "2"]], headings=["a\na", "b"], lines=[3])
    ),
    HardFile("doubled-quotes.csv", text('a,b\n"the ""City""",2\n'), Reads([['the "City"', "2"]])),
    HardFile("quote-inside.csv", text('a,b\n5" pipe,2\n'), Reads([['5" pipe', "2"]])),
    HardFile("all-quoted.csv", text('"a","b"\n"1","2"\n'), Reads([["1", "2"]])),
    HardFile("spaces-before-quotes.csv", text('"a", "b"\n"x, y", "2"\n'), Reads([["x, y", "2"]])),
    HardFile("unclosed-quote.csv", text('a,b\n1,2\n"3,4\n5,6\n'), Refuses("nothing closes it", line=3)),
    HardFile("unclosed-later.csv", text('a,b\n"1\n2",3\n4,"5\n6,7\n'), Refuses("nothing closes it", line=4)),
    HardFile(
        "quote-without-pair.csv", text('a,b\n"1,2\n3,"4"\n'), Refuses("has no pair; the next one is on line 3", line=2)
    ),
    HardFile("quote-not-doubled.csv", text('a,b\n1,2\n"the "City"",2\n'), Refuses("Write it twice", line=3)),
    HardFile("unclosed-long.csv", text('a,b\n"' + "x,y\n" * 50_000), Refuses("nothing closes it", line=2)),
    HardFile("short-lines.csv", text("a,b,c\n1\n1,2\n"), Reads([["1", "", ""], ["1", "2", ""]])),
    HardFile(
        "empty-at-the-end.csv", text("a,b,,\n1,2,,\n1,2,,,,\n"), Reads([["1", "2"], ["1", "2"]], headings=["a", "b"])
    ),
    HardFile(
        "too-many-cells.csv",
        text("a,b\n1,2\nKobe, Hyogo,3\n"),
        Refuses("more cells than there are headings", line=3, column=3),
    ),
    HardFile("long-cell.csv", text(f"a,b\n1,{'x' * 32_768}\n"), Refuses("32,767", line=2, column=2)),
    HardFile("longest-cell.csv", text(f"a,b\n1,{'x' * 32_767}\n"), Reads([["1", "x" * 32_767]])),
    HardFile("very-long-cell.csv", text(f"a,b\n1,2\n1,{'x' * 200_000}\n"), Refuses("", line=3)),
    HardFile("nul.csv", raw(b"a,b\n1,2\n1,\x002\n"), Refuses("NUL", line=3)),
    HardFile("nul-cp932.csv", raw("名,b\n神戸\x00,2\n".encode("cp932")), Refuses("NUL", line=2)),
    HardFile("ctrl-z.csv", raw(b"a,b\r\n1,2\r\n\x1a"), Reads([["1", "2"]])),
    HardFile(
        "too-wide.csv", text(",".join(f"h{number}" for number in range(201)) + "\n"), Refuses("201 columns", line=1)
    ),
    HardFile("two-hundred.csv", text(",".join(["h"] * 200) + "\n" + ",".join(["1"] * 200)), Reads([["1"] * 200])),
    HardFile("too-many-rows.csv", text("a\n" + "1\n" * 100_001), Refuses("100,000 rows", line=100_002)),
    HardFile("headings-only.csv", text("a,b\n"), Reads([])),
    HardFile("empty.csv", raw(b""), Refuses("empty")),
    HardFile("mark-only.csv", raw(b"\xef\xbb\xbf"), Refuses("nothing but empty lines")),
    HardFile("blank-only.csv", text("\n\n , \n"), Refuses("nothing but empty lines")),
    HardFile("too-large.csv", lambda: b"a\n" + b"x" * (32 * 1024 * 1024), Refuses("at most 32 MB")),
    HardFile("empty-heading.csv", text("a,,c\n1,2,3\n"), Reads([["1", "2", "3"]], headings=["a", "", "c"])),
    HardFile("spaces-in-headings.csv", text(" a ,　b\n1,2\n"), Reads([["1", "2"]], headings=["a", "b"])),
    HardFile("inert.csv", text("a,b,c\n'=1+1,'＋81,''tis\n"), Reads([["=1+1", "＋81", "'tis"]])),
    HardFile("apostrophes.csv", text("a,b\n'tis,O'Fallon\n"), Reads([["'tis", "O'Fallon"]])),
    HardFile("raw-formula.csv", text("a,b\n=1+1,-1\n"), Reads([["=1+1", "-1"]])),
    HardFile("forced-text.csv", text('a,b\n="00131","=""0131"""\n'), Reads([["00131", "0131"]])),
    HardFile(
        "error-cells.csv",
        text("a,b\n#N/A,#REF!\n#1,x\n"),
        Reads([["#N/A", "#REF!"], ["#1", "x"]], problems={(0, 0): "error", (0, 1): "error"}),
    ),
]

FILE_TYPES = [
    HardFile("old.xls", raw(OLD_OFFICE + "Workbook".encode("utf-16-le")), Refuses("old format (.xls)")),
    HardFile("older.xls", raw(OLD_OFFICE + "Book".encode("utf-16-le")), Refuses("old format (.xls)")),
    HardFile("old-named-new.xlsx", raw(OLD_OFFICE + "Workbook".encode("utf-16-le")), Refuses("old format (.xls)")),
    HardFile("locked.xlsx", raw(OLD_OFFICE + "EncryptedPackage".encode("utf-16-le")), Refuses("password")),
    HardFile("old-word.csv", raw(OLD_OFFICE + "WordDocument".encode("utf-16-le")), Refuses("old Office format")),
    HardFile("report.csv", raw(b"%PDF-1.7\n%\xe2\xe3"), Refuses("PDF")),
    HardFile("photo.csv", raw(b"\x89PNG\r\n\x1a\n\x00"), Refuses("a picture")),
    HardFile("photo.xlsx", raw(b"\xff\xd8\xff\xe0\x00\x10JFIF"), Refuses("a picture")),
    HardFile("packed.csv", raw(b"\x1f\x8b\x08\x00"), Refuses("a packed archive")),
    HardFile("empty-archive.zip", raw(b"PK\x05\x06" + bytes(18)), Refuses("a packed archive")),
    HardFile("program.csv", raw(b"MZ\x90\x00"), Refuses("a program")),
    HardFile("text.csv", raw(b"{\\rtf1\\ansi}"), Refuses("RTF")),
    HardFile("base.csv", raw(b"SQLite format 3\x00"), Refuses("a database")),
    HardFile("web.xls", text("<html><table><tr><td>a</td></tr></table></html>"), Refuses("web page")),
    HardFile("web.csv", text("\ufeff\n<!DOCTYPE html><p>404"), Refuses("web page")),
    HardFile("web-utf-16.xls", utf_16le("<html><body>"), Refuses("web page")),
    HardFile("xml.xls", text('<?xml version="1.0"?><Workbook/>'), Refuses("web page")),
    HardFile("records.csv", text('[{"a": 1}]'), Refuses("JSON")),
    HardFile("text-named.xlsx", text("a,b\n1,2\n"), Refuses("“.xlsx”, but it is no workbook")),
    HardFile("text-named.xls", text("a\tb\n1\t2\n"), Refuses("“.xls”, but it is no workbook")),
    HardFile("workbook-named.csv", workbook(HEAD, row("1", "2")), Refuses("“.csv”, but it is a workbook")),
    HardFile("workbook-named.xls", workbook(HEAD, row("1", "2")), Refuses("“.xls”, but it is a workbook of the new format")),
    HardFile("no-ending", workbook(HEAD, row("1", "2")), Reads([["1", "2"]], told={"kind": "xlsx"})),
    HardFile("UPPER.XLSX", workbook(HEAD, row("1", "2")), Reads([["1", "2"]])),
    HardFile("list.txt", text("a,b\n1,2\n"), Reads([["1", "2"]])),
    HardFile("open.ods", lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}), Refuses("OpenDocument")),
    HardFile("letter.xlsx", changed(parts(worksheet(), content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")), Refuses("Word document")),
    HardFile("slides.xlsx", changed(parts(worksheet(), content_type="application/vnd.openxmlformats-officedocument.presentationml.main+xml")), Refuses("no Excel workbook")),
    HardFile("binary.xlsb", changed(parts(worksheet(), content_type="application/vnd.ms-excel.sheet.binary.macroEnabled.main")), Refuses("(.xlsb)")),
    HardFile("apple.xlsx", lambda: packed({"Index/Document.iwa": b"x"}), Refuses("Numbers")),
    HardFile("photos.zip", lambda: packed({"a.jpg": b"x"}), Refuses("Unpack it")),
    HardFile("macros.xlsm", workbook(HEAD, content_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml"), Refuses("macros")),
    HardFile("macros.xlsx", changed(parts(worksheet(HEAD)), with_={"[Content_Types].xml": '<Types><Default ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override ContentType="application/vnd.ms-office.vbaProject"/></Types>'}), Refuses("macros")),
]  # fmt: skip


# Workbooks -----------------------------------------------------------------------------------------------------------


def by_openpyxl(*rows):
    def make():
        book = Workbook()
        for values in rows:
            book.active.append(values)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    return make


def dates(*codes_and_values, properties=""):
    """One row of numbers, each with its format code."""
    codes = [code for code, _value in codes_and_values]
    cells = [cell(value, style=number) for number, (_code, value) in enumerate(codes_and_values, 1)]
    return workbook(
        row(*(f"h{number}" for number in range(len(codes)))), row(*cells), formats=codes, properties=properties
    )


def formula(body, value="", **attributes):
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<c><f{given}>{body}</f><v>{value}</v></c>"


def lying_header():
    """A part that says it unpacks to a hundred bytes, and unpacks to far more."""
    content = bytearray(packed(parts(worksheet(HEAD, *[row("1", "2")] * 20_000))))
    at = content.index(b"PK\x01\x02")
    while at >= 0:
        if b"sheet1.xml" in content[at : at + 80]:
            struct.pack_into("<L", content, at + 24, 100)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def locked_part():
    content = bytearray(packed(parts(worksheet(HEAD))))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def with_dtd(part, made=None):
    made = made or parts(worksheet(HEAD, row("1", "2")), strings=["<si><t>x</t></si>"])
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return changed(made, with_={part: bomb + made.get(part, "<x>&b;</x>")})


def bomb(megabytes, part="xl/worksheets/sheet1.xml", filler=b" "):
    def make():
        made = parts(worksheet(HEAD, row("1", "2")))
        whole = made.get(part, f'<sst xmlns="{MAIN}"></sst>').encode()
        cut = whole.rindex(b"</")
        return packed(made | {part: whole[:cut] + filler * (megabytes * 1024 * 1024 // len(filler)) + whole[cut:]})

    return make


def with_prefix():
    """As some libraries write it: every element with a prefix, and no addresses of cells."""
    sheet = worksheet(HEAD, row("1", "2")).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    return packed(parts(sheet))


def cut(make, share):
    return lambda: (content := make())[: int(len(content) * share)]


def phantom(number):
    return [f'<row r="{line}"><c r="A{line}" s="0"/><c r="B{line}"/></row>' for line in range(3, number + 3)]


#: A row more than are read; differing, as rows do: a workbook of equal ones packs like a bomb.
NUMBERED = [f'<row r="{line}"><c r="A{line}"><v>{line * 7919 % 99_991}</v></c></row>' for line in range(2, 100_003)]
SIMPLE = workbook(HEAD, row("1", "2"))
ONE = Reads([["1", "2"]])
WORKBOOKS = [
    HardFile("simple.xlsx", by_openpyxl(["a", "b"], ["神戸", 1955]), Reads([["神戸", "1955"]], lines=[2])),
    HardFile("numbers.xlsx", workbook(row(*"abcde"), row(1.0, 0.1, 1955, -122.33, cell("1E+2", kind="n"))), Reads([["1", "0.1", "1955", "-122.33", "100"]])),
    HardFile("noise.xlsx", workbook(HEAD, row(cell("35.689500000000002", kind="n"), cell("0.30000000000000004", kind="n"))), Reads([["35.6895", "0.3"]])),
    HardFile("zeros.xlsx", dates(("000000", 131), ("0000", 7), ("0", 12), ("00000", 131000)), Reads([["000131", "0007", "12", "131000"]])),
    HardFile("truth.xlsx", workbook(HEAD, row(cell(1, kind="b"), cell(0, kind="b"))), Reads([["TRUE", "FALSE"]])),
    HardFile("dates.xlsx", dates((14, 20430), ("yyyy-mm-dd", 20430), (22, 20430.5), ("yyyy/m/d h:mm", 20430)), Reads([["1955-12-07", "1955-12-07", "1955-12-07 12:00", "1955-12-07"]])),
    HardFile("dates-1904.xlsx", dates((14, 18968), ("yyyy", 18968), properties='date1904="1"'), Reads([["1955-12-07", "1955"]])),
    HardFile("precision.xlsx", dates(("yyyy", 20430), ('yyyy"年"', 20430), ('yyyy"年"m"月"', 20430), (17, 20430), ('m"月"d"日"', 20430)), Reads([["1955", "1955", "1955-12", "1955-12", "1955-12-07"]])),
    HardFile("eras.xlsx", dates(('[$-411]ggge"年"m"月"d"日";@', 20430), ('[$-411]ggge"年"', 20430), ("[$-411]ge.m.d", 20430), (27, 20430), (55, 20430), (58, 20430)), Reads([["1955-12-07", "1955", "1955-12-07", "1955-12-07", "1955-12", "1955-12-07"]])),
    HardFile("times.xlsx", dates((20, 0.5625), ("[h]:mm", 1.5), ("yyyy-mm-dd hh:mm:ss", 20430.000011574)), Reads([["13:30", "36:00", "1955-12-07 00:00:01"]])),
    HardFile("first-days.xlsx", dates((14, 1), (14, 59), (14, 60), (14, 61)), Reads([["1900-01-01", "1900-02-28", "1900-02-29", "1900-03-01"]])),
    HardFile("no-dates.xlsx", dates((14, -1), (14, 1e9), (14, 2958465), (14, 2958466)), Reads([["-1", "1000000000", "9999-12-31", "2958466"]], problems={(0, 0): "date", (0, 1): "date", (0, 3): "date"})),
    HardFile("no-date-formats.xlsx", dates(("#,##0.00", 20430), ("0.00E+00", 20430), ('"day" 0', 20430), ("[Red]0", 20430), ("G/標準", 20430)), Reads([["20430"] * 5])),
    HardFile("iso-date.xlsx", workbook(HEAD, row(cell("1955-12-07T00:00:00", kind="d"), cell("1955-12-07T13:30:00", kind="d"))), Reads([["1955-12-07", "1955-12-07 13:30:00"]])),
    HardFile("formula.xlsx", workbook(HEAD, row("1", formula("A1+1", 2))), Reads([["1", "=A1+1"]], problems={(0, 1): "formula"})),
    HardFile("formula-text.xlsx", workbook(HEAD, row("1", '<c t="str"><f>A1&amp;"x"</f><v>ax</v></c>')), Reads([["1", '=A1&"x"']], problems={(0, 1): "formula"})),
    HardFile("formula-shared.xlsx", workbook(HEAD, row("1", formula("A1", t="shared", si="0", ref="B2:B3")), row("2", formula("", 3, t="shared", si="0"))), Reads([["1", "=A1"], ["2", "=A1"]], problems={(0, 1): "formula", (1, 1): "formula"})),
    HardFile("formula-by-openpyxl.xlsx", by_openpyxl(["a", "b"], ["x", '=HYPERLINK("http://example.org")']), Reads([["x", '=HYPERLINK("http://example.org")']], problems={(0, 1): "formula"})),
    HardFile("formula-as-text.xlsx", workbook(HEAD, row("=A1", "='x")), Reads([["=A1", "='x"]], problems={(0, 0): "formula", (0, 1): "formula"})),
    HardFile("inert.xlsx", workbook(HEAD, row("'=A1", "''tis")), Reads([["=A1", "'tis"]])),
    HardFile("errors.xlsx", workbook(HEAD, row(cell("#N/A", kind="e"), cell("#DIV/0!", kind="e"))), Reads([["#N/A", "#DIV/0!"]], problems={(0, 0): "error", (0, 1): "error"})),
    HardFile("not-a-number.xlsx", workbook(HEAD, row(cell("NaN", kind="n"), cell("x", kind="n"))), Reads([["NaN", "x"]], problems={(0, 0): "error", (0, 1): "error"})),
    HardFile("shared.xlsx", workbook(row(cell(0, kind="s"), cell(1, kind="s")), row(cell(1, kind="s"), "2"), strings=["<si><t>a</t></si>", "<si><t>神戸</t></si>"]), Reads([["神戸", "2"]], headings=["a", "神戸"])),
    HardFile("furigana.xlsx", workbook(HEAD, row(cell(0, kind="s"), "2"), strings=['<si><t>神戸</t><rPh sb="0" eb="2"><t>コウベ</t></rPh><phoneticPr fontId="1"/></si>']), Reads([["神戸", "2"]])),
    HardFile("rich.xlsx", workbook(HEAD, row(cell(0, kind="s"), '<c t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r></is></c>'), strings=["<si><r><t>神</t></r><r><t>戸</t></r></si>"]), Reads([["神戸", "ab"]])),
    HardFile("escapes.xlsx", workbook(HEAD, row("a_x000D_\nb", "_x005F_x000D_")), Reads([["a\r\nb", "_x000D_"]])),
    HardFile("shared-missing.xlsx", workbook(HEAD, row(cell(7, kind="s"), "1"), strings=["<si><t>a</t></si>"]), Refuses("damaged")),
    HardFile("shared-negative.xlsx", workbook(HEAD, row(cell(-1, kind="s"), "1"), strings=["<si><t>a</t></si>"]), Refuses("damaged")),
    HardFile("style-missing.xlsx", workbook(HEAD, row(cell(1, style=99), "1")), Refuses("damaged")),
    HardFile("two-sheets.xlsx", lambda: packed(parts(worksheet(HEAD, row("1", "2")), worksheet(HEAD), titles=["日本", "Other"])), Refuses("日本", options=("日本", "Other"))),
    HardFile("two-sheets-chosen.xlsx", lambda: packed(parts(worksheet(HEAD), worksheet(HEAD, row("1", "2")), titles=["日本", "Other"])), Reads([["1", "2"]], told={"sheets": ("日本", "Other"), "sheet": "Other"}), {"sheet": "Other"}),
    HardFile("no-such-sheet.xlsx", SIMPLE, Refuses("no sheet “x”"), {"sheet": "x"}),
    HardFile("empty-sheet-chosen.xlsx", lambda: packed(parts(worksheet(), worksheet(HEAD))), Refuses("nothing on this sheet"), {"sheet": "Sheet1"}),
    HardFile("empty-sheets.xlsx", lambda: packed(parts(worksheet(), worksheet(HEAD, row("1", "2")), worksheet())), Reads([["1", "2"]], told={"sheet": "Sheet2"})),
    HardFile("hidden-sheet.xlsx", lambda: packed(parts(worksheet(HEAD, row("1", "2")), worksheet(HEAD), states=["", "hidden"])), Reads([["1", "2"]], told={"sheet": "Sheet1"})),
    HardFile("very-hidden-sheet.xlsx", lambda: packed(parts(worksheet(HEAD), worksheet(HEAD, row("1", "2")), states=["veryHidden", ""])), Reads([["1", "2"]], told={"sheet": "Sheet2"})),
    HardFile("notes-sheet.xlsx", lambda: packed(parts(worksheet(HEAD, row("1", "2")), worksheet(HEAD), titles=["data", "説明"])), Reads([["1", "2"]], told={"sheets": ("data",)})),
    HardFile("nothing.xlsx", workbook(), Refuses("nothing in this workbook")),
    HardFile("no-sheets.xlsx", lambda: packed(parts()), Refuses("nothing in this workbook")),
    HardFile("only-spaces.xlsx", workbook(row(" ", "\u3000")), Refuses("nothing in this workbook")),
    HardFile("headings-only.xlsx", workbook(HEAD), Reads([])),
    HardFile("title-rows.xlsx", workbook(row("a", "b", number=4), row("1", "2", number=9)), Reads([["1", "2"]], lines=[9], told={"heading_line": 4})),
    HardFile("merged.xlsx", lambda: packed(parts(worksheet(HEAD, row("1", "x"), row("2"), after='<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'))), Reads([["1", "x"], ["2", ""]])),
    HardFile("phantom.xlsx", workbook(HEAD, row("1", "2"), *phantom(3000)), ONE),
    HardFile("last-row.xlsx", workbook(HEAD, row("1", "2"), '<row r="1048576"><c r="XFD1048576"/></row>'), ONE),
    HardFile("dimensions.xlsx", lambda: packed(parts(worksheet(HEAD, row("1", "2"), before='<dimension ref="A1:XFD1048576"/>'))), ONE),
    HardFile("dimensions-small.xlsx", lambda: packed(parts(worksheet(HEAD, row("1", "2"), before='<dimension ref="A1"/>'))), ONE),
    HardFile("dimensions-wrong.xlsx", lambda: packed(parts(worksheet(HEAD, row("1", "2"), before='<dimension ref="!!"/>'))), ONE),
    HardFile("styled-far.xlsx", workbook(HEAD, f'<row>{cell("1", "A2")}{cell("2", "B2")}<c r="XFD2" s="0"/></row>'), ONE),
    HardFile("gaps.xlsx", workbook(row("a", "b", "c"), f'<row r="2">{cell("x", "C2")}</row>'), Reads([["", "", "x"]])),
    HardFile("beyond.xlsx", workbook(HEAD, f'<row r="2">{cell("1", "A2")}{cell("x", "D2")}</row>'), Refuses("more cells than there are headings", line=2, column=4)),
    HardFile("far-beyond.xlsx", workbook(HEAD, f'<row r="2">{cell("x", "XFD2")}</row>'), Refuses("more cells than", line=2, column=16_384)),
    HardFile("no-column.xlsx", workbook(HEAD, f'<row r="2">{cell("x", "ZZZZ2")}</row>'), Refuses("damaged")),
    HardFile("row-too-far.xlsx", workbook(HEAD, row("1", number=1_048_577)), Refuses("damaged")),
    HardFile("rows-backwards.xlsx", workbook(row("a", number=5), row("1", number=4)), Refuses("damaged")),
    HardFile("long-cell.xlsx", workbook(HEAD, row("1", "x" * 32_768)), Refuses("32,767", line=2, column=2)),
    HardFile("too-wide.xlsx", workbook(row(*["h"] * 201)), Refuses("more cells than", line=1, column=201)),
    HardFile("too-many-rows.xlsx", workbook(row("a"), *NUMBERED), Refuses("100,000 rows", line=100_002)),
    HardFile("prefix.xlsx", with_prefix, ONE),
    HardFile("strict.xlsx", lambda: packed({name: content.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main") for name, content in parts(worksheet(HEAD, row("1", "2"))).items()}), ONE),
    HardFile("stored.xlsx", lambda: packed(parts(worksheet(HEAD, row("1", "2"))), zipfile.ZIP_STORED), ONE),
    HardFile("utf-16.xlsx", changed(parts(worksheet()), with_={"xl/worksheets/sheet1.xml": worksheet(HEAD, row("1", "2")).encode("utf-16")}), ONE),
    HardFile("bzip2.xlsx", lambda: packed(parts(worksheet(HEAD)), zipfile.ZIP_BZIP2), Refuses("damaged")),
    HardFile("external.xlsx", changed(parts(worksheet(HEAD)), with_={"_rels/.rels": '<Relationships><Relationship Id="r" Type="x/officeDocument" TargetMode="External" Target="http://example.org/x"/></Relationships>'}), Refuses("damaged")),
    HardFile("outside.xlsx", changed(parts(worksheet(HEAD)), with_={"_rels/.rels": '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="../../../etc/passwd"/></Relationships>'}), Refuses("damaged")),
    HardFile("no-relations.xlsx", changed(parts(worksheet(HEAD)), with_={"_rels/.rels": None}), Refuses("damaged")),
    HardFile("no-sheet-part.xlsx", changed(parts(worksheet(HEAD)), with_={"xl/worksheets/sheet1.xml": None}), Refuses("nothing in this workbook")),
    HardFile("no-styles.xlsx", changed(parts(worksheet(HEAD, row("1", "2"))), with_={"xl/styles.xml": None}), ONE),
    HardFile("broken-xml.xlsx", changed(parts(worksheet()), with_={"xl/worksheets/sheet1.xml": worksheet(HEAD)[:-20]}), Refuses("damaged")),
    HardFile("not-xml.xlsx", changed(parts(worksheet()), with_={"xl/workbook.xml": "hello"}), Refuses("damaged")),
    HardFile("odd-type.xlsx", workbook(HEAD, row(cell("1", kind="q"))), Refuses("damaged")),
    HardFile("dtd-sheet.xlsx", with_dtd("xl/worksheets/sheet1.xml"), Refuses("DTD")),
    HardFile("dtd-strings.xlsx", with_dtd("xl/sharedStrings.xml"), Refuses("DTD")),
    HardFile("dtd-workbook.xlsx", with_dtd("xl/workbook.xml"), Refuses("DTD")),
    HardFile("dtd-types.xlsx", with_dtd("[Content_Types].xml"), Refuses("DTD")),
    HardFile("dtd-unread.xlsx", with_dtd("xl/theme/theme1.xml"), Refuses("DTD")),
    HardFile("xxe.xlsx", changed(parts(worksheet()), with_={"xl/worksheets/sheet1.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + worksheet(row("&e;"))}), Refuses("DTD")),
    HardFile("bomb-sheet.xlsx", bomb(120), Refuses("unpacks to far more")),
    HardFile("bomb-ratio.xlsx", bomb(5), Refuses("unpacks to far more")),
    HardFile("bomb-strings.xlsx", bomb(150, "xl/sharedStrings.xml", b"<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>"), Refuses("unpacks to far more")),
    HardFile("bomb-unread.xlsx", lambda: packed(parts(worksheet(HEAD)) | {"xl/media/image1.png": bytes(30 * 1024 * 1024)}), Refuses("unpacks to far more")),
    HardFile("lying-header.xlsx", lying_header, Refuses("damaged")),
    HardFile("locked-part.xlsx", locked_part, Refuses("password")),
    HardFile("entries.xlsx", lambda: packed(parts(worksheet(HEAD)) | {f"x/{number}": b"" for number in range(1001)}), Refuses("1,000 parts")),
    HardFile("cut-half.xlsx", cut(SIMPLE, 0.5), Refuses("damaged")),
    HardFile("cut-end.xlsx", cut(SIMPLE, 0.99), Refuses("damaged")),
    HardFile("only-magic.xlsx", raw(b"PK\x03\x04"), Refuses("damaged")),
]  # fmt: skip

HARD_FILES = [*ENCODINGS, *DELIMITED, *FILE_TYPES, *WORKBOOKS]
