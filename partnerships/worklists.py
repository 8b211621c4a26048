"""What waits for a curator of places and partnerships, and the addresses that they publish."""

from django.utils.translation import gettext_lazy as _

from sistercities.curation import addresses
from sistercities.curation.worklists import Worklist, register, unpublished

TIE, PLACE = "partnerships.Partnership", "partnerships.Place"

register(
    Worklist(
        "partnerships-without-source",
        _("Partnerships without a source"),
        _("No source says anything of the tie, or all that was said was rejected."),
        TIE,
        "unsourced",
    ),
    Worklist(
        "partnerships-one-source",
        _("Partnerships that rest on one source"),
        _("All that is said of the tie comes from one source; copies of a source are not counted beside it."),
        TIE,
        "with_one_witness",
        costly=True,
    ),
    Worklist(
        "partnerships-undated",
        _("Partnerships without a date"),
        _("It is not known when the tie was established."),
        TIE,
        "undated",
    ),
    Worklist(
        "partnerships-contested",
        _("Contested partnerships"),
        _("Sources disagree on a fact, and nobody has settled it."),
        TIE,
        "contested",
    ),
    Worklist(
        "partnerships-former-party",
        _("Partnerships whose party no longer exists"),
        _("A municipality was abolished, but its tie has not ended: find the successor, or the end."),
        TIE,
        "with_former_party",
        costly=True,
    ),
    Worklist(
        "partnerships-presumed",
        _("Partnerships presumed to have passed on"),
        _("The body that signed went into another: find a source that says what became of the tie."),
        TIE,
        "with_presumed_party",
    ),
    unpublished("partnerships-unpublished", _("Partnerships in draft or review"), TIE),
    Worklist(
        "places-namesakes",
        _("Places that share a name"),
        _("Another living place of the same region has the same name: see that each tie stands with the right one."),
        PLACE,
        "namesakes",
        costly=True,
    ),
    unpublished("places-unpublished", _("Places in draft or review"), PLACE),
)
addresses.register(PLACE, "website")
