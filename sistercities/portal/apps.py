from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sistercities.portal"
    label = "portal"
