"""What the frame of every page needs: addresses in both languages, the way back to the data."""

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language

from sistercities.core.jinja import render_table

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


@register.simple_tag
def table(folder, records):
    """`{% table "partnerships" ties %}`: light records as a table."""
    return render_table(folder, records)


class KeptNode(template.Node):
    """Part of the frame that differs by language only: rendered once per process and language."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.html = {}

    def render(self, context):
        language = get_language()
        if language not in self.html:
            self.html[language] = self.nodes.render(context)
        return self.html[language]


@register.tag
def kept(parser, token):
    """`{% kept %}…{% endkept %}`: for what depends on nothing but the language."""
    nodes = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode(nodes)
