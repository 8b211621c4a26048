"""Records in the words of schema.org (JSON-LD), for search engines and whoever reads pages by machine.

schema.org has no word for a partnership of cities: its page is about both places, and says since when and by which sources.
"""

from django.conf import settings
from django.urls import reverse

from sistercities.core.data import DATA_LICENCE_URL
from sistercities.core.names import content_language, localized, other_script

from .models import Classification, Level

CITIES = {Classification.CITY, Classification.DESIGNATED_CITY, Classification.CORE_CITY}
TYPES = {Level.COUNTRY: "Country", Level.REGION: "State"}


def of_partnership(partnership, sources, changed_at):
    """The page of a partnership; its parties must be at hand (`partnership.places` asks nothing)."""
    time = f"{partnership.established}/{partnership.ended or '..'}" if partnership.established else None
    return _page(
        partnership,
        partnership.title,
        changed_at,
        about=[_place(place) for place in partnership.places],
        temporalCoverage=time,
        identifier=str(partnership.pk),
        citation=[_source(source) for source in sources],
    )


def of_place(place, identifiers, changed_at):
    """The page of a place."""
    known = [found.value for found in identifiers if found.scheme == "geonames"]
    same = [f"https://www.geonames.org/{value}" for value in known] + ([place.website] if place.website else [])
    place_data = _place(place, containedInPlace=_place(place.parents[-1]) if place.parents else None, sameAs=same)
    return _page(place, localized(place).text, changed_at, mainEntity=place_data)


def _page(record, name, changed_at, **more):
    return _without_blanks(
        {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "name": name,
            "url": settings.SITE_URL + record.get_absolute_url(),
            "inLanguage": content_language(),
            "dateModified": changed_at.isoformat() if changed_at else None,
            "license": DATA_LICENCE_URL,
            "isPartOf": {"@type": "WebSite", "url": settings.SITE_URL + reverse("home")},
            **more,
        }
    )


def _place(place, **more):
    other = other_script(place)
    position = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return _without_blanks(
        {
            "@type": TYPES.get(place.level, "City" if place.classification in CITIES else "AdministrativeArea"),
            "name": localized(place).text,
            "alternateName": other[0] if other else None,
            "url": settings.SITE_URL + place.get_absolute_url(),
            "identifier": place.code,
            "geo": position if place.has_position else None,
            **more,
        }
    )


def _source(source):
    title = localized(source, "title").text or source.publisher or source.key
    return _without_blanks(
        {"@type": "CreativeWork", "name": title, "url": source.url, "datePublished": str(source.issued)}
    )


def _without_blanks(data):
    return {name: value for name, value in data.items() if value not in (None, "", [])}
