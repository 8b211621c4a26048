"""Records for tests: plain functions with good defaults, valid and published unless a field says otherwise.

Codes, slugs and names count upwards, so that two calls never meet. Every call raises the data version once, as the
directory does, so that a page fetched before and after it shows the difference.
"""

from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from events.models import Event, EventCitation, EventOrganizer, Milestone
from organizations.models import (
    Affiliation,
    ContactDesk,
    ContactDeskCitation,
    Figure,
    FigureCitation,
    Organization,
    OrganizationCitation,
    Program,
    ProgramAudience,
    ProgramCitation,
    ProgramEdition,
)
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


#: Root model -> the table of its citations and the name of the record in it.
CITATIONS = {
    Partnership: (PartnershipCitation, "partnership"),
    Place: (PlaceCitation, "place"),
    Organization: (OrganizationCitation, "organization"),
    ContactDesk: (ContactDeskCitation, "contact_desk"),
    Program: (ProgramCitation, "program"),
    Figure: (FigureCitation, "figure"),
    Event: (EventCitation, "event"),
}


def make_citation(record, fact="existence", normalised="", **fields):
    """What a source (by default a new one) says of a root record. Does not touch the record itself."""
    model, owner = CITATIONS[type(record)]
    source = fields.pop("source", None) or make_source()
    claim = {owner: record, "fact": fact, "normalised": normalised, "value": normalised, "source": source}
    return _stored(model(**claim | {"locator": "https://example.org/page", "read_on": "2026-02-01"} | fields))


def make_act(partnership, kind="signing", **fields):
    return _stored(Act(**{"partnership": partnership, "kind": kind, "date": "1957-10-21"} | fields))


def make_organization(name_en="", *, serves=(), **fields):
    n = next(numbers)
    name_en = name_en or f"Organization {_letters(n)}"
    defaults = {"publication": "published", "slug": f"organization-{n}", "name_en": name_en, "kind": "foundation"}
    organization = _stored(Organization(**defaults | fields))
    organization.serves.set(serves)
    return organization


def make_affiliation(organization=None, partner=None, **fields):
    ends = {"organization": organization or make_organization(), "partner": partner or make_organization()}
    return _stored(Affiliation(**{"kind": "works_with"} | ends | fields))


def make_contact_desk(place=None, **fields):
    n = next(numbers)
    defaults = {"publication": "published", "name_en": f"Desk {_letters(n)}", "kind": "international"}
    return _stored(ContactDesk(**{"place": place or make_place()} | defaults | fields))


def make_program(organizer=None, *, audiences=(), places=(), **fields):
    n = next(numbers)
    defaults = {
        "publication": "published",
        "slug": f"program-{n}",
        "name_en": f"Program {_letters(n)}",
        "kind": "exchange",
    }
    program = _stored(Program(**{"organizer": organizer or make_organization()} | defaults | fields))
    ProgramAudience.objects.bulk_create(ProgramAudience(program=program, audience=name) for name in audiences)
    program.places.set(places)
    return program


def make_edition(program=None, *, hosts=(), **fields):
    edition = _stored(ProgramEdition(**{"program": program or make_program(), "fiscal_year": 2015} | fields))
    edition.hosts.set(hosts)
    return edition


def make_figure(value=467, **fields):
    """A published number, by default of ties, said by somebody without a record, as of no date."""
    n = next(numbers)
    source = fields.pop("source", None) or make_source()
    defaults = {"slug": f"figure-{n}", "unit": "ties", "counted_en": f"ties {_letters(n)}", "stated_by_en": "Somebody"}
    return _stored(Figure(**{"publication": "published", "value": value, "source": source} | defaults | fields))


def make_event(name_en="", *, organizers=(), partnerships=(), **fields):
    """A published event, by default of one day in 2019; `organizers` are organizations."""
    n = next(numbers)
    defaults = {"slug": f"event-{n}", "name_en": name_en or f"Event {_letters(n)}", "start": "2019-03-01"}
    event = _stored(Event(**{"publication": "published"} | defaults | fields))
    EventOrganizer.objects.bulk_create(EventOrganizer(event=event, organization=found) for found in organizers)
    event.partnerships.set(partnerships)
    return event


def make_milestone(**fields):
    n = next(numbers)
    source = fields.pop("source", None) or make_source()
    defaults = {"slug": f"milestone-{n}", "kind": "first", "date": "1955-12", "name_en": f"Milestone {_letters(n)}"}
    return _stored(Milestone(**{"name_ja": f"節目{n}", "source": source} | defaults | fields))


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
