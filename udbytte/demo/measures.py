"""What became of what was agreed in a simulated workplace, counted from the agreements and their logs at the end.

docs/develop/proof.md defines each figure.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import F

from udbytte.domain.lifecycle import CLOSED, HR_ROUTES, STEPS, Event, Kind, Stage, page_answers
from udbytte.models import Agreement, CountedAgreement, LogEntry, ManagerRole, Role, RoleAssignment

LAPSED, NOT_TOLD = Stage.LAPSED, Stage.NOT_REPORTED
REOPENED = (Event.REOPEN, Event.RESTART)
MOVE = Event.MOVE_ON  # it gives a step that stands past its date to the next in line
LONG_OVERDUE = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the measures read of one entry of an agreement's log."""

    agreement: int
    kind: str
    on: date
    event: str
    from_stage: str
    to_stage: str
    due: date | None
    by: int | None
    employee: int

    @property
    def step_before(self) -> str:
        """The name of the step of the stage that the event found."""
        return step_of(self.kind, self.from_stage)


def step_of(kind: str, stage: str) -> str:
    """The name of a stage's step; empty where there is none."""
    step = STEPS.get((Kind(kind), Stage(stage))) if stage in set(Stage) else None
    return step.name if step is not None else ""


def logs() -> list[list[Entry]]:
    """The log of every agreement, in order."""
    rows = LogEntry.objects.order_by("agreement", "number").values_list(
        "agreement", "agreement__kind", "on", "event", "from_stage", "to_stage", "due", "by", "agreement__employee"
    )
    entries = (Entry(*row) for row in rows)
    return [list(log) for _agreement, log in groupby(entries, key=lambda entry: entry.agreement)]


def count_final(stage: str) -> int:
    """How many agreements are in the stage at the end."""
    return Agreement.objects.filter(stage=stage).count()


def lapses_by_step(all_logs: Iterable[Sequence[Entry]]) -> dict[str, int]:
    """How often agreements lapsed, by the step that they had; also those that were reopened later."""
    entries = (entry for log in all_logs for entry in log)
    return dict(Counter(entry.step_before for entry in entries if entry.to_stage == LAPSED))


def agreements_that_lapsed(all_logs: Iterable[Sequence[Entry]]) -> set[int]:
    return {entry.agreement for log in all_logs for entry in log if entry.to_stage == LAPSED}


def count_reopenings(all_logs: Iterable[Sequence[Entry]]) -> int:
    return sum(entry.event in REOPENED for log in all_logs for entry in log)


def count_at_hr() -> int:
    """How many agreements had a step that came to HR along the line."""
    hr = RoleAssignment.objects.filter(role=Role.HR).values("person")
    moved = LogEntry.objects.filter(event=MOVE, step__in=HR_ROUTES, owner__in=hr)
    return moved.order_by().values("agreement").distinct().count()


def deciders(all_logs: Iterable[Sequence[Entry]]) -> dict[str, int]:
    """Who answered steps after they had moved, by what the person was then."""
    roles: Counter[str] = Counter()
    for log in all_logs:
        moved = False
        for entry in log:
            if entry.event == MOVE:
                moved = True
            elif moved and entry.by is not None:
                roles[role_of(entry.by, entry)] += 1
                moved = False
            elif entry.from_stage != entry.to_stage:
                moved = False
    return dict(roles)


def role_of(person: int, entry: Entry) -> str:
    """What a person was to an agreement on the day of the entry; the role that the step is for comes first."""
    if person == entry.employee:
        return "employee"
    held = set(RoleAssignment.objects.on(entry.on).filter(person=person).values_list("role", flat=True))
    if ManagerRole.objects.on(entry.on).filter(person=person).exists():
        held.add("manager")
    step = STEPS.get((Kind(entry.kind), Stage(entry.from_stage))) if entry.from_stage in set(Stage) else None
    if step is not None and step.owner in held:
        return step.owner.value
    order = ("manager", "coordinator", "budget_owner", "hr")
    return next((role for role in order if role in held), "other")


def late_waits(all_logs: Iterable[Sequence[Entry]], *, until: date) -> list[int]:
    """For each step whose first date came while it was open: days from that date to the next stage.

    A step that comes again in its stage (a check-in, a question about use) ends with its answer. One that is still open
    has waited until the last day.
    """
    waits: list[int] = []
    for log in all_logs:
        for first_due, ended in _steps_of(log):
            days = ((ended or until) - first_due).days
            if days >= 0:
                waits.append(days)
    return waits


def _steps_of(log: Sequence[Entry]) -> Iterator[tuple[date, date | None]]:
    """The first date of each step of an agreement, and the day on which it ended; None: it is open."""
    first_due: date | None = None
    for entry in log:
        answers = {event.value for event in page_answers(entry.step_before)}
        if first_due is not None and entry.from_stage == entry.to_stage and entry.event not in answers:
            continue  # postponed, handed over, paused: the step is the same
        if first_due is not None:
            yield first_due, entry.on
        first_due = entry.due
    if first_due is not None:
        yield first_due, None


def percentile(values: Sequence[int], share: float) -> int | None:
    """The smallest of the values that so large a share of them does not exceed; None of no values."""
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else None


def median_and_95th(values: Sequence[int]) -> dict[str, float | None]:
    return {"median": statistics.median(values) if values else None, "p95": percentile(values, 0.95)}


def due_and_learned(*, on: date) -> tuple[int, int]:
    """How many agreements' first signed time has come, and how many of them ended in learning.

    The time is the day by which the outcome ought to be known, as first agreed; postponing does not change it. What
    replaces another agreement is part of that one: both are counted once, by the time of the first and the end of the
    last.
    """
    first_times: dict[int, date] = {}
    counted = CountedAgreement.objects.order_by(F("since").asc(nulls_first=True))
    for agreement, day in counted.values_list("agreement", "answer_due_on"):
        first_times.setdefault(agreement, day)
    rows = list(Agreement.objects.values_list("pk", "replaces", "stage"))
    successor = {before: pk for pk, before, _stage in rows if before is not None}
    stages = {pk: stage for pk, _before, stage in rows}
    begun = [pk for pk, before, _stage in rows if before is None and first_times[pk] <= on]
    return len(begun), sum(stages[_last_of(pk, successor)] == Stage.LEARNED for pk in begun)


def _last_of(agreement: int, successor: dict[int, int]) -> int:
    while agreement in successor:
        agreement = successor[agreement]
    return agreement


@dataclass(frozen=True, slots=True)
class OpenAtTheEnd:
    """Of the agreements open on a day: how many there are, how many have long been overdue, and how many are paused."""

    count: int
    long_overdue: int
    resting: int


def open_at_the_end(*, on: date) -> OpenAtTheEnd:
    rows = list(Agreement.objects.exclude(stage__in=CLOSED).values_list("step_due", "paused_until"))
    resting = sum(paused is not None and paused > on for _due, paused in rows)
    long_overdue = sum(due is not None and on - due > LONG_OVERDUE for due, _paused in rows)
    return OpenAtTheEnd(len(rows), long_overdue, resting)
