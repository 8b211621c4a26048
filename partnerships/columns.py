"""The published columns of partnerships and places. The import reads the same names: export, import, and nothing changes."""

from django.utils.translation import gettext_lazy as _

from sistercities.core.listings import Column

from .models import Level


class PartnershipLine:
    """A line of the file of partnerships: the first party on the left, another on the right."""

    def __init__(self, tie, other):
        self.tie = tie
        self.left = PartyCells(tie.first)
        self.right = PartyCells(other)


class PartyCells:
    """The cells of one party. An empty municipality means that the region itself is the party."""

    def __init__(self, place):
        is_country, is_region = place.level == Level.COUNTRY, place.level == Level.REGION
        region = place if is_region else place.region
        country = place if is_country else place.country
        self.place = place.pk
        self.country = country.code if country else ""
        self.region = (region.name_en or region.name_local) if region and not is_country else ""
        self.municipality = "" if is_country or is_region else (place.name_en or place.name_local or place.name_ja)
        self.code = place.code
        self.name_ja = place.name_ja


PARTY_COLUMNS = ("country", "region", "municipality", "code", "name_ja")


def _of(side, name):
    return lambda line: getattr(getattr(line, side), name)


def _party_column(side, prefix, name, help):
    return Column(prefix + name, _of(side, name), help, per_line=True)


PARTNERSHIP_COLUMNS = (
    Column("id", lambda line: line.tie.pk, _("Number of the record, never used again for another."), is_text=False),
    _party_column("left", "", "country", _("Country of the first party, ISO 3166-1.")),
    _party_column("left", "", "region", _("Prefecture, state or province of the first party, in English.")),
    _party_column("left", "", "municipality", _("Municipality; empty where the region itself is the party.")),
    _party_column(
        "left", "", "code", _("Official code: the six digits of Japan's municipalities, ISO 3166-2 for regions.")
    ),
    _party_column("left", "", "name_ja", _("Name in Japanese.")),
    _party_column("right", "partner_", "country", _("Country of the other party, ISO 3166-1.")),
    _party_column("right", "partner_", "region", _("Prefecture, state or province of the other party, in English.")),
    _party_column("right", "partner_", "municipality", _("Municipality of the other party.")),
    _party_column("right", "partner_", "code", _("Official code of the other party.")),
    _party_column("right", "partner_", "name_ja", _("Name of the other party in Japanese.")),
    Column("kind", lambda line: line.tie.kind, _("Our class of the partnership.")),
    Column("designation_en", lambda line: line.tie.designation_en, _("What the agreement calls it, in English.")),
    Column("designation_ja", lambda line: line.tie.designation_ja, _("What the agreement calls it, in Japanese.")),
    Column("status", lambda line: line.tie.status, _("“presumed” where no source states more.")),
    Column(
        "established",
        lambda line: str(line.tie.established),
        _("YYYY, YYYY-MM or YYYY-MM-DD: as precise as the source."),
        is_text=False,
    ),
    Column("ended", lambda line: str(line.tie.ended), _("YYYY, YYYY-MM or YYYY-MM-DD."), is_text=False),
    Column("source_url", lambda line: line.tie.source_url, _("Address of the preferred source.")),
)


PLACE_COLUMNS = (
    Column("id", lambda place: place.pk, _("Number of the record, never used again for another."), is_text=False),
    Column("path", lambda place: place.path, _("Address of the record below /places/.")),
    Column("level", lambda place: place.level, _("country, region or municipality.")),
    Column("classification", lambda place: place.classification, _("Official class of the place.")),
    Column(
        "code", lambda place: place.code, _("Official code: ISO 3166 for countries and regions, six digits in Japan.")
    ),
    Column("country", lambda place: (place.country or place).code, _("Country, ISO 3166-1.")),
    Column("region", lambda place: place.region.name_en if place.region else "", _("Prefecture, state or province.")),
    Column("name_en", lambda place: place.name_en, _("Name in English.")),
    Column("name_ja", lambda place: place.name_ja, _("Name in Japanese.")),
    Column("name_kana", lambda place: place.name_kana, _("Reading of the Japanese name, in kana.")),
    Column("latitude", lambda place: place.latitude, _("Degrees north, WGS 84."), is_text=False),
    Column("longitude", lambda place: place.longitude, _("Degrees east, WGS 84."), is_text=False),
    Column("population", lambda place: place.extra["population"], _("Inhabitants."), is_text=False),
    Column(
        "population_on", lambda place: str(place.extra["population_on"]), _("Date of the population."), is_text=False
    ),
    Column("abolished", lambda place: str(place.extra["abolished"]), _("Date on which the body ended."), is_text=False),
    Column("website", lambda place: place.extra["website"], _("Website.")),
    Column(
        "partnerships",
        lambda place: place.extra["ties"],
        _("Number of public partnerships of the place itself."),
        is_text=False,
    ),
)
