"""Organizations: who helps, who belongs to whom, who works with whom."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from sistercities.core.constraints import one_of
from sistercities.core.dates import PartialDateField, not_before_check, partial_date_check
from sistercities.curation.models import MERGEABLE_CONSTRAINTS, MERGEABLE_PERMISSIONS, Citation, MergeableModel
from sistercities.curation.named import KEYS, NamedModel, NamedQuerySet, name_indexes, slug_field


class OrganizationKind(models.TextChoices):
    NATIONAL_GOVERNMENT = "national_government", _("ministry or other body of a national government")
    DIPLOMATIC_MISSION = "diplomatic_mission", _("embassies and consulates")
    PUBLIC_AGENCY = "public_agency", _("public agency")
    JOINT_BODY = "joint_body", _("joint body of local governments")
    OVERSEAS_OFFICE = "overseas_office", _("overseas office")
    GOVERNMENT_ASSOCIATION = "government_association", _("association of governments or their officials")
    SISTER_CITY_ASSOCIATION = "sister_city_association", _("sister-city association")
    EXCHANGE_ASSOCIATION = "exchange_association", _("international exchange association")
    FOUNDATION = "foundation", _("foundation or nonprofit")
    TRAINING_INSTITUTE = "training_institute", _("training institute")
    ALUMNI_ASSOCIATION = "alumni_association", _("alumni association")
    OTHER = "other", _("other organization")


class OrganizationQuerySet(NamedQuerySet):
    search_paths = ("search_key", "seat__search_key", "seat__country__search_key")

    def with_seat(self):
        return self.select_related("seat__region", "seat__country", "parent")

    def serving(self, *places):
        """Organizations that serve one of these places: name it or the region or country it lies in."""
        ids = {above.pk for place in places for above in (place, place.region, place.country) if above}
        return self.filter(pk__in=self.model.serves.through.objects.filter(place__in=ids).values("organization"))


class Organization(NamedModel, MergeableModel):
    """A body that helps partnerships along (W3C ORG: an organization, or with a parent an organizational unit of it).

    `email_as_given` keeps an address that a source prints wrongly, for staff; `email` holds only what can be written to.
    """

    slug = slug_field()
    kind = models.CharField(_("kind"), max_length=30, choices=OrganizationKind.choices)
    name_kana = models.CharField(_("reading (kana)"), max_length=250, blank=True)
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), on_delete=models.PROTECT, null=True, blank=True, related_name="offices"
    )
    seat = models.ForeignKey(
        "partnerships.Place",
        verbose_name=_("seat"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organizations",
    )
    serves = models.ManyToManyField(
        "partnerships.Place",
        verbose_name=_("serves"),
        blank=True,
        related_name="served_by",
        help_text=_("The countries, regions or municipalities it works for."),
    )
    founded = PartialDateField(_("founded"))
    dissolved = PartialDateField(_("dissolved"))
    description_en = models.TextField(_("description (English)"), blank=True)
    description_ja = models.TextField(_("description (Japanese)"), blank=True)
    address = models.CharField(_("postal address"), max_length=300, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    email_as_given = models.CharField(
        _("e-mail as given"),
        max_length=200,
        blank=True,
        help_text=_("Where a source prints it wrongly. Never published."),
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    social_url = models.URLField(_("page in a social network"), max_length=500, blank=True)

    objects = OrganizationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=list(KEYS), m2m_fields=[serves])

    class Meta(NamedModel.Meta):
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        default_permissions = MERGEABLE_PERMISSIONS
        ordering = ["sort_key", "pk"]
        indexes = name_indexes("organization")
        constraints = [
            *NamedModel.Meta.constraints,
            *MERGEABLE_CONSTRAINTS,
            one_of("kind", OrganizationKind, "organization_kind_is_known"),
            partial_date_check("founded", "organization_founded_is_a_partial_date"),
            partial_date_check("dissolved", "organization_dissolved_is_a_partial_date"),
            not_before_check("dissolved", "founded", "organization_end_is_not_before_its_start"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="organization_does_not_belong_to_itself",
                violation_error_message=_("An organization does not belong to itself."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("organization", args=[self.slug])

    @property
    def kind_label(self):
        return capfirst(self.get_kind_display())

    def search_texts(self):
        return [*super().search_texts(), self.name_kana, self.acronym]

    def ordered_by(self):
        return self.name_en, self.name_kana or self.name_ja


class AffiliationKind(models.TextChoices):
    WORKS_WITH = "works_with", _("works with")
    PARTNER = "partner", _("partner of")
    MEMBER = "member", _("member of")
    SUPPORTS = "supports", _("supports")


#: The same, said from the other side.
INVERSE = {
    AffiliationKind.WORKS_WITH: _("works with"),
    AffiliationKind.PARTNER: _("partner of"),
    AffiliationKind.MEMBER: _("has as a member"),
    AffiliationKind.SUPPORTS: _("supported by"),
}


class AffiliationQuerySet(models.QuerySet):
    def public(self):
        """Between two published organizations."""
        return self.filter(organization__publication="published", partner__publication="published")

    def involving(self, organization):
        """Those of an organization, stated from its side or from that of the other."""
        return self.filter(Q(organization=organization) | Q(partner=organization))


class Affiliation(models.Model):
    """An organization works with another, and as what: JLGC with the Conference of Mayors, as the voice of the cities."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.CASCADE, related_name="affiliations"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=AffiliationKind.choices)
    partner = models.ForeignKey(
        Organization, verbose_name=_("other organization"), on_delete=models.CASCADE, related_name="affiliations_of"
    )
    capacity_en = models.CharField(_("as what (English)"), max_length=200, blank=True)
    capacity_ja = models.CharField(_("as what (Japanese)"), max_length=200, blank=True)
    since = PartialDateField(_("since"))
    until = PartialDateField(_("until"))
    source = models.ForeignKey(
        "curation.Source", verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AffiliationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["organization", "pk"]
        constraints = [
            one_of("kind", AffiliationKind, "affiliation_kind_is_known"),
            partial_date_check("since", "affiliation_since_is_a_partial_date"),
            partial_date_check("until", "affiliation_until_is_a_partial_date"),
            not_before_check("until", "since", "affiliation_end_is_not_before_its_start"),
            models.CheckConstraint(
                condition=~Q(organization=F("partner")),
                name="affiliation_joins_two_organizations",
                violation_error_message=_("An organization is not affiliated with itself."),
            ),
            models.UniqueConstraint(
                fields=["organization", "partner", "kind"],
                name="affiliation_is_recorded_once",
                violation_error_message=_("This affiliation is recorded already."),
            ),
        ]

    def __str__(self):
        return f"{self.organization} – {self.partner}"

    def get_inverse_display(self):
        """The kind in words, seen from the other organization."""
        return str(INVERSE[self.kind])


class OrganizationFact(models.TextChoices):
    EXISTENCE = "existence", _("existence")
    NAME = "name", _("name")
    FOUNDED = "founded", _("founded")
    PARENT = "parent", _("belongs to")
    CONTACT = "contact", _("address and contact")
    ACTIVITY = "activity", _("activity")
    AFFILIATION = "affiliation", _("affiliation")


class OrganizationCitation(Citation):
    """What one source says of one fact of an organization."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.CASCADE, related_name="citations"
    )
    fact = models.CharField(_("fact"), max_length=20, choices=OrganizationFact.choices)

    history = HistoricalRecords()

    class Meta(Citation.Meta):
        verbose_name = _("citation of an organization")
        verbose_name_plural = _("citations of organizations")
        ordering = ["fact", "pk"]
        constraints = [
            *Citation.Meta.constraints,
            one_of("fact", OrganizationFact, "organization_citation_fact_is_known"),
            models.UniqueConstraint(
                fields=["organization", "fact"],
                condition=Q(standing="preferred"),
                name="organization_fact_has_one_preferred_citation",
                violation_error_message=_("This fact has a preferred source already."),
            ),
        ]
