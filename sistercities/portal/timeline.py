"""The history of the movement by decade: milestones, the first partnership of each state and prefecture, mergers, events."""

from dataclasses import dataclass, field
from itertools import groupby

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from events.models import Event, Milestone
from partnerships.directory import regions
from partnerships.models import Partnership, Party, Place, Succession, SuccessionKind
from partnerships.rows import place_rows, tie_rows
from sistercities.core.dates import PartialDate
from sistercities.core.filtersets import FIRST_YEAR, LAST_YEAR
from sistercities.core.names import LocalizedText, localized
from sistercities.core.pages import StoredPageMixin, page, version_stamp

#: Kind of entry -> its name, in the order in which the filter offers them.
KINDS = {
    "milestone": _("milestones"),
    "first": _("first partnership of a state or prefecture"),
    "merger": _("mergers of municipalities with partnerships"),
    "event": _("events"),
}


@dataclass
class Entry:
    """A line of the timeline. `names` are links and words in their order: `(text, url)` with a `LocalizedText`."""

    kind: str
    date: PartialDate
    names: list
    note: LocalizedText | None = None
    sources: list = field(default_factory=list)

    @property
    def kind_label(self):
        return capfirst(str(_LABELS[self.kind]))


_LABELS = {"milestone": _("milestone"), "first": _("first partnership"), "merger": _("merger"), "event": _("event")}


class TimelineForm(forms.Form):
    kind = forms.MultipleChoiceField(label=_("What"), choices=KINDS.items(), required=False)
    since = forms.IntegerField(label=_("from"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    until = forms.IntegerField(label=_("to"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)


class TimelinePage(StoredPageMixin, View):
    parameters = ("kind", "since", "until")

    def get(self, request):
        form = TimelineForm(request.GET)
        return page(request, "timeline.html", {**self.filters(form), **self.found(form)})

    def filters(self, form):
        chosen = self.request.GET.getlist("kind")
        return {
            "kinds": [
                {"value": value, "label": capfirst(label), "selected": value in chosen}
                for value, label in KINDS.items()
            ],
            "values": {name: self.request.GET.get(name, "")[:10] for name in ("since", "until")},
            "data_changed_at": self.version[1],
        }

    def found(self, form):
        """The entries that the parameters ask for; for nonsense none, and what is wrong in words."""
        if not form.is_valid():
            labels = {name: bound.label for name, bound in form.fields.items()}
            errors = [{"name": name, "label": labels[name], "messages": said} for name, said in form.errors.items()]
            return {"errors": errors, "count": 0, "decades": []}
        asked = form.cleaned_data
        entries = [entry for kind in asked["kind"] or KINDS for entry in getattr(self, f"{kind}s")()]
        first, last = asked["since"] or 0, asked["until"] or 9999
        entries = sorted(
            (entry for entry in entries if first <= entry.date.year <= last), key=lambda entry: (entry.date, entry.kind)
        )
        return {
            "count": len(entries),
            "decades": [
                {"year": decade, "entries": list(found)}
                for decade, found in groupby(entries, key=lambda entry: entry.date.year // 10 * 10)
            ],
        }

    def milestones(self):
        related = ("source", "partnership", "organization", "place")
        for milestone in Milestone.objects.select_related(*related):
            names = [(localized(milestone), self._record_url(milestone))]
            yield Entry("milestone", milestone.date, names, localized(milestone, "description"), [milestone.source])

    def _record_url(self, milestone):
        """The address of what a milestone is about, where that is public."""
        records = (milestone.partnership, milestone.organization, milestone.place)
        return next((record.get_absolute_url() for record in records if record and record.is_public), "")

    def firsts(self):
        """Of every prefecture and state the first partnership of it or of a place in it; of equal dates the one that was recorded first."""
        earliest = {}
        for tie, date, region in self._dated_parties():
            earliest.setdefault(region, (tie, date))
        ties = {tie.pk: tie for tie in tie_rows(sorted({tie for tie, _date in earliest.values()}))}
        for region, (pk, date) in earliest.items():
            if pk in ties and region in self.directory:
                found = self.directory[region]
                names = [
                    (localized(found), f"{reverse('places')}{found.path}/"),
                    (LocalizedText(gettext(": "), "", False), ""),
                    *self._tie_names(ties[pk]),
                ]
                yield Entry("first", PartialDate(date), names)

    @cached_property
    def directory(self):
        return regions(version_stamp(self.version))

    def _dated_parties(self):
        """`(tie, date, region code)` of the parties of all dated ties, the earliest first."""
        parties = Party.objects.filter(partnership__publication="published").exclude(partnership__established="")
        parties = parties.order_by("partnership__established_order", "partnership")
        columns = ("partnership", "partnership__established", "place__level", "place__code", "place__region__code")
        for tie, date, level, code, region in parties.values_list(*columns).iterator():
            if region or level == "region":
                yield tie, date, region or code

    def _tie_names(self, tie):
        names = " – ".join(place.name for place in tie.parties)
        return [(LocalizedText(names, "", False), tie.url)]

    def mergers(self):
        """Mergers of bodies that signed a partnership, with a date that a source gives."""
        kinds = (SuccessionKind.NEW_MERGER, SuccessionKind.ABSORPTION)
        signed = Party.objects.filter(partnership__in=Partnership.objects.public(), signed_as__isnull=False)
        steps = Succession.objects.filter(kind__in=kinds, predecessor__in=signed.values("signed_as")).exclude(date="")
        public = Place.objects.public()
        steps = list(steps.filter(predecessor__in=public, successor__in=public).select_related("source"))
        places = place_rows(sorted({pk for step in steps for pk in (step.predecessor_id, step.successor_id)}))
        rows = {place.pk: place for place in places}
        for step in steps:
            before, after = rows[step.predecessor_id], rows[step.successor_id]
            names = [
                (localized(before), before.url),
                (LocalizedText(" → ", "", False), ""),
                (localized(after), after.url),
            ]
            label = LocalizedText(step.get_kind_display(), "", False)
            yield Entry("merger", step.date, names, label, [step.source] if step.source else [])

    def events(self):
        for event in Event.objects.public().exclude(start="").with_place():
            names = [(localized(event), event.get_absolute_url())]
            yield Entry("event", event.start, names, LocalizedText(event.state_label, "", False))
