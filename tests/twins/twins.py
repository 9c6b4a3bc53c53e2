"""Two equal installations live on, and one of them meets a fault. Afterwards they must be equal again.

A fault is a `Fault`: what goes wrong on day 0, what happens on each day, and what is put right on day 3. The twin
without the fault gets the same on day 3. On some days both press the same.
`compare` lives both lives and returns what each has become. To add a case, write a `Fault` in a file of this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Employment, LogEntry, ManagerRole, Notification, RoleAssignment
from udbytte.services.notifications.follow_up import follow_up

REPAIRED, LAST = 3, 10
FIRST_ID, ID_AFTER_THE_PAST = 1_000_000, 2_000_000
# What is told because of the fault itself: that a task has moved to somebody else, and is back.
ABOUT_THE_FAULT = frozenset({Event.MOVE_ON, Event.HAND_OVER})


class Fault:
    """What one of the twins meets. Each method does nothing unless a case says otherwise.

    `in_both` is what the other twin gets too. Cases where it is equal are compared with the same twin.
    """

    in_both: Hashable = None

    def begins(self, on: date) -> None:
        """Day 0, in the twin that meets the fault."""

    def is_spared(self, on: date) -> None:
        """Day 0, in the other twin."""

    def is_put_right(self, on: date) -> None:
        """Day 3, in both twins."""


@dataclass(frozen=True, slots=True)
class World:
    """What both twins are made of: how it is made, its day 0, and what people press on which days."""

    make: Callable[[date], None]
    day_0: date
    presses: dict[int, Callable[[date], None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """What an installation has become, without ids and times of sending."""

    agreements: set[tuple[Any, ...]]  # title, stage, step, owner, due
    employments: set[tuple[Any, ...]]
    roles: set[tuple[Any, ...]]
    told: set[tuple[Any, ...]]  # person and cause


def compare(world: World, faults: Mapping[str, Fault]) -> Iterator[tuple[str, State, State]]:
    """Of each case: its name, and the state on day 10 of the twin that was spared and of the one that met the fault."""
    spared: dict[Hashable, State] = {}
    with transaction.atomic():
        _number_from(FIRST_ID)
        world.make(world.day_0 - timedelta(days=1))
        for name, fault in faults.items():
            if fault.in_both not in spared:
                spared[fault.in_both] = _live(world, fault, meets_it=False)
            yield name, spared[fault.in_both], _live(world, fault, meets_it=True)
        transaction.set_rollback(True)


def _live(world: World, fault: Fault, *, meets_it: bool) -> State:
    """Live from day 0 to day 10, and forget it again."""
    with transaction.atomic():
        _number_from(ID_AFTER_THE_PAST)
        for number in range(LAST + 1):
            on = world.day_0 + timedelta(days=number)
            if number == 0:
                (fault.begins if meets_it else fault.is_spared)(on)
            if number == REPAIRED:
                fault.is_put_right(on)
            if number in world.presses:
                world.presses[number](on)
            follow_up(on=on)
        state = state_on(world.day_0 + timedelta(days=LAST))
        transaction.set_rollback(True)
    return state


def _number_from(first: int) -> None:
    """Let all twins give the same ids to what they have in common."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT setval(%s, %s)", [name, first])


def state_on(on: date) -> State:
    """The state of this installation on a day."""
    columns = ("title", "stage", "step", "step_owner", "step_due", "proposed_by", "line_level", "employee")
    employments = ("person", "person__email", "person__family_name", "person__is_active", "unit", "title", "ends_on")
    roles: set[tuple[Any, ...]] = {
        ("manager", *row) for row in ManagerRole.objects.on(on).values_list("person", "unit", "ends_on")
    }
    roles |= set(RoleAssignment.objects.on(on).values_list("role", "person", "unit"))
    return State(
        set(Agreement.objects.values_list(*columns)),
        set(Employment.objects.on(on).values_list(*employments, "line_manager", "external_id")),
        roles,
        _told(),
    )


def _told() -> set[tuple[Any, ...]]:
    """Who has been told what. Where a cause names the turn of an agreement, its event stands instead: a task that moved
    and came back has had two turns more."""
    events = {
        (agreement, number): event
        for agreement, number, event in LogEntry.objects.values_list("agreement", "number", "event")
    }
    told = set()
    for person, kind, agreement, cause in Notification.objects.values_list("person", "kind", "agreement", "cause"):
        _start, _colon, end = cause.rpartition(":")
        turn = int(end) if end.isdecimal() else 0
        event = events.get((agreement, turn)) if cause.endswith(f"{agreement}:{end}") else None
        if event is None or event not in ABOUT_THE_FAULT:
            told.add((person, kind, agreement, event or cause))
    return told
