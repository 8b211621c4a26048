"""What is told of a cell by its text alone, in CSV and XLSX alike."""

import re

from sistercities.core.cells import GETA, restore

from .tables import Cell

#: What Excel shows for a calculation that failed; saved as CSV it is text.
ERRORS = frozenset(
    [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
    ]
)
#: Broken bytes, the sign that CP932 exports write for what they cannot hold, and characters of one computer only (外字).
ODD = re.compile(f"[\ufffd{GETA}\ue000-\uf8ff]")
#: ="0131": the way to keep Excel from taking a text in a CSV for a number. It calculates nothing.
QUOTED = re.compile('="([^"]*)"')


def worth_a_look(text):
    """Whether a line, all its cells in one text, may hold a cell that `read` does not return as it is."""
    return "'" in text or "#" in text or '="' in text or not (text.isascii() or not ODD.search(text))


def read(text):
    """The cell as it was meant: what an export made inert is restored, what cannot be right is a Cell with its problem."""
    if text[:1] == "'":
        text = restore(text)
    elif text[:2] == '="' and (quoted := QUOTED.fullmatch(text)):
        text = quoted[1]
    if text in ERRORS:
        return Cell(text, "error")
    odd = ODD.search(text)
    if odd:
        return Cell(text, {"\ufffd": "undecodable", GETA: "lost"}.get(odd[0], "private"))
    return text
