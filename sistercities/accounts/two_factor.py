"""The second factor: an authenticator app (TOTP) for each person, and recovery codes for the day it is lost."""

import hashlib
import secrets
import unicodedata
from base64 import b32encode
from binascii import unhexlify
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_otp import verify_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from .people import User

RECOVERY_CODES = 8
#: Without what is mistaken for another: 0 and o, 1 and l and i. 12 of 31 are 59 bits.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 12
#: Modules of white around a QR code, as its standard asks.
QUIET_ZONE = 4


class CodesThrottled(Exception):
    """After wrong codes each further one has to wait twice as long; the next is looked at in `seconds`."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


def device_of(user):
    """The authenticator of a person, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def folded(code):
    """A code as it was meant: full-width digits, spaces, hyphens and capitals are all the same."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", code).lower()))


def verify(user, code):
    """The device that takes this code, or None. A code works once. Raises `CodesThrottled`."""
    code = folded(code)
    if code.isascii() and code.isdigit() and len(code) <= 8:
        device, token = device_of(user), code
    else:
        device, token = StaticDevice.objects.filter(user=user).first(), digest(code)
    if device is None:
        return None
    allowed, said = device.verify_is_allowed()
    if not allowed:
        raise CodesThrottled(max(1, int((said["locked_until"] - timezone.now()).total_seconds()) + 1))
    return verify_token(user, device.persistent_id, token)


def fresh_key():
    """A secret for an authenticator that is to be set up, as 40 hexadecimal digits."""
    return default_key()


def secret(key):
    """A key as authenticators ask for it, in groups of four."""
    text = b32encode(unhexlify(key)).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(user, key):
    """The `otpauth:` address that sets up an authenticator."""
    label = f"{settings.OTP_TOTP_ISSUER}:{user.get_username()}"
    given = {"secret": secret(key).replace(" ", ""), "issuer": settings.OTP_TOTP_ISSUER}
    return f"otpauth://totp/{quote(label, safe=':')}?{urlencode(given, quote_via=quote)}"


def qr_code(text):
    """A QR code as `(size, path)`: the side of its square, and the `d` of an SVG path of its dark modules, one unit each."""
    code = segno.make(text, error="m", micro=False)
    dark = [
        f"M{x},{y}h1v1h-1z"
        for y, row in enumerate(code.matrix_iter(border=QUIET_ZONE))
        for x, module in enumerate(row)
        if module
    ]
    return code.symbol_size(border=QUIET_ZONE)[0], "".join(dark)


@transaction.atomic
def enrol(user, key, code):
    """Take an authenticator that shows the right code for a key; returns the device, or None for a wrong code.

    Returns None as well where the person has one by now: two windows do not make two.
    """
    User.objects.select_for_update().get(pk=user.pk)
    code = folded(code)
    totp = TOTP(unhexlify(key))
    right = code.isascii() and code.isdigit() and len(code) == 6 and totp.verify(int(code), tolerance=1)
    if not right or device_of(user):
        return None
    # The code that set it up does not sign in a second time.
    return TOTPDevice.objects.create(user=user, name="authenticator", key=key, drift=totp.drift, last_t=totp.t())


@transaction.atomic
def new_recovery_codes(user):
    """Make recovery codes in place of those before; they are returned, and kept as digests only: nobody can show them again."""
    User.objects.select_for_update().get(pk=user.pk)
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(LENGTH)) for _code in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=digest(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, LENGTH, 4)) for code in codes]


def recovery_codes_left(user):
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def reset(user):
    """Take a person's authenticator and recovery codes away: their sessions end, and the next sign-in sets up new ones."""
    taken, _by_model = TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    return bool(taken)


def digest(code):
    """A recovery code as it is kept: 80 bits in 16 letters, which is all that django-otp's column holds."""
    return b32encode(hashlib.blake2b(code.encode(), digest_size=10, person=b"recovery-code").digest()).decode().lower()
