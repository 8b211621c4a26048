"""The derived columns of places and partnerships: what is searched, how lists are ordered, what the address says."""

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


def party_words(party, others=names_of):
    """The words by which a tie is found through one party: of the place, of the body that signed, of what lies above; and their romaji.

    `others` gives the `PlaceName`s of a place, best prefetched. Whoever writes many ties keeps the answer by place.
    """
    words, romaji = {}, {}
    for body in _bodies(party):
        words |= name_words(place_names(body, others(body)))
        romaji |= romaji_words(latin_names(body, others(body)))
    return words, romaji


def set_partnership_keys(partnership, parties, *, words=party_words):
    """Derive the columns of a partnership from its parties in memory.

    `parties` come with place, region, country and signed_as; `words(party)` is `party_words`, or what was kept of it. The order of
    the names is that of the parties: the first decides the place in a list.
    """
    parties = sorted(parties, key=lambda party: party.position)
    places = [party.place for party in parties]
    found, romaji = {}, {}
    for party in parties:
        own, own_romaji = words(party)
        found |= own
        romaji |= own_romaji
    found |= name_words([partnership.designation_en, partnership.designation_ja])
    partnership.party_count = len(places)
    partnership.parties_key = parties_key(places)
    partnership.slug = "-".join(slugify_name(place.name_en) or place.slug for place in places)[:200].strip("-")
    partnership.search_key = joined_words(found | romaji)
    partnership.sort_key_en = " ".join(place.sort_key for place in places)[:200]
    partnership.sort_key_ja = " ".join(place.sort_key_ja for place in places)[:200]


def parties_key(places):
    """The set of the parties as one text, whatever their order: by it a tie that is recorded twice is found."""
    return "-".join(map(str, sorted(place.pk for place in places)))


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
