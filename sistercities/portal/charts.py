"""Charts as SVG, drawn on the server: rows of numbers in, shapes and words in place out.

Lengths across are percentages and lengths down are pixels, without a viewBox: a chart fills what room there is, and its words keep
the size of the page's type. A drawing is one image to a screen reader (`role="img"` with title and description); the links that lie
over its bars are for the pointer, and the table beside it holds them for everybody else.
"""

from functools import cache

from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext

from partnerships import atlas
from partnerships.statistics import share
from sistercities.core import sheets
from sistercities.core.jinja import render

#: Pixels: the height of a plot, the room above it for the number of the highest bar, and below it for the axis.
HEIGHT, ABOVE, BELOW = 180, 24, 26
#: Of so many columns each bears its number; of more only the highest.
FEW_COLUMNS = 24
#: Pixels from one horizontal bar to the next, and the most bars that are drawn: the table has them all.
PITCH, MOST_BARS = 30, 20
#: Facet -> the sheet of its shaded map, the beginnings of the codes that it shows, and its width. Drawn in no more detail than that.
MAPS = {"prefecture": ("japan", ("JP-",), 400), "state": ("america", ("US-", "CA-"), 400)}
#: The longest bar takes this share of the room beside the names; its number stands after it, with its share or without.
LONGEST, LONGEST_WITH_SHARE = 88, 68


def draw(chart, rows, tally, finding):
    """The picture of a chart and the table of its numbers, as HTML."""
    base = reverse("partnerships")
    links = [f"{base}?{row.query}" if row.count else "" for row in rows]
    template, measure = FORMS[chart.form]
    picture = render(template, chart=chart, finding=finding, **measure(chart, rows, links, tally), **words())
    if chart.form == "matrix":
        return {"picture_html": picture, "table_html": ""}  # the picture is the table
    listed = zip(rows, links, (share(row.count, tally.total) for row in rows), strict=True)
    return {"picture_html": picture, "table_html": render("charts/table.jinja", chart=chart, rows=listed, **words())}


def words():
    """The words of the drawings and tables."""
    return {
        "partnerships": gettext("Partnerships"),
        "share": pgettext("part of a whole", "Share"),
        "see_table": gettext("The table holds every number."),
        "all": pgettext("sum", "all"),
        "map": gettext("Map"),
        "colon": gettext(": "),
    }


def axis(highest):
    """The top of an axis and its gridlines, at steps of 1, 2 or 5 times a power of ten: three to five of them."""
    step = next(factor * 10**power for power in range(12) for factor in (1, 2, 5) if highest <= 4 * factor * 10**power)
    top = max(step, -(-highest // step) * step)
    return top, list(range(step, top + 1, step))


def columns(chart, rows, links, tally):
    """Upright bars side by side, for what has an order of its own; what is not known stands apart at the end, hatched."""
    highest = max(row.count for row in rows)
    top, steps = axis(highest) if len(rows) > FEW_COLUMNS else (highest or 1, [])
    apart = rows[-1].key == ("none",)
    slot = 100 / (len(rows) + (0.5 if apart else 0))
    leaders = sum(row.count == highest for row in rows)
    bars = []
    for place, (row, link) in enumerate(zip(rows, links, strict=True)):
        unknown = row.key == ("none",)
        left = 100 - slot if unknown else place * slot
        tall = round(HEIGHT * row.count / top, 1)
        bars.append(
            {
                "row": row,
                "link": link,
                "slot": percent(left),
                "slot_width": percent(slot),
                "x": percent(left + slot * 0.1),
                "width": percent(slot * 0.8),
                "middle": percent(left + slot / 2),
                "y": round(ABOVE + HEIGHT - tall, 1),
                "height": tall,
                "unknown": unknown,
                "number": len(rows) <= FEW_COLUMNS or (row.count == highest and leaders <= 2),
                "anchor": anchor(left + slot / 2),
            }
        )
    return {"bars": bars, **frame(steps, top)}


def area(chart, rows, links, tally):
    """A line over a filled area, for what only grows; the year by which half of it was there is marked."""
    highest = rows[-1].count
    top, steps = axis(highest)
    slot = 100 / len(rows)
    points = [
        {
            "row": row,
            "link": link,
            "slot": percent(place * slot),
            "slot_width": percent(slot),
            "middle": percent((place + 0.5) * slot),
            "x": round((place + 0.5) * slot, 2),
            "y": round(ABOVE + HEIGHT * (1 - row.count / top), 1),
        }
        for place, (row, link) in enumerate(zip(rows, links, strict=True))
    ]
    return {
        "points": points,
        "line": "M" + "L".join(f"{point['x']} {point['y']}" for point in points),
        "half": next(point for point in points if 2 * point["row"].count >= highest),
        **frame(steps, top),
    }


def frame(steps, top):
    """Gridlines with their numbers, and the measures of the drawing."""
    lines = [{"y": round(ABOVE + HEIGHT * (1 - step / top), 1), "label": f"{step:,}"} for step in steps]
    return {"lines": lines, "height": ABOVE + HEIGHT + BELOW, "floor": ABOVE + HEIGHT, "above": ABOVE, "plot": HEIGHT}


def anchor(across):
    """How a number stands over its bar, so that it does not leave the drawing at its edges."""
    return "start" if across < 4 else "end" if across > 96 else "middle"


def percent(value):
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def bars(chart, rows, links, tally):
    """Bars lying under one another with their names before and their numbers after them."""
    highest = max(row.count for row in rows) or 1
    shares = chart.form == "bars"
    shown = list(zip(rows, links, strict=True))[:MOST_BARS]
    return {
        "bars": [
            {
                "row": row,
                "link": link,
                "y": place * PITCH,
                "width": percent((LONGEST_WITH_SHARE if shares else LONGEST) * row.count / highest),
                "number": f"{row.count:,} ({share(row.count, tally.total)})" if shares else f"{row.count:,}",
            }
            for place, (row, link) in enumerate(shown)
        ],
        "height": len(shown) * PITCH,
        "pitch": PITCH,
    }


def places(chart, rows, links, tally):
    """Ranked bars, and a map that shades every region by its number."""
    (name,) = chart.columns
    steps = atlas.classes(row.count for row in rows)
    sheet, panels = shaded_map(name)
    regions = {
        row.key[0]: {
            "link": link,
            "label": row.label,
            "count": f"{row.count:,}",
            "shade": atlas.shade(row.count, steps),
        }
        for row, link in zip(rows, links, strict=True)
    }
    return {
        **bars(chart, rows, links, tally),
        "sheet": sheet,
        "panels": panels,
        "regions": regions,
        "legend": atlas.legend(steps),
        "more": more_words(len(rows) - MOST_BARS),
        "unmapped": unmapped_words(len(regions.keys() - {code for panel in panels for code, _path in panel["pieces"]})),
    }


@cache
def shaded_map(name):
    """The sheet on which a facet is shaded, and its panels `[{"number", "box", "view", "pieces": [(code, SVG path data)]}]`."""
    key, beginnings, width = MAPS[name]
    sheet = sheets.country_sheet(key, width, level="world")
    beside = {code for panel in sheet.panels for code in panel.codes}
    panels = [
        {
            "number": number,
            "box": panel.box,
            "view": " ".join(f"{value:g}" for value in panel.box),
            "pieces": [
                (code, path)
                for code, path in sheets.paths(panel).items()
                if code.startswith(beginnings) and (code in panel.codes if panel.codes else code not in beside)
            ],
        }
        for number, panel in enumerate(sheet.panels)
    ]
    return sheet, panels


def more_words(count):
    if count < 1:
        return ""
    return ngettext("%(count)s more is in the table.", "%(count)s more are in the table.", count) % {"count": count}


def unmapped_words(count):
    if count < 1:
        return ""
    words = ngettext(
        "%(count)s region lies outside this map and is in the table.",
        "%(count)s regions lie outside this map and are in the table.",
        count,
    )
    return words % {"count": count}


def matrix(chart, rows, links, tally):
    """A table of prefectures by states: prefectures from north to south, states with the most ties first."""
    steps = atlas.classes(row.count for row in rows)
    cells = {
        row.key: {"count": row.count, "link": link, "shade": atlas.shade(row.count, steps)}
        for row, link in zip(rows, links, strict=True)
    }
    prefectures = heads("prefecture", {row.key[0] for row in rows}, tally)
    states = heads("state", {row.key[1] for row in rows}, tally)
    states.sort(key=lambda head: -head["total"])
    return {
        "states": states,
        "lines": [
            {**head, "cells": [cells.get((head["value"], state["value"])) for state in states]}
            for head in sorted(prefectures, key=lambda head: head["value"])
        ],
        "legend": atlas.legend(steps)[1:],  # an empty cell needs no words
    }


def heads(facet, present, tally):
    """The heads of rows or columns: those that are present, with the number of all their ties."""
    base = reverse("partnerships")
    return [
        {
            "value": value,
            "label": label,
            "total": tally.having({facet: [value]}).bit_count(),
            "link": f"{base}?{tally.query({facet: [value]})}",
        }
        for value, label in tally.options[facet]
        if value in present
    ]


#: Form of a chart -> its template, and what works out its measures.
FORMS = {
    "columns": ("charts/columns.jinja", columns),
    "area": ("charts/area.jinja", area),
    "bars": ("charts/bars.jinja", bars),
    "places": ("charts/places.jinja", places),
    "matrix": ("charts/matrix.jinja", matrix),
}
#: Forms that need the whole width of the page.
WIDE = ("places", "matrix")
