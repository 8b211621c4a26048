"""The admin as a whole: its titles, and what its search boxes for related records answer."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.utils.translation import gettext_lazy as _


class DirectoryAdminConfig(AdminConfig):
    default_site = "sistercities.curation.admin_site.DirectoryAdminSite"


class LabelledAutocomplete(AutocompleteJsonView):
    """Each answer as the admin of its model words it, so that one Portland can be told from another."""

    def serialize_result(self, obj, to_field_name):
        label = getattr(self.model_admin, "autocomplete_label", str)
        return {**super().serialize_result(obj, to_field_name), "text": label(obj)}


class DirectoryAdminSite(AdminSite):
    site_title = _("Directory of sister cities")
    site_header = _("Directory of sister cities")
    index_title = _("Records and sources")

    def index(self, request, extra_context=None):
        from .worklists import counted_for  # the site is made before the models are there

        counted = counted_for(request.user)
        context = {
            "worklists": [found for found in counted if found.count],
            "empty_worklists": [found.worklist for found in counted if not found.count],
        }
        return super().index(request, context | (extra_context or {}))

    def autocomplete_view(self, request):
        return LabelledAutocomplete.as_view(admin_site=self)(request)
