"""The way in, step by step: password, code, a password of one's own, a second factor. Nobody is signed in before the last.

Between the steps the session holds who is on the way, not a signed-in person: a page that forgets to ask cannot let them through.
"""

import logging
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from .models import PasswordToChange
from .people import PeopleBackend, User
from .sessions import needs_second_factor
from .throttle import TooManyTries, Try, address_of

logger = logging.getLogger(__name__)

#: Seconds from the password to the last step: time enough to install an authenticator.
PATIENCE = 30 * 60
#: Longest address to which a sign-in leads back.
LONGEST_WAY_BACK = 2000

_ON_THE_WAY = "signing_in"


def check_password(request, name, password):
    """The person with this name and password, or None. Raises `TooManyTries`. Each failure is a line of the log."""
    address = address_of(request)
    this_try = Try(name, address)
    try:
        this_try.count()
    except TooManyTries:
        logger.warning("Sign-in throttled: %s from %s", _named(name), address)
        raise
    user = auth.authenticate(request, username=name, password=password)
    if user and user.is_staff:
        this_try.was_right()
        return user
    logger.warning("Sign-in failed: %s from %s", _named(name), address)
    return None


def _named(name):
    """An account for the log by its number; what was typed for no account may be a password, and is not repeated."""
    number = User.objects.filter(username=name).values_list("pk", flat=True).first()
    return f"account {number}" if number else "an unknown account"


def log_wrong_code(request, user):
    logger.warning("Sign-in failed at the second factor: account %s from %s", user.pk, address_of(request))


def way_back(request, given):
    """Where signing in leads: the page that asked for it, if it is one of ours, else the admin."""
    ours = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if ours and len(given) <= LONGEST_WAY_BACK and urlsplit(given).path else reverse("admin:index")


class OnTheWay:
    """Somebody whose password was right and who has steps before them. Kept in the session."""

    def __init__(self, request):
        self.request = request
        self.kept = request.session.get(_ON_THE_WAY) or {}
        self.person = self._person()

    @classmethod
    def set_out(cls, request, user, next_page, device=None):
        """Begin the way of a person whose password was right; `device` where a code was as well."""
        request.session.cycle_key()  # whoever planted a session beforehand does not share the way
        request.session[_ON_THE_WAY] = {
            "user": user.pk,
            "password": user.get_session_auth_hash(),
            "since": int(time.time()),
            "next": next_page,
            "device": device.persistent_id if device else "",
        }
        return cls(request)

    def _person(self):
        if not self.kept or time.time() - self.kept["since"] >= PATIENCE:
            return None
        person = PeopleBackend().get_user(self.kept["user"])
        same = person and constant_time_compare(person.get_session_auth_hash(), self.kept["password"])
        return person if same and person.is_staff else None

    def keep(self, **changed):
        self.kept = {**self.kept, **changed}
        self.request.session[_ON_THE_WAY] = self.kept

    @property
    def next_step(self):
        """The name of the page of the next step, or "" when there is none left."""
        if self.person.second_factor and not self.kept["device"]:
            return "sign-in-code"
        if PasswordToChange.objects.filter(user=self.person).exists():
            return "sign-in-password"
        if needs_second_factor(self.person) and not self.person.second_factor:
            return "second-factor"
        return ""

    def code_was_right(self, device):
        self.keep(device=device.persistent_id)

    def password_was_chosen(self, user):
        self.keep(password=user.get_session_auth_hash())

    def arrive(self):
        """Sign the person in; returns where they wanted to go."""
        device = Device.from_persistent_id(self.kept["device"]) if self.kept["device"] else None
        next_page = self.kept["next"]
        del self.request.session[_ON_THE_WAY]
        self.request.session.pop(DEVICE_ID_SESSION_KEY, None)
        if device:
            self.person.otp_device = device  # django-otp notes it with the session
        auth.login(self.request, self.person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return next_page
