"""Cells of exported spreadsheets: text that a spreadsheet program would run as a formula is made inert, reversibly."""

#: What a spreadsheet may take for the start of a formula, half and full width, and the sign that makes a cell text.
RISKY = "=+-@\t\r\n＝＋－＠'"


def inert(text):
    """The cell with an apostrophe before it where a spreadsheet would run it (OWASP CSV injection); `restore` takes it off."""
    return f"'{text}" if text and text[0] in RISKY else text


def restore(text):
    """The text that `inert` was given."""
    return text[1:] if text[:1] == "'" and text[1:2] and text[1] in RISKY else text
