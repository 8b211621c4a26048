"""The admin of places, partnerships and what belongs to them."""

from .partnerships import PartnershipAdmin, ThemeAdmin
from .places import PlaceAdmin, SuccessionAdmin

__all__ = ["PartnershipAdmin", "PlaceAdmin", "SuccessionAdmin", "ThemeAdmin"]
