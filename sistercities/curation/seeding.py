"""Loading the fixtures: insert-only by stable key, all or nothing, errors by file, line and field.

A record whose key was ever loaded is left alone with everything below it, so that an edit, a withdrawal or a merge by a curator
outlives every restart. Each app registers its tables in the order in which they depend on one another.
"""

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from sistercities.core.models import DataVersion

from .history import record_creation, record_links
from .models import SeedKey, Source

REASON = "seed"
BATCH = 500
#: The columns of every file of claims, after the key of the record.
CITATION_COLUMNS = (
    "fact", "value", "normalised", "source", "locator", "read_on", "as_of", "basis", "standing", "reason", "remark",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A line of a fixture file: where it stands and its cells by heading."""

    file: str
    line: int
    cells: dict

    def error(self, name, message):
        return f"{self.file}:{self.line}: {name}: {message}"


class SeedError(Exception):
    """The fixtures contradict themselves or a constraint; `errors` says where, a line each. Nothing was changed."""

    def __init__(self, errors):
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass
class SeedRun:
    """One run: the ids known by key, what was new, and the errors found so far."""

    folder: Path
    ids: dict = field(default_factory=lambda: defaultdict(dict))
    new: dict = field(default_factory=lambda: defaultdict(set))
    counts: Counter = field(default_factory=Counter)
    errors: list = field(default_factory=list)
    built: list = field(default_factory=list)
    storing: list = field(default_factory=list)  # the instances that the database is given at this moment

    def read(self, name, columns):
        """The rows of a file with exactly these headings; a missing file has no rows."""
        path = self.folder / name
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, restkey="", strict=True)
            try:
                if reader.fieldnames != list(columns):
                    wanted = _("the headings should be: %s") % ",".join(
                        columns
                    )  # not within an f-string: gettext reads past those
                    self.errors.append(f"{name}:1: {wanted}")
                    return []
                return [row for cells in reader if (row := self._row(name, reader.line_num, cells))]
            except (csv.Error, UnicodeDecodeError) as error:
                self.errors.append(f"{name}:{reader.line_num + 1}: {error}")
                return []

    def _row(self, name, line, cells):
        if "" in cells or None in cells.values():
            said = _("the number of cells differs from that of the headings")
            self.errors.append(f"{name}:{line}: {said}")
            return None
        return Row(name, line, cells)

    def resolve(self, row, column, dataset):
        """The id of the record that a cell names by key, or None; an unknown key is an error."""
        key = row.cells[column]
        if not key:
            return None
        if key not in self.ids[dataset]:
            self.errors.append(row.error(column, _("there is no record with the key “%s”") % key))
        return self.ids[dataset].get(key)

    def resolve_each(self, row, column, dataset):
        """The ids of the records that a cell names by keys with a semicolon between them; an unknown key is an error."""
        keys = [key.strip() for key in row.cells[column].split(";") if key.strip()]
        for key in keys:
            if key not in self.ids[dataset]:
                self.errors.append(row.error(column, _("there is no record with the key “%s”") % key))
        return list(dict.fromkeys(self.ids[dataset][key] for key in keys if key in self.ids[dataset]))

    def build(self, row, model, names, **values):
        """An unsaved instance from the cells of `names` and ready `values`; what a field refuses is an error."""
        instance = model(**values)
        for name in names:
            self._set(row, instance, name)
        self.built.append((row, instance))
        return instance

    def _set(self, row, instance, name):
        model_field = instance._meta.get_field(name)
        text = row.cells[name]
        empty = None if model_field.null else ""
        try:
            value = model_field.clean(text, instance) if text else empty
            if not text and not model_field.blank and not model_field.has_default():
                raise ValidationError(model_field.error_messages["blank"])
            if text or not model_field.has_default():
                setattr(instance, name, value)
        except ValidationError as error:
            self.errors.extend(row.error(name, message) for message in error.messages)

    def insert(self, model, instances):
        """Store the instances of one table with their history, set-based."""
        self.raise_errors()
        if not instances:
            return
        last = model.objects.aggregate(last=models.Max("pk"))["last"] or 0
        self.storing = instances
        model.objects.bulk_create(instances, batch_size=BATCH)
        self.storing = []
        if hasattr(model, "history"):
            record_creation(model, after=last, reason=REASON)
        self.counts[model._meta.label] += len(instances)

    def suspects(self):
        """The `(row, instance)` pairs among which a refusal of the database is to be found: what it has taken before breaks no rule."""
        refused = set(map(id, self.storing))
        return [pair for pair in self.built if id(pair[1]) in refused] if refused else self.built

    def link(self, model, name, pairs):
        """Store `(instance, ids)` pairs of a many-to-many field, for records inserted in this run."""
        field = model._meta.get_field(name)
        owner, other = field.m2m_column_name(), field.m2m_reverse_name()
        through = field.remote_field.through
        links = [through(**{owner: instance.pk, other: pk}) for instance, ids in pairs for pk in ids]
        through.objects.bulk_create(links, batch_size=BATCH)
        if links:
            record_links(field, after=min(instance.pk for instance, _ids in pairs) - 1)

    def remember(self, dataset, keyed):
        """Note that these keys (key -> stored instance) have been loaded."""
        keys = [SeedKey(dataset=dataset, key=key, object_id=instance.pk) for key, instance in keyed.items()]
        SeedKey.objects.bulk_create(keys, batch_size=BATCH)
        self.ids[dataset].update({key: instance.pk for key, instance in keyed.items()})
        self.new[dataset].update(keyed)

    def unseen(self, dataset, rows, column="key"):
        """The rows whose key was never loaded; a key that stands twice in the files is an error."""
        seen = {}
        for row in rows:
            key = row.cells[column]
            if not key or key in seen or key in self.new[dataset]:
                self.errors.append(row.error(column, _("the key is empty or stands twice: “%s”") % key))
            seen[key] = row
        return [row for row in rows if row.cells[column] not in self.ids[dataset]]

    def children(self, dataset, rows, column):
        """The rows that belong to a record loaded in this run."""
        for row in rows:
            if row.cells[column] not in self.ids[dataset]:
                self.errors.append(row.error(column, _("there is no record with the key “%s”") % row.cells[column]))
        return [row for row in rows if row.cells[column] in self.new[dataset]]

    def raise_errors(self):
        if self.errors:
            raise SeedError(self.errors)


@dataclass(frozen=True)
class Table:
    """A fixture file of rows below a root record, or of root records: its columns and what they become.

    `owner` is `(column, dataset, field)` of the record above; `references` maps a column to `(field, dataset)`; `links` maps a
    column of several keys to `(field, dataset)`; all else in `columns` are fields of the model.
    """

    file: str
    model: type
    columns: tuple
    references: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    owner: tuple = ()
    skip: tuple = ()

    @property
    def fields(self):
        apart = {"key", *self.references, *self.links, *self.owner[:1], *self.skip}
        return [name for name in self.columns if name not in apart]

    def build(self, run, row, **values):
        for column, (name, dataset) in self.references.items():
            values[f"{name}_id"] = run.resolve(row, column, dataset)
            wanted = self.model._meta.get_field(name)
            if not row.cells[column] and not wanted.null:
                run.errors.append(row.error(column, wanted.error_messages["blank"]))
        return run.build(row, self.model, self.fields, **values)


def load_rows(run, table):
    """Load the rows below records that are new in this run; returns `(row, instance)` pairs."""
    column, dataset, name = table.owner
    rows = run.children(dataset, run.read(table.file, table.columns), column)
    built = [(row, table.build(run, row, **{f"{name}_id": run.ids[dataset][row.cells[column]]})) for row in rows]
    _store(run, table, built)
    return built


def load_records(run, table, dataset, prepare=lambda run, row, record: None):
    """Load root records whose key was never seen; `prepare` derives what is not in the file, before they are stored.

    Returns `(row, instance)` pairs. A record that refers to another of the same file is stored after that one.
    """
    pending = run.unseen(dataset, run.read(table.file, table.columns))
    own = [column for column, (_name, other) in table.references.items() if other == dataset]
    loaded = []
    while pending:
        known = run.ids[dataset]
        ready = [row for row in pending if all(row.cells[column] in known for column in own if row.cells[column])]
        ready = ready or pending  # what refers to nothing that exists is an error of its row
        pending = [row for row in pending if row not in ready]
        loaded += _load_generation(run, table, dataset, ready, prepare)
    return loaded


def _load_generation(run, table, dataset, rows, prepare):
    built = [(row, table.build(run, row)) for row in rows]
    run.raise_errors()  # what is derived reads the records that a row refers to
    for row, record in built:
        prepare(run, row, record)
    _store(run, table, built)
    run.remember(dataset, {row.cells["key"]: record for row, record in built})
    return built


def _store(run, table, built):
    run.insert(table.model, [instance for _row, instance in built])
    for column, (name, dataset) in table.links.items():
        if built:
            run.link(table.model, name, [(instance, run.resolve_each(row, column, dataset)) for row, instance in built])


_tables = []
#: What makes the accounts of a demonstration (`seed --demo`), from the app above that has them: `make(in_public=False)` -> lines to print.
demonstrations = []


def register(*load):
    """Add functions `load(run)`, called in this order; each reads its file and inserts what is new."""
    _tables.extend(function for function in load if function not in _tables)


def load_sources(run):
    names = ("key", "title_en", "title_ja", "publisher", "url", "issued", "kind", "licence", "note")
    rows = run.unseen("source", run.read("sources.csv", (*names[:8], "depends_on", "note")))
    sources = {row.cells["key"]: run.build(row, Source, names) for row in rows}
    run.insert(Source, list(sources.values()))
    run.remember("source", sources)
    copies = [row for row in rows if row.cells["depends_on"]]
    for row in copies:
        sources[row.cells["key"]].depends_on_id = run.resolve(row, "depends_on", "source")
    run.raise_errors()
    Source.objects.bulk_update([sources[row.cells["key"]] for row in copies], ["depends_on"], batch_size=BATCH)


register(load_sources)


def seed(folder):
    """Load what is new in `folder`; returns the number of rows inserted by table.

    Raises `SeedError` when a file contradicts itself or a constraint; then nothing has changed.
    """
    run = SeedRun(Path(folder))
    for dataset, key, object_id in SeedKey.objects.values_list("dataset", "key", "object_id"):
        run.ids[dataset][key] = object_id
    try:
        with transaction.atomic():
            for load in _tables:
                load(run)
            run.raise_errors()
            if any(run.counts.values()):
                _gather_statistics(run.counts)
                DataVersion.advance()
    except IntegrityError as error:
        raise SeedError(_constraint_errors(run) or [str(error)]) from error
    return run.counts


def _gather_statistics(counts):
    """Tell PostgreSQL's planner what was loaded; by itself it notices minutes later, and plans as for empty tables until then."""
    if connection.vendor == "postgresql":
        tables = [apps.get_model(label)._meta.db_table for label, number in counts.items() if number]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE " + ", ".join(map(connection.ops.quote_name, tables)))


def _constraint_errors(run):
    """Which rows break which constraint, found row by row after the database has refused the whole."""
    errors = []
    for row, instance in run.suspects():
        instance.pk = None
        for check in (instance.validate_constraints, instance.validate_unique):
            try:
                check()
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    for message in messages:
                        fields = name if name != "__all__" else _fields_of(instance, message)
                        errors.append(row.error(fields, message))
    return errors + _repetitions(run.built)


def _repetitions(built):
    """The rows that repeat what an earlier row of the same files says and only one may: the database no longer knows those."""
    errors, first = [], {}
    for row, instance in built:
        for names, constraint in _unique_rules(instance):
            values = tuple(getattr(instance, instance._meta.get_field(name).attname) for name in names)
            if None in values:
                continue
            rival = first.setdefault((type(instance), names, values), instance)
            if rival is not instance and _applies(constraint, rival) and _applies(constraint, instance):
                message = constraint.get_violation_error_message() if constraint else _("This value stands twice.")
                errors.append(row.error(", ".join(names), message))
    return errors


def _unique_rules(instance):
    """`(names of fields, constraint)` of all that may stand once; the constraint is None for a field that is unique by itself."""
    meta = instance._meta
    yield from (((field.name,), None) for field in meta.concrete_fields if field.unique and not field.primary_key)
    yield from ((rule.fields, rule) for rule in meta.constraints if isinstance(rule, models.UniqueConstraint))


def _applies(constraint, instance):
    """Whether a unique constraint with a condition speaks of this instance."""
    if constraint is None or constraint.condition is None:
        return True
    names = sorted(set(_names_in(constraint.condition)))
    return constraint.condition.check({name: getattr(instance, name) for name in names})


def _fields_of(instance, message):
    """The fields that the violated constraint with this message speaks of."""
    for constraint in instance._meta.constraints:
        if message == constraint.get_violation_error_message():
            names = getattr(constraint, "fields", ()) or sorted(set(_names_in(constraint.condition)))
            return ", ".join(names)
    return "row"


def _names_in(expression):
    """The fields that a condition names, however it is built (a Q, a Case, a comparison)."""
    if isinstance(expression, tuple):  # a lookup and its value
        yield expression[0].partition("__")[0]
        yield from _names_in(expression[1])
    elif isinstance(expression, models.Q):
        for child in expression.children:
            yield from _names_in(child)
    elif isinstance(expression, models.F):
        yield expression.name
    elif hasattr(expression, "get_source_expressions"):
        for part in expression.get_source_expressions():
            yield from _names_in(part)
