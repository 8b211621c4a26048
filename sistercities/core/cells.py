"""Cells of exported spreadsheets: text that a spreadsheet program would run as a formula is made inert, reversibly."""

import codecs
import re

#: What a spreadsheet may take for the start of a formula, half and full width, and the sign that makes a cell text.
RISKY = "=+-@\t\r\n＝＋－＠'"


def inert(text):
    """The cell with an apostrophe before it where a spreadsheet would run it (OWASP CSV injection); `restore` takes it off."""
    return f"'{text}" if text and text[0] in RISKY else text


def restore(text):
    """The text that `inert` was given."""
    return text[1:] if text[:1] == "'" and text[1:2] and text[1] in RISKY else text


# Text in workbooks -------------------------------------------------------------------------------------------------------

#: What XML cannot hold or changes (a carriage return), and text that looks like the escape itself.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def escaped(text):
    """The text as a workbook holds it: a carriage return as _x000D_, the way Excel itself writes it."""
    return _UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(text):
    """The text that `escaped` was given."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


# Encodings that cannot hold everything ----------------------------------------------------------------------------------

#: What stands for a character that an encoding cannot hold, as in print; imports refuse a cell that holds it.
GETA = "〓"
#: The error handler that writes it: `text.encode("cp932", GETA_ERRORS)`.
GETA_ERRORS = "sistercities-geta"
codecs.register_error(GETA_ERRORS, lambda error: (GETA * (error.end - error.start), error.end))
