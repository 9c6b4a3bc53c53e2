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


def nearest(
    ancestors: Sequence[int | None], holders: Mapping[int | None, Sequence[int]], without: Collection[int | None]
) -> int | None:
    """The nearest holder of a role upward (None as unit: the whole organisation) who is none of `without`."""
    for unit in (*reversed(ancestors), None):
        for holder in holders.get(unit, ()):
            if holder not in without:
                return holder
    return None
