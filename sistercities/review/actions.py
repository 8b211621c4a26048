"""What people do with a proposal: refuse it, ask back, answer, take it back. Accepting stands in `accepting`.

Each function locks the proposal, checks that the step fits its state and the person, and raises `Conflict` (409) or `PermissionDenied` (403)
with words where it does not.
"""

from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from sistercities.curation.models import Proposal, ProposalState
from sistercities.imports.actions import Conflict

from .models import Note, NoteKind
from .rights import Rights

__all__ = ["Conflict", "answer", "ask", "held", "note", "objection", "refuse", "take_back"]


def held(proposal, user):
    """The proposal as it stands now, that nobody else moves until the transaction ends; only who may decide on it gets it."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if error := objection(proposal, user):
        raise error
    return proposal


def objection(proposal, user):
    """Why this person does not decide on a proposal as it stands, as the exception that says so; None where they may."""
    rights = Rights(user, proposal)
    if rights.owns:
        return PermissionDenied(_("Nobody decides on a proposal of their own: another person has to."))
    if not rights.is_decider:
        return PermissionDenied(_("You may look at this proposal, but not decide on it."))
    if not proposal.is_undecided:
        return Conflict(said_of(proposal))
    return None if rights.decides else PermissionDenied(_("You may not add records of this kind."))


def said_of(proposal):
    """Why a step does not fit a proposal as it stands."""
    said = _("This proposal is “%(state)s” by now; this step is not possible any more. Please look at it again.")
    return said % {"state": proposal.get_state_display()}


def note(proposal, kind, text="", *, by, written=None):
    """Keep what was said of a proposal."""
    return Note.objects.create(proposal=proposal, kind=kind, text=text[:1000], by=by, written=written or {})


def refuse(proposal, *, user, text):
    """Nothing of it is written. The reason is for whoever proposed it, and for those who look at it later."""
    with transaction.atomic():
        proposal = held(proposal, user)
        _move(proposal, ProposalState.REFUSED, NoteKind.REFUSED, text, user)
    return proposal


def ask(proposal, *, user, text):
    """Ask back: the proposal waits for an answer. Nothing is sent; a coordinator finds the question on the page of the proposal."""
    with transaction.atomic():
        proposal = held(proposal, user)
        _move(proposal, ProposalState.ASKED, NoteKind.QUESTION, text, user)
    return proposal


def answer(proposal, *, user, text):
    """The answer of who proposed it; it waits for a decision again."""
    with _own(proposal, user) as proposal:
        if proposal.state != ProposalState.ASKED:
            raise Conflict(said_of(proposal))
        _move(proposal, ProposalState.PENDING, NoteKind.ANSWER, text, user)
    return proposal


def take_back(proposal, *, user):
    """Who proposed it thinks better of it."""
    with _own(proposal, user) as proposal:
        if not proposal.is_undecided:
            raise Conflict(said_of(proposal))
        _move(proposal, ProposalState.REFUSED, NoteKind.WITHDRAWN, "", user)
    return proposal


@contextmanager
def _own(proposal, user):
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if not Rights(user, proposal).owns:
            raise PermissionDenied(_("This proposal is somebody else’s."))
        yield proposal


def _move(proposal, state, kind, text, user):
    proposal.state = state
    proposal._history_user = user
    proposal.save(update_fields=["state"])
    note(proposal, kind, text, by=user)
