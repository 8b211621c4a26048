"""What the admin pages of named records share: search by folded keys, an address made from the name, places in full."""

from django import forms
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.admin.widgets import AdminTextInputWidget, AutocompleteMixin
from django.db.models import CharField, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partnerships.admin import choices
from partnerships.admin.partnerships import ASIDE, number
from partnerships.models import Place
from sistercities.core.dates import PartialDateFormField
from sistercities.curation.claims import RowForm
from sistercities.curation.records import CuratedAdmin

#: The length from which a text gets a line of its own.
LONG = 200


class PlacesChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        return choices.place_label(obj)


class PlaceChoices(choices.PlaceChoices):
    """For admins and inlines: places are labelled in full where several are chosen, too."""

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.remote_field.model is Place:
            kwargs = {"form_class": PlacesChoiceField, "queryset": Place.objects.with_parents(), **kwargs}
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class WideFields:
    """For admins and stacked rows: boxes as long as what is written in them."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if type(db_field) is CharField and db_field.max_length >= LONG and not db_field.choices:
            kwargs.setdefault("widget", AdminTextInputWidget(attrs={"class": "vLargeTextField"}))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        widget = getattr(widget, "widget", widget)  # within the links that the admin adds
        if isinstance(widget, AutocompleteMixin):
            widget.attrs["data-width"] = "32em"
        return field


class NamedAdmin(WideFields, PlaceChoices, CuratedAdmin):
    """A record that is found by its names in any script. The note for staff is searched in the list, not where one chooses."""

    search_fields = ("search_key", "staff_note")
    readonly_fields = ("created_at", "updated_at")
    #: The field from which a new record's short name in the address is made; empty where it has none.
    slug_from = "name_en"

    curation = (_("Curation"), {"fields": ("publication", "staff_note", ("created_at", "updated_at"))})

    def get_prepopulated_fields(self, request, obj=None):
        # Not for a record that has its address: links to it exist.
        return {"slug": (self.slug_from,)} if self.slug_from and not obj else {}

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Q(pk__in=self.model.objects.search(term).order_by().values("pk"))
        if SEARCH_VAR in request.GET:
            found |= Q(staff_note__icontains=term)
        return queryset.filter(found), False


class CompactForm(RowForm):
    """A row whose dates stand in short boxes, without the help that stands beside those of the record."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PartialDateFormField):
                field.help_text = ""
                field.widget.attrs |= {"class": "", "size": 12}


class NumberedForm(RowForm):
    """A row that has its place among the others."""

    position = forms.IntegerField(
        label=capfirst(_("position")),
        min_value=1,
        max_value=ASIDE - 1,
        required=False,
        help_text=_("Empty: after the others."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["position"] = None


class NumberedFormSet(forms.BaseInlineFormSet):
    """Numbers the rows that were given no position; rows that trade theirs make room for one another."""

    def clean(self):
        number([form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")])
        super().clean()

    def save(self, commit=True):
        moving = [
            form.instance.pk for form in self.initial_forms if form.has_changed() or form.cleaned_data.get("DELETE")
        ]
        for position, pk in enumerate(moving, start=ASIDE):
            self.model.objects.filter(pk=pk).update(position=position)
        return super().save(commit)
