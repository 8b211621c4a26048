"""The import of partnerships: the columns of the export, and which tie a row means."""

from collections import defaultdict
from itertools import chain

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sistercities.core.dates import display
from sistercities.core.names import content_language
from sistercities.curation.actions import values_disagree
from sistercities.curation.models import Publication, Standing
from sistercities.imports.problems import told
from sistercities.imports.questions import NEW
from sistercities.imports.records import record_id
from sistercities.imports.resources import Column, ImportResource, register
from sistercities.imports.widgets import AddressWidget, ChoiceWidget, DateWidget, TextWidget

from . import placing
from .import_writing import FACTS, PLAIN, Builder, Writer, take_back
from .models import Kind, Partnership, PartnershipCitation, Party, Place, Status
from .naming import place_labels

SIDES = ("", "partner_")
PARTY = ("country", "region", "municipality", "code", "name_ja")
#: The columns that name the party of a side.
CELLS = {prefix: [prefix + name for name in PARTY] for prefix in SIDES}
#: The columns in which two lines of the same tie may contradict one another.
SAID = (*FACTS, *PLAIN, "source_url")


def _cell(heading, help=""):
    """A cell that names a place: it is looked up, never stored, so that there is nothing to clear."""
    return Column(TextWidget(160), heading, help, clearable=False)


class PartnershipResource(ImportResource):
    """Partnerships, a row for each pair of parties. A record is found by its number, else by its parties."""

    id = record_id()
    country = _cell(_("country"), _("ISO 3166-1 code or name."))
    region = _cell(_("prefecture, state or province"))
    municipality = _cell(_("municipality"), _("Empty where the prefecture or state itself is the party."))
    code = _cell(_("official code"), _("The six digits of Japan’s municipalities, ISO 3166-2 for regions."))
    name_ja = _cell(_("name (Japanese)"))
    partner_country = _cell(_("country of the partner"), _("ISO 3166-1 code or name."))
    partner_region = _cell(_("prefecture, state or province of the partner"))
    partner_municipality = _cell(
        _("partner municipality"), _("Empty where the prefecture or state itself is the party.")
    )
    partner_code = _cell(_("official code of the partner"))
    partner_name_ja = _cell(_("name of the partner (Japanese)"))
    kind = Column(
        ChoiceWidget(Kind), _("kind"), _("Our class of the partnership."), clearable=False, example="sister_city"
    )
    designation_en = Column(TextWidget(200), _("name in the agreement (English)"))
    designation_ja = Column(TextWidget(200), _("name in the agreement (Japanese)"))
    status = Column(ChoiceWidget(Status), _("status"), clearable=False, example="in_force")
    established = Column(DateWidget(), _("established"), _("As precise as known: 1955, 1955-12, 1955-12-07 or 昭和30年12月7日."), clearable=False, example="1955-12-07")  # fmt: skip
    ended = Column(DateWidget(), _("ended"), _("As precise as known."), clearable=False)
    source_url = Column(
        AddressWidget(1000), _("address of the source"), clearable=False, example="https://example.org/"
    )
    note = Column(TextWidget(5000), _("note for staff"), _("Never published."), attribute="staff_note")

    dataset = "partnerships"
    model = Partnership
    for_visitors = ("established", "status", "ended", "kind", "designation_en", "designation_ja")
    for_new = (
        ("municipality", "region", "country"),
        ("partner_municipality", "partner_region", "partner_country"),
        ("kind", "established", "designation_en", "designation_ja"),
    )
    required = (
        (("id",), ("municipality",), ("region",), ("code",), ("name_ja",)),
        (("id",), ("partner_municipality",), ("partner_region",), ("partner_code",), ("partner_name_ja",)),
    )
    aliases = {
        **dict.fromkeys(("prefecture", "jp_prefecture", "都道府県", "都道府県名"), ("region", {"country": "JP"})),
        **dict.fromkeys(
            ("jp_municipality", "city", "自治体名", "自治体", "市区町村", "市区町村名"), ("municipality", {})
        ),
        **dict.fromkeys(
            ("partner_city", "提携先都市", "提携先自治体", "提携先", "姉妹都市"), ("partner_municipality", {})
        ),
        **dict.fromkeys(("partner_state", "提携先州", "提携先州・省", "州・省"), ("partner_region", {})),
        **dict.fromkeys(("提携先国", "相手国", "partner country"), ("partner_country", {})),
        **dict.fromkeys(("提携年月日", "提携日", "date", "established on"), ("established", {})),
        **dict.fromkeys(("解消年月日", "解消日"), ("ended", {})),
        **dict.fromkeys(("種別",), ("kind", {})),
        **dict.fromkeys(("状態",), ("status", {})),
        **dict.fromkeys(("出典URL", "出典", "URL"), ("source_url", {})),
        **dict.fromkeys(("notes", "備考"), ("note", {})),
        **dict.fromkeys(("名称", "提携名称"), ("designation_ja", {})),
        **dict.fromkeys(("団体コード", "自治体コード"), ("code", {})),
    }

    # which tie a row means --------------------------------------------------------------------------------------------

    def start(self):
        self.register = placing.kept_register() if self.single else placing.Register()
        self._lines = {}  # number of a tie, or its parties and kind -> the first line of this file that means it, packed

    def match(self, lines):
        for line in lines:
            self._resolve(line)
        ids = [line.values["id"] for line in lines if "id" in line.values]
        pairs = {
            line.values["parties_key"] for line in lines if line.values.get("parties_key") and "id" not in line.values
        }
        ties = _stored(ids, pairs)
        for line in lines:
            self._find(line, ties)

    def _resolve(self, line):
        """The two parties of a line as numbers of places, under `parties` and `signed_as`."""
        found = [self._side(line, prefix) for prefix in SIDES]
        if all(found):
            parties = [side.place for side in found]
            if parties[0] == parties[1]:
                line.complain("same_place", "partner_municipality", lambda: str(RULES["same_place"]))
                return
            line.values["parties"] = parties
            line.values["signed_as"] = [side.signed_as for side in found]
            line.values["parties_key"] = "-".join(map(str, sorted(parties)))

    def _side(self, line, prefix):
        cells = [line.texts.get(name, "") for name in CELLS[prefix]]
        if "id" in line.values and not any(cells):
            return None
        answer = self.answers and self.answers.get(_question(prefix, cells))
        if answer and answer in self.register.places:
            return self.register._heir(answer)
        found = self.register.find(*cells)
        if found.place:
            known = self.register.places[found.place]
            if found.signed_as:
                before = self.register.places[found.signed_as]
                line.readings[prefix + "municipality"] = told(lambda: f"{before} → {known}")
            return found
        column = prefix + found.column
        said = placing.RULES[found.problem]
        if found.candidates:
            line.ask(_question(prefix, cells), column, " ".join(filter(None, cells)), found.candidates, of="place")
        else:
            line.complain(found.problem, column, lambda: str(said) % found.params)
        return None

    def _find(self, line, ties):
        by_id, by_parties = ties
        if "id" in line.values:
            tie = by_id.get(line.values["id"])
            if tie is None:
                line.complain("id_unknown", "id")
            elif tie["publication"] == Publication.WITHDRAWN:
                line.complain("id_withdrawn", "id")
            else:
                self._is(line, tie)
        elif "parties_key" in line.values:
            self._choose(line, by_parties[line.values["parties_key"]])

    def _choose(self, line, ties):
        """Without a number: the one tie of these parties; where there are several, the one that agrees in all that is written."""
        line.values["beside"] = [tie["id"] for tie in ties]
        key = f"tie:{line.values['parties_key']}:{line.texts.get('kind', '')}:{line.texts.get('established', '')}"
        answer = self.answers.get(key)
        if len(ties) > 1 or (ties and answer is not None):
            agreeing = [tie for tie in ties if answer == tie["id"]] or [tie for tie in ties if _agrees(line, tie)]
            if answer == 0:
                return
            if len(agreeing) != 1:
                line.ask(
                    key, "id", told(lambda: self._names(line.values["parties"])), [*(tie["id"] for tie in ties), NEW]
                )
                return
            ties = agreeing
        if ties:
            self._is(line, ties[0])

    def _names(self, ids):
        return " – ".join(str(self.register.places[pk]) for pk in ids if pk in self.register.places)

    def _is(self, line, tie):
        parties = line.values.get("parties")
        if parties and not set(parties) <= set(tie["parties"]):
            rule = RULES["parties_differ"]
            line.complain("parties_differ", "id", lambda: str(rule) % {"parties": self._names(tie["parties"])})
            return
        line.object_id, line.stored, line.seen = tie["id"], tie, tie["seen"]

    # what it changes --------------------------------------------------------------------------------------------------

    def compare(self, line):
        stored, claimed = line.stored, line.stored["claimed"]
        for name in PLAIN:
            if name in line.values and line.values[name] != stored[name]:
                line.differences[name] = [stored[name], line.values[name]]
        for fact in FACTS:
            said = line.values.get(fact)
            if not said or said == stored[fact]:
                continue
            if not stored[fact] or (fact == "status" and stored[fact] == Status.PRESUMED and said != Status.PRESUMED):
                line.differences[fact] = [self.shown(fact, stored[fact]), self.shown(fact, said)]
            elif (fact, said) not in claimed:
                line.disagreements[fact] = [stored[fact], said, stored["sources"].get(fact, "")]
        url = line.values.get("source_url")
        if url and url not in stored["urls"]:
            line.differences["source_url"] = ["", url]

    def check(self, lines):
        for line in lines:
            if line.object_id and line.stored["locked"] and (line.differences or line.disagreements):
                line.complain("locked", "id")
            self._check_dates(line)
            if line.is_clean and ("parties_key" in line.values or line.object_id):
                self._check_repeats(line)

    def _check_dates(self, line):
        stored = line.stored or {}
        start = line.values.get("established") or stored.get("established", "")
        end = line.values.get("ended") or stored.get("ended", "")
        if start and end and end < start[: len(end)]:
            line.complain(
                "end_before_start", "ended", lambda: str(RULES["end_before_start"]) % {"start": start, "end": end}
            )
        status = line.values.get("status")
        if end and status and status != Status.ENDED:
            line.complain("ended_status", "status", lambda: str(RULES["ended_status"]))
        if not line.object_id and "id" not in line.values and "parties" not in line.values and line.is_clean:
            line.complain("party_missing", "municipality", lambda: str(placing.RULES["party_missing"]))

    def _check_repeats(self, line):
        """The same tie once more in the file. What is kept of a line is packed into one text: there may be a million of them."""
        values = line.values
        parties, said = values.get("parties", ()), _packed(line)
        if line.object_id:
            first = self._lines.setdefault(line.object_id, said)
        else:
            first = self._lines.setdefault(f"{values['parties_key']} {values.get('kind', '')}", said)
        if first is said:
            return
        number, order, *facts = first.split(_MARK)
        number, same_order = int(number), order == "-".join(map(str, parties))
        if difference := _difference(facts, said.split(_MARK)[2:]):
            line.complain("contradicts", "id" if line.object_id else "established", line=number, other=difference)
        elif not line.object_id:
            line.complain("twice" if same_order else "reversed", line=number)
        elif same_order:
            line.complain("twice", "id", line=number)
        else:  # a further pair of a tie of three: what it says was said
            line.differences, line.disagreements = {}, {}

    # showing ----------------------------------------------------------------------------------------------------------

    def meanings(self, rows):
        parties = {row.pk: row.values.get("parties", ()) for row in rows}
        places = Place.objects.with_parents().in_bulk({pk for found in parties.values() for pk in found})
        names = [f"{prefix}municipality" for prefix in SIDES]
        return {
            row: [(name, places[pk]) for name, pk in zip(names, found, strict=False) if pk in places]
            for row, found in parties.items()
        }

    def shown_records(self, ids):
        return Partnership.objects.with_parties().in_bulk(ids)

    def candidate_labels(self, of, ids):
        if of == "place":
            return place_labels(ids)
        return {pk: _tie_label(tie) for pk, tie in Partnership.objects.in_bulk(ids).items()}

    # writing ----------------------------------------------------------------------------------------------------------

    def seen(self, ids):
        rows = Partnership.objects.filter(pk__in=ids).exclude(publication=Publication.WITHDRAWN)
        return {pk: at.isoformat() for pk, at in rows.values_list("pk", "updated_at")}

    def recorded_meanwhile(self, rows):
        """New rows whose parties have got a tie since the check."""
        keys = defaultdict(list)
        for row in rows:
            keys[row.values["parties_key"]].append(row)
        found = Partnership.objects.filter(parties_key__in=keys).exclude(publication=Publication.WITHDRAWN)
        return [
            row
            for pk, key in found.values_list("pk", "parties_key")
            for row in keys[key]
            if pk not in row.values.get("beside", [])
        ]

    def prepare(self, rows, run):
        if not hasattr(self, "_builder"):
            self._builder = Builder(run)
        return self._builder.build(rows)

    def store(self, rows, run, prepared):
        if not hasattr(self, "_writer"):
            self._writer = Writer(run)
        self._writer.write(rows, prepared)

    def finish(self, run):
        if hasattr(self, "_writer"):
            self._writer.record()

    def take_back(self, rows, run):
        take_back(rows, run)


#: Rules of rows and of the file, in words.
RULES = {
    "same_place": _("Both sides are the same place."),
    "parties_differ": _("The record with this number is %(parties)s. An import does not change the parties of a partnership."),
    "end_before_start": _("The end (%(end)s) is before the beginning (%(start)s)."),
    "ended_status": _("A partnership with a date of its end has the status “ended”."),
}  # fmt: skip


def _question(prefix, cells):
    return f"place:{'|'.join(cells)}"


def _agrees(line, tie):
    """Whether nothing that a line says contradicts a stored tie."""
    said = ((fact, line.values.get(fact)) for fact in ("kind", "established"))
    return all(not value or not tie[fact] or not values_disagree([value, tie[fact]]) for fact, value in said)


def _tie_label(tie):
    """What tells a tie from another between the same places: “12: sister city, 22 October 1957 – 1990”."""
    days = [display(day, content_language()) for day in (tie.established, tie.ended)]
    known = " – ".join(days).rstrip("– ")
    return f"{tie.pk}: " + gettext(", ").join(filter(None, [str(Kind(tie.kind).label), known]))


#: Between the parts of a packed line: no cell holds it, for the reader takes control characters out.
_MARK = "\x1f"


def _packed(line):
    """The number of a line, the order of its parties and what it says of the facts, as one text."""
    said = line.values.get
    return _MARK.join([str(line.number), "-".join(map(str, said("parties", ()))), *[said(name, "") for name in SAID]])


def _difference(first, second):
    """What two lines say differently of the same fact; one that says nothing contradicts nothing."""
    pairs = zip(first, second, strict=True)
    return "; ".join(f"{one} / {other}" for one, other in pairs if one and other and one != other)


def _stored(ids, keys):
    """Ties by id and by their parties, as the cells of the import would have them, in four statements at most."""
    fields = ("id", "kind", "status", "established", "ended", "designation_en", "designation_ja", "staff_note")
    ties, found = {}, []
    if ids:
        found.append(Partnership.objects.filter(pk__any_of=ids))
    if keys:  # in the words of the index of ties that are recorded once
        by_key = Partnership.objects.filter(parties_key__any_of=keys)
        found.append(by_key.exclude(publication=Publication.WITHDRAWN).exclude(parties_key=""))
    fields += ("publication", "parties_key", "updated_at", "locked")
    for row in chain.from_iterable(rows.values(*fields) for rows in found):
        row |= {"established": str(row["established"]), "ended": str(row["ended"]), "note": row.pop("staff_note")}
        row |= {"seen": row["updated_at"].isoformat(), "parties": [], "claimed": set(), "sources": {}, "urls": set()}
        ties[row["id"]] = row
    if not ties:
        return ties, defaultdict(list)
    parties = Party.objects.filter(partnership__pk__any_of=ties).order_by("position")
    for tie, place in parties.values_list("partnership", "place"):
        ties[tie]["parties"].append(place)
    claims = PartnershipCitation.objects.filter(partnership__pk__any_of=ties).exclude(standing=Standing.REJECTED)
    columns = ("partnership", "fact", "normalised", "standing", "source__url", "source__title_en", "source__title_ja")
    for tie, fact, value, standing, url, *titles in claims.values_list(*columns):
        ties[tie]["claimed"].add((fact, value))
        ties[tie]["urls"].add(url)
        if standing == Standing.PREFERRED:
            ties[tie]["sources"][fact] = titles[0] or titles[1] or url
    by_parties = defaultdict(list)
    for tie in ties.values():
        if tie["publication"] != Publication.WITHDRAWN:
            by_parties[tie["parties_key"]].append(tie)
    return ties, by_parties


register(PartnershipResource)
