"""When who hears of a step that is late, in days after its date. Source: the design's follow-up."""

from __future__ import annotations

from datetime import date, timedelta

OWNER_AGAIN = 7
NEXT_IN_LINE = 14
OWNER_STILL = 28
EVERY = 14
SOON = timedelta(days=7)  # a step that is due within it stands in the weekly letter
STALLED_AFTER = timedelta(days=21)  # a step that is more than this overdue has stalled
NEWS_FOR = timedelta(days=35)  # what has happened is no news after it


def owner_milestone(late: int) -> int | None:
    """The newest milestone on which the owner is told: on the date, 7 days after, then every 14 days from day 28."""
    if late < 0:
        return None
    if late < OWNER_AGAIN:
        return 0
    if late < OWNER_STILL:
        return OWNER_AGAIN
    return late - (late - OWNER_STILL) % EVERY


def next_in_line_milestone(late: int) -> int | None:
    """The newest milestone on which the next in line is told: 14 days after the date, then every 14 days."""
    return None if late < NEXT_IN_LINE else late - (late - NEXT_IN_LINE) % EVERY


def last_weekday(on: date, weekday: int) -> date:
    """The most recent day with that ISO weekday (1 is Monday), which may be the day itself."""
    return on - timedelta(days=(on.isoweekday() - weekday) % 7)
