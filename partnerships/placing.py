"""Which place is meant: a register of all names, in memory, that finds a place by code or name, or asks; it never guesses.

Made for an import, where the same names come back in thousands of rows: it is read in five statements, and every look-up is a few dictionary
accesses.
"""

import re
from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.utils.translation import gettext_lazy as _

from sistercities.core.codes import is_jis_code, jis_check_digit
from sistercities.core.models import DataVersion
from sistercities.core.pages import version_stamp
from sistercities.core.text import fold, is_latin, romaji_key, sort_key

from .models import Level, OldAddress, Place, PlaceName, Succession
from .models.places import has_ended
from .naming import Body, full_name

_CLASS_WORDS = frozenset(
    [
        *("city", "town", "village", "prefecture", "ward", "county", "district", "state", "province"),
        *("shi", "ku", "cho", "chou", "machi", "mura", "son", "ken", "fu", "to", "gun"),
    ]
)
_CLASS_OF = re.compile(r"^(?:the )?(?:city|town|village|county|state|province|prefecture|metropolis) of (?=\S)")
_KANJI_ENDINGS = "市区町村県府都州省郡"
_KANA_ENDINGS = ("ちょう", "まち", "むら", "そん", "けん", "ぐん", "しゅう", "し", "く", "ふ", "と")
_PREFECTURE_FIRST = re.compile(r"^(北海道|東京都|京都府|大阪府|[^県\s]{2,3}県)\s*(?=\S)")
_DISTRICT_FIRST = re.compile(r"^[^市区町村]{1,6}郡(?=.+[町村]$)")
_WARD_OF_CITY = re.compile(r"^.+市\s*\S+区$")
#: Names of countries that people write and the register does not hold.
_COUNTRY_WORDS = {
    "US": ("usa", "u s", "us", "america", "united states", "united states of america", "アメリカ", "米国", "合衆国"),
    "JP": ("japan", "日本国", "nippon"),
    "GB": ("uk", "great britain", "england", "イギリス", "英国"),
    "CN": ("prc", "中国", "中華人民共和国"),
    "KR": ("korea", "韓国", "大韓民国"),
    "VN": ("viet nam", "ベトナム"),
}

#: Different unknown names per file for which like names are looked for: the search costs milliseconds each.
MOST_SUGGESTIONS = 300


@dataclass(frozen=True, slots=True)
class Known:
    """A place as the register holds it."""

    pk: int
    level: str
    country: int | None
    region: int | None
    code: str
    bodies: tuple  # the `Body` of the country, of what lies within it, and its own
    former: bool
    cells: tuple  # country, region, municipality, code, name_ja: as the exports write this place
    path: str

    def __str__(self):
        """In the active language: a register may be read in one and asked in another."""
        return full_name(*self.bodies)


@dataclass(slots=True)
class Found:
    """What a party's cells mean: a place (with the predecessor that is named, where it is one), or a question, or a problem."""

    place: int | None = None
    signed_as: int | None = None
    problem: str = ""
    column: str = "municipality"
    params: dict = field(default_factory=dict)
    candidates: list = field(default_factory=list)


def stem(text):
    """A folded name without the word for its class: 神戸市, Kobe City and City of Kobe become 神戸 and kobe."""
    words = _CLASS_OF.sub("", text).replace("-", " ").split()
    while len(words) > 1 and words[-1] in _CLASS_WORDS:
        words.pop()
    name = " ".join(words)
    if is_latin(name.replace(" ", "") or "a"):
        return name
    if len(name) > 1 and name[-1] in _KANJI_ENDINGS:
        return name[:-1]
    for ending in _KANA_ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)]
    return name


def keys(text, romaji):
    """The forms under which a name is looked up, the most exact first; `romaji`: also as a Japanese name in Latin letters."""
    full = sort_key(text)
    forms = [full, stem(full)]
    if romaji and is_latin(full.replace(" ", "") or "あ"):
        forms.append("~" + romaji_key(stem(full)).replace(" ", ""))
    return forms


_kept = {}


def kept_register():
    """The register as the data stand, kept by this process until they change: for a single look-up. A file reads its own.

    Only what was read is shared; what was looked up is not.
    """
    stamp = version_stamp(DataVersion.current())
    if stamp not in _kept:
        register = Register()
        _kept.clear()
        _kept[stamp] = register
    register = copy(_kept.get(stamp) or register)
    register._found, register._suggested = {}, 0
    return register


class Register:
    """All places that were not withdrawn, by code and by every name they have or had."""

    def __init__(self):
        self.places = {}
        self.by_code = defaultdict(list)
        self.named = (defaultdict(set), defaultdict(set))  # by names of today, by other names
        self.successors = defaultdict(list)
        self.countries = {}
        self.paths = set()
        self._found = {}
        self._suggested = 0
        self._read()

    def _read(self):
        rows = Place.objects.exclude(publication="withdrawn").order_by("level")  # countries, municipalities, regions
        for row in rows.values(*_COLUMNS):
            known = self.places[row["pk"]] = _known(row)
            self.paths.add(known.path)
            if known.code:
                self.by_code[known.code].append(known.pk)
            names = self.named[1 if known.former else 0]
            self._name(names, known, row["name_en"], row["name_ja"], row["name_kana"], row["name_local"])
            if known.level == Level.COUNTRY:
                self.countries[known.code] = known.pk
        self.paths |= set(OldAddress.objects.values_list("path", flat=True))  # never given again
        for place, name in PlaceName.objects.values_list("place", "name"):
            if place in self.places:
                self._name(self.named[1], self.places[place], name)
        for before, after in Succession.objects.values_list("predecessor", "successor"):
            self.successors[before].append(after)
        for code, words in _COUNTRY_WORDS.items():
            if code in self.countries:
                self._name(self.named[0], self.places[self.countries[code]], *words)

    def _name(self, names, known, *texts):
        romaji = known.cells[0] == "JP"
        for text in texts:
            if text:
                for form in keys(text, romaji):
                    names[form].add(known.pk)

    # looking up -------------------------------------------------------------------------------------------------------

    def find(self, country="", region="", municipality="", code="", name_ja=""):
        """What five cells of a file mean. The same cells get the same answer without being looked up again."""
        cells = (country, region, municipality, code, name_ja)
        found = self._found.get(cells)
        if found is None:
            found = self._find(*map(str.strip, cells))
            if len(self._found) < 100_000:
                self._found[cells] = found
        return found

    def _find(self, country, region, municipality, code, name_ja):
        if code:
            return self._by_code(code, municipality, name_ja)
        above = None
        if country:
            above = self._one(country, Level.COUNTRY, None)
            if not above:
                return self._unknown("country", country, Level.COUNTRY, None)
        if not region and not municipality and not name_ja:
            if country:
                return Found(place=above)
            return Found(problem="party_missing", column="municipality")
        municipality, region = self._split(municipality, region)
        if region:
            wanted = self._choose(region, Level.REGION, above)
            if len(wanted) != 1:
                return (
                    self._several("region", wanted) if wanted else self._unknown("region", region, Level.REGION, above)
                )
            above = wanted[0]
        if municipality:
            return self._municipality(municipality, name_ja, above)
        if region and (not name_ja or above in self._choose(name_ja, Level.REGION, None)):
            return Found(place=above)
        if name_ja:
            return self._municipality(name_ja, "", above)
        return Found(problem="party_missing", column="municipality")

    def _by_code(self, text, *names):
        code = fold(text).upper().replace(" ", "-")
        places = self.by_code.get(code) or [pk for form in _jis_forms(code) for pk in self.by_code.get(form, ())]
        if not places:
            return Found(problem="code_unknown", column="code", params={"value": text})
        named = [name for name in names if name]
        agreeing = [pk for pk in places if all(self._is_called(pk, name) for name in named)]
        if len(agreeing) == 1:
            return Found(place=agreeing[0])
        if agreeing:
            return self._several("code", agreeing)
        return Found(
            problem="code_names_another",
            column="code",
            params={"code": text, "place": self.places[places[0]], "name": named[0]},
        )

    def _is_called(self, pk, name):
        romaji = self.places[pk].cells[0] == "JP"
        return any(pk in names[form] for form in keys(_bare(name), romaji) for names in self.named)

    def _split(self, municipality, region):
        """Kobe, Hyogo and 兵庫県神戸市 and 北佐久郡軽井沢町 name more than the municipality."""
        municipality = municipality.strip()
        if not region:
            if found := _PREFECTURE_FIRST.match(municipality):
                return _bare(municipality[found.end() :]), found[1]
            before, comma, after = municipality.replace("，", ",").partition(",")
            if comma and after.strip():
                return before.strip(), after.strip()
        return _bare(municipality), region

    def _municipality(self, name, name_ja, above):
        if _WARD_OF_CITY.match(fold(name).replace(" ", "")) and not self._choose(name, Level.MUNICIPALITY, above):
            return Found(problem="ward", params={"value": name})
        places = self._choose(name, Level.MUNICIPALITY, above)
        if len(places) > 1 and name_ja:
            places = [pk for pk in places if self._is_called(pk, name_ja)] or places
        if len(places) == 1:
            if name_ja and not self._is_called(places[0], name_ja):
                known = self.places[places[0]]
                return Found(
                    problem="names_differ", column="name_ja", params={"name": name, "place": known, "other": name_ja}
                )
            return self._heir(places[0])
        if places:
            return self._several("municipality", places)
        elsewhere = self._choose(name, Level.MUNICIPALITY, None) if above else []
        if elsewhere:
            return Found(
                problem="place_elsewhere",
                params={"value": name, "above": self.places[above]},
                candidates=elsewhere[:10],
            )
        return self._unknown("municipality", name, Level.MUNICIPALITY, above)

    def _choose(self, name, level, above):
        """The places of a level that a name means, at the most exact form that means any; living names before former ones."""
        for names in self.named:
            for form in keys(name, romaji=True):
                places = [pk for pk in names.get(form, ()) if self._fits(self.places[pk], level, above)]
                if places:
                    return sorted(places)
        if level == Level.REGION and above and (pk := self._by_suffix(name, above)):
            return [pk]
        return []

    def _by_suffix(self, name, country):
        """CA, and US-CA, within the United States; 28 within Japan is JP-28."""
        code = fold(name).upper().replace(" ", "-")
        found = self.by_code.get(code) or self.by_code.get(f"{self.places[country].code}-{code}")
        return next((pk for pk in found or () if self._fits(self.places[pk], Level.REGION, country)), None)

    def _one(self, name, level, above):
        upper = fold(name).upper()
        if level == Level.COUNTRY and upper in self.countries:
            return self.countries[upper]
        places = self._choose(name, level, above)
        return places[0] if len(places) == 1 else None

    @staticmethod
    def _fits(known, level, above):
        return known.level == level and (above is None or above in (known.country, known.region))

    def _heir(self, pk):
        """A body that is no more: the one that followed it is the party, and the name that is written is the one that signed."""
        successor, steps = pk, 0
        while self.places[successor].former and len(self.successors[successor]) == 1 and steps < 10:
            successor, steps = self.successors[successor][0], steps + 1
            if successor not in self.places:
                return Found(place=pk)
        if successor == pk or self.places[successor].former:
            after = [other for other in self.successors[pk] if other in self.places]
            if len(after) > 1:
                return Found(problem="several_successors", params={"value": self.places[pk]}, candidates=after)
            return Found(place=pk)
        return Found(place=successor, signed_as=pk)

    def _several(self, column, places):
        return Found(problem="place_ambiguous", column=column, candidates=places[:20])

    def _unknown(self, column, name, level, above):
        candidates = []
        if self._suggested < MOST_SUGGESTIONS and len(name) <= 60:
            self._suggested += 1
            names = {}
            for pk, known in self.places.items():
                if self._fits(known, level, above):
                    for text in known.cells[:3] if level != Level.MUNICIPALITY else (known.cells[2], known.cells[4]):
                        if text:
                            names.setdefault(stem(sort_key(text)), pk)
            close = get_close_matches(stem(sort_key(name)), names, n=5, cutoff=0.75)
            candidates = list(dict.fromkeys(names[text] for text in close))
        if above:
            params = {"value": name, "above": self.places[above]}
            return Found(problem="place_not_there", column=column, params=params, candidates=candidates)
        return Found(problem="place_unknown", column=column, params={"value": name}, candidates=candidates)


def _bare(name):
    """A name without the district before it: 北佐久郡軽井沢町 is 軽井沢町."""
    return _DISTRICT_FIRST.sub("", name.strip())


def _jis_forms(code):
    """The six digits that a code of five, or one without its leading zero, may stand for."""
    if not code.isdigit():
        return []
    forms = []
    if len(code) == 5:
        forms = [code + str(jis_check_digit(code)), "0" + code]
    elif len(code) == 4:
        forms = ["0" + code + str(jis_check_digit("0" + code))]
    return [form for form in forms if is_jis_code(form)]


_ABOVE = ("code", "name_en", "name_ja", "name_local")
_COLUMNS = (
    *("pk", "level", "country", "region", "code", "path"),
    *("name_en", "name_ja", "name_kana", "name_local", "abolished"),
    *(f"{above}__{name}" for above in ("country", "region") for name in _ABOVE),
)


def _known(row):
    own = {name: row[name] for name in _ABOVE}
    country = own if row["level"] == Level.COUNTRY else _above(row, "country")
    region = own if row["level"] == Level.REGION else _above(row, "region")
    municipality = row["level"] == Level.MUNICIPALITY
    cells = (
        country["code"] or "",
        region["name_en"] or region["name_local"] or "",
        (row["name_en"] or row["name_local"] or row["name_ja"]) if municipality else "",
        row["code"],
        row["name_ja"],
    )
    bodies = tuple(Body(**_above(row, above)) for above in ("country", "region") if row[above]) + (Body(**own),)
    former = has_ended(row["level"], row["path"], row["code"], row["abolished"])
    first = [row[name] for name in ("pk", "level", "country", "region", "code")]
    return Known(*first, bodies, former, cells, row["path"])


def _above(row, above):
    return {name: row[f"{above}__{name}"] for name in _ABOVE}


#: What a place cannot be found for, in words; the parameters are those of `Found.params`.
RULES = {
    "party_missing": _("No place is named here: write a municipality, or the prefecture or state that is the party itself."),
    "code_unknown": _("There is no place with the code “%(value)s”."),
    "code_names_another": _("The code %(code)s is that of %(place)s, but the name says “%(name)s”. Correct one of the two."),
    "names_differ": _("“%(name)s” is %(place)s, but the Japanese name says “%(other)s”. Correct one of the two."),
    "ward": _("“%(value)s” is a ward of a city, which is not a municipality of its own. Name the city."),
    "place_unknown": _("There is no place “%(value)s” in the directory. Correct the name, or add the place first."),
    "place_not_there": _("There is no place “%(value)s” in %(above)s. Correct the name, or add the place first."),
    "place_ambiguous": _("Several places have this name."),
    "place_elsewhere": _("There is no “%(value)s” in %(above)s, but there is one elsewhere."),
    "several_successors": _("%(value)s was divided between several municipalities."),
}  # fmt: skip
