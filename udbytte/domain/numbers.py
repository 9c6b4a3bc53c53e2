"""Numbers as people and programs send them in addresses, forms and files."""

from __future__ import annotations

LONGEST = 9
"""As many digits as every whole number here may have: it then fits the database's `integer`."""


def int_from(text: str) -> int | None:
    """The whole number that the text writes in ASCII digits, at most `LONGEST` of them; None for anything else.

    `str.isdigit` also accepts "²", which `int` refuses, and `int` refuses more than 4,300 digits.
    """
    return int(text) if len(text) <= LONGEST and text.isascii() and text.isdigit() else None
