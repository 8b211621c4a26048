"""The lookup `glob`: shapes of text that both databases can check inside a constraint.

`__regex` will not do there: SQLite has no REGEXP of its own, so that any plain SQLite tool fails on the table
(`PRAGMA integrity_check` and `VACUUM INTO` too). GLOB is built in; PostgreSQL gets the same pattern as a regular expression.
"""

import re

from django.db.models import CharField, Lookup, TextField


def glob_to_regex(pattern):
    """The anchored PostgreSQL regular expression of a GLOB pattern: literals, `?`, `*`, `[…]`, `[^…]`.

    Raises ValueError for a bracket that is not closed (SQLite would silently match nothing).
    """
    parts = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "[":
            # In GLOB a "]" directly after the opening (or after "^") is a literal member of the set.
            end = pattern.find("]", position + (3 if pattern.startswith("^", position + 1) else 2))
            if end < 0:
                raise ValueError(f"bracket not closed in the glob pattern {pattern!r}")
            parts.append(_bracket(pattern[position + 1 : end]))
            position = end
        else:
            parts.append({"*": ".*", "?": "."}.get(char) or re.escape(char))
        position += 1
    return f"^{''.join(parts)}$"


def _bracket(members):
    negation = "^" if members.startswith("^") else ""
    escaped = re.sub(r"([\[\]\\])", r"\\\1", members[len(negation) :])
    return f"[{negation}{escaped}]"


@CharField.register_lookup
@TextField.register_lookup
class Glob(Lookup):
    """`field__glob="[0-9][0-9]"`: the whole value has this shape, letter case included, on SQLite and PostgreSQL."""

    lookup_name = "glob"

    def as_sqlite(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} GLOB %s", [*params, self.rhs]

    def as_postgresql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} ~ %s", [*params, glob_to_regex(self.rhs)]
