"""What every page of mergers and merges passes through: who may come in, and how a step that is not possible is said."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views import View

from sistercities.core.pages import canonical_query

#: Dataset -> the right to make one of two of its records.
MERGE = {"partnerships": "partnerships.merge_partnership", "places": "partnerships.merge_place"}


class MergerView(View):
    """A page for people who are signed in and may merge records. Never stored; what is not possible is a page in words.

    `permission` is the right that the page asks for, beside that of being staff.
    """

    permission = MERGE["places"]
    #: Query parameters that the page reads; the language link keeps them.
    parameters = ()

    def dispatch(self, request, *args, **kwargs):
        request.canonical_query = canonical_query(request, self.parameters)
        if not request.user.is_authenticated:
            response = redirect_to_login(request.get_full_path(), reverse("admin:login"))
        elif not (request.user.is_staff and request.user.has_perm(self.needed(**kwargs))):
            response = self.stop(
                403,
                _("You may not do this"),
                _("Mergers and merges are for those with the role “merger”. Ask an administrator for it."),
            )
        else:
            try:
                response = super().dispatch(request, *args, **kwargs)
            except PermissionDenied as error:
                response = self.stop(403, _("You may not do this"), str(error))
        patch_cache_control(response, private=True, no_store=True)
        return response

    def needed(self, **address):
        """The right that this address asks for."""
        return self.permission

    def stop(self, status, heading, words):
        """A page that says why not, and leads back."""
        return self.page("merging/stop.html", {"heading": heading, "words": words}, status=status)

    def page(self, template_name, context, status=200):
        return render(self.request, template_name, context, status=status)
