from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    name = "sistercities.curation"
    label = "curation"
    verbose_name = _("Sources and curation")

    def ready(self):
        from . import worklists  # noqa: F401  (fills the registry once the models are there)
