"""Recording a merger of municipalities: everything that the plan in `succession.py` tells, in one transaction with its history."""

import datetime

from sistercities.core.dates import display
from sistercities.core.models import public_change
from sistercities.core.names import content_language
from sistercities.curation.models import Standing

from .actions import parties_changed, place_changed
from .models import (
    Holding,
    NameKind,
    Partnership,
    Party,
    Place,
    PlaceCitation,
    PlaceIdentifier,
    PlaceName,
    Succession,
    SuccessionKind,
)
from .succession import Changed, Refused, plan

#: History keeps this many characters of a reason.
REASON = 100


def record_merger(merger, *, stamp=None, reason=""):
    """Store what `plan(merger)` says; returns the plan as it was carried out.

    `stamp` is that of the plan that a person has seen. Raises `Refused` where the plan has problems and `Changed` where it has become
    another one since; then nothing has changed.
    """
    with public_change():
        _lock(merger)
        made = plan(merger)
        if made.problems:
            raise Refused(" ".join(map(str, made.problems)))
        if stamp is not None and stamp != made.stamp:
            raise Changed
        why = (reason or told(made))[:REASON]
        if merger.source and merger.source.pk is None:
            merger.source.save()
        if merger.same_body:
            _rename(merger, why)
        else:
            _follow(made, why)
    return made


def _lock(merger):
    """Others who would write to these places or their ties wait; what is read after this is what is changed."""
    ids = sorted(place.pk for place in (*merger.predecessors, *merger.successors) if place.pk)
    fresh = {place.pk: place for place in Place.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    merger.predecessors = [fresh[place.pk] for place in merger.predecessors]
    merger.successors = [fresh[place.pk] for place in merger.successors]
    ties = Party.objects.filter(place__in=ids).values("partnership")
    list(Partnership.objects.select_for_update().filter(pk__in=ties).order_by("pk").values_list("pk"))


def told(made):
    """A merger in a line, for the history: "Yashiro, Tojo → Kato (new merger, 20 March 2006)"."""
    merger = made.merger
    before = ", ".join(str(place) for place in merger.predecessors)
    after = ", ".join(str(place) for place in made.successors) or merger.new.get("name_en") or merger.new.get("name_ja")
    what = f"{SuccessionKind(merger.kind).label}, {display(merger.date, content_language())}"
    return f"{before} → {after} ({what})" if after else f"{before} ({what})"


def _follow(made, why):
    merger = made.merger
    for place in made.successors:
        if place.pk is None:
            _begin(place, merger, why)
    known = {(row.predecessor_id, row.successor_id): row for row in made.completed}
    for before in merger.predecessors:
        for after in made.successors:
            row = known.get((before.pk, after.pk)) or Succession(predecessor=before, successor=after)
            row.kind, row.date, row.source = merger.kind, merger.date, merger.source
            row.locator, row.note = merger.locator or row.locator, merger.note or row.note
            save(row, why)
    for place in merger.ends:
        _end(place, merger, why)
    for move in made.moving:
        _pass_on(move.party, move.to, why)


def _begin(place, merger, why):
    save(place, why)
    _cite(place, "existence", str(place), "", merger, why)
    place_changed(place)


def _end(place, merger, why):
    if len(merger.date) >= len(place.abolished):
        place.abolished = merger.date
        save(place, why)
    _cite(place, "abolished", display(merger.date, "en"), str(merger.date), merger, why)


def _pass_on(party, to, why):
    """The tie is presumed to be the successor's now; the name that signed it stays with it."""
    party.signed_as = party.signed_as or party.place
    party.place, party.holding = to, Holding.PRESUMED
    save(party, why)
    touch(party.partnership, why)


def touch(tie, why):
    """Derive what follows from the parties, and let the tie's own history say why."""
    parties_changed(tie)
    save(tie, why, ["updated_at"])


def _rename(merger, why):
    """The same body under another name, class or code: the record stays, what it was is kept with the day until which it held."""
    place, said = merger.predecessors[0], {name: value for name, value in merger.new.items() if value}
    was = place.classification if said.get("classification", place.classification) != place.classification else ""
    gone = [language for language in ("en", "ja") if said.get(f"name_{language}")]
    for language in gone or ["ja" if place.name_ja else "en"]:
        old = getattr(place, f"name_{language}")
        if old and (old != said.get(f"name_{language}") or was):
            _save_name(place, language, old, was, merger, why)
    if said.get("code") and place.code and said["code"] != place.code:
        code = PlaceIdentifier(place=place, scheme=place.code_scheme, value=place.code, until=merger.date)
        if not PlaceIdentifier.objects.filter(place=place, scheme=code.scheme, value=code.value).exists():
            save(code, why)
    if said.get("code"):
        place.code_scheme = "jis" if place.path.startswith("jp/") else place.code_scheme or "gnis"
    for name, value in said.items():
        setattr(place, name, value)
    save(place, why)
    for fact, name in (("name", "name_en"), ("name", "name_ja"), ("classification", "classification")):
        if said.get(name):
            _cite(place, fact, said[name], said[name] if fact == "classification" else "", merger, why)
    place_changed(place)


def _save_name(place, language, name, classification, merger, why):
    row = {"place": place, "kind": NameKind.FORMER, "language": language, "name": name, "since": ""}
    known = PlaceName.objects.filter(**row).first() or PlaceName(**row)
    known.until, known.classification, known.source = merger.date, classification, merger.source
    save(known, why)


def _cite(place, fact, value, normalised, merger, why):
    if merger.source:
        claim = PlaceCitation(
            place=place, fact=fact, value=value[:300], normalised=normalised[:100], source=merger.source,
            locator=merger.locator, read_on=datetime.date.today().isoformat(), standing=Standing.ACCEPTED,
        )  # fmt: skip
        save(claim, why)


def save(row, why, update_fields=None):
    """Store a row with the reason in its history."""
    row._change_reason = why
    row.save(update_fields=update_fields)
