"""How often one sender may write: counted in the database, so that all processes count together.

An address is never stored. What is stored is a keyed hash of it and of the day: nobody without the key can tell whose it is, and tomorrow's
is another.
"""

import hmac
from datetime import datetime, time, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from sistercities.curation.bulk import lock_tables

from .models import Attempt

#: Suggestions that a visitor may send, and forms of any kind: looking at a draft, sending one with a mistake.
PER_MINUTE, PER_DAY, FORMS_PER_MINUTE = 5, 30, 30
#: The same for a coordinator, who is known by name.
STAFF_PER_MINUTE, STAFF_PER_DAY = 60, 1000
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
#: How long an attempt is kept: longer than the longest limit.
KEEP = 2 * DAY


class TooMany(Exception):
    """The sender has to wait: `seconds`."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


def address_of(request):
    """Where a request comes from; the word of a proxy counts only where the operator said that there is one (`TRUST_PROXY`).

    Of what the proxy forwards, the last counts: whatever stands before it, the visitor may have written.
    """
    if settings.TRUST_PROXY and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR", "")


def sender_of(request):
    """What stands for the sender of a request until midnight. An account is an account; of IPv6 the network counts (/64)."""
    if request.user.is_authenticated:
        return _digest(f"account {request.user.pk}")
    address = address_of(request)
    try:
        known = ip_address(address)
        known = known.ipv4_mapped or known if isinstance(known, IPv6Address) else known
        address = str(IPv6Address(int(known) >> 64 << 64) if isinstance(known, IPv6Address) else known)
    except ValueError:
        pass  # a socket, or nonsense of a proxy: all of them count as one
    return _digest(f"address {address}")


def _digest(text):
    key = f"review.limits {settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{timezone.localdate()} {text}".encode(), sha256).hexdigest()[:32]


def attempt(sender, *, is_staff=False):
    """Count a form that was sent. Raises `TooMany`; then nothing was counted."""
    _must_wait(sender, is_staff)
    Attempt.objects.create(sender=sender, at=timezone.now())


def take(sender, *, is_staff=False):
    """Count a suggestion that is stored, within its transaction: two processes count one after the other. Raises `TooMany`."""
    lock_tables(Attempt)
    _must_wait(sender, is_staff)
    Attempt.objects.create(sender=sender, at=timezone.now(), taken=True)


def _must_wait(sender, is_staff):
    """One statement, whatever comes of it."""
    per_minute, per_day = (STAFF_PER_MINUTE, STAFF_PER_DAY) if is_staff else (PER_MINUTE, PER_DAY)
    now = timezone.now()
    lately = Q(at__gt=now - MINUTE)
    counts = Attempt.objects.filter(sender=sender, at__gt=now - DAY).aggregate(
        forms=Count("pk", filter=lately & Q(taken=False)),
        minute=Count("pk", filter=lately & Q(taken=True)),
        day=Count("pk", filter=Q(taken=True)),
    )
    if counts["day"] >= per_day:
        raise TooMany(_until_midnight())
    if counts["minute"] >= per_minute or counts["forms"] >= FORMS_PER_MINUTE + per_minute:
        raise TooMany(int(MINUTE.total_seconds()))


def _until_midnight():
    """Seconds until senders have other names."""
    now = timezone.localtime()
    midnight = datetime.combine(now.date() + DAY, time(), tzinfo=now.tzinfo)
    return max(60, int((midnight - now).total_seconds()))


def forget():
    """Remove attempts that no limit needs any more; returns how many went."""
    return Attempt.objects.filter(at__lt=timezone.now() - KEEP).delete()[0]
