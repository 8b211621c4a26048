"""What the database refuses, in words."""

from django.utils.translation import gettext


def refusal(error, *models):
    """An `IntegrityError` in words: those of the violated constraint where the database names it."""
    constraints = [constraint for model in models for constraint in model._meta.constraints]
    for constraint in sorted(constraints, key=lambda constraint: -len(constraint.name)):
        if constraint.name in str(error):
            return str(constraint.get_violation_error_message())
    return gettext("The database refuses these values: they contradict another record.")
