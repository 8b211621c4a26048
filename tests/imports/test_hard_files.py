"""Every hard file through the desk: refused in words, or checked with every problem told; nothing is written, nothing breaks."""

import pytest
from django.core.files.base import ContentFile

from partnerships.models import Partnership
from sistercities.imports import actions
from sistercities.imports.models import BatchState, ImportBatch
from sistercities.imports.reading import Refused

from .hard_files import HARD_FILES
from .way import checked, make_homonyms, words

pytestmark = pytest.mark.django_db


def brought(data, name):
    """The batch of a file, or the words by which it was refused."""
    try:
        return actions.receive(ContentFile(data, name=name), "partnerships"), ""
    except Refused as refusal:
        return None, str(refusal)


@pytest.fixture(scope="module", autouse=True)
def _laid_homonyms(ground):
    ground(make_homonyms)


@pytest.mark.parametrize("hard", HARD_FILES, ids=lambda hard: hard.name)
def test_hard_file_is_refused_in_words_or_checked(hard):
    data, before = hard.make(), list(Partnership.objects.values_list())
    batch, refusal = brought(data, hard.name)
    if batch is None:
        assert (refusal != "", ImportBatch.objects.count()) == (True, 0)
        return
    checked(batch)

    assert (batch.state, batch.task) == (BatchState.CHECKED, "")
    told = [problem for row in batch.rows.all()[:50] for problem in row.problems] + batch.problems
    assert [text for language in ("en", "ja") for text in words(told, language) if not text] == []
    assert list(Partnership.objects.values_list()) == before
