"""Who may do what: one table, from which the groups of the admin are made.

The groups are made by migrations, an app at a time, because the permissions of an app exist once its tables do. A group that
was changed by hand keeps what it was given: `grant` only ever adds.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS

#: Each role has every right of those before it.
ROLES = ("viewer", "coordinator", "curator", "merger", "administrator")

#: A record of its own: withdrawn rather than deleted, so that its address and its history stay.
RECORD = {"view": "viewer", "add": "curator", "change": "curator", "delete": "administrator"}
PUBLISHED_RECORD = {**RECORD, "publish": "curator"}
#: To make one of two records, to record that a body went into another, and to lock a record against edits.
MERGEABLE_RECORD = {**PUBLISHED_RECORD, "merge": "merger", "lock": "merger"}
#: A row within a record: taking it out is an edit of the record, which history keeps.
ROW = {**RECORD, "delete": "curator"}
PROPOSAL = {"view": "viewer", "add": "coordinator", "change": "curator", "delete": "administrator"}
ACCOUNT = {"view": "administrator", "add": "administrator", "change": "administrator", "delete": "administrator"}

#: Model -> right -> the first role that has it.
RIGHTS = {
    "auth.user": ACCOUNT,
    "auth.group": ACCOUNT,
    "curation.source": RECORD,
    "curation.proposal": PROPOSAL,
    # Written by the command check_links alone.
    "curation.linkcheck": {"view": "viewer"},
    # A coordinator brings files, another person decides: see sistercities/imports/actions.py.
    "imports.importbatch": {"view": "coordinator", "add": "coordinator", "apply": "curator", "delete": "administrator"},
    "partnerships.place": MERGEABLE_RECORD,
    "partnerships.placename": ROW,
    "partnerships.placeidentifier": ROW,
    "partnerships.placecitation": ROW,
    "partnerships.succession": ROW,
    "partnerships.partnership": MERGEABLE_RECORD,
    "partnerships.party": ROW,
    "partnerships.act": ROW,
    "partnerships.partnershipcitation": ROW,
    "partnerships.theme": RECORD,
    "organizations.organization": MERGEABLE_RECORD,
    "organizations.affiliation": ROW,
    "organizations.organizationcitation": ROW,
    "organizations.contactdesk": PUBLISHED_RECORD,
    "organizations.contactdeskcitation": ROW,
    "organizations.program": PUBLISHED_RECORD,
    "organizations.programaudience": ROW,
    "organizations.programpart": ROW,
    "organizations.programpartner": ROW,
    "organizations.programedition": ROW,
    "organizations.programcitation": ROW,
    "organizations.figure": PUBLISHED_RECORD,
    "organizations.figurecitation": ROW,
    "events.event": PUBLISHED_RECORD,
    "events.eventorganizer": ROW,
    "events.eventcitation": ROW,
    "events.milestone": RECORD,
}


def permissions_of(role):
    """The permissions of a role by name, as `user.has_perm` takes them: {"partnerships.view_place", …}."""
    reached = ROLES[: ROLES.index(role) + 1]
    return {
        "{}.{}_{}".format(*_split(model, right))
        for model, rights in RIGHTS.items()
        for right, first in rights.items()
        if first in reached
    }


def grant(app_label, *, apps=installed, using=DEFAULT_DB_ALIAS):
    """Give every role its permissions on the models of one app, making groups and permissions that are not there yet.

    For migrations: `apps` is the registry of that moment, and a model of the table that does not exist then is passed over.
    """
    create_permissions(installed.get_app_config(app_label), verbosity=0, apps=apps, using=using)
    permissions = apps.get_model("auth", "Permission").objects.using(using).filter(content_type__app_label=app_label)
    for role in ROLES:
        group, _new = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=role)
        codenames = [name.partition(".")[2] for name in permissions_of(role) if name.startswith(f"{app_label}.")]
        group.permissions.add(*permissions.filter(codename__in=codenames))


def grant_all(*, apps=installed, using=DEFAULT_DB_ALIAS):
    """Give every role all of its permissions, on the apps that are there."""
    for app_label in sorted({model.partition(".")[0] for model in RIGHTS}):
        grant(app_label, apps=apps, using=using)


def _split(model, right):
    app_label, _dot, name = model.partition(".")
    return app_label, right, name
