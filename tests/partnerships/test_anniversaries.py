"""Which ages are kept, on which day they fall, and that a date is never made more precise than its source."""

from datetime import date
from types import SimpleNamespace

import pytest

from partnerships.anniversaries import (
    MILESTONES,
    anniversaries,
    anniversary_date,
    coming,
    established_years,
    next_anniversaries,
)
from sistercities.core.dates import PartialDate
from tests.factories import make_partnership


def tie(established, status="presumed", pk=1):
    return SimpleNamespace(pk=pk, established=PartialDate(established), status=status)


def found(ties, first, last, **options):
    listed = anniversaries(ties, date.fromisoformat(first), date.fromisoformat(last), **options)
    return [(item.years, str(item.date)) for item in listed]


SAINT_PAUL_NAGASAKI = tie("1955-12-07")


def test_milestones_are_every_fifth_year_and_decades_and_quarters_are_round():
    assert list(MILESTONES) == list(range(5, 201, 5))
    assert [years for years, milestone in MILESTONES.items() if milestone.is_round and years <= 100] == [
        10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100,
    ]  # fmt: skip
    assert [years for years, milestone in MILESTONES.items() if milestone.name] == [60, 100]


@pytest.mark.parametrize(
    ("year", "expected"), [(2020, [(65, "2020-12-07")]), (2030, [(75, "2030-12-07")]), (2026, []), (1955, [])]
)
def test_saint_paul_and_nagasaki(year, expected):
    assert found([SAINT_PAUL_NAGASAKI], f"{year}-01-01", f"{year}-12-31") == expected


@pytest.mark.parametrize(
    ("established", "years", "expected"),
    [
        ("1955", 75, "2030"),
        ("1955-12", 75, "2030-12"),
        ("1955-12-07", 75, "2030-12-07"),
        ("1960-02-29", 60, "2020-02-29"),
        ("1960-02-29", 65, "2025-02-28"),
        ("2000-02-29", 100, "2100-02-28"),
    ],
)
def test_anniversary_is_as_precise_as_the_date(established, years, expected):
    assert anniversary_date(PartialDate(established), years) == expected


@pytest.mark.parametrize(("established", "weekday"), [("1955-12-07", "Saturday"), ("1955-12", ""), ("1955", "")])
def test_only_a_day_has_a_weekday(established, weekday):
    (item,) = anniversaries([tie(established)], date(2030, 1, 1), date(2030, 12, 31))

    assert item.weekday == weekday


def test_year_and_month_follow_the_days_that_they_may_mean():
    ties = [
        tie("1980", pk=1),
        tie("1980-12-31", pk=2),
        tie("1980-03", pk=3),
        tie("1980-03-31", pk=4),
        tie("1980-03-02", pk=5),
    ]

    assert found(ties, "2030-01-01", "2030-12-31") == [
        (50, "2030-03-02"), (50, "2030-03-31"), (50, "2030-03"), (50, "2030-12-31"), (50, "2030"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("established", "first", "last", "expected"),
    [
        ("1976-06-15", "2026-06-15", "2026-12-31", 1),  # today
        ("1976-06-15", "2026-06-16", "2026-12-31", 0),
        ("1976-06-15", "2026-01-01", "2026-06-14", 0),
        ("1976-06", "2026-06-30", "2026-12-31", 1),  # may still come
        ("1976-06", "2026-07-01", "2026-12-31", 0),
        ("1976", "2026-12-31", "2027-01-31", 1),
        ("1976", "2027-01-01", "2027-12-31", 0),
    ],
)
def test_what_may_still_come_counts(established, first, last, expected):
    assert len(found([tie(established)], first, last)) == expected


def test_ended_and_undated_ties_have_no_anniversary():
    assert found([tie("1976", status="ended"), tie("")], "2020-01-01", "2040-12-31") == []


def test_round_ones_alone():
    assert found([SAINT_PAUL_NAGASAKI], "2016-01-01", "2035-12-31", round_only=True) == [
        (70, "2025-12-07"), (75, "2030-12-07"), (80, "2035-12-07"),
    ]  # fmt: skip


def test_next_anniversaries_of_a_tie_begin_with_today():
    listed = next_anniversaries(SAINT_PAUL_NAGASAKI, date(2030, 12, 7), 3)

    assert [(item.years, str(item.date)) for item in listed] == [
        (75, "2030-12-07"), (80, "2035-12-07"), (85, "2040-12-07"),
    ]  # fmt: skip
    assert next_anniversaries(tie(""), date(2030, 1, 1), 3) == []


def test_next_anniversaries_at_the_end_of_the_calendar():
    assert next_anniversaries(tie("9990-05-01"), date(9998, 1, 1), 3) == []


def test_years_of_establishment_that_a_year_asks_for():
    assert established_years(2030)[:3] == [2025, 2020, 2015]
    assert established_years(2030, round_only=True)[:3] == [2020, 2010, 2005]


@pytest.mark.django_db
@pytest.mark.parametrize("ties", [1, 3])
def test_coming_takes_one_statement_and_knows_its_months(ties, django_assert_num_queries):
    for _number in range(ties):
        make_partnership(established="1978-03-05")
    make_partnership(established="1978")  # some time of 2028: no month to put it in
    make_partnership(established="1978-11-23")  # a day too late
    make_partnership(established="1976-11-21")  # yesterday
    make_partnership(established="1973-03-05")  # 55 in 2028: not round
    make_partnership(established="1978-03-05", publication="review")
    make_partnership(established="1978-03-05", status="ended")
    with django_assert_num_queries(1):
        listed = coming(date(2026, 11, 22), 24)

    assert [(item.years, str(item.date)) for item in listed] == [(50, "2028-03-05")] * ties


@pytest.mark.django_db
def test_coming_from_the_last_day_of_a_long_month():
    make_partnership(established="1967-02-28")

    assert [item.years for item in coming(date(2026, 8, 31), 6)] == [60]
