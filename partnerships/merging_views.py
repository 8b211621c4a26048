"""The pages of mergers and merges: what waits, recording a merger, what became of a tie, and making one of two records."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sistercities.curation import merging as records
from sistercities.curation.records import refusal
from sistercities.imports.forms import known_sources

from . import duplicates
from .doors import MergerView, PairView
from .holdings import confirm_holding, end_at_merger
from .merging import TIES
from .merging_forms import HoldingForm, SuccessionForm
from .models import Party, Place
from .recording import record_merger
from .succession import Changed, Refused, plan

#: Entries of each list of the overview.
SHOWN = 50


class Merging(MergerView):
    """What waits for somebody who may merge: ties that are presumed, records that look alike."""

    def get(self, request):
        presumed = Party.objects.presumed().select_related(
            "place__region", "signed_as", "partnership"
        )  # fmt: skip
        presumed = presumed.prefetch_related("partnership__parties__place").order_by("partnership", "position")
        pairs = [(kind, kind.alike()) for kind in records.kinds().values() if request.user.has_perm(kind.permission)]
        context = {
            "presumed": list(presumed[:SHOWN]),
            "presumed_count": presumed.count(),
            "alike": [
                {"kind": kind, "pairs": _shown(kind, found[:SHOWN]), "count": len(found)} for kind, found in pairs
            ],
            "shown": SHOWN,
        }
        return self.page("merging/overview.html", context)


def _shown(kind, pairs):
    """The pairs as records, each with what tells it from the other, in one statement or two."""
    known = kind.rows().in_bulk({pk for pair in pairs for pk in pair})
    return [[(known[pk], kind.where(known[pk])) for pk in pair] for pair in pairs]


class RecordSuccession(MergerView):
    """A merger of municipalities: what happened, then what recording it will do, then it is done."""

    parameters = ("place",)

    def get(self, request):
        return self.show(SuccessionForm(initial={"predecessors": request.GET.get("place", "")[:250]}))

    def post(self, request):
        form = SuccessionForm(request.POST)
        step = request.POST.get("step", "")
        if step == "edit":
            return self.show(SuccessionForm(initial={name: request.POST.get(name, "") for name in form.fields}))
        if not form.is_valid():
            return self.show(form, status=400)
        merger = form.merger()
        try:
            if step == "record":
                return self.record(merger)
            return self.preview(form, plan(merger))
        except Refused as error:
            form.add_error(None, str(error))
            return self.show(form, status=400)
        except Changed:
            messages.warning(request, _("The records have changed meanwhile. Look once more at what will happen."))
            return self.preview(form, plan(form.merger()), status=409)
        except IntegrityError as error:
            form.add_error(None, refusal(error, Place, Party))
            return self.show(form, status=409)

    def record(self, merger):
        made = record_merger(merger, stamp=self.request.POST.get("stamp", ""))
        moved = len(made.moving)
        said = ngettext(
            "Recorded. %(count)d tie is presumed to have passed on.",
            "Recorded. %(count)d ties are presumed to have passed on.",
            moved,
        )
        messages.success(self.request, said % {"count": moved})
        return redirect("merging")

    def preview(self, form, made, status=200):
        hidden = [(name, self.request.POST.get(name, "")) for name in form.fields if self.request.POST.get(name)]
        context = {"plan": made, "merger": made.merger, "hidden": hidden, "form": form}
        return self.page("merging/preview.html", context, status=status)

    def show(self, form, status=200):
        return self.page("merging/succession.html", {"form": form, "sources": known_sources()}, status=status)


class Holding(MergerView):
    """A tie that is presumed to have passed to a successor: a source confirms it, or says that it ended."""

    permission = TIES.permission

    def get(self, request, pk):
        return self.show(self.party(pk), HoldingForm())

    def post(self, request, pk):
        party, form = self.party(pk), HoldingForm(request.POST)
        if not form.is_valid():
            return self.show(party, form, status=400)
        said = form.cleaned_data
        act = confirm_holding if said["outcome"] == "confirmed" else end_at_merger
        try:
            act(party, source=form.cited(), date=said["date"], locator=said["locator"])
        except Refused as error:
            form.add_error(None, str(error))
            return self.show(party, form, status=409)
        except IntegrityError as error:
            form.add_error(None, refusal(error, type(party.partnership), Party))
            return self.show(party, form, status=409)
        messages.success(request, _("It is recorded, with its source."))
        return redirect("merging")

    def party(self, pk):
        parties = Party.objects.presumed().select_related("place", "signed_as", "partnership")
        return get_object_or_404(parties, pk=pk)

    def show(self, party, form, status=200):
        context = {"party": party, "form": form, "sources": known_sources()}
        return self.page("merging/holding.html", context, status=status)


def kind_of(dataset, one, other):
    """The Kind of two records that an address names; 404 where it names no pair."""
    kind = records.kinds().get(dataset)
    if kind is None or one == other:
        raise Http404
    return kind


class Compare(PairView):
    """Two records beside one another, field by field: which of them lives on with which values, then what it will do, then it is done."""

    def setup_pair(self, dataset, one, other):
        self.kind = kind_of(dataset, one, other)
        self.left, self.right = (get_object_or_404(self.kind.rows(), pk=pk) for pk in (one, other))

    def get(self, request, **address):
        self.setup_pair(**address)
        return self.show()

    def post(self, request, **address):
        self.setup_pair(**address)
        survivor, loser = self.sides()
        theirs = self.theirs(loser)
        if request.POST.get("step") != "merge":
            return self.show(survivor=survivor, loser=loser, theirs=theirs, preview=True)
        try:
            done = records.merge(
                self.kind,
                loser,
                survivor,
                theirs=theirs,
                seen=request.POST.get("stamp", ""),
                reason=request.POST.get("reason", ""),
            )
        except records.Refused as error:
            messages.error(request, str(error))
            return self.show(survivor=survivor, loser=loser, theirs=theirs, status=409)
        except records.Changed:
            messages.warning(request, _("The records have changed meanwhile. Look once more at what will happen."))
            return self.show(survivor=survivor, loser=loser, theirs=theirs, preview=True, status=409)
        except IntegrityError as error:
            messages.error(request, refusal(error, self.kind.model))
            return self.show(survivor=survivor, loser=loser, theirs=theirs, status=409)
        words = {"moved": sum(done.moved.values()), "doubles": sum(done.doubles.values())}
        said = _("The two are one record now: %(moved)s rows moved, %(doubles)s stood in both.")
        messages.success(request, said % words)
        return redirect("merging")

    def sides(self):
        """(survivor, loser) as chosen; without a choice the record with the lower number lives on."""
        pair = sorted((self.left, self.right), key=lambda record: record.pk)
        return tuple(reversed(pair)) if self.request.POST.get("survivor") == str(pair[1].pk) else tuple(pair)

    def theirs(self, loser):
        """The groups of columns of which the value of the record that is given up was chosen."""
        names = [names[0] for names in self.kind.fields] + ["parties"]
        return [name for name in names if self.request.POST.get(f"value_{name}") == str(loser.pk)]

    def show(self, survivor=None, loser=None, theirs=(), preview=False, status=200):
        pair = sorted((self.left, self.right), key=lambda record: record.pk)
        survivor, loser = (survivor, loser) if survivor else pair
        rows = records.compare(self.kind, self.left, self.right)
        for row in rows:
            chosen = self.left if row.prefers_left else self.right
            if self.request.method == "POST":
                chosen = loser if row.name in theirs else survivor
            row.chosen = chosen.pk
        context = {
            "kind": self.kind,
            "left": self.left,
            "right": self.right,
            "rows": rows,
            "counts": [_counts(record) for record in (self.left, self.right)],
            "survivor": survivor,
            "loser": loser,
            "theirs": theirs,
            "problems": records.problems(self.kind, loser, survivor),
            "stamp": records.stamp(self.left, self.right),
            "preview": preview,
            "parties_differ": self.kind.dataset == "partnerships" and self.left.parties_key != self.right.parties_key,
            "back": reverse("merging"),
        }
        return self.page("merging/compare.html", context, status=status)


def _counts(record):
    """What belongs to a record, in numbers: `(name, number)` of each kind of row."""
    found = []
    for relation in records.relations_of(type(record)):
        number = getattr(record, relation.get_accessor_name()).count()
        if number:
            found.append((relation.related_model._meta.verbose_name_plural, number))
    return found


class TellApart(PairView):
    """Two records that look alike are two: nobody is asked again."""

    def get(self, request, dataset, one, other):
        return redirect("merging-compare", dataset, one, other)

    def post(self, request, dataset, one, other):
        kind = kind_of(dataset, one, other)
        for pk in (one, other):
            get_object_or_404(kind.model, pk=pk)
        duplicates.tell_apart(dataset, one, other, reason=request.POST.get("reason", ""))
        messages.success(request, _("Remembered: these are two records."))
        return redirect("merging")
