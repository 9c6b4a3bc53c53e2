"""When a late step reminds its owner and the next in line, in days after its date. Source: the design's follow-up."""

from __future__ import annotations

from datetime import date, timedelta

OWNER_AGAIN = 7
NEXT_IN_LINE = 14
OWNER_STILL = 28
EVERY = 14
DEADLINE_NEAR = timedelta(days=5)  # so long before sign-up closes, a step before it cannot wait
BEFORE_SIGN_UP = ("settle_money", "decide", "register")  # the steps that a sign-up deadline ends
SOON = timedelta(days=7)  # the weekly email names a step that is due within this time
STALLED_AFTER = timedelta(days=21)  # a step that is more than this overdue has stalled
NEWS_FOR = timedelta(days=35)  # news is not sent after this time


def owner_milestone(late: int) -> int | None:
    """The newest day on which the owner is reminded: the date, 7 days after it, then every 14 days from day 28."""
    if late < 0:
        return None
    if late < OWNER_AGAIN:
        return 0
    if late < OWNER_STILL:
        return OWNER_AGAIN
    return late - (late - OWNER_STILL) % EVERY


def step_milestone(late: int, *, is_proposal: bool = False) -> int | None:
    """The newest day on which whoever has a step is reminded: as `owner_milestone`, and a proposal after 14 days too.

    On the days between, the step moves along the line (`domain.lifecycle.line`), and its new owner is told.
    """
    return NEXT_IN_LINE if is_proposal and NEXT_IN_LINE <= late < OWNER_STILL else owner_milestone(late)


def moved_milestone(since_told: int) -> int | None:
    """The newest day on which whoever a step has moved to is reminded: every 14 days after the day they were told."""
    return since_told - since_told % EVERY if since_told >= EVERY else None


def last_weekday(on: date, weekday: int) -> date:
    """The most recent day with that ISO weekday (1 is Monday); it can be the day itself."""
    return on - timedelta(days=(on.isoweekday() - weekday) % 7)
