"""Anniversaries of a year as a page with the filters of the list of partnerships, and as a calendar to subscribe to."""

from datetime import date
from itertools import groupby

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, ngettext, override
from django.utils.translation import gettext_lazy as _
from django.views import View

from partnerships.anniversaries import anniversaries, dated_ties, established_years
from partnerships.filtersets import PartnershipFilterSet
from partnerships.listings import PartnershipList
from partnerships.models import Partnership, Status
from partnerships.rows import tie_rows
from sistercities.core.calendars import Entry, calendar_response
from sistercities.core.data import DATA_LICENCE_URL
from sistercities.core.dates import PartialDate, display
from sistercities.core.filtersets import FIRST_YEAR, LAST_YEAR, IdFilter, YearFilter
from sistercities.core.formats import chunks
from sistercities.core.listings import Selection, Sort
from sistercities.core.names import content_language
from sistercities.core.pages import StoredPageMixin

#: The calendar holds this year and so many after it.
YEARS_AHEAD = 10
#: Events of a calendar, the nearest first: more would take seconds to write.
MOST_EVENTS = 5000
#: Years beside the one that is shown, with their numbers.
YEARS_BEFORE, YEARS_AFTER = 3, 7

#: The order in which a text finds ties; the page puts them in groups afterwards.
OLDEST_FIRST = ("established_order", "pk")


class AnniversaryFilterSet(PartnershipFilterSet):
    """The filters of the list of partnerships, the year in which the anniversaries fall, and one partnership (for its calendar)."""

    year = YearFilter(label=_("Year"))
    partnership = IdFilter(label=_("Partnership"))


class AnniversaryList(PartnershipList):
    """The partnerships that reach a milestone in a year, in groups. What is asked is asked of the list itself, and counted by its index."""

    dataset = "anniversaries"
    title = _("Anniversaries")
    template_name = "anniversaries.html"
    filterset_class = AnniversaryFilterSet
    sorts = {
        "date": Sort(_("Date of the anniversary"), OLDEST_FIRST),
        "prefecture": Sort(_("Prefecture"), OLDEST_FIRST),
        "state": Sort(_("State or province"), OLDEST_FIRST),
        "years": Sort(_("Years, the most first"), OLDEST_FIRST),
    }
    default_sort = "date"
    page_size = 200

    @cached_property
    def stamp(self):
        """Without a year in the address the page is about this one."""
        return f"{super().stamp} {timezone.localdate()}"

    @cached_property
    def ties(self):
        """The list itself, for what both have in common."""
        listing = PartnershipList()
        listing.version = self.version
        return listing

    def index(self):
        return self.ties.index()

    def facet_options(self, index):
        return self.ties.facet_options(index)

    @property
    def year(self):
        return self.cleaned.get("year") or timezone.localdate().year

    # Which ties, in which order -------------------------------------------------------------------------------------------

    def selected_facets(self, cleaned):
        """Those of the list; `since` and `until` narrow the years of establishment that the year asks for."""
        selected = super().selected_facets(cleaned)
        return {**selected, "year": self.reaching(self.year, selected.get("year"))}

    def reaching(self, year, allowed=None):
        """The years of establishment that reach a milestone in `year`, of those `allowed` (None: all); never empty, which means all."""
        return [other for other in established_years(year) if allowed is None or other in allowed] or [-1]

    def base(self):
        """The records that the text finds and that have not ended."""
        index, text, one = self.index(), self.cleaned.get("q"), self.cleaned.get("partnership")
        found = index.of_ids(self.text_ids(text)) if text else index.everything
        if one:
            found &= index.of_ids([one])
        return found & ~index.having("status", [Status.ENDED])

    def select(self, start=0, stop=None):
        index, base, selected = self.index(), self.base(), self.selected_facets(self.cleaned)
        bitmap = index.matching(selected, base)
        return Selection(bitmap.bit_count(), self.in_groups(bitmap)[start:stop], bitmap, base, selected)

    def in_groups(self, bitmap):
        """The ids by group, then by date; `self.labels` has the group of each."""
        picked = self.index().picker(bitmap)
        ties = [tie for tie in dated_ties(established_years(self.year)) if picked(tie.pk)] if bitmap else []
        self.found = anniversaries(ties, date(self.year, 1, 1), date(self.year, 12, 31))
        group = getattr(self, f"by_{self.cleaned.get('sort') or self.default_sort}")(bitmap)
        self.labels = {item.tie.pk: group(item) for item in self.found}
        return sorted(self.labels, key=lambda pk: self.labels[pk][0])

    # A group is its place in the order and its label. The sort is stable: within a group the anniversaries stand by date.

    def by_date(self, _bitmap):
        def label(item):
            if not item.date.month:
                return 13, gettext("Some time in %(year)s: the sources give the year only") % {"year": self.year}
            return item.date.month, display(PartialDate(item.date[:7]), content_language())

        return label

    def by_years(self, _bitmap):
        def label(item):
            words = ngettext("%(years)s year", "%(years)s years", item.years) % {"years": item.years}
            return -item.years, f"{words}{gettext(': ')}{item.name}" if item.name else words

        return label

    def by_prefecture(self, bitmap):
        return self.by_region("prefecture", bitmap, gettext("Without a prefecture"))

    def by_state(self, bitmap):
        return self.by_region("state", bitmap, gettext("Without a state or province"))

    def by_region(self, facet, bitmap, without):
        """A tie of several regions stands under the first of them."""
        index, found = self.index(), {}
        for place, (code, name) in enumerate(self.facet_options(index)[facet]):
            for pk in index.ids_of(bitmap & index.having(facet, [code])):
                found.setdefault(pk, (place, name))
        return lambda item: found.get(item.tie.pk, (len(found) + 10_000, without))

    # The page --------------------------------------------------------------------------------------------------------------

    def heading(self, selection, chips):
        values = {"count": f"{selection.total:,}", "year": self.year}
        words = ngettext("%(count)s anniversary in %(year)s", "%(count)s anniversaries in %(year)s", selection.total)
        where = self.where(chips)
        return f"{words % values}{gettext(': ')}{where}" if where else words % values

    def applied(self):
        """The year is what the page is about, not one of the filters that are taken off one by one."""
        return [pair for pair in super().applied() if pair[0] != "year"]

    def where(self, chips):
        one = [chip["value"] for chip in chips if chip["name"] == "partnership"]
        return one[0] if one else super().where(chips)

    def value_label(self, name, value):
        if name == "partnership":
            return next((names(tie) for tie in tie_rows([self.cleaned[name]])), value)
        return super().value_label(name, value)

    def table_html(self, selection):
        rows = {tie.pk: tie for tie in tie_rows(selection.ids)}
        items = {item.tie.pk: item for item in self.found}
        groups = [
            {"label": label, "ties": [{"tie": rows[pk], "anniversary": items[pk]} for pk in ids if pk in rows]}
            for (_place, label), ids in groupby(selection.ids, key=self.labels.get)
        ]
        return render_to_string("anniversaries_groups.html", {"groups": groups})

    def notes(self, selection):
        index, selected = self.index(), selection.selected
        undated = index.matching({**selected, "year": [None]}, selection.base).bit_count()
        return {
            "year": self.year,
            "year_links": self.year_links(selection),
            "previous_url": self.url(year=self.year - 1) if self.year > FIRST_YEAR else "",
            "next_url": self.url(year=self.year + 1) if self.year < LAST_YEAR else "",
            "clear_url": self.year_url(),
            "calendar_url": settings.SITE_URL + self.calendar_url(),
            "calendar_years": {"first": timezone.localdate().year, "last": timezone.localdate().year + YEARS_AHEAD},
            "without_day": sum(not item.date.day for item in self.found),
            "undated": 0,  # the words of the list for it speak of another filter
            "without_date": undated,
            "kept": [
                (name, value)
                for name in self.parameters
                if name not in ("year", "page")
                for value in self.request.GET.getlist(name)
                if value
            ],
        }

    def year_links(self, selection):
        """The years around this one, each with the number of its anniversaries under the same filters."""
        allowed = super().selected_facets(self.cleaned).get("year")
        listed = range(max(FIRST_YEAR, self.year - YEARS_BEFORE), min(LAST_YEAR, self.year + YEARS_AFTER) + 1)
        return [
            {
                "year": year,
                "url": self.url(year=year),
                "current": year == self.year,
                "count": self.index()
                .matching({**selection.selected, "year": self.reaching(year, allowed)}, selection.base)
                .bit_count(),
            }
            for year in listed
        ]

    def year_url(self):
        """This year without any filter."""
        given = self.cleaned.get("year")
        return f"{self.request.path}?{urlencode({'year': given})}" if given else self.request.path

    def calendar_url(self, **more):
        """The feed by the same filters, for all its years, in the language of the page."""
        given = [
            (name, value)
            for name in sorted(self.filterset_class.base_filters)
            if name != "year"
            for value in self.request.GET.getlist(name)
            if value
        ]
        return f"{reverse('anniversaries-calendar')}?{urlencode([*given, *more.items(), ('lang', content_language())])}"

    def downloads(self):
        return [{"format": "iCalendar", "type": "text/calendar", "url": self.calendar_url(year=self.year)}]


class AnniversaryCalendar(StoredPageMixin, View):
    """`/calendar/anniversaries.ics?…`: the same filters, this year and the next ten (or the `year` asked for), all-day events.

    An event needs a day, so that a tie whose date is known by its month or year is left out: 1 January would be false. The UID is of
    the tie and the milestone alone; a corrected date moves the event that a calendar has already. `lang` is the language of the words.
    """

    parameters = (*AnniversaryFilterSet.base_filters, "lang")

    def dispatch(self, request, *args, **kwargs):
        self.language = request.GET.get("lang") or get_language()
        if self.language not in dict(settings.LANGUAGES):
            return self.refusal([gettext("lang: this calendar is written in en and ja.")])
        with override(self.language):
            return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        listing = AnniversaryList()
        listing.setup(request)
        listing.version = self.version
        if listing.cleaned is None:
            errors = listing.filterset.form.errors.items()
            return self.refusal([f"{name}: {' '.join(messages)}" for name, messages in errors])
        where = listing.where(listing.chips(None))
        name = gettext("Sister-city anniversaries") + (f"{gettext(': ')}{where}" if where else "")
        return calendar_response(name, entries(listing), filename="anniversaries")

    def refusal(self, lines):
        return HttpResponse("\n".join([*lines, ""]), status=400, content_type="text/plain; charset=utf-8")

    def _headers(self, response, etag):
        response["Content-Disposition"] = 'inline; filename="anniversaries.ics"'
        response["Content-Language"] = self.language
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Link"] = f'<{DATA_LICENCE_URL}>; rel="license"'
        super()._headers(response, etag)
        patch_vary_headers(response, ["Accept-Language"])
        return response


def entries(listing):
    """The events of a selection, in order of time, in a constant number of statements for each thousand ties."""
    this_year = timezone.localdate().year
    given = listing.cleaned.get("year")
    first, last = (given, given) if given else (this_year, min(this_year + YEARS_AHEAD, LAST_YEAR))
    selected = PartnershipList.selected_facets(listing, listing.cleaned)
    picked = listing.index().picker(listing.index().matching(selected, listing.base()))
    years = {year for reached in range(first, last + 1) for year in established_years(reached)}
    ties = [tie for tie in dated_ties(years) if tie.established.day and picked(tie.pk)]
    found = anniversaries(ties, date(first, 1, 1), date(last, 12, 31))[:MOST_EVENTS]
    revisions, rows = {}, {}
    for ids in chunks(list({item.tie.pk for item in found})):
        revisions |= Partnership.objects.filter(pk__in=ids).revisions()
        rows |= {tie.pk: tie for tie in tie_rows(ids)}
    return [entry(item, rows[item.tie.pk], *revisions[item.tie.pk]) for item in found if item.tie.pk in rows]


def names(tie):
    return " – ".join(place.name for place in tie.parties)


def entry(item, tie, created, revised):
    since = display(tie.established, content_language())
    lines = [gettext("%(kind)s, established %(date)s") % {"kind": tie.kind_label, "date": since}]
    lines += [str(item.name)] if item.name else []
    lines += [gettext("The sources of this partnership disagree: see its record.")] if tie.contested else []
    return Entry(
        uid=f"partnership-{tie.pk}-anniversary-{item.years}@sister-city-directory",
        summary=gettext("%(parties)s: %(years)s years") % {"parties": names(tie), "years": item.years},
        start=item.date.earliest,
        revised=revised,
        sequence=max(0, int((revised - created).total_seconds())),
        status="TENTATIVE" if tie.contested else "CONFIRMED",
        description="\n".join([*lines, settings.SITE_URL + tie.url]),
        url=settings.SITE_URL + tie.url,
    )
