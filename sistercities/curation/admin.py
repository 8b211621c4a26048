"""The admin of sources and checked addresses."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .addresses import records_at
from .models import LinkCheck, Source
from .records import RecordAdmin
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
