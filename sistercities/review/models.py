"""What comes with a proposal: who said it and where it is written, what was asked and answered; and what a sender may not do too often.

The change itself is a `curation.Proposal`, whoever made it: there is one queue. Nothing here has a history of its own, because what visitors
tell of themselves must be gone when it is erased.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sistercities.core.constraints import one_of
from sistercities.curation.models import Proposal

#: How long what a visitor left to be reached is kept.
CONTACT_MONTHS = 12
KEEP_CONTACT = timedelta(days=365)

#: Signs of a reference: none is taken for another when it is read aloud.
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference():
    """A reference such as K7QX-29MF: it is drawn, so that nobody finds those of others by counting."""
    drawn = "".join(secrets.choice(SIGNS) for _n in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


class Origin(models.TextChoices):
    PUBLIC = "public", pgettext_lazy("suggestion", "from the public")
    STAFF = "staff", pgettext_lazy("suggestion", "by a coordinator")


class SuggestionQuerySet(models.QuerySet):
    def with_old_contact(self):
        """Those whose sender is to be forgotten by now."""
        return self.filter(made_at__lt=timezone.now() - KEEP_CONTACT).exclude(contact="")


class Suggestion(models.Model):
    """What a visitor or a coordinator said with a proposal. Proposals that were written in the admin have none."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, primary_key=True, related_name="suggestion")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    message = models.TextField(_("message"), blank=True)
    source_title = models.CharField(_("title of the source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=1000, blank=True)
    contact = models.CharField(_("how to reach the sender"), max_length=200, blank=True)
    #: The language of the page that it was written on.
    language = models.CharField(max_length=5, blank=True)
    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    #: A digest of all that it says; the same words again are counted, not stored.
    fingerprint = models.CharField(max_length=32)
    repeats = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        default_permissions = ()
        indexes = [
            models.Index(fields=["fingerprint"], name="suggestion_by_fingerprint"),
            models.Index(fields=["made_at"], condition=~Q(contact=""), name="suggestion_with_contact"),
        ]
        constraints = [one_of("origin", Origin, "suggestion_origin_is_known")]

    def __str__(self):
        return self.reference

    @property
    def contact_until(self):
        """When what the visitor left is erased."""
        return self.made_at + KEEP_CONTACT

    @property
    def kept_contact(self):
        """How to reach the visitor, as long as that may be known: also where the erasing has not run yet."""
        return self.contact if timezone.now() < self.contact_until else ""


class NoteKind(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
    REFUSED = "refused", pgettext_lazy("proposal", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "taken back")
    QUESTION = "question", _("asked back")
    ANSWER = "answer", _("answered")


class Note(models.Model):
    """What somebody of the staff said of a proposal: a question, an answer, the reason of a decision."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind.choices)
    text = models.CharField(max_length=1000, blank=True)
    #: Of an acceptance: column -> [old, stored], as text.
    written = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("note on a proposal")
        verbose_name_plural = _("notes on proposals")
        ordering = ["proposal", "pk"]
        default_permissions = ()
        constraints = [
            one_of("kind", NoteKind, "review_note_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=["refused", "question", "answer"]) | ~Q(text=""),
                name="review_note_says_why",
                violation_error_message=_("A refusal has a reason; a question and an answer have words."),
            ),
        ]

    def __str__(self):
        return self.text


class Attempt(models.Model):
    """A form that somebody sent, for the limits only: rows go after two days, and `sender` names nobody (`limits.sender_of`)."""

    sender = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now)
    taken = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ()
        indexes = [
            models.Index(fields=["sender", "at"], name="attempt_by_sender"),
            models.Index(fields=["at"], name="attempt_by_time"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"
