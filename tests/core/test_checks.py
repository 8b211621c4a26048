"""The check of PostgreSQL's encoding and locale. What a wrong database would answer is made up; the right one is real."""

from contextlib import contextmanager

import pytest
from django.core.checks import Tags, run_checks

from sistercities.core.checks import locale_errors


class Database:
    """A connection that gives fixed answers."""

    settings_dict = {"NAME": "ties"}

    def __init__(self, *answers: str):
        self.answers = iter(answers)

    @contextmanager
    def cursor(self):
        yield self

    def execute(self, statement, parameters=()):
        self.answer = next(self.answers)

    def fetchone(self):
        return (self.answer,)


@pytest.mark.parametrize(
    ("answers", "ids"),
    [
        (["UTF8", "ł"], []),
        (["UTF8", "Ł"], ["sistercities.E002"]),
        (["SQL_ASCII"], ["sistercities.E001"]),
        (["EUC_JP"], ["sistercities.E001"]),
    ],
)
def test_locale_errors(answers, ids):
    assert [error.id for error in locale_errors(Database(*answers))] == ids


def test_message_says_how_to_mend_it():
    (error,) = locale_errors(Database("UTF8", "Ł"))

    assert error.msg.startswith("The database 'ties' has a locale that knows English letters only")
    assert "LOCALE 'C.UTF-8'" in error.hint


@pytest.mark.django_db
def test_database_of_the_tests_passes():
    assert run_checks(tags=[Tags.database], databases=["default"]) == []
