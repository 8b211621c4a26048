"""The published columns of organizations, contact desks, programs and figures."""

from django.utils.translation import gettext_lazy as _

from sistercities.core.listings import Column
from sistercities.curation.models import Publication

PUBLISHED = Publication.PUBLISHED


def own(name, help, *, is_text=True):
    """A column that holds a field of the record as it is stored; dates as text."""

    def value(record):
        found = getattr(record, name)
        return str(found) if isinstance(found, str) else found

    return Column(name, value, help, is_text=is_text)


def of(name, related, attribute, help):
    """A column that holds a field of the published record to which a foreign key points, or nothing."""

    def value(record):
        found = getattr(record, related)
        return getattr(found, attribute) if found and getattr(found, "publication", PUBLISHED) == PUBLISHED else ""

    return Column(name, value, help)


def paths(places):
    """The addresses of the published places of a prefetched relation."""
    return [place.path for place in places.all() if place.publication == PUBLISHED]


def number():
    return Column(
        "id", lambda record: record.pk, _("Number of the record, never used again for another."), is_text=False
    )


def dated(name, help):
    return own(name, help, is_text=False)


SLUG = own("slug", _("Short name of the record, the last part of its address."))
NAME_EN, NAME_JA = own("name_en", _("Name in English.")), own("name_ja", _("Name in Japanese."))
DESCRIPTION_EN = own("description_en", _("Description in English."))
DESCRIPTION_JA = own("description_ja", _("Description in Japanese."))
WEBSITE = own("website", _("Website."))

ORGANIZATION_COLUMNS = (
    number(),
    SLUG,
    own("kind", _("Kind of organization.")),
    NAME_EN,
    NAME_JA,
    own("name_kana", _("Reading of the Japanese name, in kana.")),
    own("acronym", _("Acronym.")),
    of("parent", "parent", "slug", _("Short name of the organization it belongs to.")),
    of("seat", "seat", "path", _("Address of its seat below /places/.")),
    Column("serves", lambda record: paths(record.serves), _("Places it works for, below /places/.")),
    dated("founded", _("YYYY, YYYY-MM or YYYY-MM-DD: as precise as the source.")),
    dated("dissolved", _("YYYY, YYYY-MM or YYYY-MM-DD.")),
    DESCRIPTION_EN,
    DESCRIPTION_JA,
    own("address", _("Postal address.")),
    own("telephone", _("Telephone.")),
    own("fax", _("Fax.")),
    own("email", _("E-mail.")),
    WEBSITE,
    own("social_url", _("Page in a social network.")),
)  # fmt: skip

CONTACT_COLUMNS = (
    number(),
    of("place", "place", "path", _("Address of the municipality below /places/.")),
    Column("country", lambda desk: (desk.place.country or desk.place).code, _("Country, ISO 3166-1.")),
    Column("region", lambda desk: getattr(desk.place.region, "name_en", ""), _("Prefecture, state or province.")),
    of("municipality", "place", "name_en", _("Municipality, in English.")),
    of("municipality_ja", "place", "name_ja", _("Municipality, in Japanese.")),
    of("code", "place", "code", _("Official code of the municipality.")),
    own("position", _("Place of the desk among those of its municipality."), is_text=False),
    own("kind", _("Kind of office.")),
    NAME_EN,
    NAME_JA,
    own("within_en", _("Department it belongs to, in English.")),
    own("within_ja", _("Department it belongs to, in Japanese.")),
    of("organization", "organization", "slug", _("Short name of the organization whose desk it is.")),
    own("telephone", _("Telephone.")),
    own("email", _("E-mail; empty where the source prints none that works.")),
    WEBSITE,
    own("note_en", _("Note in English.")),
    own("note_ja", _("Note in Japanese.")),
    dated("verified_on", _("When somebody last made sure; empty: never.")),
    Column("contested", lambda desk: desk.contested, _("Whether sources disagree on whose desk it is."), is_text=False),
)

PROGRAM_COLUMNS = (
    number(),
    SLUG,
    own("kind", _("Kind of program.")),
    NAME_EN,
    NAME_JA,
    own("acronym", _("Acronym.")),
    of("organizer", "organizer", "slug", _("Short name of the organization that holds it.")),
    Column("audiences", lambda record: [row.audience for row in record.audiences.all()], _("For whom it is.")),
    Column("places", lambda record: paths(record.places), _("Countries and places, below /places/.")),
    own("status", _("Whether it still runs, as far as a source says so.")),
    dated("status_as_of", _("When the source says so.")),
    dated("since", _("YYYY, YYYY-MM or YYYY-MM-DD: as precise as the source.")),
    dated("until", _("YYYY, YYYY-MM or YYYY-MM-DD.")),
    DESCRIPTION_EN,
    DESCRIPTION_JA,
    WEBSITE,
)  # fmt: skip

FIGURE_COLUMNS = (
    number(),
    SLUG,
    own("value", _("The number."), is_text=False),
    own("qualifier", _("exact, over, about or nearly.")),
    own("unit", _("What a number counts; numbers of two units are never added.")),
    own("counted_en", _("What is counted, in English.")),
    own("counted_ja", _("What is counted, in Japanese.")),
    of("place", "place", "path", _("The place of which it is, below /places/; empty: the world.")),
    of("partner_place", "partner_place", "path", _("The other place, where it counts between two.")),
    dated("as_of", _("YYYY, YYYY-MM or YYYY-MM-DD; empty: the source gives no date.")),
    of("stated_by", "stated_by", "slug", _("Short name of the organization that says it.")),
    own("stated_by_en", _("Who says it, in English.")),
    own("stated_by_ja", _("Who says it, in Japanese.")),
    of("program", "program", "slug", _("Short name of the program it is about.")),
    own("quotation", _("Words of the source.")),
    own("comment_en", _("Our comment in English.")),
    own("comment_ja", _("Our comment in Japanese.")),
    of("source_url", "source", "url", _("Address of the source.")),
    own("locator", _("Place in the source.")),
)
