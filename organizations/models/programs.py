"""Programs: what one can take part in, and each time it was held."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from sistercities.core.constraints import in_range, one_of
from sistercities.core.dates import PartialDateField, not_before_check, partial_date_check
from sistercities.core.names import localized
from sistercities.curation.models import CURATED_PERMISSIONS, Citation
from sistercities.curation.named import KEYS, NamedModel, NamedQuerySet, name_indexes, slug_field

from .organizations import Organization


class ProgramKind(models.TextChoices):
    EXCHANGE = "exchange", _("exchange")
    FELLOWSHIP = "fellowship", _("fellowship")
    STUDY_MISSION = "study_mission", _("study mission")
    SEMINAR = "seminar", _("seminar")
    PLACEMENT = "placement", _("work placement")
    RESEARCH = "research", _("research")
    SUPPORT = "support", _("support and advice")
    GRANT = "grant", _("sponsorship and grants")
    MEMBERSHIP = "membership", _("membership")
    ALUMNI = "alumni", _("alumni network")
    OTHER = "other", _("other program")


class Audience(models.TextChoices):
    """For whom a program is."""

    LOCAL_GOVERNMENTS = "local_governments", _("local governments")
    OFFICIALS_IN_JAPAN = "officials_in_japan", _("local officials of Japan")
    OFFICIALS_ABROAD = "officials_abroad", _("local officials abroad")
    ASSOCIATIONS = "associations", _("exchange associations and nonprofits")
    COMPANIES = "companies", _("companies")
    STUDENTS = "students", _("students")
    YOUNG_PEOPLE = "young_people", _("young people")
    FORMER_PARTICIPANTS = "former_participants", _("former participants")
    INDIVIDUALS = "individuals", _("individuals")


class RunningStatus(models.TextChoices):
    """Whether a program still runs, as far as a source says so."""

    RUNNING = "running", _("running")
    ENDED = "ended", pgettext_lazy("program", "ended")
    UNKNOWN = "unknown", pgettext_lazy("program", "not known")


class ProgramQuerySet(NamedQuerySet):
    search_paths = ("search_key", "organizer__search_key")

    def at(self, place):
        """Programs that take place somewhere, or from where one may take part; editions there count too."""
        hosted = ProgramEdition.objects.filter(hosts=place).values("program")
        return self.filter(
            Q(pk__in=self.model.places.through.objects.filter(place=place).values("program")) | Q(pk__in=hosted)
        )

    def behind(self, organization):
        """Programs that an organization holds, or helps to hold."""
        helped = ProgramPartner.objects.filter(organization=organization)
        return self.filter(Q(organizer=organization) | Q(pk__in=helped.values("program")))


class Program(NamedModel):
    """What an organization offers again and again: an exchange, a grant, a membership, an alumni network.

    `status` says no more than a source of `status_as_of` did: a program is never guessed as running.
    """

    slug = slug_field()
    kind = models.CharField(_("kind"), max_length=20, choices=ProgramKind.choices)
    organizer = models.ForeignKey(
        Organization, verbose_name=_("organizer"), on_delete=models.PROTECT, related_name="programs"
    )
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    places = models.ManyToManyField(
        "partnerships.Place",
        verbose_name=_("countries and places"),
        blank=True,
        related_name="programs",
        help_text=_("Where it takes place or from where one may take part."),
    )
    status = models.CharField(
        _("still running"), max_length=10, choices=RunningStatus.choices, default=RunningStatus.UNKNOWN
    )
    status_as_of = PartialDateField(_("status as of"))
    since = PartialDateField(_("since"))
    until = PartialDateField(_("until"))
    description_en = models.TextField(_("description (English)"), blank=True)
    description_ja = models.TextField(_("description (Japanese)"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)

    objects = ProgramQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=list(KEYS), m2m_fields=[places])

    class Meta(NamedModel.Meta):
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        default_permissions = CURATED_PERMISSIONS
        ordering = ["sort_key", "pk"]
        indexes = name_indexes("program")
        constraints = [
            *NamedModel.Meta.constraints,
            one_of("kind", ProgramKind, "program_kind_is_known"),
            one_of("status", RunningStatus, "program_status_is_known"),
            partial_date_check("status_as_of", "program_status_as_of_is_a_partial_date"),
            partial_date_check("since", "program_since_is_a_partial_date"),
            partial_date_check("until", "program_until_is_a_partial_date"),
            not_before_check("until", "since", "program_end_is_not_before_its_start"),
            models.CheckConstraint(
                condition=~Q(status="running", status_as_of=""),
                name="program_runs_as_of_a_date",
                violation_error_message=_("A program is called running as of a date: say when the source says so."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("program", args=[self.slug])

    @property
    def kind_label(self):
        return capfirst(self.get_kind_display())

    @property
    def status_label(self):
        return capfirst(self.get_status_display())

    @property
    def audience_labels(self):
        return [row.get_audience_display() for row in self.audiences.all()]

    def search_texts(self):
        return [*super().search_texts(), self.acronym]


class ProgramAudience(models.Model):
    """One of those for whom a program is."""

    program = models.ForeignKey(Program, verbose_name=_("program"), on_delete=models.CASCADE, related_name="audiences")
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["program", "pk"]
        constraints = [
            one_of("audience", Audience, "program_audience_is_known"),
            models.UniqueConstraint(
                fields=["program", "audience"],
                name="program_audience_is_named_once",
                violation_error_message=_("This audience is named already."),
            ),
        ]

    def __str__(self):
        return self.get_audience_display()


class ProgramPart(models.Model):
    """What a program consists of: a post of JET, a class of membership, one of the services offered."""

    program = models.ForeignKey(Program, verbose_name=_("program"), on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=200, blank=True)
    description_en = models.CharField(_("description (English)"), max_length=500, blank=True)
    description_ja = models.CharField(_("description (Japanese)"), max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("part of a program")
        verbose_name_plural = _("parts of a program")
        ordering = ["program", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_en="", name_ja=""),
                name="program_part_has_a_name",
                violation_error_message=_("A name is needed in at least one language."),
            ),
            models.UniqueConstraint(
                fields=["program", "position"],
                name="program_part_has_its_own_position",
                violation_error_message=_("Another part has this position."),
            ),
        ]

    def __str__(self):
        return localized(self).text


class ProgramRole(models.TextChoices):
    CO_ORGANIZER = "co_organizer", _("held together with")
    SUPPORTER = "supporter", _("supported by")
    IMPLEMENTER = "implementer", _("carried out by")


class ProgramPartner(models.Model):
    """Another organization behind a program."""

    program = models.ForeignKey(Program, verbose_name=_("program"), on_delete=models.CASCADE, related_name="partners")
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="program_roles"
    )
    role = models.CharField(_("role"), max_length=20, choices=ProgramRole.choices)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("partner in a program")
        verbose_name_plural = _("partners in a program")
        ordering = ["program", "pk"]
        constraints = [
            one_of("role", ProgramRole, "program_partner_role_is_known"),
            models.UniqueConstraint(
                fields=["program", "organization"],
                name="program_partner_is_named_once",
                violation_error_message=_("This organization is named already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.organization}"


class EditionStatus(models.TextChoices):
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")
    UNKNOWN = "unknown", pgettext_lazy("edition", "not known")


class ProgramEdition(models.Model):
    """A program in one fiscal year, which in Japan runs from April to March: fiscal 2015 ends in March 2016.

    There is no status “open”: an edition is never guessed, only recorded once a source tells of it.
    """

    program = models.ForeignKey(Program, verbose_name=_("program"), on_delete=models.CASCADE, related_name="editions")
    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"), help_text=_("The year in which it begins, in April.")
    )
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_ja = models.CharField(_("title (Japanese)"), max_length=300, blank=True)
    theme_en = models.CharField(_("theme (English)"), max_length=300, blank=True)
    theme_ja = models.CharField(_("theme (Japanese)"), max_length=300, blank=True)
    hosts = models.ManyToManyField(
        "partnerships.Place", verbose_name=_("host countries and cities"), blank=True, related_name="hosted_editions"
    )
    held_from = PartialDateField(_("held from"))
    held_until = PartialDateField(_("held until"))
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    participants = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    participants_en = models.CharField(_("who took part (English)"), max_length=300, blank=True)
    participants_ja = models.CharField(_("who took part (Japanese)"), max_length=300, blank=True)
    status = models.CharField(
        pgettext_lazy("edition", "status"), max_length=10, choices=EditionStatus.choices, default=EditionStatus.UNKNOWN
    )
    reason_en = models.CharField(_("reason of the cancellation (English)"), max_length=300, blank=True)
    reason_ja = models.CharField(_("reason of the cancellation (Japanese)"), max_length=300, blank=True)
    source = models.ForeignKey(
        "curation.Source", verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    history = HistoricalRecords(m2m_fields=[hosts])

    class Meta:
        verbose_name = _("edition of a program")
        verbose_name_plural = _("editions of a program")
        ordering = ["program", "-fiscal_year", "pk"]
        constraints = [
            one_of("status", EditionStatus, "program_edition_status_is_known"),
            partial_date_check("held_from", "program_edition_held_from_is_a_partial_date"),
            partial_date_check("held_until", "program_edition_held_until_is_a_partial_date"),
            not_before_check("held_until", "held_from", "program_edition_end_is_not_before_its_start"),
            in_range("fiscal_year", 1900, 2100, "program_edition_year_is_possible", _("This is not a possible year.")),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(reason_en="", reason_ja=""),
                name="program_edition_cancelled_says_why",
                violation_error_message=_("A cancelled edition says why."),
            ),
            models.UniqueConstraint(
                fields=["program", "fiscal_year"],
                name="program_edition_is_recorded_once",
                violation_error_message=_("This fiscal year is recorded already."),
            ),
        ]

    def __str__(self):
        return localized(self, "title").text or f"{self.program} {self.fiscal_year}"


class ProgramFact(models.TextChoices):
    EXISTENCE = "existence", _("existence")
    ORGANIZER = "organizer", _("organizer")
    EDITION = "edition", _("edition")
    PARTICIPANTS = "participants", _("participants")
    STATUS = "status", _("still running")
    CONTENT = "content", _("content")


class ProgramCitation(Citation):
    """What one source says of one fact of a program."""

    program = models.ForeignKey(Program, verbose_name=_("program"), on_delete=models.CASCADE, related_name="citations")
    fact = models.CharField(_("fact"), max_length=20, choices=ProgramFact.choices)

    history = HistoricalRecords()

    class Meta(Citation.Meta):
        verbose_name = _("citation of a program")
        verbose_name_plural = _("citations of programs")
        ordering = ["fact", "pk"]
        constraints = [
            *Citation.Meta.constraints,
            one_of("fact", ProgramFact, "program_citation_fact_is_known"),
            models.UniqueConstraint(
                fields=["program", "fact"],
                condition=Q(standing="preferred"),
                name="program_fact_has_one_preferred_citation",
                violation_error_message=_("This fact has a preferred source already."),
            ),
        ]
