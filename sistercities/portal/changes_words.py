"""Changes in words: entries of one or many records, which facts became what, and of the reasons only what names no person.

Only published columns are compared. A reason that staff typed is never shown: it may name a person, a letter or a draft. What our own
code writes there says where the change came from (the first data, an import by its number) and is recognised by its form; even a
reason typed to look like it yields a number and no more. The file name of an import is the uploader's wording, and is left out.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sistercities.core.datasets import datasets
from sistercities.core.names import LocalizedText, localized
from sistercities.curation.change_words import Fact, of_words, published_names, value_words
from sistercities.curation.doors import public_reason
from sistercities.curation.models import CuratedModel

#: Records that an entry of many names.
NAMED = 20
#: Facts by which somebody is reached. That they changed is said; what they were is not kept in public for ever.
UNQUOTED = {"email", "telephone", "fax", "address"}
#: Of the rows that belong to a record, by the name of their table: what its page shows. Of others only coming and going is said.
ROW_FIELDS = {
    "act": ("kind", "date", "place"),
    "affiliation": ("kind", "partner"),
    "eventorganizer": ("role", "organization"),
    "party": ("place", "signed_as"),
    "placeidentifier": ("scheme", "value"),
    "placename": ("kind", "name"),
    "programaudience": ("audience",),
    "programedition": ("title_en", "title_ja", "held_from", "held_until"),
    "programpartner": ("role", "organization"),
    "programpart": ("name_en", "name_ja"),
}
CLAIM_FIELDS = ("fact", "value", "normalised", "source", "standing")


class Difference(NamedTuple):
    """A column of a record (`name`) or a row of it (no name) that became another; None: there was or is no row."""

    table: object
    name: str
    before: dict | None
    after: dict | None


@dataclass
class Entry:
    """What happened in one second to one or many records of a dataset, for one reason. `records` are `(url, [LocalizedText])`."""

    dataset: str
    second: datetime
    kind: str
    reason: str
    changes: list = field(default_factory=list)
    records: list = field(default_factory=list)
    facts: list = field(default_factory=list)
    is_cut: bool = False

    @property
    def count(self):
        return len(self.changes)

    @property
    def unnamed(self):
        return self.count - len(self.records) if self.kind != "withdrawn" else 0

    @property
    def is_of_one(self):
        return self.count == 1 and bool(self.records)

    @property
    def key(self):
        """Stable, and unlike that of any other entry: its first row in the histories. It names no record."""
        first = min(
            (row.table.model._meta.model_name, row.history_id) for change in self.changes for row in change.rows
        )
        return f"{self.dataset}/{self.second:%Y%m%dT%H%M%SZ}/{first[0]}-{first[1]}"

    @property
    def kind_label(self):
        return _KINDS[self.kind]

    @property
    def headline(self):
        """In words, of one or of many: “588 partnerships were recorded”."""
        meta = _root(self.dataset)._meta
        name = meta.verbose_name if self.count == 1 else meta.verbose_name_plural
        number = gettext("more than %(count)s") % {"count": f"{self.count:,}"} if self.is_cut else f"{self.count:,}"
        return capfirst(_sentence(self.kind, self.count) % {"count": number, "name": name})

    @property
    def title(self):
        """With the name of the record, as plain text."""
        if not self.is_of_one:
            return self.headline
        return gettext("%(name)s: %(what)s") % {"name": self.names[0], "what": self.kind_label}

    @property
    def names(self):
        return [" – ".join(part.text for part in parts) for _url, parts in self.records]

    @property
    def origin(self):
        return public_reason(self.reason)


_KINDS = {
    "recorded": _("recorded in the directory"),
    "changed": _("record changed"),
    "claim": _("claim of a source added"),
    "withdrawn": _("withdrawn from the directory"),
}


def _sentence(kind, count):
    if kind == "recorded":
        return ngettext("%(count)s %(name)s was recorded", "%(count)s %(name)s were recorded", count)
    if kind == "withdrawn":
        return ngettext("%(count)s %(name)s was withdrawn", "%(count)s %(name)s were withdrawn", count)
    if kind == "claim":
        return ngettext(
            "%(count)s %(name)s: claims of sources added", "%(count)s %(name)s: claims of sources added", count
        )
    return ngettext("%(count)s %(name)s was changed", "%(count)s %(name)s were changed", count)


# What became what -----------------------------------------------------------------------------------------------------


def add_differences(changes):
    """Compare the versions that the changes speak of: one statement for each table; returns those that say anything."""
    asked = [(change, *pair) for change in changes if change.kind in ("changed", "claim") for pair in _pairs(change)]
    wanted = {}
    for _change, table, before, after in asked:
        wanted.setdefault(table, set()).update(number for number in (before, after) if number)
    stored = {table: _versions(table, numbers) for table, numbers in wanted.items()}
    for change, table, before, after in asked:
        old, new = stored[table].get(before), stored[table].get(after)
        change.differences += _differences(table, old, new)
    return [change for change in changes if change.kind in ("recorded", "withdrawn") or change.differences]


def _pairs(change):
    """`(table, version before, version after)` of the record and of each of its rows; None where there was or is none."""
    rows = {}
    for row in change.told:
        rows.setdefault((row.table, row.row), []).append(row)
    for (table, _row), versions in rows.items():
        before = None if versions[0].type == "+" else versions[0].before
        # The entry of a deletion holds the row as it was last.
        before = versions[0].history_id if versions[0].type == "-" and not before else before
        after = None if versions[-1].type == "-" else versions[-1].history_id
        if before or after:
            yield table, before, after


def _versions(table, numbers):
    columns = [found.attname for found in fields(table)]
    rows = table.history.objects.filter(history_id__in=numbers).values("history_id", *columns)
    return {row["history_id"]: row for row in rows}


def _differences(table, old, new):
    columns = [found.attname for found in fields(table)]
    if not table.is_root:
        same = old and new and all(old[name] == new[name] for name in columns)
        return [] if same or not (old or new) else [Difference(table, "", old, new)]
    if not (old and new):
        return []
    return [Difference(table, name, old, new) for name in columns if old[name] != new[name]]


@cache
def fields(table):
    """The columns of a table that are public: of records those of its dataset's files, of their rows what the page shows."""
    if table.is_root:
        names = published_names(table.model)
    else:
        names = CLAIM_FIELDS if table.is_claim else ROW_FIELDS.get(table.model._meta.model_name, ())
    found = []
    for name in names:
        try:
            found.append(table.history._meta.get_field(name))
        except FieldDoesNotExist:  # worked out when a file is written: no column
            continue
    return tuple(found)


@cache
def _views():
    return {dataset.key: dataset.view for dataset in datasets()}


def _root(dataset):
    return _views()[dataset].model


# Entries --------------------------------------------------------------------------------------------------------------


def entries(reading, version, enough):
    """`(entries, the second before which the next page begins)` of a reading; at least `enough`, as far as there are, whole seconds."""
    changes = add_differences(reading.changes)
    found, grouped = [], {}
    for change in changes:
        if len(grouped) >= enough and change.second != found[-1].second:
            break
        key = (change.dataset, change.second, change.kind, change.reason)
        if key not in grouped:
            of_records = change.kind in ("recorded", "withdrawn")
            is_cut = any((*key[:2], whose) in reading.cut for whose in {True, of_records})
            grouped[key] = Entry(*key, is_cut=is_cut)
            found.append(grouped[key])
        grouped[key].changes.append(change)
    else:
        _name(found, version)
        return found, reading.floor
    _name(found, version)
    return found, found[-1].second


def _name(found, version):
    """Give the entries the names of their records and the words of their facts: some statements for each dataset."""
    for key, view in _views().items():
        of_dataset = [entry for entry in found if entry.dataset == key and entry.kind != "withdrawn"]
        ids = {change.record: None for entry in of_dataset for change in entry.changes[:NAMED]}
        if not ids:
            continue
        listing = view()
        listing.version, listing.cleaned = version, {}
        records = {record.pk: record for record in listing.records(list(ids))}
        for entry in of_dataset:
            known = [records[change.record] for change in entry.changes[:NAMED] if change.record in records]
            entry.records = [(record.url, record_name(key, record)) for record in known]
    single = [entry for entry in found if entry.is_of_one]
    others = _others([difference for entry in single for difference in entry.changes[0].differences])
    for entry in single:
        facts = [_fact(difference, others) for difference in entry.changes[0].differences]
        entry.facts = [fact for fact in facts if fact]


def record_name(dataset, record):
    """The name of a listed record in parts: the parties of a partnership, the municipality of a desk and the desk."""
    if dataset == "partnerships":
        return [LocalizedText(place.name, place.name_lang, bool(place.name_lang)) for place in record.parties]
    if dataset == "contacts":
        return [localized(record.place), localized(record)]
    if dataset == "figures":
        return [LocalizedText(str(record), "", False)]
    return [localized(record)]


def _others(differences):
    """(model, id) -> name, of the records to which the values point: of curated ones those that are public, one statement a model."""
    wanted = {}
    for table, name, before, after in differences:
        for column in fields(table):
            if isinstance(column, ForeignKey) and name in ("", column.attname):
                ids = {row[column.attname] for row in (before, after) if row and row[column.attname]}
                wanted.setdefault(column.related_model, set()).update(ids)
    found = {}
    for model, ids in wanted.items():
        known = model.objects.public() if issubclass(model, CuratedModel) else model.objects
        found |= {(model, record.pk): str(record) for record in known.filter(pk__in=ids)}
    return found


def _fact(difference, others):
    """A difference in words; None where it speaks of a record that is not public, or says nothing."""
    table, name, before, after = difference
    if name:
        (column,) = [found for found in fields(table) if found.attname == name]
        label = capfirst(str(column.verbose_name))
        if column.name in UNQUOTED:
            return Fact(label, "unquoted")
        old, new = (value_words(column, row[name], others) for row in (before, after))
        return of_words(label, old, new)
    label = gettext("Claim of a source") if table.is_claim else capfirst(str(table.model._meta.verbose_name))
    old, new = (_row_words(table, row, others, is_last=row is after) if row else "" for row in (before, after))
    if old is None or new is None:
        return None
    if not (old or new):
        how = "added" if after else "removed"
        return Fact(label, how, before=gettext("an entry"), after=gettext("an entry"))
    return of_words(label, old, new)


def _row_words(table, row, others, is_last):
    """A row in words; None where it names a record that is not public. A claim that went is named without what it said."""
    words = []
    quoted = is_last and row.get("fact") != "contact"
    for column in fields(table):
        value = row[column.attname]
        unsaid = {"value", "normalised"} if not quoted else {"normalised"} if row.get("value") else set()
        if table.is_claim and column.name in unsaid:
            continue
        if isinstance(column, ForeignKey) and value and (column.related_model, value) not in others:
            return None
        words.append(value_words(column, value, others))
    return gettext(", ").join(word for word in words if word)
