"""Several rows that change together: settling a fact from its claims, publishing and withdrawing."""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from sistercities.core.dates import PartialDate
from sistercities.core.models import public_change

from .history import because, record_changes
from .models import Publication, Standing
from .versions import lock


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


_followers = []


def follow_settling(*functions):
    """Add functions `follow(record, fact, citation)` for what other apps keep beside a settled fact."""
    _followers.extend(function for function in functions if function not in _followers)


def settle(record, fact, citation, *, reason=""):
    """Prefer `citation` for `fact` of `record` and store its normalised value on the row: the one writer of such a fact.

    A citation that is not stored yet is stored with it. The reason stands with the claim and in the histories. Raises `ValueError` for
    a fact that is not claimable, a citation of another fact or record, or a value that the record cannot store (`settled_fields`);
    then nothing has changed.
    """
    if fact not in record.claimable:
        raise ValueError(f"{fact} is not settled from claims")
    with public_change():
        lock(record)
        stored = record.citations.filter(pk=citation.pk, fact=fact).first() if citation.pk else citation
        owner = record.citations.field.attname
        if citation.fact != fact or stored is None or getattr(stored, owner) != record.pk:
            raise ValueError(f"the citation is not about {fact} of this record")
        because(reason, record, citation)
        for rival in record.citations.filter(fact=fact, standing=Standing.PREFERRED).exclude(pk=citation.pk):
            rival.standing = Standing.ACCEPTED
            because(reason, rival)
            rival.save(update_fields=["standing"])
        _prefer(citation, stored, reason)
        _store(record, fact, citation)
        for follow in _followers:
            follow(record, fact, citation)


def _prefer(citation, stored, reason):
    """Give a citation its standing and reason; nothing is written where `stored` has both already."""
    before = (stored.standing, stored.reason)
    citation.standing, citation.reason = Standing.PREFERRED, reason or citation.reason
    if citation.pk is None:
        citation.save()
    elif before != (citation.standing, citation.reason):
        citation.save(update_fields=["standing", "reason"])


def _store(record, fact, citation):
    """Write the settled columns and whether the record is contested now: together, so that its history gets one entry."""
    fields = record.settled_fields(fact, citation)
    fields["contested"] = bool(contested_facts(record.citations.all(), record.contestable))
    for name, value in fields.items():
        setattr(record, name, value)
    record.save(update_fields=[*fields, "updated_at"])


def set_publication(records, publication, *, user=None, reason=""):
    """Give every record of a queryset this state of publication, with history; returns how many changed.

    Raises `IntegrityError` when a record may not have it (a tie with one party is not published); then nothing has changed.
    """
    with transaction.atomic():
        waiting = records.model.objects.filter(pk__in=records.order_by().values("pk")).exclude(publication=publication)
        ids = list(waiting.order_by("pk").select_for_update().values_list("pk", flat=True))
        if ids:
            with public_change():
                _write_publication(records.model, ids, publication, user, reason)
    return len(ids)


def _write_publication(model, ids, publication, user, reason):
    now = timezone.now()
    for start in range(0, len(ids), 500):
        found = model.objects.filter(pk__in=ids[start : start + 500])
        found.update(publication=publication, updated_at=now)
    record_changes(model, ids, reason=reason, user=user)


def publish(records, *, user=None, reason=""):
    return set_publication(records, Publication.PUBLISHED, user=user, reason=reason)


def withdraw(records, *, user=None, reason=""):
    return set_publication(records, Publication.WITHDRAWN, user=user, reason=reason)
