"""Writing what an import of partnerships says: many ties at once past the ORM, with claims and history; and taking it back."""

from collections import defaultdict
from types import SimpleNamespace
from typing import NamedTuple

from sistercities.curation.actions import contested_facts
from sistercities.curation.bulk import (
    Loading,
    columns,
    delete_rows,
    last_id,
    new_ids,
    readying,
    stored_moment,
    update_rows,
)
from sistercities.curation.history import record_changes, record_creation
from sistercities.curation.models import Publication, Standing
from sistercities.imports.sources import source_of_batch, source_of_url

from .keys import PARTNERSHIP_KEYS, partnership_keys, refresh_partnership_keys, side_of
from .models import Holding, Kind, Level, Partnership, PartnershipCitation, Party, Place, Status

#: The columns that become claims, and those that are plain text.
FACTS = ("established", "ended", "status", "kind")
PLAIN = ("designation_en", "designation_ja", "note")

#: The columns of a new tie but its number, and those of a party but its tie.
TIE = columns(Partnership, but=("id",))
PARTY = ("place_id", "signed_as_id", "position", "holding")
#: The columns of a tie that a row states as they are stored.
STATED = (*FACTS, "designation_en", "designation_ja")
#: A row that names a body which is no more says nothing of the one that followed it: its holding is presumed.
HELD, HELD_SINCE = str(Holding.CONFIRMED), str(Holding.PRESUMED)
ENDED, PRESUMED = str(Status.ENDED), str(Status.PRESUMED)


#: The columns of a claim but its number, its tie and its source.
CLAIM = ("fact", "value", "normalised", "locator", "read_on", "as_of", "basis", "standing", "reason", "remark")


def claim(run, row, fact, value, standing):
    """What a row says of a fact, in the order of `CLAIM`."""
    locator = f"{run.batch.file_name[:200]}:{row.line}"
    return (fact, value, value, locator, run.today, "", "stated", standing.value, "", "")


class New(NamedTuple):
    """A new tie made ready to be stored (`readying`), all but its number and that of its source."""

    tie: object  # in the order of `TIE`
    parties: list  # in the order of `PARTY`
    claims: list  # in the order of `CLAIM`
    url: str  # of the row's own source


class Builder:
    """Makes new ties ready to be stored, their derived columns included: all but their numbers. Writes nothing."""

    def __init__(self, run):
        self.run, self.ready = run, readying()
        self.places, self.sides, self.parties = {}, {}, {}
        now = stored_moment(run.now)
        self.defaults = {name: Partnership._meta.get_field(name).get_default() for name in TIE}
        self.defaults |= {"publication": str(run.publication), "kind": "", "status": ""}
        self.defaults |= {"created_at": now, "updated_at": now}

    def build(self, rows):
        """A `New` for each row of a new tie, None for a stored one. What a new row says stands in it, and is taken from the row."""
        self._load_places(rows)
        return [self._build(row) if row.object_id is None else None for row in rows]

    def _load_places(self, rows):
        """Read the places of these rows that are not known yet; the few that lie above thousands of them only once."""
        ids = {pk for row in rows for pk in [*row.values.get("parties", ()), *row.values.get("signed_as", ())] if pk}
        found = self._read_places(ids)
        above = self._read_places({pk for place in found for pk in (place.region_id, place.country_id) if pk})
        for place in [*found, *above]:
            place.region, place.country = self.places.get(place.region_id), self.places.get(place.country_id)

    def _read_places(self, ids):
        new = Place.objects.prefetch_related("names").in_bulk(list(ids - self.places.keys()))
        self.places |= new
        return new.values()

    def _build(self, row):
        values, row.values = row.values, {}  # it need not go to the other process twice
        pairs = list(zip(values["parties"], values["signed_as"], strict=True))
        tie = self.defaults.copy()
        for name in STATED:
            if name in values:
                tie[name] = values[name]
        tie["staff_note"] = values.get("note", "")
        tie["kind"] = tie["kind"] or self._kind_of(values["parties"])
        tie["status"] = tie["status"] or (ENDED if tie["ended"] else PRESUMED)
        keys = partnership_keys([self._side(*pair) for pair in pairs], [tie["designation_en"], tie["designation_ja"]])
        tie.update(zip(PARTNERSHIP_KEYS, keys, strict=True))
        stated = [(fact, values[fact], Standing.PREFERRED) for fact in FACTS if values.get(fact)]
        return New(
            self.ready(tie.values()),
            [self._party(*pair, position) for position, pair in enumerate(pairs, start=1)],
            [self.ready(claim(self.run, row, *said)) for said in stated or [("existence", "", Standing.ACCEPTED)]],
            values.get("source_url", ""),
        )

    def _side(self, place, signed):
        if (place, signed) not in self.sides:
            party = SimpleNamespace(place=self.places[place], signed_as=self.places.get(signed))
            self.sides[place, signed] = side_of(party)
        return self.sides[place, signed]

    def _party(self, place, signed, position):
        key = (place, signed, position)
        if key not in self.parties:
            self.parties[key] = self.ready((*key, HELD_SINCE if signed else HELD))
        return self.parties[key]

    def _kind_of(self, places):
        """The usual kind of a tie between these places: states have sister states."""
        states = all(self.places[place].level == Level.REGION for place in places)
        return str(Kind.SISTER_STATE if states else Kind.SISTER_CITY)


class Writer:
    """Writes the rows of one import: ties, parties and claims past the ORM, their history at the end in one statement a table."""

    def __init__(self, run):
        self.run = run
        # Nobody else may add rows meanwhile: the history of the new ones is found by their ids.
        self.loading = Loading(Partnership, Party, PartnershipCitation)
        self.recorded = dict(self.loading.last)
        self.changed, self.demoted, self.renamed = set(), set(), set()
        self.sources = {}

    def write(self, rows, built):
        known = [row for row in rows if row.object_id is not None]
        self._insert([(row, made) for row, made in zip(rows, built, strict=True) if made])
        self._change(known)
        self._record_new()

    def _record_new(self):
        """The history of what was added, while it is at hand: at the end the database would read all of it again."""
        for model, after in self.recorded.items():
            if record_creation(model, after=after, reason=self.run.reason, user=self.run.user):
                self.recorded[model] = last_id(model)

    def record(self):
        """What follows from what was written: the keys of ties by whose designation one searches, and the history of changes."""
        self.loading.finish()
        refresh_search_keys(self.renamed)
        record_changes(Partnership, sorted(self.changed), reason=self.run.reason, user=self.run.user)
        record_changes(PartnershipCitation, sorted(self.demoted), reason=self.run.reason, user=self.run.user)

    # new ties

    def _insert(self, new):
        if not new:
            return
        ties, parties, claims = [], [], []
        outcome = {"new": True, "at": self.run.now.isoformat()}
        for (row, made), pk in zip(new, new_ids(Partnership, len(new)), strict=True):
            row.object_id, row.outcome = pk, outcome
            ties.append(((pk,), made.tie))
            parties += [((pk,), party) for party in made.parties]
            source = self._source(made.url)
            claims += [((pk, source), claim) for claim in made.claims]
        self.loading.insert_ready(Partnership, ["id", *TIE], ties)
        self.loading.insert_ready(Party, ["partnership_id", *PARTY], parties)
        self.loading.insert_ready(PartnershipCitation, ["partnership_id", "source_id", *CLAIM], claims)

    def _source(self, url):
        """The number of the source of a row: what its address names, else the source of the import."""
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
            if any(name.startswith("designation") for name in row.differences):
                self.renamed.add(row.object_id)
            fields |= self._set(row, ties[row.object_id], preferred)
            if preferred or accepted or "source_url" in row.differences:
                claims += [(row, *said) for said in self._claims_of_change(row, preferred, accepted)]
        self._demote(rows, {(pk, fact) for pk, (preferred, _accepted) in chosen.items() for fact in preferred})
        if claims:
            self._add_claims(claims)
        store_ties(ties, fields, self.run.now)
        self.changed |= ties.keys()

    def _claims_of_change(self, row, preferred, accepted):
        """(fact, value, standing) of each claim that a row of a stored tie makes."""
        standings = {**dict.fromkeys(preferred, Standing.PREFERRED), **dict.fromkeys(accepted, Standing.ACCEPTED)}
        standings = standings or {"existence": Standing.ACCEPTED}
        return [(fact, str(row.values.get(fact, "")), standing) for fact, standing in standings.items()]

    def _add_claims(self, claims):
        """Claims of stored ties; their numbers stand in the outcome, so that taking back finds them."""
        rows = []
        for pk, (row, *said) in zip(new_ids(PartnershipCitation, len(claims)), claims, strict=True):
            row.outcome["claims"].append(pk)
            source = self._source(row.values.get("source_url", ""))
            rows.append((pk, row.object_id, source, *claim(self.run, row, *said)))
        self.loading.insert(PartnershipCitation, ["id", "partnership_id", "source_id", *CLAIM], rows)

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
    delete_rows(PartnershipCitation, gone)
    PartnershipCitation.objects.filter(pk__in=back).update(standing=Standing.PREFERRED)
    record_changes(PartnershipCitation, back, reason=run.reason, user=run.user)
    store_ties(ties, fields, run.now)
    refresh_search_keys(pk for pk in ties if any(name.startswith("designation") for name in fields))
    record_changes(Partnership, ties, reason=run.reason, user=run.user)


def refresh_search_keys(ids):
    """Derive the keys of these ties anew: what the agreement calls itself is searched too."""
    ids = sorted(ids)
    for start in range(0, len(ids), 500):
        refresh_partnership_keys(Partnership.objects.filter(pk__in=ids[start : start + 500]))


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
