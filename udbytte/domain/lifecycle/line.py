"""The line: what happens to a step when its date passes and nobody takes it.

`LINE` has a row for each step, for a proposal and for an application to a fund. A row says after how many days the step
moves to whom, what they can do about it, and how it ends. All days count from the step's date; days on which nothing
can be due (`working_days.is_quiet`) count for nobody. Source of the rows and days: the design's table in "Follow-up".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, StrEnum, auto

from udbytte.domain.working_days import quiet_days_between, working_days_before, working_days_between

from .vocabulary import Event

FIRST, SECOND, THIRD = 14, 28, 42  # three levels at most, HR's included
LAPSES_AFTER = 63
ASKED_BEFORE_LAPSE = 7  # so many days before it the employee is asked, and whoever has the step was told
HAS_IT_FOR = 10  # working days that everybody in line has before the step moves on
FIRST_BEFORE_DEADLINE, SECOND_BEFORE_DEADLINE = 10, 5  # working days
LAST_DATE = LAPSES_AFTER - ASKED_BEFORE_LAPSE - 1  # late days on a date after which the employee is asked at once
KEPT_FOR = 14  # days that keeping an agreement, a fallen proposal, reopening or a late hand-over give
REOPENED_WITHIN = 90
AFTER_A_FALL = 90  # so many days the same person makes no second proposal of an agreement
NEW_DATES = 2
A_WEEK = 5  # at most so many steps that were late before come to one person in a week
CAPACITY = 10  # a coordinator with more late steps than this is one line to HR


class Place(StrEnum):
    """Where a step can move to. Each is a person that the organisation names for the agreement, or nobody."""

    OTHER_COORDINATOR = "other_coordinator"  # another coordinator of the unit, or of a unit above it
    LINE_MANAGER = "line_manager"
    DEPUTY = "deputy"  # who approves courses while the owner is away
    MANAGER_ABOVE = "manager_above"  # the manager of the line manager
    BUDGET_OWNER_ABOVE = "budget_owner_above"  # the next budget owner upward who neither asks nor gains
    HR = "hr"


class Ending(Enum):
    """What becomes of a step that nobody takes."""

    LAPSES = auto()  # the agreement lapses, and the employee is asked before
    EVENT = auto()  # an event of the lifecycle happens: `Row.event`
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Level:
    """Where a step goes after so many days, and which events whoever has it there can let happen.

    The first place at which the organisation has somebody gets it.
    """

    after: int
    places: tuple[Place, ...]
    may: frozenset[Event]


@dataclass(frozen=True, slots=True)
class Row:
    """What happens to one step that is late."""

    levels: tuple[Level, ...] = ()
    ending: Ending = Ending.NEVER
    after: int = 0  # days until it ends
    event: Event | None = None
    before_deadline: bool = False  # the first two levels come early enough before sign-up closes, or the fund does
    # So many working days before it the first two levels have it at the latest.
    days_before: tuple[int, int] = (FIRST_BEFORE_DEADLINE, SECOND_BEFORE_DEADLINE)
    seen_above_after: int | None = None  # the manager above sees how many there are

    @property
    def last_day_to_change_hands(self) -> int | None:
        """So many days late, the step can come to somebody who still has two weeks; None: it never lapses."""
        return self.after - KEPT_FOR if self.ending is Ending.LAPSES else None

    def level(self, number: int) -> Level | None:
        """The level with a number from 1; None for 0, at which the step is with its own owner."""
        return self.levels[number - 1] if 0 < number <= len(self.levels) else None


_ROUTE = Level(THIRD, (Place.HR,), frozenset({Event.HAND_OVER}))
_FIND = frozenset({Event.CHOOSE_RUN, Event.HAND_OVER, Event.POSTPONE, Event.PROPOSE_REPLACE, Event.PROPOSE_DROP})
_SETTLE = frozenset({Event.FUND, Event.NOMINATE, Event.REFUSE})
_DECIDE = frozenset({Event.GRANT, Event.REFUSE, Event.ASK_CHEAPER})
_REGISTER = frozenset({Event.REGISTER, Event.WAITLIST, Event.CONFIRM_SEAT, Event.STILL_WAITING, Event.CANCEL_SEAT})
_SUPPORT = frozenset({Event.ASK, Event.POSTPONE, Event.PROPOSE_DROP, Event.PROPOSE_REPLACE})
_LAPSES = (Ending.LAPSES, LAPSES_AFTER)

# By the step's name; applications by `application.` and their state.
LINE: Mapping[str, Row] = {
    "find_run": Row((Level(FIRST, (Place.OTHER_COORDINATOR, Place.LINE_MANAGER), _FIND), _ROUTE), *_LAPSES),
    "settle_money": Row(
        (
            Level(FIRST, (Place.DEPUTY,), _SETTLE),
            Level(SECOND, (Place.MANAGER_ABOVE,), _SETTLE),
            _ROUTE,
        ),
        *_LAPSES,
        before_deadline=True,
    ),
    "decide": Row(
        (
            Level(FIRST, (Place.DEPUTY,), _DECIDE),
            Level(SECOND, (Place.BUDGET_OWNER_ABOVE,), _DECIDE),
            _ROUTE,
        ),
        *_LAPSES,
        before_deadline=True,
    ),
    "register": Row((Level(5, (Place.OTHER_COORDINATOR, Place.LINE_MANAGER), _REGISTER),), *_LAPSES),
    "confirm_seat": Row((Level(5, (Place.OTHER_COORDINATOR, Place.LINE_MANAGER), _REGISTER),), *_LAPSES),
    "go": Row(
        (Level(FIRST, (Place.OTHER_COORDINATOR, Place.LINE_MANAGER), frozenset({Event.GO, Event.NOT_GONE})),),
        Ending.EVENT,
        63,
        Event.WENT_UNKNOWN,
    ),
    "midway": Row((), Ending.EVENT, FIRST, Event.MIDWAY_UNANSWERED),
    "use": Row((), Ending.EVENT, FIRST, Event.USE_UNANSWERED),
    "tell": Row(
        (Level(FIRST, (Place.LINE_MANAGER,), frozenset({Event.WRITE_DOWN})),), Ending.EVENT, 42, Event.NOT_TOLD
    ),
    "talk": Row((), Ending.EVENT, 28, Event.TALK_MISSING, seen_above_after=FIRST),
    "find_helper": Row((Level(FIRST, (Place.LINE_MANAGER,), _SUPPORT),), *_LAPSES),
    "start": Row((Level(FIRST, (Place.LINE_MANAGER,), _SUPPORT),), *_LAPSES),
    "answer": Row((), Ending.EVENT, 7, Event.HELPER_SILENT),
    "check_in": Row((), Ending.EVENT, FIRST, Event.CHECK_IN_UNANSWERED),
    "talk_stuck": Row(
        (Level(FIRST, (Place.MANAGER_ABOVE,), frozenset({Event.TALK_STUCK, Event.POSTPONE})), _ROUTE), *_LAPSES
    ),
    "confirm_drop": Row((), Ending.EVENT, 28, Event.PROPOSAL_FALLS),
    "confirm_replace": Row((), Ending.EVENT, 28, Event.PROPOSAL_FALLS),
    # Whoever has an application may do all that can be done with it: it has no events of the lifecycle.
    "application.to_send": Row(
        (Level(FIRST, (Place.OTHER_COORDINATOR,), frozenset()), Level(SECOND, (Place.LINE_MANAGER,), frozenset())),
        Ending.EVENT,
        63,  # where the fund has no last day
        before_deadline=True,
        days_before=(5, 2),
    ),
    "application.sent": Row(
        (Level(FIRST, (Place.OTHER_COORDINATOR,), frozenset()), Level(SECOND, (Place.LINE_MANAGER,), frozenset())),
        Ending.EVENT,
        63,
    ),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a step has stood past its date, and who has it.

    `due` is the step's present date and `used` the late days from before it (a pause or a proposal had stopped the
    clock). `since` is the day on which the step came to its own owner, `told_on` the day on which whoever it has moved
    to was told, None: not yet, and `begun_at` the late days with which it moved. `restarted_on` is the first day of the
    present unbroken follow-up: what was late before it begins at its first level. `away` are the days on which the
    clock was stopped by an absence.
    """

    due: date
    used: int = 0
    level: int = 0
    begun_at: int = 0
    told_on: date | None = None
    since: date | None = None
    restarted_on: date | None = None
    away: tuple[tuple[date, date], ...] = ()

    def days_late(self, row: Row, on: date) -> int:
        """The days that count on `on`; 0 while the date has not passed.

        The days of a level run from the day on which it was told.
        """
        if on < self.due:
            return 0
        full = self.used + self.counted(self.due, on)
        level = row.level(self.level)
        if level is not None:
            return min(full, max(level.after, self.begun_at) + max(self.days_here(on), 0))
        if self.restarted_on is None or self.restarted_on <= self.due:
            return full
        first = row.levels[0].after if row.levels else 0
        return min(full, first + self.counted(self.restarted_on, on))

    def days_stood(self, row: Row, on: date) -> int:
        """The days that count until it lapses: those of a level run from the day on which the step came to it."""
        level = row.level(self.level)
        if level is None or self.since is None or on < self.due:
            return self.days_late(row, on)
        begun = self.since if self.restarted_on is None else max(self.since, self.restarted_on)
        full = self.used + self.counted(self.due, on)
        return min(full, max(level.after, self.begun_at) + self.counted(begun, on))

    def was_late_before(self, row: Row) -> bool:
        """Whether the step had passed its first level before the present follow-up began, and has not moved since."""
        if self.level or not row.levels or self.restarted_on is None:
            return False
        return self.used + self.counted(self.due, self.restarted_on) > row.levels[0].after

    def days_here(self, on: date) -> int:
        """The days that count since the present owner was told; -1 when they have not been told."""
        if self.told_on is None:
            return -1
        begun = self.told_on if self.restarted_on is None else max(self.told_on, self.restarted_on)
        return self.counted(begun, on)

    def counted(self, begin: date, on: date) -> int:
        """The days after `begin` until `on`, without quiet days and without those on which the clock was stopped."""
        if on <= begin:
            return 0
        days = (on - begin).days - quiet_days_between(begin, on)
        for away_from, away_to in self.away:
            first, last = max(away_from, begin + timedelta(days=1)), min(away_to, on)
            if first <= last:
                before = first - timedelta(days=1)
                days -= (last - before).days - quiet_days_between(before, last)
        return max(days, 0)


class Move(Enum):
    """What is to happen to a late step today."""

    NOTHING = auto()
    MOVES = auto()  # it goes to the next level that has somebody
    ASKS = auto()  # the employee is asked whether to keep the agreement, before it lapses
    ENDS = auto()


def move_of(
    row: Row,
    clock: Clock,
    *,
    on: date,
    deadline: date | None = None,
    begun: date | None = None,
    asked_on: date | None = None,
) -> Move:
    """What happens to a step on the day.

    `deadline` is the sign-up deadline of its course date, and `begun` the day on which the step arose; both count where
    the row comes early before the deadline. `asked_on` is the day on which the employee was asked about the lapse.
    """
    late = clock.days_late(row, on)
    following = row.level(clock.level + 1)
    if following is not None and _moves(row, clock, following, late, on, deadline, begun):
        return Move.MOVES
    if row.ending is Ending.EVENT:
        return Move.ENDS if late >= row.after else Move.NOTHING
    stood = clock.days_stood(row, on)
    if row.ending is Ending.NEVER or stood < row.after - ASKED_BEFORE_LAPSE:
        return Move.NOTHING
    if asked_on is None:
        return Move.ASKS
    lapses = stood >= row.after and _has_heard(row, clock, on) and (on - asked_on).days >= ASKED_BEFORE_LAPSE
    return Move.ENDS if lapses else Move.NOTHING


def _moves(
    row: Row, clock: Clock, following: Level, late: int, on: date, deadline: date | None, begun: date | None
) -> bool:
    last_day = row.last_day_to_change_hands
    if last_day is not None and clock.days_stood(row, on) > last_day and not clock.was_late_before(row):
        return False
    early = deadline is not None and row.before_deadline and clock.level < 2 and deadline >= on
    if (
        early
        and deadline is not None
        and on >= day_before_deadline(clock.level + 1, deadline, begun or on, row.days_before)
    ):
        return clock.level == 0 or clock.told_on is not None
    if clock.level == 0:
        has_had_it = clock.since is None or working_days_between(clock.since, on) >= min(HAS_IT_FOR, following.after)
        return late >= following.after and has_had_it
    waits = following.after - row.levels[clock.level - 1].after
    return late >= following.after and _working_days(clock, on) >= min(HAS_IT_FOR, waits)


def _working_days(clock: Clock, on: date) -> int:
    """The working days that whoever the step has moved to has had it."""
    if clock.told_on is None:
        return 0
    begun = clock.told_on if clock.restarted_on is None else max(clock.told_on, clock.restarted_on)
    return working_days_between(begun, on)


def _has_heard(row: Row, clock: Clock, on: date) -> bool:
    """Whether whoever has the step was told early enough before it lapses.

    After a hand-over with a new date it lapses on its day, also when it is handed over again: else it could go to and
    fro for ever.
    """
    told_on = clock.told_on if clock.level else clock.since
    if told_on is None:
        return False
    return _had_new_date(row, clock) or (on - told_on).days >= ASKED_BEFORE_LAPSE


def _had_new_date(row: Row, clock: Clock) -> bool:
    """Whether the step has been given a new date in its stage since it came to somebody late."""
    return row.last_day_to_change_hands is not None and clock.used > row.last_day_to_change_hands


def day_before_deadline(
    level: int,
    deadline: date,
    begun: date,
    days_before: tuple[int, int] = (FIRST_BEFORE_DEADLINE, SECOND_BEFORE_DEADLINE),
) -> date:
    """The day on which a step moves to level 1 or 2 before sign-up closes, if it has not moved earlier.

    It is `days_before` working days before. If the step arose later than that, owner, first and second level share the
    days that are left equally.
    """
    wanted = working_days_before(deadline, days_before[level - 1])
    if begun < working_days_before(deadline, days_before[0]):
        return wanted
    return begun + (deadline - begun) * level // 3


def late_days_after_proposal(row: Row, used: int, level: int) -> int:
    """The late days with which a step goes on after a proposal: at least `KEPT_FOR` are left to the next move."""
    following = row.level(level + 1)
    limit = following.after if following is not None else row.after
    return min(used, limit - KEPT_FOR) if limit else used


def late_days_after_hand_over(row: Row, clock: Clock, on: date) -> int | None:
    """The late days with which a step goes on that is handed over, or comes to somebody for one who is away or gone.

    With less than `KEPT_FOR` days left it gets a new date, `KEPT_FOR` days on, and lapses a week after that; once in
    its stage. None: it keeps its date.
    """
    last_day = row.last_day_to_change_hands
    if last_day is None or _had_new_date(row, clock) or clock.days_stood(row, on) <= last_day:
        return None
    return LAST_DATE


@dataclass(frozen=True, slots=True)
class Ahead:
    """What happens to a step if nobody takes it, and on which day at the earliest."""

    move: Move  # MOVES or ENDS
    day: date


LOOK_AHEAD = 150  # days


def what_comes(
    row: Row,
    clock: Clock,
    *,
    on: date,
    deadline: date | None = None,
    begun: date | None = None,
    asked_on: date | None = None,
) -> Ahead | None:
    """What happens next to a step that nobody takes; None where nothing happens for a long time.

    Whoever has not been told yet counts as told today.
    """
    if clock.level and clock.told_on is None:
        clock = replace(clock, told_on=on)
    for number in range(1, LOOK_AHEAD):
        day = on + timedelta(days=number)
        move = move_of(row, clock, on=day, deadline=deadline, begun=begun, asked_on=asked_on)
        if move is Move.ASKS:
            asked_on = day
        elif move is not Move.NOTHING:
            return Ahead(move, day)
    return None
