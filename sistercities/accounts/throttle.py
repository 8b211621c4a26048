"""How often a password may be tried: 10 times in 15 minutes for an account from one address, 100 times in an hour from one address.

Not django-axes: it has one limit and one cool-off for all combinations of account and address, and we need two of each. Counted in the
database, because each worker has a cache of its own. An account is never closed: its owner gets in from any other address.
"""

import hashlib
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import SignInTry

#: (failed tries, within): for an account from one address, and for an address whatever the account.
PER_ACCOUNT = (10, timedelta(minutes=15))
PER_ADDRESS = (100, timedelta(hours=1))


class TooManyTries(Exception):
    """No further try is looked at for `seconds`."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


def address_of(request):
    """Where a request comes from, as text; of IPv6 the network of 64 bits, which one subscriber has whole. "unknown" for none.

    Behind a proxy that is trusted (TRUST_PROXY), what it added itself: the last entry of X-Forwarded-For. Without one the header is
    anybody's invention, and is not read.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        given = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or given
    try:
        address = ip_address(given.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))
    return str(address)


class Try:
    """One try at an account from an address. Counted before the password is looked at, so that a thousand at once are a thousand."""

    def __init__(self, name, address):
        digest = salted_hmac("accounts.throttle", name, algorithm="sha256").digest()
        self.account = hashlib.blake2b(digest, digest_size=16).hexdigest()
        self.address = address

    def count(self):
        """Raises `TooManyTries` where a limit is reached; such a try does not count, or waiting would never help."""
        now = timezone.now()
        SignInTry.objects.filter(at__lt=now - PER_ADDRESS[1]).delete()
        self.row = SignInTry.objects.create(account=self.account, address=self.address, at=now)
        seconds = max(self._wait(self._of_account(), *PER_ACCOUNT), self._wait(self._of_address(), *PER_ADDRESS))
        if seconds:
            self.row.delete()
            raise TooManyTries(seconds)

    def was_right(self):
        """The password was right: the account has no failed tries from here any longer. Those at other accounts stay."""
        self._of_account().delete()

    def _of_account(self):
        return self._of_address().filter(account=self.account)

    def _of_address(self):
        return SignInTry.objects.filter(address=self.address)

    def _wait(self, tries, most, within):
        """Seconds until a further try is within the limit; 0 when it is. This try is among those counted."""
        since = self.row.at - within
        times = list(tries.filter(at__gt=since).order_by("-at", "-pk").values_list("at", flat=True)[: most + 1])
        if len(times) <= most:
            return 0
        return max(1, int((times[most] + within - self.row.at).total_seconds()) + 1)
