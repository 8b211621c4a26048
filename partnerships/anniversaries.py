"""Anniversaries: which ages are kept, on which day they fall, which ties reach one and when.

MILESTONES is the one place that says which ages count; pages, the calendar and the sheets for print ask here.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from sistercities.core.dates import PartialDate

from .models import Partnership, Status


class Milestone(NamedTuple):
    """An age that is kept. A round one is kept everywhere, the others by some; `name` is what it is called, if anything."""

    years: int
    is_round: bool
    name: Any = ""


#: Ages that have a name of their own: in Japan 60 is 還暦, when the cycle of years is full.
NAMES = {60: _("kanreki"), 100: _("centenary")}

#: Every fifth year; decades and quarters of a century are round. Cities in Japan mark the fives between them as well.
MILESTONES = {
    years: Milestone(years, years % 10 == 0 or years % 25 == 0, NAMES.get(years, "")) for years in range(5, 201, 5)
}


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A milestone of one tie. `date` is as precise as the date of establishment: where that is a year, so is this."""

    tie: Any
    milestone: Milestone
    date: PartialDate

    @property
    def years(self):
        return self.milestone.years

    @property
    def is_round(self):
        return self.milestone.is_round

    @property
    def name(self):
        return self.milestone.name

    @property
    def weekday(self):
        """The day of the week in the active language; an empty text where the day is not known."""
        return date_format(self.date.earliest, "l") if self.date.day else ""


def anniversary_date(established, years):
    """The day, month or year on which a tie becomes `years` old; 29 February is kept on the 28th where there is no 29th."""
    year = established.year + years
    if not established.day:
        return PartialDate(f"{year:04}{established[4:]}")
    day = min(established.day, monthrange(year, established.month)[1])
    return PartialDate(f"{year:04}-{established.month:02}-{day:02}")


def established_years(year, *, round_only=False):
    """The years of establishment of which the ties reach a milestone in `year`, the latest first."""
    kept = (milestone.years for milestone in MILESTONES.values() if milestone.is_round or not round_only)
    return [year - years for years in kept]


def anniversaries(ties, first, last, *, round_only=False):
    """The anniversaries of `ties` from the day `first` to the day `last`, in order of time.

    One that is known by its month or year counts if any day of that lies in between; it stands at the end of what it can mean, so
    that “some time in 2030” follows the days of 2030. An ended tie has none after its end; an undated one has none at all.
    """
    found = []
    for tie in ties:
        if not tie.established or tie.status == Status.ENDED:
            continue
        for year in range(first.year, last.year + 1):
            milestone = MILESTONES.get(year - tie.established.year)
            if milestone is None or (round_only and not milestone.is_round):
                continue
            on = anniversary_date(tie.established, milestone.years)
            if on.latest >= first and on.earliest <= last:
                found.append(Anniversary(tie, milestone, on))
    return sorted(found, key=lambda item: (item.date.latest, -len(item.date), -item.years, item.tie.pk))


def next_anniversaries(tie, on, count):
    """The first `count` anniversaries of one tie from the day `on`; what may have passed this year counts as still to come."""
    years = max(step.years for step in MILESTONES.values())
    until = date(min(on.year + years, date.max.year), 12, 31)
    return anniversaries([tie], on, until)[:count]


@dataclass(frozen=True, slots=True)
class DatedTie:
    """What an anniversary is worked out from, before the names of the tie are read."""

    pk: int
    established: PartialDate
    status: str = ""


def dated_ties(years):
    """The public ties that were established in one of `years` and have not ended: one statement."""
    ties = Partnership.objects.public().exclude(status=Status.ENDED).filter(established_year__in=years)
    return [DatedTie(*row) for row in ties.order_by().values_list("pk", "established")]


def coming(on, months):
    """The round anniversaries of public ties in the `months` after the day `on` of which at least the month is known."""
    years, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + years, month + 1
    until = date(year, month, min(on.day, monthrange(year, month)[1]))
    years = {reached for year in range(on.year, until.year + 1) for reached in established_years(year, round_only=True)}
    return [item for item in anniversaries(dated_ties(years), on, until, round_only=True) if item.date.month]


def count_in(index, year):
    """How many ties reach a milestone in a year, by the facet index of their list: no statement."""
    living = index.everything & ~index.having("status", [Status.ENDED])
    return index.matching({"year": established_years(year)}, living).bit_count()
