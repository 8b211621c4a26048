"""Why a record was changed, asked by its form in the admin: a reason, a source, or both.

A fact that no claims settle may be written over, but not silently: whoever changes one that others may rely on names the source, cites
one below the record, or says why there is none.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .change_words import published_names, value_words
from .models import Publication
from .source_fields import SourceField
from .stale import posted_rows

FIELDS = ("change_source", "change_reason")


class ReasonForm(forms.ModelForm):
    """A record's form with the source and the reason of the change; the reason goes to its history."""

    #: Set where somebody else saved since the form was read: then nothing is saved, whatever it says.
    is_stale = False
    #: Whether the form cites a source in a row below the record.
    cites = False

    change_source = SourceField(
        label=_("Source of the change"),
        required=False,
        help_text=_("Its short name, its address, or words of its title. A citation below the record serves as well."),
    )
    change_reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=100,
        required=False,
        help_text=_("Kept in the history of the record."),
    )

    def clean(self):
        if self.is_stale:
            raise ValidationError(_("Nothing was saved: the record was changed after you opened it."), code="stale")
        return super().clean()

    def _post_clean(self):
        """Once all else is in order: a change that says nothing of where it comes from is asked for it."""
        super()._post_clean()
        if self.errors or not self.changed_facts:
            return
        if not (self.cites or self.cleaned_data.get("change_source") or self.cleaned_data.get("change_reason")):
            labels = gettext(", ").join(capfirst(str(self.fields[name].label or name)) for name in self.changed_facts)
            said = _("No source for this change (%(fields)s): name one, or say below why there is none.")
            self.add_error("change_source", ValidationError(said, params={"fields": labels}))

    @property
    def changed_facts(self):
        """The names of the published facts that a stored record's form changes; none of a draft, on which nobody relies."""
        record = self.instance
        if not record.pk or getattr(record, "publication", Publication.DRAFT) == Publication.DRAFT:
            return []
        published = published_names(type(record))
        return [name for name in self.changed_data if name in published]

    @property
    def reason(self):
        """What the history is told: the source by its short name, and the reason."""
        source = self.cleaned_data.get("change_source")
        named = gettext("Source %(key)s") % {"key": source.key[:60]} if source else ""
        return gettext(". ").join(filter(None, [named, self.cleaned_data.get("change_reason")]))[:100]


def cites(data, prefix="citations"):
    """Whether a posted form has a new row with a source among its citations."""
    _stored, new = posted_rows(data, prefix)
    return any(row.get("source") and not row.get("DELETE") for row in new)


def cite(form):
    """Store what the named source says of each changed fact of which citations speak; returns the claims."""
    record, source = form.instance, form.cleaned_data.get("change_source")
    if not source or not hasattr(record, "citations"):
        return []
    model, owner = type(record).citations.rel.related_model, record.citations.field.name
    known = {value for value, _label in model._meta.get_field("fact").choices}
    claims = []
    for name in [name for name in form.changed_facts if name in known]:
        value = value_words(record._meta.get_field(name), getattr(record, record._meta.get_field(name).attname), {})
        claim = model(
            **{owner: record, "fact": name, "value": value, "source": source, "read_on": str(timezone.localdate())}
        )
        claim._change_reason = form.reason or None
        claim.save()
        claims.append(claim)
    return claims
