"""Who holds the conversation of an employment, and who is the nearest holder of a role."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence


def conversation_holder(
    person: int, ancestors: Sequence[int], managers: Mapping[int, Sequence[int]], chosen: int | None = None
) -> int | None:
    """The person who holds the conversation; None when there is nobody.

    `ancestors` are the ids of the units from the root down to the employment's own; `managers` has for each unit the
    people who manage it on the day and hold conversations, in order. The nearest unit upward wins. Nobody holds their
    own conversation. A person `chosen` by hand comes first.
    """
    if chosen is not None and chosen != person:
        return chosen
    for unit in reversed(ancestors):
        for manager in managers.get(unit, ()):
            if manager != person:
                return manager
    return None


def manager_circles(managers: Mapping[int, Collection[int]]) -> list[tuple[int, ...]]:
    """The groups of people who are each other's managers, directly or through others; each in the order of ids.

    `managers` has for each person those who hold the conversations of the person's employments.
    """
    above = {person: {*bosses} for person, bosses in managers.items()}
    while True:  # whoever manages nobody, or has no manager left, is in no circle
        bosses = {boss for of_person in above.values() for boss in of_person}
        left = {person: of_person & above.keys() for person, of_person in above.items() if person in bosses}
        left = {person: of_person for person, of_person in left.items() if of_person}
        if left == above:
            break
        above = left
    reached = {person: _reached_from(person, above) for person in above}
    circles = {tuple(sorted(other for other in reached[person] if person in reached[other])) for person in above}
    return sorted(circle for circle in circles if circle)


def _reached_from(person: int, above: Mapping[int, Collection[int]]) -> set[int]:
    """Everybody above a person."""
    reached, waiting = set[int](), [*above[person]]
    while waiting:
        boss = waiting.pop()
        if boss not in reached:
            reached.add(boss)
            waiting += above.get(boss, ())
    return reached


def nearest(
    ancestors: Sequence[int | None], holders: Mapping[int | None, Sequence[int]], without: Collection[int | None]
) -> int | None:
    """The nearest holder of a role upward (None as unit: the whole organisation) who is none of `without`."""
    for unit in (*reversed(ancestors), None):
        for holder in holders.get(unit, ()):
            if holder not in without:
                return holder
    return None
