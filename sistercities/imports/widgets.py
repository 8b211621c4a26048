"""How a cell is read, column by column: import-export's widgets with the forms that people write, and words for what does not fit.

`clean` takes text and gives what is stored (text, a number, a truth value, the number of a record), always something that JSON holds; it
raises `Unfit`. `render` gives the text of a stored value as the exports write it.
"""

from unicodedata import category, normalize

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import override
from import_export.widgets import Widget

from sistercities.core.dates import AmbiguousDate, PartialDate
from sistercities.core.text import fold

from .problems import RULES, Unfit, unfit


def plain(text):
    """A code, number or keyword as it is compared: full-width forms to half-width, no spaces around."""
    return normalize("NFKC", text).strip()


class TextWidget(Widget):
    """Text as it stands, in NFC; spaces around it and line ends of other systems are taken off."""

    def __init__(self, most=None):
        super().__init__()
        self.most = most

    def clean(self, value, row=None, **kwargs):
        text = normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text.isprintable() and any(category(char) == "Cc" and char not in "\n\t" for char in text):
            raise unfit("control")
        if self.most and len(text) > self.most:
            raise unfit("too_long", length=len(text), most=self.most)
        return text

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)


class ChoiceWidget(TextWidget):
    """One of a model's choices: the stored word, or its name in English or Japanese, in any case and width."""

    def __init__(self, choices, **more):
        super().__init__()
        self.choices = choices
        self._by_name = {fold(value.replace("_", " ")): value for value in choices.values if value}
        for language in ("en", "ja"):
            with override(language):
                self._by_name |= {fold(str(label)): value for value, label in choices.choices if value}
        self._by_name |= {fold(name): value for name, value in more.items()}

    def clean(self, value, row=None, **kwargs):
        found = self._by_name.get(fold(value.replace("_", " ")))
        if found is None:
            raise Unfit("choice", lambda: str(RULES["choice"]) % {"choices": self.names()})
        return found

    def names(self):
        return ", ".join(str(label) for value, label in self.choices.choices if value)


class DateWidget(TextWidget):
    """A date as precise as it is written. `order` settles 3/9/1957 for the whole file: "mdy" or "dmy"."""

    order = ""

    def clean(self, value, row=None, **kwargs):
        try:
            return str(PartialDate.parse(value))
        except AmbiguousDate as error:
            if self.order:
                return str(error.readings[0 if self.order == "mdy" else 1])
            raise Unfit("ambiguous_date", lambda: said_of_date(value)) from None
        except ValueError:
            raise Unfit("date", lambda: said_of_date(value)) from None


def said_of_date(text):
    """Why a text is no date, in the active language."""
    try:
        PartialDate.parse(text)
    except ValueError as error:
        return str(error)
    return ""


class NumberWidget(TextWidget):
    """A whole number between two bounds, with or without separators of thousands."""

    def __init__(self, low, high):
        super().__init__()
        self.low, self.high = low, high

    def clean(self, value, row=None, **kwargs):
        text = plain(value).replace(",", "")
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
            raise unfit("number")
        return self.within(int(text))

    def within(self, number):
        if not self.low <= number <= self.high:
            raise unfit("range", low=self.low, high=self.high)
        return number


class DecimalWidget(NumberWidget):
    """A number with a point, such as a latitude in degrees."""

    def clean(self, value, row=None, **kwargs):
        text = plain(value)
        try:
            number = float(text)
        except ValueError:
            raise unfit("decimal") from None
        if number != number or not set(text) <= set("+-0123456789.eE"):
            raise unfit("decimal")
        return self.within(number)


class TruthWidget(TextWidget):
    """Yes or no, as exports write it (true, false) and as people do."""

    WORDS = {
        True: ("true", "yes", "y", "1", "はい", "有", "○", "〇"),
        False: ("false", "no", "n", "0", "いいえ", "無", "×"),
    }

    def clean(self, value, row=None, **kwargs):
        text = plain(value).lower()
        for truth, words in self.WORDS.items():
            if text in words:
                return truth
        raise unfit("truth")

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else ("true" if value else "false")


class AddressWidget(TextWidget):
    """An address on the web."""

    _valid = URLValidator(schemes=["http", "https"])

    def clean(self, value, row=None, **kwargs):
        text = super().clean(value)
        try:
            self._valid(text)
        except ValidationError:
            raise unfit("url") from None
        return text


class EmailWidget(TextWidget):
    def clean(self, value, row=None, **kwargs):
        text = plain(super().clean(value))
        try:
            validate_email(text)
        except ValidationError:
            raise unfit("email") from None
        return text
