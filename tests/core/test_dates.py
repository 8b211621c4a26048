"""Partial dates: reading, showing, agreeing, ageing, storing."""

import copy
import pickle
from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps
from django.utils import translation

from sistercities.core.dates import (
    ERAS,
    AmbiguousDate,
    PartialDate,
    PartialDateField,
    PartialDateFormField,
    display,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  ", ""),
        ("1955", "1955"),
        ("1955-12", "1955-12"),
        ("1955-12-07", "1955-12-07"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("1956-02-29", "1956-02-29"),
        ("1955-1-7", "1955-01-07"),
        ("1955/12/7", "1955-12-07"),
        ("1955.12.7", "1955-12-07"),
        ("1955–12–07", "1955-12-07"),
        ("1955/12", "1955-12"),
        ("12/1955", "1955-12"),
        (" 1955-12-07 ", "1955-12-07"),
        ("１９５５－１２－０７", "1955-12-07"),
        ("1955年12月7日", "1955-12-07"),
        ("1955年12月", "1955-12"),
        ("1955年", "1955"),
        ("１９５５年１２月７日", "1955-12-07"),
        ("昭和30年12月7日", "1955-12-07"),
        ("昭和 30 年 12 月 7 日", "1955-12-07"),
        ("昭和３０年１２月７日", "1955-12-07"),
        ("昭和30年12月", "1955-12"),
        ("昭和30年", "1955"),
        ("昭和54年8月13日", "1979-08-13"),
        ("昭和38年3月20日", "1963-03-20"),
        ("㍼30年12月7日", "1955-12-07"),
        ("㍻2年1月2日", "1990-01-02"),
        ("㋿元年5月1日", "2019-05-01"),
        ("S30.12.7", "1955-12-07"),
        ("s30.12.7", "1955-12-07"),
        ("S.30.12.7", "1955-12-07"),
        ("S30/12/7", "1955-12-07"),
        ("S30-12", "1955-12"),
        ("S30", "1955"),
        ("Ｓ３８．３．２０", "1963-03-20"),
        ("S30年12月7日", "1955-12-07"),
        ("昭和30.12.7", "1955-12-07"),
        ("R1.5.1", "2019-05-01"),
        ("平成元年", "1989"),
        ("平成元年1月8日", "1989-01-08"),
        ("令和元年5月1日", "2019-05-01"),
        ("令和7年6月末", "2025-06"),
        ("昭和元年12月25日", "1926-12-25"),
        ("昭和64年1月7日", "1989-01-07"),
        ("昭和64年1月", "1989-01"),
        ("平成31年4月30日", "2019-04-30"),
        ("大正元年7月30日", "1912-07-30"),
        ("大正15年12月24日", "1926-12-24"),
        ("明治6年1月1日", "1873-01-01"),
        ("明治45年7月29日", "1912-07-29"),
        ("昭和30年（1955年）12月7日", "1955-12-07"),
        ("1955年(昭和30年)12月7日", "1955-12-07"),
        ("昭和30(1955)年12月", "1955-12"),
        ("1955年12月7日（水）", "1955-12-07"),
        ("1955年12月7日（昭和30年）（水曜日）", "1955-12-07"),
        ("1989年（昭和64年・平成元年）", "1989"),
        ("7 December 1955", "1955-12-07"),
        ("7th december 1955", "1955-12-07"),
        ("December 7, 1955", "1955-12-07"),
        ("December 7,1955", "1955-12-07"),
        ("Dec. 7, 1955", "1955-12-07"),
        ("Sept 5, 1957", "1957-09-05"),
        ("December 1955", "1955-12"),
        ("December, 1955", "1955-12"),
        ("May 1957", "1957-05"),
        ("13/9/1957", "1957-09-13"),
        ("9/13/1957", "1957-09-13"),
        ("5/5/1957", "1957-05-05"),
    ],
)
def test_parse_reads(text, expected):
    parsed = PartialDate.parse(text)

    assert (parsed, type(parsed)) == (expected, PartialDate)


def test_parse_takes_dates():
    assert PartialDate.parse(date(955, 12, 7)) == "0955-12-07"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1955-02-30", "“1955-02-30” is not in the calendar: there is no such day."),
        ("1955-02-29", "“1955-02-29” is not in the calendar: there is no such day."),
        ("1955-13", "“1955-13” is not in the calendar: there is no such day."),
        ("1955-00", "“1955-00” is not in the calendar: there is no such day."),
        ("1955-12-00", "“1955-12-00” is not in the calendar: there is no such day."),
        ("0000", "“0000” is not in the calendar: there is no such day."),
        ("昭和30年2月30日", "“昭和30年2月30日” is not in the calendar: there is no such day."),
        ("31/31/1957", "“31/31/1957” is not in the calendar: there is no such day."),
        ("55/12/7", "“55/12/7” has no year of four digits: write 1955, or an era as in 昭和30年."),
        ("12/7", "“12/7” has no year of four digits: write 1955, or an era as in 昭和30年."),
        ("30年12月7日", "“30年12月7日” has no year of four digits: write 1955, or an era as in 昭和30年."),
        ("元年", "“元年” needs the name of its era, such as 昭和 or 平成."),
        (
            "昭和64年2月",
            "“昭和64年2月” is outside the era 昭和, which is counted here from 1926-12-25 to 1989-01-07.",
        ),
        (
            "昭和64年1月8日",
            "“昭和64年1月8日” is outside the era 昭和, which is counted here from 1926-12-25 to 1989-01-07.",
        ),
        (
            "平成元年1月7日",
            "“平成元年1月7日” is outside the era 平成, which is counted here from 1989-01-08 to 2019-04-30.",
        ),
        ("H32", "“H32” is outside the era 平成, which is counted here from 1989-01-08 to 2019-04-30."),
        ("明治5年", "“明治5年” is outside the era 明治, which is counted here from 1873-01-01 to 1912-07-29."),
        ("1955年（昭和31年）", "“1955年（昭和31年）” names two dates that do not agree."),
        (
            "3/9/1957",
            "“3/9/1957” can be 9 March 1957 or 3 September 1957: write 1957-03-09 or 1957-09-03.",
        ),
        (
            "about 1955",
            "“about 1955” is not understood as a date: write it like 1955, 1955-12, 1955-12-07 or 昭和30年12月7日.",
        ),
        (
            "x" * 70,
            f"“{'x' * 60}…” is not understood as a date: write it like 1955, 1955-12, 1955-12-07 or 昭和30年12月7日.",
        ),
    ],
)
def test_parse_refuses_with_words(text, message):
    with translation.override("en"), pytest.raises(ValueError, match=".") as refused:
        PartialDate.parse(text)

    assert str(refused.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "S0",
        "令和0年",
        "1955-12-07T00:00",
        "1955-12/07",
        "19551207",
        "(1955)",
        "1955(・)",
        "1955\n\x00",
        "２０",
        "٣",
        "-",
        "1955年12月32日",
    ],
)
def test_parse_refuses(text):
    with pytest.raises(ValueError, match="“"):
        PartialDate.parse(text)


def test_parse_of_ambiguous_date_carries_both_readings():
    with pytest.raises(AmbiguousDate) as refused:
        PartialDate.parse("3/9/1957")

    assert refused.value.readings == ("1957-03-09", "1957-09-03")


def test_eras_follow_one_another_without_a_gap():
    gaps = [
        date.fromisoformat(later.start) - date.fromisoformat(earlier.end)
        for earlier, later in zip(ERAS, ERAS[1:], strict=False)
    ]

    assert gaps == [timedelta(days=1)] * 4


@pytest.mark.parametrize(
    ("text", "parts", "precision", "earliest", "latest"),
    [
        ("", (None, None, None), "", None, None),
        ("1955", (1955, None, None), "year", date(1955, 1, 1), date(1955, 12, 31)),
        ("1956-02", (1956, 2, None), "month", date(1956, 2, 1), date(1956, 2, 29)),
        ("1955-12-07", (1955, 12, 7), "day", date(1955, 12, 7), date(1955, 12, 7)),
    ],
)
def test_parts(text, parts, precision, earliest, latest):
    day = PartialDate(text)

    assert (day.year, day.month, day.day) == parts
    assert (day.precision, day.earliest, day.latest) == (precision, earliest, latest)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1955", "1955-12-07", True),
        ("1955-12", "1955-12-07", True),
        ("1955-12-07", "1955-12-07", True),
        ("1955-12-07", "1955-12-08", False),
        ("1955-11", "1955-12-07", False),
        ("1955", "1956", False),
        ("", "1955", True),
        ("", "", True),
    ],
)
def test_agrees_with_coarser_dates(one, other, expected):
    assert PartialDate(one).agrees_with(PartialDate(other)) is expected
    assert PartialDate(other).agrees_with(one) is expected


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        ("1955-12-07", date(2025, 12, 6), 69),
        ("1955-12-07", date(2025, 12, 7), 70),
        ("1956-02-29", date(2026, 2, 28), 69),
        ("1956-02-29", date(2026, 3, 1), 70),
        ("1955-12", date(2025, 11, 30), 69),
        ("1955-12", date(2025, 12, 1), 70),
        ("1955", date(2025, 1, 1), 70),
        ("2025", date(2025, 1, 1), 0),
        ("2026", date(2025, 12, 31), None),
        ("2025-12-07", date(2025, 12, 6), None),
        ("", date(2025, 1, 1), None),
    ],
)
def test_age_in_full_years(text, on, expected):
    assert PartialDate(text).age(on) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("1872-12-31", ""),
        ("1872", ""),
        ("1873-01-01", "明治6年1月1日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1955-12-07", "昭和30年12月7日"),
        ("1955-12", "昭和30年12月"),
        ("1955", "昭和30年"),
        ("1979-08-13", "昭和54年8月13日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01", "昭和64年1月・平成元年1月"),
        ("1989-02", "平成元年2月"),
        ("1989", "昭和64年・平成元年"),
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2026-11-22", "令和8年11月22日"),
    ],
)
def test_era(text, expected):
    assert PartialDate(text).era() == expected


@pytest.mark.parametrize(
    ("text", "english", "japanese"),
    [
        ("", "", ""),
        ("1955", "1955", "1955年（昭和30年）"),
        ("1955-12", "December 1955", "1955年12月（昭和30年）"),
        ("1955-12-07", "7 December 1955", "1955年12月7日（昭和30年）"),
        ("1989-01-07", "7 January 1989", "1989年1月7日（昭和64年）"),
        ("1989", "1989", "1989年（昭和64年・平成元年）"),
        ("1860-03-17", "17 March 1860", "1860年3月17日"),
    ],
)
def test_display_is_read_back(text, english, japanese):
    day = PartialDate(text)

    assert (display(day, "en"), display(day, "ja")) == (english, japanese)
    assert (PartialDate.parse(english), PartialDate.parse(japanese)) == (day, day)


def test_partial_date_survives_copy_and_pickle():
    day = PartialDate("1955-12")

    assert [type(other) for other in (copy.deepcopy(day), pickle.loads(pickle.dumps(day)))] == [PartialDate] * 2
    assert pickle.loads(pickle.dumps(day)) == day


def make_model():
    class Tie(models.Model):
        established = PartialDateField("established")

        class Meta:
            app_label = "core"

    return Tie


@isolate_apps("sistercities.core")
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1955-12", "1955-12"),
        ("昭和30年12月7日", "1955-12-07"),
        (date(1955, 12, 7), "1955-12-07"),
        (None, ""),
        ("", ""),
    ],
)
def test_field_makes_partial_dates_of_what_is_assigned(value, expected):
    tie = make_model()(established=value)

    assert (tie.established, type(tie.established)) == (expected, PartialDate)


@isolate_apps("sistercities.core")
def test_field_is_empty_by_default():
    tie = make_model()()
    tie.full_clean()

    assert (tie.established, type(tie.established)) == ("", PartialDate)


@isolate_apps("sistercities.core")
def test_field_refuses_what_is_not_a_date():
    tie = make_model()(established="1955-02-30")

    with translation.override("en"), pytest.raises(ValidationError) as refused:
        tie.full_clean()

    assert refused.value.message_dict == {"established": ["“1955-02-30” is not in the calendar: there is no such day."]}


@isolate_apps("sistercities.core")
def test_field_leaves_expressions_alone():
    expression = models.F("other")

    assert make_model()(established=expression).established is expression


def test_field_deconstructs_to_what_differs():
    assert PartialDateField("established").deconstruct()[1:] == (
        "sistercities.core.dates.PartialDateField",
        [],
        {"verbose_name": "established"},
    )
    assert PartialDateField(blank=False).deconstruct()[3] == {"blank": False}
    assert MigrationWriter.serialize(PartialDateField()) == (
        "sistercities.core.dates.PartialDateField()",
        {"import sistercities.core.dates"},
    )


@isolate_apps("sistercities.core")
def test_field_works_in_a_copied_model():
    # As django-simple-history does: a copy of the field is added to another class.
    class Historical(models.Model):
        established = copy.copy(make_model()._meta.get_field("established"))

        class Meta:
            app_label = "core"

    assert Historical(established="S30").established.year == 1955


def test_form_field_takes_more_characters_than_the_column():
    field = PartialDateField().formfield()

    assert (type(field), field.max_length, field.required) == (PartialDateFormField, None, False)
    assert field.clean("１９５５年１２月０７日（昭和３０年）") == "1955-12-07"


def test_form_shows_a_date_as_it_was_understood():
    class Form(forms.Form):
        established = PartialDateField().formfield()

    shown = [Form({"established": text})["established"].value() for text in ("昭和30年12月7日", "soon")]

    assert shown == ["1955-12-07", "soon"]


def test_form_field_refuses_with_words():
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        PartialDateFormField().clean("1955-02-30")

    assert refused.value.messages == ["“1955-02-30” is not in the calendar: there is no such day."]


@pytest.mark.parametrize(("typed", "expected"), [("昭和30年", False), ("1955", False), ("1956", True), ("soon", True)])
def test_form_field_compares_the_meaning(typed, expected):
    assert PartialDateFormField().has_changed(PartialDate("1955"), typed) is expected
