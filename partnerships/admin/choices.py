"""How a place is chosen in a form: found by any of its names, and told from its namesakes."""

from django import forms
from django.utils.translation import gettext as _

from partnerships.models import Place


def place_label(place):
    """“Kobe 神戸市 — Hyogo, Japan”; a former body names the year of its end."""
    names = [place.name_en or place.name_local, place.name_ja]
    label = " ".join(dict.fromkeys(name for name in names if name))
    if place.abolished:
        label += " " + _("(until %(year)s)") % {"year": place.abolished.year}
    above = ", ".join(str(parent) for parent in reversed(place.parents))
    return f"{label} — {above}" if above else label


class PlaceChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return place_label(obj)


class PlaceChoices:
    """For admins and inlines: every foreign key to a place is labelled in full, without a statement for each parent."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.remote_field.model is Place:
            kwargs = {"form_class": PlaceChoiceField, "queryset": Place.objects.with_parents(), **kwargs}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
