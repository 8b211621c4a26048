"""What a page says of itself to those who share and collect pages: Open Graph and JSON-LD."""

import json
from html import unescape

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from .pages import LANGUAGES, address

register = template.Library()

LOCALES = {"en": "en_US", "ja": "ja_JP"}
#: In a script element these would end it or begin another; as escapes of JSON they mean the same.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.simple_tag(takes_context=True)
def open_graph(context, title, description, kind="article"):
    """`{% open_graph title description %}`: what a shared link shows. The address is that of the site, never of the Host header."""
    language = get_language()
    properties = [
        ("og:title", _text(title)),
        ("og:description", _text(description)),
        ("og:type", kind),
        ("og:url", settings.SITE_URL + address(context["request"], language)),
        ("og:site_name", gettext("Sister-city directory")),
        ("og:locale", LOCALES[language]),
        *(("og:locale:alternate", LOCALES[other]) for other in LANGUAGES if other != language),
    ]
    return format_html_join("\n", '<meta property="{}" content="{}">', properties)


@register.simple_tag
def linked_data(data):
    """`{% linked_data data %}`: JSON-LD. A data block: no browser runs it, and the Content-Security-Policy has nothing against it."""
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  (escaped above)


def _text(words):
    """Plain words: what is HTML already loses its elements and escapes, what is not stays as it is."""
    plain = unescape(strip_tags(words)) if hasattr(words, "__html__") else str(words)
    return " ".join(plain.split())
