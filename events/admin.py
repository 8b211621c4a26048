"""The admin of events and milestones."""

import zoneinfo
from functools import cache

from django import forms
from django.contrib import admin
from django.db.models import prefetch_related_objects
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from events.actions import revise
from events.models import Event, EventCitation, EventOrganizer, Milestone
from organizations.admin.filters import PlaceCountryFilter
from organizations.admin.named import NamedAdmin, NumberedForm, NumberedFormSet, PlaceChoices, WideFields
from partnerships.admin.choices import place_label
from partnerships.admin.filters import KnownFilter
from partnerships.models import Partnership
from sistercities.curation.claims import ClaimsInline, RowsInline
from sistercities.curation.records import ReasonForm, RecordAdmin

#: Zones that are named after a city; the others are old spellings and offsets without summer time.
AREAS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


@cache
def zones():
    return sorted(zone for zone in zoneinfo.available_timezones() if zone.partition("/")[0] in AREAS)


class ZoneInput(forms.TextInput):
    """A time zone: typed, with the known ones offered."""

    def render(self, name, value, attrs=None, renderer=None):
        offered = f"{attrs['id']}_offered" if attrs and "id" in attrs else f"{name}_offered"
        field = super().render(name, value, {**(attrs or {}), "list": offered}, renderer)
        options = format_html_join("", '<option value="{}">', ((zone,) for zone in zones()))
        return format_html('{}<datalist id="{}">{}</datalist>', field, offered, options)


class EventForm(ReasonForm):
    class Meta:
        widgets = {"time_zone": ZoneInput}


class DatedFilter(KnownFilter):
    title = _("date")
    parameter_name = "dated"
    field = "start"


class OrganizerInline(RowsInline, admin.TabularInline):
    model = EventOrganizer
    verbose_name = _("organizer")
    verbose_name_plural = _("organizers")
    form = NumberedForm
    formset = NumberedFormSet
    autocomplete_fields = ("organization",)
    fields = ("position", "organization", "role")


class EventClaimsInline(ClaimsInline):
    model = EventCitation


@admin.register(Event)
class EventAdmin(NamedAdmin):
    form = EventForm
    list_display = ("label", "start", "location", "status", "outcome", "publication", "updated_at")
    list_filter = ("publication", "status", "outcome", DatedFilter, PlaceCountryFilter)
    list_select_related = ("place__region", "place__country")
    search_help_text = _("A name in any script, the place, the program or an organizer.")
    autocomplete_fields = ("place", "program", "partnerships")
    readonly_fields = ("calendar_entry", "created_at", "updated_at")
    inlines = (OrganizerInline, EventClaimsInline)
    fieldsets = (
        (None, {"fields": (("name_en", "name_ja"), "slug", ("status", "outcome"))}),
        (
            _("When"),
            {
                "fields": (("start", "end"), ("start_time", "end_time", "time_zone")),
                "description": _("Days and times of the place where it is. Without times calendars show whole days."),
            },
        ),
        (pgettext_lazy("event", "Where"), {"fields": (("place", "venue"), "online_url", "website")}),
        (_("Description"), {"fields": (("description_en", "description_ja"),)}),
        (_("What it belongs to"), {"fields": ("program", "partnerships")}),
        (_("Attendance"), {"fields": (("attendance_qualifier", "attendance"),)}),
        (
            _("Curation"),
            {"fields": ("publication", "staff_note", "calendar_entry", ("created_at", "updated_at"))},
        ),
    )

    def get_object(self, request, object_id, from_field=None):
        """With its partnerships, which are named after their parties."""
        event = super().get_object(request, object_id, from_field)
        if event:
            prefetch_related_objects([event], "partnerships__parties__place")
        return event

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "partnerships":
            kwargs = {"queryset": Partnership.objects.with_parties(), **kwargs}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("event"), ordering="sort_key")
    def label(self, event):
        return str(event)

    @admin.display(description=_("place"), ordering="place__sort_key")
    def location(self, event):
        return place_label(event.place) if event.place else event.venue

    @admin.display(description=_("calendar entry"))
    def calendar_entry(self, event):
        """By what subscribed calendars know the event, and how often it was revised for them."""
        said = gettext("%(uid)s, revision %(number)d")
        return said % {"uid": event.uid, "number": event.sequence} if event.pk else "–"

    def save_model(self, request, obj, form, change):
        revise(obj)
        super().save_model(request, obj, form, change)


@admin.register(Milestone)
class MilestoneAdmin(WideFields, PlaceChoices, RecordAdmin):
    list_display = ("label", "date", "kind", "cited")
    list_filter = ("kind",)
    list_select_related = ("source",)
    search_fields = ("name_en", "name_ja", "description_en", "description_ja", "date")
    autocomplete_fields = ("partnership", "organization", "place", "source")
    fieldsets = (
        (None, {"fields": (("name_en", "name_ja"), ("kind", "date"), "slug", ("description_en", "description_ja"))}),
        (_("What it is about"), {"fields": ("partnership", "organization", "place")}),
        (_("Source"), {"fields": (("source", "locator"),)}),
    )

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name_en",)}

    @admin.display(description=_("milestone"), ordering="name_en")
    def label(self, milestone):
        return str(milestone)

    @admin.display(description=_("source"), ordering="source__title_en")
    def cited(self, milestone):
        return str(milestone.source)
