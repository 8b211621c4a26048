"""The acts of a partnership, and what sources say of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from sistercities.core.constraints import among, one_of
from sistercities.core.dates import PartialDateField, partial_date_check
from sistercities.curation.history import ImportedRecords
from sistercities.curation.models import Citation

from .partnerships import Kind, Partnership, Status
from .places import Place


class ActKind(models.TextChoices):
    FIRST_CONTACT = "first_contact", _("first contact")
    EXCHANGE = "exchange", _("exchange")
    LETTER_OF_INTENT = "letter_of_intent", _("letter of intent")
    COUNCIL_RESOLUTION = "council_resolution", _("resolution of the assembly")
    DECLARATION = "declaration", _("declaration")
    SIGNING = "signing", _("signing")
    REAFFIRMATION = "reaffirmation", _("reaffirmation")
    RENEWAL = "renewal", _("renewal")
    SUCCESSION = "succession", _("taken over by a successor")
    ANNIVERSARY = "anniversary", _("anniversary")
    SUSPENSION = "suspension", _("suspension")
    END = "end", _("end")
    OTHER = "other", _("other act")


class Act(models.Model):
    """A dated act in the life of a partnership. Establishment is not signing is not approval: each is an act of its own."""

    partnership = models.ForeignKey(
        Partnership, verbose_name=_("partnership"), on_delete=models.CASCADE, related_name="acts"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ActKind.choices)
    date = PartialDateField(_("date"))
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, null=True, blank=True, related_name="acts"
    )
    signers = models.CharField(
        _("signers"),
        max_length=300,
        blank=True,
        help_text=_("By office, e.g. “the two mayors”; never a private person."),
    )
    document_url = models.URLField(_("document"), max_length=1000, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=500, blank=True)
    note_ja = models.CharField(_("note (Japanese)"), max_length=500, blank=True)
    source = models.ForeignKey(
        "curation.Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acts",
    )
    locator = models.CharField(_("place in the source"), max_length=500, blank=True)
    is_basis = models.BooleanField(
        _("basis of the establishment"), default=False, help_text=_("The act from which the partnership dates.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["date", "pk"]
        constraints = [
            one_of("kind", ActKind, "act_kind_is_known"),
            partial_date_check("date", "act_date_is_a_partial_date"),
            models.CheckConstraint(
                condition=Q(is_basis=False) | ~Q(date=""),
                name="act_of_the_basis_has_a_date",
                violation_error_message=_("A partnership dates from an act that has a date."),
            ),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(is_basis=True),
                name="partnership_has_one_basis_act",
                violation_error_message=_("The partnership dates from another act already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.date}".strip()

    @classmethod
    def make_room(cls, ids):
        """Before these rows are written again one by one: two may trade what only one may have."""
        cls._base_manager.filter(pk__in=ids, is_basis=True).update(is_basis=False)

    @property
    def dates_the_tie(self):
        """Whether the establishment rests on this act: chosen as its basis, and no claim settled since says otherwise."""
        return self.is_basis and self.date.agrees_with(self.partnership.established or self.date)


class PartnershipFact(models.TextChoices):
    EXISTENCE = "existence", _("existence of the tie")
    ESTABLISHED = "established", _("established")
    ENDED = "ended", _("ended")
    STATUS = "status", _("status")
    KIND = "kind", _("kind")
    PARTIES = "parties", _("parties")
    SIGNED_AS = "signed_as", _("signed as")


class PartnershipCitation(Citation):
    """What one source says of one fact of a partnership."""

    partnership = models.ForeignKey(
        Partnership, verbose_name=_("partnership"), on_delete=models.CASCADE, related_name="citations"
    )
    fact = models.CharField(_("fact"), max_length=20, choices=PartnershipFact.choices)

    history = ImportedRecords(no_db_index=["source"])

    class Meta(Citation.Meta):
        verbose_name = _("citation of a partnership")
        verbose_name_plural = _("citations of partnerships")
        ordering = ["fact", "pk"]
        constraints = [
            *Citation.Meta.constraints,
            one_of("fact", PartnershipFact, "partnership_citation_fact_is_known"),
            models.CheckConstraint(
                condition=~Q(fact="status") | among("normalised", ["", *Status.values]),
                name="partnership_citation_status_is_known",
                violation_error_message=_("The normalised value of a status is one of the statuses."),
            ),
            models.CheckConstraint(
                condition=~Q(fact="kind") | among("normalised", ["", *Kind.values]),
                name="partnership_citation_kind_is_known",
                violation_error_message=_("The normalised value of a kind is one of the kinds."),
            ),
            models.CheckConstraint(
                condition=~among("fact", ["established", "ended"]) | Q(normalised__is_partial_date=True),
                name="partnership_citation_date_is_a_partial_date",
                violation_error_message=_("The normalised value of a date is YYYY, YYYY-MM or YYYY-MM-DD."),
            ),
            models.UniqueConstraint(
                fields=["partnership", "fact"],
                condition=Q(standing="preferred"),
                name="partnership_fact_has_one_preferred_citation",
                violation_error_message=_("This fact has a preferred source already."),
            ),
        ]

    @property
    def normalised_label(self):
        """The normalised value in words where it is one of our own choices (a status, a kind), else an empty text."""
        choices = {PartnershipFact.STATUS: Status, PartnershipFact.KIND: Kind}.get(self.fact)
        return dict(choices.choices).get(self.normalised, "") if choices else ""
