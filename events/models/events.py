"""Events around partnerships: summits, seminars, visits."""

import uuid
import zoneinfo
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from organizations.models import Organization, Program, Qualifier, Unit, in_words
from partnerships.models import Partnership, Place
from sistercities.core.constraints import one_of
from sistercities.core.dates import PartialDateField, not_before_check, partial_date_check
from sistercities.curation.models import CURATED_PERMISSIONS, Citation
from sistercities.curation.named import KEYS, NamedModel, NamedQuerySet, name_indexes, slug_field

A_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"


class EventStatus(models.TextChoices):
    """EventStatusType of schema.org. Whether an event is past follows from its date."""

    SCHEDULED = "scheduled", pgettext_lazy("event", "scheduled")
    POSTPONED = "postponed", pgettext_lazy("event", "postponed")
    RESCHEDULED = "rescheduled", pgettext_lazy("event", "rescheduled")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")


class Outcome(models.TextChoices):
    """Whether a past event took place, as far as a source says so."""

    HELD = "held", pgettext_lazy("event", "took place")
    UNKNOWN = "unknown", pgettext_lazy("event", "outcome unknown")


_STATES = {
    "cancelled": EventStatus.CANCELLED.label,
    "postponed": EventStatus.POSTPONED.label,
    "coming": pgettext_lazy("event", "coming"),
    "held": Outcome.HELD.label,
    "unknown": pgettext_lazy("event", "announced; outcome unknown"),
}


def known_time_zone(name):
    """A validator: without its rules no moment of an event could be told, and no calendar written."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This is no time zone of the IANA list, e.g. Asia/Tokyo."))


class EventQuerySet(NamedQuerySet):
    search_paths = (
        "search_key",
        "place__search_key",
        "place__region__search_key",
        "place__country__search_key",
        "program__search_key",
    )

    def token_condition(self, token):
        organizers = EventOrganizer.objects.filter(organization__in=Organization.objects.public().search(token))
        return super().token_condition(token) | Q(pk__in=organizers.values("event"))

    def with_place(self):
        return self.select_related("place__region", "place__country", "program")

    def newest(self):
        """The latest first, the undated last."""
        return self.order_by("-start_order", "-pk")

    def between(self, first, last):
        """Events of which a day may lie between two days (`date`), as far as their precision tells."""
        first, last = first.isoformat(), last.isoformat()
        # "2019-03" sorts before every day of that month, though it may mean the last of them.
        coarse = [first[:4], first[:7]]
        starts = Q(start__lte=last) & ~Q(start="")
        ends = Q(end__gte=first) | Q(end__in=coarse) | Q(end="") & (Q(start__gte=first) | Q(start__in=coarse))
        return self.filter(starts & ends)


class Event(NamedModel):
    """Something that takes place: a summit, a seminar, a visit.

    `start` and `end` are days of the place where it is, as precise as the source. Times of day, where a source gives them, come
    with the zone in which they are read (IANA, “America/Chicago”). `uid` and `sequence` are those of RFC 5545: calendars that
    subscribed replace the old text when the sequence is higher.
    """

    slug = slug_field()
    status = models.CharField(
        pgettext_lazy("event", "status"), max_length=12, choices=EventStatus.choices, default=EventStatus.SCHEDULED
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.UNKNOWN)
    start = PartialDateField(_("first day"))
    end = PartialDateField(_("last day"), help_text=_("Empty for an event of one day."))
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        blank=True,
        validators=[known_time_zone],
        help_text=_("Of the times, e.g. Asia/Tokyo or America/Chicago."),
    )
    start_order = models.GeneratedField(
        expression=Case(When(start="", then=Value("0000")), default=F("start"), output_field=models.CharField()),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    online_url = models.URLField(_("online address"), max_length=500, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    description_ja = models.TextField(_("description (Japanese)"), blank=True)
    attendance = models.PositiveIntegerField(_("attendance"), null=True, blank=True)
    attendance_qualifier = models.CharField(
        _("precision of the attendance"), max_length=10, choices=Qualifier.choices, default=Qualifier.EXACT
    )
    program = models.ForeignKey(
        Program, verbose_name=_("program"), on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    organizers = models.ManyToManyField(
        Organization, verbose_name=_("organizers"), through="EventOrganizer", blank=True, related_name="events"
    )
    partnerships = models.ManyToManyField(
        Partnership, verbose_name=_("partnerships"), blank=True, related_name="events"
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    #: What a calendar shows: a change of one of these raises the sequence.
    in_calendars = (
        "name_en", "name_ja", "status", "start", "end", "start_time", "end_time", "time_zone", "place", "venue",
        "online_url", "description_en", "description_ja",
    )  # fmt: skip

    objects = EventQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=[*KEYS, "start_order"], m2m_fields=[partnerships])

    class Meta(NamedModel.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = CURATED_PERMISSIONS
        ordering = ["-start_order", "-pk"]
        indexes = [
            *name_indexes("event"),
            models.Index(
                fields=["-start_order", "-id"], condition=Q(publication="published"), name="event_public_newest"
            ),
            models.Index(
                fields=["start_order", "id"], condition=Q(publication="published"), name="event_public_oldest"
            ),
        ]
        constraints = [
            *NamedModel.Meta.constraints,
            one_of("status", EventStatus, "event_status_is_known"),
            one_of("outcome", Outcome, "event_outcome_is_known"),
            one_of("attendance_qualifier", Qualifier, "event_attendance_qualifier_is_known"),
            partial_date_check("start", "event_start_is_a_partial_date"),
            partial_date_check("end", "event_end_is_a_partial_date"),
            not_before_check("end", "start", "event_end_is_not_before_its_start"),
            models.CheckConstraint(
                condition=Q(end="") | ~Q(start=""),
                name="event_with_an_end_has_a_start",
                violation_error_message=_("An event that has a last day has a first day too."),
            ),
            models.CheckConstraint(
                condition=Q(start_time__isnull=True, end_time__isnull=True) | ~Q(time_zone=""),
                name="event_time_has_a_zone",
                violation_error_message=_("A time of day needs its time zone."),
            ),
            models.CheckConstraint(
                condition=Q(start_time__isnull=True) | Q(start__glob=A_DAY),
                name="event_time_has_a_day",
                violation_error_message=_("A time of day needs the exact day."),
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True) | Q(start_time__isnull=False) & (Q(end="") | Q(end__glob=A_DAY)),
                name="event_end_time_has_a_start_time",
                violation_error_message=_("An event that ends at a time begins at a time, on exact days."),
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True)
                | Q(start_time__isnull=True)
                | (~Q(end="") & ~Q(end=F("start")))
                | Q(end_time__gte=F("start_time")),
                name="event_end_time_is_not_before_its_start",
                violation_error_message=_("The event ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(outcome="held"),
                name="event_cancelled_was_not_held",
                violation_error_message=_("A cancelled event did not take place."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("event", args=[self.slug])

    @property
    def last(self):
        """The last day, as precise as the source; that of the start where the event has one day."""
        return self.end or self.start

    @property
    def is_past(self):
        """Whether the last day that it may have lasted is over, by the date of the portal's own zone."""
        return bool(self.start) and self.last.latest < timezone.localdate()

    @property
    def state(self):
        """What a reader wants to know first: `cancelled`, `postponed`, `coming`, `held`, or `unknown` where nobody told the outcome."""
        if self.status in (EventStatus.CANCELLED, EventStatus.POSTPONED):
            return self.status
        if self.outcome == Outcome.HELD:
            return "held"
        return "unknown" if self.is_past or not self.start else "coming"

    @property
    def state_label(self):
        return capfirst(str(_STATES[self.state]))

    @property
    def attendance_label(self):
        """How many came, as it is said; empty where nobody says."""
        return "" if self.attendance is None else in_words(self.attendance, self.attendance_qualifier, Unit.GUESTS)

    @property
    def starts_at(self):
        """The moment at which it begins, with its zone; None where no source gives a time."""
        return self._moment(self.start, self.start_time)

    @property
    def ends_at(self):
        return self._moment(self.last, self.end_time)

    def _moment(self, day, time):
        if time is None:
            return None
        return datetime.combine(day.earliest, time, tzinfo=zoneinfo.ZoneInfo(self.time_zone))


class OrganizerRole(models.TextChoices):
    ORGANIZER = "organizer", _("organizer")
    CO_ORGANIZER = "co_organizer", _("co-organizer")
    HOST = "host", _("host")
    SUPPORTER = "supporter", _("supporter")
    PARTICIPANT = "participant", _("participant")


class EventOrganizer(models.Model):
    """An organization behind an event, and as what."""

    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="organizer_set")
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="event_roles"
    )
    role = models.CharField(_("role"), max_length=20, choices=OrganizerRole.choices, default=OrganizerRole.ORGANIZER)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organizer of an event")
        verbose_name_plural = _("organizers of an event")
        ordering = ["event", "position", "pk"]
        constraints = [
            one_of("role", OrganizerRole, "event_organizer_role_is_known"),
            models.UniqueConstraint(
                fields=["event", "organization"],
                name="event_organizer_is_named_once",
                violation_error_message=_("This organization is named already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.organization}"


class EventFact(models.TextChoices):
    EXISTENCE = "existence", _("existence")
    DATE = "date", _("date")
    PLACE = "place", pgettext_lazy("event", "place")
    ATTENDANCE = "attendance", _("attendance")
    ORGANIZER = "organizer", _("organizer")
    OUTCOME = "outcome", _("outcome")


class EventCitation(Citation):
    """What one source says of one fact of an event."""

    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="citations")
    fact = models.CharField(_("fact"), max_length=20, choices=EventFact.choices)

    history = HistoricalRecords()

    class Meta(Citation.Meta):
        verbose_name = _("citation of an event")
        verbose_name_plural = _("citations of events")
        ordering = ["fact", "pk"]
        constraints = [
            *Citation.Meta.constraints,
            one_of("fact", EventFact, "event_citation_fact_is_known"),
            models.UniqueConstraint(
                fields=["event", "fact"],
                condition=Q(standing="preferred"),
                name="event_fact_has_one_preferred_citation",
                violation_error_message=_("This fact has a preferred source already."),
            ),
        ]
