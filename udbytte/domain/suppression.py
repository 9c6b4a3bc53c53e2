"""Counts about fewer than five people are never shown, nor to be worked out, not even by somebody who knows this rule.

The count is of people (the base), not of how many said or did something. It is for parts that do not overlap and their
total; a tree of units is such parts one level at a time, and what is hidden on one page must be hidden on every other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")

MINIMUM = 5


def suppress(parts: Mapping[Key, int], minimum: int = MINIMUM) -> dict[Key, int | None]:
    """The parts with None where a count must be hidden; a part of 0 says nothing about anybody and is shown.

    As soon as one part is too small, the smallest of those that are not is hidden as well, with all that equal it. So
    small and large ones are hidden together, and as the rule looks at values alone, any of them may be the large one.
    """
    small = {key for key, count in parts.items() if 0 < count < minimum}
    least = min((count for count in parts.values() if count >= minimum), default=0)
    hidden = small | {key for key, count in parts.items() if small and count == least > 0}
    return {key: None if key in hidden else count for key, count in parts.items()}


def total_of(parts: Mapping[Key, int], minimum: int = MINIMUM) -> int | None:
    """The total to show beside the parts, or None.

    None below `minimum`, and where all parts are small and as small or as large as they can be: then the total alone
    would say what each of them is.
    """
    total = sum(parts.values())
    counts = [count for count in parts.values() if count]
    if total < minimum:
        return None
    if all(count < minimum for count in counts) and total in (len(counts), len(counts) * (minimum - 1)):
        return None
    return total
