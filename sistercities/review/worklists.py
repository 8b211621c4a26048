"""The worklist of the review: proposals that wait for somebody's decision, the public's and the coordinators'."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sistercities.curation.worklists import Worklist, register

from .rights import decidable

#: Its slug, which the queue understands as well.
WAITING = "proposals-pending"


class ReviewWorklist(Worklist):
    """The queue shows them, and to each person those that they decide on."""

    def select(self, queryset, user):
        return queryset.pending().filter(dataset__in=decidable(user)).exclude(proposed_by=user)

    def address(self):
        return f"{reverse('review')}?worklist={self.slug}"


register(
    ReviewWorklist(
        WAITING,
        _("Proposals waiting in review"),
        _("Changes that visitors or coordinators propose, to records that you decide on."),
        "curation.Proposal",
        "pending",
        permission="curation.change_proposal",
    )
)
