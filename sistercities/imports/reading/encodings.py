"""In which encoding a text stands: by its mark, by its escapes, by what decodes, and by what Japanese looks like.

Latin-1 is never an answer: it decodes anything, and would turn every Japanese name into rubbish without a word.
"""

import codecs
import re
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from sistercities.core.cells import GETA_ERRORS

from .tables import Refused

#: What a coordinator may choose, in the order in which they are tried.
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp")
BLOCK = 256 * 1024
#: Bytes of lines that are not plain ASCII by which likelihood is judged.
SAMPLE = 64 * 1024
#: A share of broken characters up to which a file is still read, with its broken cells marked: a cut end, one bad copy.
BROKEN = 0.02
ERRORS = "sistercities-jis"
REPLACED = "sistercities-jis-replaced"


@dataclass(frozen=True)
class Found:
    """An encoding (one of ENCODINGS), the codec and error handler that read it, whether a mark stood first, and the other
    encodings in which all of the file decodes."""

    encoding: str
    codec: str
    errors: str
    bom: bool
    encodings: tuple


# What Windows adds to JIS X 0208 -----------------------------------------------------------------------------------------


@cache
def _windows_rows():
    """Two bytes of JIS -> character, of the rows that Windows added (①㈱ in row 13, 﨑髙 in 89 to 92): Python's EUC-JP and
    ISO-2022-JP do not know them, the programs that write such files do."""
    rows = {}
    for first in (0x2D, *range(0x79, 0x7D)):
        for second in range(0x21, 0x7F):
            lead = ((first - 0x21) >> 1) + 0x81
            trail = second + 0x7E if first % 2 == 0 else second + 0x1F + (second >= 0x60)
            try:
                rows[first, second] = bytes([lead + 0x40 if lead > 0x9F else lead, trail]).decode("cp932")
            except UnicodeDecodeError:
                continue
    return rows


@cache
def _windows_characters():
    return {character: pair for pair, character in reversed(_windows_rows().items())}


def _decode_windows(error):
    if isinstance(error, UnicodeDecodeError):
        pair = tuple(byte & 0x7F for byte in error.object[error.start : error.start + 2])
        if pair in _windows_rows():
            return _windows_rows()[pair], error.start + 2
    raise error


def _replace_after_windows(error):
    try:
        return _decode_windows(error)
    except UnicodeDecodeError:
        return codecs.replace_errors(error)


codecs.register_error(ERRORS, _decode_windows)
codecs.register_error(REPLACED, _replace_after_windows)


def encode(text, codec):
    """The text in an encoding, with 〓 for what it cannot hold."""
    if codec not in ("euc_jp", "iso2022_jp_ext"):
        return text.encode(codec, GETA_ERRORS)
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return b"".join(_encode_character(character, codec) for character in text)


def _encode_character(character, codec):
    pair = _windows_characters().get(character)
    if pair is None:
        return character.encode(codec, GETA_ERRORS)
    return bytes(byte | 0x80 for byte in pair) if codec == "euc_jp" else b"\x1b$B" + bytes(pair) + b"\x1b(B"


# Finding out -------------------------------------------------------------------------------------------------------------


@dataclass
class _Scan:
    """What one pass over the bytes tells."""

    ascii: bool = True
    escapes: bool = False
    zeros: tuple = (0, 0)  # at even and at odd places
    ends: int = 0  # line ends and commas
    first_zero_line: int = 0
    sample: bytes = b""


def find(path, chosen=None):
    """The encoding of a file as Found; Refused where none fits, or where the chosen one does not."""
    scan = _scan(path)
    with open(path, "rb") as file:
        start = file.read(4)
    if start in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        raise Refused(_("This file is in UTF-32.") + " " + save_as_utf8())
    marked = _marked(start, scan)
    if scan.first_zero_line and not marked.startswith("utf-16"):
        raise Refused(
            _("Line %(line)s holds a NUL character, which no text has: the file is damaged or is no table.")
            % {"line": scan.first_zero_line},
            scan.first_zero_line,
        )
    if chosen is not None and chosen not in ENCODINGS:
        raise Refused(_("“%(encoding)s” is no encoding that is read here.") % {"encoding": chosen})
    if chosen:
        return _as_chosen(path, chosen, marked, start, scan)
    if marked:
        return _strict_or_broken(path, [marked], start, ()) or _refuse()
    if scan.ascii:
        return Found("utf-8", "utf-8", "strict", False, ("utf-8", "cp932", "euc_jp"))
    fitting = [codec for codec in ("utf-8", "cp932", "euc_jp") if decodes(path, codec)]
    fitting.sort(key=lambda codec: (codec != "utf-8", -likelihood(scan.sample, codec)))
    if fitting and (fitting[0] == "utf-8" or likelihood(scan.sample, fitting[0]) > 0):
        return Found(fitting[0], fitting[0], errors_of(fitting[0]), False, tuple(fitting))
    return _strict_or_broken(path, [] if fitting else ["utf-8", "cp932", "euc_jp"], start, (), scan.sample) or _refuse()


def save_as_utf8():
    return _("Open it in Excel and save it as “CSV UTF-8”, or as “Excel workbook (.xlsx)”.")


def _refuse():
    raise Refused(
        _(
            "The encoding of this file cannot be told: it is neither UTF-8, UTF-16, Shift_JIS (CP932), EUC-JP nor ISO-2022-JP."
        )
        + " "
        + save_as_utf8()
    )


def _scan(path):
    scan, place, lines, zeros = _Scan(), 0, 1, [0, 0]
    sample, size = [], 0
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            if b"\x00" in block:
                for at in (0, 1):
                    zeros[(place + at) % 2] += block[at::2].count(0)
                if not scan.first_zero_line:
                    before = block[: block.index(b"\x00")]
                    scan.first_zero_line = lines + max(before.count(b"\n"), before.count(b"\r"))
            if not block.isascii():
                scan.ascii = False
                if size < SAMPLE:
                    found = b"\n".join(line for line in block.splitlines() if not line.isascii())[:SAMPLE]
                    sample.append(found)
                    size += len(found)
            if scan.first_zero_line:
                scan.ends += sum(block.count(end) for end in (b"\n", b"\r", b","))
            scan.escapes = scan.escapes or b"\x1b$" in block or b"\x1b(" in block
            lines += max(block.count(b"\n"), block.count(b"\r"))
            place += len(block)
    scan.sample, scan.zeros = b"\n".join(sample), tuple(zeros)
    return scan


def _marked(start, scan):
    """The codec that a byte order mark, zeros at every other place, or escapes tell; "" where they tell nothing."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = scan.zeros
    # In UTF-16 each line end and comma has its zero; a NUL or two in another text are fewer.
    if even + odd and min(even, odd) * 20 <= even + odd >= scan.ends * 0.8:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "iso2022_jp_ext" if scan.ascii and scan.escapes else ""


def _as_chosen(path, chosen, marked, start, scan):
    codec = {"iso2022_jp": "iso2022_jp_ext"}.get(chosen, chosen)
    if chosen == "utf-16":
        codec = marked if marked.startswith("utf-16") else "utf-16-le"
    if chosen in ("utf-8", "utf-8-sig"):
        codec = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    others = tuple(codec for codec in ("utf-8", "cp932", "euc_jp") if not marked and decodes(path, codec))
    found = _strict_or_broken(path, [codec], start, others, most=1.0 if scan.ascii else 0.2)
    if found:
        return found
    raise Refused(_("This file is not in the encoding %(encoding)s. Choose another one.") % {"encoding": chosen})


def _strict_or_broken(path, candidates, start, others, sample=b"", most=BROKEN):
    """The candidate that decodes, or the one that breaks least, if that is little; None otherwise."""
    for codec in candidates:
        if decodes(path, codec):
            name = name_of(codec)
            return Found(name, codec, errors_of(codec), has_mark(start), tuple(dict.fromkeys((name, *others))))
    shares = sorted((broken_share(path, codec), codec) for codec in candidates)
    for share, codec in shares:
        if share <= most and (not sample or likelihood(sample, codec) > 0):
            return Found(name_of(codec), codec, replacing(codec), has_mark(start), others)
    return None


def has_mark(start):
    return start.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def name_of(codec):
    """The encoding, as a coordinator chooses it, that a codec reads."""
    return {"utf-16-le": "utf-16", "utf-16-be": "utf-16", "iso2022_jp_ext": "iso2022_jp"}.get(codec, codec)


def errors_of(codec):
    return ERRORS if codec in ("euc_jp", "iso2022_jp_ext") else "strict"


def replacing(codec):
    return REPLACED if codec in ("euc_jp", "iso2022_jp_ext") else "replace"


def decodes(path, codec):
    """Whether the whole file decodes, read a block at a time."""
    decoder = codecs.getincrementaldecoder(codec)(errors_of(codec))
    try:
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                if "\x00" in decoder.decode(block):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def broken_share(path, codec):
    """Broken characters per character that is not ASCII; a single one is never too many."""
    decoder = codecs.getincrementaldecoder(codec)(replacing(codec))
    broken = others = zeros = 0
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            broken += text.count("\ufffd")
            zeros += text.count("\x00")
            others += len(text) - len(text.encode("ascii", "ignore"))
    text = decoder.decode(b"", final=True)
    broken += text.count("\ufffd")
    others += len(text)
    return 1.0 if zeros else (broken - 1) / others if broken > 1 else 0.0


# Likelihood --------------------------------------------------------------------------------------------------------------

#: Characters that tables of places, ties and dates in Japanese can hardly do without.
USUAL = frozenset(
    "都道府県市区町村郡州国省島年月日姉妹友好提携都市交流協定備考種別状態名称団体出典締結東西南北京大阪神戸奈良川山田中小上下本新長高野原"
    "松福岡広熊宮城崎鹿児沖縄富石井静愛知三重滋賀和歌取根媛香徳仙台横浜千葉埼玉群馬栃木茨形秋岩手青森北海米中華人民共韓英仏独豪加伯台湾"
    "番号読地域方自治外先相事業内容解消継続有無平成昭令元第一二三四五六七八九十百千万明正公式校会員金学生派遣訪問周念記"
)
KANA = re.compile("[ぁ-んァ-ヶー]")
KANJI = re.compile("[一-鿿々〇]")
HALF = re.compile("[ｦ-ﾝ]")
#: Half-width marks where none can stand: a voice mark after a letter that has no voice, or a stop between letters.
MISPLACED = re.compile("(?:^|[^ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?:^|[^ﾊ-ﾎ])ﾟ|[｡｢｣､]|(?:^|[^ｦ-ﾟ])[ｧ-ｮｯｰ]")
PRIVATE = re.compile("[\ue000-\uf8ff]")
#: A kanji in the middle of a Latin word: what “Köln” and “São Paulo” turn into.
AMID_LETTERS = re.compile("[A-Za-z][^\x00-\x7f](?=[a-z\\s,;\t]|$)|(?<![^\x00-\x7f])[^\x00-\x7f][a-z]{2}")


def likelihood(sample, codec):
    """How much like Japanese the sample reads in this codec: above 0 likely, the larger the better; 0 or less is rubbish."""
    text = sample.decode(codec, replacing(codec)).replace("\ufffd", "")
    total = len(text) - len(text.encode("ascii", "ignore"))
    if not total:
        return 0.0
    kana, half = len(KANA.findall(text)), len(HALF.findall(text))
    usual = sum(map(USUAL.__contains__, text))
    level_1 = sum(_is_level_1(character) for character in KANJI.findall(text))
    bad = 8 * len(MISPLACED.findall(text)) + 2 * len(PRIVATE.findall(text)) + 3 * len(AMID_LETTERS.findall(text))
    score = (2 * kana + 3 * usual + 0.5 * level_1 + 0.4 * half - bad) / total
    known = (kana + usual + half) / total
    return min(score, 0.0) if total >= 20 and (known < 0.1 or score < 0.2) else score


@cache
def _is_level_1(kanji):
    """Whether a kanji is among the 2,965 of everyday use (level 1 of JIS X 0208)."""
    try:
        return 0xB0 <= kanji.encode("euc_jp")[0] <= 0xCF
    except UnicodeEncodeError:
        return False
