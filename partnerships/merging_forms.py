"""What is asked of somebody who records a merger of municipalities, or says what became of a tie."""

from hashlib import sha256

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sistercities.core.codes import is_jis_code
from sistercities.core.dates import PartialDate
from sistercities.core.text import slugify_name
from sistercities.curation.models import Source
from sistercities.imports.forms import SourceForm

from . import placing
from .models import Classification, Place, SuccessionKind
from .succession import SAME_BODY, Merger

#: Bodies on one side of a merger; the largest in Japan joined fourteen.
MOST_PLACES = 40
#: What a new municipality, or an old one under a new name, may be.
CLASSES = [("", "–"), *((value, label) for value, label in Classification.choices if value not in ("country",))]


class DateField(forms.CharField):
    """A partial date as people write it; "" where it may be left empty."""

    def __init__(self, **options):
        super().__init__(max_length=60, **options)

    def clean(self, value):
        text = super().clean(value)
        try:
            return PartialDate.parse(text) if text else PartialDate()
        except ValueError as error:
            raise ValidationError(str(error)) from None


class PlacesField(forms.CharField):
    """Places, one on a line, by name and region, by code or by address. What could mean several is asked back with their addresses."""

    def __init__(self, *, rows, **options):
        super().__init__(max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **options)

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_PLACES:
            raise ValidationError(gettext("At most %(most)s places.") % {"most": MOST_PLACES})
        if not lines:
            return []
        register = placing.Register()
        found, errors = [], []
        for line in lines:
            try:
                found.append(_find(register, line))
            except ValidationError as error:
                errors += error.messages
        if errors:
            raise ValidationError(errors)
        places = Place.objects.with_parents().in_bulk(found)
        return [places[pk] for pk in dict.fromkeys(found)]


def _find(register, line):
    """The number of the place that a line means: the body that is named, though another may have followed it."""
    path = _path(line)
    known = {place.path: pk for pk, place in register.places.items()}
    if path in known:
        return known[path]
    code = line.replace("-", "")
    found = register.find(code=code) if code.isascii() and code.isdigit() else register.find(municipality=line)
    if found.place:
        return found.signed_as or found.place
    rule = placing.RULES.get(found.problem)
    said = str(rule) % found.params if rule else gettext("No place is called “%(name)s”.") % {"name": line[:80]}
    listed = "; ".join(f"{register.places[pk]}: {register.places[pk].path}" for pk in found.candidates[:8])
    more = gettext("Write the address of the one that is meant: %(places)s.") % {"places": listed} if listed else ""
    raise ValidationError(" ".join(filter(None, [f"{line[:80]}: {said}", more])))


def _path(line):
    """The address below /places/, of a line that may hold a whole address of this directory."""
    return line.partition("/places/")[2].partition("?")[0].strip("/") if "/places/" in line else line.strip("/")


class CitedForm(SourceForm):
    """Something that a source says. The source is known, or new with a title; there is one in any case."""

    locator = forms.CharField(
        label=_("Place in the source"),
        required=False,
        max_length=500,
        help_text=_("Page, row or address within the source."),
    )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("source") or cleaned.get("title")):
            self.add_error("source", _("Who says so? Name a source, or give the title of a new one."))
        return cleaned

    def cited(self):
        """The `Source`: a recorded one, or one that is not stored yet."""
        if self.cleaned_data["source"]:
            return self.cleaned_data["source"]
        title, url = self.cleaned_data["title"], self.cleaned_data["url"]
        if url and (known := Source.objects.filter(url=url).order_by("pk").first()):
            return known
        mark = sha256(f"{title}\n{url}".encode()).hexdigest()[:10]
        key = f"{slugify_name(title)[:60].strip('-') or 'source'}-{mark}"
        japanese = any(letter >= "\u3040" for letter in title)
        name = {"title_ja": title} if japanese else {"title_en": title}
        return Source.objects.filter(key=key).first() or Source(key=key, url=url, **name)


class SuccessionForm(CitedForm):
    """A merger, a split, another name or class: said once, in the words of who knows it."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            (SuccessionKind.NEW_MERGER, _("new merger: all bodies ended, a new one began")),
            (SuccessionKind.ABSORPTION, _("absorption: one body lived on and took in the others")),
            (SuccessionKind.SPLIT, _("split: a body was divided")),
            (SuccessionKind.RENAMING, _("renaming: the same body under another name")),
            (SuccessionKind.CLASS_CHANGE, _("change of class: the same body, e.g. a town that became a city")),
        ],
    )
    date = DateField(
        label=_("On which day"),
        help_text=_(
            "As you write it: 2006-03-20, 平成18年3月20日, H18.3.20; a month or a year where no more is known."
        ),
    )
    predecessors = PlacesField(
        rows=4,
        label=_("Which municipalities went over"),
        help_text=_("One on a line: “Yashiro, Hyogo”, 兵庫県社町, a code, or the address of the page."),
    )
    successors = PlacesField(
        rows=2,
        label=_("Which municipality followed"),
        required=False,
        help_text=_(
            "Where it is recorded already. Of a split, each part on a line. Empty for a new one, and where the body stayed the same."
        ),
    )
    new_name_en = forms.CharField(label=_("Name (English)"), required=False, max_length=120)
    new_name_ja = forms.CharField(label=_("Name (Japanese)"), required=False, max_length=120)
    new_name_kana = forms.CharField(label=_("Reading (kana)"), required=False, max_length=160)
    new_classification = forms.ChoiceField(label=_("Official class"), required=False, choices=CLASSES)
    new_code = forms.CharField(label=_("Official code"), required=False, max_length=10)
    new_slug = forms.CharField(
        label=_("Short name in the address"),
        required=False,
        max_length=80,
        help_text=_("Empty: made of the English name."),
    )
    lives_on = forms.BooleanField(
        label=_("The body that was divided lived on"), required=False, help_text=_("For a split only.")
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, help_text=_("Published with the succession.")
    )

    field_order = (
        "kind", "date", "predecessors", "successors", "new_name_en", "new_name_ja", "new_name_kana", "new_classification",
        "new_code", "new_slug", "lives_on", "source", "title", "url", "locator", "note",
    )  # fmt: skip
    NEW = ("new_name_en", "new_name_ja", "new_name_kana", "new_classification", "new_code", "new_slug")

    def clean_new_code(self):
        code = self.cleaned_data["new_code"].replace("-", "")
        if code and code.isdigit() and len(code) == 6 and not is_jis_code(code):
            raise ValidationError(_("This is not a six-digit local government code: its check digit does not fit."))
        return code

    def clean_new_slug(self):
        slug = self.cleaned_data["new_slug"].lower()
        if slug:
            validate_slug(slug)
        return slug

    def clean(self):
        cleaned = super().clean()
        named = any(cleaned.get(name) for name in ("new_name_en", "new_name_ja"))
        if cleaned.get("successors") and named:
            self.add_error("new_name_en", _("Choose a recorded municipality or name a new one, not both."))
        elif not cleaned.get("successors") and not named and cleaned.get("kind") not in SAME_BODY:
            self.add_error("successors", _("Name the municipality that followed: one that is recorded, or a new one."))
        return cleaned

    def merger(self):
        """What was said, as the plan takes it."""
        said = self.cleaned_data
        return Merger(
            kind=said["kind"],
            date=said["date"],
            predecessors=said["predecessors"],
            successors=said["successors"],
            new={name.removeprefix("new_"): said[name] for name in self.NEW if said[name]},
            source=self.cited(),
            locator=said["locator"],
            note=said["note"],
            ended=not said["lives_on"],
        )


class HoldingForm(CitedForm):
    """What a source says of a tie whose body went into another: it passed on, or it ended."""

    outcome = forms.ChoiceField(
        label=_("What became of the tie"),
        choices=[
            ("confirmed", _("The successor holds it")),
            ("ended", _("It ended with the body that signed it")),
        ],
    )
    date = DateField(
        label=_("On which day"),
        required=False,
        help_text=_("Of the taking over, or of the end; empty where no source says it."),
    )

    field_order = ("outcome", "date", "source", "title", "url", "locator")
