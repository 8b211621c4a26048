"""The codes of Japan's local governments."""

import pytest

from sistercities.core.codes import is_jis_code, jis_check_digit


@pytest.mark.parametrize(
    ("five", "digit"),
    [
        ("42201", "1"),  # Nagasaki
        ("01100", "2"),  # Sapporo
        ("28100", "0"),  # Kobe: the sum leaves 1, so that 10 becomes 0
        ("13101", "6"),  # Chiyoda
        ("47382", "1"),  # Yonaguni: the sum leaves 10
        ("00000", "1"),  # the sum leaves 0, so that 11 becomes 1
    ],
)
def test_check_digit(five, digit):
    assert jis_check_digit(five) == digit
    assert [last for last in "0123456789" if is_jis_code(five + last)] == [digit]


@pytest.mark.parametrize("text", ["", "4220", "422011", "4220a", "４２２０１", "-2201", " 4220"])
def test_check_digit_of_what_is_no_code(text):
    with pytest.raises(ValueError, match="five digits"):
        jis_check_digit(text)


@pytest.mark.parametrize("text", ["", "11002", "0110022", "01100a", "０１１００２", "01100２"])
def test_is_jis_code_refuses_other_texts(text):
    assert is_jis_code(text) is False
