"""Maps of which only the shading speaks: Japan by prefecture, the United States and Canada by state and province.

The shapes and their projection are those of every map (core/sheets.py), here at their lightest and on small sheets.
"""

from dataclasses import dataclass
from functools import cache

from sistercities.core import sheets


@dataclass(frozen=True)
class ShadedMap:
    """`prefixes` of the codes that it shows; width and height; how its panels are framed.

    `panels`: `(box, (west, south, east, north), codes)`, the main one first; a panel beside it shows the regions `codes`.
    `apart`: regions that the main panel leaves to the others.
    """

    prefixes: tuple
    size: tuple
    panels: tuple
    apart: tuple = ()


#: By the parameter of the list that holds the codes of the regions.
MAPS = {
    "prefecture": ShadedMap(
        prefixes=("JP-",),
        size=(400, 440),
        panels=(
            ((0, 0, 400, 440), (128.6, 30.2, 146.2, 45.7), ()),
            ((8, 8, 128, 104), (122.8, 24, 131.4, 28.6), ("JP-46", "JP-47")),
        ),
    ),
    "state": ShadedMap(
        prefixes=("US-", "CA-"),
        size=(400, 270),
        panels=(
            ((0, 0, 400, 270), (-136, 23.6, -53, 64), ()),
            ((2, 184, 86, 84), (-171, 52, -130, 71.6), ("US-AK",)),
            ((92, 226, 58, 42), (-160.6, 18.6, -154.6, 22.5), ("US-HI",)),
        ),
        apart=("US-AK", "US-HI"),
    ),
}


@cache
def panels(name):
    """The panels of a map: `[{"number", "box", "view", "pieces": [(code, SVG path data)]}]`."""
    shown, drawn = MAPS[name], []
    for number, (box, frame, codes) in enumerate(shown.panels):
        panel = sheets.framed(f"{name}-{number}", box, *frame, level="world", codes=codes)
        pieces = [
            (code, path)
            for code, path in sheets.paths(panel).items()
            if code.startswith(shown.prefixes) and (code in codes if codes else code not in shown.apart)
        ]
        view = " ".join(f"{value:g}" for value in box)
        drawn.append({"number": number, "box": box, "view": view, "pieces": pieces})
    return drawn


@cache
def mapped(name):
    """The codes that a map shows."""
    return frozenset(code for panel in panels(name) for code, _path in panel["pieces"])
