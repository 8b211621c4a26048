"""What may be asked of a list: the base of every filterset, and the filters that several lists share."""

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1800, 2100
#: The largest id that both databases take; a longer number in a query is refused in words, not by the database.
LARGEST_ID = 2**63 - 1


class FacetFilter(django_filters.MultipleChoiceFilter):
    """A filter with options: a name given twice means “or”. Its choices come from the facet index of the listing."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("choices", ())
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(*args, **kwargs)


class FlagFilter(django_filters.MultipleChoiceFilter):
    """A filter that is either set (`1`) or not there."""

    def __init__(self, *args, **kwargs):
        kwargs["choices"] = [("1", _("yes"))]
        super().__init__(*args, **kwargs)


class YearFilter(django_filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


class IdFilter(django_filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        kwargs["validators"] = [MinValueValidator(1), MaxValueValidator(LARGEST_ID)]
        super().__init__(*args, **kwargs)


class ListingFilterSet(django_filters.FilterSet):
    """Reads and checks the parameters of a list. `q` is free text; facets have options; different names mean “and”.

    Which rows that selects is answered by the facet index of the listing, not by the filters' own SQL.

    `options` maps a facet to its `(value, label)` pairs, `sorts` a value of `sort` to its label.
    """

    q = django_filters.CharFilter(label=_("Search"), max_length=200)

    def __init__(self, data, queryset, *, options, sorts):
        super().__init__(data, queryset)
        for name, choices in options.items():
            self.filters[name].extra["choices"] = choices
        self._sorts = sorts

    @property
    def form(self):
        """The form of this request. Its fields are made for it alone; a class of its own would copy each, with all its options."""
        if not hasattr(self, "_form"):
            self._form = forms.Form(self.data)
            self._form.fields = self.form_fields()
        return self._form

    def form_fields(self):
        return {name: filter_.field for name, filter_ in self.filters.items()} | {
            "sort": forms.ChoiceField(label=_("Sort by"), choices=list(self._sorts.items()), required=False),
            "page": forms.IntegerField(label=_("Page"), min_value=1, max_value=10**9, required=False),
        }
