"""Successions of municipalities: what a curator says happened, and what recording it will change, told before it is done.

Which bodies, into which, how, when, and who says so, is said once. The bodies end, their ties are presumed to have passed to the
successor and keep the name that signed, and their old addresses lead there. `recording.py` does it.
"""

import datetime
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sistercities.core.dates import PartialDate, display
from sistercities.core.names import content_language
from sistercities.core.pages import digest
from sistercities.core.text import slugify_name
from sistercities.curation.models import Publication, Source

from .keys import parties_key
from .lineage import Lineage
from .models import Level, OldAddress, Partnership, Party, Place, Status, Succession, SuccessionKind

#: Kinds that leave the body as it is: it has another name, another class, and often another code.
SAME_BODY = (SuccessionKind.RENAMING, SuccessionKind.CLASS_CHANGE)
#: What may be said of a new body, or of the same one under its new name.
NAMING = ("name_en", "name_ja", "name_kana", "classification", "code", "slug")


class Refused(Exception):
    """What was said cannot be recorded; the message says why, in words for the person who said it."""


class Changed(Exception):
    """The records are not as the preview showed them: nothing was written."""


@dataclass
class Merger:
    """What a curator says happened. `successors` are recorded places, several for a split; `new` names one that is not recorded yet.

    For a renaming or a change of class of one and the same body there is no successor, and `new` holds what changed.
    """

    kind: str
    date: PartialDate
    predecessors: list
    successors: list = field(default_factory=list)
    new: dict = field(default_factory=dict)
    source: Source | None = None
    locator: str = ""
    note: str = ""
    #: Whether the body that was divided has ended; those of a merger always have.
    ended: bool = True

    @property
    def same_body(self):
        return self.kind in SAME_BODY and not self.successors

    @property
    def ends(self):
        """The bodies that are no more from that day on."""
        return [] if self.same_body or (self.kind == SuccessionKind.SPLIT and not self.ended) else self.predecessors


@dataclass
class Move:
    """A tie of a body that ends: the party, and the place it passes to, or why it stays."""

    party: Party
    to: Place | None
    stays: str = ""


@dataclass
class Plan:
    """What recording a merger will do, and what forbids it."""

    merger: Merger
    successors: list
    moves: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    #: Successions between these places that are recorded already and are completed.
    completed: list = field(default_factory=list)

    @property
    def moving(self):
        return [move for move in self.moves if move.to]

    @property
    def staying(self):
        return [move for move in self.moves if not move.to]

    @property
    def redirects(self):
        """The bodies whose old address leads to the successor: those that one body continues."""
        return self.merger.ends if len(self.successors) == 1 else []

    @property
    def stamp(self):
        """What the preview showed, in short: a plan that has become another is shown again before it is done."""
        said = self.merger
        moves = sorted((move.party.pk, move.to.path if move.to else move.stays) for move in self.moves)
        places = [(place.pk, place.path, str(place.abolished)) for place in (*said.predecessors, *self.successors)]
        return digest(said.kind, said.date, places, sorted(said.new.items()), moves, self.problems)


def plan(merger):
    """What recording `merger` would do; nothing is changed. Raises `Refused` for what makes no sense at all."""
    if not merger.predecessors:
        raise Refused(_("Name the municipality that went into another."))
    lineage = Lineage()
    successors = merger.successors or ([] if merger.same_body else [_new_place(merger)])
    made = Plan(merger, successors)
    made.problems += _problems(merger, successors, lineage)
    if merger.same_body:
        made.problems += _problems_of_new_name(merger)
        return made
    known = {(row.predecessor_id, row.successor_id): row for row in _recorded(merger, successors)}
    made.completed = list(known.values())
    if len(successors) == 1 and merger.ends:
        made.moves = list(_moves(merger, successors[0], lineage))
    elif merger.ends:
        made.moves = [Move(party, None, _STAYS["divided"]()) for party in _held(merger.ends)]
    return made


def _new_place(merger):
    """The body that begins with the merger, in memory: where its predecessors were, at an address that nobody has had."""
    first, said = merger.predecessors[0], merger.new
    if not said.get("name_en") and not said.get("name_ja"):
        raise Refused(_("Name the municipality that followed: one that is recorded, or a new one."))
    fields = {name: said.get(name, "") for name in NAMING}
    place = Place(level=first.level, country=first.country, region=first.region, publication=Publication.PUBLISHED)
    for name, value in fields.items():
        setattr(place, name, value)
    place.code_scheme = "jis" if place.code and first.path.startswith("jp/") else ""
    place.slug = said.get("slug") or _free_slug(place, merger.date)
    place.path = place.address()
    return place


def _free_slug(place, date):
    """An address of its own: the English name, with the class, with the year; an address that another place had is not taken again."""
    name = slugify_name(place.name_en)
    if not name:
        raise Refused(_("A new municipality needs its English name: its address is made of it."))
    above = place.region or place.country
    slugs = [name, f"{name}-{place.classification}" if place.classification else name, f"{name}-{date.year}"]
    taken = taken_paths(f"{above.path}/{slug}" for slug in slugs)
    return next((slug for slug in slugs if f"{above.path}/{slug}" not in taken), slugs[-1])


def taken_paths(paths, *, but=None):
    """Those of these addresses that lead to a place already, today's or old ones; `but` is a place that may have its own."""
    paths = list(paths)
    places = Place.objects.filter(path__in=paths).exclude(pk=but and but.pk)
    old = OldAddress.objects.filter(path__in=paths).exclude(place=but and but.pk)
    return {*places.values_list("path", flat=True), *old.values_list("path", flat=True)}


def _problems(merger, successors, lineage):
    named = [*merger.predecessors, *(place for place in successors if place.pk)]
    words = {"date": display(merger.date, content_language())}
    if merger.date.earliest > datetime.date.today():
        yield _("This day has not come yet: %(date)s.") % words
    if len({place.pk for place in named}) < len(named):
        yield _("A municipality stands on both sides, or twice on one.")
        return
    for place in named:
        if place.level != Level.MUNICIPALITY:
            yield _("%(place)s is no municipality.") % {"place": place}
        if place.publication == Publication.WITHDRAWN:
            yield _("%(place)s was withdrawn.") % {"place": place}
        if place.country_id != merger.predecessors[0].country_id:
            yield _("%(place)s lies in another country.") % {"place": place}
    if merger.kind == SuccessionKind.ABSORPTION and any(place.pk is None for place in successors):
        yield _("In an absorption the municipality that lives on exists already: choose it.")
    if merger.kind != SuccessionKind.SPLIT and len(successors) > 1:
        yield _("Only a split has several successors.")
    if merger.kind in (*SAME_BODY, SuccessionKind.SPLIT) and len(merger.predecessors) > 1:
        yield _("Only a merger has several predecessors.")
    for place in merger.ends:
        if place.abolished and not place.abolished.agrees_with(merger.date):
            ended = {"place": place, "date": display(place.abolished, content_language())}
            yield _("%(place)s ended on another date, it is recorded: %(date)s.") % ended
    for after in successors:
        if after.pk and after.abolished and after.abolished.latest < merger.date.earliest:
            yield _("%(place)s had ended before.") % {"place": after}
        for before in merger.predecessors:
            if after.pk and before.pk in lineage.descendants(after.pk):
                yield _("%(after)s came before %(before)s: they would follow one another in a circle.") % {
                    "after": after,
                    "before": before,
                }
        if after.pk is None and taken_paths([after.path]):
            yield _("The address “%(path)s” is taken. Give the new municipality another.") % {"path": after.path}


def _problems_of_new_name(merger):
    place, said = merger.predecessors[0], merger.new
    if not any(said.get(name) and said[name] != getattr(place, name) for name in NAMING):
        yield _("Say what changed: the name, the class or the code.")
    above = place.region or place.country
    if said.get("slug") and taken_paths([f"{above.path}/{said['slug']}"], but=place):
        yield _("The address “%(path)s” is taken. Give the new municipality another.") % {
            "path": f"{above.path}/{said['slug']}"
        }


def _recorded(merger, successors):
    ids = [place.pk for place in successors if place.pk]
    return Succession.objects.filter(predecessor__in=merger.predecessors, successor__in=ids)


def _held(places):
    """The parties by which these places hold ties that have not ended."""
    parties = Party.objects.filter(place__in=[place.pk for place in places])
    parties = parties.exclude(partnership__publication=Publication.WITHDRAWN).exclude(partnership__status=Status.ENDED)
    return parties.select_related("place", "signed_as", "partnership").prefetch_related(
        "partnership__parties__place__region", "partnership__parties__place__country"
    ).order_by("partnership", "position")  # fmt: skip


_STAYS = {
    "divided": lambda: _("The body was divided: which part holds the tie is for a source to say."),
    "both": lambda: _("The successor is a party of it already: it ends with the merger, or a curator says otherwise."),
    "double": lambda: _("The successor has a tie with the same partners, of the same kind and date: they may be one record."),
}  # fmt: skip


def _moves(merger, successor, lineage):
    """Each tie with the place it passes to: the successor, or the body that has followed that one since."""
    heir = Place.objects.with_parents().get(pk=lineage.heir(successor.pk)) if successor.pk else successor
    taken = set()
    for party in _held(merger.ends):
        tie = party.partnership
        places = [other.place for other in tie.parties.all()]
        others = [place for place in places if place.pk != party.place_id]
        if any(place.pk == heir.pk or place in merger.ends for place in others):
            yield Move(party, None, _STAYS["both"]())
            continue
        key = parties_key([*others, heir]) if heir.pk else tuple(sorted(place.pk for place in others))
        mark = (key, tie.kind, str(tie.established))
        if mark in taken or (heir.pk and _is_recorded(tie, *mark)):
            yield Move(party, None, _STAYS["double"]())
            continue
        taken.add(mark)
        yield Move(party, heir)


def _is_recorded(tie, key, kind, established):
    same = Partnership.objects.kept().filter(parties_key=key, kind=kind, established=established)
    return same.exclude(pk=tie.pk).exists()
