"""Synthetic ties: the shape of the real directory at any size, and never beside real data."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from partnerships.models import Partnership, Party, Place
from partnerships.synthetic import generate
from sistercities.core.models import DataVersion
from tests.factories import make_country

pytestmark = pytest.mark.django_db


def test_generated_ties_are_public_and_whole():
    generate(200)

    assert Partnership.objects.public().count() == 200
    assert Party.objects.count() == 400
    assert Partnership.objects.filter(search_key="").count() == Partnership.objects.filter(slug="").count() == 0
    assert Partnership.objects.values("parties_key").distinct().count() == 200
    assert {tie.party_count for tie in Partnership.objects.all()} == {2}


def test_generated_ties_join_japan_and_america():
    generate(30)

    for tie in Partnership.objects.with_parties():
        assert [place.country.code for place in tie.places] == ["JP", "US"]


def test_generated_ties_have_dates_of_every_precision_and_none():
    generate(300)

    assert {len(tie.established) for tie in Partnership.objects.all()} == {0, 4, 7, 10}


def test_generated_records_have_a_history():
    generate(20)

    for model in (Place, Partnership, Party):
        assert model.history.count() == model.objects.count()


def test_same_seed_gives_the_same_directory():
    def generated(seed):
        with transaction.atomic():
            generate(40, seed=seed)
            found = list(Partnership.objects.order_by("pk").values_list("slug", "established", "kind"))
            transaction.set_rollback(True)
        return found

    assert generated(1) == generated(1)
    assert generated(1) != generated(2)


def test_generation_raises_the_data_version_once():
    before = DataVersion.current()[0]
    generate(10)

    assert DataVersion.current()[0] == before + 1


def test_command_fills_an_empty_directory(capsys):
    call_command("generate_ties", 25)

    assert Partnership.objects.public().count() == 25
    assert capsys.readouterr().out == "generated 25 ties\n"


def test_command_is_refused_where_there_is_data():
    make_country()

    with pytest.raises(CommandError, match="This directory holds data"):
        call_command("generate_ties", 10)
    assert (Place.objects.count(), Partnership.objects.count()) == (1, 0)


@pytest.mark.parametrize("number", ["0", "-5"])
def test_command_wants_at_least_one_tie(number):
    with pytest.raises(CommandError):
        call_command("generate_ties", "--", number)
