"""The admin of proposals: to look at, to write down, and to refuse several at once for one reason. Each is decided on in the queue."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sistercities.core.datasets import datasets
from sistercities.curation.models import Proposal
from sistercities.curation.records import ReasonForm, RecordAdmin

from . import actions
from .forms import VerdictForm
from .queue import entries, keys_of

#: Proposals that are refused for one reason: as many as a person can look over.
MOST_REFUSED = 100


class ProposalForm(ReasonForm):
    dataset = forms.ChoiceField(
        label=_("dataset"), choices=lambda: [(dataset.key, dataset.key) for dataset in datasets()]
    )

    def clean_difference(self):
        """A mapping of field to [old, new], each a text."""
        difference = self.cleaned_data["difference"]
        pairs = difference.values() if isinstance(difference, dict) else [None]
        if not all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(v, str) for v in pair) for pair in pairs
        ):
            raise ValidationError(_('Write each field with its old and its new text: {"website": ["", "https://…"]}'))
        return difference


@admin.register(Proposal)
class ProposalAdmin(RecordAdmin):
    """Changes that wait for a curator. Written once: who finds it wrong refuses it and proposes another."""

    form = ProposalForm
    list_display = ("__str__", "state", "record", "source", "proposed_by", "proposed_at")
    list_filter = ("state", "dataset", "proposed_at")
    list_select_related = ("source", "proposed_by")
    search_fields = ("dataset", "object_id", "source__title_en", "source__title_ja")
    autocomplete_fields = ("source",)
    actions = ["refuse_selected"]
    fields = ("dataset", "object_id", "record", "difference", "source", "state", "proposed_by", "proposed_at")
    readonly_fields = ("record", "state", "proposed_by", "proposed_at")

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "dataset", "object_id", "difference", "source"] if obj else self.readonly_fields

    def save_model(self, request, obj, form, change):
        if not change:
            obj.proposed_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("record"))
    def record(self, proposal):
        """A link to the record that the proposal would change."""
        model = {dataset.key: dataset.model for dataset in datasets()}.get(proposal.dataset)
        if not (model and proposal.object_id):
            return ""
        try:
            address = reverse(f"admin:{model.lower().replace('.', '_')}_change", args=[proposal.object_id])
        except NoReverseMatch:
            return proposal.object_id
        return format_html('<a href="{}">{} {}</a>', address, proposal.dataset, proposal.object_id)

    @admin.action(description=_("Refuse the selected proposals"), permissions=["change"])
    def refuse_selected(self, request, queryset):
        """First a page that lists them and asks for the reason, then the refusal: none without the words that the queue asks for."""
        if queryset.count() > MOST_REFUSED:
            said = _("Refuse at most %(most)s proposals at once: choose fewer.") % {"most": MOST_REFUSED}
            self.message_user(request, said, messages.ERROR)
            return None
        form = VerdictForm(request.POST if "refuse" in request.POST else None, needed=True)
        if form.is_bound and form.is_valid():
            self._refuse(request, queryset, form.cleaned_data["text"])
            return None
        return self._ask_why(request, queryset, form)

    def _ask_why(self, request, queryset, form):
        """The page that asks for the reason, with those that can be refused and those that cannot, and why."""
        refusable, others = [], []
        for proposal in queryset.order_by("pk"):
            objection = actions.objection(proposal, request.user)
            (others if objection else refusable).append((proposal, objection))
        shown = {entry.url: entry for entry in entries(request.user, list(keys_of(queryset)))}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Refuse proposals"),
            "opts": self.opts,
            "as_of": request.POST.get("as_of", ""),
            "form": form,
            "refusable": [(proposal, shown[proposal.get_absolute_url()]) for proposal, _none in refusable],
            "others": others,
        }
        status = 400 if form.is_bound else 200
        return TemplateResponse(request, "admin/refuse_proposals.html", context, status=status)

    def _refuse(self, request, queryset, text):
        refused = 0
        for proposal in queryset.order_by("pk"):
            try:
                actions.refuse(proposal, user=request.user, text=text)
                refused += 1
            except (PermissionDenied, actions.Conflict) as error:
                said = _("Proposal %(number)s: %(said)s") % {"number": proposal.pk, "said": error}
                self.message_user(request, said, messages.WARNING)
        said = ngettext("%d proposal was refused.", "%d proposals were refused.", refused)
        self.message_user(request, said % refused, messages.SUCCESS if refused else messages.WARNING)
