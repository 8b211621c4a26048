"""Accounts to try the portal with: one for each role, each with a password that must be changed when it is first used."""

import secrets

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from sistercities.curation.roles import ROLES
from sistercities.settings import is_public

from .actions import hand_out_password
from .people import User

#: Parts and letters of a password: 4 times 5 of 31 are 99 bits.
PARTS, LETTERS = 4, "23456789abcdefghjkmnpqrstuvwxyz"


def one_time_password():
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(5)) for _part in range(PARTS))


@transaction.atomic
def make_accounts(*, in_public=False):
    """Make the account `demo-<role>` of each role; returns lines to print, each with a one-time password.

    An account whose password was never changed gets a new one; one that somebody uses is left alone. Raises `ValueError` with words
    where the portal has a public address, unless `in_public`.
    """
    if is_public(settings.SITE_HOST) and not in_public:
        raise ValueError(
            f"These accounts are for trying things out, and {settings.SITE_HOST} is a public address. "
            "Nothing was made. --demo-in-public makes them all the same."
        )
    return [_account(role) for role in ROLES]


def _account(role):
    name = f"demo-{role}"
    user, is_new = User.objects.select_for_update().get_or_create(username=name, defaults={"is_staff": True})
    if not is_new and not hasattr(user, "password_to_change"):
        return f"{name}: is in use, left as it is"
    password = one_time_password()
    hand_out_password(user, password)
    user.groups.set([Group.objects.get(name=role)])
    return f"{name}: {password}"
