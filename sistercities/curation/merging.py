"""Making one record of two that are the same: every claim is kept, rows below move, and the number that is given up leads on for good.

What is particular to a kind of record (who is party, whose neighbours) stands in its own app, which gives a `Kind` and calls `merge`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import CASCADE
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sistercities.core.models import public_change

from .actions import refresh_contested
from .models import CuratedModel, Proposal, Publication, SeedKey, Standing
from .versions import lock, version_of

#: History keeps this many characters of a reason.
REASON = 100


class Refused(Exception):
    """The two records cannot be made one as they are; the message says why and what to do first."""


class Changed(Exception):
    """One of the records is not as the preview showed it: nothing was written."""


@dataclass(frozen=True)
class Kind:
    """What the merging of one kind of record needs to know.

    `fields` are groups of columns that are chosen together, named by their first; `dataset` and `seed` are its names among the datasets
    and in the fixtures. `problems(loser, survivor)` yields words for what forbids a merge, `before` and `after` do what no general
    rule can, and the rows of the relations in `own` are theirs to move. For the pages: `alike()` finds the pairs of numbers that look
    like one record, `alike_title` names them, `rows()` are the records ready to be named, and `where(record)` tells one from another.
    """

    model: type
    dataset: str
    seed: str
    fields: tuple
    problems: Callable
    before: Callable
    after: Callable
    alike: Callable
    alike_title: str
    rows: Callable
    where: Callable
    own: frozenset = frozenset()

    @property
    def permission(self):
        """The right to make one of two records of this kind."""
        meta = self.model._meta
        return f"{meta.app_label}.merge_{meta.model_name}"


@dataclass
class Pair:
    """A group of columns of two records beside one another, and whose value lives on by default."""

    name: str
    label: str
    left: str
    right: str
    prefers_left: bool

    @property
    def differs(self):
        return self.left != self.right


_kinds, _followers = {}, []


def register(*kinds):
    """Add kinds of records that can be merged; each is reached by its dataset's name."""
    _kinds.update({kind.dataset: kind for kind in kinds})


def kinds():
    """Dataset -> Kind, in the order of registration."""
    return dict(_kinds)


def follow_merges(*functions):
    """Add functions `(loser, survivor)` for what other apps know of a record by its number alone. They run within the merge."""
    _followers.extend(function for function in functions if function not in _followers)


def compare(kind, left, right):
    """The columns of two records of a kind as `Pair`s: those that are empty in both are left out."""
    pairs = [_pair(names, left, right) for names in kind.fields]
    return [pair for pair in pairs if pair.left or pair.right]


def _pair(names, left, right):
    model_field = type(left)._meta.get_field(names[0])
    texts = [" ".join(filter(None, (_shown(record, name) for name in names))) for record in (left, right)]
    return Pair(names[0], capfirst(str(model_field.verbose_name)), *texts, prefers_left=bool(texts[0]) or not texts[1])


def _shown(record, name):
    value = getattr(record, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    display = getattr(record, f"get_{name}_display", None)
    return str(display() if display else "" if value is None else value)


def stamp(left, right):
    """Both versions in short: what was previewed is merged only as long as neither has changed. The order does not matter."""
    return ".".join(f"{record.pk}v{version_of(record)}" for record in sorted((left, right), key=lambda one: one.pk))


def problems(kind, loser, survivor):
    """Everything that forbids making `loser` one with `survivor`, in words."""
    found = []
    if loser.pk == survivor.pk:
        return [_("A record is not merged into itself.")]
    for record in (loser, survivor):
        if record.merged_into_id:
            found.append(_("%(record)s was merged into another already.") % {"record": record})
        elif record.publication == Publication.WITHDRAWN:
            found.append(_("%(record)s was withdrawn.") % {"record": record})
    return found or list(kind.problems(loser, survivor))


@dataclass
class Done:
    """What a merge did, in numbers: rows moved and doubles dropped, by the name of their kind."""

    moved: Counter = field(default_factory=Counter)
    doubles: Counter = field(default_factory=Counter)


def merge(kind, loser, survivor, *, theirs=(), seen=None, reason=""):
    """Make `loser` one with `survivor`, which lives on; returns what was `Done`.

    `theirs` names the groups of columns of which the loser's value lives on. `seen` is the `stamp` of what a person has looked at.
    Raises `Refused` and `Changed`; then nothing has changed.
    """
    with public_change():
        for record in sorted((loser, survivor), key=lambda one: one.pk):
            lock(record)
        loser, survivor = (kind.model.objects.get(pk=record.pk) for record in (loser, survivor))
        if seen is not None and seen != stamp(loser, survivor):
            raise Changed
        if forbidden := problems(kind, loser, survivor):
            raise Refused(" ".join(forbidden))
        return _Merge(kind, loser, survivor, frozenset(theirs), reason).run()


class _Merge:
    """One merge under way, within its transaction and with both records locked."""

    def __init__(self, kind, loser, survivor, theirs, reason):
        self.kind, self.loser, self.survivor, self.theirs = kind, loser, survivor, theirs
        self.done = Done()
        self.why = (reason or _("Merged: %(loser)s is the same record") % {"loser": f"{loser.pk} {loser}"})[:REASON]

    def run(self):
        self._withdraw()
        self.kind.before(self)
        self._choose()
        self._claims()
        for relation in relations_of(self.kind.model):
            name = relation.get_accessor_name()
            if name != "citations" and name not in self.kind.own:
                self._relink(relation, name)
        SeedKey.objects.filter(dataset=self.kind.seed, object_id=self.loser.pk).update(object_id=self.survivor.pk)
        Proposal.objects.filter(dataset=self.kind.dataset, object_id=self.loser.pk).update(object_id=self.survivor.pk)
        for function in _followers:
            function(self.loser, self.survivor)
        self.kind.after(self)
        if self.survivor.contestable:
            refresh_contested(self.survivor)
        return self.done

    def save(self, row, update_fields=None):
        """Store a row with the reason in its history."""
        row._change_reason = self.why
        row.save(update_fields=update_fields)

    def _withdraw(self):
        """First of all: a code, and a tie between the same places, may stand once among the living."""
        self.loser.publication, self.loser.merged_into = Publication.WITHDRAWN, self.survivor
        self.loser._change_reason = (
            _("Merged into %(survivor)s") % {"survivor": f"{self.survivor.pk} {self.survivor}"}
        )[:REASON]
        self.loser.save(update_fields=["publication", "merged_into", "updated_at"])

    def _choose(self):
        for names in self.kind.fields:
            if names[0] in self.theirs:
                for name in names:
                    setattr(self.survivor, name, getattr(self.loser, name))
        notes = dict.fromkeys(filter(None, (self.survivor.staff_note, self.loser.staff_note)))
        self.survivor.staff_note = "\n\n".join(notes)
        if Publication.PUBLISHED in (self.survivor.publication, self._was):
            self.survivor.publication = Publication.PUBLISHED
        self.save(self.survivor)

    @property
    def _was(self):
        """How public the loser was before it was withdrawn a moment ago."""
        before = self.loser.history.order_by("-history_id").values_list("publication", flat=True)
        return next(iter(before[1:2]), "")

    # Claims -----------------------------------------------------------------------------------------------------------

    def _claims(self):
        """Every claim becomes one of the survivor's; the same words of the same source stand there once, and one is preferred at most."""
        ours = list(self.survivor.citations.all())
        theirs = list(self.loser.citations.all())
        owner = self.loser.citations.field.name
        known = {_said(claim): claim for claim in ours}
        for claim in self._demoted(ours, theirs):
            claim.standing = Standing.ACCEPTED
            self.save(claim)
        for claim in theirs:
            double = known.get(_said(claim))
            if double is None:
                known[_said(claim)] = claim
                setattr(claim, owner, self.survivor)
                self.save(claim)
                self.done.moved[claim._meta.verbose_name_plural] += 1
                continue
            prefers = claim.standing == Standing.PREFERRED
            self.drop(claim)
            if prefers and double.standing != Standing.PREFERRED:
                double.standing, double.reason = Standing.PREFERRED, claim.reason or double.reason
                self.save(double)

    def _demoted(self, ours, theirs):
        """The preferred claims that do not decide any more: a fact has one, and it says what the record says."""
        preferred = {}
        for claim in (*ours, *theirs):
            if claim.standing != Standing.PREFERRED:
                continue
            if not self._decides(claim) or claim.fact in preferred:
                yield claim
            else:
                preferred[claim.fact] = claim

    def _decides(self, claim):
        if claim.fact not in self.survivor.claimable:
            return True
        try:
            settled = self.survivor.settled_fields(claim.fact, claim)
        except ValueError:
            return False
        return settled[claim.fact] == getattr(self.survivor, claim.fact)

    def drop(self, row):
        """Delete a row that says what another says; its history stays."""
        self.done.doubles[row._meta.verbose_name_plural] += 1
        row._change_reason = self.why
        row.delete()

    # Everything else that names the record ------------------------------------------------------------------------------

    def _relink(self, relation, name):
        """Rows of any table that point to the loser point to the survivor; what is a double of a row below a record goes."""
        if relation.many_to_many:
            for other in getattr(self.loser, name).all():
                manager = getattr(other, relation.field.name)
                manager.add(self.survivor)
                manager.remove(self.loser)
                self.done.moved[other._meta.verbose_name_plural] += 1
            return
        for row in relation.related_model.objects.filter(**{relation.field.name: self.loser}):
            setattr(row, relation.field.name, self.survivor)
            try:
                with transaction.atomic():
                    self.save(row)
                self.done.moved[row._meta.verbose_name_plural] += 1
            except IntegrityError:
                if not _is_row_of_a_record(relation.related_model):
                    said = _("%(row)s would stand twice: settle that first.") % {"row": row}
                    raise Refused(said) from None
                self.drop(type(row).objects.get(pk=row.pk))


def relations_of(model):
    """What leads to a record of the model, each once: links through a table with columns of its own are rows of that table."""
    return [
        relation
        for relation in model._meta.related_objects
        if not relation.many_to_many or relation.through._meta.auto_created
    ]


def _is_row_of_a_record(model):
    """Whether rows of a table are deleted with a record: they may say the same of it twice, while a record of its own is never a double."""
    owners = [field for field in model._meta.concrete_fields if field.remote_field]
    return not issubclass(model, CuratedModel) and any(field.remote_field.on_delete is CASCADE for field in owners)


def _said(claim):
    return claim.fact, claim.source_id, claim.value, claim.normalised, claim.locator
