"""The pages of the review, for those who are signed in: the queue, one proposal, and the steps that people take with it."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sistercities.curation.models import Proposal
from sistercities.curation.versions import version_of
from sistercities.curation.worklists import registry
from sistercities.imports.doors import DeskView
from sistercities.imports.forms import known_sources
from sistercities.imports.questions import labels_of, question_of
from sistercities.imports.resources import resource_for
from sistercities.imports.views import number_of_page, pagination

from . import actions, queue
from .accepting import Choice, Unfit, accept
from .forms import CitedForm, VerdictForm
from .models import Origin
from .rights import Rights, may_publish
from .showing import fields_of, name_of_new, record_of, title_of, understand
from .worklists import WAITING

NEEDED = {
    "refuse": gettext_lazy("Write a reason: whoever proposed it has to know why. Nothing was decided."),
    "ask": gettext_lazy("Write what you want to know. Nothing was asked."),
    "answer": gettext_lazy("Write the answer. Nothing was changed."),
}


class ReviewView(DeskView):
    """A page of the review; whoever may view proposals may look."""

    permission = "curation.view_proposal"
    turned_away = gettext_lazy("The review is for coordinators and curators. Ask an administrator for the role.")
    stop_template = "review/stop.html"


class Queue(ReviewView):
    """Everything that waits, in one list."""

    parameters = ("kind", "dataset", "state", "page", "worklist")

    def get(self, request):
        form = queue.QueueForm(request.GET)
        asked = form.asked
        worklist = request.GET.get("worklist") == WAITING
        found = self.own() if worklist else queue.rows(request.user, **asked)
        kept = {"worklist": WAITING} if worklist else {name: value for name, value in asked.items() if value}
        total = found.count()
        pages = max(1, -(-total // queue.PAGE))
        number = number_of_page(request.GET.get("page", ""), pages)
        listed = list(found[(number - 1) * queue.PAGE : number * queue.PAGE])
        entries = queue.entries(request.user, listed)
        context = {
            "form": form,
            "asked": asked,
            "entries": entries,
            "proposals": [pk for _at, pk, kind in listed if kind != queue.IMPORT],
            "total": total,
            "only_own": worklist,
            "filtered": bool(kept),
            "pages": pages,
            "number": number,
            "pagination_html": pagination(request, kept, number, pages),
        }
        return self.page("review/queue.html", context)

    def own(self):
        """What the worklist of the admin counts: the proposals that this person decides on."""
        waiting = registry()[WAITING].select(Proposal.objects.order_by(), self.request.user)
        return queue.keys_of(waiting).order_by("proposed_at", "pk")


class ProposalView(ReviewView):
    """One proposal: what it would change, where it is written, what was said of it, and the steps that this person may take."""

    def setup_proposal(self, pk):
        found = Proposal.objects.select_related("suggestion", "proposed_by", "source")
        self.proposal = get_object_or_404(found, pk=pk)
        self.rights = Rights(self.request.user, self.proposal)

    def get(self, request, pk):
        self.setup_proposal(pk)
        return self.show()

    def show(self, status=200, posted=None, said="", problems=None, questions=(), cited=None, verdict=""):
        """The page; after a step that did not go through with what was typed, and why."""
        proposal = self.proposal
        record = record_of(proposal)
        version = version_of(record) if record else 0
        fields = fields_of(proposal, posted)
        self._mark(fields, problems or {})
        suggestion = getattr(proposal, "suggestion", None)
        context = {
            "proposal": proposal,
            "suggestion": suggestion,
            "is_public": bool(suggestion) and suggestion.origin == Origin.PUBLIC,
            "language_of_page": dict(settings.LANGUAGES).get(suggestion.language, "") if suggestion else "",
            "record": record,
            "version": version,
            "dataset_title": title_of(proposal.dataset),
            "title": name_of_new(proposal),
            "fields": fields,
            "is_possible": any(field.is_open for field in fields),
            "stale": [field for field in fields if field.is_stale and field.is_open and proposal.is_undecided],
            "edit_url": admin_address(record) if self.rights.is_decider else "",
            "rights": self.rights,
            "notes": list(proposal.notes.select_related("by")),
            "said": said,
            "problems": (problems or {}).get("", []),
            "verdict": verdict,
            "typed": posted.get("text", "") if posted else "",
            "publish": resource_for(proposal.dataset) and may_publish(self.request.user, proposal.dataset),
        }
        if self.rights.decides:
            context |= {
                "cited": cited or CitedForm(initial=self.stated(suggestion)),
                "sources": known_sources(),
                "questions": list(questions),
            }
            if not proposal.object_id and proposal.difference:
                texts = {field.name: field.cell.text for field in fields}
                context["understood"] = understand(proposal.dataset, texts)
                context["questions"] = context["questions"] or context["understood"].questions
        return self.page("review/proposal.html", context, status=status)

    def stated(self, suggestion):
        """The source as the form begins: the one that was named, else what the sender wrote."""
        if self.proposal.source_id:
            return {"source": self.proposal.source.key}
        return {"title": suggestion.source_title, "url": suggestion.source_url} if suggestion else {}

    def _mark(self, fields, problems):
        for field in fields:
            field.cell.errors = problems.get(field.name, [])


def admin_address(record):
    """The page of a record in the admin; "" where there is no record."""
    return (
        reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk]) if record else ""
    )


class Accept(ProposalView):
    """Another person's decision for it: the ticked fields are written, as they were proposed or as they were edited."""

    def get(self, request, pk):
        return redirect("review-proposal", pk)

    def post(self, request, pk):
        self.setup_proposal(pk)
        posted = request.POST
        cited = CitedForm(posted)
        if not cited.is_valid():
            return self.show(
                400, posted, cited=cited, problems={"": [_("The source cannot be read. Nothing was written.")]}
            )
        try:
            proposal = accept(self.proposal, self.choice(posted, cited), user=request.user)
        except Unfit as error:
            labels = {name: str(column.heading) for name, column in resource_for(self.proposal.dataset).fields.items()}
            answers = labels_of(resource_for(self.proposal.dataset)(), error.questions)
            questions = [question_of(asked, labels.get(asked["column"], ""), answers) for asked in error.questions]
            problems = dict(error.problems)
            fields = set(self.proposal.difference)
            problems[""] = problems.get("", []) + [
                f"{labels.get(name, name)}{_(': ')}{said}"
                for name, found in error.problems.items()
                if name and name not in fields
                for said in found
            ]
            return self.show(
                400, posted, problems=problems, questions=questions, cited=cited, said=_("Nothing was written.")
            )
        except actions.Conflict as error:
            self.setup_proposal(pk)
            return self.show(409, posted, said=str(error), cited=cited)
        written = len(proposal.notes.last().written)
        said = ngettext("%(count)s field was taken over.", "%(count)s fields were taken over.", written)
        return self.done(said % {"count": written} if written else _("The proposal is dealt with."))

    def choice(self, posted, cited):
        version = posted.get("version", "")
        ticked = [name for name in self.proposal.difference if name in posted.getlist("take")]
        return Choice(
            texts={name: posted.get(f"value-{name}", self.proposal.difference[name][1]) for name in ticked},
            source=cited.cleaned_data,
            answers=self.answers(posted),
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 19 else 0,
            publish="publish" in posted and may_publish(self.request.user, self.proposal.dataset),
            text=" ".join(posted.get("text", "").replace("\0", "").split())[:1000],
        )

    def answers(self, posted):
        """Answers to what a new record's names may mean, in the form of an import: only candidates that were offered."""
        if self.proposal.object_id or not any(name.startswith("answer-") for name in posted):
            return {}
        texts = {name: posted.get(f"value-{name}", pair[1]) for name, pair in self.proposal.difference.items()}
        answers = {}
        for question in understand(self.proposal.dataset, texts).questions:
            offered = {str(pk): pk for pk, _name in question.candidates}
            if (chosen := offered.get(posted.get(f"answer-{question.field_name}"))) is not None:
                answers[question.key] = chosen
        return answers

    def done(self, said):
        """On to the next that waits for this person, with what was done."""
        messages.success(self.request, said_with_number(self.proposal, said))
        following = (
            registry()[WAITING].select(Proposal.objects.all(), self.request.user).order_by("proposed_at", "pk").first()
        )
        return redirect(following or reverse("review"))


def said_with_number(proposal, said):
    return _("Proposal %(number)s: %(said)s") % {"number": proposal.pk, "said": said}


class Step(Accept):
    """A step of words: refuse, ask back, answer, take back."""

    step = ""

    def post(self, request, pk):
        self.setup_proposal(pk)
        form = VerdictForm(request.POST, needed=self.step in NEEDED)
        if not form.is_valid():
            text = request.POST.get("text", "")
            words = NEEDED[self.step] if self.step in NEEDED and not text.strip() else " ".join(form.errors["text"])
            return self.show(400, request.POST, said=str(words), verdict=self.step)
        return self.take(form.cleaned_data["text"])

    def take(self, text):
        getattr(actions, self.step)(self.proposal, user=self.request.user, text=text)
        return self.done(str(self.words))


class Refuse(Step):
    step = "refuse"
    words = gettext_lazy("It was refused. Nothing of it was written.")


class Ask(Step):
    step = "ask"
    words = gettext_lazy("The question is on the page of the proposal. No mail is sent.")


class Answer(Step):
    step = "answer"

    def take(self, text):
        actions.answer(self.proposal, user=self.request.user, text=text)
        messages.success(self.request, _("The answer was kept. The proposal waits for a decision again."))
        return redirect(self.proposal)


class TakeBack(Step):
    step = "take_back"

    def take(self, text):
        actions.take_back(self.proposal, user=self.request.user)
        messages.success(self.request, _("The proposal was taken back."))
        return redirect(self.proposal)
