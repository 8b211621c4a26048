"""Places, the partnerships between them, and the acts and claims that document them."""

from .agreements import Act, ActKind, PartnershipCitation, PartnershipFact
from .merging import Dataset, NotDuplicate, OldAddress
from .partnerships import Holding, Kind, Partnership, Party, Status, Theme
from .place_details import (
    NameKind,
    PlaceCitation,
    PlaceFact,
    PlaceIdentifier,
    PlaceName,
    Succession,
    SuccessionKind,
)
from .places import Area, Classification, CodeScheme, Level, Place

__all__ = [
    "Act",
    "ActKind",
    "Area",
    "Classification",
    "CodeScheme",
    "Dataset",
    "Holding",
    "Kind",
    "Level",
    "NameKind",
    "NotDuplicate",
    "OldAddress",
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
