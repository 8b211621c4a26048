"""The admin of organizations: whom they belong to, with whom they work, and what sources say of them."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from organizations.models import Affiliation, Organization, OrganizationCitation
from partnerships.admin.choices import place_label
from sistercities.curation.claims import ClaimsInline, RowsInline
from sistercities.curation.records import ReasonForm

from .filters import OfficeFilter, SeatCountryFilter
from .named import CompactForm, NamedAdmin


def organization_label(organization):
    """“Japan Local Government Center (JLGC) — CLAIR”: what it belongs to by its acronym."""
    label = f"{organization} ({organization.acronym})" if organization.acronym else str(organization)
    parent = organization.parent
    return f"{label} — {parent.acronym or parent}" if parent else label


class OrganizationForm(ReasonForm):
    def clean_parent(self):
        """A tree of offices has a top: nothing belongs to itself, nor to one of its own offices."""
        parent = above = self.cleaned_data["parent"]
        seen = set()
        while above and self.instance.pk and above.pk not in seen:
            if above.pk == self.instance.pk and above == parent:
                raise ValidationError(_("An organization does not belong to itself."))
            if above.pk == self.instance.pk:
                raise ValidationError(_("An organization does not belong to one of its own offices."))
            seen.add(above.pk)
            above = above.parent
        return parent


class AffiliationForm(CompactForm):
    def clean(self):
        cleaned = super().clean()
        if cleaned.get("partner") and cleaned["partner"] == cleaned.get("organization"):
            raise ValidationError(_("An organization is not affiliated with itself."))
        return cleaned


class AffiliationInline(RowsInline, admin.StackedInline):
    """With whom this organization works."""

    model = Affiliation
    form = AffiliationForm
    fk_name = "organization"
    autocomplete_fields = ("partner", "source")
    related = ("organization", "partner")
    fields = (("kind", "since", "until"), ("partner", "source"), ("capacity_en", "capacity_ja"))
    verbose_name_plural = _("affiliations with other organizations")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Without the links to add and change what a row points to, so that twenty rows can be read on one page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.is_relation:
            field.widget.can_add_related = field.widget.can_change_related = False
        return field


class AffiliationOfInline(AffiliationInline):
    """Who works with this organization."""

    fk_name = "partner"
    autocomplete_fields = ("organization", "source")
    fields = (("kind", "since", "until"), ("organization", "source"), ("capacity_en", "capacity_ja"))
    verbose_name_plural = _("affiliations of other organizations with this one")


class OrganizationClaimsInline(ClaimsInline):
    model = OrganizationCitation


@admin.register(Organization)
class OrganizationAdmin(NamedAdmin):
    form = OrganizationForm
    list_display = ("label", "kind", "place", "founded", "publication", "updated_at")
    list_filter = ("publication", "kind", OfficeFilter, SeatCountryFilter)
    search_help_text = _("A name in any script, the acronym, or the city or the country of the seat.")
    autocomplete_fields = ("parent", "seat", "serves")
    readonly_fields = ("offices", "created_at", "updated_at")
    inlines = (AffiliationInline, AffiliationOfInline, OrganizationClaimsInline)
    fieldsets = (
        (None, {"fields": (("name_en", "name_ja"), ("name_kana", "acronym"), "kind", "slug")}),
        (_("Where and since when"), {"fields": (("parent", "offices"), ("seat", "serves"), ("founded", "dissolved"))}),
        (_("Description"), {"fields": (("description_en", "description_ja"),)}),
        (
            _("Address and contact"),
            {
                "fields": (
                    "address",
                    ("telephone", "fax"),
                    ("email", "email_as_given"),
                    "website",
                    "social_url",
                )
            },
        ),
        (
            _("Curation"),
            {"fields": ("publication", ("locked", "lock_reason"), "staff_note", ("created_at", "updated_at"))},
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).with_seat()

    def autocomplete_label(self, organization):
        return organization_label(organization)

    @admin.display(description=_("organization"), ordering="sort_key")
    def label(self, organization):
        return organization_label(organization)

    @admin.display(description=_("seat"), ordering="seat__sort_key")
    def place(self, organization):
        return place_label(organization.seat) if organization.seat else ""

    @admin.display(description=_("its offices"))
    def offices(self, organization):
        """Links to what belongs to this organization."""
        offices = organization.offices.all() if organization.pk else []
        links = [(reverse("admin:organizations_organization_change", args=[office.pk]), office) for office in offices]
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "–"
