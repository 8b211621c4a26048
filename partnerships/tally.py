"""Counts within what a list selects: each number with the query of the list that holds what was counted.

A `Tally` counts by the bitmaps of the facet index; the functions below it are the rows of charts (statistics.py). A number and its
query are made of the same values, so that a bar and the list behind it can only say the same.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from sistercities.core.pages import canonical_query

from .counting import STANDING

#: A time axis holds no more years than this; what is older stands in one row before them.
MOST_YEARS = 120
#: Ages are shown in steps of ten years up to this one, which is open.
OLDEST = 100


@dataclass(frozen=True)
class Row:
    """One number of a chart: `key` names it in files, `query` is the query string of the list that holds what was counted.

    `tick` is what stands under an axis: shorter than the label, empty where the axis has no room for words.
    """

    key: tuple
    label: str
    count: int
    query: str
    tick: str = ""


class Tally:
    """Counts within the selection of a list (`listing.select()`), as of the day `today`. Labels are in the active language."""

    def __init__(self, listing, selection, today):
        self.index, self.cleaned, self.today = listing.index(), listing.cleaned, today
        self.bitmap, self.total = selection.bitmap, selection.total
        self.options = listing.facet_options(self.index)
        self.given = parse_qs(canonical_query(listing.request, listing.parameters))

    def row(self, key, label, *, tick="", **query):
        """The row of what is selected and also fits `query` (parameters of the list); None where the two exclude one another."""
        narrowed = {name: self._narrowed(name, wanted) for name, wanted in query.items()}
        if [] in narrowed.values() or narrowed.get("since", 0) > narrowed.get("until", 9999):
            return None
        return Row((key,), label, self.having(narrowed).bit_count(), self.query(narrowed), tick)

    def _narrowed(self, name, wanted):
        given = self.cleaned.get(name)
        if not given:
            return wanted
        if name in ("since", "until"):
            return max(wanted, given) if name == "since" else min(wanted, given)
        return [value for value in wanted if value in given]

    def having(self, query):
        """The selected records that also fit `query`."""
        bitmap = self.bitmap
        if query.keys() & {"since", "until"}:
            first, last = query.get("since", 0), query.get("until", 9999)
            bitmap &= self.index.having("year", [year for year in self.by_year if first <= year <= last])
        for name in query.keys() - {"since", "until"}:
            bitmap &= self.index.having(name, query[name])
        return bitmap

    def query(self, narrowed):
        """The query string of the list of what is selected and also fits `narrowed`."""
        return urlencode(sorted({**self.given, **narrowed}.items()), doseq=True)

    @cached_property
    def by_year(self):
        """Year -> number, of the years that occur."""
        years = sorted(year for year in self.index.values("year") if year)
        counted = {year: (self.bitmap & self.index.having("year", [year])).bit_count() for year in years}
        return {year: number for year, number in counted.items() if number}

    @property
    def dated(self):
        return sum(self.by_year.values())

    @cached_property
    def span(self):
        """The years of a time axis: from the first that occurs, within reason, to this one."""
        if not self.by_year:
            return range(0)
        last = min(self.cleaned.get("until") or self.today.year, self.today.year)
        first = max(min(self.by_year), self.today.year - MOST_YEARS + 1)
        return range(min(first, last), last + 1)

    def earlier(self, year):
        """The row of all before `year`, where there are any."""
        label = gettext("before %(year)s") % {"year": year}
        return [self.row(f"before-{year}", label, until=year - 1)] if min(self.by_year) < year else []

    def later(self, year):
        """The row of all after `year`, where there are any."""
        label = gettext("after %(year)s") % {"year": year}
        return [self.row(f"after-{year}", label, since=year + 1)] if max(self.by_year) > year else []


# Rows ----------------------------------------------------------------------------------------------------------------


def _present(rows):
    return [row for row in rows if row]


def _year(year):
    return pgettext("label of a year", "%(year)s") % {"year": year}


def _tick(year):
    return "" if year % 10 else str(year)


def years(tally):
    if not tally.span:
        return []
    rows = [tally.row(str(year), _year(year), tick=_tick(year), since=year, until=year) for year in tally.span]
    return _present([*tally.earlier(tally.span[0]), *rows, *tally.later(tally.span[-1])])


def cumulative(tally):
    return _present(tally.row(str(year), _year(year), tick=_tick(year), until=year) for year in tally.span)


def decades(tally):
    undated = tally.row("none", gettext("not known"), tick=pgettext("axis", "no date"), precision=["none"])
    unknown = [undated] if undated and undated.count else []
    if not tally.span:
        return unknown
    starts = range(tally.span[0] // 10 * 10, tally.span[-1] + 1, 10)
    rows = [_decade(tally, start) for start in starts]
    return _present([*tally.earlier(starts[0]), *rows, *tally.later(starts[-1] + 9), *unknown])


def _decade(tally, start):
    label = gettext("%(decade)ss") % {"decade": start}
    return tally.row(str(start), label, tick=str(start), since=start, until=start + 9)


def ages(tally):
    """By the age that is reached this calendar year, so that a date of which only the year is known counts like the others."""
    year, rows = tally.today.year, []
    for age in range(0, OLDEST, 10):
        label = gettext("%(first)s–%(last)s") % {"first": age, "last": age + 9}
        query = {**STANDING.query, "since": year - age - 9, "until": year - age}
        rows.append(tally.row(f"{age}-{age + 9}", label, tick=label, **query))
    label = gettext("%(age)s and more") % {"age": OLDEST}
    oldest = tally.row(f"{OLDEST}-", label, tick=f"{OLDEST}+", **STANDING.query, until=year - OLDEST)
    rows = _present([*rows, oldest])
    while rows and not rows[-1].count:
        rows.pop()
    return rows


def by(facet):
    """The values of a facet in the order of their options, which is one of their own."""

    def rows(tally):
        options = ((value, capfirst(str(label))) for value, label in tally.options[facet])
        return _present(tally.row(value, label, **{facet: [value]}) for value, label in options)

    return rows


def ranked(facet):
    """The values of a facet that occur, the most frequent first."""

    def rows(tally):
        return sorted((row for row in by(facet)(tally) if row.count), key=lambda row: -row.count)

    return rows


def pairs(tally):
    """Every prefecture with every state with which it has a tie: the cells of the matrix that are not empty."""
    columns = [
        (row, state, tally.index.having("state", [state])) for row in ranked("state")(tally) for state in row.key
    ]
    found, words = [], gettext("%(prefecture)s – %(state)s")
    for line in sorted(ranked("prefecture")(tally), key=lambda row: row.key):
        (prefecture,) = line.key
        bitmap = tally.having({"prefecture": [prefecture]})
        for column, state, members in columns:
            if count := (bitmap & members).bit_count():
                label = words % {"prefecture": line.label, "state": column.label}
                query = tally.query({"prefecture": [prefecture], "state": [state]})
                found.append(Row((prefecture, state), label, count, query))
    return found
