"""Counts about fewer than five people are never shown, and cannot be computed from what is shown.

A count is of people (the base), not of how many of them said or did something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key")

MINIMUM = 5
PEOPLE = "people"


def suppress(parts: Mapping[Key, int], minimum: int = MINIMUM) -> dict[Key, int | None]:
    """Hide small counts among parts that do not overlap and whose total is known: None where a count must be hidden.

    A count of 0 says nothing about anybody and is shown. If one part is too small, the smallest of the others is hidden
    as well, with all parts that equal it. So a small and a large part are hidden together, and nobody can tell which is
    which.
    """
    small = {key for key, count in parts.items() if 0 < count < minimum}
    least = min((count for count in parts.values() if count >= minimum), default=0)
    hidden = small | {key for key, count in parts.items() if small and count == least > 0}
    return {key: None if key in hidden else count for key, count in parts.items()}


def merge_small_parts(parts: Mapping[Key, int], minimum: int = MINIMUM) -> tuple[dict[Key, int], int]:
    """Parts of a total: the parts that may be shown, and the sum of the others.

    The sum is 0 or at least `minimum`: the smallest of the other parts are added to it until it is. If the total is
    below `minimum`, nothing is shown.
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
    """What may be published of a unit with all units below: the shown sums, and the small groups that are in no sum
    yet.

    If nothing may be shown, the sums are empty, whether the unit has nobody or too few people. The two cases must look
    alike.
    """

    shown: Mapping[str, int]
    small: Sequence[Mapping[str, int]]

    @property
    def counts_somebody(self) -> bool:
        """Whether there are people at all, perhaps too few to show.

        Only for what everybody may know, such as who works where.
        """
        return bool(self.shown or self.small)


def published_sums(own: Mapping[str, int], children: Iterable[PublishedSums], minimum: int = MINIMUM) -> PublishedSums:
    """What may be published of a unit, from its own people's numbers and what is published of the units right below.

    `own` has among its numbers how many people they are about: `PEOPLE`.

    1. The unit's own people are never divided. If they are fewer than `minimum`, they are a small group.
    2. Small groups below the same unit are added together there, if together they are enough people and fewer than so
       many small groups can be. Otherwise they are in no sum here, and are tried again one unit up.
    3. A small group of a unit's own people is tried one unit up at the earliest: the unit's manager knows their own
       people, and could subtract them from the sum.

    So every published sum, of any unit, is a sum of groups that do not overlap, each of at least `minimum` people.
    Nothing about a smaller group follows from it, whatever is subtracted.
    """
    total: dict[str, int] = {}
    small: list[Mapping[str, int]] = []
    for child in children:
        _add(total, child.shown)
        small += child.small
    small_people = sum(part[PEOPLE] for part in small)
    if minimum <= small_people < len(small) * (minimum - 1):
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
    """`published_sums` for a unit and all units below. A unit that is not in `counted` has no people of its own."""
    published: dict[int, PublishedSums] = {}

    def down(unit: int) -> PublishedSums:
        published[unit] = published_sums(
            counted.get(unit, {}), [down(child) for child in children.get(unit, ())], minimum
        )
        return published[unit]

    down(top)
    return published
