"""Numbers as people and programs send them in addresses, forms and files."""

from __future__ import annotations

LONGEST = 9
"""The most digits that a whole number can have here, so that it fits the database's `integer`."""


def int_from(text: str) -> int | None:
    """The whole number that the text gives in at most `LONGEST` ASCII digits; None for any other text.

    `str.isdigit` also accepts "²", which `int` refuses, and `int` refuses more than 4,300 digits.
    """
    return int(text) if len(text) <= LONGEST and text.isascii() and text.isdigit() else None
