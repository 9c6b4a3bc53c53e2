"""The status of a conversation, computed from its dates, and the days on which its manager is reminded."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

BEFORE_END = timedelta(days=21)  # the manager is reminded so long before the last day for conversations
EVERY = timedelta(days=14)  # and so often after that day
SETTLE_MONTHS = 3  # a new employee has a conversation so long after they began


class MeetingStatus(StrEnum):
    """The status of a conversation on a day. It is computed, never stored."""

    PASSED = "passed"  # its time has passed, and nobody has said whether the two talked
    NEW_TIME = "new_time"  # it could not be held as planned
    UNPLANNED = "unplanned"
    OFFERED = "offered"  # times are offered, and none is chosen yet
    PLANNED = "planned"
    LATER = "later"  # it is not due yet
    RESTING = "resting"  # the employee is absent for a long time
    DECLINED = "declined"
    HELD = "held"


# It is due and has no time, so that somebody has something to do.
WANTS_TIME = frozenset({MeetingStatus.NEW_TIME, MeetingStatus.UNPLANNED, MeetingStatus.OFFERED})


def status(
    on: date,
    *,
    planned_on: date | None,
    held_on: date | None,
    declined_on: date | None,
    rests_until: date | None,
    missed_on: date | None,
    due_on: date | None,
    offered: bool = False,
) -> MeetingStatus:
    """The status of a conversation on the day. `rests_until`: the day of return; `offered`: there are times to choose.

    A planned conversation has PASSED from the next day on, also when the employee has become absent meanwhile.
    """
    table = (
        (held_on is not None, MeetingStatus.HELD),
        (declined_on is not None, MeetingStatus.DECLINED),
        (planned_on is not None and planned_on >= on, MeetingStatus.PLANNED),
        (planned_on is not None, MeetingStatus.PASSED),
        (rests_until is not None and rests_until > on, MeetingStatus.RESTING),
        (offered, MeetingStatus.OFFERED),
        (missed_on is not None, MeetingStatus.NEW_TIME),
        (due_on is not None and due_on > on, MeetingStatus.LATER),
    )
    return next((status for holds, status in table if holds), MeetingStatus.UNPLANNED)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def due_day(began: date, *, published_on: date, closes_on: date) -> date | None:
    """The day from which a conversation with a new employee is due; None: at once.

    It is three months after they began, if the round was open when they began and still is on that day.
    """
    due = months_after(began, SETTLE_MONTHS)
    return due if began > published_on and due <= closes_on else None


def last_day(conversations_to: date, *days: date | None) -> date:
    """The last day for a conversation: the round's, or three weeks after it became due (`days`), whichever is later."""
    return max([conversations_to, *(day + BEFORE_END for day in days if day is not None)])


def reminder_day(last: date, on: date) -> date | None:
    """The newest day, up to `on`, on which the manager is reminded of conversations without a time; None: not yet.

    The days are three weeks before the last day, the day after it, then every two weeks.
    """
    if on < last - BEFORE_END:
        return None
    if on <= last:
        return last - BEFORE_END
    passed = last + timedelta(days=1)
    return passed + EVERY * ((on - passed) // EVERY)
