"""The queue: what the public suggests, what coordinators propose and which imports wait, in one list, the oldest first."""

from dataclasses import dataclass

from django import forms
from django.db.models import Case, CharField, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sistercities.curation.models import UNDECIDED, Proposal, ProposalState
from sistercities.imports.actions import may_decide
from sistercities.imports.doors import visible
from sistercities.imports.models import BatchState, ImportBatch
from sistercities.imports.resources import registry, resource_for

from .models import Origin
from .rights import may_decide_on
from .showing import name_of_new, title_of

GONE = _("Record %(number)s, which is gone")
#: Entries of a page.
PAGE = 25
IMPORT = "import"
KINDS = [
    (Origin.PUBLIC.value, _("from the public")),
    (Origin.STAFF.value, _("by coordinators")),
    (IMPORT, _("imports")),
]
OPEN, ALL = "open", "all"
STATES = [
    ("", pgettext_lazy("review", "waiting")),
    (ProposalState.ASKED.value, pgettext_lazy("review", "asked back")),
    (OPEN, pgettext_lazy("review", "waiting or asked back")),
    (ProposalState.ACCEPTED.value, pgettext_lazy("review", "accepted")),
    (ProposalState.REFUSED.value, pgettext_lazy("review", "refused")),
    (ALL, pgettext_lazy("review", "all")),
]
#: State of the filter -> those of proposals, and those of imports that mean the same.
PROPOSALS = {"": [ProposalState.PENDING], OPEN: UNDECIDED, ALL: ProposalState.values}
IMPORTS = {
    "": [BatchState.REVIEW],
    OPEN: [BatchState.REVIEW],
    ProposalState.ASKED: [],
    ProposalState.ACCEPTED: [BatchState.APPLIED, BatchState.UNDONE],
    ProposalState.REFUSED: [BatchState.REFUSED],
    ALL: [BatchState.REVIEW, BatchState.APPLIED, BatchState.UNDONE, BatchState.REFUSED],
}


class QueueForm(forms.Form):
    """What the queue is asked for; anything else in the address is passed over."""

    kind = forms.ChoiceField(label=_("From"), required=False, choices=[("", _("everybody")), *KINDS])
    dataset = forms.ChoiceField(label=_("Records"), required=False)
    state = forms.ChoiceField(label=pgettext_lazy("review", "State"), required=False, choices=STATES)

    def __init__(self, data, **kwargs):
        super().__init__(data, **kwargs)
        named = [(name, capfirst(str(resource.title()))) for name, resource in registry().items()]
        self.fields["dataset"].choices = [("", _("all"))] + named

    @property
    def asked(self):
        """The filters that are known: `{"kind", "dataset", "state"}`."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


@dataclass
class Entry:
    """A line of the queue: a proposal with its record, or an import."""

    kind: str
    at: object
    url: str
    title: str
    dataset: str
    state: str
    by: str = ""
    record: object = None
    labels: list = None
    repeats: int = 0
    message: str = ""
    is_new: bool = False
    #: Whether it is for who looks to decide.
    is_theirs: bool = False

    @property
    def kind_label(self):
        return dict(KINDS)[self.kind]


def rows(user, kind="", dataset="", state=""):
    """All entries as `(moment, number, kind)`, in the order in which they are worked off: what is decided already, the newest first."""
    proposals = Proposal.objects.order_by().filter(state__in=PROPOSALS.get(state, [state]))
    imports = visible(user).order_by().filter(state__in=IMPORTS[state])
    if dataset:
        proposals, imports = proposals.filter(dataset=dataset), imports.filter(dataset=dataset)
    proposals = keys_of(proposals)
    imports = imports.select_related(None).annotate(kind=Value(IMPORT, output_field=CharField()))
    imports = imports.values_list("created_at", "pk", "kind")
    sign = "" if state in ("", OPEN, ProposalState.ASKED) else "-"
    if kind == IMPORT:
        return imports.order_by(f"{sign}created_at", f"{sign}pk")
    joined = proposals.filter(kind=kind) if kind else proposals.union(imports, all=True)
    return joined.order_by(f"{sign}proposed_at", f"{sign}pk")


def keys_of(proposals):
    """Proposals as `(moment, number, kind)`."""
    public = When(suggestion__origin=Origin.PUBLIC, then=Value(Origin.PUBLIC.value))
    kind = Case(public, default=Value(Origin.STAFF.value), output_field=CharField())
    return proposals.annotate(kind=kind).values_list("proposed_at", "pk", "kind")


def entries(user, found):
    """The entries of a page of `rows`: two statements, and for each dataset on it those that name its records."""
    proposals = Proposal.objects.select_related("suggestion", "proposed_by").in_bulk(
        [pk for _at, pk, kind in found if kind != IMPORT]
    )
    imports = ImportBatch.objects.select_related("created_by").in_bulk(
        [pk for _at, pk, kind in found if kind == IMPORT]
    )
    records = _records(proposals.values())
    may = {dataset: may_decide_on(user, dataset) for dataset in registry()}
    return [
        _of_import(imports[pk], user) if kind == IMPORT else _of_proposal(proposals[pk], kind, records, user, may)
        for _at, pk, kind in found
    ]


def _records(proposals):
    """(dataset, number) -> the record that proposals are about."""
    ids = {}
    for proposal in proposals:
        if proposal.object_id and resource_for(proposal.dataset):
            ids.setdefault(proposal.dataset, set()).add(proposal.object_id)
    return {
        (dataset, pk): record
        for dataset, wanted in ids.items()
        for pk, record in resource_for(dataset)().shown_records(wanted).items()
    }


def _of_proposal(proposal, kind, records, user, may):
    suggestion = getattr(proposal, "suggestion", None)
    fields = resource_for(proposal.dataset).fields if resource_for(proposal.dataset) else {}
    record = records.get((proposal.dataset, proposal.object_id))
    gone = proposal.object_id and str(GONE) % {"number": proposal.object_id}
    return Entry(
        kind=kind,
        at=proposal.proposed_at,
        url=proposal.get_absolute_url(),
        title="" if record else gone or name_of_new(proposal),
        is_new=not proposal.object_id,
        dataset=title_of(proposal.dataset),
        state=proposal.get_state_display(),
        by=proposal.proposed_by.get_username() if proposal.proposed_by else "",
        record=record,
        labels=[capfirst(str(fields[name].heading)) if name in fields else name for name in proposal.difference],
        repeats=suggestion.repeats if suggestion else 0,
        message=suggestion.message if suggestion else "",
        is_theirs=(
            proposal.state == ProposalState.PENDING
            and may.get(proposal.dataset, False)
            and proposal.proposed_by_id != user.pk
        ),
    )


def _of_import(batch, user):
    return Entry(
        kind=IMPORT,
        at=batch.created_at,
        url=batch.get_absolute_url(),
        title=batch.file_name,
        dataset=title_of(batch.dataset),
        state=batch.get_state_display(),
        by=batch.created_by.get_username() if batch.created_by else "",
        labels=[],
        is_theirs=batch.state == BatchState.REVIEW
        and may_decide(user, batch.dataset)
        and batch.created_by_id != user.pk,
    )
