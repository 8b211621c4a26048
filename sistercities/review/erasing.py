"""What must not stay: how visitors can be reached, after a year; which senders wrote how often, after two days."""

from . import limits
from .models import Suggestion


def erase():
    """Returns `{"contacts": n, "attempts": n}`, the numbers of what went. Two statements; every suggestion that comes in runs them too."""
    contacts = Suggestion.objects.with_old_contact().update(contact="")
    return {"contacts": contacts, "attempts": limits.forget()}
