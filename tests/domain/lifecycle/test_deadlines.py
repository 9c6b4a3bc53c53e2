"""Due dates fall on working days, and before what they must come before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.lifecycle import STEPS, Kind, Stage
from udbytte.domain.lifecycle.deadlines import DEFAULT_DAYS, Due, Rule, Times, answer_due_on, due_on
from udbytte.domain.reach import BEGUN, BEGUN_END, END, START, Reach
from udbytte.domain.working_days import is_working_day, working_day_from, working_day_until, working_days_before

DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 2), True),
        (date(2026, 3, 7), False),  # Saturday
        (date(2026, 4, 2), False),  # Maundy Thursday
        (date(2026, 5, 1), True),  # no public holiday
        (date(2026, 5, 14), False),  # Ascension Day
        (date(2026, 7, 6), False),  # week 28
        (date(2026, 7, 24), False),  # week 30
        (date(2026, 7, 27), True),  # week 31
        (date(2026, 12, 23), True),
        (date(2026, 12, 24), False),
        (date(2026, 12, 28), False),
        (date(2027, 1, 4), True),
    ],
)
def test_a_working_day_is_one_on_which_people_are_at_work(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@given(DAYS)
def test_moving_to_a_working_day_moves_the_right_way(day: date) -> None:
    assert is_working_day(working_day_from(day)) and working_day_from(day) >= day
    assert is_working_day(working_day_until(day)) and working_day_until(day) <= day


def test_three_working_days_before_easter_monday_skip_the_holidays() -> None:
    assert working_days_before(date(2026, 4, 7), 3) == date(2026, 3, 30)


def due(kind: Kind, stage: Stage, times: Times) -> date:
    return due_on(STEPS[kind, stage].due, times, on=MONDAY)


@pytest.mark.parametrize(
    ("kind", "stage", "times", "expected"),
    [
        # 21 days; sooner when the wished time is near
        (Kind.COURSE, Stage.AGREED, Times(date(2026, 9, 1), date(2026, 9, 1)), date(2026, 3, 23)),
        (Kind.COURSE, Stage.AGREED, Times(date(2026, 5, 8), date(2026, 5, 8)), date(2026, 3, 9)),
        # a week to find a date, where the wished time is near or past
        (Kind.COURSE, Stage.AGREED, Times(date(2026, 4, 1), date(2026, 4, 1)), date(2026, 3, 9)),
        (Kind.COURSE, Stage.AGREED, Times(date(2026, 2, 2), date(2026, 2, 2)), date(2026, 3, 9)),
        # 14 days before the sign-up deadline at the latest
        (Kind.COURSE, Stage.FOUND, Times(MONDAY, MONDAY, None, date(2026, 3, 20)), date(2026, 3, 6)),
        (Kind.COURSE, Stage.FOUND, Times(MONDAY, MONDAY, None, date(2026, 6, 1)), date(2026, 3, 9)),
        # 3 working days before it
        (Kind.COURSE, Stage.FUNDED, Times(MONDAY, MONDAY, None, date(2026, 3, 9)), date(2026, 3, 4)),
        # the day after the last day; 75 days after it
        (Kind.COURSE, Stage.REGISTERED, Times(MONDAY, MONDAY, date(2026, 6, 10)), date(2026, 6, 11)),
        (Kind.COURSE, Stage.USED, Times(MONDAY, MONDAY, date(2026, 2, 1)), date(2026, 4, 17)),
        (Kind.PRACTICE, Stage.AGREED, Times(date(2026, 5, 4), date(2026, 9, 4)), date(2026, 3, 16)),
        (Kind.PRACTICE, Stage.STAFFED, Times(date(2026, 5, 4), date(2026, 9, 4)), date(2026, 5, 4)),
        (Kind.PRACTICE, Stage.UNDER_WAY, Times(MONDAY, date(2026, 9, 4)), date(2026, 4, 13)),
        (Kind.PRACTICE, Stage.UNDER_WAY, Times(MONDAY, date(2026, 3, 20)), date(2026, 3, 20)),
        # what should have been yesterday is due on the next working day
        (Kind.COURSE, Stage.FOUND, Times(MONDAY, MONDAY, None, date(2026, 3, 3)), date(2026, 3, 3)),
    ],
)
def test_a_step_is_due_when_the_design_says(kind: Kind, stage: Stage, times: Times, expected: date) -> None:
    assert due(kind, stage, times) == expected


def test_a_round_can_change_the_days() -> None:
    times = Times(date(2027, 1, 1), date(2027, 1, 1))
    assert due_on(Due("find", Rule.BEFORE_WISHED), times, on=MONDAY, days={"find": 7}) == date(2026, 3, 9)


@given(DAYS, DAYS, st.integers(0, 400), st.none() | DAYS, st.none() | DAYS, st.sampled_from(sorted(STEPS)))
def test_a_due_date_is_a_working_day_that_lies_ahead(
    on: date, start: date, length: int, ends: date | None, deadline: date | None, key: tuple[Kind, Stage]
) -> None:
    day = due_on(STEPS[key].due, Times(start, start + timedelta(days=length), ends, deadline), on=on)
    assert day > on and is_working_day(day)


def test_every_step_has_its_days() -> None:
    assert {step.due.days for step in STEPS.values()} <= set(DEFAULT_DAYS)


@pytest.mark.parametrize("reach", [START, END, BEGUN, BEGUN_END])
@given(on=st.dates(date(2000, 1, 1), date(2100, 12, 31)), data=st.data())
def test_every_day_within_reach_gives_a_date_for_every_step(reach: Reach, on: date, data: st.DataObject) -> None:
    day = st.dates(reach.first(on), reach.last(on))
    times = Times(data.draw(day), data.draw(day), data.draw(day | st.none()), data.draw(day | st.none()))
    for step in STEPS.values():
        assert due_on(step.due, times, on=on) > on
    for kind in Kind:
        assert answer_due_on(kind, times) > reach.first(on)


def test_a_start_lies_within_two_years_and_an_end_within_six() -> None:
    on = date(2028, 2, 29)
    assert (START.first(on), START.last(on)) == (date(2026, 2, 28), date(2030, 2, 28))
    assert (END.first(on), END.last(on)) == (date(2026, 2, 28), date(2034, 2, 28))
    assert START.holds(date(2030, 2, 28), on) and not START.holds(date(2030, 3, 1), on)
