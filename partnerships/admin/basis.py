"""From which act a tie dates: its acts in order on its page, and a page on which a curator chooses, with a reason."""

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships import actions
from partnerships.models import Act, Partnership, PartnershipCitation
from sistercities.curation import versions
from sistercities.curation.claims import check_outcome
from sistercities.curation.facts import checked
from sistercities.curation.refusals import refusal


class BasisForm(forms.Form):
    """One of the tie's acts, and why the tie dates from it."""

    act = forms.ModelChoiceField(
        queryset=Act.objects.none(), widget=forms.HiddenInput, error_messages={"required": _("Choose an act.")}
    )
    reason = forms.CharField(label=_("Reason for the choice"), max_length=500, widget=AdminTextInputWidget)

    def __init__(self, tie, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tie = tie
        self.fields["act"].queryset = tie.acts.all()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("act"):
            checked(self, lambda: self._check(cleaned["act"]))
        return cleaned

    def _check(self, act):
        if not act.date or not act.source_id:
            raise ValidationError(_("A tie dates from an act that has a date and a source: add what is missing first."))
        claim = PartnershipCitation(
            partnership=self.tie, fact="established", normalised=str(act.date), source=act.source
        )
        check_outcome(self.tie, [claim], but=("party_count",))

    def save(self):
        actions.choose_basis(self.tie, self.cleaned_data["act"], reason=self.cleaned_data["reason"])


def acts_in_order(tie):
    """The acts of a tie by their date, the undated last."""
    acts = tie.acts.select_related("place", "source")
    return sorted(acts, key=lambda act: (not act.date, act.date, act.pk))


class BasisMixin:
    """For the admin of ties."""

    def get_urls(self):
        page = path(
            "<int:object_id>/basis/", self.admin_site.admin_view(self.basis_view), name="partnerships_partnership_basis"
        )
        return [page, *super().get_urls()]

    def render_change_form(self, request, context, *args, **kwargs):
        if context["original"]:
            address = reverse(f"{self.admin_site.name}:partnerships_partnership_basis", args=[context["original"].pk])
            context = {**context, "acts": self._acts_on_page(context), "basis_url": address}
        return super().render_change_form(request, context, *args, **kwargs)

    def _acts_on_page(self, context):
        """The acts that the page shows anyway, by their date."""
        formsets = (inline.formset for inline in context["inline_admin_formsets"] if inline.formset.model is Act)
        acts = [act for formset in formsets for act in formset.get_queryset()]
        return sorted(acts, key=lambda act: (not act.date, act.date, act.pk))

    def basis_view(self, request, object_id):
        request.current_app = self.admin_site.name
        with transaction.atomic():
            return self._basis_view(request, object_id)

    def _basis_view(self, request, object_id):
        stub = Partnership(pk=object_id)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            versions.lock(stub)
        positions = versions.positions_of(stub)
        tie = self.get_queryset(request).filter(pk=object_id).first()
        if tie is None:
            raise Http404
        may_change = self.has_change_permission(request, tie)
        if not (may_change or request.method != "POST" and self.has_view_permission(request, tie)):
            raise PermissionDenied
        page = {"record": tie, "acts": acts_in_order(tie), "version": versions.written(positions)}
        form = BasisForm(tie, request.POST if request.method == "POST" else None)
        if request.method != "POST":
            return self._basis_page(request, {**page, "form": form})
        if versions.read(request.POST.get("_version"), Partnership) != positions:
            return self._basis_page(request, {**page, "form": form, "is_stale": True})
        return self._choose(request, tie, {**page, "form": form})

    def _choose(self, request, tie, page):
        form = page["form"]
        if not form.is_valid():
            return self._basis_page(request, page)
        try:
            with transaction.atomic():
                form.save()
        except IntegrityError as error:
            form.add_error(None, refusal(error, Partnership, Act, PartnershipCitation))
            return self._basis_page(request, page)
        said = gettext("The partnership dates from this act: %s") % form.cleaned_data["act"]
        self.message_user(request, said, messages.SUCCESS)
        change = reverse(f"{self.admin_site.name}:partnerships_partnership_change", args=[tie.pk])
        return HttpResponseRedirect(change)

    def _basis_page(self, request, page):
        context = {
            **self.admin_site.each_context(request),
            **page,
            "opts": self.opts,
            "title": gettext("Acts, and the one from which the tie dates"),
            "subtitle": str(page["record"]),
            "may_change": self.has_change_permission(request, page["record"]),
        }
        return render(request, "admin/basis.html", context)
