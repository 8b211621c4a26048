from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "sistercities.imports"
    label = "imports"
    verbose_name = _("imports")

    def ready(self):
        from . import worklists  # noqa: F401  (fills the registry once the models are there)
