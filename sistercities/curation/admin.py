"""The admin of sources, proposals and accounts."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sistercities.core.datasets import datasets

from .models import Proposal, ProposalState, Source
from .records import ReasonForm, RecordAdmin


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


admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts. An administrator gives roles; only a superuser makes or changes a superuser."""

    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_active", "last_login")
    list_filter = ("groups", "is_staff", "is_active")
    show_facets = admin.ShowFacets.ALWAYS

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser", "user_permissions"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._in_reach(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._in_reach(request, obj)

    def _in_reach(self, request, obj):
        return obj is None or request.user.is_superuser or not obj.is_superuser
