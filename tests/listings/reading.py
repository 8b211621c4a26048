"""How a list is read in each of its forms: what a page, a file and the listing behind them say."""

import csv
import io
import json
import re
from itertools import groupby

from openpyxl import load_workbook

from sistercities.core.models import DataVersion

FORMATS = ("csv", "json", "geojson", "xlsx")


def html_of(response):
    return response.body.decode().replace("&amp;", "&")


def count_of(response):
    """The number that the heading of a page begins with."""
    return int(re.search(r"<h1[^>]*>(\d+)", html_of(response))[1])


def chip_links(response):
    chips = html_of(response).partition('<ul class="chips"')[2].partition('<li class="clear"')[0]
    return re.findall('href="([^"]*)"', chips)


def errors_of(response):
    """What the error summary of a page says, without its elements; none on a page with rows."""
    summary = html_of(response).partition('role="alert"')[2].partition("</ul>")[0]
    return [" ".join(re.sub("<[^>]*>", "", item).split()) for item in re.findall("<li>(.*?)</li>", summary, re.DOTALL)]


def csv_rows(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def xlsx_rows(body):
    headings, *rows = load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def once_each(ids):
    """The ids of lines, where a record takes several lines that follow one another."""
    return [pk for pk, _lines in groupby(ids)]


READERS = {
    "csv": lambda body: once_each(int(row["id"]) for row in csv_rows(body)),
    "json": lambda body: [result["id"] for result in json.loads(body)["results"]],
    "geojson": lambda body: [feature["properties"]["id"] for feature in json.loads(body)["features"]],
    "xlsx": lambda body: once_each(row["id"] for row in xlsx_rows(body)),
}
FORMS = ("page", *FORMATS)


def listing_of(dataset, rf, query=""):
    """The listing as it stands behind a page, to ask it for its options."""
    listing = dataset.view()
    listing.setup(rf.get(f"/?{query}"))
    listing.version = DataVersion.current()
    return listing


def shown_options(dataset, rf, query=""):
    """`(facet, value, count)` of every option that the filter form of a page shows."""
    listing = listing_of(dataset, rf, query)
    facets = listing.facets_context(listing.select())["facets"]
    return [
        (facet["name"], option["value"], option["count"])
        for facet in facets
        for option in [*facet["options"], *facet["more"]]
    ]


def queries(dataset, rf):
    """Query strings that use every filter and every sort of a list, on the sample world."""
    index = listing_of(dataset, rf).index()
    first = {name: value for name, value, _count in reversed(shown_options(dataset, rf))}
    others = {"q": "Seattle", "since": "1960", "until": "1985"}
    others |= {name: options[0][0] for name, options in listing_of(dataset, rf).facet_options(index).items() if options}
    record = listing_of(dataset, rf).model.objects.public().first()
    others["place"] = record.parties.first().place_id if hasattr(record, "parties") else 1
    names = list(dataset.view.filterset_class.base_filters)
    single = [f"{name}={first.get(name) or others.get(name, 1)}" for name in names]
    return ["", *single, *(f"sort={name}" for name in dataset.view.sorts), "&".join(single[:2])]
