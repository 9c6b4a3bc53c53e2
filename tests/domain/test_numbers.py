"""Which texts are whole numbers."""

from __future__ import annotations

import pytest

from udbytte.domain.numbers import int_from


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("42", 42), ("999999999", 999_999_999)])
def test_ascii_digits_are_a_number(text: str, number: int) -> None:
    assert int_from(text) == number


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "-1", "+1", "1.0", "1_0", "²", "٣", "1\x00", "1\n", "1000000000", "9" * 5000]
)
def test_anything_else_is_none(text: str) -> None:
    assert int_from(text) is None
