"""Every record can be shared, read by machine and cited."""

import json
import re

import pytest
from django.conf import settings

from tests.pages import Page, public_pages
from tests.world import make_world

pytestmark = pytest.mark.django_db

RECORDS = (
    "partnership", "country", "region", "municipality", "organization", "program", "contact", "figure", "event",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_record_can_be_shared_and_cited(client, language):
    paths = public_pages(make_world())
    for name in RECORDS:
        path = f"/{language}{paths[name][3:]}"
        response = client.get(path)
        page, text = Page(response), response.content.decode()
        shared = {meta["property"]: meta["content"] for meta in page.all("meta") if "property" in meta}
        data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
        (description,) = page.all("meta", name="description")

        assert shared["og:url"] == data["url"] == settings.SITE_URL + path, name
        assert shared["og:title"] == data["name"] != "", name
        assert shared["og:description"] == description["content"] != "", name
        assert (data["license"], "dateModified" in data) == ("https://creativecommons.org/licenses/by-sa/4.0/", True)
        citation = re.search(r'<p class="citation".*?</p>', text, re.S)[0]
        assert (settings.SITE_URL + path in citation, "CC BY-SA 4.0" in citation) == (True, True), name


def test_event_and_organization_say_what_they_are(client):
    paths = public_pages(make_world())

    def entity(name):
        text = client.get(paths[name]).content.decode()
        return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1]).get("mainEntity")

    assert (entity("organization")["@type"], entity("event")["@type"]) == ("Organization", "Event")
    assert entity("event")["eventStatus"] == "https://schema.org/EventScheduled"
    assert [entity(name) for name in ("program", "contact", "figure")] == [None, None, None]
