"""Counts about fewer than five people are never shown, nor to be worked out from what is shown.

The count is of people (the base), not of how many said or did something. Where the total stands beside its parts, one
hidden part could be found by subtraction; then the smallest visible part is hidden as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")

MINIMUM = 5


def suppress(parts: Mapping[Key, int], minimum: int = MINIMUM) -> dict[Key, int | None]:
    """The parts with None where a count must be hidden; a part of 0 says nothing about anybody and is shown.

    Nothing hidden can be found from the total and the visible parts: what is hidden sums to at least `minimum`, and is
    never a single part, unless everything that is not 0 is hidden.
    """
    hidden = {key for key, count in parts.items() if 0 < count < minimum}
    visible = sorted((key for key, count in parts.items() if count >= minimum), key=lambda key: parts[key])
    while hidden and visible and (len(hidden) == 1 or sum(parts[key] for key in hidden) < minimum):
        hidden.add(visible.pop(0))
    return {key: None if key in hidden else count for key, count in parts.items()}
