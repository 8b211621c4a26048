"""Where a change came from, told by the reason that its door wrote into the history.

Reasons are texts of people or of our own code. Those of our code have a form, which is recognised in every language of the portal,
because each is written in that of whoever decided. Even a reason typed to look like one yields a number and no more.
"""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from .seeding import REASON as SEED


@dataclass(frozen=True)
class Door:
    """A way into the data. `form` is how its reasons begin, with %(number)s or %(what)s and a colon where more may follow; `said` names it.

    Only what is `public` is said on the pages of the portal.
    """

    form: str
    said: str
    public: bool = False


_doors = [
    Door(_("Import %(number)s taken back: %(reason)s"), _("Import %(number)s was taken back"), public=True),
    Door(_("Import %(number)s: %(file)s"), _("Import %(number)s"), public=True),
    Door(_("Proposal %(number)s: %(reason)s"), _("Proposal %(number)s")),
    Door(_("Suggestion %(number)s: %(reason)s"), _("Suggestion %(number)s")),
    Door(_("Merge of %(number)s: %(reason)s"), _("Merge of %(number)s")),
    Door(_("Revert of %(number)s: %(reason)s"), _("Revert of %(number)s")),
]


def register(*doors):
    """Add doors of other apps; each reason is tried against them in this order."""
    _doors.extend(door for door in doors if door not in _doors)
    _forms.cache_clear()


def door_of(reason, *, has_user):
    """Where a change came from, in words, as staff may read it."""
    if reason == SEED:
        return gettext("First data")
    return _recognised(reason, _doors) or (gettext("Admin") if has_user else gettext("Command"))


def is_of_a_door(reason):
    """Whether our own code wrote the reason: what bears it was written in one go, however long that took."""
    return bool(reason) and (reason == SEED or bool(_recognised(reason, _doors)))


def public_reason(reason):
    """What may be said of a stored reason in public, in words; empty for anything that a person may have written."""
    if reason == SEED:
        return gettext("With the first data of the directory")
    return _recognised(reason, [door for door in _doors if door.public])


def _recognised(reason, doors):
    for door, pattern in _forms():
        if door in doors and (found := pattern.match(reason)):
            return door.said % found.groupdict()
    return ""


@cache
def _forms():
    """Each door with the pattern of its reasons in each language."""
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found += [(door, _pattern(str(door.form))) for door in _doors]
    return found


def _pattern(form):
    start, _place, rest = form.partition("%(number)s")
    end = rest.partition("%(")[0]
    return re.compile(f"{re.escape(start)}(?P<number>[0-9]{{1,9}}){re.escape(end)}")
