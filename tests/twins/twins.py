"""Two equal installations live on, and one of them meets a fault. Afterwards they must be equal again.

A fault is a `Fault`: what goes wrong on day 0, what happens on each day, and what is put right on day 3. The twin
without the fault gets the same on day 3. Nobody presses anything on the days before; later both press the same.
`compare` lives both lives and returns what each has become. To add a case, write a `Fault` in a file of this folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Employment, LogEntry, ManagerRole, Notification, RoleAssignment
from udbytte.services.notifications.follow_up import follow_up

REPAIRED, LAST = 3, 10
FIRST_ID = 1_000_000
# What is told because of the fault itself: that a task has moved to somebody else, and is back.
ABOUT_THE_FAULT = frozenset({Event.MOVE_ON, Event.HAND_OVER})


class Fault:
    """What one of the twins meets. Each method does nothing unless a case says otherwise."""

    def begins(self, on: date) -> None:
        """Day 0, in the twin that meets the fault."""

    def each_day(self, number: int, on: date) -> None:
        """Every day until it is put right, in the twin that meets the fault, before the follow-up."""

    def is_put_right(self, on: date) -> None:
        """Day 3, in both twins."""


@dataclass(frozen=True, slots=True)
class World:
    """What both twins are made of: how it is made, its day 0, and what people press on later days, by day."""

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


def compare(world: World, fault: Fault) -> tuple[State, State]:
    """The state on day 10 of the twin that was spared, and of the one that met the fault."""
    return _live(world, fault, meets_it=False), _live(world, fault, meets_it=True)


def _live(world: World, fault: Fault, *, meets_it: bool) -> State:
    _restart_ids()
    with transaction.atomic():
        world.make(world.day_0 - timedelta(days=1))
        for number in range(LAST + 1):
            on = world.day_0 + timedelta(days=number)
            if meets_it and number == 0:
                fault.begins(on)
            if meets_it and number < REPAIRED:
                fault.each_day(number, on)
            if number == REPAIRED:
                fault.is_put_right(on)
            if number > REPAIRED and number in world.presses:
                world.presses[number](on)
            follow_up(on=on)
        state = state_on(world.day_0 + timedelta(days=LAST))
        transaction.set_rollback(True)
    return state


def _restart_ids() -> None:
    """Let both twins give the same ids to what they have in common."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT setval(%s, %s)", [name, FIRST_ID])


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
