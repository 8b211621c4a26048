"""Partnerships and places in the words of schema.org, see curation/linked_data.py.

schema.org has no word for a partnership of cities: its page is about both places, and says since when and by which sources.
"""

from django.conf import settings

from sistercities.core.names import localized, other_script
from sistercities.curation.linked_data import record_page, without_blanks

from .models import Classification, Level

CITIES = {Classification.CITY, Classification.DESIGNATED_CITY, Classification.CORE_CITY}
TYPES = {Level.COUNTRY: "Country", Level.REGION: "State"}


def of_partnership(partnership, sources, changed_at):
    """The page of a partnership; its parties must be at hand (`partnership.places` asks nothing)."""
    time = f"{partnership.established}/{partnership.ended or '..'}" if partnership.established else None
    return record_page(
        partnership,
        partnership.title,
        changed_at,
        sources,
        about=[_place(place) for place in partnership.places],
        temporalCoverage=time,
        identifier=str(partnership.pk),
    )


def of_place(place, identifiers, changed_at):
    """The page of a place."""
    known = [found.value for found in identifiers if found.scheme == "geonames"]
    same = [f"https://www.geonames.org/{value}" for value in known] + ([place.website] if place.website else [])
    place_data = _place(place, containedInPlace=_place(place.parents[-1]) if place.parents else None, sameAs=same)
    return record_page(place, localized(place).text, changed_at, [], mainEntity=place_data)


def _place(place, **more):
    other = other_script(place)
    position = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return without_blanks(
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
