"""By when a step is due, in calendar days, moved to a working day of `working_days`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from types import MappingProxyType

from udbytte.domain.working_days import working_day_from, working_day_until, working_days_before

# Days of each step, which a round can change. Source: the design's stage tables.
DEFAULT_DAYS: Mapping[str, int] = MappingProxyType(
    {
        "find": 21,
        "before_wished": 60,
        "settle": 7,
        "decide": 14,
        "before_deadline": 14,
        "register": 7,
        "just_before_deadline": 3,
        "waitlist": 14,
        "doubt": 3,
        "attend": 1,
        "midway": 0,
        "use": 14,
        "outcome": 75,
        "talk": 14,
        "find_helper": 14,
        "answer": 7,
        "start": 0,
        "check_in": 42,
        "stuck": 7,
        "done": 14,
        "confirm_drop": 14,
        "hand_over": 7,
    }
)


A_WEEK = timedelta(days=7)


class Rule(Enum):
    """What decides when a step is due, besides the days from today."""

    FROM_TODAY = auto()
    BEFORE_WISHED = auto()  # no later than some days before the wished time, and with a week for it at least
    BEFORE_DEADLINE = auto()  # no later than some days before the sign-up deadline
    JUST_BEFORE_DEADLINE = auto()  # no later than some working days before the sign-up deadline
    AFTER_END = auto()  # counted from the last day of what was agreed
    AT_START = auto()  # counted from the planned start
    UNTIL_END = auto()  # no later than the planned end, while that lies ahead


@dataclass(frozen=True, slots=True)
class Due:
    """How the date of a step is computed: `days` is a key of DEFAULT_DAYS."""

    days: str
    rule: Rule = Rule.FROM_TODAY


@dataclass(frozen=True, slots=True)
class Times:
    """The dates of one agreement that decide its deadlines."""

    planned_from: date
    planned_to: date
    ends_on: date | None = None  # the last day of its run
    deadline: date | None = None  # the sign-up deadline of its run


def due_on(due: Due, times: Times, *, on: date, days: Mapping[str, int] = MappingProxyType({})) -> date:
    """The working day on which a step that arises on `on` is due; always after `on`.

    `days` are the round's own numbers of days; what it lacks is taken from DEFAULT_DAYS.
    """

    def length(name: str) -> int:
        return int(days.get(name, DEFAULT_DAYS[name]))

    tomorrow = working_day_from(on + timedelta(days=1))
    plain = working_day_from(on + timedelta(days=length(due.days)))
    latest: date | None = None
    match due.rule:
        case Rule.BEFORE_WISHED:
            latest = max(times.planned_from - timedelta(days=length("before_wished")), on + A_WEEK)
        case Rule.BEFORE_DEADLINE if times.deadline:
            latest = times.deadline - timedelta(days=length("before_deadline"))
        case Rule.JUST_BEFORE_DEADLINE if times.deadline:
            latest = working_days_before(times.deadline, length("just_before_deadline"))
        case Rule.UNTIL_END if times.planned_to > on:
            latest = times.planned_to
        case Rule.AFTER_END:
            plain = working_day_from((times.ends_on or times.planned_to) + timedelta(days=length(due.days)))
        case Rule.AT_START:
            plain = working_day_from(times.planned_from + timedelta(days=length(due.days)))
        case _:
            pass
    wanted = plain if latest is None else min(plain, working_day_until(latest))
    return max(wanted, tomorrow)


def answer_due_on(kind: str, times: Times, *, days: Mapping[str, int] = MappingProxyType({})) -> date:
    """The day by which the outcome of an agreement ought to be known."""
    name = "outcome" if kind == "course" else "done"
    return (times.ends_on or times.planned_to) + timedelta(days=int(days.get(name, DEFAULT_DAYS[name])))


HALF_A_YEAR = timedelta(days=182)
NEAR_THE_END = timedelta(days=30)


def midway_on(starts_on: date | None, ends_on: date | None, on: date) -> date | None:
    """The next half-year day of a course after `on`, on a working day; None when the course is short or nearly over."""
    if starts_on is None or ends_on is None or ends_on - starts_on <= HALF_A_YEAR:
        return None
    day = starts_on + HALF_A_YEAR
    while working_day_from(day) <= on:
        day += HALF_A_YEAR
    return working_day_from(day) if working_day_from(day) < ends_on - NEAR_THE_END else None
