"""The environment of the row templates (`templates/**/*.jinja`).

A list page is mostly rows, and Django's own templates spend ten times as long on a row as Jinja (tests/benchmarks). Only rows are
written in it: the words of a page stay in Django's templates, where gettext finds them, and reach the rows as labels.
"""

from django.template import engines
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from jinja2 import Environment, StrictUndefined

from .dates import display
from .names import content_language, localized, other_script


def environment(**options):
    return Environment(**{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})


def render(template_name, **context):
    """A Jinja template with the words and functions that all of them may use."""
    html = engines["rows"].get_template(template_name).template.render(**shared_context(), **context)
    return mark_safe(html)  # noqa: S308  (the environment escapes)


def render_rows(folder, records):
    """The HTML of each record by `<folder>/row.jinja`."""
    template, shared = engines["rows"].get_template(f"{folder}/row.jinja").template, shared_context()
    return [mark_safe(template.render(**shared, record=record)) for record in records]  # noqa: S308


def render_table(folder, records):
    """Records as a table."""
    return render(f"{folder}/table.jinja", rows=render_rows(folder, records))


def shared_context():
    """How dates and names are written in the active language, and the words of the tables."""
    language = content_language()
    return {
        "as_of": lambda value: _("(as of %(date)s)") % {"date": display(value, language)},
        "text": lambda record, field="name": localized(record, field, language),
        "date": lambda value: display(value, language),
        "other": lambda place: other_script(place, language=language),
        "words": {
            "pages": _("Pages"),
            "previous": _("Previous"),
            "following": _("Next"),
            "parties": _("Parties"),
            "established": _("Established"),
            "kind": _("Kind"),
            "status": _("Status"),
            "contested": _("Sources disagree"),
            "unknown": _("unknown"),
            "place": _("Place"),
            "class": _("Official class"),
            "ties": _("Partnerships"),
            "population": _("Population"),
            "organization": _("Organization"),
            "kind_of_organization": _("Kind"),
            "seat": _("Seat"),
            "founded": _("Founded"),
            "program": _("Program"),
            "organizer": _("Organizer"),
            "audience": _("For whom"),
            "running": _("Still running"),
            "as_of": _("as of"),
            "desk": _("Desk"),
            "municipality": _("Municipality"),
            "office": _("Kind of office"),
            "verified": _("Last verified"),
            "never": _("never"),
            "figure": _("Figure"),
            "counted": _("What is counted"),
            "said_by": _("Said by"),
            "undated": _("undated"),
            "event": _("Event"),
            "when": _("When"),
            "event_place": pgettext("event", "Place"),
            "comma": _(", "),
        },
    }
