"""Dates as precise as their source: a year, a month or a day, one text in the database, in files and on pages.

Most sources of the history of sister cities give a month or only a year; a false 1 January would be worse than none.
"""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Length, Substr
from django.db.models.lookups import GreaterThanOrEqual
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

# Always English: `display` is told its language.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Era(NamedTuple):
    name: str
    letter: str
    first_year: int  # the Gregorian year of 元年
    start: str
    end: str

    def written(self, day):
        """昭和30年, as precise as the PartialDate `day` (which lies in this era)."""
        number = day.year - self.first_year + 1
        month = f"{day.month}月" if day.month else ""
        return f"{self.name}{number if number > 1 else '元'}年{month}{f'{day.day}日' if day.day else ''}"


# Japan counts by the Gregorian calendar since 1 January of Meiji 6 (1873); dates before that are not converted.
ERAS = (
    Era("明治", "M", 1868, "1873-01-01", "1912-07-29"),
    Era("大正", "T", 1912, "1912-07-30", "1926-12-24"),
    Era("昭和", "S", 1926, "1926-12-25", "1989-01-07"),
    Era("平成", "H", 1989, "1989-01-08", "2019-04-30"),
    Era("令和", "R", 2019, "2019-05-01", "9999-12-31"),
)
_ERA_BY_SIGN = {sign: era for era in ERAS for sign in (era.name, era.letter)}


class AmbiguousDate(ValueError):
    """A date such as 3/9/1957 that can be read in two ways; `readings` are both, as PartialDates."""

    def __init__(self, message, readings):
        super().__init__(message)
        self.readings = readings


class PartialDate(str):
    """`""` (not known), `"1955"`, `"1955-12"` or `"1955-12-07"`: the precision is the length.

    The constructor trusts its argument (it runs once per row and column); what a person or a file wrote goes through `parse`.
    Text order is the order of time, a coarser date before the finer ones within it.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text):
        """Read a date as people write it; ValueError with a message for them when it is not one.

        Understood are 1955-12-07, 1955/12/7, 1955-12, 1955, 1955年12月7日, 昭和30年12月7日, S30.12.7, 平成元年, full-width digits, ㍼30年,
        7 December 1955, December 7, 1955, and what `display` writes. Refused are days that do not exist, years of two digits
        without an era, dates outside their era, and 3/9/1957 (AmbiguousDate).
        """
        if type(text) is cls:
            return text
        if isinstance(text, date):
            return cls(text.isoformat()[:10])
        return _parse(str(text))

    @property
    def year(self):
        return int(self[:4]) if self else None

    @property
    def month(self):
        return int(self[5:7]) if len(self) > 4 else None

    @property
    def day(self):
        return int(self[8:]) if len(self) > 7 else None

    @property
    def precision(self):
        """`""`, `"year"`, `"month"` or `"day"`."""
        return _PRECISION[len(self)]

    @property
    def earliest(self):
        """The first day it can mean, or None."""
        return date(self.year, self.month or 1, self.day or 1) if self else None

    @property
    def latest(self):
        """The last day it can mean, or None."""
        if not self:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def agrees_with(self, other):
        """Whether both can mean the same day: equal, or one is the coarser form of the other. Not known agrees with all."""
        return self.startswith(other) or other.startswith(self)

    def age(self, on):
        """Full years between this date and the day `on`; None if it is not known or not yet reached.

        Where the day or the month is not known, it counts as reached: 1955 is 70 all through 2025.
        """
        if not self:
            return None
        reached = (on.month, on.day) >= (self.month or 1, self.day or 1)
        years = on.year - self.year - (not reached)
        return years if years >= 0 else None

    def era(self):
        """昭和30年12月7日, as precise as the date; both eras for 1989 or 1989-01; `""` before 1873 (明治6年)."""
        return "・".join(era.written(self) for era in self._eras())

    def era_year(self):
        """昭和30年, the year alone, whatever the precision."""
        year = PartialDate(self[:4])
        return "・".join(era.written(year) for era in self._eras())

    def _eras(self):
        # Compared as text, cut to the precision of this date: 1989 lies in two eras.
        length = len(self)
        return [era for era in ERAS if era.start[:length] <= self <= era.end[:length]] if self else []


_PRECISION = {0: "", 4: "year", 7: "month", 10: "day"}


@lru_cache(maxsize=20_000)  # the dates of a directory repeat from page to page
def display(day, language):
    """A PartialDate for readers: "7 December 1955", "December 1955", "1955"; in Japanese "1955年12月7日（昭和30年）"."""
    if not day:
        return ""
    if not language.startswith("ja"):
        words = [str(day.day)] if day.day else []
        if day.month:
            words.append(MONTHS[day.month - 1])
        return " ".join([*words, str(day.year)])
    text = f"{day.year}年"
    if day.month:
        text += f"{day.month}月"
    if day.day:
        text += f"{day.day}日"
    era = day.era_year()
    return f"{text}（{era}）" if era else text


# Reading ---------------------------------------------------------------------------------------------------------------

_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_MAX_LENGTH = 60
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_ERA = r"(?P<era>明治|大正|昭和|平成|令和|[MTSHR])\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>[0-9]{1,4})(?:(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?:(?P=sep)(?P<day>[0-9]{1,2}))?)?",
        rf"(?:{_ERA})?(?P<year>元|[0-9]{{1,4}})年(?:(?P<month>[0-9]{{1,2}})月(?:(?P<day>[0-9]{{1,2}})日)?)?末?",
        rf"{_ERA}(?P<year>元|[0-9]{{1,2}})(?:(?P<sep>[-/.])(?P<month>[0-9]{{1,2}})(?:(?P=sep)(?P<day>[0-9]{{1,2}}))?)?",
        r"(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})",
    )
)
_TWO_READINGS = re.compile(r"(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4})")
_MONTH_NAME = rf"(?P<name>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)\.?"
_ENGLISH = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+)?{_MONTH_NAME},?\s+(?P<year>[0-9]{{4}})",
        rf"{_MONTH_NAME}\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<year>[0-9]{{4}})",
    )
)
_WEEKDAYS = frozenset("月火水木金土日")
_BRACKETS = re.compile(r"(?P<before>.*)\((?P<inner>[^()]+)\)(?P<after>.*)")


def _parse(text):
    # The usual case first: files and forms mostly carry the stored form.
    if _ISO.fullmatch(text):
        return _in_calendar(text, *map(int, text.split("-")))
    if len(text) > _MAX_LENGTH:
        raise _not_understood(text)
    plain = normalize("NFKC", text).translate(_DASHES).strip()
    if not plain:
        return PartialDate()
    for form in _ENGLISH:
        if found := form.fullmatch(plain):
            month = 1 + [name[:3].lower() for name in MONTHS].index(found["name"][:3].lower())
            return _in_calendar(text, int(found["year"]), month, int(found["day"]) if found["day"] else None)
    return _parse_compact(text, "".join(plain.split()))


def _parse_compact(text, compact):
    if found := _BRACKETS.fullmatch(compact):
        return _parse_with_brackets(text, found)
    if found := _TWO_READINGS.fullmatch(compact):
        return _one_reading(text, int(found["year"]), int(found["a"]), int(found["b"]))
    for form in _FORMS:
        if found := form.fullmatch(compact):
            return _from_parts(text, **{"era": None, "day": None} | found.groupdict())
    raise _not_understood(text)


def _parse_with_brackets(text, found):
    """昭和30年（1955年）12月7日, 1955年12月7日（昭和30年）, 1955年12月7日（水）: the bracket may repeat the date or name the weekday."""
    day = _parse_compact(text, found["before"] + found["after"])
    if found["inner"].removesuffix("曜日").removesuffix("曜") in _WEEKDAYS:
        return day
    if not all(_parse_compact(text, part).agrees_with(day) for part in found["inner"].split("・")):
        raise ValueError(_("“%(text)s” names two dates that do not agree.") % {"text": text})
    return day


def _from_parts(text, era, year, month, day, sep=None):
    month, day = int(month) if month else None, int(day) if day else None
    if era:
        return _in_era(text, _ERA_BY_SIGN[era.upper()], 1 if year == "元" else int(year), month, day)
    if year == "元":
        raise ValueError(_("“%(text)s” needs the name of its era, such as 昭和 or 平成.") % {"text": text})
    if len(year) < 4:
        message = _("“%(text)s” has no year of four digits: write 1955, or an era as in 昭和30年.")
        raise ValueError(message % {"text": text})
    return _in_calendar(text, int(year), month, day)


def _in_era(text, era, number, month, day):
    if not number:
        raise _not_understood(text)
    known = _in_calendar(text, era.first_year + number - 1, month, day)
    if era not in known._eras():
        message = _("“%(text)s” is outside the era %(era)s, which is counted here from %(start)s to %(end)s.")
        raise ValueError(message % {"text": text, "era": era.name, "start": era.start, "end": era.end})
    return known


def _in_calendar(text, year, month=None, day=None):
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise ValueError(_("“%(text)s” is not in the calendar: there is no such day.") % {"text": text}) from None
    if month is None:
        return PartialDate(f"{year:04}")
    return PartialDate(f"{year:04}-{month:02}" if day is None else f"{year:04}-{month:02}-{day:02}")


def _one_reading(text, year, a, b):
    """A date with the year last: day first in most countries, month first in the United States."""
    readings = []
    for month, day in ((a, b), (b, a)):
        try:
            readings.append(_in_calendar(text, year, month, day))
        except ValueError as error:
            impossible = error
    if not readings:
        raise impossible
    if len(set(readings)) == 1:
        return readings[0]
    language = get_language() or "en"
    message = _("“%(text)s” can be %(first)s or %(second)s: write %(first_iso)s or %(second_iso)s.") % {
        "text": text,
        "first": display(readings[0], language),
        "second": display(readings[1], language),
        "first_iso": readings[0],
        "second_iso": readings[1],
    }
    raise AmbiguousDate(message, tuple(readings))


def _not_understood(text):
    short = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"
    message = _("“%(text)s” is not understood as a date: write it like 1955, 1955-12, 1955-12-07 or 昭和30年12月7日.")
    return ValueError(message % {"text": short})


# Storing ---------------------------------------------------------------------------------------------------------------


class _PartialDateAttribute(DeferredAttribute):
    """Makes what is assigned a PartialDate; what cannot be read stays as it is, for `full_clean` to complain about."""

    def __set__(self, instance, value):
        if type(value) is not PartialDate:
            value = _read_if_possible(value)
        instance.__dict__[self.field.attname] = value


def _read_if_possible(value):
    if value is None:
        return PartialDate()
    if not isinstance(value, str | date):
        return value  # an expression
    try:
        return PartialDate.parse(value)
    except ValueError:
        return value


class PartialDateFormField(forms.CharField):
    """Takes every form that `PartialDate.parse` reads and shows it again as it was understood."""

    def __init__(self, **kwargs):
        kwargs["help_text"] = kwargs.get("help_text") or gettext_lazy(
            "As precise as known: 1955, 1955-12, 1955-12-07 or 昭和30年12月7日."
        )
        super().__init__(**kwargs)

    def to_python(self, value):
        try:
            return PartialDate.parse(super().to_python(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def prepare_value(self, value):
        return str(_read_if_possible(value))


class PartialDateField(models.CharField):
    """A PartialDate in a text column of ten characters; `""`, never NULL, when it is not known."""

    description = gettext_lazy("Date that may be a year or a month only")
    descriptor_class = _PartialDateAttribute

    _FIXED = {"max_length": 10, "blank": True, "default": ""}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**self._FIXED, **kwargs})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key, value in self._FIXED.items():
            if kwargs.get(key) == value:
                del kwargs[key]
        if not self.blank:
            kwargs["blank"] = False
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return None if value is None else PartialDate(value)

    def to_python(self, value):
        if value is None:
            return PartialDate()
        try:
            return PartialDate.parse(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def get_prep_value(self, value):
        # Not parsed: the right-hand sides of lookups (startswith="195") come here too.
        if value is None:
            return ""
        if hasattr(value, "resolve_expression"):
            return value
        return value.isoformat()[:10] if isinstance(value, date) else str(value)

    def formfield(self, **kwargs):
        # Not CharField's: its max_length would refuse 昭和30年12月7日, which is longer than what is stored.
        return models.Field.formfield(self, **{"form_class": PartialDateFormField, **kwargs})


def blank_or_glob(field, patterns, name, message=None):
    """A constraint: the text is empty or has one of the shapes (see the lookup `glob`)."""
    return CheckConstraint(
        condition=_blank_or_shaped(field, patterns),
        name=name,
        violation_error_message=message or gettext_lazy("This value does not have the right form."),
    )


def partial_date_check(field, name):
    """A constraint: the column holds `""`, YYYY, YYYY-MM or YYYY-MM-DD. The shape only; the field itself checks the calendar."""
    return CheckConstraint(
        condition=Q(**{f"{field}__is_partial_date": True}),
        name=name,
        violation_error_message=gettext_lazy("A date is written 1955, 1955-12 or 1955-12-07."),
    )


def _blank_or_shaped(field, patterns):
    condition = Q(**{field: ""})
    for pattern in patterns:
        condition |= Q(**{f"{field}__glob": pattern})
    return condition


def not_before_check(later, earlier, name, message=None):
    """A constraint: `later` is not before `earlier`, compared at the coarser precision of the two; an empty date passes.

    Each side is cut to the length of the other, so that 1955 is not before 1955-12-07 and an empty one leaves "" >= "".
    """
    return CheckConstraint(
        condition=GreaterThanOrEqual(
            Substr(F(later), 1, Length(F(earlier))),
            Substr(F(earlier), 1, Length(F(later))),
        ),
        name=name,
        violation_error_message=message or gettext_lazy("The end is before the beginning."),
    )
