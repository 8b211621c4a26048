"""What outlives a change of names and numbers: the addresses that places had, and the pairs that are not one record."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from sistercities.core.constraints import one_of

from .places import Place


class OldAddress(models.Model):
    """A path below `/places/` that a place had. It leads to the record, never to another address: there are no chains and no loops."""

    path = models.CharField(_("address"), max_length=250, unique=True)
    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.CASCADE, related_name="old_addresses")
    left_at = models.DateTimeField(_("left at"), auto_now_add=True)

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["path"]
        default_permissions = ("view",)  # written where a path changes
        constraints = [models.CheckConstraint(condition=~Q(path=""), name="old_address_is_not_empty")]

    def __str__(self):
        return self.path


class Dataset(models.TextChoices):
    PLACES = "places", _("places")
    PARTNERSHIPS = "partnerships", _("partnerships")
    ORGANIZATIONS = "organizations", _("organizations")


class NotDuplicate(models.Model):
    """Two records that look alike and are two: nobody is asked about them again. No foreign keys: the memory outlives the records."""

    dataset = models.CharField(_("dataset"), max_length=40, choices=Dataset.choices)
    first_id = models.PositiveBigIntegerField(_("record"))
    second_id = models.PositiveBigIntegerField(_("other record"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pair that is not one record")
        verbose_name_plural = _("pairs that are not one record")
        ordering = ["dataset", "first_id", "second_id"]
        default_permissions = ()  # who may merge decides
        constraints = [
            one_of("dataset", Dataset, "not_duplicate_dataset_is_known"),
            models.CheckConstraint(
                condition=Q(first_id__lt=F("second_id")), name="not_duplicate_names_the_lower_number_first"
            ),
            models.UniqueConstraint(fields=["dataset", "first_id", "second_id"], name="not_duplicate_is_said_once"),
        ]

    def __str__(self):
        return f"{self.dataset} {self.first_id} ≠ {self.second_id}"
