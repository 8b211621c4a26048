"""The import of partnerships: the columns of the export, which tie a row means, and the writing of many ties at once."""

from collections import defaultdict
from types import SimpleNamespace

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from sistercities.curation.actions import contested_facts, values_disagree
from sistercities.curation.bulk import columns, insert_rows, new_ids, stored_moment, update_rows
from sistercities.curation.history import record_changes, record_creation
from sistercities.curation.models import Publication, Standing
from sistercities.imports.records import record_id
from sistercities.imports.resources import Column, ImportResource, register
from sistercities.imports.sources import source_of_batch, source_of_url
from sistercities.imports.widgets import AddressWidget, ChoiceWidget, DateWidget, TextWidget

from . import placing
from .keys import party_words, set_partnership_keys
from .models import Kind, Level, Partnership, PartnershipCitation, Party, Place, Status

SIDES = ("", "partner_")
PARTY = ("country", "region", "municipality", "code", "name_ja")
FACTS = ("established", "ended", "status", "kind")
PLAIN = ("designation_en", "designation_ja", "note")


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
        self.register = placing.Register()
        self._lines = {}  # parties -> (line, their order, facts) of this file
        self._by_id = {}
        self._urls = None

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
        cells = [line.texts.get(prefix + name, "") for name in PARTY]
        if "id" in line.values and not any(cells):
            return None
        answer = self.answers.get(_question(prefix, cells))
        if answer in self.register.places:
            return self.register._heir(answer)
        found = self.register.find(*map(str.strip, cells))
        if found.place:
            known = self.register.places[found.place]
            if found.signed_as:
                before = self.register.places[found.signed_as].label
                line.readings[prefix + "municipality"] = f"{before} → {known.label}"
            return found
        column = prefix + found.column
        said = placing.RULES[found.problem]
        if found.candidates:
            candidates = [[pk, self.register.places[pk].label] for pk in found.candidates]
            line.ask(_question(prefix, cells), column, " ".join(filter(None, cells)), candidates)
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
                candidates = [[tie["id"], _tie_label(tie)] for tie in ties]
                line.ask(key, "id", " – ".join(self._labels(line)), [*candidates, [0, "+"]])
                return
            ties = agreeing
        if ties:
            self._is(line, ties[0])

    def _labels(self, line):
        return [self.register.places[pk].label for pk in line.values["parties"]]

    def _is(self, line, tie):
        parties = line.values.get("parties")
        if parties and not set(parties) <= set(tie["parties"]):
            names = " – ".join(self.register.places[pk].label for pk in tie["parties"] if pk in self.register.places)
            line.complain("parties_differ", "id", lambda: str(RULES["parties_differ"]) % {"parties": names})
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
        values = line.values
        facts = tuple(values.get(name, "") for name in (*FACTS, *PLAIN, "source_url"))
        if line.object_id:
            first = self._by_id.setdefault(line.object_id, (line.number, facts, values.get("parties")))
            if first[0] == line.number:
                return
            if difference := _difference(first[1], facts):
                line.complain("contradicts", "id", line=first[0], other=difference)
            elif first[2] == values.get("parties"):
                line.complain("twice", "id", line=first[0])
            else:  # a further pair of a tie of three: what it says was said
                line.differences, line.disagreements = {}, {}
            return
        key = (values["parties_key"], values.get("kind", ""))
        first = self._lines.setdefault(key, (line.number, facts, values["parties"]))
        if first[0] == line.number:
            return
        if difference := _difference(first[1], facts):
            line.complain("contradicts", "established", line=first[0], other=difference)
        else:
            line.complain("twice" if first[2] == values["parties"] else "reversed", line=first[0])

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

    def store(self, rows, run):
        if not hasattr(self, "_writer"):
            self._writer = Writer(run)
        self._writer.write(rows)

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
    return " ".join(
        filter(None, [f"{tie['id']}:", tie["kind"], tie["established"], tie["ended"] and f"– {tie['ended']}"])
    )


def _difference(first, second):
    """What two lines say differently of the same fact; one that says nothing contradicts nothing."""
    pairs = zip(first, second, strict=True)
    return "; ".join(f"{one} / {other}" for one, other in pairs if one and other and one != other)


def _stored(ids, keys):
    """Ties by id and by their parties, as the cells of the import would have them, in three statements."""
    fields = ("id", "kind", "status", "established", "ended", "designation_en", "designation_ja", "staff_note")
    ties, found = {}, Partnership.objects.filter(Q(pk__in=ids) | Q(parties_key__in=keys))
    for row in found.values(*fields, "publication", "parties_key", "updated_at"):
        row |= {"established": str(row["established"]), "ended": str(row["ended"]), "note": row.pop("staff_note")}
        row |= {"seen": row["updated_at"].isoformat(), "parties": [], "claimed": set(), "sources": {}, "urls": set()}
        ties[row["id"]] = row
    for tie, place in (
        Party.objects.filter(partnership__in=ties).order_by("position").values_list("partnership", "place")
    ):
        ties[tie]["parties"].append(place)
    claims = PartnershipCitation.objects.filter(partnership__in=ties).exclude(standing=Standing.REJECTED)
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


class Writer:
    """Writes the rows of one import: ties, parties and claims past the ORM, their history at the end in one statement a table."""

    def __init__(self, run):
        self.run = run
        self.now = stored_moment(run.now)
        self.today = run.now.date().isoformat()
        self.places, self.words = {}, {}
        self.defaults = {
            field.attname: field.get_default() for field in Partnership._meta.concrete_fields if not field.generated
        }
        self.before = {
            model: model.objects.aggregate(last=Max("pk"))["last"] or 0
            for model in (Partnership, Party, PartnershipCitation)
        }
        self.changed, self.demoted = set(), set()
        self.sources = {}

    def write(self, rows):
        self._load_places(rows)
        known = [row for row in rows if row.object_id is not None]
        self._insert([row for row in rows if row.object_id is None])
        self._change(known)

    def record(self):
        """The history of everything that was written."""
        for model, after in self.before.items():
            record_creation(model, after=after, reason=self.run.reason, user=self.run.user)
        record_changes(Partnership, sorted(self.changed), reason=self.run.reason, user=self.run.user)
        record_changes(PartnershipCitation, sorted(self.demoted), reason=self.run.reason, user=self.run.user)

    # new ties

    def _load_places(self, rows):
        ids = {pk for row in rows for pk in [*row.values.get("parties", ()), *row.values.get("signed_as", ())] if pk}
        above = ("region", "country")
        places = Place.objects.select_related(*above).prefetch_related("names", *(f"{name}__names" for name in above))
        self.places |= places.in_bulk(list(ids - self.places.keys()))

    def _insert(self, rows):
        names = columns(Partnership)
        ties, parties, claims = [], [], []
        for row, pk in zip(rows, new_ids(Partnership, len(rows)), strict=True):
            row.object_id = pk
            tie, sides = self._build(row, pk)
            ties.append([getattr(tie, name) for name in names])
            parties += [
                (pk, side.place.pk, side.signed_as.pk if side.signed_as else None, side.position) for side in sides
            ]
            claims += self._claims(row, FACTS, Standing.PREFERRED)
            row.outcome = {"new": True, "at": self.run.now.isoformat()}
        insert_rows(Partnership, names, ties)
        insert_rows(Party, ["partnership_id", "place_id", "signed_as_id", "position"], parties)
        self._insert_claims(claims)

    def _insert_claims(self, claims):
        """Returns their ids."""
        ids = list(new_ids(PartnershipCitation, len(claims)))
        insert_rows(PartnershipCitation, CLAIM, [(pk, *claim) for pk, claim in zip(ids, claims, strict=True)])
        return ids

    def _build(self, row, pk):
        values = row.values
        sides = [
            SimpleNamespace(place=self.places[place], signed_as=self.places.get(signed), position=position)
            for position, (place, signed) in enumerate(
                zip(values["parties"], values["signed_as"], strict=True), start=1
            )
        ]
        ended = values.get("ended", "")
        tie = SimpleNamespace(
            **self.defaults
            | {name: values[name] for name in (*FACTS, "designation_en", "designation_ja") if name in values}
            | {"id": pk, "publication": str(self.run.publication), "staff_note": values.get("note", "")}
            | {"created_at": self.now, "updated_at": self.now}
        )
        tie.kind = values.get("kind") or str(_kind_of(sides))
        tie.status = values.get("status") or str(Status.ENDED if ended else Status.PRESUMED)
        set_partnership_keys(tie, sides, words=self._words)
        return tie, sides

    def _words(self, side):
        key = (side.place.pk, side.signed_as.pk if side.signed_as else None)
        if key not in self.words:
            self.words[key] = party_words(side)
        return self.words[key]

    def _claims(self, row, facts, standing):
        """A claim of the row's source for each fact that it states; of the tie's existence where it states none."""
        stated = [fact for fact in facts if row.values.get(fact)] or ["existence"]
        source = self._source(row)
        return [
            self._claim(row, fact, source, standing if fact != "existence" else Standing.ACCEPTED) for fact in stated
        ]

    def _claim(self, row, fact, source, standing):
        value = str(row.values.get(fact, ""))
        locator = f"{self.run.batch.file_name[:200]}:{row.line}"
        return (row.object_id, fact, value, value, source, locator, self.today, "", "stated", str(standing), "", "")

    def _source(self, row):
        """The source of a row: what its address names, else the source of the import."""
        url = row.values.get("source_url", "")
        if url not in self.sources:
            self.sources[url] = (source_of_url(url) if url else source_of_batch(self.run.batch)).pk
        return self.sources[url]

    # changes

    def _change(self, rows):
        if not rows:
            return
        ties = Partnership.objects.in_bulk([row.object_id for row in rows])
        chosen = {row.object_id: self._facts(row) for row in rows}
        fields, claims = {"contested"}, []
        for row in rows:
            preferred, accepted = chosen[row.object_id]
            row.outcome = {"at": self.run.now.isoformat(), "old": {}, "demoted": [], "claims": []}
            fields |= self._set(row, ties[row.object_id], preferred)
            if preferred or accepted or "source_url" in row.differences:
                claims += [(row, claim) for claim in self._claims_of_change(row, preferred, accepted)]
        self._demote(rows, {(pk, fact) for pk, (preferred, _accepted) in chosen.items() for fact in preferred})
        for pk, (row, _claim) in zip(self._insert_claims([claim for _row, claim in claims]), claims, strict=True):
            row.outcome["claims"].append(pk)
        store_ties(ties, fields, self.run.now)
        self.changed |= ties.keys()

    def _claims_of_change(self, row, preferred, accepted):
        if not preferred and not accepted:
            return self._claims(row, (), Standing.ACCEPTED)
        source = self._source(row)
        standings = {**dict.fromkeys(preferred, Standing.PREFERRED), **dict.fromkeys(accepted, Standing.ACCEPTED)}
        return [self._claim(row, fact, source, standing) for fact, standing in standings.items()]

    def _facts(self, row):
        """The facts that the file settles, and those on which it only disagrees."""
        chosen = {
            fact: row.decisions.get(fact, "file" if self.run.batch.prefer_file else "stored") == "file"
            for fact in row.disagreements
        }
        preferred = [fact for fact in FACTS if fact in row.differences or chosen.get(fact)]
        return preferred, [fact for fact in FACTS if fact in chosen and not chosen[fact]]

    def _set(self, row, tie, preferred):
        """Write to a tie in memory what its row settles; returns the names of the columns."""
        new = {name: row.values[name] for name in preferred}
        new |= {name: row.values[name] for name in PLAIN if name in row.differences}
        if "note" in new:
            new["staff_note"] = new.pop("note")
        if new.get("ended"):
            new["status"] = str(Status.ENDED)
        if "status" in new:
            new["status_as_of"] = ""
        for name, value in new.items():
            row.outcome["old"][name] = str(getattr(tie, name))
            setattr(tie, name, value)
        return new.keys()

    def _demote(self, rows, facts):
        """The claims that this import replaces as preferred ones; `facts` are pairs of a tie and a fact."""
        by_tie = {row.object_id: row for row in rows}
        rivals = PartnershipCitation.objects.filter(partnership__in=by_tie, standing=Standing.PREFERRED)
        ids = []
        for pk, tie, fact in rivals.values_list("pk", "partnership", "fact"):
            if (tie, fact) in facts:
                by_tie[tie].outcome["demoted"].append(pk)
                ids.append(pk)
        PartnershipCitation.objects.filter(pk__in=ids).update(standing=Standing.ACCEPTED)
        self.demoted |= set(ids)


CLAIM = [
    *("id", "partnership_id", "fact", "value", "normalised", "source_id", "locator"),
    *("read_on", "as_of", "basis", "standing", "reason", "remark"),
]


def _kind_of(sides):
    """The usual kind of a tie between these places: states have sister states."""
    return Kind.SISTER_STATE if all(side.place.level == Level.REGION for side in sides) else Kind.SISTER_CITY


def take_back(rows, run):
    """New ties are withdrawn; of others the old values return, this import's claims go, and those it replaced are preferred again."""
    ties = Partnership.objects.in_bulk([row.object_id for row in rows])
    fields, gone, back = {"publication", "contested"}, [], []
    for row in rows:
        tie = ties[row.object_id]
        if row.outcome.get("new"):
            tie.publication = str(Publication.WITHDRAWN)
        for name, value in row.outcome.get("old", {}).items():
            setattr(tie, name, value)
            fields.add(name)
        gone += row.outcome.get("claims", [])
        back += row.outcome.get("demoted", [])
    record_changes(PartnershipCitation, gone, reason=run.reason, user=run.user, kind="-")
    PartnershipCitation.objects.filter(pk__in=gone).delete()
    PartnershipCitation.objects.filter(pk__in=back).update(standing=Standing.PREFERRED)
    record_changes(PartnershipCitation, back, reason=run.reason, user=run.user)
    store_ties(ties, fields, run.now)
    record_changes(Partnership, ties, reason=run.reason, user=run.user)


def store_ties(ties, fields, now):
    """Store these columns of changed ties (by id), with what follows from their claims: whether a fact is contested."""
    claims = defaultdict(list)
    for claim in PartnershipCitation.objects.filter(partnership__in=ties).only(
        "partnership", "fact", "normalised", "standing"
    ):
        claims[claim.partnership_id].append(claim)
    for pk, tie in ties.items():
        tie.contested = bool(contested_facts(claims[pk], Partnership.contestable))
    moment, names = stored_moment(now), sorted(fields - {"updated_at"})
    rows = [(*(getattr(tie, name) for name in names), moment, pk) for pk, tie in ties.items()]
    update_rows(Partnership, [*names, "updated_at"], rows)


register(PartnershipResource)
