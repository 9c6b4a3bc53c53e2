"""Counts about fewer than five people are never shown, nor to be worked out from what is shown.

The count is of people (the base), not of how many of them said or did something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key")

MINIMUM = 5
PEOPLE = "people"


def suppress(parts: Mapping[Key, int], minimum: int = MINIMUM) -> dict[Key, int | None]:
    """Parts that do not overlap, beside their total, with None where a count must be hidden.

    A part of 0 says nothing about anybody and is shown. As soon as one part is too small, the smallest of those that
    are not is hidden as well, with all that equal it. So small and large ones are hidden together, and as the rule
    looks at values alone, any of them may be the large one.
    """
    small = {key for key, count in parts.items() if 0 < count < minimum}
    least = min((count for count in parts.values() if count >= minimum), default=0)
    hidden = small | {key for key, count in parts.items() if small and count == least > 0}
    return {key: None if key in hidden else count for key, count in parts.items()}


def together(parts: Mapping[Key, int], minimum: int = MINIMUM) -> tuple[dict[Key, int], int]:
    """Parts of a total, the small ones as one number: the parts to show, and what the rest make together.

    The rest is 0 or at least `minimum`: the smallest of the others join it until it is. A total below `minimum` shows
    neither.
    """
    shown: dict[Key, int] = {}
    rest = 0
    for key, count in sorted(parts.items(), key=lambda part: part[1]):
        if count < minimum or 0 < rest < minimum:
            rest += count
        else:
            shown[key] = count
    return (shown, rest) if rest == 0 or rest >= minimum else ({}, 0)


def publish(
    top: int,
    children: Mapping[int, Sequence[int]],
    counted: Mapping[int, Mapping[str, int]],
    minimum: int = MINIMUM,
) -> dict[int, Counter[str] | None]:
    """What may be shown of each unit of a tree with all below it: sums of `counted`, or None where people are too few.

    `counted` holds numbers of each unit's own people (without the units below), among them how many people they are
    about: `PEOPLE`. Units that are not in it count nobody and get an empty sum.

    1. The own people of a unit are never divided. Are they fewer than `minimum`, they are small.
    2. Small ones under the same unit are counted together there, when together they are enough and it does not follow
       how many each of them is. Otherwise they are counted nowhere here, and asked about again one unit up.

    So everything that is shown, of any unit, is a sum of groups that do not overlap, each of at least `minimum` people.
    Nothing about a smaller group follows from it, whatever is subtracted from what.
    """
    shown: dict[int, Counter[str] | None] = {}

    def fold(unit: int) -> list[Mapping[str, int]]:
        """Sum up a unit; returns the small ones that are counted nowhere yet."""
        total: Counter[str] = Counter()
        small: list[Mapping[str, int]] = []
        own = counted.get(unit, {})
        if own.get(PEOPLE, 0) >= minimum:
            total.update(own)
        elif own.get(PEOPLE, 0):
            small.append(own)
        for child in children.get(unit, ()):
            small += fold(child)
            total.update(shown[child] or {})
        if _enough(small, minimum):
            for part in small:
                total.update(part)
            small = []
        shown[unit] = None if small and not total[PEOPLE] else total
        return small

    fold(top)
    return shown


def _enough(small: Sequence[Mapping[str, int]], minimum: int) -> bool:
    """Whether small ones may be counted together: enough people, and not as few or as many as they can be."""
    people = sum(part[PEOPLE] for part in small)
    return people >= minimum and len(small) < people < len(small) * (minimum - 1)
