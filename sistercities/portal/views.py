"""Pages that mix the apps: home, about, search; and what machines ask for."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import get_language_from_request, override
from django.views import View
from django.views.decorators.http import require_safe

from events.listings import NEXT_FIRST, next_first
from events.models import Event
from partnerships.anniversaries import coming, count_in
from partnerships.directory import regions
from partnerships.listings import PartnershipList
from partnerships.mapping import arcs
from partnerships.models import Area, Partnership, PartnershipCitation, Party, Place
from partnerships.rows import place_rows, tie_rows
from sistercities.core.datasets import datasets
from sistercities.core.pages import StoredPageMixin, page, version_stamp

from .changes import latest

#: Of the round anniversaries of so many months the next ones are shown; the page of each year has all.
MONTHS, SHOWN_ANNIVERSARIES = 24, 9
SHOWN_PLACES = 30
SHOWN_TIES = 25
SHOWN_EVENTS, SHOWN_CHANGES = 3, 5
SHOWN_OTHERS = 8


@require_safe
def choose_language(request):
    """`/` leads once to the reader's language; an address with a language is never redirected."""
    with override(get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("home"))
    patch_vary_headers(response, ["Accept-Language"])
    patch_cache_control(response, max_age=0, private=True)
    return response


class CountsMixin:
    """Counts of public ties from the facet index of their list: no statement once it is built."""

    @cached_property
    def index(self):
        listing = PartnershipList()
        listing.version = self.version
        return listing.index()

    def count(self, **selected):
        return self.index.matching(selected).bit_count()

    def region_counts(self, name):
        counts = self.index.counts(name, {})
        return [
            {"region": region, "count": counts[code]}
            for code, region in regions(version_stamp(self.version)).items()
            if code in counts
        ]


class HomePage(CountsMixin, StoredPageMixin, View):
    """Who is tied to whom: search, the map, three figures, the next anniversaries, ways in by prefecture and state."""

    def get(self, request):
        return page(request, "home.html", self.context())

    def context(self):
        prefectures = sorted(self.region_counts("prefecture"), key=lambda item: item["region"].code)
        states = self.region_counts("state")
        ids = list(Partnership.objects.public().order_by("pk").values_list("pk", flat=True))
        return {
            "count": self.count(),
            "count_us": self.count(country=["US"]),
            "places_count": len(self.index.values("place")),
            "areas": [
                {"name": label, "regions": [item for item in prefectures if item["region"].area == value]}
                for value, label in Area.choices
            ],
            "states": [item for item in states if item["region"].path.startswith("us/")],
            "provinces": [item for item in states if item["region"].path.startswith("ca/")],
            "countries": [item for item in self.region_counts("country") if item["region"].code != "JP"],
            "arcs": arcs([tie.parties for tie in tie_rows(ids)], whole=True),
            "anniversaries": self.anniversaries(),
            "months": MONTHS,
            "anniversary_years": self.anniversary_years(),
            "events": self.events(),
            "changes": self.changes(),
            "data_changed_at": self.version[1],
        }

    def anniversaries(self):
        """The next round anniversaries."""
        found = coming(timezone.localdate(), MONTHS)[:SHOWN_ANNIVERSARIES]
        rows = {tie.pk: tie for tie in tie_rows([item.tie.pk for item in found])}
        return [{"tie": rows[item.tie.pk], "anniversary": item} for item in found]

    def events(self):
        """The next events; where none is coming, the latest."""
        known = next_first(Event.objects.public(), timezone.localdate()).with_place()
        return list(known.order_by(*NEXT_FIRST)[:SHOWN_EVENTS])

    def changes(self):
        """The latest changes of partnerships, by the definition of the page of all changes."""
        entries, _following = latest(self.version, dataset="partnerships", enough=SHOWN_CHANGES)
        return entries[:SHOWN_CHANGES]

    def anniversary_years(self):
        """The years that the coming months touch, with the number of all their anniversaries."""
        today = timezone.localdate()
        years = range(today.year, today.year + MONTHS // 12 + 1)
        return [{"year": year, "count": count_in(self.index, year)} for year in years]


class AboutPage(CountsMixin, StoredPageMixin, View):
    """What this is, how far it reaches, on what it rests: every number is counted when the page is made."""

    def get(self, request):
        public = Partnership.objects.public()
        context = {
            "count": self.count(),
            "count_us": self.count(country=["US"]),
            "count_ca": self.count(country=["CA"]),
            "dated": public.exclude(established="").count(),
            "contested": self.count(contested=["1"]),
            "in_review": Partnership.objects.filter(publication="review").count(),
            "citations": PartnershipCitation.objects.filter(partnership__publication="published").count(),
            "places": Place.objects.public().count(),
            "datasets": datasets(),
            "data_changed_at": self.version[1],
        }
        return page(request, "about.html", context)


class SearchPage(StoredPageMixin, View):
    """Places first, those that are called exactly so before the others; then ties. Former names lead to the successor."""

    parameters = ("q",)

    def get(self, request):
        text = request.GET.get("q", "").replace("\0", " ").strip()[:200]  # PostgreSQL takes no NUL
        return page(
            request,
            "search.html",
            {"query_text": text, "data_changed_at": self.version[1], **(self.found(text) if text else {})},
        )

    def found(self, text):
        places = Place.objects.public().search(text).exact_first(text).order_by("closeness", "level", "sort_key", "pk")
        matches = list(places.values_list("pk", "closeness")[: SHOWN_PLACES + 1])
        rows = place_rows([pk for pk, _closeness in matches[:SHOWN_PLACES]])
        exact = {pk for pk, closeness in matches if closeness == 0}
        self.add_successors(rows)
        ties = Partnership.objects.public().search(text).order_by("established_order", "pk")
        ids = list(ties.values_list("pk", flat=True))
        return {
            "others": self.other_datasets(text),
            "exact_places": [place for place in rows if place.pk in exact],
            "other_places": [place for place in rows if place.pk not in exact],
            "more_places": len(matches) > SHOWN_PLACES,
            "ties": tie_rows(ids[:SHOWN_TIES]),
            "ties_count": len(ids),
        }

    def other_datasets(self, text):
        """The records of every other dataset that the text finds, as tables: a dataset that is new is searched too."""
        found = []
        for dataset in datasets():
            if dataset.key in ("places", "partnerships"):
                continue
            listing = dataset.view()
            listing.version, listing.cleaned = self.version, {}  # no filter: the order of the whole list
            ids = list(listing.text_ids(text)[: SHOWN_OTHERS + 1])
            if ids:
                records = listing.records(ids[:SHOWN_OTHERS])
                more = len(ids) > SHOWN_OTHERS
                found.append({"key": dataset.key, "title": listing.title, "records": records, "more": more})
        return found

    def add_successors(self, rows):
        """Give each place that ended the places that followed it, or that hold today the ties which it signed."""
        former = {place.pk: place for place in rows}
        successions = Place.objects.public().filter(predecessions__predecessor__in=former)
        signed = Party.objects.filter(signed_as__in=former, partnership__publication="published")
        found = [
            *successions.values_list("predecessions__predecessor", "pk"),
            *signed.order_by("pk").values_list("signed_as", "place"),
        ]
        found = list(dict.fromkeys(found))
        following = {place.pk: place for place in place_rows([pk for _former, pk in found])} if found else {}
        for place in rows:
            place.extra["successors"] = []
        for pk, successor in found:
            if pk in former and successor in following:
                former[pk].extra["successors"].append(following[successor])


@require_safe
def favicon(request):
    """Browsers ask for this address on pages that name no icon of their own (the admin, plain text)."""
    return HttpResponseRedirect(static("favicon.svg"))


def _text(lines):
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def robots(request):
    """Everything public may be read; searches, forms and the admin are no pages to index."""
    return _text(
        [
            "User-agent: *",
            "Disallow: /admin/",
            "Disallow: /en/search/",
            "Disallow: /ja/search/",
            "Disallow: /en/suggest/",
            "Disallow: /ja/suggest/",
            f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        ]
    )


@require_safe
def security(request):
    """RFC 9116. The address of the people who run this portal comes from the environment; without one the policy stands alone."""
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    return _text(
        [
            f"Contact: {settings.SECURITY_CONTACT or settings.SITE_URL + reverse('about')}",
            f"Expires: {expires.isoformat()}",
            "Preferred-Languages: en, ja",
            f"Canonical: {settings.SITE_URL}{reverse('security')}",
        ]
    )
