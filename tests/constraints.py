"""Which named constraint refuses a write that no form and no `clean()` sees, on whichever database runs."""

import re

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import UniqueConstraint


def constraints_of(*packages):
    """The names of all constraints of the models of these packages ("organizations")."""
    models = [
        model for model in apps.get_models() if model.__module__.startswith(tuple(f"{name}." for name in packages))
    ]
    return {constraint.name for model in models for constraint in model._meta.constraints}


def refused(write):
    """The name of the constraint that refuses a write."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    diagnosis = getattr(caught.value.__cause__, "diag", None)
    if diagnosis:
        return diagnosis.constraint_name
    said = str(caught.value)
    return said.removeprefix("CHECK constraint failed: ") if said.startswith("CHECK") else _unique_name(said)


def _unique_name(said):
    """SQLite names the columns of a broken unique rule, not the rule: ours over these columns, if the table has it."""
    table, columns = re.findall(r"(\w+)\.\w+", said)[0], re.findall(r"\w+\.(\w+)", said)
    (model,) = (model for model in apps.get_models() if model._meta.db_table == table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT group_concat(sql) FROM sqlite_master WHERE tbl_name = %s", [table])
        (definitions,) = cursor.fetchone()
    rules = [rule for rule in model._meta.constraints if isinstance(rule, UniqueConstraint)]
    found = [rule.name for rule in rules if [model._meta.get_field(name).column for name in rule.fields] == columns]
    (name,) = [name for name in found if f'"{name}"' in definitions]
    return name
