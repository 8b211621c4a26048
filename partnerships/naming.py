"""A place in one line with what lies above it, as it is written in the active language: told from its namesakes without a map."""

from collections import Counter
from typing import NamedTuple

from django.utils.translation import gettext as _

from sistercities.core.names import content_language, localized

from .models import Place


class Body(NamedTuple):
    """The names of a place, or of what lies above it, without its record."""

    code: str = ""
    name_en: str = ""
    name_ja: str = ""
    name_local: str = ""


def full_name(*bodies):
    """The country, what lies within it, the place (`Place` or `Body`): "Fuchu 府中市, Hiroshima, Japan", 広島県府中市, カナダ Burnaby.

    English adds how a place in Japan is written there, which tells its namesakes apart. Japanese begins with the largest, and does
    not say of a place in Japan that it is there.
    """
    in_japan = bodies[0].code == "JP"
    if content_language() != "ja":
        place = bodies[-1]
        written = [localized(place, language="en").text, place.name_ja if in_japan else ""]
        own = " ".join(dict.fromkeys(filter(None, written)))
        return ", ".join([own, *(localized(body).text for body in reversed(bodies[:-1]))])
    said = ""
    for body in bodies[1:] if in_japan and len(bodies) > 1 else bodies:
        name = localized(body).text
        said += name if not said or _is_japanese(said[-1]) and _is_japanese(name[0]) else f" {name}"
    return said


def _is_japanese(letter):
    return letter >= "\u3000"


def place_labels(ids):
    """Number -> full name of places, in one statement; a former body with the year of its end, namesakes with their address."""
    places = Place.objects.with_parents().in_bulk(ids)
    labels = {pk: _label(place) for pk, place in places.items()}
    count = Counter(labels.values())
    return {pk: label if count[label] == 1 else f"{label} ({places[pk].path})" for pk, label in labels.items()}


def _label(place):
    name = full_name(*place.parents, place)
    return f"{name} {_('(until %(year)s)') % {'year': place.abolished.year}}" if place.abolished else name
