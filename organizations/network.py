"""How organizations hang together: the tree of offices with its map, and the drawing of who works with whom."""

import re

from django.utils.text import capfirst

from partnerships.mapping import arcs
from sistercities.core.names import content_language, localized

from .models import Affiliation, Organization

#: The drawing of who works with whom, in units of which a telephone shows one per pixel: arcs on the left of the spine, names on the
#: right of it. A name that is longer than the room takes a second line.
WIDTH, SPINE, NAMES = 340, 96, 112
TOP, ROW, LINE, SIZE = 16, 31, 18, 15
#: A name of so few letters needs no acronym.
SHORT = 12
#: A word with the space behind it, or one letter of Japanese with the marks that may not begin a line.
PIECE = re.compile(r"[^\s\u2e80-\uffff]+\s*|[\u2e80-\uffff][）」』、。・ーァィゥェォャュョッ]*\s*")


def office_tree(organization):
    """The organization at the top and its offices below, a level at a time: `{"organization", "is_here", "offices": […]}`.

    The top has `arcs` too: the map that joins its seat to those of its offices (partnerships.mapping), or None. None for an organization that
    neither belongs to another nor has offices. A statement for each level, up and down.
    """
    top, seen = organization, {organization.pk}
    while (
        top.parent_id
        and top.parent_id not in seen
        and (above := Organization.objects.public().filter(pk=top.parent_id).select_related("seat").first())
    ):
        top = above
        seen.add(top.pk)
    tree = _node(top, organization)
    level, nodes = {top.pk: tree}, [tree]
    while level:
        offices = (
            Organization.objects.public()
            .filter(parent__in=level)
            .select_related("seat")
            .order_by("founded", "sort_key", "pk")
        )
        below = {}
        for office in offices:
            if office.pk != top.pk:
                below[office.pk] = _node(office, organization)
                level[office.parent_id]["offices"].append(below[office.pk])
        level = below
        nodes += below.values()
    return {**tree, "arcs": _office_map([node["organization"].seat for node in nodes])} if tree["offices"] else None


def _node(organization, here):
    return {"organization": organization, "is_here": organization.pk == here.pk, "offices": []}


def _office_map(seats):
    """The map of the seats, that of the top first; None where it has no position.

    An atlas names its dots, even where they lie as close as Seoul and Beijing.
    """
    if not (seats[0] and seats[0].has_position):
        return None
    drawn = arcs([[seat for seat in seats if seat]])
    left, _top, width, _height = map(float, drawn["view"].split())
    size = width / 52
    _set_names(drawn["dots"], left, left + width, size * 2)  # telephones show names at twice the size
    return {**drawn, "label": round(size, 1)}


def _set_names(dots, left, right, size):
    """Set each name right, left, below or above its dot: on the first side where it touches no other name, dot or edge."""
    taken = [(dot["x"] - size / 4, dot["y"] - size / 4, dot["x"] + size / 4, dot["y"] + size / 4) for dot in dots]
    for dot in sorted(dots, key=lambda dot: dot["x"]):
        sides = _sides(dot, size)
        free = (side for side in sides if left < side[2][0] and side[2][2] < right and not _touches(side[2], taken))
        anchor, shift, box = next(free, sides[-1])
        taken.append(box)
        # A name beside its dot keeps half a letter away from it.
        spaced = {"start": f"\u2002{dot['name']}", "end": f"{dot['name']}\u2002"}
        dot |= {"anchor": anchor, "shift": shift, "name": spaced.get(anchor, dot["name"])}


def _sides(dot, size):
    """Where a name may stand, the best first: `(text-anchor, dy, box)`, the box as `(left, top, right, bottom)`."""
    length = _width(dot["name"]) * size
    offsets = (
        ("start", ".35em", size / 2, -0.4 * size),
        ("end", ".35em", -length - size / 2, -0.4 * size),
        ("middle", "1.4em", -length / 2, 0.6 * size),
        ("middle", "-.7em", -length / 2, -1.5 * size),
    )
    x, y = dot["x"], dot["y"]
    return [
        (anchor, shift, (x + dx, y + dy, x + dx + length, y + dy + 0.8 * size)) for anchor, shift, dx, dy in offsets
    ]


def _touches(box, others):
    """Whether a box shares any room with one of the others."""
    left, top, right, bottom = box
    return any(left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in others)


def drawing(organization, affiliations):
    """The affiliations of an organization as a drawing, grouped by kind; None where there are none.

    `{"width", "height", "spine", "names", "root": {"lines", "lang", "y"}, "groups": [{"label", "y", "rows": [{"affiliation", "other",
    "name", "name_lang", "capacity", "lines": [(text, y)], "lang", "y", "path"}]}], "between": [path]}`: an arc leads from the organization to each other one, and `between`
    joins those of them that work together without it.
    """
    if not affiliations:
        return None
    root = _label(organization, by_acronym=True)
    y = TOP + LINE * len(root["lines"]) + 14
    groups = []
    for label, rows in _by_kind(organization, affiliations).items():
        group = {"label": label, "y": y + 4, "rows": []}
        y += ROW - 3
        for affiliation, other in rows:
            row = _row(affiliation, other, y)
            group["rows"].append(row)
            y += ROW + LINE * (len(row["lines"]) - 1)
        groups.append(group)
        y += 12
    rows = [row for group in groups for row in group["rows"]]
    deepest = rows[-1]["y"] - TOP
    for row in rows:
        row["path"] = _arc(TOP, row["y"], deepest)
    between = _between({row["other"].pk: row["y"] for row in reversed(rows)})
    return {
        "width": WIDTH,
        "height": y - ROW + 8,
        "spine": SPINE,
        "names": NAMES,
        "root": {**root, "y": TOP, "lines": _placed(root["lines"], TOP)},
        "groups": groups,
        "between": [_arc(first, last, deepest) for first, last in between],
    }


def _by_kind(organization, affiliations):
    """Heading -> `(affiliation, other organization)`, as seen from the organization."""
    groups = {}
    for affiliation in affiliations:
        outward = affiliation.organization_id == organization.pk
        label = affiliation.get_kind_display() if outward else affiliation.get_inverse_display()
        other = affiliation.partner if outward else affiliation.organization
        groups.setdefault(capfirst(label), []).append((affiliation, other))
    return groups


def _row(affiliation, other, y):
    label, name = _label(other), localized(other)
    return {
        "affiliation": affiliation,
        "other": other,
        "name": name.text,
        "name_lang": name.lang if name.is_fallback else "",
        "capacity": localized(affiliation, "capacity"),
        "lang": label["lang"],
        "lines": _placed(label["lines"], y),
        "y": y,
    }


def _between(heights):
    """Heights of the pairs of these organizations (id -> height) that are affiliated with one another."""
    if len(heights) < 2:
        return []
    pairs = Affiliation.objects.filter(organization__in=heights, partner__in=heights)
    found = {
        tuple(sorted((heights[one], heights[other]))) for one, other in pairs.values_list("organization", "partner")
    }
    return sorted(found)


def _arc(first, last, deepest):
    """Half an ellipse on the left of the spine, the wider the farther it leads."""
    reach = (SPINE - 8) * ((last - first) / deepest) ** 0.75
    return f"M{SPINE} {first}A{reach:.0f} {(last - first) / 2:g} 0 0 0 {SPINE} {last}"


def _label(organization, *, by_acronym=False):
    """What the drawing calls an organization: where the name is long its acronym, which Japanese readers know less than the name."""
    name = localized(organization)
    by_acronym = by_acronym or name.is_fallback or content_language() == "en"
    if organization.acronym and by_acronym and len(name.text) > SHORT:
        return {"lines": [organization.acronym], "lang": ""}
    return {"lines": _lines(name.text), "lang": name.lang if name.is_fallback else ""}


def _lines(text):
    """A text cut into lines that fit beside the spine; a Japanese letter is as wide as it is high, a Latin one about half."""
    lines, room = [""], (WIDTH - NAMES) / SIZE
    for piece in PIECE.findall(text):
        if lines[-1] and _width(lines[-1] + piece.rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _width(text):
    return sum(1 if letter >= "\u2e80" else 0.58 for letter in text)


def _placed(lines, y):
    """`(text, baseline)` of the lines of a name whose first one stands at the height of its dot."""
    return [(line, y + 5 + LINE * number) for number, line in enumerate(lines)]
