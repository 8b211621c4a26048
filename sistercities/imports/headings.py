"""Which column of a file is which column of the dataset: headings in English or Japanese, in any order."""

from dataclasses import dataclass, field

from django.utils.translation import gettext, override

from sistercities.core.text import fold

from .problems import problem

#: The heading of the column that the desk adds to a file that is given back; it is passed over when the file returns.
PROBLEMS_HEADING = ("problems", "エラー")


@dataclass
class Columns:
    """The columns of one file: position -> name of the dataset's column, and what headings imply (都道府県: country JP)."""

    names: dict = field(default_factory=dict)
    implied: dict = field(default_factory=dict)
    passed_over: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def key_of(heading):
    """Headings are compared without case, width, spaces and punctuation: "JP Municipality" is "jp_municipality"."""
    return fold(heading.replace("_", " ")).replace(" ", "")


def known_headings(resource):
    """Folded heading -> (column, implied cells) of a dataset."""
    known = {}
    for name, column in resource.fields.items():
        for language in ("en", "ja"):
            with override(language):
                known[key_of(str(column.heading))] = (name, {})
    for alias, (name, implied) in resource.aliases.items():
        known[key_of(alias)] = (name, implied)
    known |= {key_of(name): (name, {}) for name in resource.fields}
    return known


def understand(resource, headings, settled):
    """Match the headings of a file. `settled` is what the coordinator said: {"3": "note", "4": ""} (a position, counted from 0)."""
    known, columns = known_headings(resource), Columns()
    passed_over = {key_of(name) for name in (*resource.derived, *PROBLEMS_HEADING)}
    passed_over |= {key_of(said) for said in _in_both_languages("problems")}
    taken = {}
    for position, heading in enumerate(headings):
        key = key_of(heading)
        if str(position) in settled:
            name, implied = settled[str(position)], {}
            if not name:
                columns.passed_over.append(heading)
                continue
        elif not key or key in passed_over:
            columns.passed_over.append(heading)
            continue
        elif key in known:
            name, implied = known[key]
        else:
            columns.problems.append(problem("heading_unknown", str(position), heading))
            continue
        if name in taken:
            columns.problems.append(problem("heading_doubled", str(position), heading))
            continue
        taken[name] = position
        columns.names[position] = name
        columns.implied |= implied
    _find_missing(resource, taken, columns)
    return columns


def _in_both_languages(word):
    for language in ("en", "ja"):
        with override(language):
            yield gettext(word)


def _find_missing(resource, taken, columns):
    for group in resource.required:
        if not any(set(names) <= taken.keys() for names in group):
            wanted = " / ".join(" + ".join(names) for names in group)
            columns.problems.append(problem("heading_missing", columns=wanted))
