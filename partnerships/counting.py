"""Counting rules: what is counted when this directory states a number of partnerships, and the list behind each number.

A rule is the query of a list, so that the number and the rows behind it cannot differ. Numbers published elsewhere rest on rules of
their own, which are rarely written down; CLAIR's is (signed by both leaders, not limited to one field, approved by the
assembly), but no source read so far says tie by tie whether it is met.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .listings import PartnershipList, partnerships_url
from .models import Level


@dataclass(frozen=True)
class CountingRule:
    """`slug` names it for good, `query` is that of the list of partnerships which holds what it counts. Charts say what they
    count by one of these too (statistics.py)."""

    slug: str
    name: Any
    text: Any
    query: dict = field(default_factory=dict)


EVERY = CountingRule(
    "any-agreement",
    _("every partnership"),
    _(
        "Every published partnership of this directory, whatever the agreement calls it, those that ended or sleep included."
    ),
)
STANDING = CountingRule(
    "standing",
    _("not known to have ended"),
    _(
        "Without those that a source calls ended, suspended or dormant. Where no source records an end, none is presumed."
    ),
    {"status": ["in_force", "presumed"]},
)
RULES = (
    EVERY,
    STANDING,
    CountingRule(
        "stated-in-force",
        _("stated to be in force"),
        _("Only those that a source of some year speaks of as living."),
        {"status": ["in_force"]},
    ),
    CountingRule(
        "municipal",
        _("with a municipality"),
        _("At least one party is a city, town, village or county."),
        {"level": ["municipality"]},
    ),
    CountingRule(
        "states",
        _("of states and prefectures"),
        _("Partnerships that we class as sister or friendship states."),
        {"kind": ["sister_state", "friendship_state"]},
    ),
    CountingRule(
        "dated",
        _("with a date"),
        _("Those for which a source gives at least the year of establishment."),
        {"since": 1800},
    ),
)


class Counter:
    """Counts of public partnerships at one data version, from the facet index of their list: no statement once it is built."""

    def __init__(self, version):
        self.version = version

    @cached_property
    def listing(self):
        listing = PartnershipList()
        listing.version = self.version
        return listing

    def count(self, **query):
        """How many partnerships the list shows for a query (`country=["US"]`, `until=2018`)."""
        selected = self.listing.selected_facets(query)
        return self.listing.index().matching(selected).bit_count()

    def tallies(self, scope):
        """The numbers by every rule within a scope."""
        return [self.tally(rule, scope) for rule in RULES]

    def by_year(self, scope, year):
        """How many partnerships were established until the end of a year, and how many have no date, with the list."""
        return {
            "dated": self.count(**scope, until=year),
            "undated": self.count(**scope) - self.count(**scope, since=1800),
            "url": partnerships_url(**scope, until=year),
        }

    def tally(self, rule, scope):
        """The number by a rule within a scope, with the address of its list."""
        query = {**rule.query, **scope}
        return {"rule": rule, "count": self.count(**query), "url": partnerships_url(**query)}


def scope_of(*places):
    """The query that keeps the partnerships between the places of a number; `{}` is Japan with the world.

    None where this directory cannot count them: it holds the partnerships of Japan alone, so that exactly one of the places has to
    lie there, and its list can be asked for one municipality only.
    """
    named = [place for place in places if place]
    if sum(map(_in_japan, named)) != 1:
        return None
    parts = [_scope(place) for place in named]
    names = [name for part in parts if part is not None for name in part]
    if None in parts or len(names) != len(set(names)):
        return None
    return {name: value for part in parts for name, value in part.items()}


def _in_japan(place):
    return place.path == "jp" or place.path.startswith("jp/")


def _scope(place):
    """The query for the partnerships of a place; None for a region or country that has no code to be asked for by."""
    if place.level == Level.MUNICIPALITY:
        return {"place": place.pk}
    if place.path == "jp":
        return {}
    name = "country" if place.level == Level.COUNTRY else "prefecture" if _in_japan(place) else "state"
    return {name: [place.code]} if place.code else None
