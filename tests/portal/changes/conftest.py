"""A moment at which every test of the changes begins, and a tie."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.factories import (
    make_partnership,
    make_place,
)

START = datetime(2026, 5, 1, 9, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    """Every test begins at one moment; `clock(seconds)` goes on, so that what follows is another entry."""
    with time_machine.travel(START, tick=False) as moment:
        yield lambda seconds=60: moment.shift(timedelta(seconds=seconds))


@pytest.fixture
def tie():
    return make_partnership(make_place(name_en="Kobe"), make_place(name_en="Seattle"), established="1957")
