"""The version of a record, by which a door knows that somebody else was there in between."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from partnerships.models import Act, Partnership, Party, Place, Succession
from sistercities.curation.history import record_creation
from sistercities.curation.versions import lock, parts_of, version_of
from tests.factories import make_act, make_affiliation, make_organization, make_partnership, make_place, make_source

pytestmark = pytest.mark.django_db


def rewritten(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


CHANGES = {
    "a fact": lambda tie: rewritten(tie, designation_en="Friends"),
    "a row added": lambda tie: make_act(tie),
    "a row changed": lambda tie: rewritten(tie.acts.get(), signers="the mayors"),
    "a row removed": lambda tie: tie.acts.get().delete(),
    "rows written by the statement": lambda tie: written_at_once(tie),
}


def written_at_once(tie):
    last = Act.objects.latest("pk").pk
    Act.objects.bulk_create([Act(partnership=tie, kind="signing"), Act(partnership=tie, kind="renewal")])
    assert record_creation(Act, after=last, reason="seed") == 2


@pytest.mark.parametrize("what", CHANGES)
def test_version_grows_with(what):
    tie = make_partnership()
    make_act(tie)
    before = version_of(tie)

    CHANGES[what](tie)

    assert version_of(tie) > before


def test_every_change_makes_another_version_whatever_the_numbers_in_other_tables():
    tie, other = make_partnership(), make_partnership()
    for _n in range(5):
        make_act(other)
    make_act(tie)
    seen = [version_of(tie)]
    for name in ("One", "Two"):
        rewritten(tie, designation_en=name)
        seen.append(version_of(tie))
        rewritten(tie.acts.get(), signers=name)
        seen.append(version_of(tie))

    assert seen == sorted(set(seen))


def test_version_knows_nothing_of_other_records():
    tie, other = make_partnership(), make_partnership()
    before = version_of(tie)

    rewritten(other, designation_en="Friends")
    make_act(other)
    rewritten(tie.parties.first().place, name_en="Elsewhere")

    assert version_of(tie) == before


def test_record_without_a_history_has_version_zero():
    tie = make_partnership()
    Partnership.history.all().delete()
    Party.history.all().delete()

    assert version_of(tie) == 0


def test_record_that_is_gone_has_version_zero():
    source = make_source()
    gone = type(source)(pk=source.pk)
    source.delete()

    with transaction.atomic():
        assert (version_of(gone), lock(gone)) == (0, 0)


def test_version_counts_rows_at_both_ends_of_a_relation_and_what_outlives_its_record():
    here, there = make_organization(), make_organization()
    old, new = make_place(), make_place()
    before = [version_of(record) for record in (here, there, old, new)]

    make_affiliation(here, there)
    Succession.objects.create(predecessor=old, successor=new, kind="renaming")

    assert all(version_of(record) > was for record, was in zip((here, there, old, new), before, strict=True))


def test_parts_of_a_place_begin_with_its_own_table_and_leave_out_its_ties():
    names = [part.model._meta.model_name for part in parts_of(Place)]

    assert (names[0], "party" in names, names.count("succession")) == ("place", False, 2)


def test_version_costs_one_statement(django_assert_num_queries):
    tie = make_partnership()
    with django_assert_num_queries(1):
        version_of(tie)


def test_lock_tells_the_version():
    tie = make_partnership()
    with transaction.atomic():
        assert lock(tie) == version_of(tie) > 0


@pytest.mark.django_db(transaction=True)
def test_lock_outside_a_transaction_is_a_mistake():
    with pytest.raises(TransactionManagementError):
        lock(Partnership(pk=1))
