"""Sources, citations, proposals, checks of links, and what every curated record shares."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from sistercities.core.constraints import one_of
from sistercities.core.dates import PartialDateField, partial_date_check


class Publication(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


#: For the Meta of every root model: Django's four permissions, and one of its own to publish and withdraw.
CURATED_PERMISSIONS = ("add", "change", "delete", "view", "publish")
#: For the Meta of a `MergeableModel`: to make one record of two, and to lock one.
MERGEABLE_PERMISSIONS = (*CURATED_PERMISSIONS, "merge", "lock")


class CuratedQuerySet(models.QuerySet):
    def public(self):
        """Published records: the only door to pages and data."""
        return self.filter(publication=Publication.PUBLISHED)

    def kept(self):
        """What staff work on: everything but what was withdrawn."""
        return self.exclude(publication=Publication.WITHDRAWN)

    def unpublished(self):
        """Records on their way: drafts, and those that wait for a review."""
        return self.filter(publication__in=[Publication.DRAFT, Publication.REVIEW])

    def contested(self):
        """Records of which sources disagree; for models that have the column `contested`."""
        return self.kept().filter(contested=True)


class CuratedModel(models.Model):
    """A root record: it has a state of publication, a note for staff and (declared by each model) a history."""

    publication = models.CharField(
        _("publication"), max_length=10, choices=Publication.choices, default=Publication.DRAFT
    )
    staff_note = models.TextField(_("note for staff"), blank=True, help_text=_("Never published."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    #: Facts that several sources may state and `curation.actions.settle` decides. Without any, citations only document.
    claimable = ()
    #: Of these, what sources can contradict one another on; a model that has such facts has the column `contested`.
    contestable = ()
    #: Relations to rows that are edited on the record's page, and make a version of it, though they outlive it.
    rows_beside = ()

    objects = CuratedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [one_of("publication", Publication, "%(class)s_publication_is_known")]

    @property
    def is_public(self):
        return self.publication == Publication.PUBLISHED

    @property
    def is_locked(self):
        """Whether only those who may lock records change this one; always false for models without locks."""
        return getattr(self, "locked", False)

    def settled_fields(self, fact, citation):
        """The columns that preferring `citation` for `fact` writes, with their values: `{"established": "1957-10-21"}`.

        Raises `ValueError` where the claim states nothing that can be stored.
        """
        return {fact: citation.normalised}


#: What may be stored of a lock and of a merge; for the Meta of a `MergeableModel` that has other constraints of a base too.
MERGEABLE_CONSTRAINTS = [
    models.CheckConstraint(
        condition=Q(locked=False, lock_reason="") | Q(locked=True) & ~Q(lock_reason=""),
        name="%(class)s_lock_has_a_reason",
        violation_error_message=_("A locked record says why it is locked; one that is not locked says nothing."),
    ),
    models.CheckConstraint(
        condition=Q(merged_into__isnull=True) | Q(publication="withdrawn"),
        name="%(class)s_merged_is_withdrawn",
        violation_error_message=_("This record was merged into another and stays withdrawn."),
    ),
    models.CheckConstraint(
        condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
        name="%(class)s_is_not_merged_into_itself",
        violation_error_message=_("A record is not merged into itself."),
    ),
]


class MergeableModel(CuratedModel):
    """A root record that may turn out to be the same as another, and that can be locked against edits.

    A record that was merged is withdrawn and names the one that lives on: its number and its address lead there for good. No record
    points to one that was merged itself, so that a reader is sent on once (`curation.merging` keeps it so).
    """

    locked = models.BooleanField(
        _("locked"), default=False, help_text=_("Only those who may merge records change a locked one.")
    )
    lock_reason = models.CharField(_("reason for the lock"), max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
    )

    class Meta(CuratedModel.Meta):
        abstract = True
        constraints = [*CuratedModel.Meta.constraints, *MERGEABLE_CONSTRAINTS]


class SourceKind(models.TextChoices):
    GOVERNMENT = "government", _("government or local authority")
    ASSOCIATION = "association", _("association")
    NEWSPAPER = "newspaper", _("newspaper or broadcaster")
    ENCYCLOPEDIA = "encyclopedia", _("encyclopedia")
    DATASET = "dataset", _("data set")
    PRIVATE = "private", _("private page")
    OTHER = "other", _("other")


class Source(models.Model):
    """A document that states facts, in the words of Dublin Core (title, publisher, issued, identifier).

    A web list "as scraped in February 2026" is one source. A source that copies another names it in `depends_on`: two such
    sources that agree are one witness, not two.
    """

    key = models.CharField(
        _("key"), max_length=200, unique=True, help_text=_("Stable short name, e.g. “clair-miyagi”.")
    )
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_ja = models.CharField(_("title (Japanese)"), max_length=300, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    issued = PartialDateField(_("issued"))
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices, default=SourceKind.OTHER)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    depends_on = models.ForeignKey(
        "self",
        verbose_name=_("copies from"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
    )
    note = models.TextField(_("note"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["key"]
        constraints = [
            one_of("kind", SourceKind, "source_kind_is_known"),
            partial_date_check("issued", "source_issued_is_a_partial_date"),
            models.CheckConstraint(condition=~Q(key=""), name="source_has_a_key"),
        ]

    def __str__(self):
        return self.title_en or self.title_ja or self.publisher or self.key


class Basis(models.TextChoices):
    STATED = "stated", _("stated by the source")
    WORKED_OUT = "worked_out", _("worked out from the source")
    INFERRED = "inferred", _("inferred by us")


class Standing(models.TextChoices):
    PREFERRED = "preferred", _("preferred")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


#: The standings of claims that count: what was rejected documents nothing.
HEARD = (Standing.PREFERRED, Standing.ACCEPTED)


class Citation(models.Model):
    """A claim: what one source says of one fact of one record. Each root model has its own table with a real foreign key.

    The concrete model adds the foreign key and `fact`, one of its own choices. Two claims of the same fact that are not rejected and do not agree make the fact contested (`actions.settle`).
    """

    value = models.CharField(_("value as stated"), max_length=300, blank=True)
    normalised = models.CharField(
        _("normalised value"), max_length=100, blank=True, help_text=_("As this directory stores it, e.g. 1955-12-07.")
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="%(class)ss")
    locator = models.CharField(
        _("place in the source"), max_length=500, blank=True, help_text=_("Page, row or address within the source.")
    )
    read_on = PartialDateField(_("read on"))
    as_of = PartialDateField(
        _("as of"), help_text=_("When the source says it, where that differs from its date of issue.")
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices, default=Basis.STATED)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing.choices, default=Standing.ACCEPTED)
    reason = models.CharField(_("reason for the standing"), max_length=500, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        abstract = True
        constraints = [
            one_of("basis", Basis, "%(class)s_basis_is_known"),
            one_of("standing", Standing, "%(class)s_standing_is_known"),
            partial_date_check("read_on", "%(class)s_read_on_is_a_partial_date"),
            partial_date_check("as_of", "%(class)s_as_of_is_a_partial_date"),
        ]

    def __str__(self):
        return f"{self.get_fact_display()} {self.normalised or self.value}".strip()

    @classmethod
    def make_room(cls, ids):
        """Before these rows are written again one by one: two may trade what only one may have."""
        cls._base_manager.filter(pk__in=ids, standing=Standing.PREFERRED).update(standing=Standing.ACCEPTED)


class ProposalState(models.TextChoices):
    PENDING = "pending", _("pending")
    ASKED = "asked", pgettext_lazy("proposal", "asked back")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
    REFUSED = "refused", _("refused")


#: States in which nobody has decided yet.
UNDECIDED = (ProposalState.PENDING, ProposalState.ASKED)


class ProposalQuerySet(models.QuerySet):
    def pending(self):
        """Proposals that wait for a decision."""
        return self.filter(state=ProposalState.PENDING)

    def undecided(self):
        """Those that wait, for a decision or for an answer."""
        return self.filter(state__in=UNDECIDED)


class Proposal(models.Model):
    """A change to a record that waits for a curator: never a second record.

    `difference` maps a field to `[old, new]`, both as text in the form of the exports.
    """

    dataset = models.CharField(_("dataset"), max_length=40)
    object_id = models.PositiveBigIntegerField(
        _("record"), null=True, blank=True, help_text=_("Empty for a new record.")
    )
    difference = models.JSONField(_("difference"))
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.SET_NULL, null=True, blank=True
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    state = models.CharField(
        pgettext_lazy("proposal", "state"), max_length=10, choices=ProposalState.choices, default=ProposalState.PENDING
    )

    objects = ProposalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["state", "proposed_at"], name="proposal_by_state")]
        constraints = [one_of("state", ProposalState, "proposal_state_is_known")]

    def __str__(self):
        return f"{self.dataset} {self.object_id or ''}".strip()

    def get_absolute_url(self):
        """Its page in the queue of the review."""
        return reverse("review-proposal", args=[self.pk])

    @property
    def is_undecided(self):
        return self.state in UNDECIDED


class LinkFailure(models.TextChoices):
    """Why an address gave no answer at all. An answer is recorded by its status of HTTP."""

    INVALID = "invalid", _("not an address")
    UNKNOWN_HOST = "unknown-host", _("the host does not exist")
    NOT_PUBLIC = "not-public", _("not an address of the public network")
    NO_CONNECTION = "no-connection", _("no connection")
    TIME_OUT = "time-out", _("no answer in time")
    NOT_SECURE = "not-secure", _("no secure connection")
    REDIRECTS = "redirects", _("redirected without end")


class LinkCheckQuerySet(models.QuerySet):
    def dead(self):
        """Addresses that are still published and failed in two runs at least a day apart: one bad night is not an end."""
        from .addresses import is_published

        long_enough = F("failing_since") + LinkCheck.DEAD_AFTER
        return self.filter(is_published("url"), checked_at__gte=long_enough)


class LinkCheck(models.Model):
    """What a published address answered when `check_links` asked it last. No part of the data: it has no history.

    `status` is that of HTTP ("200", "404") or a `LinkFailure`. `failing_since` is the first of the failures without a success between
    them, and empty where the address answers. `final_url` is where redirects led, empty where there were none.
    """

    #: How far apart the first and the last failure of a dead address lie at least.
    DEAD_AFTER = timedelta(days=1)

    url = models.CharField(_("address"), max_length=1000, unique=True)
    checked_at = models.DateTimeField(_("checked at"))
    status = models.CharField(pgettext_lazy("link", "answer"), max_length=20)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    final_url = models.CharField(_("leads to"), max_length=2000, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("checked address")
        verbose_name_plural = _("checked addresses")
        ordering = ["failing_since", "url"]
        default_permissions = ("view",)  # the command alone writes here
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=LinkFailure.values) | Q(status__glob="[1-9][0-9][0-9]"),
                name="link_check_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True) | Q(checked_at__gte=F("failing_since")),
                name="link_check_fails_since_a_check",
            ),
        ]

    def __str__(self):
        return self.url

    @property
    def status_label(self):
        """The answer in words where there was none, else its number."""
        return str(dict(LinkFailure.choices).get(self.status, self.status))


class SeedKey(models.Model):
    """A stable key of the fixtures that has been loaded once, and the record it became.

    `seed` never loads a key twice, so that an edit, a withdrawal or a deletion by a curator outlives every restart. A merge
    of two records points the key at the record that lives on. No foreign key: the memory outlives the record.
    """

    dataset = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "key"], name="seed_key_is_loaded_once")]

    def __str__(self):
        return f"{self.dataset} {self.key}"
