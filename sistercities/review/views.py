"""The public pages: suggest a correction to a record, tell of one that is missing, and what became of it.

Nobody needs an account, and nothing is ever mailed. These are the only public pages that set a cookie (that of the form), so that they are
never stored: not by us, not by a browser.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from sistercities.core.pages import page
from sistercities.curation.models import Publication
from sistercities.imports.resources import resource_for

from . import limits, suggesting
from .forms import DetailsForm
from .models import CONTACT_MONTHS, SIGNS, Suggestion
from .reading import cell_of, difference, plain, problems_of, read, shown
from .rights import may_propose
from .showing import title_of, understand

#: Bytes that a form may have: every field full to its limit, in the longest encoding, has less than half of it.
MOST_BYTES = 512 * 1024
#: Bytes of a form that is too long which are read and thrown away, so that its sender gets an answer and no broken connection.
DRAINED = 8 * 1024 * 1024


class FormPage(View):
    """What all of these pages are: never stored, small, and not to be found by search engines."""

    http_method_names = ("get", "head", "post", "options")

    @method_decorator(csrf_exempt)  # only until the size is known: reading a token means reading the whole form
    def dispatch(self, request, *args, **kwargs):
        response = self._sized(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def _sized(self, request, *args, **kwargs):
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0
        if size > MOST_BYTES:
            left = min(size, DRAINED)
            while left > 0 and (chunk := request.read(min(left, 65536))):
                left -= len(chunk)
            return self.stop(
                413,
                _("This form is too long"),
                _("It holds more than a suggestion can. Nothing was stored. Please say it shorter."),
            )
        answer = super().dispatch
        return csrf_protect(lambda request: answer(request, *args, **kwargs))(request)

    def stop(self, status, heading, text):
        """A page that says why not."""
        return page(self.request, "review/refused.html", {"heading": heading, "text": text}, status=status)


class SuggestView(FormPage):
    """A form with the cells of a record, what is wrong with them, and who says so. First it is looked at, then it is sent."""

    def get(self, request, **address):
        self.find(**address)
        return self.form(self.cells(), DetailsForm())

    def post(self, request, **address):
        self.is_staff = may_propose(request.user)
        self.sender = limits.sender_of(request)
        try:
            limits.attempt(self.sender, is_staff=self.is_staff)  # first: who has to wait costs two statements
            self.find(**address)
            return self.answer(request.POST)
        except limits.TooMany as error:
            return self.too_many(error.seconds)

    def too_many(self, seconds):
        text = _(
            "You have sent as much as one address may for now. Nothing of this form was stored. Please try again later."
        )
        response = self.stop(429, _("Please wait a little"), text)
        response["Retry-After"] = str(seconds)
        return response

    def answer(self, posted):
        details = DetailsForm(posted)
        changes, cells = self.understand(posted)
        is_good = details.is_valid() and not any(cell.errors for cell in cells)
        if is_good and not changes and not details.cleaned_data["message"]:
            details.add_error("message", _("Change a field above, or write here what is wrong."))
            is_good = False
        step = posted.get("step")
        if step == "change" or not is_good:
            return self.form(cells, details, status=200 if step == "change" else 400)
        return self.take(changes, details.cleaned_data) if step == "send" else self.check(cells, changes, details)

    def understand(self, posted):
        """`(difference, cells)` of what was posted. A cell that was left as it stood is none that somebody wrote."""
        cells = self.cells(posted)
        texts = {
            cell.name: cell.text
            for cell in cells
            if cell.name in posted and plain(cell.text) != plain(posted.get(f"was-{cell.name}", cell.stands))
        }
        line = read(self.resource, texts)
        found = problems_of(line)
        for cell in cells:
            cell.errors = found.get(cell.name, [])
            cell.was = posted.get(f"was-{cell.name}", cell.stands)
        return difference(self.resource, self.stored, line.values), cells

    def form(self, cells, details, status=200):
        wrong = [cell for cell in cells if cell.errors]
        context = {"groups": self.groups(cells), "wrong_cells": wrong, "details": details}
        return self.page("review/suggest.html", context | self.context(), status)

    def groups(self, cells):
        """The cells in parts with a heading each."""
        return [(_("What the record says"), cells)]

    def check(self, cells, changes, details):
        """The suggestion as it was understood, before it is sent: era dates by our calendar, choices by their names."""
        read_again = [cell_of(self.resource, name, old, new) for name, (old, new) in changes.items()]
        context = {
            "changes": read_again,
            "cells": cells,
            "details": details,
            "understood": self.understood(changes),
        }
        return self.page("review/check.html", context | self.context())

    def understood(self, changes):
        return None

    def take(self, changes, details):
        user = self.request.user if self.request.user.is_authenticated else None
        suggestion = suggesting.receive(
            dataset=self.dataset,
            object_id=self.record.pk if self.record else None,
            difference=changes,
            details=details,
            sender=self.sender,
            language=get_language() or "",
            user=user,
            is_staff=self.is_staff,
        )
        if self.is_staff:
            messages.success(self.request, _("Your proposal waits for another person’s decision."))
            return redirect(suggestion.proposal)
        return redirect("suggest-sent", suggestion.reference)

    def page(self, template_name, context, status=200):
        return render(self.request, template_name, context, status=status)

    def context(self):
        user = self.request.user
        return {
            "record": self.record,
            "dataset": self.dataset,
            "dataset_title": title_of(self.dataset),
            "as_staff": user.get_username() if may_propose(user) else "",
            "months": CONTACT_MONTHS,
        }


class SuggestCorrection(SuggestView):
    """“Suggest a correction” of a public record: its fields as they stand."""

    def find(self, dataset, pk):
        resource = resource_for(dataset)
        if resource is None or not resource.for_visitors:
            raise Http404
        self.dataset, self.resource = dataset, resource()
        self.record = get_object_or_404(resource.model.objects.public(), pk=pk)
        self.record = self.resource.shown_records([pk]).get(pk, self.record)
        self.stored = self.resource.line_of(pk).stored
        if self.stored is None:
            raise Http404

    def cells(self, posted=None):
        return [
            cell_of(
                self.resource,
                name,
                shown(self.resource, name, self.stored[name]),
                posted.get(name) if posted is not None else None,
            )
            for name in self.resource.for_visitors
        ]


class SuggestNew(SuggestView):
    """A record that is missing: what a visitor knows of it. Whether its places are known is the curator's to find out."""

    def find(self, dataset):
        resource = resource_for(dataset)
        if resource is None or not resource.asked_of_new():
            raise Http404
        self.dataset, self.resource, self.record, self.stored = dataset, resource(), None, None

    def cells(self, posted=None):
        return [
            cell_of(self.resource, name, "", posted.get(name, "") if posted is not None else None)
            for name in self.resource.asked_of_new()
        ]

    def understand(self, posted):
        changes, cells = super().understand(posted)
        for group in self.resource.required:
            asked = [name for names in group for name in names if name in self.resource.asked_of_new()]
            if asked and not any(name in changes for name in asked):
                missing = next(cell for cell in cells if cell.name == asked[0])
                missing.errors = missing.errors or [
                    _("Write its name here, or one line further where it is a whole prefecture or state.")
                ]
        return changes, cells

    def groups(self, cells):
        by_name = {cell.name: cell for cell in cells}
        for first, second in zip(*self.resource.for_new[:2], strict=True):  # the legends say whose they are
            by_name[second].label = by_name[first].label
        for side in self.resource.for_new[:2]:
            for name in side[1:]:
                by_name[name].help = ""
        legends = (_("One side"), _("The other side"), _("The partnership"))
        return [
            (legend, [by_name[name] for name in names])
            for legend, names in zip(legends, self.resource.for_new, strict=True)
        ]

    def understood(self, changes):
        """Which places are meant, and whether the directory has the record: to be looked at, not to be turned away by."""
        return understand(self.dataset, {name: new for name, (_old, new) in changes.items()})


class Sent(FormPage):
    """What became of a suggestion, for who has its reference: where it stands, and nothing that anybody wrote."""

    def get(self, request, reference):
        if not set(reference.upper()) <= {*SIGNS, "-"}:  # PostgreSQL takes no NUL
            raise Http404
        suggestion = get_object_or_404(Suggestion.objects.select_related("proposal"), reference=reference.upper())
        proposal = suggestion.proposal
        record = None
        if proposal.object_id and (resource := resource_for(proposal.dataset)):
            public = resource.model.objects.filter(publication=Publication.PUBLISHED, pk=proposal.object_id).exists()
            record = resource().shown_records([proposal.object_id]).get(proposal.object_id) if public else None
        context = {"suggestion": suggestion, "proposal": proposal, "record": record}
        return page(request, "review/sent.html", context)
