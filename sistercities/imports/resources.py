"""What the import knows of a dataset: its columns, how each is read, which record a row means, how rows are stored.

A dataset takes part when its app registers a Resource: `register(EventResource)`. The desk, the command, the admin's button and the
contract tests follow by themselves.
"""

from dataclasses import dataclass, field

from import_export import resources
from import_export.fields import Field

from sistercities.core.cells import restore

from .problems import Unfit, problem
from .reading import Cell

#: A whole cell that clears the stored value; an empty cell leaves it alone.
CLEAR = "-"


class Column(Field):
    """A column of a dataset's file: import-export's Field with a heading and help in both languages."""

    def __init__(self, widget, heading, help="", *, attribute=None, required=False, clearable=True, example=""):
        super().__init__(attribute=attribute, widget=widget)
        self.heading, self.help, self.example = heading, help, example
        self.required, self.clearable = required, clearable

    @property
    def choices(self):
        """What a drop-down of the template offers: the stored words."""
        choices = getattr(self.widget, "choices", None)
        return tuple(value for value in choices.values if value) if choices else ()


@dataclass(slots=True)
class Line:
    """A line of the file on its way through the check; what is left of it becomes an `ImportRow`."""

    number: int
    cells: list
    texts: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    readings: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    questions: list = field(default_factory=list)
    object_id: int | None = None
    stored: dict | None = None
    seen: str = ""
    differences: dict = field(default_factory=dict)
    disagreements: dict = field(default_factory=dict)
    #: The record itself, where the Resource has it at hand. It is not kept.
    record: object = None

    @property
    def is_clean(self):
        return not self.problems and not self.questions

    def complain(self, code, column="", say=None, **params):
        self.problems.append(problem(code, column, self.texts.get(column, ""), say, **params))

    def ask(self, key, column, value, candidates, of="record"):
        """Keep a question; `candidates` are numbers of what `ImportResource.candidate_labels` calls `of`, 0 for a new record."""
        self.questions.append({"key": key, "column": column, "value": value, "of": of, "candidates": candidates})


class ImportResource(resources.Resource):
    """One dataset's side of the import. Class attributes state it; the methods below the line are its own rules."""

    dataset = ""
    model = None
    #: Other headings -> (column, {column: text that the heading implies}).
    aliases = {}
    #: Columns of the export that follow from others and are passed over.
    derived = ()
    #: Groups of alternatives; of each group one tuple of columns must be there.
    required = ()
    #: Columns of which a visitor may know better, in the order in which they are asked: the form “Suggest a correction”.
    for_visitors = ()
    #: Columns by which a visitor tells of a record that is missing, those of each of its two sides first; without any, none is asked for.
    for_new = ((), (), ())

    @classmethod
    def title(cls):
        return cls.model._meta.verbose_name_plural

    @classmethod
    def permissions(cls):
        """What a person needs to decide on others' imports into this dataset."""
        meta = cls.model._meta
        rights = ["add", "change"] + (["publish"] if "publish" in meta.default_permissions else [])
        return [f"{meta.app_label}.{right}_{meta.model_name}" for right in rights]

    @classmethod
    def columns(cls):
        return tuple(cls.fields.items())

    @classmethod
    def asked_of_new(cls):
        """All columns by which a visitor tells of a record that is missing."""
        return tuple(name for names in cls.for_new for name in names)

    def __init__(self, batch=None, *, single=False, **kwargs):
        super().__init__(**kwargs)
        self.batch = batch
        #: Whether it reads a single line rather than a file: then what `start` reads may be kept from one line to the next.
        self.single = single
        self.answers = batch.answers if batch else {}
        self._cells = {}  # (column, text) -> what `_understand` says; the same words come back in thousands of rows
        self._required = [name for name, column in self.fields.items() if column.required]

    # reading ----------------------------------------------------------------------------------------------------------

    def read(self, line, columns):
        """Fill `line.texts` and `line.values` from its cells; a cell that does not fit becomes a problem of the line."""
        known, cells, width = self._cells, line.cells, len(line.cells)
        texts, values = dict(columns.implied), line.values
        line.texts = texts
        for position, name in columns.names.items():
            text = cells[position] if position < width else ""
            if not text or text.isspace():
                continue
            texts[name] = text
            if type(text) is Cell and text.problem:
                line.complain(text.problem, name)
                continue
            meant = known.get((name, text))
            if meant is None:
                meant = self._understand(name, text)
                if len(known) < 50_000:
                    known[name, text] = meant
            value, reading, unfit = meant
            if unfit:
                line.complain(unfit.code, name, unfit.say)
                continue
            values[name] = value
            if reading is not None:
                line.readings[name] = reading
        for name, text in columns.implied.items():
            values.setdefault(name, text)
        for name in self._required:
            if name not in texts:
                line.complain("required", name)

    def _understand(self, name, text):
        """What a cell means, how it was read where that is not how it is written, and why it does not fit."""
        column, written = self.fields[name], text
        text = restore(text.strip())
        try:
            value = self.cleared(name) if text == CLEAR and column.clearable else column.widget.clean(text)
        except Unfit as error:
            return None, None, error
        plain = value == written or isinstance(value, int | float)
        return value, None if plain else column.widget.render(value), None

    def cleared(self, name):
        """What stands where a cell says “-”: the empty value of the field."""
        field = self.model._meta.get_field(self.fields[name].attribute or name)
        return None if field.null else ""

    def line_of(self, pk):
        """A line that names one stored record by its number: `stored` is what the record holds, None where there is none.

        It does without `start`, which reads what whole files need.
        """
        line = Line(0, [], texts={"id": str(pk)}, values={"id": pk})
        self.match([line])
        return line

    # the dataset's own rules ------------------------------------------------------------------------------------------

    def start(self):
        """Read what the check of all rows needs, once: the register of places, keys of records. Applying does without."""

    def match(self, lines):
        """Find the record that each line means: set `object_id`, `stored` and `seen`, or complain, or ask. Constant statements."""
        raise NotImplementedError

    def compare(self, line):
        """Set `differences` (and `disagreements`) of a line that means a stored record."""
        for name, value in line.values.items():
            if name in line.stored and value != line.stored[name]:
                line.differences[name] = [self.shown(name, line.stored[name]), self.shown(name, value)]

    def check(self, lines):
        """Rules of one row and across rows of the file. Called for every chunk in the order of the file, on one instance."""

    def shown(self, name, value):
        """A stored value as text for the preview."""
        return self.fields[name].widget.render(value)

    def meanings(self, rows):
        """What the references of rows (`ImportRow`s) mean, for the preview: row's pk -> [(column, record)]. Constant statements."""
        return {}

    def shown_records(self, ids):
        """The stored records of these ids, ready to be named and linked. Constant statements."""
        return self.model.objects.in_bulk(ids)

    def candidate_labels(self, of, ids):
        """Number -> how a candidate of a question is told from the others, in the active language. Constant statements.

        `of` is what the question was asked with; "record" are records of the dataset.
        """
        return {pk: f"{pk}: {record}" for pk, record in self.shown_records(ids).items()}

    def prepare(self, rows, run):
        """What of a chunk can be made ready without writing anything, a chunk ahead of `store` and in another process."""

    def store(self, rows, run, prepared):
        """Write a chunk of rows (`Written`s, new and changed). Called within the transaction; `run` is an `applying.Run`."""
        raise NotImplementedError

    def finish(self, run):
        """What follows for all rows together, at the end of the transaction."""

    def take_back(self, rows, run):
        """Undo a chunk of applied rows, by their `outcome`."""
        raise NotImplementedError


_resources = {}


def register(*classes):
    """Add Resources; each is reached by its dataset's name."""
    _resources.update({resource.dataset: resource for resource in classes})


def registry():
    """Dataset -> Resource, in the order of registration."""
    return dict(_resources)


def resource_for(dataset):
    return _resources.get(dataset)
