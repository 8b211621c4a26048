"""Lookups of our own: shapes of text that both databases can check inside a constraint, and one value among many.

`__regex` will not do there: SQLite has no REGEXP of its own, so that any plain SQLite tool fails on the table
(`PRAGMA integrity_check` and `VACUUM INTO` too). GLOB is built in; PostgreSQL gets the same pattern as a regular expression.
"""

import json
import re

from django.db.models import CharField, IntegerField, Lookup, TextField


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


@CharField.register_lookup
class IsPartialDate(Lookup):
    """`field__is_partial_date=True`: the value is `""`, YYYY, YYYY-MM or YYYY-MM-DD, from the year 0001 on; the shape only.

    One expression for each database, for it is asked of every date of every row that is stored. The finest shape stands first.
    """

    lookup_name = "is_partial_date"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        month, day = f"SUBSTR({lhs}, 6, 2) BETWEEN '01' AND '12'", f"SUBSTR({lhs}, 9, 2) BETWEEN '01' AND '31'"
        year_month, year = f"{lhs} GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]", f"{lhs} GLOB '[0-9][0-9][0-9][0-9]'"
        shapes = f"{year_month}-[0-3][0-9]' AND {month} AND {day} OR {year} OR {year_month}' AND {month}"
        condition = f"({lhs} = '' OR SUBSTR({lhs}, 1, 4) <> '0000' AND ({shapes}))"
        return self._is(condition), [*params] * condition.count(lhs)

    def as_postgresql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        shape = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
        return self._is(f"({lhs} = '' OR {lhs} ~ '{shape}' AND LEFT({lhs}, 4) <> '0000')"), [*params] * 3

    def _is(self, condition):
        return condition if self.rhs else f"NOT ({condition})"


@CharField.register_lookup
@IntegerField.register_lookup
class AnyOf(Lookup):
    """`field__any_of=values`: what `__in` says, with all values in one parameter.

    For the thousands that an import asks about at once: `__in` makes a parameter of each, which costs more than to look them up.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(list(self.rhs))]

    def as_postgresql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", [*params, list(self.rhs)]
