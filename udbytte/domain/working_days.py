"""Working days in Denmark: the days on which something can be due.

No day of the quiet weeks is a working day: ISO weeks 28-30 (the common summer holiday) and 24 December to 1 January.
Public holidays come from the `holidays` package: when the law changes, an upgrade of it brings the change.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

QUIET_WEEKS = range(28, 31)
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


@lru_cache(maxsize=8192)
def is_quiet(day: date) -> bool:
    """Whether the day belongs to the quiet weeks, in which nothing is due and no days are counted."""
    christmas = (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)
    return christmas or day.isocalendar().week in QUIET_WEEKS


@lru_cache(maxsize=8192)
def is_working_day(day: date) -> bool:
    """Whether anything can be due on the day."""
    return day.weekday() < 5 and not is_quiet(day) and day not in _public_holidays(day.year)


def working_day_from(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def working_day_until(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def working_days_before(day: date, count: int) -> date:
    """The working day that lies `count` working days before `day`."""
    for _ in range(count):
        day = working_day_until(day - ONE_DAY)
    return day


def quiet_days_between(begin: date, end: date) -> int:
    """The quiet days after `begin` until `end`."""
    return sum(is_quiet(begin + timedelta(days=number)) for number in range(1, (end - begin).days + 1))


def working_days_between(begin: date, end: date) -> int:
    """The working days after `begin` until `end`."""
    return sum(is_working_day(begin + timedelta(days=number)) for number in range(1, (end - begin).days + 1))


def counted_days_between(begin: date, end: date) -> int:
    """The days after `begin` until `end` that count against a late step, which quiet days do not."""
    return max((end - begin).days, 0) - quiet_days_between(begin, end)
