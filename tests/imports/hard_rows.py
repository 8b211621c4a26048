"""Rows that are hard to understand: each with what is to come of it, in the directory of `way.make_homonyms`."""

from dataclasses import dataclass, field

HEADINGS = (
    "country", "region", "municipality", "code", "name_ja", "partner_country", "partner_region", "partner_municipality", "kind",
    "status", "established", "ended", "source_url", "note",
)  # fmt: skip
SEATTLE = {"partner_country": "US", "partner_region": "Washington", "partner_municipality": "Seattle"}
OTSU = {"country": "JP", "municipality": "Otsu"}


@dataclass(frozen=True)
class HardRow:
    """`state` of the row; of its problems or questions the columns and rules; of what is stored the given values."""

    name: str
    cells: dict
    state: str = "new"
    problems: list = field(default_factory=list)
    values: dict = field(default_factory=dict)
    parties: tuple = ()
    asks: str = ""
    headings: tuple = ()


def tie(**cells):
    return OTSU | SEATTLE | cells


def date(text, stored=None, *problems):
    if stored is None:
        return HardRow(f"date {text}", tie(established=text), "problem", list(problems))
    return HardRow(f"date {text}", tie(established=text), values={"established": stored})


DATES = [
    date("1955-12-07", "1955-12-07"),
    date("1955-12", "1955-12"),
    date("1955", "1955"),
    date("1955/12/7", "1955-12-07"),
    date("１９５５年１２月７日", "1955-12-07"),
    date("昭和30年12月7日", "1955-12-07"),
    date("S30.12.7", "1955-12-07"),
    date("昭和30年", "1955"),
    date("平成元年", "1989"),
    date("昭和64年1月7日", "1989-01-07"),
    date("平成元年1月8日", "1989-01-08"),
    date("㍻2年3月", "1990-03"),
    date(" 1955-12-07　", "1955-12-07"),
    date("7 December 1955", "1955-12-07"),
    date("12/25/1955", "1955-12-25"),
    date("3/9/1957", None, ("established", "ambiguous_date")),
    date("55-12-07", None, ("established", "date")),
    date("30.12.7", None, ("established", "date")),
    date("2015-02-29", None, ("established", "date")),
    date("1955-13-01", None, ("established", "date")),
    date("昭和65年", None, ("established", "date")),
    date("昭和64年1月8日", None, ("established", "date")),
    date("元年", None, ("established", "date")),
    date("unknown", None, ("established", "date")),
    date("#####", None, ("established", "date")),
    date("19551207x", None, ("established", "date")),
]

PLACES = [
    HardRow("kanji with class", tie(municipality="大津市"), parties=("Otsu", "Seattle")),
    HardRow("kanji without class", tie(municipality="大津"), parties=("Otsu", "Seattle")),
    HardRow("kana", tie(municipality="おおつし"), parties=("Otsu", "Seattle")),
    HardRow("katakana", tie(municipality="オオツシ"), parties=("Otsu", "Seattle")),
    HardRow("half-width kana", tie(municipality="ｵｵﾂｼ"), parties=("Otsu", "Seattle")),
    HardRow("macron", tie(municipality="Ōtsu"), parties=("Otsu", "Seattle")),
    HardRow("other romanisation", tie(municipality="Ootsu"), parties=("Otsu", "Seattle")),
    HardRow("with its class in English", tie(municipality="Otsu City"), parties=("Otsu", "Seattle")),
    HardRow("class first", tie(municipality="City of Otsu"), parties=("Otsu", "Seattle")),
    HardRow("class in romaji", tie(municipality="Otsu-shi"), parties=("Otsu", "Seattle")),
    HardRow("capitals", tie(municipality="OTSU"), parties=("Otsu", "Seattle")),
    HardRow("full width", tie(municipality="Ｏｔｓｕ"), parties=("Otsu", "Seattle")),
    HardRow("former name", tie(municipality="Zeze"), parties=("Otsu", "Seattle")),
    HardRow("prefecture before the name", tie(municipality="埼玉県大津市"), parties=("Otsu", "Seattle")),
    HardRow("prefecture after a comma", tie(municipality="Otsu, Saitama"), parties=("Otsu", "Seattle")),
    HardRow("district before the town", tie(country="", region="広島県", municipality="安芸郡府中町"), parties=("Fuchu Town", "Seattle")),
    HardRow("state by its letters", tie(partner_region="WA"), parties=("Otsu", "Seattle")),
    HardRow("state by its code", tie(partner_region="US-WA"), parties=("Otsu", "Seattle")),
    HardRow("country in Japanese", tie(partner_country="アメリカ"), parties=("Otsu", "Seattle")),
    HardRow("country in short", tie(partner_country="U.S.A."), parties=("Otsu", "Seattle")),
    HardRow("region in Japanese", tie(partner_region="ワシントン州"), parties=("Otsu", "Seattle")),
    HardRow("merged town", tie(municipality="社町"), parties=("Kato", "Seattle")),
    HardRow("code", tie(municipality="", code="282286"), parties=("Kato", "Seattle")),
    HardRow("code without its check digit", tie(municipality="", code="28228"), parties=("Kato", "Seattle")),
    HardRow("code in full width", tie(municipality="", code="２８２２８６"), parties=("Kato", "Seattle")),
    HardRow("code and name", tie(municipality="加東市", code="282286"), parties=("Kato", "Seattle")),
    HardRow("code of another", tie(municipality="大津市", code="282286"), "problem", [("code", "code_names_another")]),
    HardRow("no such code", tie(municipality="", code="999999"), "problem", [("code", "code_unknown")]),
    HardRow("homonym", tie(municipality="府中市"), "question", asks="municipality"),
    HardRow("homonym with its prefecture", tie(region="広島県", municipality="府中市"), parties=("Fuchu", "Seattle")),
    HardRow("homonym with its class", tie(municipality="府中町"), parties=("Fuchu Town", "Seattle")),
    HardRow("homonym abroad", tie(partner_region="", partner_municipality="Portland"), "question", asks="partner_municipality"),
    HardRow("in another region", tie(region="兵庫県", municipality="大津市"), "question", asks="municipality"),
    HardRow("misspelt", tie(municipality="Otsuu Cty"), "problem", [("municipality", "place_not_there")]),
    HardRow("nearly", tie(partner_municipality="Seatle"), "question", asks="partner_municipality"),
    HardRow("nowhere", tie(municipality="Atlantis"), "problem", [("municipality", "place_not_there")]),
    HardRow("ward of a city", tie(municipality="神戸市 中央区"), "problem", [("municipality", "ward")]),
    HardRow("no country", tie(partner_country="Atlantis"), "problem", [("partner_country", "place_unknown")]),
    HardRow("region of another country", tie(partner_region="Hyogo"), "problem", [("partner_region", "place_not_there")]),
    HardRow("both sides the same", tie(partner_country="JP", partner_region="", partner_municipality="大津市"), "problem", [("partner_municipality", "same_place")]),
    HardRow("one side only", {"country": "JP", "municipality": "Otsu"}, "problem", [("partner_municipality", "party_missing")]),
    HardRow("regions", {"country": "JP", "region": "広島県", "partner_country": "US", "partner_region": "Oregon"}, parties=("Hiroshima", "Oregon")),
    HardRow("Japanese name of another", tie(municipality="Otsu", name_ja="神戸市"), "problem", [("name_ja", "names_differ")]),
    HardRow("Japanese name alone", tie(municipality="", name_ja="大津市"), parties=("Otsu", "Seattle")),
]  # fmt: skip

CELLS = [
    HardRow("kind by its stored word", tie(kind="friendship_city"), values={"kind": "friendship_city"}),
    HardRow("kind in English", tie(kind="Friendship City"), values={"kind": "friendship_city"}),
    HardRow("kind in Japanese", tie(kind="友好都市"), values={"kind": "friendship_city"}),
    HardRow("no such kind", tie(kind="twin"), "problem", [("kind", "choice")]),
    HardRow("status in English", tie(status="in force"), values={"status": "in_force"}),
    HardRow("no such status", tie(status="ok"), "problem", [("status", "choice")]),
    HardRow("end before the beginning", tie(established="1990", ended="1989"), "problem", [("ended", "end_before_start")]),
    HardRow("end in the year of the beginning", tie(established="1990-05", ended="1990"), values={"ended": "1990"}),
    HardRow("ended but in force", tie(ended="1990", status="in_force"), "problem", [("status", "ended_status")]),
    HardRow("address of a source", tie(source_url="https://example.org/a?b=c#d"), values={"source_url": "https://example.org/a?b=c#d"}),
    HardRow("script for an address", tie(source_url="javascript:alert(1)"), "problem", [("source_url", "url")]),
    HardRow("not an address", tie(source_url="the city's site"), "problem", [("source_url", "url")]),
    HardRow("two problems at once", tie(kind="twin", established="30.12.7"), "problem", [("kind", "choice"), ("established", "date")]),
    HardRow("characters of Windows", tie(note="㈱①髙﨑～"), values={"note": "㈱①髙﨑～"}),
    HardRow("markup", tie(note="<script>alert(1)</script>"), values={"note": "<script>alert(1)</script>"}),
    HardRow("inert formula", tie(note="'=1+1"), values={"note": "=1+1"}),
    HardRow("formula as text", tie(note="=1+1"), values={"note": "=1+1"}),
    HardRow("long note", tie(note="x" * 5001), "problem", [("note", "too_long")]),
    HardRow("emoji", tie(note="🌸"), values={"note": "🌸"}),
    HardRow("cleared place", tie(municipality="-"), "problem", [("municipality", "place_not_there")]),
    HardRow("cleared date", tie(established="-"), "problem", [("established", "date")]),
]  # fmt: skip

HARD_ROWS = [*DATES, *PLACES, *CELLS]
