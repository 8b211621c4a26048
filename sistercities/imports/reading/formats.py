"""Numbers of a sheet as the text that a person sees in the cell: dates are numbers with a format."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import isfinite

from openpyxl.styles.numbers import BUILTIN_FORMATS

from .tables import Cell

#: Formats that Excel in Japan (and China, Korea) knows by number only.
EAST_ASIAN = {
    **dict.fromkeys((27, 36, 50, 57), "[$-411]ge.m.d"),
    **dict.fromkeys((28, 29, 51, 54, 58), '[$-411]ggge"年"m"月"d"日"'),
    **{30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"'},
    **dict.fromkeys((34, 52, 55), 'yyyy"年"m"月"'),
    **dict.fromkeys((35, 53, 56), 'm"月"d"日"'),
}
CODES = {**BUILTIN_FORMATS, **EAST_ASIAN}
GENERAL = "General"
LITERALS = re.compile(r'"[^"]*"?|\\.|_.|\*.|am/pm|a/p|上午/下午|午前/午後', re.IGNORECASE)
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
SECONDS_A_DAY = 86_400
#: The day before day 1, and the last day that Excel knows.
EPOCHS = {False: date(1899, 12, 31), True: date(1904, 1, 1)}
LAST = date(9999, 12, 31)


@dataclass(frozen=True)
class Format:
    """What a number format says of the value: `zeros` digits of a code, or which parts of a date are shown."""

    zeros: int = 0
    year: bool = False
    month: bool = False
    day: bool = False
    time: bool = False
    elapsed: bool = False

    @property
    def is_date(self):
        return self.year or self.month or self.day or self.time or self.elapsed


@lru_cache(maxsize=500)
def read_format(code):
    """The Format that a format code of a workbook means."""
    bare = LITERALS.sub("", code)
    elapsed = bool(ELAPSED.search(bare.split(";")[0]))
    bare = re.sub(r"\[[^\]]*\]", "", bare).split(";")[0].strip().lower()
    if elapsed:
        return Format(elapsed=True)
    if re.fullmatch("0{2,}", bare):
        return Format(zeros=len(bare))
    if "general" in bare or "標準" in bare or re.search(r"e[+-]|[#?]", bare):
        return Format()
    tokens = re.findall("y+|m+|d+|h+|s+|e+|g+|b+|a{3,4}", bare)
    kinds = [token[0] for token in tokens]
    months = [
        place
        for place, kind in enumerate(kinds)
        if kind == "m" and "h" not in kinds[:place][-1:] and "s" not in kinds[place + 1 :][:1]
    ]
    return Format(
        year=bool({"y", "e", "g", "b"} & set(kinds)),
        month=bool(months),
        day=bool({"d", "a"} & set(kinds)),
        time=bool({"h", "s"} & set(kinds)),
    )


@lru_cache(maxsize=20_000)  # years, codes and dates repeat from row to row
def number_text(raw, code, from_1904):
    """The text of a number as the sheet stores it (`raw`) under a format code; a Cell where it is no number or no date."""
    form = read_format(code)
    try:
        value = float(raw)
    except ValueError:
        return Cell(raw, "error")
    if not isfinite(value):
        return Cell(raw, "error")
    if form.is_date:
        return date_text(value, form, from_1904)
    text = plain(raw.strip(), value)
    return text.zfill(form.zeros) if text.isdigit() else text


def plain(raw, value):
    """A number with the 15 digits that Excel shows: 35.6895, not 35.689500000000002; 1955, not 1955.0."""
    if raw.isascii() and raw.isdigit():
        return str(int(raw)) if len(raw) < 400 else raw
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"


def date_text(value, form, from_1904):
    """A serial day as 1955-12-07, as precise as its format shows it; a time of day other than 00:00 stays."""
    if abs(value) > 4_000_000:
        return Cell(plain("", value), "date")
    days, seconds = divmod(round(value * SECONDS_A_DAY), SECONDS_A_DAY)
    if form.elapsed or (days == 0 and not from_1904 and form.time):
        return clock(days * SECONDS_A_DAY + seconds) if days >= 0 else Cell(plain("", value), "date")
    if days < 0 or (days == 0 and not from_1904):
        return Cell(plain("", value), "date")
    day = day_text(days, from_1904)
    if day is None:
        return Cell(plain("", value), "date")
    if form.year and not form.day and not form.time:
        return day[:7] if form.month else day[:4]
    return f"{day} {clock(seconds)}" if seconds else day


def day_text(days, from_1904):
    """The day of a serial number. Excel counts 29 February 1900, which never was, in its older system."""
    if not from_1904 and days >= 60:
        if days == 60:
            return "1900-02-29"
        days -= 1
    if days > (LAST - EPOCHS[from_1904]).days:
        return None
    return (EPOCHS[from_1904] + timedelta(days=days)).isoformat()


def clock(seconds):
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{rest:02}" if rest else "")
