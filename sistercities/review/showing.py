"""What the page of a proposal shows: each field as it was, as it is, and as it is proposed."""

from dataclasses import dataclass

from django.utils.text import capfirst

from sistercities.imports.checking import understand_lines
from sistercities.imports.headings import Columns
from sistercities.imports.models import ImportBatch
from sistercities.imports.questions import labels_of, question_of
from sistercities.imports.resources import Line, resource_for

from .differences import pieces
from .reading import Cell, cell_of, plain, present, problems_of, words


@dataclass
class Field:
    """A field of a proposal. `cell.stands` is what the record says now, `cell.text` what would be stored."""

    cell: Cell
    old: str
    proposed: str
    old_words: str
    proposed_words: str
    #: (kind, text) of the difference between what stands there and what is proposed.
    pieces: list
    is_known: bool = True
    #: Whether a decision on it is possible at all: the record is there and the import knows the column.
    is_open: bool = True
    is_claim: bool = False
    is_chosen: bool = True

    @property
    def name(self):
        return self.cell.name

    @property
    def is_stale(self):
        """The record has changed since this was proposed."""
        return plain(self.cell.stands) != plain(self.old)

    @property
    def is_done(self):
        """The record says by now what is proposed."""
        return plain(self.cell.stands) == plain(self.proposed)


def fields_of(proposal, posted=None):
    """The fields of a proposal in its order; `posted` is the `QueryDict` of a form that comes back. A constant number of statements.

    What changed since it was proposed, or says so by now, is not chosen by itself.
    """
    resource_class = resource_for(proposal.dataset)
    resource = resource_class() if resource_class else None
    now = _present(proposal, resource)
    return [_field(proposal, resource, name, pair, now, posted) for name, pair in proposal.difference.items()]


def _present(proposal, resource):
    if resource is None:
        return None
    if proposal.object_id is None:
        return dict.fromkeys(proposal.difference, "")
    return present(resource, proposal.object_id, list(proposal.difference))


def _field(proposal, resource, name, pair, now, posted):
    old, new = pair
    known = resource is not None and name in resource.fields
    stands = (now or {}).get(name, old)
    text = new if posted is None else posted.get(f"value-{name}", new)
    cell = (
        cell_of(resource, name, stands, text)
        if known
        else Cell(name, capfirst(name.replace("_", " ")), "", stands, text)
    )
    said = (lambda value: words(resource, name, value)) if known else str
    field = Field(
        cell,
        old,
        new,
        said(old),
        said(new),
        pieces(said(stands), said(new)),
        is_known=known,
        is_open=known and now is not None,
        is_claim=known and bool(proposal.object_id) and name in resource.model.claimable,
    )
    if posted is None:
        field.is_chosen = field.is_open and not field.is_stale and not field.is_done
    else:
        field.is_chosen = field.is_open and name in posted.getlist("take")
    return field


def record_of(proposal):
    """The record that a proposal is about, ready to be named and linked; None for a new one, and for one that is gone."""
    resource = resource_for(proposal.dataset)
    if resource is None or not proposal.object_id:
        return None
    return resource().shown_records([proposal.object_id]).get(proposal.object_id)


def title_of(dataset):
    """What a dataset holds, in words; the name of one that is no more as it is."""
    resource = resource_for(dataset)
    return capfirst(str(resource.title())) if resource else dataset


def name_of_new(proposal):
    """How a new record is called before it is one: the first cell that says something of each side, else the first of all."""
    resource = resource_for(proposal.dataset)
    said = {name: new for name, (_old, new) in proposal.difference.items() if new}
    sides = resource.for_new[:2] if resource else ()
    named = [next((said[name] for name in side if name in said), "") for side in sides]
    return " – ".join(filter(None, named)) or next(iter(said.values()), "")[:120]


@dataclass
class Understood:
    """What the cells of a new record were understood to mean."""

    #: (label, record) of what they name.
    meanings: list
    #: Words on what is not understood, and the questions that are open.
    problems: list
    questions: list
    #: The record that is there already, if it is.
    same: object = None


def understand(dataset, texts, answers=None):
    """How the import reads a new record of these cells (column -> text). Its registers are kept until the data change."""
    batch = ImportBatch(dataset=dataset, answers=answers or {})
    resource = resource_for(dataset)(batch, single=True)
    cells = {name: text for name, text in texts.items() if name in resource.fields and plain(text)}
    line = Line(1, list(cells.values()))
    resource.start()
    understand_lines(resource, [line], Columns(names=dict(enumerate(cells))))
    labels = {name: capfirst(str(column.heading)) for name, column in resource.fields.items()}
    meanings = [(labels[name], record) for name, record in resource.meanings([_Row(line)]).get(1, ())]
    problems = [(labels.get(name, ""), said) for name, found in problems_of(line).items() for said in found]
    answers = labels_of(resource, line.questions)
    questions = [question_of(asked, labels.get(asked["column"], ""), answers) for asked in line.questions]
    same = resource.shown_records([line.object_id]).get(line.object_id) if line.object_id else None
    return Understood(meanings, problems, questions, same)


@dataclass
class _Row:
    """A line in the shape that `meanings` reads."""

    line: Line
    pk: int = 1

    @property
    def values(self):
        return self.line.values
