"""The worklist of the import desk: imports that wait for a decision."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sistercities.curation.worklists import Worklist, register

from .doors import decidable

#: Its slug, which the desk's own list understands as well.
WAITING = "imports-waiting"


class DeskWorklist(Worklist):
    """Imports have no change list in the admin: the desk shows them, and to each person those that they decide on."""

    def select(self, queryset, user):
        return queryset.waiting_for(user, decidable(user))

    def address(self):
        return f"{reverse('imports')}?worklist={self.slug}#imports"


register(
    DeskWorklist(
        WAITING,
        _("Imports waiting for a decision"),
        _("Files that others brought, into records that you decide on."),
        "imports.ImportBatch",
        "waiting_for",
        permission="imports.apply_importbatch",
    )
)
