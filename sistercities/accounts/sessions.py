"""How long a session stands: an hour without a request, twelve in all, and not past any change of what its person may do.

`request.user` is the person only while the session stands; every page that asks who is there gets nobody otherwise, whatever door it
is. A visitor without a session cookie costs nothing, because nothing is looked up before a page asks.
"""

import time

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject, cached_property
from django_otp import DEVICE_ID_SESSION_KEY

from .people import only_looks, person, stamp

#: Seconds without a request, and in all.
IDLE = 60 * 60
ABSOLUTE = 12 * 60 * 60
#: Seconds between two notes of the last request, so that not each of them writes.
NOTED_EVERY = 60

STAMP, BEGAN, SEEN = "staff_stamp", "staff_began", "staff_seen"
#: Why the last session of this browser ended, for the page where one signs in: "idle", "absolute", "changed" or "second-factor".
ENDED = "staff_ended"


def begin(sender=None, *, request, user, **kwargs):
    """Note with a session that was just signed in what its person may do, and when it began."""
    now = int(time.time())
    request.session.update({STAMP: stamp(person(user.pk)), BEGAN: now, SEEN: now})
    request.session.pop(ENDED, None)


def renew_stamp(request):
    """After a change that the person of this session made to their own account: only the other sessions end."""
    request.session[STAMP] = stamp(person(request.user.pk))


def needs_second_factor(account):
    """Whether an account from `people()` signs in with a code: who does more than look, and who has set it up."""
    return bool(account.second_factor) or (settings.TWO_FACTOR and not only_looks(account))


def reason_to_end(session, account):
    """Why a session does not stand any longer, or ""."""
    now = time.time()
    if now - session.get(BEGAN, 0) >= ABSOLUTE:
        return "absolute" if BEGAN in session else "changed"
    if now - session.get(SEEN, 0) >= IDLE:
        return "idle"
    if session.get(STAMP) != stamp(account):
        return "changed"
    if needs_second_factor(account) and DEVICE_ID_SESSION_KEY not in session:
        return "second-factor"
    return ""


def person_of(request):
    """The person of a request, or AnonymousUser; a session that does not stand any longer is emptied."""
    if not hasattr(request, "_cached_user"):
        request._cached_user = _standing_person(request)
    return request._cached_user


def _standing_person(request):
    session = request.session
    was_signed_in = auth.SESSION_KEY in session
    account = auth.get_user(request)  # nobody where the account is closed or its password is another
    if not was_signed_in:
        return account
    reason = reason_to_end(session, account) if account.is_authenticated else "changed"
    if reason:
        session.flush()
        session[ENDED] = reason
        return AnonymousUser()
    if time.time() - session[SEEN] >= NOTED_EVERY:
        session[SEEN] = int(time.time())
    return account


class PeopleMiddleware(AuthenticationMiddleware):
    """Django's own, with sessions that end; and nothing that a signed-in person saw is stored anywhere, the whole admin included."""

    def process_request(self, request):
        request.user = SimpleLazyObject(lambda: person_of(request))

    def process_response(self, request, response):
        account = getattr(request, "_cached_user", None)
        if (account and account.is_authenticated) or request.path_info.startswith(self.admin_prefix):
            patch_cache_control(response, private=True, no_store=True)
        return response

    @cached_property
    def admin_prefix(self):
        return reverse("admin:index")
