"""Where a conversation stands, and when its manager is reminded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from udbytte.domain.meetings import Standing, due_day, last_day, months_after, reminded_on, standing

TODAY = date(2026, 3, 2)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
NOTHING: dict[str, Any] = dict.fromkeys(("planned_on", "held_on", "declined_on", "rests_until", "missed_on", "due_on"))


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, Standing.UNPLANNED),
        ({"offered": True}, Standing.OFFERED),
        ({"planned_on": TOMORROW}, Standing.PLANNED),
        ({"planned_on": TODAY}, Standing.PLANNED),
        ({"planned_on": YESTERDAY}, Standing.PASSED),
        ({"planned_on": YESTERDAY, "rests_until": TOMORROW}, Standing.PASSED),
        ({"planned_on": YESTERDAY, "held_on": TODAY}, Standing.HELD),
        ({"missed_on": YESTERDAY}, Standing.NEW_TIME),
        ({"missed_on": YESTERDAY, "offered": True}, Standing.OFFERED),
        ({"missed_on": YESTERDAY, "planned_on": TOMORROW}, Standing.PLANNED),
        ({"declined_on": YESTERDAY}, Standing.DECLINED),
        ({"rests_until": TOMORROW}, Standing.RESTING),
        ({"rests_until": TOMORROW, "planned_on": TOMORROW}, Standing.PLANNED),
        ({"rests_until": TODAY}, Standing.UNPLANNED),
        ({"due_on": TOMORROW}, Standing.LATER),
        ({"due_on": TOMORROW, "offered": True}, Standing.OFFERED),
        ({"due_on": TODAY}, Standing.UNPLANNED),
    ],
)
def test_where_a_conversation_stands(facts: dict[str, Any], found: Standing) -> None:
    assert standing(TODAY, **(NOTHING | facts)) is found


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 3, 2), date(2026, 6, 2)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2026, 9, 30), date(2026, 12, 30)),
        (date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_three_months_after(day: date, after: date) -> None:
    assert months_after(day, 3) == after


def test_who_begins_while_the_round_is_open_is_due_three_months_later() -> None:
    round_ = {"published_on": date(2026, 1, 5), "closes_on": date(2026, 12, 31)}
    assert due_day(date(2026, 3, 1), **round_) == date(2026, 6, 1)
    assert due_day(date(2026, 1, 5), **round_) is None  # there when it was published
    assert due_day(date(2026, 11, 1), **round_) is None  # the round is closed by then


def test_the_manager_is_reminded_three_weeks_before_when_it_has_passed_and_every_two_weeks() -> None:
    last = date(2026, 4, 30)
    days = (last + timedelta(days=n) for n in range(-40, 40))
    assert sorted({found for day in days if (found := reminded_on(last, day))}) == [
        date(2026, 4, 9),
        date(2026, 5, 1),
        date(2026, 5, 15),
        date(2026, 5, 29),
    ]


def test_what_is_due_late_has_three_weeks() -> None:
    assert last_day(date(2026, 4, 30), None, date(2026, 3, 1)) == date(2026, 4, 30)
    assert last_day(date(2026, 4, 30), date(2026, 6, 1), date(2026, 3, 1)) == date(2026, 6, 22)
