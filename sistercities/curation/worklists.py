"""Worklists: what waits for a curator, each list defined once, counted on the admin's first page and filtered in its change list.

The room that holds the records registers their lists, and names a method of their queryset: the rule itself stands there.
"""

from dataclasses import dataclass

from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sistercities.core.models import DataVersion
from sistercities.core.pages import version_stamp

_registry = {}


@dataclass(frozen=True)
class Worklist:
    """`rows` is the method of the queryset of `model` ("partnerships.Partnership") that selects the records in question.

    `title` and `help` are lazy texts. `costly` lists are counted once for each version of the public data, and so may depend on
    nothing else. Only people who may view the records see the list; `permission` is a further one, where that is not enough.
    """

    slug: str
    title: str
    help: str
    model: str
    rows: str
    costly: bool = False
    permission: str = ""

    @property
    def model_class(self):
        return apps.get_model(self.model)

    def is_seen_by(self, user):
        app_label, _dot, name = self.model.lower().partition(".")
        return user.has_perms([f"{app_label}.view_{name}", *filter(None, [self.permission])])

    def select(self, queryset, user):
        """The records of `queryset` that stand in the list. The user counts only where a list is somebody's own."""
        return getattr(queryset, self.rows)()

    def count(self, user, stamp):
        """How many there are, in one statement; `stamp` names the version of the data."""
        if not self.costly:
            return self._counted(user)
        return cache.get_or_set(f"worklist:{self.slug}:{stamp}", lambda: self._counted(user))

    def _counted(self, user):
        return self.select(self.model_class.objects.order_by(), user).count()

    def address(self):
        """The change list of the admin that shows it."""
        return reverse(f"admin:{self.model.lower().replace('.', '_')}_changelist") + f"?worklist={self.slug}"


@dataclass(frozen=True)
class Counted:
    """A worklist as the first page shows it."""

    worklist: Worklist
    count: int


def register(*worklists):
    """Add worklists in the order in which the first page shows them."""
    for worklist in worklists:
        _registry[worklist.slug] = worklist


def registry():
    """All worklists by their slug."""
    return dict(_registry)


def worklists_of(model):
    """The worklists of one model."""
    return [worklist for worklist in _registry.values() if worklist.model == model._meta.label]


def counted_for(user):
    """The worklists that `user` may see, with their numbers: a statement each, and one for the version of the data."""
    seen = [worklist for worklist in _registry.values() if worklist.is_seen_by(user)]
    stamp = version_stamp(DataVersion.current()) if seen else ""
    return [Counted(worklist, worklist.count(user, stamp)) for worklist in seen]


class WorklistFilter(admin.SimpleListFilter):
    """The worklists of whatever records a change list shows; it hides where there are none."""

    title = _("worklist")
    parameter_name = "worklist"

    def lookups(self, request, model_admin):
        return [
            (found.slug, found.title) for found in worklists_of(model_admin.model) if found.is_seen_by(request.user)
        ]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):  # the address may hold anything
            return queryset
        return _registry[self.value()].select(queryset, request.user)

    def choices(self, changelist):
        """Without the numbers that stand beside other filters: the first page has them, and here they would all be counted anew."""
        chosen = self.value() if self.value() in dict(self.lookup_choices) else None
        yield self._choice(changelist, None, gettext("All"), chosen)
        for slug, title in self.lookup_choices:
            yield self._choice(changelist, slug, title, chosen)

    def _choice(self, changelist, slug, title, chosen):
        change = {"new_params": {self.parameter_name: slug}} if slug else {"remove": [self.parameter_name]}
        return {"selected": slug == chosen, "query_string": changelist.get_query_string(**change), "display": title}


def unpublished(slug, title, model):
    """The list of the drafts of a model and of what waits for a review."""
    return Worklist(slug, title, _("Drafts, and records that wait for a review."), model, "unpublished")


register(
    Worklist(
        "dead-links",
        _("Dead links"),
        _("Published addresses that failed in two runs of the link check at least a day apart."),
        "curation.LinkCheck",
        "dead",
    ),
)
