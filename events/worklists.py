"""What waits for a curator of events, and the addresses that they publish."""

from django.utils.translation import gettext_lazy as _

from sistercities.curation import addresses
from sistercities.curation.worklists import register, unpublished

register(unpublished("events-unpublished", _("Events in draft or review"), "events.Event"))
addresses.register("events.Event", "website", "online_url")
