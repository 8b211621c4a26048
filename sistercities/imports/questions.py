"""What the import asks: which of several records a name of the file means.

A question is kept with its row: `{"key", "column", "value", "of": "place", "candidates": [12, 34]}`. The candidates are numbers of
records, because the process that asks does not know the language of the person who will answer; 0 stands for a new record. Questions
of older imports hold `[number, name]` instead, and are shown as they were written.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from sistercities.core.pages import digest

from .problems import spoken

#: The candidate that is none of the records.
NEW = 0
#: Questions of a file that one page asks; the next ones follow once these are answered.
MOST_QUESTIONS = 50


@dataclass
class Question:
    """What one name of the file may mean: `candidates` are (number, label); `lines` are those it stands in."""

    key: str
    column: str
    value: str
    candidates: list
    lines: list = field(default_factory=list)

    @property
    def field_name(self):
        """A short name for its fields, which holds whatever the file says."""
        return digest(self.key)[:12]

    @property
    def line_words(self):
        listed = ", ".join(map(str, self.lines[:8]))
        return listed + (" …" if len(self.lines) > 8 else "")


def labels_of(resource, asked):
    """`(of, number) -> label` in the active language for all candidates of stored questions: a statement for each kind of record."""
    wanted = defaultdict(set)
    for one in asked:
        wanted[one.get("of", "")] |= {pk for pk in one["candidates"] if isinstance(pk, int) and pk != NEW}
    return {
        (of, pk): label for of, ids in wanted.items() if ids for pk, label in resource.candidate_labels(of, ids).items()
    }


def labels_in(rows, resource):
    """`labels_of` all questions of a batch's rows (a queryset)."""
    asked = rows.exclude(questions=[]).values_list("questions", flat=True)
    return labels_of(resource, (one for questions in asked.iterator() for one in questions))


def candidates_of(asked, labels):
    """`(number, label)` of the candidates of a stored question; a record that is gone by now is none of them."""
    told = [_candidate(asked, candidate, labels) for candidate in asked["candidates"]]
    return [(pk, label) for pk, label in told if label]


def _candidate(asked, candidate, labels):
    pk, label = candidate if isinstance(candidate, list) else (candidate, labels.get((asked.get("of", ""), candidate)))
    return pk, _("A new record of its own") if pk == NEW else label


def question_of(asked, column, labels):
    """A stored question in words; `column` is how its reader calls the column."""
    return Question(asked["key"], column, spoken(asked["value"]), candidates_of(asked, labels))


def questions_of(batch, reading, resource):
    """The first open questions of a file, each once, in its order, and how many there are: a statement, and one for each kind of record."""
    found, lines = {}, defaultdict(list)
    rows = batch.rows.filter(excluded=False).exclude(questions=[]).order_by("line").values_list("line", "questions")
    for line, asked in rows.iterator():
        for one in asked:
            found.setdefault(one["key"], one)
            lines[one["key"]].append(line)
    shown = list(islice(found.values(), MOST_QUESTIONS))
    labels = labels_of(resource(batch), shown)
    questions = [question_of(one, reading.heading_of(one["column"], resource), labels) for one in shown]
    for question in questions:
        question.lines = lines[question.key]
    return questions, len(found)
