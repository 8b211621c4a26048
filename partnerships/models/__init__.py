"""Places, the partnerships between them, and the acts and claims that document them."""

from .agreements import Act, ActKind, PartnershipCitation, PartnershipFact
from .partnerships import Kind, Partnership, Party, Status, Theme
from .places import (
    Area,
    Classification,
    CodeScheme,
    Level,
    NameKind,
    Place,
    PlaceCitation,
    PlaceFact,
    PlaceIdentifier,
    PlaceName,
    Succession,
    SuccessionKind,
)

__all__ = [
    "Act",
    "ActKind",
    "Area",
    "Classification",
    "CodeScheme",
    "Kind",
    "Level",
    "NameKind",
    "Partnership",
    "PartnershipCitation",
    "PartnershipFact",
    "Party",
    "Place",
    "PlaceCitation",
    "PlaceFact",
    "PlaceIdentifier",
    "PlaceName",
    "Status",
    "Succession",
    "SuccessionKind",
    "Theme",
]
