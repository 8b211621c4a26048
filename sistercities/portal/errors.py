"""Answers to requests that cannot be served, in the style of every other page."""

from django.http import HttpResponseServerError
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from sistercities.core.pages import page


def bad_request(request, exception=None):
    return page(request, "400.html", status=400)


@requires_csrf_token
def permission_denied(request, exception=None):
    return page(request, "403.html", status=403)


def not_found(request, exception=None):
    return page(request, "404.html", status=404)


def server_error(request):
    """Rendered without the request, so that nothing that failed there is asked again."""
    return HttpResponseServerError(render_to_string("500.html"))
