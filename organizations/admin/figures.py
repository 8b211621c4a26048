"""The admin of published figures: each a claim of somebody, never a count of ours."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from organizations.models import Figure, FigureCitation
from sistercities.core.names import localized
from sistercities.curation.claims import ClaimsInline

from .filters import AsOfFilter
from .named import NamedAdmin


class FigureClaimsInline(ClaimsInline):
    model = FigureCitation


@admin.register(Figure)
class FigureAdmin(NamedAdmin):
    list_display = ("number", "counted", "between", "said_by", "as_of", "publication", "updated_at")
    list_filter = ("publication", "unit", "qualifier", AsOfFilter)
    list_select_related = ("stated_by", "place", "partner_place")
    search_help_text = _("The number, what is counted, who says so, or a place, in any script.")
    autocomplete_fields = ("place", "partner_place", "stated_by", "program", "source")
    slug_from = "counted_en"
    inlines = (FigureClaimsInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("qualifier", "value", "unit"),
                    ("counted_en", "counted_ja"),
                    ("place", "partner_place"),
                    "as_of",
                ),
                "description": _(
                    "A number as somebody published it. The unit and the places say with which others it is compared; "
                    "without places it is of the whole world."
                ),
            },
        ),
        (
            _("Who says so"),
            {
                "fields": (
                    ("stated_by", "program"),
                    ("stated_by_en", "stated_by_ja"),
                    ("source", "locator"),
                    "quotation",
                )
            },
        ),
        (_("Our comment"), {"fields": (("comment_en", "comment_ja"),)}),
        (_("Curation"), {"fields": ("slug", "publication", "staff_note", ("created_at", "updated_at"))}),
    )

    @admin.display(description=_("figure"), ordering="value")
    def number(self, figure):
        return str(figure)

    @admin.display(description=_("what is counted"), ordering="sort_key")
    def counted(self, figure):
        return localized(figure, "counted").text

    @admin.display(description=_("of"))
    def between(self, figure):
        return " – ".join(str(place) for place in (figure.place, figure.partner_place) if place) or _("the world")

    @admin.display(description=_("said by"), ordering="stated_by__sort_key")
    def said_by(self, figure):
        return str(figure.stated_by or localized(figure, "stated_by").text)
