from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = _("Organizations")

    def ready(self):
        from . import actions, datasets, imports, merging, panels, seeding, worklists  # noqa: F401  (fill the registries once the models are there)
