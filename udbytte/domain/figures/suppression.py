"""Hides counts about fewer than five people, so that nobody can compute them from the counts that are shown.

What is limited is the number of people counted (the base), not how many of them said or did something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

Key = TypeVar("Key")

MINIMUM = 5
PEOPLE = "people"
WEEKLY_BELOW = 30  # a unit with fewer people of its own is counted once a week


def counting_day(on: date, ended: date | None = None) -> date:
    """The day that small units, and what few people report, are counted for: the Sunday before `on`.

    So whoever looks on two days of a week learns nothing about what a single person has done between them. What
    `ended` (a closed round) in that week is counted for its last day, because nothing comes after it.
    """
    sunday = on - timedelta(days=on.isoweekday())
    return max(sunday, ended) if ended is not None and ended <= on else sunday


def in_steps(count: int | None) -> int | None:
    """A count of people that changes every day, rounded down to whole fives: one person more does not show."""
    return count - count % MINIMUM if count is not None else None


def held_that_shows(talks: Mapping[str, int], people: int) -> dict[str, int]:
    """A unit's conversations, in which those held by fewer than MINIMUM `people` are still counted as planned.

    The figures about held conversations leave these people out, and the difference would be their number.
    """
    if people >= MINIMUM or not talks.get("held"):
        return dict(talks)
    return {**talks, "held": 0, "planned": talks.get("planned", 0) + talks["held"]}


def suppress(parts: Mapping[Key, int], minimum: int = MINIMUM) -> dict[Key, int | None]:
    """Parts of a total that do not overlap, with None where a count must be hidden. The total is shown with them.

    A part of 0 says nothing about anybody, and is shown. When a part is too small, the smallest of the other parts is
    hidden as well, with all parts equal to it: else the small one would follow from the total. Since the rule looks at
    the values alone, each of the hidden parts could be the large one.
    """
    small = {key for key, count in parts.items() if 0 < count < minimum}
    least = min((count for count in parts.values() if count >= minimum), default=0)
    hidden = small | {key for key, count in parts.items() if small and count == least > 0}
    return {key: None if key in hidden else count for key, count in parts.items()}


def group_small_parts(parts: Mapping[Key, int], minimum: int = MINIMUM) -> tuple[dict[Key, int], int]:
    """The parts of a total that can be shown, and the sum of the others.

    The sum is 0 or at least `minimum`: the smallest parts are added to it until it is. For a total below `minimum`
    nothing is shown.
    """
    shown: dict[Key, int] = {}
    rest = 0
    for key, count in sorted(parts.items(), key=lambda part: part[1]):
        if count < minimum or 0 < rest < minimum:
            rest += count
        else:
            shown[key] = count
    return (shown, rest) if rest == 0 or rest >= minimum else ({}, 0)


def keys_to_show(holders: Mapping[Key, Collection[int]], minimum: int = MINIMUM) -> frozenset[Key]:
    """The roles of which numbers can be shown, by the people who hold each; the other roles are counted together.

    It depends on the people alone, not on the numbers. If the other roles together are held by fewer than `minimum`
    different people, the shown role with the fewest people joins them. Otherwise their numbers would follow from the
    total.
    """
    shown = sorted((key for key in holders if len(set(holders[key])) >= minimum), key=lambda key: len(holders[key]))
    others = [key for key in holders if key not in shown]
    while others and shown and len({person for key in others for person in holders[key]}) < minimum:
        others.append(shown.pop(0))
    return frozenset(shown)


@dataclass(frozen=True, slots=True)
class PublishedSums:
    """The sums that can be shown of a unit with all below it.

    They are empty where nothing is shown. Whether the unit has nobody or too few people must not be visible.
    """

    shown: Mapping[str, int]
    small: Sequence[Mapping[str, int]]  # sums of too few people, which are counted in no unit yet

    @property
    def counts_somebody(self) -> bool:
        """Whether there are any people, also too few to show. Use it only for what everybody may know anyway."""
        return bool(self.shown or self.small)


def publish_one(own: Mapping[str, int], children: Iterable[PublishedSums], minimum: int = MINIMUM) -> PublishedSums:
    """What can be shown of a unit, from the numbers of its own people and the published sums of its child units.

    `own` says with the key `PEOPLE` how many people its numbers are about.

    1. A unit's own people are one group, which is never divided. A group of fewer than `minimum` people is small.
    2. The small groups of the child units are added together, if they have at least `minimum` people together and fewer
       than so many small groups can have at most. Otherwise they are not counted here, and one unit up decides again.
    3. A unit's own small group is added one unit up at the earliest: the manager knows each of the unit's own people,
       and could subtract them.

    So all sums that are shown consist of groups that do not overlap, each of at least `minimum` people. No subtraction
    of shown sums tells anything about a smaller group.
    """
    total: dict[str, int] = {}
    small: list[Mapping[str, int]] = []
    for child in children:
        _add(total, child.shown)
        small += child.small
    people_in_small = sum(part[PEOPLE] for part in small)
    if minimum <= people_in_small < len(small) * (minimum - 1):
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
    """`publish_one` for a unit and everything below it; units that are not in `counted` have no own people."""
    published: dict[int, PublishedSums] = {}

    def down(unit: int) -> PublishedSums:
        published[unit] = publish_one(counted.get(unit, {}), [down(child) for child in children.get(unit, ())], minimum)
        return published[unit]

    down(top)
    return published
