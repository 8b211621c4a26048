"""What the frame of every page needs: addresses in both languages, the way back to the data."""

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join

register = template.Library()

LANGUAGES = ("en", "ja")


def address(request, language):
    """The page of this request in a language, with the parameters that the page knows. Pages carry their language first."""
    path = request.path
    if path[1:3] in LANGUAGES and path[3:4] == "/":
        query = getattr(request, "canonical_query", "")
        return f"/{language}{path[3:]}" + (f"?{query}" if query else "")
    return f"/{language}/"


@register.simple_tag(takes_context=True)
def page_address(context, language):
    """The address of this page in `language`, for the language link."""
    request = context.get("request")
    return address(request, language) if request else f"/{language}/"


@register.simple_tag(takes_context=True)
def head_links(context):
    """Canonical address, and the address of the page in each language (hreflang), each naming the other."""
    request = context.get("request")
    if request is None or request.path[1:3] not in LANGUAGES:
        return ""
    here = address(request, request.path[1:3])
    links = [(language, settings.SITE_URL + address(request, language)) for language in LANGUAGES]
    alternates = format_html_join(
        "\n", '<link rel="alternate" hreflang="{}" href="{}">', [*links, ("x-default", links[0][1])]
    )
    return format_html('<link rel="canonical" href="{}">\n{}', settings.SITE_URL + here, alternates)


@register.simple_tag
def site_url():
    return settings.SITE_URL
