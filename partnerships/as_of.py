"""A place as it was on a day: its name and class, who held which tie then, and what is too imprecise to say.

Nothing is stored for it: it follows from the dates of names, successions and ties. A date that is coarser than the question leads to
"perhaps", never to a guess.
"""

import datetime
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from sistercities.core.dates import PartialDate

from .lineage import Lineage
from .models import Level, NameKind, Party, Place, PlaceName, Status, SuccessionKind
from .rows import place_rows, tie_rows

#: The word for "on the last day of a body that has ended", whenever that was.
LAST = "last"
#: Successions by which a body begins; one that absorbs another was there before.
BEGINNINGS = (
    SuccessionKind.NEW_MERGER,
    SuccessionKind.SPLIT,
    SuccessionKind.RENAMING,
    SuccessionKind.CLASS_CHANGE,
)
#: Ties of a country or region that are shown.
MOST_TIES = 100


class NotADay(ValueError):
    """What stands in the address is no day that a page can show; the message says why."""


def parse_day(values, place):
    """The day that `?on=` asks for: a `date`, or None for the last day of a former body of which no end is known.

    A year or a month means its last day. Raises `NotADay` with words for the reader.
    """
    if len(set(values)) > 1:
        raise NotADay(_("The address names more than one day."))
    (text,) = set(values)
    if text == LAST:
        if not place.is_former:
            raise NotADay(_("%(place)s has not ended: ask for a day.") % {"place": place})
        return place.abolished.earliest - datetime.timedelta(days=1) if place.abolished else None
    try:
        day = PartialDate.parse(text).latest
    except ValueError as error:
        raise NotADay(str(error)) from None
    if day is None:
        raise NotADay(_("Write a day, a month or a year."))
    if day > datetime.date.today() and PartialDate.parse(text).earliest > datetime.date.today():
        raise NotADay(_("This day has not come yet."))
    return min(day, datetime.date.today())


@dataclass
class Tie:
    """A tie as it was: the row of a list with the parties of that time, and what is to be said of it."""

    row: object
    notes: list = field(default_factory=list)


@dataclass
class Ties:
    """The ties of a place on a day: certain ones, those of which a date is too coarse to say, and undated ones."""

    held: list = field(default_factory=list)
    perhaps: list = field(default_factory=list)
    undated: list = field(default_factory=list)

    def __bool__(self):
        return bool(self.held or self.perhaps or self.undated)


def before(date, day):
    """Whether a partial date lies on or before a day: True, False, or None where it is too coarse or not known."""
    if not date or day is None:
        return None
    if date.latest <= day:
        return True
    return False if date.earliest > day else None


class AsOf:
    """One place on one day; `day` None is the last day of a former body whose end is not known."""

    def __init__(self, place, day):
        self.place, self.day = place, day

    @cached_property
    def lineage(self):
        return Lineage()

    # The place ------------------------------------------------------------------------------------------------------

    @cached_property
    def beginnings(self):
        """The successions by which the place began, with the bodies that it followed."""
        rows = self.place.predecessions.filter(predecessor__publication="published").select_related(
            "predecessor__region", "predecessor__country", "source"
        )
        return list(rows)

    @property
    def begun(self):
        """Whether the place was there already: True, False, or None where no source says when it began."""
        said = [before(row.date, self.day) for row in self.beginnings if row.kind in BEGINNINGS]
        return False if False in said else (None if None in said else True)

    @property
    def ended(self):
        return self.day is not None and before(self.place.abolished, self.day) is True

    @property
    def exists(self):
        return self.begun is not False and not self.ended

    def rename(self):
        """Give the place, in memory, the names and the class that it had."""
        found = names_on([self.place.pk], self.day).get(self.place.pk, {})
        if "name_ja" in found:
            self.place.name_kana = ""
        for name, value in found.items():
            setattr(self.place, name, value)

    # Its ties -------------------------------------------------------------------------------------------------------

    def ties(self):
        parties = list(self._candidates())
        ids = list(dict.fromkeys(pk for pk, _place, _signed in parties))
        known = self._parties_of(ids)
        found = Ties()
        own = set(self._own(parties, known))
        rows = self._rows([pk for pk in ids if pk in own], known)
        for row, notes in rows:
            self._sort(row, notes, found)
        return found

    def _candidates(self):
        """(tie, place, signer) of the parties by which the place may have held a public tie, the oldest ties first."""
        place = self.place
        condition = Q(place=place) | Q(signed_as=place)
        if place.level == Level.MUNICIPALITY:
            before, after = self.lineage.ancestors(place.pk), self.lineage.descendants(place.pk)
            condition |= Q(signed_as__in=before, place__in=after)
        else:
            condition |= Q(place__region=place) | Q(place__country=place)
        parties = Party.objects.filter(condition, partnership__publication="published")
        parties = parties.order_by("partnership__established_order", "partnership", "position")
        return parties.values_list("partnership", "place", "signed_as")[: MOST_TIES * 20]

    def _parties_of(self, ids):
        """Tie -> its parties as (place, signer) in their order."""
        known = {pk: [] for pk in ids}
        rows = Party.objects.filter(partnership__in=ids).order_by("partnership", "position")
        for pk, place, signed in rows.values_list("partnership", "place", "signed_as"):
            known[pk].append((place, signed))
        return known

    def _own(self, parties, known):
        """The candidates that the place held on the day, or perhaps held."""
        for pk, place, signed in parties:
            if self.place.level != Level.MUNICIPALITY:
                yield pk
                continue
            holder, certain = self._holder(place, signed)
            if holder == self.place.pk or (not certain and self._may_hold(holder, place)):
                yield pk

    def _may_hold(self, holder, today):
        """Whether the place lies on the way on which a tie passed, nobody knows when, from one body to that of today."""
        way = self.lineage.way(holder, today)
        return self.place.pk == today or any(step.after == self.place.pk for step in way or ())

    def _holder(self, place, signed):
        """(body, certain): who held a party's side of a tie on the day; the earlier body where nobody knows when it passed."""
        if not signed:
            return place, True
        if self.day is None:  # the last day of the place itself
            return (self.place.pk, True) if signed == self.place.pk else (place, True)
        way = self.lineage.way(signed, place)
        if way is None:
            return signed, before(self._ends.get(signed, PartialDate()), self.day) is False
        here = signed
        for step in way:
            passed = before(step.date or self._ends.get(here, PartialDate()), self.day)
            if passed is not True:
                return here, passed is False
            here = step.after
        return here, True

    @cached_property
    def _ends(self):
        """Place -> the day of its end, for those that signed ties."""
        rows = Place.objects.exclude(abolished="").filter(signed_parties__isnull=False).order_by()
        return {pk: PartialDate(date) for pk, date in rows.values_list("pk", "abolished")}

    def _rows(self, ids, known):
        """The ties with the parties of the day, and what is to be said of each."""
        holders = {pk: [(*self._holder(place, signed), place, signed) for place, signed in known[pk]] for pk in ids}
        wanted = {pk for found in holders.values() for holder, _c, place, _s in found for pk in (holder, place)}
        places = {row.pk: row for row in place_rows(list(wanted))}
        names = names_on(wanted, self.day)
        query = f"?on={self.day.isoformat()}" if self.day else ""
        for row in tie_rows(ids):
            parties, notes = [], []
            for holder, certain, place, _signed in holders[row.pk]:
                shown = places[holder]
                named = names.get(holder, {})
                if holder != self.place.pk:
                    shown = _renamed(shown, named, query)
                parties.append(shown)
                if not certain:
                    notes.append(
                        _("It is not recorded when the tie passed to %(place)s.") % {"place": places[place].name}
                    )
            row.parties = parties
            yield row, notes

    def _sort(self, row, notes, found):
        started = before(row.established, self.day) if row.established and self.day else None
        over = before(row.ended, self.day) if row.ended and self.day else False
        if (row.established and started is False) or over is True:
            return
        tie = Tie(row, notes)
        if row.established and started is None and self.day:
            notes.append(_("Signed in that year or month; the day is not known."))
        if over is None:
            notes.append(_("Ended in that year or month; the day is not known."))
        if row.status == Status.ENDED and not row.ended:
            notes.append(_("It has ended, nobody knows when."))
        if not row.established:
            found.undated.append(tie)
        else:
            (found.perhaps if notes or self.begun is False else found.held).append(tie)


def _renamed(row, named, query):
    fields = {name: value for name, value in named.items() if name in ("name_en", "name_ja", "classification")}
    return replace(row, **fields, name="", name_lang="", query=query)


def names_on(ids, day):
    """Place -> the columns that were others on the day: `name_en`, `name_ja`, `classification`. One statement."""
    if day is None:
        return {}
    rows = PlaceName.objects.filter(place__in=ids, kind=NameKind.FORMER, language__in=("en", "ja")).exclude(until="")
    found = {}
    # The latest first: of several names that had not been given up by then, the one that was given up first was in use.
    for name in rows.order_by("-until", "-pk"):
        if before(name.until, day) is False and before(name.since, day) is not False:
            columns = found.setdefault(name.place_id, {})
            columns[f"name_{name.language}"] = name.name
            if name.classification:
                columns["classification"] = name.classification
    return found
