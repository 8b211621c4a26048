"""Taking a suggestion in: stored as a proposal that waits, or counted where the same was said before."""

from django.db import transaction
from django.db.models import F

from sistercities.core.pages import digest
from sistercities.curation.models import UNDECIDED, Proposal

from . import limits
from .erasing import erase
from .models import Origin, Suggestion


def receive(*, dataset, object_id, difference, details, sender, language="", user=None, is_staff=False):
    """Store a suggestion and return its `Suggestion`; the same words about the same record, still undecided, are counted with the first.

    `difference` is that of a `Proposal`, `details` the cleaned data of a `DetailsForm`, `user` whoever is signed in. Raises
    `limits.TooMany`; then nothing was stored. Nothing is ever sent to anybody.
    """
    said = {name: details.get(name, "") for name in ("message", "source_title", "source_url")}
    new = sorted((name, pair[1]) for name, pair in difference.items())
    fingerprint = digest(dataset, object_id, new, *said.values())
    with transaction.atomic():
        limits.take(sender, is_staff=is_staff)
        erase()
        first = Suggestion.objects.filter(fingerprint=fingerprint, proposal__state__in=UNDECIDED)
        if found := first.select_related("proposal").first():
            return _again(found, details.get("contact", ""))
        proposal = Proposal(dataset=dataset, object_id=object_id, difference=difference, proposed_by=user)
        proposal._history_user = user
        proposal.save()
        return Suggestion.objects.create(
            proposal=proposal,
            origin=Origin.STAFF if is_staff else Origin.PUBLIC,
            contact=details.get("contact", ""),
            language=language,
            fingerprint=fingerprint,
            **said,
        )


def _again(suggestion, contact):
    """The same once more: counted, with how to reach the first who says that."""
    changed = {"repeats": F("repeats") + 1} | ({"contact": contact} if contact and not suggestion.contact else {})
    Suggestion.objects.filter(pk=suggestion.pk).update(**changed)
    return suggestion
