"""The ground of every admin page: one transaction and one data version for a save, a reason in the history, publishing."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import model_ngettext
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import TextField
from django.http import HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from sistercities.core.models import public_change

from . import actions
from .models import Publication
from .worklists import WorklistFilter

#: How many records a message names one by one.
NAMED = 10


def refusal(error, *models):
    """An `IntegrityError` in words: those of the violated constraint where the database names it."""
    constraints = [constraint for model in models for constraint in model._meta.constraints]
    for constraint in sorted(constraints, key=lambda constraint: -len(constraint.name)):
        if constraint.name in str(error):
            return str(constraint.get_violation_error_message())
    return gettext("The database refuses these values: they contradict another record.")


class ReasonForm(forms.ModelForm):
    """A record's form with the reason of the change, which goes to its history."""

    change_reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=100,
        required=False,
        help_text=_("Kept in the history of the record."),
    )


class RecordAdmin(SimpleHistoryAdmin):
    """A record with a history. What is saved together, with its rows below, is one change of the public data."""

    form = ReasonForm
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50
    formfield_overrides = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}

    def get_list_filter(self, request):
        """The worklists of the records first: the index leads to them."""
        return [WorklistFilter, *super().get_list_filter(request)]

    def get_changelist_instance(self, request):
        """Within a worklist the filters stand without numbers: each of forty would ask for the whole list again."""
        changelist = super().get_changelist_instance(request)
        changelist.add_facets &= not request.GET.get(WorklistFilter.parameter_name)
        return changelist

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        fieldsets = [(title, {**options, "fields": self._own(options["fields"])}) for title, options in fieldsets]
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*fieldsets, (_("This change"), {"fields": ["change_reason"]})] if may_save else fieldsets

    def _own(self, fields):
        """The fields of a set without the reason, which stands last."""
        return [field for field in fields if field != "change_reason"]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Two curators at one record: what the forms could not see, the database refuses, and nothing is saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            inlines = [inline.model for inline in self.get_inline_instances(request)]
            said = refusal(error, self.model, *inlines)
            self.message_user(request, gettext("Nothing was saved. %s") % said, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An old version, to read only: simple-history would save what is posted, whoever may only look."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def save_model(self, request, obj, form, change):
        obj._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for row in formset.forms:
            row.instance._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        with public_change():
            super().save_related(request, form, formsets, change)
            self.save_derived(form, formsets)

    def save_derived(self, form, formsets):
        """Write what follows from the record and its rows; both are stored by now."""

    def delete_model(self, request, obj):
        with public_change():
            super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        with public_change():
            super().delete_queryset(request, queryset)


class CuratedAdmin(RecordAdmin):
    """A record with a state of publication, which only those with the permission to publish change.

    A locked record is to be read only, but for those who may lock it; so are the rows below it.
    """

    actions = ["publish_selected", "withdraw_selected"]

    def has_lock_permission(self, request):
        return request.user.has_perm(f"{self.opts.app_label}.lock_{self.opts.model_name}")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_locked or self.has_lock_permission(request))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.is_locked or self.has_lock_permission(request))

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(f"{self.opts.app_label}.publish_{self.opts.model_name}")

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if hasattr(self.model, "locked") and not self.has_lock_permission(request):
            fields = [*fields, "locked", "lock_reason"]
        return fields if self.has_publish_permission(request, obj) else [*fields, "publication"]

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.publication == Publication.PUBLISHED else None

    @admin.action(description=_("Publish the selected %(verbose_name_plural)s"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        changed, refused = self._set_publication(request, queryset, actions.publish, Publication.PUBLISHED)
        said = ngettext("%(count)d %(name)s was published.", "%(count)d %(name)s were published.", changed)
        self._report(request, said, changed, refused)

    @admin.action(description=_("Withdraw the selected %(verbose_name_plural)s"), permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        changed, refused = self._set_publication(request, queryset, actions.withdraw, Publication.WITHDRAWN)
        said = ngettext("%(count)d %(name)s was withdrawn.", "%(count)d %(name)s were withdrawn.", changed)
        self._report(request, said, changed, refused)

    def _set_publication(self, request, queryset, action, publication):
        """All at once; where the database refuses, one by one, to tell those that may from those that may not."""
        records = self.model.objects.filter(pk__in=queryset.order_by().values("pk"))
        if hasattr(self.model, "locked") and not self.has_lock_permission(request):
            locked = list(records.filter(locked=True))
            changed, refused = self._set_each(request, records.filter(locked=False), action, publication)
            return changed, [*refused, *((record, gettext("The record is locked.")) for record in locked)]
        return self._set_each(request, records, action, publication)

    def _set_each(self, request, records, action, publication):
        try:
            return action(records, user=request.user), []
        except IntegrityError:
            changed, refused = 0, []
        for record in records:
            try:
                changed += action(self.model.objects.filter(pk=record.pk), user=request.user)
            except IntegrityError as error:
                refused.append((record, self._reason(record, publication, error)))
        return changed, refused

    def _reason(self, record, publication, error):
        record.publication = publication
        try:
            record.validate_constraints()
        except ValidationError as violated:
            return " ".join(violated.messages)
        return refusal(error, self.model)

    def _report(self, request, said, changed, refused):
        if changed or not refused:
            words = {"count": changed, "name": model_ngettext(self.opts, changed)}
            self.message_user(request, said % words, messages.SUCCESS)
        for record, reason in refused[:NAMED]:
            self.message_user(request, f"{capfirst(str(record))}: {reason}", messages.ERROR)
        if len(refused) > NAMED:
            more = len(refused) - NAMED
            said = ngettext("%d more is refused for like reasons.", "%d more are refused for like reasons.", more)
            self.message_user(request, said % more, messages.ERROR)
