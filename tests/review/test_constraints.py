"""Every named constraint of the review, broken once by a write that no form sees."""

import pytest

from sistercities.review.models import Note, Suggestion
from tests.constraints import constraints_of, refused

from .way import proposed

pytestmark = pytest.mark.django_db

BROKEN = {
    "suggestion_origin_is_known": lambda proposal: Suggestion.objects.update(origin="press"),
    "review_note_kind_is_known": lambda proposal: Note.objects.create(proposal=proposal, kind="shout", text="x"),
    "review_note_says_why": lambda proposal: Note.objects.create(proposal=proposal, kind="refused"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_constraint_refuses(world, name):
    proposal = proposed(world.kobe)

    assert refused(lambda: BROKEN[name](proposal)) == name


def test_every_constraint_of_the_review_is_broken_here():
    assert constraints_of("sistercities.review") == BROKEN.keys()
