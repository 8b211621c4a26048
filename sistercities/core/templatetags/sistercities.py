"""Tags and filters of every page: content in two languages, dates, numbers, links that keep the rest of the query."""

from decimal import Decimal
from urllib.parse import urlencode

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


@register.simple_tag(takes_context=True)
def query_with(context, *pairs, **changes):
    """`?…` with these parameters set and the others kept, in canonical order; a value of None or "" removes its parameter.

    `{% query_with sort="name" %}`, or with a name that is itself a variable `{% query_with filter.name option.value %}`. A list sets
    several values. The page number is dropped unless it is itself among the changes: another selection starts at its first page.
    """
    changes = {**dict(zip(pairs[::2], pairs[1::2], strict=True)), **changes}
    query = _query(context)
    query.update((key, _as_list(value)) for key, value in changes.items())
    return _link(query, keep_page="page" in changes)


@register.simple_tag(takes_context=True)
def query_without(context, key, value=None):
    """`?…` without the parameter, or without one value of it, and without the page number."""
    query = _query(context)
    kept = [] if value is None else [other for other in query.get(key, []) if other != str(value)]
    return _link({**query, key: kept})


def _query(context):
    request = context.get("request")
    return dict(request.GET.lists()) if request else {}


def _as_list(value):
    values = value if isinstance(value, list | tuple | set) else [value]
    return ["" if item is None else str(item) for item in values]


def _link(query, keep_page=False):
    # Sorted, without empty and repeated values: one selection has one address. "?" alone clears the query.
    pairs = [
        (key, value)
        for key in sorted(query)
        for value in sorted(set(query[key]))
        if value and (key != "page" or (keep_page and value != "1"))
    ]
    return f"?{urlencode(pairs)}"
