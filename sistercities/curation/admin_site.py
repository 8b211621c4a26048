"""The admin as a whole: its titles, and what its search boxes for related records answer."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.urls import reverse
from django.utils.translation import get_language, get_language_from_path, override
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

    def login(self, request, extra_context=None):
        """The admin has no door of its own: one page signs in for it and for the desks, in the language one comes from."""
        from django.contrib.auth.views import redirect_to_login  # needs models too

        next_page = request.GET.get("next") or reverse("admin:index")
        with override(get_language_from_path(next_page) or get_language()):
            return redirect_to_login(next_page, reverse(settings.LOGIN_URL))

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
