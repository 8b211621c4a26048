"""What other apps show on the page of a record, without the record's app knowing of them.

A panel is a template and a function from the record to its context; the function returns None where there is nothing to show.
Each app registers its panels in its `apps.py`; a page includes all panels of its record in the order of registration.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

_registry = defaultdict(list)


@dataclass(frozen=True)
class Panel:
    """`model` is a model label; `context(record)` asks a constant number of statements."""

    model: str
    template: str
    context: Callable


def register(*panels):
    """Add panels; one that is there already is left alone."""
    for panel in panels:
        if panel not in _registry[panel.model]:
            _registry[panel.model].append(panel)


def panels_of(record):
    """`{"template", …context}` of every panel that has something to show for a record."""
    return [
        {"template": panel.template, **context}
        for panel in _registry[record._meta.label]
        if (context := panel.context(record)) is not None
    ]
