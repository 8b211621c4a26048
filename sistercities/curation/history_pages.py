"""The admin's page of a record's history, and the page on which one change of it is taken back."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from .reverting import NotReverted, later, revert
from .story import change_at, changes_of


class HistoryMixin:
    """For the admin of records with a history."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_revert"
        page = path("<int:object_id>/revert/<slug:key>/", self.admin_site.admin_view(self.revert_view), name=name)
        return [page, *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        """Every change of the record and of its rows, the newest first; of a record that is gone too."""
        record = self._record_or_memory(request, object_id)
        changes, older = changes_of(record, before=_moment(request.GET.get("before")))
        context = {
            "changes": changes,
            "older": older.isoformat() if older else "",
            "is_older": "before" in request.GET,
            "may_revert": record._state.db is not None and self.has_change_permission(request, record),
            "title": gettext("History"),
        }
        return self._page(request, "admin/record_history.html", record, {**context, **(extra_context or {})})

    def _record_or_memory(self, request, object_id):
        """The record, or what the history remembers of it; 404 where there is neither, 403 for those who may not look."""
        request.current_app = self.admin_site.name
        if not (str(object_id).isascii() and str(object_id).isdigit() and len(str(object_id)) < 19):
            raise Http404
        record = self.get_queryset(request).filter(pk=object_id).first()
        if record is None:
            entry = self.model.history.filter(id=object_id).order_by("-history_id").first()
            record = entry and self.model(
                **{field.attname: getattr(entry, field.attname) for field in entry.tracked_fields}
            )
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record

    def revert_view(self, request, object_id, key):
        """What taking one change back would do; a POST does it."""
        record = self._record_or_memory(request, object_id)
        if record._state.db is None:
            raise Http404
        change = change_at(record, key)
        if change is None:
            raise Http404
        if not self._may_revert(request, record, change):
            raise PermissionDenied
        refused = []
        if request.method == "POST":
            try:
                revert(record, change, user=request.user, reason=request.POST.get("reason", "").strip())
            except NotReverted as error:
                refused = error.lines
            else:
                self.message_user(request, gettext("The change was taken back."), messages.SUCCESS)
                return HttpResponseRedirect(self._history_address(record))
        context = {"change": change, "later": later(change), "refused": refused, "title": gettext("Take a change back")}
        return self._page(request, "admin/revert.html", record, context, status=409 if refused else 200)

    def _may_revert(self, request, record, change):
        """To take back a publication is to publish or to withdraw."""
        step = change.root
        publishes = step and "publication" in step.changed
        may_publish = not publishes or self.has_publish_permission(request, record)
        return self.has_change_permission(request, record) and may_publish

    def _history_address(self, record):
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_history", args=[record.pk])

    def _page(self, request, template_name, record, context, status=200):
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": record,
            "subtitle": str(record),
            "is_there": record._state.db is not None,
            "history_url": self._history_address(record),
            "module_name": capfirst(str(self.opts.verbose_name_plural)),
        }
        return render(request, template_name, {**shared, **context}, status=status)


def _moment(text):
    """The moment of an address; None where it is none."""
    try:
        found = datetime.fromisoformat((text or "").replace(" ", "+"))  # a plus sign that somebody did not write as %2B
    except ValueError:
        return None
    return found if found.tzinfo else None
