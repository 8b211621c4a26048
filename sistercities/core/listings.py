"""One list, one definition, many forms: page, CSV, JSON, GeoJSON, XLSX.

    query string -> filterset -> queryset -> ids -> records -> page | lines of a file

A list names its filterset, facets, columns and sorts; everything else is here. The ids of a page are fetched first (from the
named index of the sort), then the records of these ids: a join with ORDER BY collapses at 100,000 rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.views import View

from . import formats
from .facets import FacetIndex, Memo
from .jinja import render, render_rows
from .pages import StoredPageMixin, canonical_query, digest, page, version_stamp
from .prepared import fetch

#: Up to so many records of a selection are ordered by their ids; of more, the order is read until the page is full.
FEW = 500

#: Rows kept as HTML per process, list and language: about 15 MB.
MOST_ROWS = 20_000

_indexes = Memo()
_rows = Memo()


@dataclass(frozen=True)
class Column:
    """A published column: its name in files, the value of one line, and what it means (the data dictionary).

    `is_text` cells are made inert in spreadsheets; `per_line` columns differ between the lines of one record and stand in the
    JSON as a list.
    """

    name: str
    value: Callable[[Any], Any]
    help: Any
    is_text: bool = True
    per_line: bool = False


@dataclass(frozen=True)
class Sort:
    """An order of a list: its label and the columns it orders by, which end with the id and which a named index holds."""

    label: Any
    order: tuple
    order_ja: tuple = ()

    def columns(self):
        return self.order_ja if self.order_ja and get_language() == "ja" else self.order


def in_order(queryset, ids):
    """The records of these ids in their order; an id that the queryset does not hold is left out."""
    found = queryset.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


@dataclass
class Selection:
    """What a query string selects: how many records, which of them on this page, and under which facets."""

    total: int
    ids: list
    bitmap: int
    base: int
    selected: dict


class ListingView(StoredPageMixin, View):
    """A list as a page. `DataView` answers with the same rows as a file."""

    dataset = ""
    title = ""
    model = None
    filterset_class = None
    facets = ()
    columns = ()
    sorts = {}
    default_sort = ""
    page_size = 25
    template_name = "listing.html"
    extra_parameters = ("sort", "page")

    # What a list defines -------------------------------------------------------------------------------------------------

    def get_queryset(self):
        return self.model.objects.public()

    def facet_rows(self):
        """`(id, {facet: values})` of every public record, in as few statements as possible."""
        raise NotImplementedError

    def facet_options(self, index):
        """Facet name -> `(value, label)` pairs in the order in which they are shown, in the active language."""
        return {facet.name: facet.choices.choices for facet in self.facets if facet.shown and facet.choices}

    def records(self, ids):
        """Light records of these ids, in their order, in a constant number of statements."""
        raise NotImplementedError

    def export_records(self, ids):
        """Like `records`, with what only files hold."""
        return self.records(ids)

    def lines(self, record):
        """The lines of a spreadsheet that a record takes: one, unless the list says otherwise."""
        return [record]

    def parts(self, record):
        """What the lines of a record hold, as lists for the JSON."""
        return {}

    def geometry(self, record):
        """The GeoJSON geometry of a record, or None."""
        return

    def heading(self, selection, chips):
        return self.title

    # What the query string means -----------------------------------------------------------------------------------------

    @cached_property
    def stamp(self):
        """The state of the data under which facets, rows and filters are kept. A list that moves with the clock adds the date."""
        return version_stamp(self.version)

    @cached_property
    def parameters(self):
        return (*self.filterset_class.base_filters, *self.extra_parameters)

    def index(self):
        """The facet index of this list at the current data version, built once per process."""
        return _indexes.get(self.dataset, self.stamp, lambda: FacetIndex(self.facets, self.facet_rows()))

    def selected_facets(self, cleaned):
        """The facets that the parameters select, name -> values. A list adds what it asks in another way (years, a place)."""
        return {facet.name: cleaned.get(facet.name) or [] for facet in self.facets if facet.shown}

    @cached_property
    def filterset(self):
        sorts = {name: sort.label for name, sort in self.sorts.items()}
        options = self.facet_options(self.index())
        return self.filterset_class(self.request.GET, self.get_queryset(), options=options, sorts=sorts)

    @cached_property
    def cleaned(self):
        """The parameters, checked; without any, the form need not be built at all."""
        if not canonical_query(self.request, self.parameters):
            return {}
        return self.filterset.form.cleaned_data if self.filterset.is_valid() else None

    def order(self):
        name = (self.cleaned or {}).get("sort") or self.default_sort
        return self.sorts[name].columns()

    def select(self, start=0, stop=None):
        """The selection of the current parameters with the ids from `start` to `stop`: one statement, whatever was asked.

        The facets decide which records; the database, through the named index of the sort, in which order.
        """
        index, cleaned = self.index(), self.cleaned
        selected = self.selected_facets(cleaned)
        found = list(self.text_ids(cleaned["q"])) if cleaned.get("q") else None
        base = index.everything if found is None else index.of_ids(found)
        bitmap = index.matching(selected, base)
        total = bitmap.bit_count()
        if found is not None:
            ids = list(islice(filter(index.picker(bitmap), found), start, stop))
        elif bitmap == index.everything:
            ids = self.ids_in_order(start, stop)
        elif total <= FEW:
            few = self.get_queryset().filter(pk__in=index.ids_of(bitmap)).order_by(*self.order())
            ids = list(few.values_list("pk", flat=True)[start:stop])
        else:
            ids = list(islice(filter(index.picker(bitmap), self.walk()), start, stop))
        return Selection(total, ids, bitmap, base, selected)

    def ids_in_order(self, start, stop):
        """The ids of a page of the whole list, from the named index of the sort."""

        def build(_ids):
            return self.get_queryset().order_by(*self.order()).values_list("pk")[start:stop]

        return [pk for (pk,) in fetch((self.dataset, self.order(), start, stop), build)]

    def walk(self):
        """All ids in order, read from the index of the sort only as far as somebody asks."""
        return self.get_queryset().order_by(*self.order()).values_list("pk", flat=True).iterator(chunk_size=500)

    def text_ids(self, text):
        """The ids of the records that a text finds, in order."""
        return self.get_queryset().search(text).order_by(*self.order()).values_list("pk", flat=True)

    # The page ------------------------------------------------------------------------------------------------------------

    def get(self, request):
        if self.cleaned is None:
            return page(request, self.template_name, self.error_context(self.filterset.form.errors))
        number = self.cleaned.get("page") or 1
        selection = self.select((number - 1) * self.page_size, number * self.page_size)
        pages = max(1, -(-selection.total // self.page_size))
        if number > pages:
            message = gettext("There is no page %(page)s: this list has %(pages)s.") % {"page": number, "pages": pages}
            return page(request, self.template_name, self.error_context({"page": [message]}))
        return page(request, self.template_name, self.page_context(selection, number, pages))

    def page_context(self, selection, number, pages):
        chips = self.chips(selection)
        heading = self.heading(selection, chips)
        named = {"heading": heading, "page": number, "pages": pages}
        return {
            "dataset": self.dataset,
            "data_changed_at": self.version[1],
            "heading": heading,
            "heading_with_page": gettext("%(heading)s, page %(page)s of %(pages)s") % named if pages > 1 else heading,
            "count": selection.total,
            "table_html": self.table_html(selection),
            "pagination_html": self.pagination_html(number, pages) if pages > 1 else "",
            "chips": chips,
            "clear_url": self.request.path,
            "applied": len(chips),
            **self.kept_html(selection),
            **self.notes(selection),
        }

    def table_html(self, selection):
        return render(f"{self.dataset}/table.jinja", rows=self.rows(selection.ids))

    def rows(self, ids):
        """The rows of these ids as ready HTML; like the facets they are kept under the data version, and made when missing."""
        kept = _rows.get((self.dataset, get_language()), self.stamp, dict)
        missing = [pk for pk in ids if pk not in kept]
        if missing:
            if len(kept) > MOST_ROWS:
                kept.clear()
                missing = ids
            records = self.records(missing)
            kept.update(zip((record.pk for record in records), render_rows(self.dataset, records), strict=True))
        return [kept[pk] for pk in ids if pk in kept]

    def error_context(self, errors):
        """A page that says in words what is wrong with the address, and shows no rows."""
        labels = {name: field.label or name for name, field in self.filterset.form.fields.items()}
        listed = [
            {"name": name, "label": labels.get(name, name), "messages": list(found)} for name, found in errors.items()
        ]
        return {"dataset": self.dataset, "heading": self.title, "errors": listed, "clear_url": self.request.path}

    def notes(self, selection):
        """More of the context, e.g. what a filter hides."""
        return {}

    def url(self, **changes):
        """The address of this list with parameters changed (None removes one); page 1 unless `page` is given."""
        if not self.request.canonical_query:
            pairs = sorted((name, value) for name, value in changes.items() if value)
            return f"{self.request.path}?{urlencode(pairs, doseq=True)}" if pairs else self.request.path
        pairs = []
        for name in sorted(self.parameters):
            values = changes.get(name, self.request.GET.getlist(name) if name != "page" else None)
            pairs += [(name, value) for value in (values if isinstance(values, list) else [values]) if value]
        return f"{self.request.path}?{urlencode(pairs)}" if pairs else self.request.path

    def file_query(self):
        """The parameters under which a file holds the rows of this page."""
        return self.url().partition("?")[2]

    def downloads(self):
        """The same rows in order as files; `cp932_url` is the CSV for older Japanese programs."""
        suffix = f"?{query}" if (query := self.file_query()) else ""
        files = [
            {"format": label, "type": content_type, "url": f"/data/{self.dataset}.{name}{suffix}"}
            for name, (label, content_type) in formats.LABELS.items()
        ]
        asked = f"encoding=cp932&check=1&lang={get_language()}"
        return [{**files[0], "cp932_url": f"{files[0]['url']}{'&' if query else '?'}{asked}"}, *files[1:]]

    def pagination_html(self, page, pages):
        return render(
            "listing/pagination.jinja",
            links=self.page_links(page, pages),
            previous=self.url(page=page - 1) if page > 1 else "",
            following=self.url(page=page + 1) if page < pages else "",
        )

    def page_links(self, page, pages):
        """Numbers and addresses of the pages to link: the first, the last and those around this one, with the gaps."""
        wanted = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
        links = []
        for number in wanted:
            if links and number - links[-1]["number"] > 1:
                links.append({"url": ""})
            label = gettext("Page %(number)s") % {"number": number}
            links.append({"number": number, "label": label, "url": self.url(page=number), "current": number == page})
        return links

    def chips(self, selection):
        """The applied filters, each with the address of the list without it."""
        chips = []
        for name, value in self.applied():
            label = self.filterset_class.base_filters[name].label
            rest = [other for other in self.given(name) if other != value]
            url = self.url(**{name: rest})
            chips.append({"name": name, "label": label, "value": self.value_label(name, value), "url": url})
        return chips

    def applied(self):
        """The filters of the query, as `(name, value)` pairs, each once."""
        names = self.filterset_class.base_filters if self.cleaned else ()
        return [(name, value) for name in names for value in dict.fromkeys(self.given(name)) if value]

    def given(self, name):
        """The values of a filter that count: of one that takes a single value the last."""
        given = self.request.GET.getlist(name)
        return given if isinstance(self.cleaned[name], list) else given[-1:]

    def value_label(self, name, value):
        options = dict(self.facet_options(self.index()).get(name, ()))
        return capfirst(options[value]) if value in options else value

    def kept_html(self, selection):
        """The parts of the page that only the filters decide, as ready HTML kept per data version, language and query."""
        query = canonical_query(self.request, [name for name in self.parameters if name != "page"])
        key = digest("parts", self.request.path, settings.RELEASE, self.stamp, get_language(), query)
        parts = cache.get(key)
        if parts is None:
            downloads = {"downloads": self.downloads()}
            parts = {
                "facets_html": render_to_string("listing/_facets.html", self.facets_context(selection)),
                "alternates_html": render_to_string("listing/_alternates.html", downloads),
                "downloads_html": render_to_string("listing/_downloads.html", downloads),
            }
            cache.set(key, parts, None)
        return {name: mark_safe(html) for name, html in parts.items()}  # noqa: S308  (our own templates, which escape)

    def facets_context(self, selection):
        index = self.index()
        options = self.facet_options(index)
        return {
            "listing": self,
            "action": self.request.path,
            "values": {name: self.request.GET.get(name, "")[:200] for name in self.parameters},
            "sorts": [
                {
                    "value": name,
                    "label": sort.label,
                    "selected": name == (self.cleaned.get("sort") or self.default_sort),
                }
                for name, sort in self.sorts.items()
            ],
            "facets": [
                shown
                for facet in self.facets
                if facet.shown and (shown := self.facet_context(facet, index, options[facet.name], selection))
            ],
            "years": {"since", "until"} <= self.filterset_class.base_filters.keys(),
            "kept": self.kept_parameters(),
            "applied": len(self.applied()),
        }

    def kept_parameters(self):
        """Applied filters that the form has no field for (a single place): they stay when other filters are changed."""
        fields = {"q", "sort", "page", "since", "until", *(facet.name for facet in self.facets if facet.shown)}
        hidden = [name for name in self.parameters if name not in fields]
        return [(name, value) for name in hidden for value in self.request.GET.getlist(name) if value]

    def facet_context(self, facet, index, options, selection):
        """A facet with its options, most used first; None where it would divide nothing: one value, which all records have."""
        chosen = set(selection.selected[facet.name])
        values = index.values(facet.name)
        if not chosen and len(values) < 2 and index.having(facet.name, values) in (0, index.everything):
            return None
        counts = index.counts(facet.name, selection.selected, selection.base)
        listed = [
            {"value": value, "label": capfirst(label), "count": counts.get(value, 0), "selected": value in chosen}
            for value, label in options
            if value in chosen or (counts.get(value) and index.narrows(facet.name, value))
        ]
        if not listed:
            return None
        order = {value: place for place, (value, _label) in enumerate(options)}
        listed.sort(key=lambda option: (not option["selected"], -option["count"]))
        return {
            "name": facet.name,
            "label": facet.label,
            "options": listed[:8],
            "more": sorted(listed[8:], key=lambda option: order[option["value"]]),
            "total": len(listed),
            "open": bool(chosen),
        }
