"""The derived columns of places and partnerships: what is searched, how lists are ordered, what the address says."""

from typing import NamedTuple

from django.db.models import Prefetch

from sistercities.core.text import (
    LAST_KANJI,
    is_latin,
    joined_words,
    kana_order,
    name_words,
    romaji_words,
    search_key,
    slugify_name,
    sort_key,
)

from .models import Level, Partnership, Party, Place

PLACE_KEYS = ("search_key", "sort_key", "sort_key_ja")
PARTNERSHIP_KEYS = ("party_count", "parties_key", "slug", "search_key", "sort_key_en", "sort_key_ja")


def place_names(place, others):
    """Every name of a place in every script, its own first."""
    own = [place.name_en, place.name_ja, place.name_kana, place.name_local]
    return [name for name in [*own, *(other.name for other in others)] if name]


def latin_names(place, others):
    """The Latin names of a place in Japan: only these get a romaji key, which would spoil Boone and Moore."""
    if place.path.partition("/")[0] != "jp":
        return []
    return [name for name in [place.name_en, *(other.name for other in others)] if name and is_latin(name)]


def set_place_keys(place, others):
    """Derive the keys of a place in memory from its own names and `others` (its `PlaceName`s)."""
    place.search_key = search_key(place_names(place, others), romaji=latin_names(place, others))
    place.sort_key = sort_key(place.name_en or place.name_local or place.name_ja)[:200]
    place.sort_key_ja = _order_ja(place)[:200]


def _order_ja(place):
    """五十音順: by the reading, else by a name in katakana; names in kanji or Latin letters that nobody gave a reading come last."""
    name = place.name_kana or place.name_ja
    return kana_order(name) if name else f"{LAST_KANJI}{place.sort_key}"


def names_of(place):
    return place.names.all()


class Side(NamedTuple):
    """What one party of a tie contributes to its derived columns. Whoever writes many ties keeps it by place."""

    place: int
    slug: str
    sort_key: str
    sort_key_ja: str
    words: dict  # by which the tie is found: of the place, of the body that signed, of what lies above
    romaji: dict


def side_of(party, others=names_of):
    """The `Side` of a party that comes with place, region, country and signed_as.

    `others` gives the `PlaceName`s of a place, best prefetched.
    """
    place, words, romaji = party.place, {}, {}
    for body in _bodies(party):
        words |= name_words(place_names(body, others(body)))
        romaji |= romaji_words(latin_names(body, others(body)))
    slug = slugify_name(place.name_en) or place.slug
    return Side(place.pk, slug, place.sort_key, place.sort_key_ja, words, romaji)


def partnership_keys(sides, designations):
    """The values of `PARTNERSHIP_KEYS`, in that order, of a tie with these sides and names in the agreement.

    The order of the names is that of the sides: the first decides the place in a list.
    """
    words = {}
    for side in sides:
        words |= side.words
    words |= name_words(designations)
    for side in sides:
        words |= side.romaji
    return (
        len(sides),
        _joined_numbers(side.place for side in sides),
        "-".join([side.slug for side in sides])[:200].strip("-"),
        joined_words(words),
        " ".join([side.sort_key for side in sides])[:200],
        " ".join([side.sort_key_ja for side in sides])[:200],
    )


def set_partnership_keys(partnership, parties, *, side=side_of):
    """Derive the columns of a partnership from its parties in memory."""
    sides = [side(party) for party in sorted(parties, key=lambda party: party.position)]
    keys = partnership_keys(sides, [partnership.designation_en, partnership.designation_ja])
    for name, value in zip(PARTNERSHIP_KEYS, keys, strict=True):
        setattr(partnership, name, value)


def parties_key(places):
    """The set of the parties as one text, whatever their order: by it a tie that is recorded twice is found."""
    return _joined_numbers(place.pk for place in places)


def _joined_numbers(numbers):
    return "-".join(map(str, sorted(numbers)))


def _bodies(party):
    """The places by whose names a tie is found through a party: the place, the one that signed, their regions and countries; each once."""
    bodies = {}
    for place in (party.place, party.signed_as):
        if place:
            above = [place.country, place.region] if place.level != Level.COUNTRY else []
            bodies.update({body.pk: body for body in (place, *above) if body})
    return bodies.values()


def parties_for_keys():
    """Parties with all that `set_partnership_keys` reads, in a constant number of statements."""
    related = ["place__region", "place__country", "signed_as__region", "signed_as__country"]
    names = [f"{path}__names" for path in ("place", "signed_as", *related)]
    return Party.objects.select_related("place", "signed_as", *related).prefetch_related(*names)


def refresh_place_keys(places):
    """Store the keys of a queryset of places. Names are curated; keys are derived and have no history."""
    rows = list(places.prefetch_related("names"))
    for place in rows:
        set_place_keys(place, place.names.all())
    Place.objects.bulk_update(rows, PLACE_KEYS, batch_size=500)


def refresh_partnership_keys(partnerships, *, batch_size=500):
    """Store the derived columns of a queryset of partnerships, a batch at a time."""
    ids = list(partnerships.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), batch_size):
        batch = Partnership.objects.filter(pk__in=ids[start : start + batch_size])
        rows = list(batch.prefetch_related(Prefetch("parties", queryset=parties_for_keys())))
        for partnership in rows:
            set_partnership_keys(partnership, partnership.parties.all())
        Partnership.objects.bulk_update(rows, PARTNERSHIP_KEYS, batch_size=batch_size)
