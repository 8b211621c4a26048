"""Cells of one record as a form shows them, and what people write into them: both read by the dataset's import Resource.

There is no second reader: an era date, a full-width digit or the name of a choice means here what it means in a spreadsheet.
"""

from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sistercities.core.dates import PartialDate, display
from sistercities.core.names import content_language
from sistercities.imports.headings import Columns
from sistercities.imports.problems import describe
from sistercities.imports.resources import CLEAR, Line
from sistercities.imports.widgets import ChoiceWidget, DateWidget, NumberWidget, TruthWidget

#: Characters of a cell that a form takes; of those that a table holds without a bound, too.
LONGEST = 4000
#: From so many characters on a cell is written in several lines.
LONG = 250
EMPTIED = _("This cannot be left empty. Write into the message what is wrong with it.")


@dataclass
class Cell:
    """A column of one record in a form. `stands` is what the record says, `text` what is written now, both as the exports have it."""

    name: str
    label: str
    help: str = ""
    stands: str = ""
    text: str = ""
    #: What the record said when the form was opened.
    was: str = ""
    errors: list = field(default_factory=list)
    options: list = field(default_factory=list)
    is_long: bool = False
    is_date: bool = False
    is_number: bool = False
    most: int = LONGEST
    may_be_empty: bool = True
    #: How people read what stands there and what was written.
    stands_words: str = ""
    words: str = ""

    @property
    def id(self):
        return f"cell-{self.name}"

    @property
    def is_changed(self):
        return plain(self.text) != plain(self.stands)


def plain(text):
    """A cell as it is compared: without what browsers change."""
    return str(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def cell_of(resource, name, stands="", text=None):
    """The `Cell` of a column; `text` is `stands` unless given."""
    column = resource.fields[name]
    widget = column.widget
    choices = getattr(widget, "choices", None) if isinstance(widget, ChoiceWidget) else None
    text = stands if text is None else text
    return Cell(
        name,
        capfirst(str(column.heading)),
        str(column.help),
        stands,
        text,
        was=stands,
        options=[(str(value), capfirst(str(label))) for value, label in choices.choices if value] if choices else [],
        is_long=not choices and _is_long(widget, stands),
        is_date=isinstance(widget, DateWidget),
        is_number=isinstance(widget, NumberWidget),
        most=min(getattr(widget, "most", None) or LONGEST, LONGEST),
        may_be_empty=column.clearable,
        stands_words=words(resource, name, stands),
        words=words(resource, name, text),
    )


def _is_long(widget, text):
    """Whether a cell holds running text."""
    if isinstance(widget, DateWidget | NumberWidget | TruthWidget):
        return False
    return (getattr(widget, "most", None) or LONGEST + 1) > 500 and not hasattr(widget, "_valid") or len(text) > LONG


def words(resource, name, text):
    """A cell as people read it: a choice by its name, a date in full; anything else as it is."""
    widget = resource.fields[name].widget if name in resource.fields else None
    if isinstance(widget, ChoiceWidget):
        return capfirst(str(dict(widget.choices.choices).get(text, text)))
    if isinstance(widget, DateWidget) and text:
        try:
            return display(PartialDate(text), content_language())
        except ValueError:
            return text
    return text


def read(resource, texts):
    """A `Line` of these cells (column -> text) with its `values` and `problems`; a cell of "" clears what is stored."""
    columns = Columns(names=dict(enumerate(texts)))
    line = Line(1, [text if plain(text) else CLEAR for text in map(plain, texts.values())])
    for name, text in texts.items():
        if not plain(text) and not resource.fields[name].clearable:
            line.cells[list(texts).index(name)] = ""
            line.complain("required", name, lambda: str(EMPTIED))
        elif len(plain(text)) > LONGEST:
            line.cells[list(texts).index(name)] = ""
            line.complain("too_long", name, length=len(plain(text)), most=LONGEST)
    resource.read(line, columns)
    line.problems = [problem for problem in line.problems if problem["column"] in texts]
    return line


def problems_of(line):
    """Column -> what is wrong with it, in the active language; under "" what is wrong with all of it."""
    found = {}
    for problem in line.problems:
        found.setdefault(problem["column"], []).append(describe(problem))
    return found


def difference(resource, stored, values):
    """Column -> `[old, new]` as text, of the values (as `read` gives them) that are not what is stored."""
    changed = {}
    for name, value in values.items():
        pair = [shown(resource, name, stored[name]) if stored else "", shown(resource, name, value)]
        if pair[0] != pair[1]:
            changed[name] = pair
    return changed


def shown(resource, name, value):
    """A stored value as text, as `Proposal.difference` holds it."""
    return plain(resource.shown(name, value))


def present(resource, pk, names):
    """Column -> text of a stored record, "" for what is no column of it; None where there is no such record."""
    for name in names:
        widget = resource.fields[name].widget if name in resource.fields else None
        if hasattr(widget, "load"):
            widget.load()
    stored = resource.line_of(pk).stored
    if stored is None:
        return None
    return {name: shown(resource, name, stored[name]) if name in stored else "" for name in names}
