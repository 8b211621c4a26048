"""One page for the mayor's office: a place or a partnership on a sheet of A4 or Letter, to be printed or kept as a PDF.

How much of it fits decides how it is laid out (`layout`): a table of the ties, two narrow columns, or a summary with the oldest of
them and the address of the list of all.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from partnerships.anniversaries import Anniversary, anniversaries, next_anniversaries
from partnerships.mapping import arcs
from partnerships.models import Level, Partnership, PartnershipCitation
from partnerships.rows import tie_rows
from partnerships.views import PartnershipPage, PlacePage
from sistercities.curation.models import Source

#: The layouts, each with the number of ties up to which it is used: a table in larger letters, a table, two columns. Of more there is
#: a summary.
LAYOUTS = {"few": 7, "table": 20, "columns": 40}
#: Ties that are read at most, for the map and the figures of a summary.
MOST_TIES = 1000
#: Anniversaries shown, by layout.
SHOWN = {"few": 6, "table": 6, "columns": 6, "summary": 8}
SHOWN_SOURCES = {"few": 6, "table": 4, "columns": 3, "summary": 3}
#: What a summary names: regions of partners, most first, and the oldest ties, in whose place a country has its own regions.
SHOWN_REGIONS, SHOWN_OLDEST = 30, 20
YEARS_AHEAD = 10
#: Of one partnership.
SHOWN_ACTS, SHOWN_CLAIM_SOURCES, SHOWN_NEXT = 9, 9, 6
#: Acts, sources and disputed claims up to which the letters of its sheet are the larger ones.
FEW_LINES = 7


def layout(count):
    """How a sheet with so many ties is laid out."""
    return next((name for name, most in LAYOUTS.items() if count <= most), "summary")


@dataclass(frozen=True, slots=True)
class SheetTie:
    """A tie as the sheet of a place shows it: who of it is in the place, who is the partner, what comes next."""

    tie: Any
    own: list
    partners: list
    next: Anniversary | None


class PartnershipSheet(PartnershipPage):
    """`/partnerships/<id>-<slug>/print/`: one partnership on one sheet."""

    template_name = "print/partnership.html"

    def address(self, partnership):
        return f"{partnership.get_absolute_url()}print/"

    def panels(self, partnership):
        """A sheet has no room for what other apps show on the page."""
        return []

    def context(self, partnership):
        found, today = super().context(partnership), timezone.localdate()
        contested = [fact for fact in found["facts"] if fact["contested"]]
        lines = len(found["timeline"]) + len(found["sources"]) + sum(len(fact["claims"]) for fact in contested)
        return {
            **found,
            "record": partnership,
            "record_number": partnership.pk,
            "name_template": "partnerships/_names.html",
            "layout": "few" if lines <= FEW_LINES else "table",
            "today": today,
            "anniversaries": next_anniversaries(partnership, today, SHOWN_NEXT),
            "more_acts": max(0, len(found["timeline"]) - SHOWN_ACTS),
            "timeline": found["timeline"][:SHOWN_ACTS],
            "contested": contested,
            "more_sources": max(0, len(found["sources"]) - SHOWN_CLAIM_SOURCES),
            "sources": found["sources"][:SHOWN_CLAIM_SOURCES],
        }


class PlaceSheet(PlacePage):
    """`/places/<path>/print/`: the ties of a place and of all that lies in it."""

    templates = dict.fromkeys(Level, "print/place.html")
    parameters = ()

    def address(self, place):
        return f"{place.get_absolute_url()}print/"

    def context(self, place):
        ties = Partnership.objects.public().at(place)
        ids = list(ties.order_by("established_order", "pk").values_list("pk", flat=True))
        rows, form, today = tie_rows(ids[:MOST_TIES]), layout(len(ids)), timezone.localdate()
        listed = [sheet_tie(tie, place, today) for tie in rows]
        until = date(today.year + YEARS_AHEAD, 12, 31)
        round_only = form not in ("few", "table")
        coming = anniversaries(rows, today, until, round_only=round_only)
        partners = by_region(item.partners for item in listed)
        by_own = by_region(item.own for item in listed) if place.level == Level.COUNTRY else []
        return {
            "place": place,
            "record": place,
            "name_template": "places/_name.html",
            "layout": form,
            "count": len(ids),
            "ties": named_ties(form, listed, by_own),
            "ties_url": self.ties_url(place),
            "figures": figures(listed),
            "by_own": by_own,
            "by_partner": partners[:SHOWN_REGIONS],
            "more_partners": max(0, len(partners) - SHOWN_REGIONS),
            "has_contested": any(tie.contested for tie in rows),
            "anniversaries": [{"tie": item.tie, "anniversary": item} for item in coming[: SHOWN[form]]],
            "round_only": round_only,
            "arcs": arcs([tie.parties for tie in rows] or [[place]], whole=len(rows) > LAYOUTS["columns"]),
            "today": today,
            "data_changed_at": self.version[1],
            **sources(ties, SHOWN_SOURCES[form]),
        }


def named_ties(form, listed, by_own):
    """The ties that a sheet names: all, or in a summary the oldest, in whose place a country has its own regions."""
    if form != "summary":
        return listed
    return [] if len(by_own) > 1 else listed[:SHOWN_OLDEST]


def sheet_tie(tie, place, today):
    own = [party for party in tie.parties if f"{party.path}/".startswith(f"{place.path}/")] or tie.parties[:1]
    partners = [party for party in tie.parties if party not in own] or own[1:]
    return SheetTie(tie, own, partners, next(iter(next_anniversaries(tie, today, 1)), None))


def figures(listed):
    """What can be counted on a sheet; `oldest` is a `SheetTie`, None where no tie has a date."""
    dated = [item for item in listed if item.tie.established]
    return {
        "own": len({party.pk for item in listed for party in item.own}),
        "partners": len({party.pk for item in listed for party in item.partners}),
        "regions": len({region_of(party) for item in listed for party in item.partners}),
        "oldest": dated[0] if dated else None,
        "newest": max(dated, key=lambda item: item.tie.established) if dated else None,
        "to_the_day": sum(bool(item.tie.established.day) for item in dated),
        "dated": len(dated),
    }


def region_of(party):
    """`(address, name)` of the prefecture or state that a party is or lies in; of the country where there is none."""
    above = party if party.level == Level.REGION else party.region or party.country or party
    return above.path, above.name


def by_region(sides):
    """`(name, number of ties)` of each region, most first; a tie counts once for each region it reaches."""
    counts = Counter(region for parties in sides for region in {region_of(party) for party in parties})
    return [(name, count) for (_path, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def sources(ties, shown):
    """The sources that state most of these ties, with how many and when they were last read: two statements."""
    claims = PartnershipCitation.objects.filter(partnership__in=ties.values("pk")).exclude(standing="rejected")
    counted = claims.order_by().values_list("source").annotate(Count("partnership", distinct=True), Max("read_on"))
    most = sorted(counted, key=lambda row: (-row[1], row[0]))
    records = Source.objects.in_bulk([pk for pk, _count, _read in most[:shown]])
    return {
        "sources": [{"source": records[pk], "count": count, "read_on": read} for pk, count, read in most[:shown]],
        "sources_count": len(most),
        "more_sources": max(0, len(most) - shown),
    }
