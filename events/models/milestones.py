"""Milestones of the movement's history, for the timeline."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from organizations.models import Organization
from partnerships.models import Partnership, Place
from sistercities.core.constraints import one_of
from sistercities.core.dates import PartialDateField, partial_date_check
from sistercities.core.names import localized
from sistercities.curation.named import slug_field


class MilestoneKind(models.TextChoices):
    FIRST = "first", _("first of its kind")
    CONFERENCE = "conference", _("conference")
    FOUNDING = "founding", _("founding")
    AGREEMENT = "agreement", _("agreement")
    MERGER = "merger", _("merger of municipalities")
    OTHER = "other", pgettext_lazy("milestone", "other")


class Milestone(models.Model):
    """A dated fact of the movement's history, for the timeline. Without a date or a source it is none."""

    slug = slug_field()
    kind = models.CharField(_("kind"), max_length=12, choices=MilestoneKind.choices)
    date = PartialDateField(_("date"), blank=False)
    name_en = models.CharField(_("title (English)"), max_length=250)
    name_ja = models.CharField(_("title (Japanese)"), max_length=250)
    description_en = models.CharField(_("description (English)"), max_length=500, blank=True)
    description_ja = models.CharField(_("description (Japanese)"), max_length=500, blank=True)
    partnership = models.ForeignKey(
        Partnership,
        verbose_name=_("partnership"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
    )
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("organization"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
    )
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, null=True, blank=True, related_name="milestones"
    )
    source = models.ForeignKey(
        "curation.Source", verbose_name=_("source"), on_delete=models.PROTECT, related_name="milestones"
    )
    locator = models.CharField(_("place in the source"), max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["date", "pk"]
        constraints = [
            one_of("kind", MilestoneKind, "milestone_kind_is_known"),
            partial_date_check("date", "milestone_date_is_a_partial_date"),
            models.CheckConstraint(
                condition=~Q(date=""),
                name="milestone_has_a_date",
                violation_error_message=_("A milestone has a date, if only a year."),
            ),
            models.CheckConstraint(
                condition=~Q(name_en="") | ~Q(name_ja=""),
                name="milestone_has_a_title",
                violation_error_message=_("A milestone has a title in at least one language."),
            ),
        ]

    def __str__(self):
        return localized(self).text
