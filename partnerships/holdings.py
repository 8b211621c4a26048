"""What became of a tie after a merger: a source confirms that the successor holds it, or that it ended with the body that signed."""

import datetime

from django.utils.translation import gettext as _

from sistercities.core.dates import PartialDate
from sistercities.core.models import public_change
from sistercities.curation.actions import settle
from sistercities.curation.models import Standing

from .models import Act, ActKind, Holding, Partnership, PartnershipCitation, Party, Status
from .recording import REASON, save, touch
from .succession import Refused


def confirm_holding(party, *, source, date="", locator="", reason=""):
    """A source says that the successor holds the tie: it is presumed no longer, and the taking over is an act of the tie.

    Raises `Refused` where nothing is presumed (any more).
    """
    with public_change():
        party = _presumed(party)
        why = (reason or _("Confirmed: %(place)s holds the tie") % {"place": party.place})[:REASON]
        _save_source(source)
        party.holding = Holding.CONFIRMED
        save(party, why)
        _cite_tie(party, "parties", str(party.place), source, locator, why)
        act = Act(partnership=party.partnership, kind=ActKind.SUCCESSION, date=date, place=party.place, source=source)
        act.locator = locator
        save(act, why)
        touch(party.partnership, why)


def end_at_merger(party, *, source, date="", locator="", reason=""):
    """The tie did not outlive the body that signed it: it goes back to that body, and has ended.

    `date` is the day on which it ended; without one, that of the succession. Raises `Refused` where nothing is presumed.
    """
    with public_change():
        party = _presumed(party)
        tie, last = party.partnership, party.signed_as
        why = (reason or _("Ended with %(place)s") % {"place": last})[:REASON]
        _save_source(source)
        date = PartialDate(date or last.abolished)
        if date and tie.established and date.latest < tie.established.earliest:
            raise Refused(_("The tie was established later than that."))
        party.place, party.signed_as, party.holding = last, None, Holding.CONFIRMED
        save(party, why)
        fact, value = ("ended", str(date)) if date else ("status", Status.ENDED.value)
        claim = _cite_tie(party, fact, value, source, locator, why, normalised=value)
        settle(tie, fact, claim, reason=why)
        act = Act(partnership=tie, kind=ActKind.END, date=date, place=last, source=source, locator=locator)
        save(act, why)
        touch(tie, why)


def _presumed(party):
    list(Partnership.objects.select_for_update().filter(pk=party.partnership_id).values_list("pk"))
    party = Party.objects.select_related("place", "signed_as", "partnership").get(pk=party.pk)
    if not party.is_presumed:
        raise Refused(_("This tie is not presumed any more: somebody has settled it."))
    return party


def _save_source(source):
    if source.pk is None:
        source.save()


def _cite_tie(party, fact, value, source, locator, why, normalised=""):
    claim = PartnershipCitation(
        partnership=party.partnership, fact=fact, value=value[:300], normalised=normalised, source=source, locator=locator,
        read_on=datetime.date.today().isoformat(), standing=Standing.ACCEPTED,
    )  # fmt: skip
    save(claim, why)
    return claim
