"""What is wrong with a file or a row, in words for the person who can mend it.

A problem is stored with the row in every language of the portal, because the process that finds it does not know who will read it.
"""

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _


class Unfit(ValueError):
    """A cell that cannot be stored. `say` gives the reason in the active language."""

    def __init__(self, code, say):
        super().__init__(code)
        self.code = code
        self.say = say


#: Rule -> what is wrong and how it is mended. `%(…)s` are the parameters of the problem.
RULES = {
    "heading_unknown": _("The heading “%(value)s” is not known. Say which column it is, or that it is left out."),
    "heading_doubled": _("The heading “%(value)s” stands more than once. Say which of the columns is meant."),
    "heading_missing": _("A column is missing: %(columns)s. Add it to the file, or say which heading means it."),
    "no_rows": _("There is no row below the headings."),
    "required": _("This cell must not be empty."),
    "formula": _("This cell holds a formula. Paste its value instead (Paste Special, Values)."),
    "error": _("This cell holds an error of the spreadsheet. Write the value that is meant."),
    "undecodable": _("This cell holds characters that cannot be read. Choose another encoding, or save the file as UTF-8."),
    "too_long": _("This text has %(length)s characters; at most %(most)s fit."),
    "control": _("This text holds a control character, which cannot be stored. Delete it and type the text again."),
    "choice": _("This value is not known. Possible are: %(choices)s."),
    "number": _("This is not a whole number."),
    "decimal": _("This is not a number."),
    "range": _("This number must lie between %(low)s and %(high)s."),
    "time": _("This is not a time of day: write it like 09:30."),
    "truth": _("Write yes or no (はい or いいえ)."),
    "url": _("This is not an address on the web: it begins with https:// or http://."),
    "email": _("This is not an e-mail address."),
    "id_unknown": _("There is no record with this number. Leave the cell empty for a new record."),
    "id_withdrawn": _("The record with this number was withdrawn."),
    "locked": _("This record is locked: somebody who may lock records changes it, or unlocks it first."),
    "twice": _("The same record stands in line %(line)s already."),
    "reversed": _("The same record stands in line %(line)s already, with the two sides exchanged."),
    "contradicts": _("Line %(line)s says otherwise of the same record: %(other)s."),
    "changed_meanwhile": _("Somebody has changed this record since the file was checked. Check the file again."),
}  # fmt: skip


def unfit(code, **params):
    """The exception for a cell that breaks the rule `code`."""
    return Unfit(code, lambda: str(RULES[code]) % params)


def problem(code, column="", value="", say=None, **params):
    """A problem as it is stored: `{"code", "column", "value", "text": {"en": …, "ja": …}}`. `say` replaces the rule's own words."""
    texts = told(say or (lambda: str(RULES[code]) % {"value": value, **params}))
    return {"code": code, "column": column, "value": str(value)[:200], "text": texts}


def told(say):
    """What `say()` says, in every language of the portal: `{"en": …, "ja": …}`."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = say()
    return texts


def spoken(texts):
    """What `told` has kept, in the active language; a plain text as it is."""
    if not isinstance(texts, dict):
        return texts
    return texts.get((get_language() or "")[:2]) or next(iter(texts.values()))


def describe(problem):
    """The words of a stored problem in the active language."""
    return spoken(problem["text"])
