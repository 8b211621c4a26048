"""What is known of a place beside its own row: other names, codes elsewhere, what it followed, what sources say."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from sistercities.core.constraints import one_of
from sistercities.core.dates import PartialDateField, partial_date_check
from sistercities.curation.models import Citation

from .places import Classification, Place


class NameKind(models.TextChoices):
    OFFICIAL = "official", _("official name")
    FORMER = "former", _("former name")
    ALTERNATIVE = "alternative", _("other name")
    ROMANISED = "romanised", _("other romanisation")


class PlaceName(models.Model):
    """Another name of a place: former, alternative, romanised otherwise; with the time for which it held."""

    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(_("kind"), max_length=12, choices=NameKind.choices)
    language = models.CharField(_("language"), max_length=8, blank=True, help_text=_("e.g. en, ja, ja-Latn"))
    name = models.CharField(_("name"), max_length=160)
    classification = models.CharField(
        _("official class"),
        max_length=20,
        choices=Classification.choices,
        blank=True,
        help_text=_("The class that the place had under this name, where it was another."),
    )
    since = PartialDateField(_("since"))
    until = PartialDateField(_("until"))
    source = models.ForeignKey(
        "curation.Source", verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("other name of a place")
        verbose_name_plural = _("other names of places")
        ordering = ["place", "kind", "name", "pk"]
        constraints = [
            one_of("kind", NameKind, "place_name_kind_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="place_name_is_not_empty"),
            models.CheckConstraint(
                condition=Q(classification="") | Q(classification__in=Classification.values),
                name="place_name_classification_is_known",
            ),
            models.UniqueConstraint(
                fields=["place", "kind", "language", "name", "since"], name="place_name_is_recorded_once"
            ),
            partial_date_check("since", "place_name_since_is_a_partial_date"),
            partial_date_check("until", "place_name_until_is_a_partial_date"),
        ]

    def __str__(self):
        return self.name


class PlaceIdentifier(models.Model):
    """A code of a place in another register (Popolo identifier): GeoNames, Wikidata, an earlier official code."""

    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.SlugField(_("scheme"), max_length=20, db_index=False, help_text=_("e.g. geonames, wikidata, jis"))
    value = models.CharField(_("value"), max_length=40)
    since = PartialDateField(_("since"))
    until = PartialDateField(_("until"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("identifier of a place")
        verbose_name_plural = _("identifiers of places")
        ordering = ["place", "scheme", "value"]
        constraints = [
            models.CheckConstraint(condition=~Q(value=""), name="place_identifier_is_not_empty"),
            models.UniqueConstraint(fields=["scheme", "value", "place"], name="place_identifier_is_recorded_once"),
            partial_date_check("since", "place_identifier_since_is_a_partial_date"),
            partial_date_check("until", "place_identifier_until_is_a_partial_date"),
        ]

    def __str__(self):
        return f"{self.scheme} {self.value}"


class SuccessionKind(models.TextChoices):
    """W3C ORG change events, in the terms of Japan's mergers."""

    NEW_MERGER = "new_merger", _("new merger")
    ABSORPTION = "absorption", _("absorption")
    SPLIT = "split", _("split")
    RENAMING = "renaming", _("renaming")
    CLASS_CHANGE = "class_change", _("change of class")
    UNKNOWN = "unknown", _("succession of an unknown kind")


class Succession(models.Model):
    """One body followed by another: by merger, split, renaming or change of class."""

    predecessor = models.ForeignKey(
        Place, verbose_name=_("predecessor"), on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Place, verbose_name=_("successor"), on_delete=models.PROTECT, related_name="predecessions"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=SuccessionKind.choices)
    date = PartialDateField(_("date"))
    source = models.ForeignKey(
        "curation.Source", verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    locator = models.CharField(_("place in the source"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("succession of places")
        verbose_name_plural = _("successions of places")
        ordering = ["date", "pk"]
        constraints = [
            one_of("kind", SuccessionKind, "succession_kind_is_known"),
            partial_date_check("date", "succession_date_is_a_partial_date"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_joins_two_places",
                violation_error_message=_("A place does not succeed itself."),
            ),
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_is_recorded_once"),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor}"


class PlaceFact(models.TextChoices):
    EXISTENCE = "existence", _("existence")
    NAME = "name", _("name")
    CLASSIFICATION = "classification", _("official class")
    POPULATION = "population", _("population")
    ABOLISHED = "abolished", _("abolished")
    POSITION = "position", pgettext_lazy("of a place", "position")


class PlaceCitation(Citation):
    """What one source says of one fact of a place."""

    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.CASCADE, related_name="citations")
    fact = models.CharField(_("fact"), max_length=20, choices=PlaceFact.choices)

    history = HistoricalRecords()

    class Meta(Citation.Meta):
        verbose_name = _("citation of a place")
        verbose_name_plural = _("citations of places")
        ordering = ["fact", "pk"]
        constraints = [
            *Citation.Meta.constraints,
            one_of("fact", PlaceFact, "place_citation_fact_is_known"),
            models.UniqueConstraint(
                fields=["place", "fact"],
                condition=Q(standing="preferred"),
                name="place_fact_has_one_preferred_citation",
                violation_error_message=_("This fact has a preferred source already."),
            ),
        ]
