"""Writing what an import of partnerships says: many ties at once past the ORM, with claims and history; and taking it back."""

from collections import defaultdict
from operator import attrgetter
from types import SimpleNamespace

from django.db.models import Max

from sistercities.curation.actions import contested_facts
from sistercities.curation.bulk import (
    columns,
    delete_rows,
    insert_rows,
    lock_tables,
    new_ids,
    stored_moment,
    update_rows,
)
from sistercities.curation.history import record_changes, record_creation
from sistercities.curation.models import Publication, Standing
from sistercities.imports.sources import source_of_batch, source_of_url

from .keys import party_words, refresh_partnership_keys, set_partnership_keys
from .models import Holding, Kind, Level, Partnership, PartnershipCitation, Party, Place, Status

#: The columns that become claims, and those that are plain text.
FACTS = ("established", "ended", "status", "kind")
PLAIN = ("designation_en", "designation_ja", "note")

#: The columns of a new tie but its number, and those of a party but its tie.
TIE = columns(Partnership, but=("id",))
COLUMNS = attrgetter(*TIE)
PARTY = ("place_id", "signed_as_id", "position", "holding")


class Builder:
    """Makes new ties ready to be stored, their derived columns included: all but their numbers. Writes nothing."""

    def __init__(self, run):
        self.publication, self.now = str(run.publication), stored_moment(run.now)
        self.places, self.words = {}, {}
        self.defaults = {name: Partnership._meta.get_field(name).get_default() for name in TIE}

    def build(self, rows):
        """For each row its tie (in the order of `TIE`) and its parties (of `PARTY`, without the tie); None for a stored tie."""
        self._load_places(rows)
        return [self._build(row) if row.object_id is None else None for row in rows]

    def _load_places(self, rows):
        ids = {pk for row in rows for pk in [*row.values.get("parties", ()), *row.values.get("signed_as", ())] if pk}
        above = ("region", "country")
        places = Place.objects.select_related(*above).prefetch_related("names", *(f"{name}__names" for name in above))
        self.places |= places.in_bulk(list(ids - self.places.keys()))

    def _build(self, row):
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
            | {"publication": self.publication, "staff_note": values.get("note", "")}
            | {"created_at": self.now, "updated_at": self.now}
        )
        tie.kind = values.get("kind") or str(_kind_of(sides))
        tie.status = values.get("status") or str(Status.ENDED if ended else Status.PRESUMED)
        set_partnership_keys(tie, sides, words=self._words)
        parties = [
            (side.place.pk, side.signed_as and side.signed_as.pk, side.position, _holding(side)) for side in sides
        ]
        return COLUMNS(tie), parties

    def _words(self, side):
        key = (side.place.pk, side.signed_as.pk if side.signed_as else None)
        if key not in self.words:
            self.words[key] = party_words(side)
        return self.words[key]


class Writer:
    """Writes the rows of one import: ties, parties and claims past the ORM, their history at the end in one statement a table."""

    def __init__(self, run):
        self.run = run
        self.today = run.now.date().isoformat()
        self.file = run.batch.file_name[:200]
        # Nobody else may add rows meanwhile: the history of the new ones is found by their ids.
        lock_tables(Partnership, Party, PartnershipCitation)
        self.before = {
            model: model.objects.aggregate(last=Max("pk"))["last"] or 0
            for model in (Partnership, Party, PartnershipCitation)
        }
        self.changed, self.demoted, self.renamed = set(), set(), set()
        self.sources = {}

    def write(self, rows, built):
        known = [row for row in rows if row.object_id is not None]
        self._insert([(row, made) for row, made in zip(rows, built, strict=True) if made])
        self._change(known)

    def record(self):
        """What follows from what was written: the keys of ties by whose designation one searches, and the history of everything."""
        refresh_search_keys(self.renamed)
        for model, after in self.before.items():
            record_creation(model, after=after, reason=self.run.reason, user=self.run.user)
        record_changes(Partnership, sorted(self.changed), reason=self.run.reason, user=self.run.user)
        record_changes(PartnershipCitation, sorted(self.demoted), reason=self.run.reason, user=self.run.user)

    # new ties

    def _insert(self, new):
        ties, parties, claims = [], [], []
        for (row, (tie, sides)), pk in zip(new, new_ids(Partnership, len(new)), strict=True):
            row.object_id = pk
            ties.append((pk, *tie))
            parties += [(pk, *side) for side in sides]
            claims += self._claims(row, FACTS, Standing.PREFERRED)
            row.outcome = {"new": True, "at": self.run.now.isoformat()}
        insert_rows(Partnership, ["id", *TIE], ties)
        insert_rows(Party, ["partnership_id", *PARTY], parties)
        self._insert_claims(claims)

    def _insert_claims(self, claims):
        """Returns their ids."""
        ids = list(new_ids(PartnershipCitation, len(claims)))
        insert_rows(PartnershipCitation, CLAIM, [(pk, *claim) for pk, claim in zip(ids, claims, strict=True)])
        return ids

    def _claims(self, row, facts, standing):
        """A claim of the row's source for each fact that it states; of the tie's existence where it states none."""
        stated = [fact for fact in facts if row.values.get(fact)] or ["existence"]
        source = self._source(row)
        return [
            self._claim(row, fact, source, standing if fact != "existence" else Standing.ACCEPTED) for fact in stated
        ]

    def _claim(self, row, fact, source, standing):
        value = str(row.values.get(fact, ""))
        return (
            row.object_id,
            fact,
            value,
            value,
            source,
            f"{self.file}:{row.line}",
            self.today,
            "",
            "stated",
            str(standing),
            "",
            "",
        )

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
            if any(name.startswith("designation") for name in row.differences):
                self.renamed.add(row.object_id)
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


def _holding(side):
    """A file that names a body which is no more says nothing of the one that followed it."""
    return str(Holding.PRESUMED if side.signed_as else Holding.CONFIRMED)


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
