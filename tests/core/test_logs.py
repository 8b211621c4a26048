"""Log lines stay lines."""

import logging

from sistercities.core.logs import LineFormatter


def line(message: str, exc_info=None) -> str:
    record = logging.LogRecord("django.request", logging.ERROR, "x.py", 1, message, None, exc_info)
    return LineFormatter().format(record).partition(" ERROR ")[2]


def test_control_characters_are_written_out():
    assert line("a\r\nforged \x1b[31m\u2028b") == "django.request: a\\x0d | forged \\x1b[31m | b"


def test_traceback_stays_on_the_line():
    try:
        raise ValueError("why")
    except ValueError as error:
        text = line("failed", (ValueError, error, error.__traceback__))

    assert text.startswith("django.request: failed | Traceback (most recent call last): | ")
    assert text.endswith("ValueError: why")
