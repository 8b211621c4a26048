"""Accepting: what is chosen of a proposal is written by the dataset's import Resource, in one transaction, with name and reason.

The words pass through the same columns, rules and writers as a row of an import. What sources decide (`claimable`) is not overwritten: it
becomes a claim of the proposal's source, and `curation.actions.settle` prefers it.
"""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sistercities.core.dates import PartialDate
from sistercities.core.models import public_change
from sistercities.curation.actions import settle
from sistercities.curation.models import ProposalState, Publication, Source, Standing
from sistercities.curation.versions import lock
from sistercities.imports.applying import Run, Written
from sistercities.imports.checking import understand_lines
from sistercities.imports.headings import Columns
from sistercities.imports.models import ImportBatch
from sistercities.imports.resources import CLEAR, Line, resource_for
from sistercities.imports.sources import source_of_url

from .actions import Conflict, held, note
from .models import NoteKind
from .reading import plain, problems_of, shown

#: Which fact of a record a column speaks of, for models whose citations do not know the column by its own name.
FACTS = {
    **dict.fromkeys(("name_en", "name_ja", "name_kana", "acronym"), "name"),
    **dict.fromkeys(("telephone", "fax", "email", "website", "address", "social_url"), "contact"),
    **dict.fromkeys(("latitude", "longitude"), "position"),
    **dict.fromkeys(("start", "end", "start_time", "end_time"), "date"),
    **dict.fromkeys(("counted_en", "counted_ja"), "counted"),
    **dict.fromkeys(("description_en", "description_ja"), "content"),
    "population_on": "population",
}
NO_SOURCE = gettext_lazy("Say where it is written: sources decide this fact. Without one it is not changed.")
NO_SOURCE_OF_NEW = gettext_lazy("Say where it is written: a new record is cited from its source.")


class Unfit(Exception):
    """What was chosen cannot be stored as it is: `problems` by column ("" for all of it), `questions` that have to be answered."""

    def __init__(self, problems, line=None):
        super().__init__(problems)
        self.problems, self.line = problems, line

    @property
    def questions(self):
        return self.line.questions if self.line else []


@dataclass
class Choice:
    """What somebody decided to accept: column -> text as it is to be stored; `answers` as an import's batch has them.

    `source` is `{"source": Source | None, "title", "url"}`. `version` is that of the record as it was shown (`curation.versions`).
    """

    texts: dict
    source: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    version: int = 0
    publish: bool = False
    text: str = ""


def accept(proposal, choice, *, user):
    """Write what was chosen and close the proposal; returns it. Raises `Conflict`, `PermissionDenied` or `Unfit`; then nothing has changed."""
    change = public_change if choice.texts else transaction.atomic
    try:
        with change():
            proposal = held(proposal, user)
            written = _write(proposal, choice, user) if choice.texts else {}
            if not choice.texts and proposal.difference:
                raise Unfit({"": [_("Tick at least one field, or refuse the proposal.")]})
            proposal.state = ProposalState.ACCEPTED
            _store(proposal, user, ["state", "object_id"])
            note(proposal, NoteKind.ACCEPTED, choice.text, by=user, written=written)
    except IntegrityError as error:
        raise Conflict(_("The database refuses these values: they contradict another record.")) from error
    return proposal


def _store(proposal, user, names):
    proposal._history_user = user
    proposal.save(update_fields=names)


def _write(proposal, choice, user):
    """Returns column -> [old, stored] of what was written."""
    job = Job(proposal, choice, user)
    if proposal.object_id is None:
        return job.create()
    return job.change()


class Job:
    """One acceptance within its transaction."""

    def __init__(self, proposal, choice, user):
        self.proposal, self.choice, self.user = proposal, choice, user
        self.now = timezone.now()
        self.reason = f"suggestion {proposal.pk}: {choice.text}".removesuffix(": ")[:100]
        self.batch = ImportBatch(
            dataset=proposal.dataset,
            file_name="suggestion",
            created_at=self.now,
            prefer_file=True,
            answers=choice.answers,
        )  # never stored: the writers of the import ask it what they are cited from
        self.resource = resource_for(proposal.dataset)(self.batch, single=True)

    def change(self):
        record = self._locked()
        line = self._understood({"id": str(record.pk)})
        self.source = self._source()
        changes = {
            name: [shown(self.resource, name, line.stored[name]), shown(self.resource, name, line.values[name])]
            for name in self.choice.texts
            if name in line.values and name in line.stored
        }
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        claims = [fact for fact in record.claimable if fact in changes]
        if claims and self.source is None:
            raise Unfit(dict.fromkeys(claims, [str(NO_SOURCE)]) | {"": [str(NO_SOURCE)]})
        self._store(line, {name: pair for name, pair in changes.items() if name not in claims})
        record.refresh_from_db()
        self._settle(record, {fact: changes[fact][1] for fact in claims})
        self._document(record, [name for name in changes if name not in claims], changes)
        return changes

    def _locked(self):
        """The record, that nobody else writes to now; it must be the one that was shown."""
        model = self.resource.model
        record = (
            model._base_manager.filter(pk=self.proposal.object_id).exclude(publication=Publication.WITHDRAWN).first()
        )
        if record is None:
            raise Conflict(
                _("The record was withdrawn or deleted meanwhile. Refuse the proposal, or bring the record back.")
            )
        if getattr(record, "is_locked", False):
            raise Conflict(_("This record is locked: somebody who may lock records changes it, or unlocks it first."))
        if lock(record) != self.choice.version:
            raise Conflict(
                _("Somebody changed the record after you opened this page. Both values are shown: please look again.")
            )
        return record

    def create(self):
        self.source = self._source()
        if self.source is None:
            raise Unfit({"": [str(NO_SOURCE_OF_NEW)]})
        line = self._understood({})
        if line.object_id is not None:
            raise Unfit(
                {"": [_("The directory has this record already: number %(number)s.") % {"number": line.object_id}]}
            )
        texts = {name: ["", plain(text)] for name, text in self.choice.texts.items() if plain(text)}
        row = self._store(line, {name: ["", ""] for name in line.values})
        self.proposal.object_id = row.object_id
        return texts

    def _understood(self, texts):
        """The line of what was chosen, read and checked by the Resource; raises `Unfit` where it cannot be stored."""
        chosen = {name: text for name, text in self.choice.texts.items() if name in self.resource.fields}
        unknown = [name for name in self.choice.texts if name not in chosen]
        if unknown:
            raise Unfit(dict.fromkeys(unknown, [_("The import does not know this field.")]))
        cells = texts | {name: plain(text) or (CLEAR if "id" in texts else "") for name, text in chosen.items()}
        line = Line(self.proposal.pk, list(cells.values()))
        self.resource.start()
        understand_lines(self.resource, [line], Columns(names=dict(enumerate(cells))))
        if line.problems or line.questions:
            raise Unfit(problems_of(line), line)
        if "id" in texts and line.stored is None:
            raise Conflict(_("There is no such record any more."))
        return line

    def _source(self):
        """The `Source` that the acceptance is cited from: known, of an address, or new with its title; None without any."""
        given = self.choice.source
        source = given.get("source") or self.proposal.source
        url, title = given.get("url", ""), given.get("title", "")
        if source is None and url:
            source = source_of_url(url)
            if title and source.title_en == url[:300]:
                source.title_en = title
                source.save(update_fields=["title_en"])
        elif source is None and title:
            key = f"suggestion-{self.proposal.pk}"
            fields = {"title_en": title, "issued": str(self.now.date())}
            source = Source.objects.get_or_create(key=key, defaults=fields)[0]
        self.batch.source = source
        return source

    def _store(self, line, differences):
        """Write these columns of the line by the Resource; returns the row."""
        row = Written(
            pk=0, line=line.number, object_id=line.object_id, values=line.values, differences=differences,
            disagreements={}, decisions={}, seen=line.seen, outcome={},
        )  # fmt: skip
        if differences:
            publication = Publication.PUBLISHED if self.choice.publish else Publication.REVIEW
            run = Run(self.batch, self.user, self.now, self.reason, publication)
            self.resource.store([row], run, self.resource.prepare([row], run))
            self.resource.finish(run)
        return row

    def _settle(self, record, facts):
        """Prefer what the source says of these facts: one after the other, in the order that no rule of the table forbids on the way."""
        claims = {fact: self._claim(record, fact, value) for fact, value in facts.items()}
        orders = [list(facts), list(reversed(facts))]
        for order in orders:
            try:
                with transaction.atomic():
                    for fact in order:
                        self._prefer(record, fact, claims[fact])
                return
            except ValueError as error:
                raise Unfit({"": [str(error)]}) from error
            except IntegrityError:
                if order is orders[-1]:
                    raise
                record.refresh_from_db()
                for claim in claims.values():
                    claim.refresh_from_db()

    def _prefer(self, record, fact, claim):
        """Settle one fact. The histories of all rows name the suggestion; the claim itself, which is public, only the reason."""
        rivals = record.citations.filter(fact=fact, standing=Standing.PREFERRED).exclude(pk=claim.pk)
        for row in (record, claim, *rivals):
            row._history_user, row._change_reason = self.user, self.reason
        for rival in rivals:
            rival.standing = Standing.ACCEPTED
            rival.save(update_fields=["standing"])
        claim.reason = self.choice.text[:500] or claim.reason
        settle(record, fact, claim)

    def _claim(self, record, fact, value):
        """What the source says of a fact, as a row of its own; that which says so already, where there is one."""
        said = record.citations.filter(fact=fact, source=self.source, normalised=value).first()
        return said or self._cite(record, fact, value, normalised=value)

    def _cite(self, record, fact, value, **fields):
        relation = record._meta.get_field("citations")
        claim = relation.related_model(
            **{relation.field.name: record},
            fact=fact,
            value=value[:300],
            source=self.source,
            locator=self._locator(),
            read_on=PartialDate(self.now.date().isoformat()),
            standing=Standing.ACCEPTED,
            **fields,
        )
        claim._history_user, claim._change_reason = self.user, self.reason
        claim.save()
        return claim

    def _locator(self):
        """Where in the source: what the sender wrote beside its address."""
        suggestion = getattr(self.proposal, "suggestion", None)
        return suggestion.source_title if suggestion and suggestion.source_title != str(self.source) else ""

    def _document(self, record, names, changes):
        """Name the source of what no source decides, once for each fact that the citations of this model know."""
        if self.source is None or not names:
            return
        known = dict(record._meta.get_field("citations").related_model._meta.get_field("fact").choices)
        facts = {}
        for name in names:
            fact = next((fact for fact in (name, FACTS.get(name), "existence") if fact in known), None)
            if fact and fact not in record.claimable:
                facts.setdefault(fact, changes[name][1] if fact != "existence" else "")
        for fact, value in facts.items():
            if not record.citations.filter(fact=fact, source=self.source, value=value[:300]).exists():
                self._cite(record, fact, value)
