"""Published figures: who says which number of what, as of when. Numbers of unlike things stay apart by their unit."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy, pgettext_lazy
from simple_history.models import HistoricalRecords

from sistercities.core.constraints import one_of
from sistercities.core.dates import PartialDateField, partial_date_check
from sistercities.core.names import localized
from sistercities.curation.models import CURATED_PERMISSIONS, Citation
from sistercities.curation.named import KEYS, KeyedModel, NamedQuerySet, name_indexes, slug_field

from .organizations import Organization
from .programs import Program


class Unit(models.TextChoices):
    """What a number counts. Only numbers of one unit, one scope and one rule can be compared."""

    TIES = "ties", _("partnerships")
    MEMBER_GOVERNMENTS = "member_governments", _("member governments")
    LOCAL_GOVERNMENTS = "local_governments", _("local governments")
    COUNTRIES = "countries", _("countries")
    OFFICES = "offices", _("offices")
    PARTICIPANTS = "participants", _("participants")
    GUESTS = "guests", _("guests")
    ALUMNI = "alumni", _("alumni")
    YEARS = "years", _("years")
    YEN = "yen", _("yen")


#: The unit after its number.
_WORDS = {
    Unit.TIES: npgettext_lazy("figure", "partnership", "partnerships"),
    Unit.MEMBER_GOVERNMENTS: npgettext_lazy("figure", "member government", "member governments"),
    Unit.LOCAL_GOVERNMENTS: npgettext_lazy("figure", "local government", "local governments"),
    Unit.COUNTRIES: npgettext_lazy("figure", "country", "countries"),
    Unit.OFFICES: npgettext_lazy("figure", "office", "offices"),
    Unit.PARTICIPANTS: npgettext_lazy("figure", "participant", "participants"),
    Unit.GUESTS: npgettext_lazy("figure", "guest", "guests"),
    Unit.ALUMNI: npgettext_lazy("figure", "former participant", "former participants"),
    Unit.YEARS: npgettext_lazy("figure", "year", "years"),
    Unit.YEN: npgettext_lazy("figure", "yen", "yen"),
}


_PEOPLE = pgettext_lazy("number of people", "%(number)s")

#: A number with its counter, which Japanese puts before “more than”: 450件超, 20人. English has none.
_COUNTED = {
    Unit.TIES: pgettext_lazy("number of partnerships", "%(number)s"),
    Unit.OFFICES: pgettext_lazy("number of offices", "%(number)s"),
    Unit.PARTICIPANTS: _PEOPLE,
    Unit.GUESTS: _PEOPLE,
    Unit.ALUMNI: _PEOPLE,
}


class Qualifier(models.TextChoices):
    EXACT = "exact", _("exactly")
    OVER = "over", _("more than")
    ABOUT = "about", _("about")
    NEARLY = "nearly", _("nearly")


#: How a number is said that is not exact.
_QUALIFIED = {
    Qualifier.OVER: _("more than %(number)s"),
    Qualifier.ABOUT: _("about %(number)s"),
    Qualifier.NEARLY: _("nearly %(number)s"),
}


def in_words(number, qualifier, unit=None):
    """A number as it is said: “467”, “more than 450”; in Japanese with the counter of its unit: 467件."""
    number = str(_COUNTED.get(unit, "%(number)s") % {"number": f"{number:,}"})
    return number if qualifier == Qualifier.EXACT else str(_QUALIFIED[qualifier] % {"number": number})


class FigureQuerySet(NamedQuerySet):
    search_paths = ("search_key", "stated_by__search_key", "place__search_key", "partner_place__search_key")

    def like(self, figure):
        """The other figures of the same unit between the same places: the ones that may be compared."""
        unit, place, partner = figure.scope
        return self.filter(unit=unit, place=place, partner_place=partner).exclude(pk=figure.pk)


class Figure(KeyedModel):
    """A number that somebody published: a claim, never a fact of ours.

    `place` and `partner_place` say between whom (“United States” and “Japan”); without a partner the number is of `place` alone,
    without both of the whole world. An empty `as_of` means that the source gives no date. `value` is a whole number.
    """

    slug = slug_field()
    value = models.PositiveBigIntegerField(_("value"))
    qualifier = models.CharField(_("precision"), max_length=10, choices=Qualifier.choices, default=Qualifier.EXACT)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit.choices)
    counted_en = models.CharField(_("what is counted (English)"), max_length=300, blank=True)
    counted_ja = models.CharField(_("what is counted (Japanese)"), max_length=300, blank=True)
    place = models.ForeignKey(
        "partnerships.Place",
        verbose_name=_("place"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
    )
    partner_place = models.ForeignKey(
        "partnerships.Place",
        verbose_name=_("with"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figures_as_partner",
    )
    as_of = PartialDateField(_("as of"))
    as_of_order = models.GeneratedField(
        expression=Case(When(as_of="", then=Value("9999-99-99")), default=F("as_of"), output_field=models.CharField()),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )
    stated_by = models.ForeignKey(
        Organization,
        verbose_name=_("said by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stated_figures",
    )
    stated_by_en = models.CharField(
        _("said by (English)"), max_length=200, blank=True, help_text=_("Where the one who says it has no record here.")
    )
    stated_by_ja = models.CharField(_("said by (Japanese)"), max_length=200, blank=True)
    program = models.ForeignKey(
        Program, verbose_name=_("program"), on_delete=models.PROTECT, null=True, blank=True, related_name="figures"
    )
    quotation = models.CharField(
        _("words of the source"), max_length=300, blank=True, help_text=_("Only as many as the number needs.")
    )
    comment_en = models.TextField(_("our comment (English)"), blank=True)
    comment_ja = models.TextField(_("our comment (Japanese)"), blank=True)
    source = models.ForeignKey(
        "curation.Source", verbose_name=_("source"), on_delete=models.PROTECT, related_name="figures"
    )
    locator = models.CharField(_("place in the source"), max_length=500, blank=True)
    objects = FigureQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=[*KEYS, "as_of_order"])

    class Meta(KeyedModel.Meta):
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        default_permissions = CURATED_PERMISSIONS
        ordering = ["as_of_order", "pk"]
        indexes = [
            *name_indexes("figure"),
            models.Index(
                fields=["as_of_order", "id"], condition=Q(publication="published"), name="figure_public_by_date"
            ),
            models.Index(fields=["-value", "-id"], condition=Q(publication="published"), name="figure_public_by_value"),
        ]
        constraints = [
            *KeyedModel.Meta.constraints,
            one_of("qualifier", Qualifier, "figure_qualifier_is_known"),
            models.CheckConstraint(
                condition=Q(unit__in=Unit.values),
                name="figure_unit_is_known",
                violation_error_message=_("A number says nothing without its unit."),
            ),
            partial_date_check("as_of", "figure_as_of_is_a_partial_date"),
            models.CheckConstraint(
                condition=~Q(counted_en="", counted_ja=""),
                name="figure_says_what_is_counted",
                violation_error_message=_("Say what is counted, in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(stated_by__isnull=False) | ~Q(stated_by_en="", stated_by_ja=""),
                name="figure_is_said_by_somebody",
                violation_error_message=_("Say who states the number."),
            ),
            models.CheckConstraint(
                condition=Q(partner_place__isnull=True) | Q(place__isnull=False) & ~Q(place=F("partner_place")),
                name="figure_scope_is_two_places",
                violation_error_message=_("“With” needs another place beside it."),
            ),
        ]

    def __str__(self):
        return f"{self.value_label} {self.unit_label}"

    def get_absolute_url(self):
        return reverse("figure", args=[self.slug])

    @property
    def scope(self):
        """What numbers are of one kind with this one: unit, and the places between which it counts."""
        return self.unit, self.place_id, self.partner_place_id

    @property
    def value_label(self):
        """The number as it is said: “467”, “more than 450”."""
        return in_words(self.value, self.qualifier, self.unit)

    @property
    def unit_label(self):
        """The unit in words after the number."""
        return str(_WORDS[Unit(self.unit)] % self.value)

    @property
    def speaker(self):
        """Who says it, as a `LocalizedText`: the name of the organization, where it has a published record here."""
        if self.stated_by and self.stated_by.is_public:
            return localized(self.stated_by)
        return localized(self, "stated_by")

    def search_texts(self):
        return [self.counted_en, self.counted_ja, self.stated_by_en, self.stated_by_ja, str(self.value)]

    def ordered_by(self):
        return self.counted_en, self.counted_ja


class FigureFact(models.TextChoices):
    VALUE = "value", _("value")
    AS_OF = "as_of", _("as of")
    COUNTED = "counted", _("what is counted")


class FigureCitation(Citation):
    """What a further source says of a published figure: it repeats the number, dates it, or says what it counts."""

    figure = models.ForeignKey(Figure, verbose_name=_("figure"), on_delete=models.CASCADE, related_name="citations")
    fact = models.CharField(_("fact"), max_length=20, choices=FigureFact.choices)

    history = HistoricalRecords()

    class Meta(Citation.Meta):
        verbose_name = _("citation of a figure")
        verbose_name_plural = _("citations of figures")
        ordering = ["fact", "pk"]
        constraints = [
            *Citation.Meta.constraints,
            one_of("fact", FigureFact, "figure_citation_fact_is_known"),
            models.UniqueConstraint(
                fields=["figure", "fact"],
                condition=Q(standing="preferred"),
                name="figure_fact_has_one_preferred_citation",
                violation_error_message=_("This fact has a preferred source already."),
            ),
        ]
