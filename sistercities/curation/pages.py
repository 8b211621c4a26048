"""The page of one record: who may see it, where it stands, and what its sources say."""

from django.http import HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.views import View

from sistercities.core.pages import StoredPageMixin, page
from sistercities.core.panels import panels_of

from .actions import contested_facts
from .models import Publication, Standing

_STANDING = {Standing.PREFERRED: 0, Standing.ACCEPTED: 1, Standing.REJECTED: 2}


class RecordPage(StoredPageMixin, View):
    """A published record; a withdrawn one is said to be gone, an address that is not its own leads to the one that is, and that of
    a record that was merged into another to the other.

    `lookup` names the part of the address by which the record is found.
    """

    model = None
    lookup = "slug"
    template_name = ""

    def get_queryset(self):
        return self.model.objects.all()

    def get(self, request, **address):
        hidden = (Publication.DRAFT, Publication.REVIEW)
        known = self.get_queryset().exclude(publication__in=hidden)
        found = get_object_or_404(known, **{self.lookup: address[self.lookup]})
        record = getattr(found, "merged_into", None) or found
        if record.publication != Publication.PUBLISHED:
            return page(request, "410.html", status=410)
        if request.path != record.get_absolute_url():
            return lead_on(record.get_absolute_url(), lasting=record is found)
        context = {"record": record, "panels": panels_of(record), "data_changed_at": self.version[1]}
        return page(request, self.template_name, {**context, **self.context(record)})

    def context(self, record):
        """What the page shows beside the record itself."""
        return {}


def lead_on(address, *, lasting):
    """One redirect to where a record is found. What a curator may take back (a merger, a merge) is not remembered by browsers."""
    response = HttpResponsePermanentRedirect(address)
    if not lasting:
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def facts(record, claims):
    """The claims by fact, in the order of the facts' own list: which is preferred, whether they are contested.

    `claims` are all citations of the record, with their sources.
    """
    contested = set(contested_facts(claims, getattr(record, "contestable", ())))
    order = [value for value, _label in record.citations.model._meta.get_field("fact").choices]
    grouped = {}
    for claim in sorted(claims, key=lambda claim: (order.index(claim.fact), _STANDING[claim.standing], claim.pk)):
        grouped.setdefault(claim.fact, []).append(claim)
    return [
        {"name": name, "label": found[0].get_fact_display(), "claims": found, "contested": name in contested}
        for name, found in grouped.items()
    ]


def sources_of(*groups):
    """Each source once, in the order in which these rows (claims, acts …) name it."""
    named = [row.source for rows in groups for row in rows if row.source]
    return list({source.pk: source for source in named}.values())
