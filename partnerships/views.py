"""The pages of one record: a partnership, a country, a region, a municipality."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, pgettext
from django.views import View

from sistercities.core.dates import PartialDate, display
from sistercities.core.names import content_language, localized
from sistercities.core.pages import StoredPageMixin, page, version_stamp
from sistercities.core.panels import panels_of
from sistercities.curation.actions import contested_facts
from sistercities.curation.models import Publication
from sistercities.curation.pages import lead_on

from . import atlas, linked_data
from .anniversaries import next_anniversaries
from .as_of import AsOf, NotADay, parse_day
from .directory import regions
from .lineage import continued_by, survivor
from .listings import PartnershipList, partnerships_url
from .mapping import arcs
from .models import Area, Level, OldAddress, Partnership, Party, Place
from .rows import place_rows, tie_rows

#: Ties shown on the page of a country or region; all of them are one link away.
SHOWN_TIES = 100
SHOWN_NEIGHBOURS = 12
#: Facts in the order of a record's page: what is asked first stands first.
FACT_ORDER = ("established", "ended", "status", "kind", "parties", "signed_as", "existence")


class PartnershipPage(StoredPageMixin, View):
    """One partnership: parties, acts, claims with their sources."""

    template_name = "partnerships/partnership.html"

    def get(self, request, pk, slug):
        known = Partnership.objects.exclude(publication__in=("draft", "review"))
        partnership = get_object_or_404(known.select_related("merged_into"), pk=pk)
        partnership = survivor(partnership)
        if partnership.publication != Publication.PUBLISHED:
            return page(request, "410.html", status=410)
        if request.path != self.address(partnership):
            return lead_on(self.address(partnership), lasting=partnership.pk == pk)
        return page(request, self.template_name, self.context(partnership))

    def panels(self, partnership):
        return panels_of(partnership)

    def address(self, partnership):
        return partnership.get_absolute_url()

    def context(self, partnership):
        parties = list(
            partnership.parties.select_related(
                "place__region", "place__country", "signed_as__region", "signed_as__country"
            )
        )
        # The record's own `title`, `places` and `distance_km` read the parties from here: no further statement.
        partnership._prefetched_objects_cache = {"parties": parties}
        claims = list(partnership.citations.select_related("source__depends_on"))
        acts = list(partnership.acts.select_related("place", "source"))
        stated = facts(partnership, claims)
        return {
            "partnership": partnership,
            "title": partnership.title,
            "parties": parties,
            "themes": list(partnership.themes.all()),
            "timeline": timeline(partnership, acts),
            "facts": stated,
            "disputes": {fact["name"]: fact for fact in stated if fact["contested"]},
            "sources": sources(claims, acts),
            "panels": self.panels(partnership),
            "distance_km": partnership.distance_km,
            "age": partnership.age(),
            "arcs": arcs([partnership.places]),
            "next_anniversary": next(iter(next_anniversaries(partnership, timezone.localdate(), 1)), None),
            "calendar_query": f"partnership={partnership.pk}",
            "description": describe_partnership(partnership),
            "linked_data": linked_data.of_partnership(partnership, sources(claims, acts), self.version[1]),
            "data_changed_at": self.version[1],
        }


def describe_partnership(partnership):
    """A sentence for search engines and shared links: the names, the kind, since when."""
    since = display(partnership.established, content_language())
    facts = gettext(", ").join(filter(None, [partnership.get_kind_display(), since]))
    return f"{partnership.title}{gettext(': ')}{facts}{gettext('.')}"


def describe_place(place, count):
    values = {"place": localized(place).text, "count": count}
    return (
        ngettext(
            "%(place)s: %(count)s sister-city partnership, with its date and sources.",
            "%(place)s: %(count)s sister-city partnerships, with their dates and sources.",
            count,
        )
        % values
    )


def timeline(partnership, acts):
    """The acts in order, undated ones last; the establishment stands among them where no act has its date."""
    for act in acts:
        act.partnership = partnership  # for `dates_the_tie`, without a statement
    entries = [
        {"date": act.date, "label": act.get_kind_display(), "act": act, "is_basis": act.dates_the_tie} for act in acts
    ]
    for fact in ("established", "ended"):
        date = getattr(partnership, fact)
        if date and not any(act.date == date and (act.kind in ("signing", "end") or act.is_basis) for act in acts):
            label = pgettext("act", "Established") if fact == "established" else pgettext("act", "Ended")
            entries.append({"date": date, "label": label, "act": None})
    return sorted(entries, key=lambda entry: entry["date"] or "9999")


def facts(partnership, claims):
    """The claims by fact: which is preferred, whether they are contested."""
    contested = set(contested_facts(claims, partnership.contestable))
    order = {name: index for index, name in enumerate(FACT_ORDER)}
    standing = {"preferred": 0, "accepted": 1, "rejected": 2}
    grouped = {}
    for claim in sorted(claims, key=lambda claim: (order[claim.fact], standing[claim.standing], claim.pk)):
        grouped.setdefault(claim.fact, []).append(claim)
    return [
        {"name": name, "label": found[0].get_fact_display(), "claims": found, "contested": name in contested}
        for name, found in grouped.items()
    ]


def name_order():
    """The columns by which places stand in the order of the active language."""
    return ("sort_key_ja", "pk") if content_language() == "ja" else ("sort_key", "pk")


def sources(claims, acts):
    """Each source once, in the order in which the claims and acts name it."""
    named = [claim.source for claim in claims] + [act.source for act in acts if act.source]
    return list({source.pk: source for source in named}.values())


def published_successions(place, end):
    """The successions of a place whose other end ("successor" or "predecessor") has a page, in the order of their dates."""
    rows = place.successions if end == "successor" else place.predecessions
    rows = rows.filter(**{f"{end}__publication": Publication.PUBLISHED})
    return list(rows.select_related(f"{end}__region", f"{end}__country", "source"))


def inherited(place):
    """The parties by which a place holds what another body signed, the oldest ties first, with all that names them."""
    held = place.party_set.filter(signed_as__isnull=False, partnership__publication=Publication.PUBLISHED)
    held = held.select_related("signed_as", "partnership").prefetch_related("partnership__parties__place")
    return list(held.order_by("partnership__established_order", "partnership"))


def find_place(path):
    """The place with this address, else the one that had it once; None for drafts, and where there never was one."""
    places = Place.objects.with_parents().exclude(publication__in=("draft", "review"))
    place = places.filter(path=path).first()
    if place is None and not Place.objects.filter(path=path).exists():
        place = places.filter(pk__in=OldAddress.objects.filter(path=path).values("place")).first()
    return place


class PlacePage(StoredPageMixin, View):
    """One place of any level, today or (`?on=1990-01-01`) as it was; the address of a former one leads to what continues it."""

    parameters = ("on",)

    templates = {
        Level.COUNTRY: "places/country.html",
        Level.REGION: "places/region.html",
        Level.MUNICIPALITY: "places/municipality.html",
    }

    def get(self, request, path):
        if "\0" in path:  # PostgreSQL takes no NUL
            raise Http404
        found = place = find_place(path.lower())
        if place is None:
            raise Http404
        if place.merged_into_id:
            place = Place.objects.with_parents().get(pk=place.merged_into_id)
        if place.publication != Publication.PUBLISHED:
            return page(request, "410.html", status=410)
        days = [day for day in request.GET.getlist("on") if day.strip()] if "on" in self.parameters else []
        if days:
            return self.as_of(place, days)
        after = continued_by(place)
        if after or request.path != self.address(place):
            return lead_on(self.address(after or place), lasting=not after and place.pk == found.pk)
        return page(request, self.templates[place.level], self.context(place))

    def as_of(self, place, days):
        """The place as it was on a day; what is no day is said in words."""
        today = continued_by(place) or place
        context = {
            "place": place,
            "today_url": self.address(today),
            "on": days[0][:60],
            "data_changed_at": self.version[1],
        }
        if self.request.path != self.address(place):
            return lead_on(f"{self.address(place)}?{urlencode({'on': days[0]})}", lasting=False)
        try:
            then = AsOf(place, parse_day(days, place))
        except NotADay as error:
            return page(self.request, "places/no_day.html", {**context, "words": str(error)}, status=400)
        return page(self.request, "places/as_of.html", {**context, **self.context_then(place, then)})

    def context_then(self, place, then):
        then.rename()
        day = PartialDate(then.day.isoformat()) if then.day else place.abolished
        successors = published_successions(place, "successor")
        return {
            "day": day,
            "query": f"?on={then.day.isoformat()}" if then.day else "?on=last",
            "then": then,
            "found": then.ties(),
            "came_before": then.beginnings,
            "successors": successors,
            "sources": sources(place.citations.select_related("source"), []),
        }

    def address(self, place):
        return place.get_absolute_url()

    def context(self, place):
        context = {**self.common(place), **getattr(self, place.level)(place)}
        count = context["count"] if "count" in context else len(context["ties"])
        return {**context, "description": describe_place(place, count)}

    def common(self, place):
        ties = Partnership.objects.public().at(place).order_by("established_order", "pk")
        ids = list(ties.values_list("pk", flat=True)[: SHOWN_TIES + 1])
        rows = tie_rows(ids[:SHOWN_TIES])
        claims = list(place.citations.select_related("source"))
        identifiers = list(place.identifiers.all())
        return {
            "place": place,
            "ties": rows,
            "more_ties": len(ids) > SHOWN_TIES,
            "ties_url": self.ties_url(place),
            "ties_query": self.ties_url(place).partition("?")[2],
            "names": list(place.names.all()),
            "identifiers": identifiers,
            "claims": claims,
            "sources": sources(claims, []),
            "successors": published_successions(place, "successor"),
            "predecessors": published_successions(place, "predecessor"),
            "panels": panels_of(place),
            "arcs": arcs([tie.parties for tie in rows] or [[place]]),
            "linked_data": linked_data.of_place(place, identifiers, self.version[1]),
            "data_changed_at": self.version[1],
        }

    def ties_url(self, place):
        if place.level == Level.MUNICIPALITY:
            return partnerships_url(place=place.pk)
        name = (
            "country" if place.level == Level.COUNTRY else ("prefecture" if place.path.startswith("jp/") else "state")
        )
        return partnerships_url(**{name: place.code})

    @cached_property
    def counts(self):
        """Region or country code -> number of public ties, from the facet index of the list: no statement once it is built."""
        listing = PartnershipList()
        listing.version = self.version
        index = listing.index()
        found = {}
        for name in ("prefecture", "state", "country"):
            found |= index.counts(name, {})
        return found

    def country(self, place):
        inside = [
            region
            for region in regions(version_stamp(self.version)).values()
            if region.path.startswith(f"{place.path}/")
        ]
        listed = [{"region": region, "count": self.counts.get(region.code, 0)} for region in inside]
        areas = [
            {"name": label, "slug": value, "regions": [item for item in listed if item["region"].area == value]}
            for value, label in Area.choices
        ]
        for area in areas:
            area["regions"].sort(key=lambda item: item["region"].code)
        return {
            "count": self.counts.get(place.code, 0),
            "regions": listed,
            "areas": [area for area in areas if area["regions"]],
            "country_map": self.country_map(place),
        }

    def country_map(self, place):
        base = reverse("places")
        directory = regions(version_stamp(self.version))
        return atlas.country_map(place, self.counts, directory, lambda region: f"{base}{region.path}/")

    def region(self, place):
        municipalities = Place.objects.public().filter(region=place).tied().order_by(*name_order())
        rows = place_rows(list(municipalities.values_list("pk", flat=True)))
        return {
            "count": self.counts.get(place.code, 0),
            "municipalities": rows,
            "region_map": atlas.region_map(place, rows),
        }

    def municipality(self, place):
        near = Place.objects.public().filter(level=Level.MUNICIPALITY).exclude(pk=place.pk).tied()
        near = near.filter(region=place.region_id) if place.region_id else near.filter(country=place.country_id)
        ids = near.order_by(*name_order()).values_list("pk", flat=True)[: SHOWN_NEIGHBOURS + 1]
        signed = Partnership.objects.public().filter(pk__in=Party.objects.filter(signed_as=place).values("partnership"))
        return {
            "neighbours": place_rows(list(ids)[:SHOWN_NEIGHBOURS]),
            "more_neighbours": len(ids) > SHOWN_NEIGHBOURS,
            "inherited": inherited(place),
            "signed_ties": tie_rows(list(signed.order_by("established_order", "pk").values_list("pk", flat=True))),
        }
