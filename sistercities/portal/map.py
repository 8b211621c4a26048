"""`/map/`: the list of partnerships on a sheet of the atlas, by the very filters of the list.

`view` chooses the sheet; without it a single prefecture or state that is asked for has its own, anything else is shown on the map
of the world, drawn as near as its dots allow. Beside the map stand the same ties as rows, so that nothing is on the map alone.
"""

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnerships import atlas
from partnerships.directory import regions
from partnerships.filtersets import PartnershipFilterSet
from partnerships.listings import PartnershipList
from sistercities.core import sheets
from sistercities.core.jinja import render
from sistercities.core.pages import page

from . import map_drawing as drawing
from .map_ties import ties

VIEWS = {"world": _("World"), "japan": _("Japan"), "us": _("United States"), "canada": _("Canada")}
#: How much nearer than whole the map of the world may be drawn; the stylesheet has a class for each.
ZOOMS = (1, 1.25, 1.5, 2, 2.5, 3)
ROWS = 25
#: The filter that asks for a region, by what it is.
PLACE_FILTERS = {"prefecture": "prefecture", "region": "state", "country": "country"}
#: So many lines are drawn more and more faintly; among many, only places with some ties have their names.
SOME_LINES, MANY_LINES = 25, 150
WORTH_A_NAME = 4


def kind(region):
    return "prefecture" if region.is_prefecture else region.level


class MapFilterSet(PartnershipFilterSet):
    """The filters of the list, and which map. There are no pages: the list itself is one link away."""

    def form_fields(self):
        fields = super().form_fields() | {
            "view": forms.ChoiceField(label=_("Map"), choices=list(VIEWS.items()), required=False)
        }
        del fields["page"]
        return fields


class MapPage(PartnershipList):
    title = _("Map")
    filterset_class = MapFilterSet
    template_name = "map.html"
    extra_parameters = ("sort", "view")

    def get(self, request):
        if self.cleaned is None:
            return page(request, self.template_name, self.error_context(self.filterset.form.errors))
        selection = self.select(0, ROWS)
        return page(request, self.template_name, self.page_context(selection, 1, 1))

    def page_context(self, selection, number, pages):
        """As of the list; the title names the map that was chosen, so that several of them can be told apart."""
        context = super().page_context(selection, number, pages)
        if view := self.cleaned.get("view"):
            context["heading_with_page"] = f"{context['heading']} · {VIEWS[view]}"
        return context

    def heading(self, selection, chips):
        where = self.where(chips)
        values = {"count": f"{selection.total:,}", "where": where}
        if where:
            words = ngettext(
                "Map of %(count)s partnership in %(where)s",
                "Map of %(count)s partnerships in %(where)s",
                selection.total,
            )
        else:
            words = ngettext("Map of %(count)s partnership", "Map of %(count)s partnerships", selection.total)
        return words % values

    def notes(self, selection):
        context = super().notes(selection)
        if selection.total:
            context |= self.map_context(selection)
        return {**context, "list_url": self.list_url(), "rows_shown": min(ROWS, selection.total)}

    def list_url(self):
        """The list of the same ties."""
        return reverse("partnerships") + self.url(view=None).removeprefix(self.request.path)

    def file_query(self):
        return self.url(view=None).partition("?")[2]

    # Which sheet ---------------------------------------------------------------------------------------------------------

    @cached_property
    def asked_region(self):
        """The code of the one prefecture or state that is asked for, if it has an outline; else ""."""
        asked = [code for name in ("prefecture", "state") for code in self.cleaned.get(name) or ()]
        return asked[0] if len(asked) == 1 and sheets.sheet(asked[0]) else ""

    @cached_property
    def sheet(self):
        return sheets.sheet(self.cleaned.get("view") or self.asked_region or "world")

    def views(self):
        """The maps of the same ties: `{"label", "url", "current"}`."""
        region = self.asked_region
        found = []
        if region:
            name = regions(self.stamp)[region].name
            found.append({"label": name, "url": self.url(view=None), "current": self.sheet.key == region})
        for key, label in VIEWS.items():
            named = key if key != "world" or region else None
            found.append({"label": label, "url": self.url(view=named), "current": self.sheet.key == key})
        return found

    # What is drawn -------------------------------------------------------------------------------------------------------

    @cached_property
    def other_filters(self):
        """What the query asks besides places, as the beginning of a query: a busy map has hundreds of addresses."""
        return self.url(**dict.fromkeys((*PLACE_FILTERS.values(), "view"))).partition("?")[2]

    def regions_url(self, *chosen):
        """The map of one or two regions under the other filters. The sheet follows from the filters."""
        asked = sorted({f"{PLACE_FILTERS[kind(region)]}={region.code}" for region in chosen})
        return f"{self.request.path}?{'&'.join(filter(None, [self.other_filters, *asked]))}"

    def map_context(self, selection):
        index, directory = self.index(), regions(self.stamp)
        known = ties(self.stamp)
        chosen = [known[pk] for pk in sorted(index.ids_of(selection.bitmap)) if pk in known]
        picture = drawing.picture(chosen, self.sheet, stamp=self.stamp, regions_url=self.regions_url)
        counts = {
            code: (index.having(name, [code]) & selection.bitmap).bit_count()
            for name in ("prefecture", "state")
            for code in index.values(name)
        }
        drawn = sheets.outlines("country").keys()
        steps = atlas.classes(count for code, count in counts.items() if code in drawn)
        view, zoom = self.part(picture)
        panels = [self.panel_context(picture, panel, counts, steps, view, zoom) for panel in self.sheet.panels]
        return {
            "map_html": render(
                "map/sheet.jinja",
                sheet=self.sheet,
                panels=panels,
                zoom=zoom,
                crowd=self.crowd(picture),
                label=gettext("Map"),
                globe=sheets.globe() if self.sheet.key == "world" else "",
            ),
            "views": self.views(),
            "legend": atlas.legend(steps),
            "picture": picture,
            "sheet": self.sheet,
            "region_counts": self.region_counts(counts, directory),
            "map_words": self.words(picture, selection.total),
        }

    def crowd(self, picture):
        lines = len(picture.lines)
        if picture.bundled:
            return "many gathered"
        return "many" if lines > MANY_LINES else "some" if lines > SOME_LINES else "few"

    def part(self, picture):
        """The part of the map of the world that is shown at first, as a view box, and how much nearer it is: 1 is the whole."""
        left, top, width, height = self.sheet.main.box
        if self.sheet.key != "world" or self.cleaned.get("view") or not picture.dots:
            return self.sheet.main.box, 1
        xs, ys = zip(*picture.extent(), strict=True)
        need = 1.06 * max(max(xs) - min(xs), (max(ys) - min(ys)) * width / height)
        zoom = max(step for step in ZOOMS if step == 1 or width / step >= need)
        wide, high = width / zoom, height / zoom
        x = min(max((min(xs) + max(xs) - wide) / 2, left), left + width - wide)
        y = min(max((min(ys) + max(ys) - high) / 2, top), top + height - high)
        return (x, y, wide, high), zoom

    def panel_context(self, picture, panel, counts, steps, view, zoom):
        is_main = panel is self.sheet.main
        shapes = atlas.shapes(self.sheet, panel, counts, steps, regions(self.stamp), self.regions_url)
        drawn = picture.panel(panel)
        box = view if is_main else panel.box
        return {
            "panel": panel,
            "is_main": is_main,
            "view": " ".join(f"{value:g}" for value in box),
            "land": atlas.land(panel, {shape["code"] for shape in shapes}),
            "shapes": shapes,
            "names": self.names(picture, panel, counts, shapes, box, zoom, drawn["dots"]),
            **drawn,
        }

    def names(self, picture, panel, counts, shapes, box, zoom, dots):
        """On the map of a country the regions have their names, with the number in words; on the others the places."""
        if self.sheet.kind == "country":
            drawn = [shape["code"] for shape in shapes]
            return atlas.region_labels(panel, drawn, counts, regions(self.stamp))
        if len(picture.lines) > MANY_LINES:
            dots = [dot for dot in dots if dot.count >= WORTH_A_NAME]
        return atlas.labels(dots, box, zoom)

    def region_counts(self, counts, directory):
        """Prefectures and states with their numbers, most first: what the shading says, as lists."""
        groups = {"prefecture": [], "state": []}
        for code, region in directory.items():
            if counts.get(code) and region.level == "region":
                name = "prefecture" if region.is_prefecture else "state"
                groups[name].append({"region": region, "count": counts[code], "url": self.regions_url(region)})
        titles = {"prefecture": gettext("By prefecture"), "state": gettext("By state or province")}
        return [
            {"title": titles[name], "regions": sorted(listed, key=lambda item: -item["count"])}
            for name, listed in groups.items()
            if listed
        ]

    def words(self, picture, total):
        """What the map shows and what it leaves out, in sentences."""
        sentences = [self.rule(picture, total)]
        if picture.elsewhere:
            values = {"number": picture.elsewhere}
            sentences.append(
                (
                    ngettext(
                        "%(number)s partner region lies beyond this map; lines to it lead off the edge.",
                        "%(number)s partner regions lie beyond this map; lines to them lead off the edge.",
                        picture.elsewhere,
                    )
                    if picture.bundled
                    else ngettext(
                        "%(number)s place lies beyond this map; lines to it lead off the edge.",
                        "%(number)s places lie beyond this map; lines to them lead off the edge.",
                        picture.elsewhere,
                    )
                )
                % values
            )
        return sentences

    def rule(self, picture, total):
        if not picture.bundled:
            return gettext(
                "Each line is a partnership, by the shortest way; each dot is a place, larger with more partnerships."
            )
        values = {
            "most": drawing.MOST_LINES,
            "drawn": drawing.MOST_BUNDLES,
            "lines": f"{len(picture.lines):,}",
            "bundles": f"{picture.bundles:,}",
            "held": f"{picture.held:,}",
            "total": f"{total:,}",
        }
        if picture.bundles <= drawing.MOST_BUNDLES:
            return (
                gettext(
                    "More than %(most)s partnerships are gathered: a dot is a prefecture, state or country, a line stands for all "
                    "partnerships between two of them, wider with more. Narrow the filters to see each one."
                )
                % values
            )
        return (
            gettext(
                "More than %(most)s partnerships are gathered: a dot is a prefecture, state or country, a line stands for all "
                "partnerships between two of them, wider with more. Of %(bundles)s such lines the %(drawn)s strongest are drawn, "
                "with %(held)s of %(total)s partnerships. Narrow the filters to see each one."
            )
            % values
        )
