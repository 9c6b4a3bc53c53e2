"""The dates of the next round, and what cannot be about them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from udbytte.domain.round_dates import DateFault, a_year_on, problems_of_dates
from udbytte.domain.working_days import is_working_day


@pytest.mark.parametrize("announced", [date(2026, 1, 5), date(2026, 7, 19), date(2025, 12, 24), date(2026, 4, 3)])
def test_the_next_round_is_announced_on_a_working_day_about_a_year_later(announced: date) -> None:
    year_on = a_year_on(announced)
    assert is_working_day(announced + year_on)
    assert timedelta(weeks=52) <= year_on < timedelta(weeks=57)


def problems(announced: date, conversations_from: date, *others: date, kickoff: date | None = None) -> list[DateFault]:
    named = [("day", day) for day in (announced, conversations_from, *others)]
    found = problems_of_dates(named, announced=announced, kickoff=kickoff, conversations_from=conversations_from)
    return [problem.fault for problem in found]


def test_days_when_nobody_works_and_too_short_a_notice_are_named() -> None:
    monday, later = date(2027, 1, 11), date(2027, 2, 1)
    assert problems(monday, later) == []
    assert problems(monday, later, date(2027, 2, 6)) == [DateFault.NO_WORKING_DAY]  # a Saturday
    assert problems(monday, later, date(2027, 7, 14)) == [DateFault.CLOSED_WEEKS]
    assert problems(monday, monday + timedelta(days=14)) == []
    assert problems(monday, monday + timedelta(days=11)) == [DateFault.SHORT_NOTICE]
    assert problems(monday, later, kickoff=later) == []
    assert problems(monday, later, kickoff=later + timedelta(days=1)) == [DateFault.KICKOFF_TOO_LATE]
