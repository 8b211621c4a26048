"""Work done ahead in a process of its own: in order, begun when it is asked for, with its errors, and gone with whoever wanted it."""

import os
from itertools import count, islice

import pytest

from sistercities.imports.ahead import ahead
from sistercities.imports.reading import Refused


@pytest.fixture(autouse=True)
def two_processes(settings):
    settings.IMPORTS_IN_PROCESS = False


def numbered(numbers):
    for number in numbers:
        yield number, os.getpid()


def test_items_come_in_order_from_another_process():
    with ahead(numbered(range(100))) as items:
        numbers, processes = zip(*items, strict=True)

    assert numbers == tuple(range(100))
    assert len(set(processes) | {os.getpid()}) == 2


def test_work_begins_when_the_first_item_is_asked_for(tmp_path):
    def looking():
        yield (tmp_path / "written").exists()

    with ahead(looking()) as items:
        (tmp_path / "written").touch()
        assert list(items) == [True]


def test_error_of_the_work_is_raised_here():
    def failing():
        yield 1
        raise Refused("not a table")

    with ahead(failing()) as items, pytest.raises(Refused, match="not a table"):
        list(items)


def test_work_that_dies_is_an_error():
    def dying():
        yield 1
        os._exit(9)

    with ahead(dying()) as items, pytest.raises(RuntimeError, match="has died"):
        list(items)


def test_work_ends_with_who_wanted_it():
    with ahead(numbered(count())) as items:
        first = list(islice(items, 3))

    with pytest.raises(ProcessLookupError):
        os.kill(first[0][1], 0)


def test_tests_and_commands_that_share_a_database_stay_in_one_process(settings):
    settings.IMPORTS_IN_PROCESS = True
    with ahead(numbered(range(2))) as items:
        assert list(items) == [(0, os.getpid()), (1, os.getpid())]
