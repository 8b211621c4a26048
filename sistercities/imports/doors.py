"""What every page of the desk passes through: who may come in, and how a step that is not possible is said."""

from functools import cached_property

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from sistercities.core.pages import canonical_query

from . import actions
from .models import BatchState, ImportBatch
from .resources import registry, resource_for

#: What somebody who decides sees of others' imports; before it they are the coordinator's own business.
BROUGHT_FORWARD = (BatchState.REVIEW, BatchState.APPLIED, BatchState.REFUSED, BatchState.UNDONE)


def importable(user):
    """The datasets that a person may bring files for, in the order of the registry: `(dataset, Resource)` pairs."""
    return [(dataset, resource) for dataset, resource in registry().items() if actions.may_import(user, dataset)]


def decidable(user):
    """The names of the datasets whose imports a person may publish or refuse."""
    return [dataset for dataset in registry() if actions.may_decide(user, dataset)]


def visible(user):
    """The imports that a person may look at: their own, and what others have brought forward where they may decide."""
    return ImportBatch.objects.filter(
        Q(created_by=user) | Q(state__in=BROUGHT_FORWARD, dataset__in=decidable(user))
    ).select_related("created_by", "decided_by", "source")


class Rights:
    """What one person may do with one import as it stands."""

    def __init__(self, user, batch):
        self.user, self.batch = user, batch

    @cached_property
    def owns(self):
        return self.batch.created_by_id == self.user.pk

    @cached_property
    def brings(self):
        return self.owns and actions.may_import(self.user, self.batch.dataset)

    @cached_property
    def decides(self):
        return actions.may_decide(self.user, self.batch.dataset)

    @property
    def looks(self):
        return self.owns or (self.decides and self.batch.state in BROUGHT_FORWARD)

    @property
    def settles(self):
        """Whether how the file is read, answers and headings are this person's to settle."""
        return self.brings and self.batch.state in (BatchState.UPLOADED, BatchState.CHECKED)

    @property
    def edits_rows(self):
        """Whether single rows are: the coordinator's before they are brought forward, then those of who decides."""
        return self.settles or self.judges

    @property
    def judges(self):
        return self.decides and not self.owns and self.batch.state == BatchState.REVIEW

    @property
    def cancels(self):
        open_states = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.REVIEW)
        return self.brings and self.batch.state in open_states

    @property
    def undoes(self):
        return self.decides and self.batch.can_be_undone


class DeskView(View):
    """A page for people who are signed in and may see imports. Never stored; what is not possible is a page in words."""

    #: Query parameters that the page reads; the language link keeps them.
    parameters = ()
    #: What one needs to come in, and what is said to who has not got it.
    permission = "imports.view_importbatch"
    turned_away = gettext_lazy("The import desk is for coordinators and curators. Ask an administrator for the role.")
    stop_template = "imports/stop.html"

    def dispatch(self, request, *args, **kwargs):
        request.canonical_query = canonical_query(request, self.parameters)
        if not request.user.is_authenticated:
            response = redirect_to_login(self.way_back(), reverse(settings.LOGIN_URL))
        else:
            response = self._answer(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def way_back(self):
        """Where a person comes out after signing in."""
        return self.request.get_full_path()

    def _answer(self, request, *args, **kwargs):
        try:
            if not (request.user.is_staff and request.user.has_perm(self.permission)):
                raise PermissionDenied(self.turned_away)
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied as error:
            return self.stop(
                403, _("You may not do this"), str(error) or _("This step asks for a right that you do not have.")
            )
        except actions.Conflict as error:
            return self.stop(409, _("This step is not possible"), str(error))

    def stop(self, status, heading, words):
        """A page that says why not, and leads back."""
        batch = getattr(self, "batch", None)
        if batch and not Rights(self.request.user, batch).looks:
            batch = None
        return self.page(self.stop_template, {"heading": heading, "words": words, "batch": batch}, status=status)

    def page(self, template_name, context, status=200):
        return render(self.request, template_name, context, status=status)


class BatchView(DeskView):
    """A page about one import: `self.batch` with `self.rights`; 404 where there is none, 403 where it is somebody else's."""

    def dispatch(self, request, *args, **kwargs):
        self.pk = kwargs.pop("pk")
        return super().dispatch(request, *args, **kwargs)

    def setup_batch(self):
        batches = ImportBatch.objects.select_related("created_by", "decided_by", "source")
        self.batch = get_object_or_404(batches, pk=self.pk)
        self.rights = Rights(self.request.user, self.batch)
        if not self.rights.looks:
            raise PermissionDenied(_("This import belongs to somebody else."))
        self.resource = resource_for(self.batch.dataset)


class StepView(BatchView):
    """A step with an import: POST takes it and leads back to the page; a GET changes nothing and leads there too."""

    def way_back(self):
        return reverse("import", args=[self.pk])

    def get(self, request, **kwargs):
        self.setup_batch()
        return redirect(self.batch)

    def post(self, request, **kwargs):
        self.setup_batch()
        return self.take(**kwargs) or redirect(self.batch)

    def take(self, **kwargs):
        """Do it; returns where to go, or None for the page of the import. Raises `PermissionDenied` and `Conflict`."""
        raise NotImplementedError

    def must(self, allowed, words=None):
        if not allowed:
            raise PermissionDenied(words or _("This step asks for a right that you do not have."))
