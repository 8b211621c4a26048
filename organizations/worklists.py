"""What waits for a curator of organizations, programs, desks and figures, and the addresses that they publish."""

from django.utils.translation import gettext_lazy as _

from sistercities.curation import addresses
from sistercities.curation.worklists import Worklist, register, unpublished

DESK = "organizations.ContactDesk"

register(
    Worklist(
        "desks-stale",
        _("Contact desks to verify"),
        _("Nobody has made sure of the contact for two years, or ever."),
        DESK,
        "stale",
    ),
    Worklist(
        "desks-contested",
        _("Contested contact desks"),
        _("Sources disagree on whose desk it is, and nobody has settled it."),
        DESK,
        "contested",
    ),
    unpublished("desks-unpublished", _("Contact desks in draft or review"), DESK),
    unpublished("organizations-unpublished", _("Organizations in draft or review"), "organizations.Organization"),
    unpublished("programs-unpublished", _("Programs in draft or review"), "organizations.Program"),
    unpublished("figures-unpublished", _("Published figures in draft or review"), "organizations.Figure"),
)
addresses.register("organizations.Organization", "website", "social_url")
addresses.register("organizations.Program", "website")
addresses.register(DESK, "website")
