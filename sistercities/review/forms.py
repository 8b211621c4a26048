"""What stands in the forms beside the cells of a record: message, source and sender; the words of a decision."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from sistercities.imports.forms import SourceForm
from sistercities.imports.problems import RULES, Unfit
from sistercities.imports.widgets import TextWidget

#: Characters of a message.
LONGEST = 4000


class Words(forms.CharField):
    """Text that people type: no control characters, at most so many characters; on one line unless `lines` says otherwise."""

    def __init__(self, *, lines=False, most, **kwargs):
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        self.lines, self.most = lines, most
        self.validators = []  # that for NUL says it in other words

    def to_python(self, value):
        text = super().to_python(value)
        try:
            text = TextWidget(self.most).clean(text)
        except Unfit as error:
            raise ValidationError(error.say()) from None
        return text if self.lines else " ".join(text.split())


class DetailsForm(forms.Form):
    """What a visitor says with a suggestion."""

    message = Words(
        label=_("What is wrong or missing"),
        help_text=_("In your own words, in English or Japanese. Not needed where the fields above say it."),
        most=LONGEST,
        lines=True,
    )
    source_url = Words(label=_("Address of a page that says so"), most=1000)
    source_title = Words(
        label=_("Or another source"), help_text=_("A book, a newspaper with its date, your own knowledge."), most=300
    )
    contact = Words(label=_("How we can reach you (optional)"), most=200)
    #: Nobody sees it; who fills it in is no person.
    subject = Words(label=_("Leave this field empty"), most=200)

    def clean_source_url(self):
        url = self.cleaned_data["source_url"]
        if url and "://" not in url and "." in url and ":" not in url.partition("/")[0]:
            url = f"https://{url}"
        if url:
            try:
                URLValidator(schemes=["http", "https"])(url)
            except ValidationError:
                raise ValidationError(str(RULES["url"])) from None
        return url

    def clean_subject(self):
        if self.cleaned_data["subject"]:
            raise ValidationError(_("This field must stay empty: it is there for programs that fill in everything."))
        return ""


class CitedForm(SourceForm):
    """What an accepted proposal is cited from. An address alone will do: what it names is read from it later."""

    def clean(self):
        cleaned = forms.Form.clean(self) or self.cleaned_data
        if cleaned.get("source") and (cleaned.get("title") or cleaned.get("url")):
            # What the sender stated stands in the other two; a source that is known is chosen in their place.
            cleaned["title"] = cleaned["url"] = ""
        return cleaned


class VerdictForm(forms.Form):
    """The words of a step: a reason, a question, an answer."""

    text = Words(label=_("Reason"), most=1000)

    def __init__(self, *args, needed=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = needed
