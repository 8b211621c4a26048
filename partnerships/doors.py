"""What every page of mergers and merges passes through: who may come in, and how a step that is not possible is said."""

from django.utils.translation import gettext_lazy as _

from sistercities.curation.merging import kinds
from sistercities.imports.doors import DeskView

from .merging import PLACES


class MergerView(DeskView):
    """A page for people who are signed in and may merge records."""

    permission = PLACES.permission
    turned_away = _("Mergers and merges are for those with the role “merger”. Ask an administrator for it.")
    stop_template = "merging/stop.html"


class PairView(MergerView):
    """A page about two records of the dataset that its address names, for those who may merge in it."""

    def dispatch(self, request, *args, dataset, **address):
        kind = kinds().get(dataset)
        self.permission = kind.permission if kind else self.permission
        return super().dispatch(request, *args, dataset=dataset, **address)
