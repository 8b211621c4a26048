"""Records that look alike: pairs for a person to look at, without those of which somebody said that they are two."""

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

from django.db import transaction

from sistercities.core.text import is_latin, romaji_key, sort_key

from .lineage import Lineage
from .models import Dataset, NotDuplicate, Party, Place
from .placing import stem

#: A group of records with the same key gives at most so many pairs: more are no duplicates but a bad key.
MOST_OF_A_GROUP = 6


class Alike(NamedTuple):
    """Two records of a dataset that may be one, the lower number first."""

    first: int
    second: int


def ties():
    """Pairs of ties between the same bodies, or bodies that followed one another: three statements."""
    lineage = Lineage()
    heirs, groups = {}, defaultdict(list)
    sides = defaultdict(set)
    rows = Party.objects.exclude(partnership__publication="withdrawn").order_by("partnership")
    for tie, place in rows.values_list("partnership", "place"):
        if place not in heirs:
            heirs[place] = lineage.heir(place)
        sides[tie].add(heirs[place])
    for tie, places in sides.items():
        if len(places) > 1:
            groups[frozenset(places)].append(tie)
    return pairs(Dataset.PARTNERSHIPS, groups.values())


def places():
    """Pairs of places of one region that share a name in a like spelling, and of which none followed the other: three statements."""
    groups = defaultdict(list)
    rows = Place.objects.kept().order_by("pk")
    columns = ("pk", "level", "country", "region", "path", "name_en", "name_ja", "classification")
    for pk, level, country, region, path, name_en, name_ja, classification in rows.values_list(*columns):
        for key in _keys(name_en, name_ja, in_japan=path.startswith("jp/")):
            groups[level, country, region, key, classification if level == "municipality" else ""].append(pk)
    lineage = Lineage()
    found = pairs(Dataset.PLACES, groups.values())
    return [pair for pair in found if not _followed(lineage, pair)]


def _keys(name_en, name_ja, in_japan):
    keys = {stem(sort_key(name)) for name in (name_en, name_ja) if name}
    if in_japan and name_en and is_latin(name_en):
        keys.add("~" + romaji_key(stem(sort_key(name_en))).replace(" ", ""))
    return keys - {""}


def _followed(lineage, pair):
    return pair.second in lineage.descendants(pair.first) or pair.first in lineage.descendants(pair.second)


def pairs(dataset, groups):
    """The pairs within groups of numbers, each once, without those that were told apart: one statement."""
    said = set(NotDuplicate.objects.filter(dataset=dataset).values_list("first_id", "second_id"))
    found = {
        Alike(*sorted(pair))
        for group in groups
        if len(group) <= MOST_OF_A_GROUP
        for pair in combinations(dict.fromkeys(group), 2)
    }
    return sorted(pair for pair in found if pair not in said)


def tell_apart(dataset, one, other, *, reason=""):
    """Remember that these two records (by number) are two. Saying it again changes nothing."""
    first, second = sorted((one, other))
    with transaction.atomic():
        row, new = NotDuplicate.objects.get_or_create(
            dataset=dataset, first_id=first, second_id=second, defaults={"reason": reason[:300]}
        )
    return new
