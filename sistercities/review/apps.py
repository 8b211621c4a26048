from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "sistercities.review"
    label = "review"
    verbose_name = _("review")

    def ready(self):
        from . import worklists  # noqa: F401  (fills the registry once the models are there)
