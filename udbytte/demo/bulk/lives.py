"""The lives that agreements of the bulk data can have, made from the table of the lifecycle."""

from __future__ import annotations

from typing import Any

from udbytte.domain.lifecycle import CONFIRM_DROP, STEPS, TRANSITIONS, Event, Kind, Party, Stage

_E = Event
_BOOKED = (_E.CHOOSE_RUN, _E.FUND, _E.REGISTER, _E.GO, _E.USE, _E.REPORT_OUTCOME, _E.TALK)
_ASKED_FIRST = (_E.CHOOSE_RUN, _E.NOMINATE, _E.GRANT, _E.REGISTER, _E.GO, _E.USE, _E.REPORT_OUTCOME, _E.TALK)
_WAITED = (_E.CHOOSE_RUN, _E.FUND, _E.WAITLIST)
_PRACTISED = (_E.ASK, _E.ACCEPT, _E.START, _E.CHECK_IN, _E.FINISH, _E.REPORT_OUTCOME, _E.TALK)
_STUCK = (_E.ASK, _E.ACCEPT, _E.START, _E.CHECK_IN, _E.GET_STUCK)
_UNKNOWN = (_E.CHOOSE_RUN, _E.FUND, _E.REGISTER, _E.WENT_UNKNOWN)
_DROPPED = (_E.PROPOSE_DROP, _E.CONFIRM_DROP)
# kind, events, and how many in a thousand of the kind stop after each event (the first: right after agreeing),
# in the closed round and in the present one.
PATHS: tuple[tuple[Kind, tuple[Event, ...], tuple[int, ...], tuple[int, ...]], ...] = (
    (Kind.COURSE, _BOOKED, (20, 10, 10, 30, 20, 20, 30, 370), (160, 90, 70, 130, 50, 30, 20, 20)),
    (Kind.COURSE, _UNKNOWN, (0, 0, 0, 0, 10), (0, 0, 0, 0, 10)),
    (Kind.COURSE, _ASKED_FIRST, (0, 0, 5, 5, 30, 20, 20, 20, 170), (0, 0, 90, 40, 90, 20, 20, 10, 10)),
    (Kind.COURSE, _WAITED, (0, 0, 0, 10), (0, 0, 0, 40)),
    (Kind.COURSE, _DROPPED, (0, 10, 190), (0, 20, 80)),
    (Kind.PRACTICE, _PRACTISED, (20, 10, 10, 20, 60, 40, 40, 600), (170, 120, 110, 120, 210, 50, 40, 80)),
    (Kind.PRACTICE, _STUCK, (0, 0, 0, 0, 0, 5), (0, 0, 0, 0, 0, 30)),
    (Kind.PRACTICE, _DROPPED, (0, 10, 190), (0, 20, 80)),
)


def lives() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of two tables, made from the lifecycle: the events of each life, and how likely each life is.

    The second gives thousandths of the agreements of one kind, in the closed round (place 0) and in the present one.
    """
    events: list[tuple[Any, ...]] = []
    shares: list[tuple[Any, ...]] = []
    life = 0
    for kind, path, *counts in PATHS:
        for length in range(len(path) + 1):
            if not any(count[length] for count in counts):
                continue
            life += 1
            before, dropping = Stage.AGREED, ""
            events.append(_event(life, 1, kind, _E.AGREE, "", Stage.AGREED, ""))
            for number, event in enumerate(path[:length], start=2):
                after = TRANSITIONS[kind, before, event].to or before
                dropping = Party.EMPLOYEE.value if event is _E.PROPOSE_DROP else ""
                events.append(_event(life, number, kind, event, before, after, dropping))
                before = after
            shares += [(place, kind.value, life, count[length]) for place, count in enumerate(counts)]
    return events, shares


def _event(
    life: int, number: int, kind: Kind, event: Event, before: str, after: Stage, dropping: str
) -> tuple[Any, ...]:
    """One row of a log: the event, who acts, and the step that follows with its owner."""
    step = CONFIRM_DROP if dropping else STEPS.get((kind, after))
    row = TRANSITIONS.get((kind, Stage(before), event)) if before else None
    acts = sorted(row.by) if row is not None else [Party.MANAGER]
    party = (
        Party.MANAGER
        if event is _E.CONFIRM_DROP
        else Party.EMPLOYEE
        if Party.EMPLOYEE in acts
        else acts[0]
        if acts
        else None
    )
    name, owner = (step.name, step.owner.value) if step is not None else ("", "")
    return (
        life,
        number,
        kind.value,
        event.value,
        before,
        after.value,
        name,
        owner,
        dropping,
        party.value if party is not None else "",
    )
