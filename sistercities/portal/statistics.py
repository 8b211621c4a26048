"""The directory in numbers: a page of charts over the filters of the list of partnerships, and each chart as a file."""

import csv
import io
from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from partnerships.listings import PartnershipList
from partnerships.statistics import CHARTS
from partnerships.tally import Tally
from sistercities.core.cells import inert
from sistercities.core.data import DataView
from sistercities.core.listings import Selection
from sistercities.core.models import DataVersion
from sistercities.core.pages import digest, is_known, page, version_stamp

from .charts import WIDE, draw


def is_worth_drawing(rows):
    """Whether a chart compares anything: two rows or more, and in a matrix two lines and two columns."""
    return all(len({row.key[place] for row in rows}) > 1 for place in (0, -1))


class StatisticsPage(PartnershipList):
    """Charts of the ties that the list would show for the same parameters: its filters, its facet index, its words."""

    title = _("Statistics")
    template_name = "statistics.html"
    extra_parameters = ()
    sorts = {}

    @cached_property
    def filterset(self):
        """The filters of the list, given the parameters that this page knows: `sort` and `page` say nothing here."""
        data = QueryDict(mutable=True)
        for name in self.parameters:
            if given := self.request.GET.getlist(name):
                data.setlist(name, given)
        return self.filterset_class(data, self.get_queryset(), options=self.facet_options(self.index()), sorts={})

    def select(self):
        """What the parameters select; no ids are read, because only counts are shown."""
        index, selected = self.index(), self.selected_facets(self.cleaned)
        text = self.cleaned.get("q")
        base = index.of_ids(self.get_queryset().search(text).values_list("pk", flat=True)) if text else index.everything
        bitmap = index.matching(selected, base)
        return Selection(bitmap.bit_count(), [], bitmap, base, selected)

    def tally(self, selection):
        return Tally(self, selection, timezone.localdate())

    def get(self, request):
        if self.cleaned is None:
            return page(request, self.template_name, self.error_context(self.filterset.form.errors))
        return page(request, self.template_name, self.page_context(self.select()))

    def page_context(self, selection):
        chips = self.chips(selection)
        query = self.url().partition("?")[2]
        suffix = f"?{query}" if query else ""
        return {
            "heading": self.title,
            "what": self.heading(selection, chips),
            "count": selection.total,
            "data_changed_at": self.version[1],
            "as_of": self.version[1] or timezone.now(),
            "list_url": reverse("partnerships") + suffix,
            "clear_url": self.request.path,
            "chips": chips,
            "sections": self.sections(self.tally(selection), suffix) if selection.total else [],
            **self.facets_context(selection),
            **self.notes(selection),
        }

    def sections(self, tally, suffix):
        """The charts that have something to show, under the heading of their section."""
        drawn = [(chart, rows) for chart in CHARTS if is_worth_drawing(rows := chart.rows(tally))]
        return [
            {"title": title, "charts": [self.chart(chart, rows, tally, suffix) for chart, rows in charts]}
            for title, charts in groupby(drawn, key=lambda item: item[0].section)
        ]

    def chart(self, chart, rows, tally, suffix):
        finding = chart.finding(tally, rows)
        return {
            "slug": chart.slug,
            "title": chart.title,
            "is_wide": chart.form in WIDE,
            "finding": finding,
            "counted": chart.counted,
            "rule": chart.rule,
            "file_url": f"/data/statistics/{chart.slug}.csv{suffix}",
            **draw(chart, rows, tally, finding),
        }


class ChartFile(DataView):
    """`/data/statistics/<chart>.csv?…`: the numbers of a chart with the labels of both languages. Errors are 400 with words."""

    def get(self, request, slug):
        chart = next((chart for chart in CHARTS if chart.slug == slug), None)
        if chart is None:
            raise Http404
        listing = StatisticsPage()
        listing.setup(request)
        listing.version = DataVersion.current()
        today = timezone.localdate()
        etag = f'"{digest(version_stamp(listing.version), settings.RELEASE, today)}"'
        if is_known(request, etag):
            return self._headers(HttpResponse(status=304), etag)
        if listing.cleaned is None:
            return self._headers(JsonResponse({"errors": listing.filterset.form.errors}, status=400), None)
        response = HttpResponse(chart_csv(chart, listing), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="partnerships-{slug}-{today.isoformat()}.csv"'
        return self._headers(response, etag)


def chart_csv(chart, listing):
    """The rows of a chart as CSV (RFC 4180, UTF-8 with a BOM); `query` leads to the ties of a row in any form of the list."""
    selection, labels = listing.select(), {}
    for language in ("ja", "en"):  # the rows stand in the English order
        with override(language):
            rows = chart.rows(listing.tally(selection))
            labels[language] = {row.key: row.label for row in rows}
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*chart.columns, "label_en", "label_ja", "partnerships", "percent", "query"])
    for row in rows:
        percent = round(100 * row.count / selection.total, 1) if selection.total else 0
        names = [inert(labels[language][row.key]) for language in ("en", "ja")]
        writer.writerow([*map(inert, row.key), *names, row.count, percent, row.query])
    return "\ufeff" + file.getvalue()
