"""Every kind of public page of the small directory, and how to read one."""

import re
from html import unescape
from html.parser import HTMLParser

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from events.models import Event
from organizations.models import Figure


def public_pages(world):
    """Name -> path of one page of every kind, in English."""
    with override("en"):
        return {
            "home": reverse("home"),
            "about": reverse("about"),
            "search": reverse("search") + "?q=kobe",
            "map": reverse("map"),
            "map of a country": reverse("map") + "?view=japan",
            "map of a region": reverse("map") + "?state=US-OH",
            "map, nothing found": reverse("map") + "?q=nowhere",
            "map, a mistake": reverse("map") + "?view=moon",
            "statistics": reverse("statistics"),
            "statistics, filtered": reverse("statistics") + "?prefecture=JP-28",
            "statistics, nothing found": reverse("statistics") + "?q=nowhere",
            "statistics, a mistake": reverse("statistics") + "?since=soon",
            "anniversaries": reverse("anniversaries") + "?state=US-OH&year=2030",
            "anniversaries, nothing found": reverse("anniversaries") + "?year=1900",
            "anniversaries, a mistake": reverse("anniversaries") + "?year=0",
            "changes": reverse("changes") + f"?record=partnerships%2F{world.ties[0].pk}",
            "changes, nothing found": reverse("changes") + "?before=1900-01-01T00%3A00%3A00Z",
            "changes, a mistake": reverse("changes") + "?before=soon",
            "partnerships": reverse("partnerships") + "?state=US-OH&page=1",
            "partnerships, nothing found": reverse("partnerships") + "?q=nowhere",
            "partnerships, a mistake": reverse("partnerships") + "?since=soon",
            "places": reverse("places") + "?prefecture=JP-28",
            "partnership": world.ties[0].get_absolute_url(),
            "partnership of three": world.ties[5].get_absolute_url(),
            "sheet of a partnership": world.ties[0].get_absolute_url() + "print/",
            "sheet of a region": world.ohio.get_absolute_url() + "print/",
            "sheet of a country": world.japan.get_absolute_url() + "print/",
            "country": world.japan.get_absolute_url(),
            "region": world.ohio.get_absolute_url(),
            "organizations": reverse("organizations"),
            "organization": world.office.get_absolute_url(),
            "programs": reverse("programs") + "?audience=students",
            "program": world.fellowship.get_absolute_url(),
            "contacts": reverse("contacts"),
            "contact": world.himeji.contact_desks.get().get_absolute_url(),
            "figures": reverse("figures"),
            "figure": Figure.objects.get(value=450).get_absolute_url(),
            "events": reverse("events"),
            "event": Event.objects.get(name_en="Symposium").get_absolute_url(),
            "month": reverse("events-month", args=[2019, 3]),
            "municipality": world.kobe.get_absolute_url(),
        }


class Page(HTMLParser):
    """What a page says: its elements as `(name, attributes)`, in order."""

    def __init__(self, response):
        super().__init__()
        self.elements, self.texts, self._open = [], [], []
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append((tag, []))

    def handle_endtag(self, tag):
        while self._open:
            name, text = self._open.pop()
            self.texts.append((name, " ".join("".join(text).split())))
            if self._open:
                self._open[-1][1].extend(text)
            if name == tag:
                break

    def handle_data(self, data):
        if self._open:
            self._open[-1][1].append(data)

    def all(self, tag, **attributes):
        """The attributes of all elements of a name that have these attributes."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]

    def text(self, tag):
        """The text of the first element of a name."""
        return next(text for name, text in self.texts if name == tag)

    @property
    def links(self):
        return [found["href"] for found in self.all("a") if "href" in found]


def shown(client, page, language="en"):
    """The answer for a record or an address, made anew in a language."""
    cache.clear()
    with override(language):
        path = page if isinstance(page, str) else page.get_absolute_url()
        response = client.get(f"/{language}{path[3:]}")
    assert response.status_code == 200, path
    return response


def words(response):
    """What a reader sees of the main part: its text, elements apart."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return text_of(main.partition(">")[2])


def text_of(html):
    """The text of a piece of HTML, with a space where an element begins or ends."""
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def terms(response):
    """What the lists of facts say: term -> description, both as text."""
    pairs = re.findall("<dt[^>]*>(.*?)</dt>\\s*<dd[^>]*>(.*?)</dd>", response.content.decode(), re.DOTALL)
    return {text_of(term): text_of(said) for term, said in pairs}


def rows(response):
    """The rows of the first table with the heading `th` in each, as lists of the texts of their cells."""
    tables = response.content.decode().partition("<tbody")[2].partition("</tbody>")[0]
    return [
        [text_of(cell) for cell in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in tables.split("<tr")[1:]
    ]
