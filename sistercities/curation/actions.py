"""Several rows that change together: settling a fact from its claims, publishing and withdrawing."""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from sistercities.core.dates import PartialDate
from sistercities.core.models import public_change

from .models import Publication, Standing


def values_disagree(values):
    """Whether two of the normalised values contradict each other. A coarser date does not contradict a finer one."""
    values = sorted({value for value in values if value})
    dates = [PartialDate(value) if value[:4].isdigit() else None for value in values]
    return any(
        not (left and right and left.agrees_with(right))
        for index, left in enumerate(dates)
        for right in dates[index + 1 :]
    )


def contested_facts(citations, contestable):
    """The facts on which `citations` (an iterable) that are not rejected disagree, in the order of `contestable`."""
    claims = defaultdict(list)
    for citation in citations:
        if citation.standing != Standing.REJECTED:
            claims[citation.fact].append(citation.normalised)
    return [fact for fact in contestable if values_disagree(claims[fact])]


def refresh_contested(record):
    """Store whether any fact of `record` is contested; the row is saved only when that changed."""
    contested = bool(contested_facts(record.citations.all(), record.contestable))
    if contested != record.contested:
        record.contested = contested
        record.save(update_fields=["contested", "updated_at"])


def settle(record, fact, citation, *, reason=""):
    """Prefer `citation` for `fact` of `record` and store its normalised value on the row: the one writer of such a fact.

    Raises `ValueError` for a fact that is not claimable, a citation of another fact or record, or a value that the record cannot
    store (`settled_fields`); then nothing has changed.
    """
    if fact not in record.claimable:
        raise ValueError(f"{fact} is not settled from claims")
    stored = record.citations.filter(pk=citation.pk, fact=fact).first()
    if citation.fact != fact or stored is None:
        raise ValueError(f"the citation is not about {fact} of this record")
    with public_change():
        for rival in record.citations.filter(fact=fact, standing=Standing.PREFERRED).exclude(pk=citation.pk):
            rival.standing = Standing.ACCEPTED
            rival.save(update_fields=["standing"])
        citation.standing = Standing.PREFERRED
        citation.reason = reason or citation.reason
        if (stored.standing, stored.reason) != (citation.standing, citation.reason):
            citation.save(update_fields=["standing", "reason"])
        _store(record, fact, citation)
        refresh_contested(record)


def _store(record, fact, citation):
    fields = record.settled_fields(fact, citation)
    for name, value in fields.items():
        setattr(record, name, value)
    record.save(update_fields=[*fields, "updated_at"])


def set_publication(records, publication, *, user=None, reason=""):
    """Give every record of a queryset this state of publication, with history; returns how many changed.

    Raises `IntegrityError` when a record may not have it (a tie with one party is not published); then nothing has changed.
    """
    changed = list(records.exclude(publication=publication))
    now = timezone.now()
    for record in changed:
        record.publication, record.updated_at = publication, now
    with public_change() if changed else transaction.atomic():
        bulk_update_with_history(
            changed,
            records.model,
            ["publication", "updated_at"],
            default_user=user,
            default_change_reason=reason[:100] or None,
        )
    return len(changed)


def publish(records, *, user=None, reason=""):
    return set_publication(records, Publication.PUBLISHED, user=user, reason=reason)


def withdraw(records, *, user=None, reason=""):
    return set_publication(records, Publication.WITHDRAWN, user=user, reason=reason)
