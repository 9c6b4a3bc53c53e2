"""Counts about fewer than five people are never shown, nor to be worked out from what is shown.

The count is of people (the base), not of how many of them said or did something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


def merge_small_parts(parts: Mapping[Key, int], minimum: int = MINIMUM) -> tuple[dict[Key, int], int]:
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


@dataclass(frozen=True, slots=True)
class PublishedSums:
    """A unit with all below it: the sums that may be shown of it, and its small ones that are counted nowhere yet.

    A unit of which nothing is shown has an empty sum, whether it counts nobody or too few: not to tell the two apart is
    part of the rule.
    """

    shown: Mapping[str, int]
    small: Sequence[Mapping[str, int]]

    @property
    def counts_somebody(self) -> bool:
        """Whether there are people at all, be it too few to show; for what everybody may know, as who works where."""
        return bool(self.shown or self.small)


def published_sums(own: Mapping[str, int], children: Iterable[PublishedSums], minimum: int = MINIMUM) -> PublishedSums:
    """What may be shown of a unit, from numbers of its own people and from what may be shown of the units right below.

    `own` has among its numbers how many people they are about: `PEOPLE`.

    1. The own people of a unit are never divided. Are they fewer than `minimum`, they are small.
    2. Small ones below the same unit are counted together there, when together they are enough and not as many as so
       many small ones can be. Otherwise they are counted nowhere here, and asked about again one unit up.
    3. A unit's own people, if small, are asked about one unit up at the earliest: who manages a unit knows its own
       people one by one, and would have the others by subtracting them.

    So everything that is shown, of any unit, is a sum of groups that do not overlap, each of at least `minimum` people.
    Nothing about a smaller group follows from it, whatever is subtracted from what.
    """
    total: dict[str, int] = {}
    small: list[Mapping[str, int]] = []
    for child in children:
        _add(total, child.shown)
        small += child.small
    together_ = sum(part[PEOPLE] for part in small)
    if minimum <= together_ < len(small) * (minimum - 1):
        for part in small:
            _add(total, part)
        small = []
    people = own.get(PEOPLE, 0)
    if people >= minimum:
        _add(total, own)
    elif people:
        small.append(own)
    return PublishedSums(total, small)


def _add(total: dict[str, int], numbers: Mapping[str, int]) -> None:
    for name, number in numbers.items():
        total[name] = total.get(name, 0) + number


def publish_tree(
    top: int, children: Mapping[int, Sequence[int]], counted: Mapping[int, Mapping[str, int]], minimum: int = MINIMUM
) -> dict[int, PublishedSums]:
    """`fold` for a unit and everything below it; units that are not in `counted` count nobody of their own."""
    folds: dict[int, PublishedSums] = {}

    def down(unit: int) -> PublishedSums:
        folds[unit] = published_sums(counted.get(unit, {}), [down(child) for child in children.get(unit, ())], minimum)
        return folds[unit]

    down(top)
    return folds
