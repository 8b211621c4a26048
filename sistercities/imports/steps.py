"""The steps that people take with an import: each a POST that leads back to its page."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from . import actions
from .doors import StepView
from .models import BatchState
from .questions import questions_of
from .showing import DELIMITERS, ENCODINGS, filtered, reading_of


class SettleReading(StepView):
    """Encoding, delimiter or sheet, and what headings mean; then the file is read anew. Without any of them it is only checked."""

    def take(self):
        self.must(self.rights.brings)
        choice, headings = self._choice(), self._headings()
        if choice or headings:
            actions.settle_reading(self.batch, choice=choice, headings=headings)
        actions.check(self.batch)

    def _choice(self):
        posted = {name: self.request.POST.get(name, "") for name in ("encoding", "delimiter", "sheet")}
        known = {"encoding": ENCODINGS, "delimiter": DELIMITERS, "sheet": (posted["sheet"][:200],)}
        return {name: value for name, value in posted.items() if value and value in known[name]}

    def _headings(self):
        """Position -> column or "" (left out), of the selects that say something."""
        columns = {*self.resource.fields, ""}
        settled = {}
        for name, value in self.request.POST.items():
            position = name.removeprefix("heading-")
            value = "" if value == "-" else value or None
            if (
                position != name
                and position.isascii()
                and position.isdigit()
                and len(position) < 4
                and value in columns
            ):
                settled[position] = value
        return settled


class Answer(StepView):
    """Answers to questions of the file, each once for all its lines, and which side is preferred where sources disagree."""

    def take(self):
        self.must(self.rights.brings)
        if "prefer" in self.request.POST:
            actions.settle_reading(self.batch, prefer_file=self.request.POST["prefer"] == "file")
            messages.success(self.request, _("Saved."))
            return
        answers = self._answers()
        if not answers:
            raise actions.Conflict(_("No answer was chosen. Go back, choose one of the answers and try again."))
        actions.settle_reading(self.batch, answers=answers)
        actions.check(self.batch)
        return

    def _answers(self):
        posted = self.request.POST
        reading = reading_of(self.batch, self.resource)
        found, _total = questions_of(self.batch, reading, self.resource)
        answers = {}
        for question in found:
            allowed = {str(pk): pk for pk, _name in question.candidates}
            chosen = allowed.get(posted.get(f"answer-{question.field_name}"))
            if chosen is not None:
                answers[question.key] = chosen
        if posted.get("dates") in ("mdy", "dmy"):
            answers["dates"] = posted["dates"]
        return answers


class DecideRow(StepView):
    """One line: leave it out, take it in again, or say which of two disagreeing values is preferred."""

    def take(self, row):
        self.must(self.rights.brings or self.rights.decides)
        if not self.rights.edits_rows:
            raise actions.Conflict(
                _("This import has been brought forward: its rows are now for the person who decides.")
            )
        row = get_object_or_404(self.batch.rows, pk=row)
        decisions = self._decisions(row)
        excluded = {"out": True, "in": False}.get(self.request.POST.get("row"))
        if excluded is None and not decisions:
            raise BadRequest("nothing to decide")
        actions.decide_row(self.batch, row, excluded=excluded, decisions=decisions or None)
        return self._back(row)

    def _decisions(self, row):
        posted = {fact: self.request.POST.get(f"prefer-{fact}") for fact in row.disagreements}
        return {fact: side for fact, side in posted.items() if side in ("file", "stored")}

    def _back(self, row):
        """To the same line of the same page of the same filter; where the filter no longer holds it, to the list."""
        query = {name: self.request.POST.get(name, "")[:20] for name in ("show", "page")}
        query = urlencode({name: value for name, value in query.items() if value})
        here = filtered(self.batch.rows.filter(pk=row.pk), self.request.POST.get("show", "")).exists()
        return redirect(f"{self.batch.get_absolute_url()}?{query}#{f'line-{row.line}' if here else 'rows'}")


class Submit(StepView):
    """The coordinator's confirmation of what was previewed."""

    def take(self):
        self.must(self.rights.brings)
        posted = self.request.POST
        actions.submit(
            self.batch, user=self.request.user, token=posted.get("token", ""), only_good="only_good" in posted
        )
        messages.success(self.request, _("The import is in review. Another person decides on it."))


class Approve(StepView):
    """Another person's decision to publish what was previewed."""

    def take(self):
        self.must(self.rights.decides)
        actions.approve(self.batch, user=self.request.user, token=self.request.POST.get("token", ""))


class Refuse(StepView):
    """Another person's decision against it, with a reason for the coordinator."""

    def take(self):
        self.must(self.rights.decides)
        reason = self.request.POST.get("reason", "").strip()
        if not reason:
            raise actions.Conflict(_("Write a reason: the coordinator has to know what to mend. Nothing was decided."))
        actions.refuse(self.batch, user=self.request.user, reason=reason)
        messages.success(self.request, _("The import was refused. Nothing of it was written."))


class Cancel(StepView):
    """The coordinator gives an import up."""

    def take(self):
        self.must(self.rights.brings)
        batch = actions.cancel(self.batch, user=self.request.user)
        if batch.state == BatchState.CANCELLED:
            messages.success(
                self.request, _("The import was cancelled. Nothing was written, and the file was deleted.")
            )


class Resume(StepView):
    """Go on with a task whose process has died."""

    def take(self):
        actions.resume(self.batch)
