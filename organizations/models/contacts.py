"""Contact desks (窓口): the office of a city hall, or the body that acts for it, to which one writes about exchange."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models import Place
from sistercities.core.constraints import one_of
from sistercities.core.dates import PartialDateField, partial_date_check
from sistercities.core.text import slugify_name
from sistercities.curation.models import CURATED_PERMISSIONS, Citation
from sistercities.curation.named import KEYS, NamedModel, NamedQuerySet, name_indexes


class DeskKind(models.TextChoices):
    """The kind of office, from its name: whom one meets there."""

    INTERNATIONAL = "international", _("international affairs")
    SECRETARIAT = "secretariat", _("mayor's office or secretariat")
    PLANNING = "planning", _("planning and policy")
    CULTURE = "culture", _("culture, sport and tourism")
    CITIZENS = "citizens", _("citizens and community")
    EDUCATION = "education", _("board of education")
    HUMAN_RIGHTS = "human_rights", _("human rights")
    GENERAL_AFFAIRS = "general_affairs", _("general affairs")
    ASSOCIATION = "association", _("international association")
    OTHER = "other", _("other office")


#: After how many years nobody should trust a telephone number.
STALE_AFTER = 2


class ContactDeskQuerySet(NamedQuerySet):
    search_paths = ("search_key", "place__search_key", "place__region__search_key", "place__country__search_key")

    def stale(self, on=None):
        """Desks that nobody made sure of in the two years up to `on` (today), or ever; a bare year counts as its last day."""
        on = on or timezone.localdate()
        last = f"{on.year - STALE_AFTER}-{on:%m-%d}"
        # "2024" and "2024-11" sort before 2024-11-22, though they may mean a later day.
        return self.kept().filter(verified_on__lt=last).exclude(verified_on__in=[last[:4], last[:7]])

    def with_place(self):
        return self.select_related("place__region", "place__country", "organization")


class ContactDesk(NamedModel):
    """An office, never a person. A city may have several, in the order in which its source lists them.

    `website` and `email` hold only what works; what a source prints cut off stands in the columns `…_as_given`, for staff.
    Whose desk it is (`place`) can be contested: a source may name the association of another city.
    """

    place = models.ForeignKey(
        Place, verbose_name=_("municipality"), on_delete=models.PROTECT, related_name="contact_desks"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    kind = models.CharField(_("kind of office"), max_length=20, choices=DeskKind.choices)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organization"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_desks",
        help_text=_("Where the desk is that of an association which has a record here."),
    )
    within_en = models.CharField(
        _("department (English)"),
        max_length=300,
        blank=True,
        help_text=_("What the office belongs to, the nearest first."),
    )
    within_ja = models.CharField(_("department (Japanese)"), max_length=300, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=300, blank=True)
    note_ja = models.CharField(_("note (Japanese)"), max_length=300, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    email_as_given = models.CharField(
        _("e-mail as given"),
        max_length=200,
        blank=True,
        help_text=_("Where a source prints it wrongly. Never published."),
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    website_as_given = models.CharField(
        _("website as given"),
        max_length=500,
        blank=True,
        help_text=_("Where a source prints it wrongly. Never published."),
    )
    verified_on = PartialDateField(_("last verified"), help_text=_("When somebody last made sure; empty: never."))
    contested = models.BooleanField(_("contested"), default=False, editable=False)

    #: The one fact that sources decide: whose desk it is. Its claims hold the path of the place (“jp/hyogo/nishinomiya”).
    claimable = ("place",)
    contestable = ("place",)

    objects = ContactDeskQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=list(KEYS))

    class Meta(NamedModel.Meta):
        verbose_name = _("contact desk")
        verbose_name_plural = _("contact desks")
        default_permissions = CURATED_PERMISSIONS
        ordering = ["place", "position", "pk"]
        indexes = [
            *name_indexes("contactdesk"),
            models.Index(fields=["place", "position"], name="contactdesk_by_place"),
        ]
        constraints = [
            *NamedModel.Meta.constraints,
            one_of("kind", DeskKind, "contactdesk_kind_is_known"),
            partial_date_check("verified_on", "contactdesk_verified_on_is_a_partial_date"),
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="contactdesk_position_counts_from_one",
                violation_error_message=_("Positions count from 1."),
            ),
        ]

    def ordered_by(self):
        """By the municipality, then as its source lists the desks."""
        place, place_ja = self.place.sort_key, self.place.sort_key_ja
        return (
            f"{place} {self.position:02} {self.name_en}",
            f"{place_ja} {self.position:02} {self.name_ja or self.name_en}",
        )

    def get_absolute_url(self):
        return reverse("contact", args=[self.pk, self.slug])

    @property
    def kind_label(self):
        return capfirst(self.get_kind_display())

    @property
    def slug(self):
        return slugify_name(f"{self.name_en}")[:80].strip("-") or "desk"

    def settled_fields(self, fact, citation):
        """The columns that preferring a claim writes: the place that its path names.

        Raises `ValueError` for a path that no place has.
        """
        place = Place.objects.filter(path=citation.normalised).first()
        if place is None:
            raise ValueError(f"there is no place with the path {citation.normalised}")
        return {"place": place}


class DeskFact(models.TextChoices):
    EXISTENCE = "existence", _("existence")
    PLACE = "place", _("whose desk it is")
    NAME = "name", _("name")
    CONTACT = "contact", _("address and contact")


class ContactDeskCitation(Citation):
    """What one source says of one fact of a contact desk."""

    contact_desk = models.ForeignKey(
        ContactDesk, verbose_name=_("contact desk"), on_delete=models.CASCADE, related_name="citations"
    )
    fact = models.CharField(_("fact"), max_length=20, choices=DeskFact.choices)

    history = HistoricalRecords()

    class Meta(Citation.Meta):
        verbose_name = _("citation of a contact desk")
        verbose_name_plural = _("citations of contact desks")
        ordering = ["fact", "pk"]
        constraints = [
            *Citation.Meta.constraints,
            one_of("fact", DeskFact, "contact_desk_citation_fact_is_known"),
            models.UniqueConstraint(
                fields=["contact_desk", "fact"],
                condition=Q(standing="preferred"),
                name="contact_desk_fact_has_one_preferred_citation",
                violation_error_message=_("This fact has a preferred source already."),
            ),
        ]
