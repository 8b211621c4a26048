"""The lookup `glob` and the constraints built on it, on the configured database and in a plain SQLite file."""

import re
import sqlite3

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.state import ModelState
from django.db.migrations.writer import MigrationWriter
from django.db.utils import ConnectionHandler
from django.test.utils import isolate_apps

from sistercities.core.codes import jis_check
from sistercities.core.dates import PartialDateField, blank_or_glob, not_before_check, partial_date_check
from sistercities.core.lookups import glob_to_regex


def make_model():
    class Sample(models.Model):
        started = PartialDateField()
        ended = PartialDateField()
        scheme = models.CharField(max_length=10, blank=True, default="")
        code = models.CharField(max_length=10, blank=True, default="")
        colour = models.CharField(max_length=10, blank=True, default="")

        class Meta:
            app_label = "core"
            constraints = [
                partial_date_check("started", "started_is_a_partial_date"),
                partial_date_check("ended", "ended_is_a_partial_date"),
                not_before_check("ended", "started", "end_is_not_before_start"),
                jis_check("code", "scheme", "code_has_its_check_digit"),
                blank_or_glob("colour", ["#[0-9a-f][0-9a-f]", "red*"], "colour_is_known"),
            ]

    return Sample


@pytest.fixture(scope="module")
def sample_model(django_db_setup, django_db_blocker):
    """A table with every constraint, made once: SQLite cannot alter its schema inside a test's transaction."""
    with isolate_apps("sistercities.core"):
        model = make_model()
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(model)
        yield model
        with connection.schema_editor() as editor:
            editor.delete_model(model)


ACCEPTED = [
    {},
    {"started": "1955"},
    {"started": "1955-12"},
    {"started": "1955-10-30"},
    {"started": "1955-12-31", "ended": "1955-12-31"},
    {"started": "1955-12-07", "ended": "1955"},
    {"started": "1955", "ended": "1955-01-01"},
    {"started": "1955-12", "ended": "1955-12-01"},
    {"ended": "1955"},
    {"scheme": "jis", "code": "422011"},
    {"scheme": "jis", "code": "011002"},
    {"scheme": "fips", "code": "4267000"},
    {"scheme": "", "code": "abcdef"},
    {"colour": "#0f"},
    {"colour": "reddish"},
]
REFUSED = [
    ({"started": "19555"}, "started_is_a_partial_date"),
    ({"started": "195"}, "started_is_a_partial_date"),
    ({"started": "0000"}, "started_is_a_partial_date"),
    ({"started": "1955-13"}, "started_is_a_partial_date"),
    ({"started": "1955-00"}, "started_is_a_partial_date"),
    ({"started": "1955-1"}, "started_is_a_partial_date"),
    ({"started": "1955-12-32"}, "started_is_a_partial_date"),
    ({"started": "1955-12-00"}, "started_is_a_partial_date"),
    ({"started": "1955-12-7"}, "started_is_a_partial_date"),
    ({"started": "１９５５"}, "started_is_a_partial_date"),
    ({"started": "1955\n"}, "started_is_a_partial_date"),
    ({"ended": "soon"}, "ended_is_a_partial_date"),
    ({"started": "1955-12-07", "ended": "1955-12-06"}, "end_is_not_before_start"),
    ({"started": "1955-12-07", "ended": "1955-11"}, "end_is_not_before_start"),
    ({"started": "1955-12-07", "ended": "1954"}, "end_is_not_before_start"),
    ({"started": "1956", "ended": "1955-12-31"}, "end_is_not_before_start"),
    ({"scheme": "jis", "code": "422012"}, "code_has_its_check_digit"),
    ({"scheme": "jis", "code": "11002"}, "code_has_its_check_digit"),
    ({"scheme": "jis", "code": "0110020"}, "code_has_its_check_digit"),
    ({"scheme": "jis", "code": "abcdef"}, "code_has_its_check_digit"),
    ({"scheme": "jis", "code": ""}, "code_has_its_check_digit"),
    ({"colour": "#0F"}, "colour_is_known"),
    ({"colour": "blue"}, "colour_is_known"),
]


def as_stored(values):
    """The values past the field's own reading of dates, as a bulk path would write them."""
    return {name: models.Value(value) for name, value in values.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("values", ACCEPTED)
def test_constraints_accept(sample_model, values):
    sample = sample_model.objects.create(**as_stored(values))

    sample_model.objects.get(pk=sample.pk).full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(("values", "name"), REFUSED)
def test_constraints_refuse(sample_model, values, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        sample_model.objects.create(**as_stored(values))


@pytest.mark.django_db
@pytest.mark.parametrize(("values", "name"), REFUSED)
def test_constraints_have_words_for_forms(sample_model, values, name):
    sample = sample_model(**as_stored(values))
    constraint = next(constraint for constraint in sample_model._meta.constraints if constraint.name == name)

    with pytest.raises(ValidationError) as refused:
        constraint.validate(sample_model, sample)

    assert refused.value.messages == [str(constraint.violation_error_message)]


@pytest.mark.django_db
def test_dates_come_back_from_the_database_as_partial_dates(sample_model):
    sample_model.objects.create(started="昭和30年12月7日")

    sample = sample_model.objects.get(started__startswith="1955-1", started__glob="*-07")

    assert (sample.started.era(), sample.ended.precision) == ("昭和30年12月7日", "")
    assert sample_model.objects.values_list("started", flat=True)[0].year == 1955


@pytest.mark.django_db
def test_deferred_date_is_loaded_when_read(sample_model):
    sample_model.objects.create(started="1955")

    assert sample_model.objects.defer("started").get().started.year == 1955


PATTERNS = [
    ("[0-9][0-9]", "42", "4a"),
    ("a?c", "abc", "ac"),
    ("a*", "a", "ba"),
    ("a*", "abc\ndef", "A"),
    ("[^a-c]x", "dx", "bx"),
    ("[]x]", "]", "["),
    ("[a[]", "[", "]"),
    ("[\\]", "\\", "x"),
    ("a.c", "a.c", "abc"),
    ("(a|b)$^+{2}", "(a|b)$^+{2}", "a"),
    ("札*", "札幌", "幌札"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("pattern", "fits", "fails"), PATTERNS)
def test_glob_is_the_same_on_every_database(sample_model, pattern, fits, fails):
    sample_model.objects.bulk_create(
        [sample_model(scheme=text[:10]) for text in (fits, fails)],
    )

    assert list(sample_model.objects.filter(scheme__glob=pattern[:10]).values_list("scheme", flat=True)) == [fits[:10]]


@pytest.mark.parametrize(("pattern", "fits", "fails"), PATTERNS)
def test_glob_as_a_regular_expression(pattern, fits, fails):
    regex = re.compile(glob_to_regex(pattern), re.DOTALL)

    assert (bool(regex.fullmatch(fits)), bool(regex.fullmatch(fails))) == (True, False)


def test_glob_with_an_open_bracket_is_refused():
    with pytest.raises(ValueError, match="bracket not closed"):
        glob_to_regex("[0-9")


@pytest.mark.django_db
def test_constraints_hold_in_a_plain_sqlite_file(tmp_path):
    path = tmp_path / "plain.sqlite3"
    own = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": path}})["default"]
    with isolate_apps("sistercities.core"):
        model = make_model()
    with own.schema_editor() as editor:
        editor.create_model(model)
    own.close()

    plain = sqlite3.connect(path)
    columns = ("started", "ended", "scheme", "code", "colour")
    insert = f"INSERT INTO core_sample ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?)"
    for values in ACCEPTED:
        plain.execute(insert, [values.get(column, "") for column in columns])
    for values, name in REFUSED:
        with pytest.raises(sqlite3.IntegrityError, match=name):
            plain.execute(insert, [values.get(column, "") for column in columns])
    plain.commit()

    assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    plain.execute("VACUUM INTO ?", [str(tmp_path / "copy.sqlite3")])
    plain.close()


@isolate_apps("sistercities.core")
def test_constraints_are_written_to_migrations_and_back():
    state = ModelState.from_model(make_model())

    for constraint in state.options["constraints"]:
        written, imports = MigrationWriter.serialize(constraint)
        namespace = {}
        exec("\n".join(imports), namespace)
        assert eval(written, namespace) == constraint


@pytest.mark.parametrize("values", [[], ["1955"], ["1955", "", "1955-12", "2000"], {"1955-12"}])
def test_any_of_many_values_finds_what_in_finds(sample_model, db, values):
    sample_model.objects.bulk_create([sample_model(started=date) for date in ("", "1955", "1955-12", "1956")])
    found = sample_model.objects.filter(started__any_of=values)
    assert {row.pk for row in found} == {row.pk for row in sample_model.objects.filter(started__in=values)}


def test_any_of_many_numbers_finds_the_rows_with_these_numbers(sample_model, db):
    rows = sample_model.objects.bulk_create([sample_model() for _number in range(3)])
    found = sample_model.objects.filter(pk__any_of={rows[0].pk, rows[2].pk, 999_999_999_999})
    assert {row.pk for row in found} == {rows[0].pk, rows[2].pk}
