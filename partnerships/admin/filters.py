"""Filters of the admin's lists that reach through places. Subqueries, so that no row is doubled."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models import Area, Level, Party, Place, Theme


class AreaFilter(admin.SimpleListFilter):
    """The eight regions of Japan: of the prefecture itself, or of the one that a municipality lies in."""

    title = _("area of Japan")
    parameter_name = "area"

    def lookups(self, request, model_admin):
        return Area.choices

    def queryset(self, request, queryset):
        return queryset.filter(Q(area=self.value()) | Q(region__area=self.value())) if self.value() else queryset


class PartyAreaFilter(AreaFilter):
    def queryset(self, request, queryset):
        inside = Q(place__area=self.value()) | Q(place__region__area=self.value())
        return queryset.filter(pk__in=Party.objects.filter(inside).values("partnership")) if self.value() else queryset


class PartyLevelFilter(admin.SimpleListFilter):
    title = _("level of a party")
    parameter_name = "level"

    def lookups(self, request, model_admin):
        return Level.choices

    def queryset(self, request, queryset):
        parties = Party.objects.filter(place__level=self.value())
        return queryset.filter(pk__in=parties.values("partnership")) if self.value() else queryset


class KnownFilter(admin.SimpleListFilter):
    """Whether a text column holds anything."""

    field = ""

    def lookups(self, request, model_admin):
        return [("yes", _("known")), ("no", _("not known"))]

    def queryset(self, request, queryset):
        unknown = Q(**{self.field: ""})
        return {"yes": queryset.exclude(unknown), "no": queryset.filter(unknown)}.get(self.value(), queryset)


class DatedFilter(KnownFilter):
    title = _("date of establishment")
    parameter_name = "dated"
    field = "established"


class FormerFilter(KnownFilter):
    title = _("past or present")
    parameter_name = "former"
    field = "abolished"

    def lookups(self, request, model_admin):
        return [("no", _("present")), ("yes", _("former"))]


class RecordFilter(admin.SimpleListFilter):
    """The choices are records, asked for once in a request: Django makes every filter anew for the counts of each other."""

    def lookups(self, request, model_admin):
        kept = f"_choices_of_{self.parameter_name}"
        if not hasattr(request, kept):
            setattr(request, kept, [(str(record.pk), str(record)) for record in self.records()])
        return getattr(request, kept)

    def queryset(self, request, queryset):
        known = self.value() in dict(self.lookup_choices)  # the address may hold anything
        return queryset.filter(**{self.parameter_name: self.value()}) if known else queryset


class CountryFilter(RecordFilter):
    title = _("country")
    parameter_name = "country"

    def records(self):
        return Place.objects.filter(level=Level.COUNTRY)


class ThemeFilter(RecordFilter):
    title = _("theme")
    parameter_name = "themes"

    def records(self):
        return Theme.objects.all()
