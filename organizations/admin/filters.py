"""Filters of the admin's lists. Subqueries, so that no row is doubled."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Audience, Organization, ProgramAudience
from partnerships.admin.filters import AreaFilter, KnownFilter, RecordFilter
from partnerships.models import Level, Place


class PlaceCountryFilter(RecordFilter):
    """The countries in which there is something: of the place at the end of `path`, or the place itself."""

    title = _("country")
    parameter_name = "country"
    path = "place"

    def lookups(self, request, model_admin):
        self.rows = model_admin.model.objects.order_by()
        return super().lookups(request, model_admin)

    def records(self):
        here = Q(pk__in=self.rows.values(self.path)) | Q(pk__in=self.rows.values(f"{self.path}__country"))
        return Place.objects.filter(here, level=Level.COUNTRY)

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):  # the address may hold anything
            return queryset
        inside = Q(**{self.path: self.value()}) | Q(**{f"{self.path}__country": self.value()})
        return queryset.filter(pk__in=self.rows.filter(inside).values("pk"))


class SeatCountryFilter(PlaceCountryFilter):
    title = _("country of the seat")
    path = "seat"


class ProgramCountryFilter(PlaceCountryFilter):
    path = "places"


class OfficeFilter(admin.SimpleListFilter):
    title = _("whole or office")
    parameter_name = "office"

    def lookups(self, request, model_admin):
        return [("no", _("organizations")), ("yes", _("offices and departments"))]

    def queryset(self, request, queryset):
        whole = Q(parent__isnull=True)
        return {"no": queryset.filter(whole), "yes": queryset.exclude(whole)}.get(self.value(), queryset)


class OrganizerFilter(RecordFilter):
    title = _("organizer")
    parameter_name = "organizer"

    def records(self):
        return Organization.objects.filter(programs__isnull=False).distinct()


class AudienceFilter(admin.SimpleListFilter):
    title = _("audience")
    parameter_name = "audience"

    def lookups(self, request, model_admin):
        return Audience.choices

    def queryset(self, request, queryset):
        rows = ProgramAudience.objects.filter(audience=self.value())
        return queryset.filter(pk__in=rows.values("program")) if self.value() else queryset


class DeskAreaFilter(AreaFilter):
    def queryset(self, request, queryset):
        inside = Q(place__area=self.value()) | Q(place__region__area=self.value())
        return queryset.filter(inside) if self.value() else queryset


class VerifiedFilter(KnownFilter):
    title = _("last verified")
    parameter_name = "verified"
    field = "verified_on"

    def lookups(self, request, model_admin):
        return [("yes", _("verified")), ("no", _("never verified"))]


class BrokenFilter(admin.SimpleListFilter):
    """Desks of which a source prints an address that does not work: the ones to ask for a better one."""

    title = _("broken address in the source")
    parameter_name = "broken"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request, queryset):
        whole = Q(email_as_given="", website_as_given="")
        return {"yes": queryset.exclude(whole), "no": queryset.filter(whole)}.get(self.value(), queryset)


class AsOfFilter(KnownFilter):
    title = _("date of the figure")
    parameter_name = "dated"
    field = "as_of"

    def lookups(self, request, model_admin):
        return [("yes", _("dated")), ("no", _("undated"))]
