"""What every page of mergers and merges passes through: who may come in, and how a step that is not possible is said."""

from django.utils.translation import gettext_lazy as _

from sistercities.imports.doors import DeskView

#: Dataset -> the right to make one of two of its records.
MERGE = {"partnerships": "partnerships.merge_partnership", "places": "partnerships.merge_place"}


class MergerView(DeskView):
    """A page for people who are signed in and may merge records."""

    permission = MERGE["places"]
    turned_away = _("Mergers and merges are for those with the role “merger”. Ask an administrator for it.")
    stop_template = "merging/stop.html"


class PairView(MergerView):
    """A page about two records of the dataset that its address names, for those who may merge in it."""

    def dispatch(self, request, *args, dataset, **address):
        self.permission = MERGE.get(dataset, self.permission)
        return super().dispatch(request, *args, dataset=dataset, **address)
