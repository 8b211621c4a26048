"""Rows that go past the ORM: what the database would have refused is refused all the same."""

from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction

from partnerships.models import Party
from sistercities.curation import bulk
from sistercities.curation.bulk import Loading
from tests.factories import make_partnership, make_place

NOWHERE = 999_999
COLUMNS = ["partnership_id", "place_id", "signed_as_id", "position", "holding"]


@pytest.fixture
def tie(db):
    return make_partnership()


@pytest.fixture(params=["as the database's user may", "without the right to leave triggers out"])
def way(request, monkeypatch):
    if request.param.startswith("without"):
        monkeypatch.setattr(bulk, "_may_leave_out_triggers", lambda: False)


def add_party(tie, **changed):
    values = {"partnership_id": tie.pk, "place_id": make_place().pk, "signed_as_id": None}
    values |= {"position": 3, "holding": "confirmed"} | changed
    with transaction.atomic():
        loading = Loading(Party)
        loading.insert(Party, COLUMNS, [[values[name] for name in COLUMNS]])
        loading.finish()
    connection.check_constraints()


def test_references_that_lead_somewhere_are_stored(tie, way):
    add_party(tie)
    assert tie.parties.count() == 3


@pytest.mark.parametrize("column", ["partnership_id", "place_id"])
def test_reference_to_nothing_is_refused(tie, way, column):
    with pytest.raises(IntegrityError), transaction.atomic():
        add_party(tie, **{column: NOWHERE})
    assert tie.parties.count() == 2


def test_reference_to_nothing_beside_an_empty_one_is_refused(tie, way):
    with pytest.raises(IntegrityError), transaction.atomic():
        add_party(tie, signed_as_id=NOWHERE, holding="presumed")


@pytest.mark.parametrize("changed", [{}, {"position": 0}, {"place_id": NOWHERE}])
def test_database_minds_references_again_whatever_became_of_the_rows(tie, changed):
    with suppress(IntegrityError), transaction.atomic():
        add_party(tie, **changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        add_party_of_no_place(tie)


def add_party_of_no_place(tie):
    Party.objects.create(partnership=tie, place_id=NOWHERE, position=9)
    connection.check_constraints()
