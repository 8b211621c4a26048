"""Who may do what in the review. Nobody decides on a proposal of their own, by whichever door and however many groups they are in."""

from functools import cached_property

from sistercities.curation.models import ProposalState
from sistercities.imports.resources import registry, resource_for


def may_decide_on(user, dataset):
    """Whether a person decides on what others propose for a dataset: who may change its records, and proposals."""
    resource = resource_for(dataset)
    if resource is None or not user.is_staff:
        return False
    meta = resource.model._meta
    return user.has_perms(["curation.change_proposal", f"{meta.app_label}.change_{meta.model_name}"])


def decidable(user):
    """The names of the datasets on whose proposals a person decides."""
    return [dataset for dataset in registry() if may_decide_on(user, dataset)]


def may_propose(user):
    """Whether what a person suggests is a proposal of the staff, under their name."""
    return user.is_authenticated and user.is_staff and user.has_perm("curation.add_proposal")


def may_publish(user, dataset):
    """Whether a new record that this person accepts may be public at once."""
    meta = resource_for(dataset).model._meta
    return user.has_perms([f"{meta.app_label}.{right}_{meta.model_name}" for right in ("add", "publish")])


def may_add(user, dataset):
    meta = resource_for(dataset).model._meta
    return user.has_perm(f"{meta.app_label}.add_{meta.model_name}")


class Rights:
    """What one person may do with one proposal as it stands."""

    def __init__(self, user, proposal):
        self.user, self.proposal = user, proposal

    @cached_property
    def owns(self):
        return self.proposal.proposed_by_id == self.user.pk

    @cached_property
    def is_decider(self):
        """Whether it would be theirs to decide, were it open and somebody else's."""
        return may_decide_on(self.user, self.proposal.dataset)

    @cached_property
    def decides(self):
        """New records only by who may add them."""
        allowed = self.is_decider and not self.owns and self.proposal.is_undecided
        return allowed and (bool(self.proposal.object_id) or may_add(self.user, self.proposal.dataset))

    @property
    def answers(self):
        return self.owns and self.proposal.state == ProposalState.ASKED

    @property
    def takes_back(self):
        return self.owns and self.proposal.is_undecided

    @property
    def sees_contact(self):
        """How a visitor can be reached is for who decides, and for nobody else."""
        return self.is_decider and not self.owns
