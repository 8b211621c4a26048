"""The core app: dates, text, geography and names, without any knowledge of the directory's records."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "sistercities.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import checks, lookups  # noqa: F401  (they register themselves)
