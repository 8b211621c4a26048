"""What the directory counts: one definition per chart, from the facet index of the list of partnerships.

    query string -> PartnershipList -> selection (a bitmap) -> Tally -> rows of a chart -> picture, table, CSV

Each row holds the query of the list behind its number, made of the same values by which it was counted. A new chart is an entry of
CHARTS: page, files and contract tests follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from sistercities.core.pages import canonical_query

from .models import Status

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


@dataclass(frozen=True)
class Chart:
    """A chart: `rows(tally)` are its numbers, `finding(tally, rows)` says in one sentence what they show, `rule` what was counted.

    `form` is how it is drawn (sistercities.portal.charts), `columns` name the parts of a row's key in files, `heading` the first
    column of its table. `side` is the hue: Japan, its partners, or neither.
    """

    slug: str
    section: Any
    title: Any
    form: str
    columns: tuple
    heading: Any
    rows: Callable
    finding: Callable
    rule: Any
    side: str = "here"


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
    label, tick = gettext("%(decade)ss"), pgettext("axis", "%(decade)ss")
    return tally.row(str(start), label % {"decade": start}, tick=tick % {"decade": start}, since=start, until=start + 9)


STANDING = [status for status in Status.values if status != Status.ENDED]


def ages(tally):
    """By the age that is reached this calendar year, so that a date of which only the year is known counts like the others."""
    year, rows = tally.today.year, []
    for age in range(0, OLDEST, 10):
        label = gettext("%(first)s–%(last)s") % {"first": age, "last": age + 9}
        query = {"status": STANDING, "since": year - age - 9, "until": year - age}
        rows.append(tally.row(f"{age}-{age + 9}", label, tick=label, **query))
    label = gettext("%(age)s and more") % {"age": OLDEST}
    oldest = tally.row(f"{OLDEST}-", label, tick=f"{OLDEST}+", status=STANDING, until=year - OLDEST)
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


# Findings ------------------------------------------------------------------------------------------------------------


def share(count, total):
    """A share in words that never round to all or nothing: 94%, under 1%, over 99%."""
    percent = round(100 * count / total) if total else 0
    if count and percent == 0:
        return gettext("under 1%")
    if count < total and percent == 100:
        return gettext("over 99%")
    return f"{percent}%"


def leader(one, shared, *, dated=False):
    """A finding: the row with the highest number (`one`), or that there is no single one (`shared`).

    What has no place of its own on the axis (no date, before and after it) cannot lead.
    """

    def finding(tally, rows):
        rows = [row for row in rows if not row.key[0].startswith(("none", "before-", "after-"))]
        highest = max(rows, key=lambda row: row.count)
        total = tally.dated if dated else tally.total
        alone = [row.count for row in rows].count(highest.count) == 1
        return (one if alone else shared) % {
            "label": highest.label,
            "count": f"{highest.count:,}",
            "total": f"{total:,}",
            "share": share(highest.count, total),
        }

    return finding


def half(tally, rows):
    middle = next((row for row in rows if 2 * row.count >= tally.dated), rows[-1])
    return gettext("Half of the %(total)s whose date is known were there by the end of %(year)s.") % {
        "total": f"{tally.dated:,}",
        "year": middle.key[0],
    }


def median_age(tally, rows):
    standing, years = tally.having({"status": STANDING}), [year for year in tally.by_year if year <= tally.today.year]
    older = [(standing & tally.index.having("year", years[: place + 1])).bit_count() for place in range(len(years))]
    year = next(year for year, number in zip(years, older, strict=True) if 2 * number >= older[-1])
    words = gettext("Half of the %(total)s that stand and have a date are %(age)s years old or older.")
    return words % {"total": f"{older[-1]:,}", "age": tally.today.year - year}


def exact(tally, rows):
    count = sum(row.count for row in rows if row.key == ("day",))
    words = gettext("%(share)s are dated to the day: %(count)s of %(total)s.")
    return words % {"share": share(count, tally.total), "count": f"{count:,}", "total": f"{tally.total:,}"}


def sourced(tally, rows):
    number = {row.key[0]: row.count for row in rows}
    some = number.get("one", 0) + number.get("several", 0)
    words = gettext("%(some)s of %(total)s name a source; %(several)s name two or more.")
    return words % {
        "some": f"{some:,}",
        "total": f"{tally.total:,}",
        "several": f"{number.get('several', 0):,}",
    }


# The charts ----------------------------------------------------------------------------------------------------------

WHEN, WHERE = _("When they began"), _("Where they are")
WHAT, KNOWN = _("What they are"), _("How well they are known")

CHARTS = (
    Chart(
        slug="years",
        section=WHEN,
        title=_("New partnerships by year"),
        form="columns",
        columns=("year",),
        heading=_("Year"),
        rows=years,
        finding=leader(
            _("More began in %(label)s than in any other year: %(count)s of %(total)s."),
            _("No single year leads: the most in one year is %(count)s of %(total)s."),
            dated=True,
        ),
        rule=_(
            "each once, in the year of its establishment, whatever became of it; those without a date are left out."
        ),
    ),
    Chart(
        slug="cumulative",
        section=WHEN,
        title=_("Partnerships in all, year by year"),
        form="area",
        columns=("year",),
        heading=_("By the end of"),
        rows=cumulative,
        finding=half,
        rule=_("each from the year of its establishment on, also after it ended; those without a date are left out."),
    ),
    Chart(
        slug="decades",
        section=WHEN,
        title=_("New partnerships by decade"),
        form="columns",
        columns=("decade",),
        heading=_("Decade"),
        rows=decades,
        finding=leader(
            _("More began in the %(label)s than in any other decade: %(count)s of %(total)s."),
            _("No single decade leads: the most in one is %(count)s of %(total)s."),
        ),
        rule=_("each once, in the decade of its establishment, whatever became of it."),
    ),
    Chart(
        slug="ages",
        section=WHEN,
        title=_("How old they are"),
        form="columns",
        columns=("age",),
        heading=_("Age in years"),
        rows=ages,
        finding=median_age,
        rule=_(
            "each once, by this year less the year of its establishment; ended ones and those without a date are left out."
        ),
    ),
    Chart(
        slug="prefectures",
        section=WHERE,
        title=_("By prefecture"),
        form="places",
        columns=("prefecture",),
        heading=_("Prefecture"),
        rows=ranked("prefecture"),
        finding=leader(
            _("%(label)s has more than any other prefecture: %(count)s of %(total)s."),
            _("No single prefecture leads: the most in one is %(count)s of %(total)s."),
        ),
        rule=_("each once in every prefecture where it has a party, be that the prefecture itself or a municipality."),
    ),
    Chart(
        slug="states",
        section=WHERE,
        title=_("By state or province"),
        form="places",
        columns=("state",),
        heading=_("State or province"),
        rows=ranked("state"),
        finding=leader(
            _("%(label)s has more than any other state or province: %(count)s of %(total)s."),
            _("No single state or province leads: the most in one is %(count)s of %(total)s."),
        ),
        rule=_(
            "each once in every state or province where it has a party, be that the state itself or a municipality."
        ),
        side="there",
    ),
    Chart(
        slug="pairs",
        section=WHERE,
        title=_("Prefecture by state"),
        form="matrix",
        columns=("prefecture", "state"),
        heading=_("Prefecture and state"),
        rows=pairs,
        finding=leader(
            _("No two are closer than %(label)s: %(count)s of %(total)s."),
            _("No single pair leads: the most between two is %(count)s of %(total)s."),
        ),
        rule=_("each once in every pair of a prefecture and a state or province that both have a party in it."),
    ),
    Chart(
        slug="kinds",
        section=WHAT,
        title=_("By kind"),
        form="bars",
        columns=("kind",),
        heading=_("Kind"),
        rows=ranked("kind"),
        finding=leader(
            _("The most frequent kind is “%(label)s”: %(count)s of %(total)s (%(share)s)."),
            _("No single kind leads: the most of one is %(count)s of %(total)s."),
        ),
        rule=_("each once, by our class of it; the agreement itself may use another word."),
    ),
    Chart(
        slug="levels",
        section=WHAT,
        title=_("By level of the parties"),
        form="bars",
        columns=("level",),
        heading=_("Level"),
        rows=ranked("level"),
        finding=leader(
            _("The most frequent level is “%(label)s”: %(count)s of %(total)s (%(share)s)."),
            _("No single level leads: the most at one is %(count)s of %(total)s."),
        ),
        rule=_("each once at every level at which it has a party, so that a state with a city counts at both."),
    ),
    Chart(
        slug="dates",
        section=KNOWN,
        title=_("How exactly the date is known"),
        form="bars",
        columns=("precision",),
        heading=_("Date known"),
        rows=by("precision"),
        finding=exact,
        rule=_("each once, by the date of its establishment as the preferred source gives it."),
    ),
    Chart(
        slug="sources",
        section=KNOWN,
        title=_("How many sources stand behind them"),
        form="bars",
        columns=("sources",),
        heading=_("Stated by"),
        rows=by("sources"),
        finding=sourced,
        rule=_("each once; a source counts when a claim of it was not rejected, also where it copies from another."),
    ),
)
