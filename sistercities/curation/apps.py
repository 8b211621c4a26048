from functools import cache

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    name = "sistercities.curation"
    label = "curation"
    verbose_name = _("Sources and curation")

    def ready(self):
        from simple_history.manager import HistoryManager

        from . import worklists  # noqa: F401  (fills the registry once the models are there)

        # The library makes a class of the same two whenever somebody reads `record.history`, which takes longer than the statement.
        HistoryManager.from_queryset = cache(HistoryManager.from_queryset)
