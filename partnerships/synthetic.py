"""Synthetic ties, for measuring: the shape of the real directory at any size. Never beside real data."""

import random

from sistercities.core.models import public_change
from sistercities.curation.history import record_creation
from sistercities.curation.models import Publication

from .keys import set_partnership_keys, set_place_keys, side_of
from .models import Kind, Partnership, Party, Place, Status

PREFECTURES, STATES = 47, 50
BATCH = 2000
_KANJI = "東西南北上下大小長高山川田野島崎浜津橋原松竹梅桜森林石岩水谷沢池"
_KANA = {
    "ka": "か",
    "shi": "し",
    "mo": "も",
    "ta": "た",
    "na": "な",
    "ha": "は",
    "ri": "り",
    "yo": "よ",
    "o": "お",
    "tsu": "つ",
}
_ENGLISH = ("spring", "river", "lake", "oak", "green", "fair", "stone", "mill", "clear", "wood", "port", "bridge")


def generate(number, *, seed=1955):
    """Store `number` public ties between synthetic places, as many as a directory of that size would have, with history.

    The same `seed` gives the same directory. One transaction.
    """
    chance = random.Random(seed)
    with public_change():
        japan, america = _regions(chance)
        left = _municipalities(chance, japan, max(60, number // 8))
        right = _municipalities(chance, america, max(80, number // 8))
        _ties(chance, left, right, number)
        for model in (Place, Partnership, Party):
            record_creation(model, after=0, reason="synthetic")


def _place(**values):
    place = Place(publication=Publication.PUBLISHED, **values)
    place.path = place.address()
    set_place_keys(place, [])
    return place


def _regions(chance):
    jp = _place(level="country", code_scheme="iso-3166-1", code="JP", slug="jp", name_en="Japan", name_ja="日本")
    us = _place(
        level="country",
        code_scheme="iso-3166-1",
        code="US",
        slug="us",
        name_en="United States",
        name_ja="アメリカ合衆国",
    )
    Place.objects.bulk_create([jp, us])
    japan = [
        _region(jp, f"JP-{number:02}", f"Prefecture {number}", f"{number}県") for number in range(1, PREFECTURES + 1)
    ]
    america = [_region(us, f"US-{number:02}", f"State {number}", f"{number}州") for number in range(1, STATES + 1)]
    Place.objects.bulk_create([*japan, *america])
    return japan, america


def _region(country, code, name_en, name_ja):
    slug = name_en.lower().replace(" ", "-")
    return _place(
        level="region",
        country=country,
        code_scheme="iso-3166-2",
        code=code,
        slug=slug,
        name_en=name_en,
        name_ja=name_ja,
    )


def _municipalities(chance, regions, number):
    in_japan = regions[0].country.code == "JP"
    places = []
    for serial in range(number):
        region = chance.choice(regions)
        names = _japanese(chance) if in_japan else {"name_en": "".join(chance.sample(_ENGLISH, 2)).capitalize()}
        places.append(
            _place(
                level="municipality",
                country=region.country,
                region=region,
                slug=f"{names['name_en'].lower()}-{serial}",
                classification="city",
                latitude=round(chance.uniform(31, 43), 4),
                longitude=round(chance.uniform(130, 141) if in_japan else chance.uniform(-122, -75), 4),
                **names,
            )
        )
    Place.objects.bulk_create(places, batch_size=BATCH)
    return places


def _japanese(chance):
    syllables = chance.choices(list(_KANA), k=chance.randint(2, 4))
    return {
        "name_en": "".join(syllables).capitalize(),
        "name_kana": "".join(_KANA[syllable] for syllable in syllables),
        "name_ja": "".join(chance.choices(_KANJI, k=2)) + "市",
    }


def _ties(chance, left, right, number):
    pairs = set()
    while len(pairs) < number:
        pairs.add((chance.randrange(len(left)), chance.randrange(len(right))))
    pairs = sorted(pairs)
    for start in range(0, number, BATCH):
        batch = [_tie(chance, left[one], right[other]) for one, other in pairs[start : start + BATCH]]
        Partnership.objects.bulk_create([tie for tie, _parties in batch])
        Party.objects.bulk_create([party for _tie, parties in batch for party in parties])


def _tie(chance, left, right):
    established = f"{chance.randint(1955, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    tie = Partnership(
        publication=Publication.PUBLISHED,
        kind=chance.choices(Kind.values, weights=[80, 6, 6, 2, 2, 1, 1, 1, 1])[0],
        status=chance.choices([Status.PRESUMED, Status.IN_FORCE, Status.DORMANT], weights=[70, 25, 5])[0],
        established=established[: chance.choice([10, 10, 10, 7, 4])] if chance.random() < 0.9 else "",
        contested=chance.random() < 0.05,
    )
    parties = [
        Party(partnership=tie, place=place, position=position) for position, place in enumerate((left, right), 1)
    ]
    set_partnership_keys(tie, parties, side=lambda party: side_of(party, others=lambda place: ()))
    return tie, parties
