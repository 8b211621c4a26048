"""Names made comparable: one folded form for search, one for order, one for addresses, in Latin letters, kana and kanji.

Stored names are never touched: 髙 and 﨑 matter to people. Keys and queries go through the same `fold`, so that plain `contains` on
a key column finds the same rows on every database.
"""

import re
from functools import lru_cache
from unicodedata import category, normalize
from unicodedata import name as letter_name

from django.db.models import Q

MAX_TOKENS = 10  # per query: keeps the SQL of a hostile query small
MAX_TOKEN_LENGTH = 60

# Old or variant character, then the usual one. Only where no two municipalities differ by it (not 嶋 and 島: 鹿嶋市, 鹿島市).
_KANJI_VARIANTS = (
    "髙高 﨑崎 龍竜 瀧滝 澤沢 濱浜 邊辺 邉辺 廣広 國国 眞真 櫻桜 會会 德徳 惠恵 榮栄 鹽塩 嶽岳 澁渋 縣県 區区 與与 萬万 圓円 來来 "
    "彌弥 蘆芦 檮梼 穎頴 鷗鴎 舘館 舩船 冨富 峯峰 曾曽 壺壷 檜桧 礪砺 籠篭 藪薮 鄕郷 淸清 靑青 靜静 豐豊 龜亀 鐵鉄 橫横 總総 "
    "禮礼 當当 驛駅 驒騨 鰺鯵 𠮷吉 祇祗 讚讃 壽寿 齋斎 齊斉"
)
_LETTERS = {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t"}
_APOSTROPHES = "'’‘`´′＇ʻʼʹ"
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
_SPELLED_OUT = {full: short for short, full in _ABBREVIATIONS.items()}

_CLASSES = frozenset(
    ("shi", "ku", "cho", "chou", "machi", "mura", "son", "ken", "fu", "to", "gun", *"市区町村県府都郡")
    + ("city", "town", "village", "prefecture", "ward", "county", "district")
)
_CLASS_OF = re.compile(r"^\s*(?:the )?(?:city|town|village|county|state|province|prefecture) of (?=\S)")
_ROMAJI_ENDINGS = ("machi", "mura", "shi", "ken", "cho", "ku")
_KANA_ENDINGS = ("ちょう", "まち", "むら", "そん", "けん", "ぐん", "し", "く", "ふ", "と")
_KANJI_ENDINGS = tuple("市区町村県府都郡")

_LATIN = "0-9a-z\u00df-\u02af\u1e00-\u1eff"
_LATIN_TOKEN = re.compile(f"[{_LATIN}]+")
_RUNS = re.compile(f"[{_LATIN}]+|[^\\s{_LATIN}]+")
_PREFECTURE_FIRST = re.compile(r"^(北海道|東京都|京都府|大阪府|[^県]{2,3}県)(?=.)")
_TOKYO = re.compile("(?<=東京)都|(?<=とうきょう)と")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")


class _Folding(dict):
    """A table for `str.translate`, filled as characters are met (and never larger than Unicode)."""

    def __missing__(self, code):
        char = chr(code)
        if 0x300 <= code <= 0x36F:  # Latin accents; the dakuten (U+3099) and the vowel signs of other scripts stay
            folded = None
        elif 0x30A1 <= code <= 0x30F6 or code in (0x30FD, 0x30FE):
            folded = chr(code - 0x60)  # katakana to hiragana
        elif category(char)[0] in "PSZC":
            folded = " "
        else:
            folded = char
        self[code] = folded
        return folded


_FOLDING = _Folding(
    {ord(pair[0]): pair[1] for pair in _KANJI_VARIANTS.split()}
    | {ord(char): plain for char, plain in _LETTERS.items()}
    | dict.fromkeys(map(ord, _APOSTROPHES))
    | {ord("ヶ"): "け", ord("ヵ"): "か", ord("ゖ"): "け", ord("ゕ"): "か"}
)


@lru_cache(maxsize=20_000)  # the names of regions and countries come back with every tie
def fold(text):
    """The comparable form of a name: NFKC, case and Latin accents off, katakana to hiragana, variant kanji to the usual ones.

    Apostrophes go without a trace (Hawaiʻi = Hawaii, St. Mary's = St Marys), other punctuation becomes a space, spaces are
    collapsed. Dakuten are kept: か and が are two letters.
    """
    text = text.lower() if text.isascii() else normalize("NFD", normalize("NFKC", text).casefold())
    if "." in text:
        text = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", text)  # D.C. is one word
    text = text.translate(_FOLDING)
    if not text.isascii():
        text = normalize("NFC", text)
    return " ".join(text.split())


def romaji_key(text):
    """The key under which all usual spellings of a Japanese name in Latin letters meet.

    Ōtsu = Otsu = Ootsu = Ohtsu = Outsu, Gumma = Gunma, Tino = Chino. Only for Latin names of places in Japan, and as an addition to
    the literal name, never instead of it: it would make Boone into Bone.
    """
    return " ".join(_romaji_word(word) for word in fold(text).split() if _LATIN_TOKEN.fullmatch(word))


_KUNREI = (
    (re.compile(r"sy(?=[auo])"), "sh"),
    (re.compile(r"ty(?=[auo])"), "ch"),
    (re.compile(r"[zj]y(?=[auo])"), "j"),
    (re.compile(r"si"), "shi"),
    (re.compile(r"ti"), "chi"),
    (re.compile(r"tu"), "tsu"),
    (re.compile(r"zi"), "ji"),
    (re.compile(r"(?<![sc])hu"), "fu"),
)
_HEPBURN = (
    (re.compile(r"tch"), "cch"),
    (re.compile(r"m(?=[bmp])"), "n"),
    (re.compile(r"^oh(?=i(?:[ts]|$))"), "o"),  # Ohita is Oita, but Ohira stays
    (re.compile(r"oh(?![aiueoy])"), "o"),
    (re.compile(r"o[ou]+"), "o"),
    (re.compile(r"([aiue])\1+"), r"\1"),
)


@lru_cache(maxsize=20_000)
def _romaji_word(word):
    for pattern, replacement in _KUNREI + _HEPBURN:
        word = pattern.sub(replacement, word)
    return word


#: Sorts after every kana and every kanji in use: for names that nobody gave a reading.
LAST_KANJI = "\u9fff"


def sort_key(text):
    """The key of English order: folded, abbreviations written out (St. Paul beside Saint Paul, Ōtsu beside Otaru)."""
    return " ".join(_ABBREVIATIONS.get(word, word) for word in fold(text).split())


def kana_order(text):
    """The key of Japanese order (五十音順) of a name in kana: a long vowel counts as its vowel, アーカンソー before アイダホ."""
    kana = []
    for char in text:
        if char == "ー" and kana:
            vowel = letter_name(kana[-1], "A")[-1]  # HIRAGANA LETTER KA
            char = "あいうえお"["AIUEO".index(vowel)] if vowel in "AIUEO" else ""
        kana.extend(fold(char))
    return "".join(kana)


def search_key(names, romaji=()):
    """The text that searches run over: " word word … ~romajiword … ", every word between two spaces.

    `names` are all names of a record in any script, with their class or without; `romaji` are the Latin names of places in
    Japan, which are added once more under their romaji key. Words that are abbreviated in one place and written out in another
    (St., Saint) stand there in both forms; Tokyo stands there without its 都, or every search for 京都 would list it. Empty names
    are passed over.
    """
    return joined_words(name_words(names) | romaji_words(romaji))


def joined_words(words):
    """The search key of these words (the keys of a dict): every one between two spaces."""
    return f" {' '.join(words)} " if words else " "


def name_words(names):
    """The words of a search key that names give, as the keys of a dict."""
    words = {}
    for name in names:
        words.update(_words_of(name or ""))
    return words


def romaji_words(names):
    """The words that Latin names of places in Japan add to a search key."""
    words = {}
    for name in names:
        words.update(_romaji_words_of(name or ""))
    return words


@lru_cache(maxsize=20_000)  # the names of a region stand in the keys of all its ties
def _words_of(name):
    words = {}
    for word in _TOKYO.sub(" ", fold(name)).split():
        words[word] = None
        other_form = _ABBREVIATIONS.get(word) or _SPELLED_OUT.get(word)
        if other_form:
            words[other_form] = None
    return words


@lru_cache(maxsize=20_000)
def _romaji_words_of(name):
    parts = romaji_key(name).split()
    words = dict.fromkeys(f"~{part}" for part in parts)
    if len(parts) > 1:  # Minami-Uonuma is also written Minamiuonuma
        words[f"~{_romaji_word(''.join(parts))}"] = None
    return words


def search_tokens(query):
    """The words of a query that must all match, folded, without repeats, at most ten.

    Class words are dropped after another word (Nagasaki-shi, Kobe City, City of Kobe), Latin and Japanese script are
    separated (Kobe市), and a prefecture written before a name is a word of its own (兵庫県神戸市). Nothing but punctuation
    gives no word.
    """
    tokens = {}
    for part in re.split("[,、，]", query[: MAX_TOKENS * MAX_TOKEN_LENGTH]):
        words = _RUNS.findall(_CLASS_OF.sub("", fold(part)))
        for token in (word for index, word in enumerate(words) if not index or word not in _CLASSES):
            found = _PREFECTURE_FIRST.match(token)
            for piece in (found[0], token[found.end() :]) if found else (token,):
                tokens[piece[:MAX_TOKEN_LENGTH]] = None
    return list(tokens)[:MAX_TOKENS]


@lru_cache(maxsize=20_000)
def is_latin(token):
    """Whether a folded token is written in Latin letters or digits, so that it has to match at the start of a word."""
    return token.isascii() or _LATIN_TOKEN.fullmatch(token) is not None


def search_condition(query, field="search_key"):
    """The Q that all words of a query match: a Latin one at the start of a word or of its romaji key, kanji and kana anywhere.

    A name with its class (神戸市, ながさきし, nagasakishi) also matches the whole word without it. An empty query matches everything.
    """
    tokens = search_tokens(query)
    condition = Q()
    for token in tokens:
        condition &= _contains_any(field, _latin_forms(token) if is_latin(token) else _japanese_forms(token))
    if len(tokens) > 1 and all(map(is_latin, tokens)):
        joined = "".join(tokens)  # Minami-Uonuma finds Minamiuonuma
        condition |= _contains_any(field, _latin_forms(joined))
    return condition


def _latin_forms(token):
    forms = [f" {token}"]
    key = _romaji_word(token)
    if len(key) > 1:
        forms.append(f" ~{key}")
    stem = _without_ending(token, _ROMAJI_ENDINGS, shortest=3)
    if stem:
        forms.append(f" ~{_romaji_word(stem)} ")
    return forms


def _japanese_forms(token):
    stem = _without_ending(token, _KANJI_ENDINGS, shortest=1) or _without_ending(token, _KANA_ENDINGS, shortest=2)
    return [token, f" {stem} "] if stem else [token]


def _without_ending(token, endings, shortest):
    for ending in endings:
        if token.endswith(ending) and len(token) - len(ending) >= shortest:
            return token[: -len(ending)]
    return ""


def _contains_any(field, texts):
    condition = Q()
    for text in texts:
        condition |= Q(**{f"{field}__contains": text})
    return condition


@lru_cache(maxsize=20_000)
def slugify_name(text):
    """The ASCII slug of a name in Latin letters: "St. Mary's" -> "st-marys", "Ōtsu" -> "otsu"; "" where none of it is Latin."""
    return "-".join(re.findall("[a-z0-9]+", fold(text)))
