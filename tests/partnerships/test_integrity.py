"""`check_data` finds what no constraint sees, and finds nothing in records made by the actions."""

import pytest
from django.core.management import CommandError, call_command

from partnerships.models import Partnership, Place
from sistercities.curation.integrity import findings
from tests.factories import make_citation, make_partnership, make_place

pytestmark = pytest.mark.django_db


def found():
    return [(record._meta.model_name, field, stored, derived) for record, field, stored, derived in findings()]


def test_findings_of_sound_records_are_none():
    make_partnership(make_place(), make_place())

    assert found() == []


@pytest.mark.parametrize(
    ("field", "value"), [("party_count", 5), ("slug", "elsewhere"), ("search_key", " x "), ("contested", True)]
)
def test_findings_name_a_derived_column_that_was_written_past_the_actions(field, value):
    tie = make_partnership(make_place(), make_place())
    derived = getattr(tie, field)
    Partnership.objects.filter(pk=tie.pk).update(**{field: value})

    assert found() == [("partnership", field, value, derived)]


def test_findings_name_a_place_whose_keys_are_stale():
    place = make_place()
    derived = place.sort_key
    Place.objects.filter(pk=place.pk).update(sort_key="zzz")

    assert found() == [("place", "sort_key", "zzz", derived)]


def test_findings_name_a_fact_that_is_not_its_preferred_claim():
    tie = make_partnership(make_place(), make_place(), established="1955")
    make_citation(tie, fact="established", normalised="1956", standing="preferred")

    assert found() == [("partnership", "established", "1955", "1956")]


def test_findings_name_a_party_that_the_public_cannot_see():
    hidden = make_place()
    make_partnership(make_place(), hidden)
    Place.objects.filter(pk=hidden.pk).update(publication="draft")

    assert found() == [("party", "place", "draft", "published")]


def test_check_data_fails_with_the_number_of_findings(capsys):
    tie = make_partnership(make_place(), make_place())
    Partnership.objects.filter(pk=tie.pk).update(slug="elsewhere")

    with pytest.raises(CommandError, match="1 values do not follow"):
        call_command("check_data")
    assert "stored 'elsewhere'" in capsys.readouterr().out
