"""How a source is named in a form without a search box: by its short name, its address or words of its title; or a new one is described."""

from urllib.parse import urlsplit

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from .models import Source, SourceKind

#: Sources that an error offers where several fit.
OFFERED = 5
#: Columns in which words are looked for.
SEARCHED = ("key", "title_en", "title_ja", "publisher", "url")


def find_source(text):
    """The source that a text names; None for an empty text. Raises a `ValidationError` that offers candidates where several fit."""
    text = text.strip()
    if not text:
        return None
    exact = Source.objects.filter(Q(key=text) | Q(url=text)).order_by("pk").first()
    titled = Source.objects.filter(Q(title_en=text) | Q(title_ja=text))[:2]
    if exact or len(titled) == 1:
        return exact or titled[0]
    found = Source.objects.order_by("key")
    for word in text.split():
        matches = Q()
        for name in SEARCHED:
            matches |= Q(**{f"{name}__icontains": word})
        found = found.filter(matches)
    sources = list(found[: OFFERED + 1])
    if len(sources) == 1:
        return sources[0]
    if not sources:
        raise ValidationError(
            _("There is no source “%(text)s”. Describe it below as a new one."), params={"text": text}
        )
    offered = [f"{source} ({source.key})" for source in sources[:OFFERED]]
    said = _("Several sources fit: %(sources)s. Write the short name in brackets.")
    raise ValidationError(said, params={"sources": "; ".join(offered) + ("; …" if len(sources) > OFFERED else "")})


class SourceField(forms.CharField):
    """Cleans to a `Source`, or None where it is left empty."""

    def __init__(self, **kwargs):
        defaults = {
            "label": _("Source"),
            "max_length": 1000,
            "widget": AdminTextInputWidget,
            "help_text": _("Its short name, its address, or words of its title."),
        }
        super().__init__(**{**defaults, **kwargs})

    def clean(self, value):
        return find_source(super().clean(value) or "")


class NewSourceForm(forms.Form):
    """A source that the directory does not know yet. One whose address is known already is taken instead of a second."""

    new_title = forms.CharField(label=_("Title"), max_length=300, required=False, widget=AdminTextInputWidget)
    new_publisher = forms.CharField(label=_("Publisher"), max_length=200, required=False, widget=AdminTextInputWidget)
    new_url = forms.URLField(
        label=_("Address"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput({"class": "vURLField"}),
    )
    new_kind = forms.ChoiceField(label=_("Kind"), choices=SourceKind, initial=SourceKind.OTHER, required=False)

    @property
    def is_filled(self):
        return any(self.cleaned_data.get(name) for name in ("new_title", "new_publisher", "new_url"))

    def clean(self):
        cleaned = super().clean()
        if self.is_filled and not cleaned.get("new_title"):
            self.add_error("new_title", _("A new source needs a title."))
        return cleaned

    def save(self, reason=""):
        cleaned = self.cleaned_data
        known = Source.objects.filter(url=cleaned["new_url"]).first() if cleaned.get("new_url") else None
        if known:
            return known
        source = Source(
            key=new_key(cleaned["new_url"], cleaned["new_title"]),
            title_en=cleaned["new_title"],
            publisher=cleaned.get("new_publisher", ""),
            url=cleaned.get("new_url", ""),
            kind=cleaned.get("new_kind") or SourceKind.OTHER,
        )
        source._change_reason = reason[:100] or None
        source.save()
        return source


def new_key(url, title):
    """A short name that no source has, made of the address or the title."""
    parts = urlsplit(url)
    start = slugify(f"{parts.hostname or ''} {parts.path}".replace("/", " ").replace(".", "-")) or slugify(title)
    start = (start.removeprefix("www-") or "source")[:60].strip("-")
    taken = set(Source.objects.filter(key__startswith=start).values_list("key", flat=True))
    number, key = 1, start
    while key in taken:
        number += 1
        key = f"{start}-{number}"
    return key
