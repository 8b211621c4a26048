"""Codes of places: the six-digit code of Japan's local governments (全国地方公共団体コード) and its check digit.

JIS X 0401 (two digits for the prefecture) and JIS X 0402 (three digits) make five digits; the sixth checks them.
"""

from django.db.models import BooleanField, Case, CheckConstraint, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Substr
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

JIS_WEIGHTS = (6, 5, 4, 3, 2)
SIX_DIGITS = "[0-9]" * 6


def jis_check_digit(five):
    """The check digit of a five-digit JIS code, both as text: `"42201"` -> `"1"`.

    Raises ValueError unless it is five ASCII digits.
    """
    if len(five) != 5 or not (five.isascii() and five.isdigit()):
        raise ValueError(f"a JIS code without its check digit has five digits, not {five!r}")
    total = sum(weight * int(digit) for weight, digit in zip(JIS_WEIGHTS, five, strict=True))
    return str((11 - total % 11) % 10)


def is_jis_code(code):
    """Whether the text is a six-digit code with the right check digit. A lost leading zero makes it wrong."""
    return len(code) == 6 and code.isascii() and code.isdigit() and jis_check_digit(code[:5]) == code[5]


def jis_check(field, scheme_field, name):
    """A constraint: where `scheme_field` is "jis", `field` is a six-digit code with the right check digit.

    The casts stand behind a Case, because PostgreSQL may evaluate both sides of an AND and raises DataError for "abc"::integer.
    """
    total = _weighted_sum(field)
    return CheckConstraint(
        condition=Case(
            When(
                Q(**{scheme_field: "jis", f"{field}__glob": SIX_DIGITS}),
                then=Exact((Value(11) - total % Value(11)) % Value(10), _digit(field, 6)),
            ),
            When(Q(**{scheme_field: "jis"}), then=Value(False)),
            default=Value(True),
            output_field=BooleanField(),
        ),
        name=name,
        violation_error_message=_("This is not a six-digit local government code: its check digit does not fit."),
    )


def _weighted_sum(field):
    terms = [_digit(field, position) * Value(weight) for position, weight in enumerate(JIS_WEIGHTS, start=1)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _digit(field, position):
    return Cast(Substr(F(field), position, 1), IntegerField())
