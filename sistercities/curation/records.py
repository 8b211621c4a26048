"""The ground of every admin page: one transaction and one data version for a save, a reason in the history, publishing."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.utils import model_ngettext
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import TextField
from django.http import HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from sistercities.core.models import public_change

from . import actions, versions
from .claims import ClaimFormSet
from .facts import FactsMixin
from .history import because, one_entry, one_entry_each, telling
from .history_pages import HistoryMixin
from .models import Publication
from .reasons import FIELDS, ReasonForm, cite, cites
from .refusals import refusal
from .stale import Stale
from .worklists import WorklistFilter

#: How many records a message names one by one.
NAMED = 10


def _numbers(texts):
    """The numbers among what a form posted as primary keys."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


class ListActionForm(ActionForm):
    """What a list's action posts, with how far the histories had come when the list was read."""

    as_of = forms.CharField(label="", required=False, widget=forms.HiddenInput)


class RecordAdmin(FactsMixin, HistoryMixin, SimpleHistoryAdmin):
    """A record with a history. What is saved together, with its rows below, is one change of the public data."""

    form = ReasonForm
    action_form = ListActionForm
    change_form_template = "admin/record_form.html"
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50
    formfield_overrides = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}

    def get_list_filter(self, request):
        """The worklists of the records first: the index leads to them."""
        return [WorklistFilter, *super().get_list_filter(request)]

    def get_changelist_instance(self, request):
        """Within a worklist the filters stand without numbers: each of forty would ask for the whole list again."""
        request.marks = versions.marks_of(self.model)
        changelist = super().get_changelist_instance(request)
        changelist.add_facets &= not request.GET.get(WorklistFilter.parameter_name)
        return changelist

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        fieldsets = [(title, {**options, "fields": self._own(options["fields"])}) for title, options in fieldsets]
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*fieldsets, (_("This change"), {"fields": [*FIELDS]})] if may_save else fieldsets

    def _own(self, fields):
        """The fields of a set without the source and the reason, which stand last."""
        return [field for field in fields if field not in FIELDS]

    # Two curators at one record -----------------------------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """What the forms could not see, the database refuses, and nothing is saved."""
        request.reads_version = True
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            inlines = [inline.model for inline in self.get_inline_instances(request)]
            said = refusal(error, self.model, *inlines)
            self.message_user(request, gettext("Nothing was saved. %s") % said, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def get_object(self, request, object_id, from_field=None):
        """For the form the record comes with its version: read before it, and when it is saved locked and compared."""
        if not getattr(request, "reads_version", False) or not self.has_change_permission(request):
            return super().get_object(request, object_id, from_field)
        if request.method == "POST":
            record = super().get_object(request, object_id, from_field)
            if record is None:
                return None
            versions.lock(record)
        try:
            stub = self.model(pk=self.opts.pk.to_python(object_id))
        except ValidationError:
            return None
        request.positions = versions.positions_of(stub)
        record = super().get_object(request, object_id, from_field)
        if request.method == "POST" and record is not None:
            self._compare_versions(request, record)
        return record

    def _compare_versions(self, request, record):
        read = versions.read(request.POST.get("_version"), self.model)
        if read != request.positions:
            request.stale = Stale(self, request, record, read)
            request.POST = request.stale.data

    def get_form(self, request, obj=None, change=False, **kwargs):
        form_class = super().get_form(request, obj, change=change, **kwargs)
        if request.method != "POST":
            return form_class
        told = {"is_stale": bool(getattr(request, "stale", None)), "cites": cites(request.POST)}
        return type(form_class.__name__, (form_class,), told)

    def render_change_form(self, request, context, *args, **kwargs):
        written = versions.written(getattr(request, "positions", ()))
        context = {**context, "version": written, "stale": getattr(request, "stale", None)}
        if context["original"] and getattr(self.model, "claimable", ()):
            context["fact_tables"] = self.tables_for(context["original"], self._claims_on_page(context))
        return super().render_change_form(request, context, *args, **kwargs)

    def _claims_on_page(self, context):
        """The citations that the page shows anyway, with their sources."""
        formsets = (inline.formset for inline in context["inline_admin_formsets"])
        return next((list(found.get_queryset()) for found in formsets if isinstance(found, ClaimFormSet)), [])

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        form = (getattr(response, "context_data", None) or {}).get("action_form")
        if form:
            form.fields["as_of"].initial = versions.written(request.marks)
        return response

    def response_action(self, request, queryset):
        """An action on records leaves out those that somebody changed after the list was read, and names them."""
        if request.POST.get("action") == "delete_selected":  # asks on a page of its own
            return super().response_action(request, queryset)
        marks = versions.read(request.POST.get("as_of"), self.model)
        if marks is None:
            self.message_user(
                request, gettext("Open the list again: it does not say when it was read."), messages.ERROR
            )
            return HttpResponseRedirect(request.get_full_path())
        with transaction.atomic():
            return super().response_action(request, self._unchanged(request, queryset, marks))

    def _unchanged(self, request, queryset, marks):
        """The records of a list without those that were changed after the marks; all that are chosen stay locked."""
        chosen = queryset.order_by().values("pk")
        if request.POST.get("select_across") != "1":
            chosen = chosen.filter(pk__in=_numbers(request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)))
        rows = self.model._base_manager.filter(pk__in=chosen).order_by("pk")
        ids = list(rows.select_for_update().values_list("pk", flat=True))
        changed = versions.changed_since(self.model, marks, ids)
        said = gettext("“%s” was left alone: somebody changed it after you opened the list. Look at it again.")
        for record in self.model._base_manager.filter(pk__in=sorted(changed)[:NAMED]):
            self.message_user(request, said % record, messages.WARNING)
        if len(changed) > NAMED:
            more = len(changed) - NAMED
            said = ngettext("%d more was changed meanwhile.", "%d more were changed meanwhile.", more)
            self.message_user(request, said % more, messages.WARNING)
        return queryset.exclude(pk__in=changed) if changed else queryset

    # Saving -------------------------------------------------------------------------------------------------------------

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An old version, to read only: simple-history would save what is posted, whoever may only look."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def save_model(self, request, obj, form, change):
        because(form.reason, obj)
        obj.skip_history_when_saving = True  # until all is written: see save_related
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        because(form.reason, *(row.instance for row in formset.forms))
        with one_entry_each(formset, reason=form.reason, user=request.user):
            super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        entry = one_entry(form.instance, kind="~" if change else "+", reason=form.reason, user=request.user)
        with public_change(), telling(form.reason, request.user), entry:
            super().save_related(request, form, formsets, change)
            cite(form)
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
