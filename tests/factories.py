"""Records for tests: plain functions with good defaults, valid and published unless a field says otherwise.

Codes, slugs and names count upwards, so that two calls never meet. Every call raises the data version once, as the
directory does, so that a page fetched before and after it shows the difference.
"""

from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from partnerships.keys import refresh_partnership_keys, set_partnership_keys, set_place_keys
from partnerships.models import Act, Partnership, PartnershipCitation, Party, Place, PlaceCitation, PlaceName
from sistercities.core.models import public_change
from sistercities.curation.models import Source
from sistercities.curation.roles import grant_all

numbers = count(1)


def make_source(**fields):
    n = next(numbers)
    return _stored(Source(**{"key": f"source-{n}", "title_en": f"Source {n}"} | fields))


def make_country(name_en="", **fields):
    """A country, by default with a name and a slug of its own and no code. Pass `slug="jp"` for Japan's romaji keys."""
    n = next(numbers)
    name_en = name_en or f"Country {_letters(n)}"
    return _place(Place(level="country", classification="country"), name_en, n, fields)


def make_japan(**fields):
    fields = {
        "slug": "jp",
        "code_scheme": "iso-3166-1",
        "code": "JP",
        "name_ja": "日本",
        "name_kana": "にほん",
    } | fields
    return make_country("Japan", **fields)


def make_region(country=None, name_en="", **fields):
    """A region of `country` (by default a new one)."""
    n = next(numbers)
    country = country or make_country()
    name_en = name_en or f"Region {_letters(n)}"
    return _place(Place(level="region", country=country, classification="state"), name_en, n, fields)


def make_place(region=None, name_en="", **fields):
    """A municipality of `region` (by default a new one); with `country=` and no region it stands under its country."""
    n = next(numbers)
    if region is None and "country" not in fields:
        region = make_region()
    country = fields.pop("country", None) or region.country
    name_en = name_en or f"Town {_letters(n)}"
    return _place(
        Place(level="municipality", country=country, region=region, classification="city"), name_en, n, fields
    )


def make_name(place, name, **fields):
    """Another name of a place; the keys of the place follow."""
    stored = _stored(PlaceName(**{"place": place, "name": name, "kind": "alternative"} | fields))
    set_place_keys(place, place.names.all())
    place.save()
    return stored


def make_partnership(*places, signed_as=None, themes=(), **fields):
    """A published tie between `places` (by default two new ones), its derived columns filled in.

    `signed_as` maps a place to its predecessor. A published tie needs two places: the database says so.
    """
    places = places or (make_place(), make_place())
    tie = Partnership(**{"publication": "published"} | fields)
    parties = [
        Party(partnership=tie, place=place, position=position, signed_as=(signed_as or {}).get(place))
        for position, place in enumerate(places, start=1)
    ]
    set_partnership_keys(tie, parties)
    with public_change():
        tie.save()
        for party in parties:
            party.partnership = tie
        Party.objects.bulk_create(parties)
        tie.themes.set(themes)
    return tie


def make_party(partnership, place=None, **fields):
    """One more party of a tie, at the end of the row; the keys of the tie follow."""
    place = place or make_place()
    party = _stored(
        Party(**{"partnership": partnership, "place": place, "position": partnership.party_count + 1} | fields)
    )
    refresh_partnership_keys(Partnership.objects.filter(pk=partnership.pk))
    partnership.refresh_from_db()
    return party


def make_citation(record, fact="existence", normalised="", **fields):
    """What a source (by default a new one) says of a partnership or a place. Does not touch the record itself."""
    model, owner = (PlaceCitation, "place") if isinstance(record, Place) else (PartnershipCitation, "partnership")
    source = fields.pop("source", None) or make_source()
    claim = {owner: record, "fact": fact, "normalised": normalised, "value": normalised, "source": source}
    return _stored(model(**claim | {"locator": "https://example.org/page", "read_on": "2026-02-01"} | fields))


def make_act(partnership, kind="signing", **fields):
    return _stored(Act(**{"partnership": partnership, "kind": kind, "date": "1957-10-21"} | fields))


def make_user(role=None, **fields):
    """An account for the admin; `role` is the name of a group (`roles.ROLES`), `superuser`, or None for no rights at all."""
    n = next(numbers)
    fields = {"username": f"user-{n}", "email": f"user-{n}@example.org", "is_staff": True} | fields
    user = get_user_model().objects.create(**fields, is_superuser=role == "superuser")
    if role and role != "superuser":
        user.groups.add(_group(role))
    return user


def _group(role):
    """The group that the migration made; a test with real transactions empties the tables, then it is made again."""
    if not Group.objects.filter(name=role).exists():
        grant_all()
    return Group.objects.get(name=role)


def _place(place, name_en, n, fields):
    defaults = {"publication": "published", "name_en": name_en, "slug": f"place-{n}"}
    for name, value in (defaults | fields).items():
        setattr(place, name, value)
    place.path = place.address()
    set_place_keys(place, [])
    return _stored(place)


def _stored(record):
    with public_change():
        record.save()
    return record


def _letters(n):
    """A number as letters (27 -> "ab"), because searches match the start of a word: "Town 1" would find "Town 10"."""
    text = ""
    while n:
        n, digit = divmod(n - 1, 26)
        text = chr(ord("a") + digit) + text
    return text.capitalize()
