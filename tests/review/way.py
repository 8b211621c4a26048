"""The way of a suggestion, as the tests walk it: sent by somebody, looked at and decided by somebody else."""

from django.test import Client

from sistercities.curation.models import Proposal
from sistercities.curation.versions import version_of
from sistercities.imports.resources import registry
from sistercities.review.models import Attempt, Origin, Suggestion
from tests.factories import make_user


def dataset_of(record):
    return next(name for name, found in registry().items() if found.model is type(record))


def form_of(record, language="en"):
    """The address of the form that corrects a record."""
    return f"/{language}/suggest/{dataset_of(record)}/{record.pk}/"


def send(record, client=None, *, language="en", step="send", **posted):
    """Post the form of a record; where a cell is not given, it is left as it stands. Returns the answer."""
    return (client or Client()).post(form_of(record, language), {"step": step} | posted)


def suggested(record, client=None, **posted):
    """A suggestion that came in; returns its proposal."""
    answer = send(record, client, **posted)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    Attempt.objects.all().delete()
    return Proposal.objects.latest("pk")


def proposed(record, difference=None, *, by=None, origin=Origin.STAFF, **said):
    """A proposal as it lies in the tables, without the way through the form."""
    proposal = Proposal.objects.create(
        dataset=dataset_of(record),
        object_id=record.pk,
        difference={"website": ["", "https://example.org/new"]} if difference is None else difference,
        proposed_by=by,
    )
    Suggestion.objects.create(proposal=proposal, origin=origin, fingerprint="x", **said)
    return proposal


def step(client, proposal, name, **posted):
    return client.post(f"/en/review/{proposal.pk}/{name}/", posted)


def accept(client, proposal, *take, **posted):
    """Post the form of a proposal with these fields ticked (all where none is named), as its page gives it."""
    values = {f"value-{name}": new for name, (_old, new) in proposal.difference.items()}
    posted = values | {"take": list(take) or list(proposal.difference), "version": version(proposal)} | posted
    return step(client, proposal, "accept", **posted)


def version(proposal):
    resource = registry().get(proposal.dataset)
    record = resource and resource.model.objects.filter(pk=proposal.object_id).first()
    return version_of(record) if record else 0


def state(proposal):
    return Proposal.objects.get(pk=proposal.pk).state


def another_curator():
    client = Client()
    client.person = make_user("curator")
    client.force_login(client.person)
    return client
