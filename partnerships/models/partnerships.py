"""Partnerships and their parties."""

import datetime

from django.db import models
from django.db.models import Case, Count, F, IntegerField, Max, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Substr
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from sistercities.core.constraints import one_of
from sistercities.core.dates import PartialDateField, not_before_check, partial_date_check
from sistercities.core.geo import distance_km
from sistercities.core.names import localized
from sistercities.core.text import search_condition
from sistercities.curation.history import ImportedRecords
from sistercities.curation.models import HEARD, MERGEABLE_PERMISSIONS, CuratedQuerySet, MergeableModel

from .places import Place


class Kind(models.TextChoices):
    """Our class of a partnership. What the agreement itself calls it stands in `designation_en` and `designation_ja`."""

    SISTER_CITY = "sister_city", _("sister city")
    FRIENDSHIP_CITY = "friendship_city", _("friendship city")
    SISTER_STATE = "sister_state", _("sister state")
    FRIENDSHIP_STATE = "friendship_state", _("friendship state")
    SISTER_COUNTY = "sister_county", _("sister county")
    SISTER_PORT = "sister_port", _("sister port")
    SISTER_ISLAND = "sister_island", _("sister island")
    SISTER_PARK = "sister_park", _("sister park")
    OTHER = "other", _("other partnership")


class Status(models.TextChoices):
    """A partnership is presumed to stand until a source says otherwise: the rule of Sister Cities International."""

    IN_FORCE = "in_force", _("in force")
    PRESUMED = "presumed", _("presumed in force")
    DORMANT = "dormant", _("dormant")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", pgettext_lazy("status", "ended")


class Theme(models.Model):
    """A field of exchange: education, sport, culture. A table, because staff may add one."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_ja = models.CharField(_("name (Japanese)"), max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["slug"]

    def __str__(self):
        return localized(self).text


def _cited():
    """Ties joined with their claims that count."""
    return Partnership.objects.order_by().filter(citations__standing__in=HEARD)


class PartnershipQuerySet(CuratedQuerySet):
    def search(self, text):
        """Partnerships whose parties (all their names, regions, countries) match every word of `text` in any script."""
        return self.filter(search_condition(text))

    def at(self, *places):
        """Partnerships with a party that is one of `places` (regions, countries: or lies in one of them).

        A subquery rather than a join, so that a row is never doubled and the other parties stay in sight.
        """
        ids = [getattr(place, "pk", place) for place in places]
        inside = Q(place__in=ids) | Q(place__region__in=ids) | Q(place__country__in=ids)
        return self.filter(pk__in=Party.objects.filter(inside).values("partnership"))

    def unsourced(self):
        """Ties of which no source says anything that counts."""
        return self.kept().exclude(pk__in=_cited().values("pk"))

    def undated(self):
        """Ties of which nobody knows when they were established."""
        return self.kept().filter(established="")

    def with_one_witness(self):
        """Ties that rest on one source alone; sources that copy from one another are one witness.

        Not "sources of one side only": who publishes a source is a free text ("Wikipedia", "CLAIR"), and nothing says to which side
        it belongs, so that a list by side would be guesswork.
        """
        witness = Coalesce("citations__source__depends_on", "citations__source")
        alone = _cited().values("pk").annotate(witnesses=Count(witness, distinct=True)).filter(witnesses=1)
        return self.kept().filter(pk__in=alone.values("pk"))

    def with_presumed_party(self):
        """Ties that are presumed to have passed to a successor: a source confirms it, or says that they ended."""
        presumed = Party.objects.filter(holding=Holding.PRESUMED).order_by()
        return self.kept().filter(pk__in=presumed.values("partnership"))

    def with_former_party(self):
        """Ties that have not ended though one of their parties has."""
        ends = Party.objects.filter(place__in=Place.objects.former().order_by())
        return self.kept().exclude(status=Status.ENDED).filter(pk__in=ends.order_by().values("partnership"))

    def revisions(self):
        """Id -> when each tie was recorded, and when it or a party's name last changed: one statement."""
        rows = self.annotate(named=Max("parties__place__updated_at")).order_by()
        rows = rows.values_list("pk", "created_at", "updated_at", "named")
        return {pk: (created, max(updated, named or updated)) for pk, created, updated, named in rows}

    def with_parties(self):
        """For pages of a few records: the parties with their places, regions and countries in one more statement."""
        parties = Party.objects.select_related("place__region", "place__country", "signed_as")
        return self.prefetch_related(models.Prefetch("parties", queryset=parties))


class Partnership(MergeableModel):
    """A tie between two or more places. `established`, `ended`, `status` and `kind` are settled from its citations.

    `party_count`, `parties_key`, `slug`, `search_key` and the two sort keys are derived from the parties and written only by
    `actions.set_parties` and its kin. `established_order` puts the undated last, whatever the database does with empty text.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SISTER_CITY)
    designation_en = models.CharField(
        _("name in the agreement (English)"),
        max_length=200,
        blank=True,
        help_text=_("What the agreement calls the tie."),
    )
    designation_ja = models.CharField(_("name in the agreement (Japanese)"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PRESUMED)
    status_as_of = PartialDateField(_("status as of"))
    established = PartialDateField(_("established"))
    ended = PartialDateField(_("ended"))
    established_year = models.GeneratedField(
        expression=Case(
            When(established="", then=None),
            default=Cast(Substr("established", 1, 4), IntegerField()),
            output_field=IntegerField(),
        ),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )
    established_order = models.GeneratedField(
        expression=Case(
            When(established="", then=Value("9999-99-99")), default=F("established"), output_field=models.CharField()
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )
    contested = models.BooleanField(_("contested"), default=False, editable=False)
    # The three conditions by which CLAIR counts a tie; empty where no source says so.
    signed_by_leaders = models.BooleanField(_("signed by both leaders"), null=True, blank=True)
    many_fields = models.BooleanField(_("not limited to one field"), null=True, blank=True)
    assembly_approved = models.BooleanField(_("approved by the assembly"), null=True, blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    summary_ja = models.TextField(_("summary (Japanese)"), blank=True)
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), blank=True, related_name="partnerships")
    party_count = models.PositiveSmallIntegerField(_("number of parties"), default=0, editable=False)
    parties_key = models.CharField(max_length=200, editable=False, blank=True)
    slug = models.CharField(max_length=200, editable=False, blank=True)
    search_key = models.TextField(editable=False, blank=True)
    sort_key_en = models.CharField(max_length=200, editable=False, blank=True)
    sort_key_ja = models.CharField(max_length=200, editable=False, blank=True)

    claimable = ("established", "ended", "status", "kind")
    #: A status is of its own time: two of them do not contradict one another.
    contestable = ("established", "ended", "kind")

    objects = PartnershipQuerySet.as_manager()
    history = ImportedRecords(
        excluded_fields=["established_year", "established_order", "search_key", "sort_key_en", "sort_key_ja"],
        m2m_fields=[themes],
        no_db_index=["merged_into"],
    )

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        default_permissions = MERGEABLE_PERMISSIONS
        ordering = ["established_order", "pk"]
        indexes = [
            models.Index(
                fields=["established_order", "id"],
                condition=Q(publication="published"),
                name="partnership_public_by_date",
            ),
            models.Index(
                fields=["-established", "-id"], condition=Q(publication="published"), name="partnership_public_newest"
            ),
            models.Index(
                fields=["sort_key_en", "id"], condition=Q(publication="published"), name="partnership_public_by_name_en"
            ),
            models.Index(
                fields=["sort_key_ja", "id"], condition=Q(publication="published"), name="partnership_public_by_name_ja"
            ),
        ]
        constraints = [
            *MergeableModel.Meta.constraints,
            one_of("kind", Kind, "partnership_kind_is_known"),
            one_of("status", Status, "partnership_status_is_known"),
            partial_date_check("established", "partnership_established_is_a_partial_date"),
            partial_date_check("ended", "partnership_ended_is_a_partial_date"),
            partial_date_check("status_as_of", "partnership_status_as_of_is_a_partial_date"),
            not_before_check("ended", "established", "partnership_end_is_not_before_its_start"),
            models.CheckConstraint(
                condition=Q(ended="") | Q(status="ended"),
                name="partnership_with_an_end_has_ended",
                violation_error_message=_("A partnership with a date of its end has the status “ended”."),
            ),
            models.CheckConstraint(
                condition=~Q(publication="published") | Q(party_count__gte=2),
                name="partnership_published_has_two_parties",
                violation_error_message=_("A published partnership has two or more parties."),
            ),
            models.UniqueConstraint(
                fields=["parties_key", "kind", "established"],
                condition=~Q(publication="withdrawn") & ~Q(parties_key=""),
                name="partnership_is_recorded_once",
                violation_error_message=_("These places have a partnership of this kind and date already."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("partnership", args=[self.pk, self.slug or "partnership"])

    @property
    def title(self):
        """The names of the parties in the active language, joined by a dash."""
        names = [str(party.place) for party in self.parties.all()]
        return " – ".join(names) or gettext("partnership without parties")

    @property
    def places(self):
        return [party.place for party in self.parties.all()]

    def settled_fields(self, fact, citation):
        """The columns that preferring a claim writes: a status has the date of its source, and with its end a tie has ended."""
        fields = super().settled_fields(fact, citation)
        if fact == "status":
            fields["status_as_of"] = citation.as_of or citation.source.issued
        if fact == "ended" and citation.normalised:
            fields["status"] = Status.ENDED
        return fields

    def age(self, on=None):
        """Full years since it was established (until it ended); `None` where no source gives a date."""
        until = self.ended.latest if self.ended else (on or datetime.date.today())
        return self.established.age(until) if self.established else None

    @property
    def distance_km(self):
        """Great-circle distance of the first two parties in whole kilometres, `None` where one has no position."""
        first, *others = [place for place in self.places if place.has_position] or [None]
        if not others:
            return None
        return round(distance_km(first.latitude, first.longitude, others[0].latitude, others[0].longitude))


class PartyQuerySet(models.QuerySet):
    def presumed(self):
        """Parties of ties that were not withdrawn, of which no source says that they hold them."""
        return self.filter(holding=Holding.PRESUMED).exclude(partnership__publication="withdrawn")


class Holding(models.TextChoices):
    """How it is known who holds a tie today. Ties never move by themselves: a succession of bodies is no word on their ties."""

    CONFIRMED = "confirmed", pgettext_lazy("holding", "confirmed")
    PRESUMED = "presumed", pgettext_lazy("holding", "presumed until confirmed")


class Party(models.Model):
    """A place that is party to a partnership: who holds it now, and under which body or name it was signed.

    After a merger the successor is presumed to hold the ties of the bodies that went into it, until a source confirms it.
    """

    partnership = models.ForeignKey(
        Partnership,
        verbose_name=_("partnership"),
        on_delete=models.CASCADE,
        related_name="parties",
        db_index=False,  # the unique constraints begin with it
    )
    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.PROTECT, related_name="party_set")
    signed_as = models.ForeignKey(
        Place,
        verbose_name=_("signed as"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signed_parties",
        db_index=False,  # few have one: an index of those alone
        help_text=_("The predecessor that signed, where it was another body."),
    )
    holding = models.CharField(
        _("holding"),
        max_length=10,
        choices=Holding.choices,
        default=Holding.CONFIRMED,
        db_default=Holding.CONFIRMED,  # an import writes parties past the ORM
        help_text=_("Whether a source says that the place holds the tie, or it is presumed after a merger."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    #: What a history calls the row by; who signed is told beside it.
    named_by = ("place_id",)

    objects = PartyQuerySet.as_manager()
    history = ImportedRecords(no_db_index=["place", "signed_as"])

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["partnership", "position", "pk"]
        indexes = [models.Index(fields=["signed_as"], condition=Q(signed_as__isnull=False), name="party_signed_as")]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "place"],
                name="party_is_named_once",
                violation_error_message=_("A place is party to a partnership only once."),
            ),
            models.UniqueConstraint(fields=["partnership", "position"], name="party_has_its_own_position"),
            models.CheckConstraint(condition=Q(position__gte=1), name="party_position_counts_from_one"),
            one_of("holding", Holding, "party_holding_is_known"),
            models.CheckConstraint(
                condition=~Q(holding="presumed") | Q(signed_as__isnull=False),
                name="party_presumed_names_who_signed",
                violation_error_message=_(
                    "A tie is presumed to have passed to a place only from another body that signed it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(signed_as__isnull=True) | ~Q(signed_as=F("place")),
                name="party_signed_as_another_body",
                violation_error_message=_(
                    "“Signed as” is for a predecessor; leave it empty where the place itself signed."
                ),
            ),
        ]

    def __str__(self):
        return str(self.place)

    @property
    def others(self):
        """The other places of the tie, as they stand with it."""
        return [party.place for party in self.partnership.parties.all() if party.place_id != self.place_id]

    @property
    def is_presumed(self):
        """Whether no source says yet that the place holds the tie."""
        return self.holding == Holding.PRESUMED
