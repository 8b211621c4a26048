"""Accounts as signing in needs them: one statement fetches a person with all that a session depends on."""

from functools import lru_cache

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Aggregate, OuterRef, Subquery, TextField
from django.db.models.functions import Cast
from django.utils.translation import pgettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from sistercities.curation.roles import ROLES

User = get_user_model()

_ANYBODY = -1

#: How a role is called on a page; a group that is none of ours by its own name.
ROLE_WORDS = {
    "viewer": pgettext_lazy("role", "viewer"),
    "coordinator": pgettext_lazy("role", "coordinator"),
    "curator": pgettext_lazy("role", "curator"),
    "merger": pgettext_lazy("role", "merger"),
    "administrator": pgettext_lazy("role", "administrator"),
}


class Joined(Aggregate):
    """The texts of a group with commas between them, in no order: both databases can, under two names."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = TextField()

    def as_sqlite(self, compiler, connection, **context):
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **context)


def people():
    """All accounts, each with the names of its roles, its own permissions and its second factor, as `stamp` reads them."""
    groups = Group.objects.filter(user=OuterRef("pk")).order_by().values("user").annotate(names=Joined("name"))
    rights = User.user_permissions.through.objects.filter(user=OuterRef("pk")).order_by().values("user")
    devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True).order_by("pk")
    return User._default_manager.annotate(
        role_names=Subquery(groups.values("names")),
        own_rights=Subquery(rights.annotate(ids=Joined(Cast("permission_id", TextField()))).values("ids")),
        second_factor=Subquery(devices.values("pk")[:1]),
    )


def roles_of(person):
    """The names of the groups of a person from `people()`."""
    return sorted((person.role_names or "").split(",")) if person.role_names else []


def only_looks(person):
    """Whether a person from `people()` has no more than the first role. Whoever has a right of another kind does more."""
    return not (person.is_superuser or person.own_rights or set(roles_of(person)) - set(ROLES[:1]))


def stamp(person):
    """What a person may be, as a text that changes when any of it does: roles, rights of their own, flags, second factor."""
    rights = sorted((person.own_rights or "").split(","))
    flags = [person.is_active, person.is_staff, person.is_superuser]
    return repr([roles_of(person), rights, flags, person.second_factor])


@lru_cache
def _statement(vendor):
    """The statement that fetches one person: to build it takes the ORM ten times as long as the rest, and each request asks it."""
    return people().filter(pk=_ANYBODY).query.sql_with_params()


def person(pk):
    """The account with this number, as `people()` has it, or None."""
    sql, parameters = _statement(connection.vendor)
    given = [pk if parameter == _ANYBODY else parameter for parameter in parameters]
    return next(iter(User.objects.raw(sql, given)), None)


class PeopleBackend(ModelBackend):
    """Django's own, except that the one statement which fetches the person of a session fetches the stamp as well."""

    def get_user(self, user_id):
        found = person(user_id)
        return found if found and self.user_can_authenticate(found) else None
