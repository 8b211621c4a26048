from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self):
        from . import datasets, imports, panels, seeding, worklists  # noqa: F401  (fill the registries once the models are there)
