"""The page of a record in the words of schema.org (JSON-LD), for search engines and whoever reads pages by machine."""

from django.conf import settings
from django.urls import reverse

from sistercities.core.data import DATA_LICENCE_URL
from sistercities.core.names import content_language, localized


def record_page(record, name, changed_at, sources, **more):
    """The page of a record: its name, the date of the data (`changed_at`, None if not known), the licence, and what it cites."""
    return without_blanks(
        {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "name": name,
            "url": settings.SITE_URL + record.get_absolute_url(),
            "inLanguage": content_language(),
            "dateModified": changed_at.isoformat() if changed_at else None,
            "license": DATA_LICENCE_URL,
            "isPartOf": {"@type": "WebSite", "url": settings.SITE_URL + reverse("home")},
            "citation": [_source(source) for source in sources],
            **more,
        }
    )


def _source(source):
    title = localized(source, "title").text or source.publisher or source.key
    return without_blanks(
        {"@type": "CreativeWork", "name": title, "url": source.url, "datePublished": str(source.issued)}
    )


def without_blanks(data):
    """What is not known is left out."""
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}
