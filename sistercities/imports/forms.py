"""The form that brings a file, and the part of it that names a source."""

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sistercities.curation.models import Source


class SourceForm(forms.Form):
    """What something is cited from: a source that is known, or the title and address of a new one, or neither."""

    source = forms.CharField(
        label=_("Known source"),
        required=False,
        max_length=300,
        help_text=_("Key or title of a source in the directory."),
    )
    title = forms.CharField(label=_("Title of a new source"), required=False, max_length=300)
    url = forms.URLField(label=_("Address of a new source"), required=False, max_length=1000, assume_scheme="https")

    def clean_source(self):
        """The `Source` that is named, or None."""
        name = self.cleaned_data["source"]
        if not name:
            return None
        found = list(Source.objects.filter(Q(key=name) | Q(title_en=name) | Q(title_ja=name))[:2])
        if len(found) > 1:
            found = [source for source in found if source.key == name]
        if not found:
            raise forms.ValidationError(
                _(
                    "There is no source “%(name)s”, or several have this title. Write its key, or give the title of a new source."
                ),
                params={"name": name},
            )
        return found[0]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("source") and (cleaned.get("title") or cleaned.get("url")):
            self.add_error("title", _("Name a known source or a new one, not both."))
        elif cleaned.get("url") and not cleaned.get("title"):
            self.add_error("title", _("A new source needs a title."))
        return cleaned

    @property
    def new_source(self):
        """`{"title", "url"}` of a new source, or {}."""
        found = {name: self.cleaned_data.get(name, "") for name in ("title", "url")}
        return found if found["title"] else {}


class UploadForm(SourceForm):
    """A file for a dataset, with what it is cited from."""

    dataset = forms.ChoiceField(label=_("What the file holds"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("An Excel workbook (.xlsx), CSV or TSV, as it is."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "max_length": _("The name of this file is too long. Give it a shorter one."),
        },
        max_length=255,
    )

    field_order = ("dataset", "file")

    def __init__(self, *args, datasets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dataset"].choices = [(name, capfirst(str(resource.title()))) for name, resource in datasets]


def known_sources(most=100):
    """Titles and keys to offer while a source is typed: those that people gave a title, not the addresses and files of imports."""
    named = Source.objects.exclude(Q(key__startswith="web-") | Q(key__startswith="import-")).exclude(
        title_en="", title_ja=""
    )
    return list(named.order_by("key")[:most])
