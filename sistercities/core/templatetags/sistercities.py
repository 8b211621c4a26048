"""Tags and filters of every page: content in two languages, dates, numbers."""

from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join

from sistercities.core import names
from sistercities.core.dates import PartialDate, display

register = template.Library()


@register.simple_tag
def localized(obj, field="name"):
    """`{% localized place "name" %}`: the text in the active language, or the fallback inside `<span lang="…">`."""
    found = names.localized(obj, field)
    return format_html('<span lang="{}">{}</span>', found.lang, found.text) if found.is_fallback else found.text


@register.simple_tag
def other_name(obj):
    """`{% other_name place %}`: the name in the other script, marked with its language; nothing where there is none."""
    found = names.other_script(obj)
    return format_html('<span lang="{}">{}</span>', found[1], found[0]) if found else ""


@register.simple_tag
def where(place):
    """`{% where place %}`: region and country of a place, in the order of the language: "Ohio, United States", アメリカ合衆国 オハイオ州."""
    above = [localized(parent) for parent in place.parents]
    japanese = names.content_language() == "ja"
    return format_html_join(
        " " if japanese else ", ", "{}", ((name,) for name in (above if japanese else reversed(above)))
    )


@register.filter
def written_in(text):
    """The language of a text as a source or a curator wrote it, by its first letter: `ja` for kana or kanji, else `en`."""
    first = next((letter for letter in str(text) if letter.isalpha()), "")
    return "ja" if first >= "\u3040" else "en"


@register.filter
def partial_date(value):
    """A partial date in the active language: "7 December 1955" or "1955年12月7日（昭和30年）"."""
    day = _as_date(value)
    return display(day, names.content_language()) if day is not None else value


@register.filter
def era(value):
    """A partial date by Japanese era, as precise as it is: "昭和30年12月7日"."""
    return (_as_date(value) or PartialDate()).era()


def _as_date(value):
    """The value as a PartialDate; None for a text that is not one (a claim may hold anything)."""
    try:
        return PartialDate.parse(value or "")
    except ValueError:
        return None


@register.filter
def thousands(value):
    """A number with its thousands grouped, the same in both languages: 1,741. Anything else is left as it is."""
    if isinstance(value, int | float | Decimal):
        return f"{value:,}"
    return "" if value is None else value
