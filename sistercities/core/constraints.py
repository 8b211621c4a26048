"""Constraints that many tables share. Each has a name that a person could read in an error."""

from functools import reduce
from operator import or_

from django.db import models
from django.utils.translation import gettext_lazy as _


def among(field, values):
    """A condition: the value of `field` is one of `values`.

    Said with OR: for `IN (…)` SQLite makes a table of the values for every row that is stored, half the cost of storing it.
    """
    return reduce(or_, (models.Q(**{field: value}) for value in values))


def one_of(field, choices, name):
    """The value of `field` is one of `choices` (a `TextChoices`), in the database too, whatever door wrote it."""
    return models.CheckConstraint(
        condition=among(field, choices.values),
        name=name,
        violation_error_message=_("This value is not one of the values allowed here."),
    )


def in_range(field, low, high, name, message):
    """A number is empty or lies between `low` and `high`, both included."""
    condition = models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return models.CheckConstraint(condition=condition, name=name, violation_error_message=message)
