"""The admin of sources, proposals and checked addresses."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from sistercities.core.datasets import datasets

from .addresses import records_at
from .models import LinkCheck, Proposal, ProposalState, Source
from .records import ReasonForm, RecordAdmin
from .worklists import WorklistFilter


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    list_display = ("title", "publisher", "kind", "issued", "licence", "link")
    list_filter = ("kind", ("depends_on", admin.EmptyFieldListFilter))
    list_select_related = ("depends_on",)
    search_fields = ("key", "title_en", "title_ja", "publisher", "url")
    autocomplete_fields = ("depends_on",)
    fieldsets = (
        (None, {"fields": ("key", ("title_en", "title_ja"), "publisher", "url", ("kind", "issued"))}),
        (_("Use"), {"fields": ("licence", "depends_on", "note")}),
    )

    @admin.display(description=_("title"), ordering="title_en")
    def title(self, source):
        return str(source)

    @admin.display(description=_("address"))
    def link(self, source):
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', source.url) if source.url else ""

    def autocomplete_label(self, source):
        return f"{source} — {source.key}"


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
        pending = list(queryset.filter(state=ProposalState.PENDING))
        for proposal in pending:
            proposal.state = ProposalState.REFUSED
            proposal.save(update_fields=["state"])
        said = ngettext("%d proposal was refused.", "%d proposals were refused.", len(pending))
        self.message_user(request, said % len(pending), messages.SUCCESS)


class LinkCheckList(ChangeList):
    """A page of checked addresses, each with the records that publish it."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        found = records_at([check.url for check in self.result_list])
        for check in self.result_list:
            check.found_in = found.get(check.url, [])


@admin.register(LinkCheck)
class LinkCheckAdmin(admin.ModelAdmin):
    """What `check_links` found, to read only."""

    list_display = ("found_in", "answer", "failing_since", "checked_at", "link", "redirected")
    list_display_links = None
    list_filter = (WorklistFilter, ("failing_since", admin.EmptyFieldListFilter))
    search_fields = ("url", "final_url")
    search_help_text = _("A part of the address.")
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50
    fields = ("url", "answer", "failing_since", "checked_at", "final_url")
    actions = None

    def get_changelist(self, request, **kwargs):
        return LinkCheckList

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("address"), ordering="url")
    def link(self, check):
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', check.url)

    @admin.display(description=pgettext_lazy("link", "answer"), ordering="status")
    def answer(self, check):
        return check.status_label

    @admin.display(description=_("published in"))
    def found_in(self, check):
        links = [(_change_page(record), record) for record in check.found_in]
        return format_html_join(_(", "), '<a href="{}">{}</a>', links)

    @admin.display(description=_("leads to"), ordering="final_url")
    def redirected(self, check):
        return check.final_url


def _change_page(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
