from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Places and partnerships")

    def ready(self):
        from . import datasets, imports, integrity, merging, place_imports, reverting, seeding, worklists  # noqa: F401  (fill the registries once the models are there)
