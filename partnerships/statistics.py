"""What the directory counts: one definition per chart, from the facet index of the list of partnerships.

    query string -> PartnershipList -> selection (a bitmap) -> Tally -> rows of a chart -> picture, table, CSV

A new chart is an entry of CHARTS: page, files and contract tests follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .counting import EVERY, STANDING, CountingRule
from .tally import ages, by, cumulative, decades, pairs, ranked, years


@dataclass(frozen=True)
class Chart:
    """A chart: `rows(tally)` are its numbers, `finding(tally, rows)` says in one sentence what they show, `rule` how.

    `form` is how it is drawn (sistercities.portal.charts), `columns` name the parts of a row's key in files, `heading` the first
    column of its table. `counted` is what is counted, by one of the counting rules. `side` is the hue: Japan, its partners, or neither.
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
    counted: CountingRule = EVERY


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
    standing, years = tally.having(STANDING.query), [year for year in tally.by_year if year <= tally.today.year]
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
        rule=_("each once, in the year of its establishment; those without a date are left out."),
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
        rule=_("each once, in the decade of its establishment."),
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
        rule=_("each once, by this year less the year of its establishment; those without a date are left out."),
        counted=STANDING,
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
