"""What changed in the public directory: the page `/en/changes/`, its Atom feed, and the latest of it for the home page.

The cursor `before` is a second in UTC. Several rows written in one second are one entry or stand on one page, so that date and
second are enough to go on, and an address keeps its meaning when something new is added above it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from sistercities.core.data import DATA_LICENCE_URL
from sistercities.core.datasets import datasets
from sistercities.core.filtersets import LARGEST_ID
from sistercities.core.pages import StoredPageMixin, page

from . import changes_reading, changes_words

#: Entries of a page (a second is not cut, so there may be a few more), and of the feed at most.
PAGE, FEED = 30, 50

ATOM = "http://www.w3.org/2005/Atom"
#: What no XML may hold (XML 1.0, 2.2), and a name may all the same.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
#: The day from which this feed names its entries (RFC 4151); it never changes.
_SINCE = "2026-11-22"

_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def latest(version, *, dataset="", record=None, before=None, enough=PAGE):
    """`(entries, next second or None)`: the newest changes of everything, of a dataset or of one record, as `changes_words.Entry`."""
    reading = changes_reading.read(dataset, record, before, enough)
    return changes_words.entries(reading, version, enough)


class BeforeField(forms.Field):
    """A second in UTC: 2026-11-22T09:40:08Z."""

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            if not _SECOND.fullmatch(value):
                raise ValueError(value)
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            raise ValidationError(_("Write a moment in UTC as in 2026-11-22T09:40:08Z.")) from None


class RecordField(forms.Field):
    """`partnerships/12`: a record that is public now. One that is not, and one that never was, get the same answer."""

    def to_python(self, value):
        if value in self.empty_values:
            return None
        dataset, _slash, number = value.partition("/")
        known = {known.key: known.model for known in datasets()}
        is_number = re.fullmatch("[1-9][0-9]{0,18}", number) and int(number) <= LARGEST_ID
        if dataset not in known or not is_number:
            raise ValidationError(_("Write a dataset and a number, as in partnerships/12."))
        if not apps.get_model(known[dataset]).objects.public().filter(pk=number).exists():
            raise ValidationError(_("There is no such record in the public directory."))
        return dataset, int(number)


class ChangesForm(forms.Form):
    dataset = forms.ChoiceField(label=_("Dataset"), required=False)
    record = RecordField(label=_("Record"), required=False)
    before = BeforeField(label=_("Before"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dataset"].choices = [(known.key, known.view.title) for known in datasets()]

    @property
    def mistakes(self):
        return [
            {"name": name, "label": self.fields[name].label, "messages": messages}
            for name, messages in self.errors.items()
        ]


class ChangesMixin(StoredPageMixin):
    """Reads what is asked; `given` is how often a page goes on by itself."""

    parameters = ("dataset", "record", "before")

    @cached_property
    def form(self):
        return ChangesForm(self.request.GET)

    def entries(self, enough):
        asked = self.form.cleaned_data
        dataset, record = asked["record"] or (asked["dataset"], None)
        return latest(self.version, dataset=dataset, record=record, before=asked["before"], enough=enough)

    def address(self, name, **changed):
        """The page or the feed with what is asked here, `before` only where it is given anew."""
        asked = {key: self.request.GET.get(key, "") for key in ("dataset", "record")}
        query = urlencode({key: value for key, value in {**asked, **changed}.items() if value}, safe="/:")
        return reverse(name) + (f"?{query}" if query else "")


class ChangesPage(ChangesMixin, View):
    """Newest first, by day; by dataset, or those of one record."""

    def get(self, request):
        chosen = request.GET.get("dataset", "")
        context = {
            "datasets": [
                {"key": known.key, "title": known.view.title, "selected": known.key == chosen} for known in datasets()
            ],
            "data_changed_at": self.version[1],
            **(
                self.found()
                if self.form.is_valid()
                else {"errors": self.form.mistakes, "feed_url": reverse("changes-feed")}
            ),
        }
        return page(request, "changes.html", context)

    def found(self):
        entries, following = self.entries(PAGE)
        return {
            "days": days(entries),
            "record": record_of(self.form.cleaned_data["record"], self.version),
            "is_older": bool(self.form.cleaned_data["before"]),
            "newest_url": self.address("changes"),
            "older_url": self.address("changes", before=stamp(following)) if following else "",
            "feed_url": self.address("changes-feed"),
        }


@dataclass
class Day:
    date: str
    entries: list


def days(entries):
    """The entries by the day on which they were made, in the portal's own zone; the entries of a second by dataset."""
    return [
        Day(day.isoformat(), list(found))
        for day, found in groupby(entries, key=lambda entry: timezone.localdate(entry.second))
    ]


def record_of(asked, version):
    """`(url, parts of the name)` of the record that is asked for, or None."""
    if not asked:
        return None
    dataset, number = asked
    listing = next(known.view for known in datasets() if known.key == dataset)()
    listing.version, listing.cleaned = version, {}
    record = next(iter(listing.records([number])), None)
    return record and {"url": record.url, "parts": changes_words.record_name(dataset, record)}


def stamp(second):
    return f"{second.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# The feed -------------------------------------------------------------------------------------------------------------


class ChangesFeed(ChangesMixin, View):
    """The newest entries as Atom (RFC 4287), in the language of the address, by the same parameters."""

    def get(self, request):
        if not self.form.is_valid():
            lines = [f"{wrong['name']}: {' '.join(wrong['messages'])}" for wrong in self.form.mistakes]
            return HttpResponse("\n".join([*lines, ""]), status=400, content_type="text/plain; charset=utf-8")
        entries, _following = self.entries(FEED)
        return HttpResponse(self.feed(entries[:FEED]), content_type="application/atom+xml; charset=utf-8")

    def feed(self, entries):
        updated = max([entry.second for entry in entries], default=self.version[1] or datetime(2026, 1, 1, tzinfo=UTC))
        root = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": get_language()})
        here = settings.SITE_URL + self.address("changes-feed")
        _add(root, "id", self.tag("changes", self.address("changes-feed").lstrip("/")))
        _add(root, "title", gettext("Changes of the sister-city directory"))
        _add(root, "updated", stamp(updated))
        _add(root, "link", rel="self", type="application/atom+xml", href=here)
        _add(root, "link", rel="alternate", type="text/html", href=settings.SITE_URL + self.address("changes"))
        _add(root, "link", rel="license", href=DATA_LICENCE_URL)
        _add(_add(root, "author"), "name", gettext("Sister-city directory"))
        for entry in entries:
            self.add_entry(root, entry)
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)

    def add_entry(self, root, entry):
        node = _add(root, "entry")
        # The page that begins with this entry: everything older than the second after it.
        after = stamp(entry.second + timedelta(seconds=1))
        url = (
            entry.records[0][0] if entry.is_of_one else f"{reverse('changes')}?{urlencode({'before': after}, safe=':')}"
        )
        _add(node, "id", self.tag("change", entry.key))
        _add(node, "title", entry.title)
        _add(node, "updated", stamp(entry.second))
        _add(node, "link", rel="alternate", type="text/html", href=settings.SITE_URL + url)
        _add(node, "category", term=entry.dataset)
        lines = [fact.text for fact in entry.facts] or ([] if entry.is_of_one else entry.names)
        lines += [entry.origin] if entry.origin else []
        _add(node, "content", "\n".join(lines) or str(entry.kind_label), type="text")

    def tag(self, *parts):
        """RFC 4151: an id that stays when addresses change; that of another language is another text."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},{_SINCE}:{get_language()}/{'/'.join(parts)}"

    def _headers(self, response, etag):
        super()._headers(response, etag)
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Content-Language"] = get_language()
        response["Link"] = f'<{DATA_LICENCE_URL}>; rel="license"'
        if not self.version[1]:
            return response
        modified = int(self.version[1].timestamp())
        response["Last-Modified"] = f"{self.version[1].astimezone(UTC):%a, %d %b %Y %H:%M:%S GMT}"
        return get_conditional_response(self.request, etag, modified, response)


def _add(parent, name, text=None, **attributes):
    node = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text is not None:
        node.text = _NO_XML.sub("", str(text))
    return node


ElementTree.register_namespace("", ATOM)
