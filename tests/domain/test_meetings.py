"""Where a conversation stands, and when its manager is reminded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from udbytte.domain.meetings import MeetingStatus, due_day, last_day, months_after, reminder_day, status

TODAY = date(2026, 3, 2)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
NOTHING: dict[str, Any] = dict.fromkeys(("planned_on", "held_on", "declined_on", "rests_until", "missed_on", "due_on"))


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, MeetingStatus.UNPLANNED),
        ({"offered": True}, MeetingStatus.OFFERED),
        ({"planned_on": TOMORROW}, MeetingStatus.PLANNED),
        ({"planned_on": TODAY}, MeetingStatus.PLANNED),
        ({"planned_on": YESTERDAY}, MeetingStatus.PASSED),
        ({"planned_on": YESTERDAY, "rests_until": TOMORROW}, MeetingStatus.PASSED),
        ({"planned_on": YESTERDAY, "held_on": TODAY}, MeetingStatus.HELD),
        ({"missed_on": YESTERDAY}, MeetingStatus.NEW_TIME),
        ({"missed_on": YESTERDAY, "offered": True}, MeetingStatus.OFFERED),
        ({"missed_on": YESTERDAY, "planned_on": TOMORROW}, MeetingStatus.PLANNED),
        ({"declined_on": YESTERDAY}, MeetingStatus.DECLINED),
        ({"rests_until": TOMORROW}, MeetingStatus.RESTING),
        ({"rests_until": TOMORROW, "planned_on": TOMORROW}, MeetingStatus.PLANNED),
        ({"rests_until": TODAY}, MeetingStatus.UNPLANNED),
        ({"due_on": TOMORROW}, MeetingStatus.LATER),
        ({"due_on": TOMORROW, "offered": True}, MeetingStatus.OFFERED),
        ({"due_on": TODAY}, MeetingStatus.UNPLANNED),
    ],
)
def test_a_conversation_has_a_status_on_each_day(facts: dict[str, Any], found: MeetingStatus) -> None:
    assert status(TODAY, **(NOTHING | facts)) is found


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


def test_a_new_employee_is_due_three_months_after_they_began() -> None:
    round_ = {"published_on": date(2026, 1, 5), "closes_on": date(2026, 12, 31)}
    assert due_day(date(2026, 3, 1), **round_) == date(2026, 6, 1)
    assert due_day(date(2026, 1, 5), **round_) is None  # there when it was published
    assert due_day(date(2026, 11, 1), **round_) is None  # the round is closed by then


def test_the_manager_is_reminded_three_weeks_before_when_it_has_passed_and_every_two_weeks() -> None:
    last = date(2026, 4, 30)
    days = (last + timedelta(days=n) for n in range(-40, 40))
    assert sorted({found for day in days if (found := reminder_day(last, day))}) == [
        date(2026, 4, 9),
        date(2026, 5, 1),
        date(2026, 5, 15),
        date(2026, 5, 29),
    ]


def test_a_conversation_that_is_due_late_has_three_weeks() -> None:
    assert last_day(date(2026, 4, 30), None, date(2026, 3, 1)) == date(2026, 4, 30)
    assert last_day(date(2026, 4, 30), date(2026, 6, 1), date(2026, 3, 1)) == date(2026, 6, 22)
