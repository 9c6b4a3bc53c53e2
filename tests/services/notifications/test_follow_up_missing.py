"""Administrators hear by email that the daily follow-up does not run, once for each gap."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from time_machine import Traveller

from tests.cast import TODAY
from udbytte.models import Email, FollowUpRun, Notification, Person
from udbytte.services.notifications.follow_up_missing import notify_of_missing_follow_up
from udbytte.services.notifications.write import write_urgent_emails
from udbytte.tasks.follow_up import check

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
DAY = timedelta(days=1)


def ran(days_ago: int) -> None:
    day = TODAY - days_ago * DAY
    FollowUpRun.objects.create(on=day, finished_at=timezone.now() - days_ago * DAY)


def emails() -> list[tuple[str, str]]:
    """Who has got which email by now."""
    write_urgent_emails(on=TODAY, now=timezone.now())
    return list(Email.objects.values_list("to", "text"))


def test_the_administrator_gets_one_email_however_often_and_long_it_is_missing() -> None:
    ran(days_ago=1)
    assert [notify_of_missing_follow_up(on=TODAY) for _ in range(3)] == [1, 0, 0]
    [(to, text)] = emails()
    assert to == Person.objects.get(given_name="Ida").email
    assert "Den daglige opfølgning har ikke kørt" in text and "udbytte doctor" in text
    assert notify_of_missing_follow_up(on=TODAY + DAY) == 0


def test_after_it_has_run_again_the_next_gap_is_told_too() -> None:
    ran(days_ago=2)
    assert notify_of_missing_follow_up(on=TODAY - DAY) == 1
    ran(days_ago=1)
    assert notify_of_missing_follow_up(on=TODAY - DAY) == 0
    assert notify_of_missing_follow_up(on=TODAY) == 1


def test_one_that_has_begun_and_not_ended_has_not_run() -> None:
    FollowUpRun.objects.create(on=TODAY, finished_at=None)
    assert notify_of_missing_follow_up(on=TODAY) == 1


def test_a_day_far_ahead_does_not_hide_the_gap() -> None:
    """As after `udbytte followup --on` with a wrong year."""
    ran(days_ago=-365)
    assert notify_of_missing_follow_up(on=TODAY) == 1


@pytest.mark.parametrize(("hour", "minute", "told"), [(8, 59, 0), (9, 0, 1), (23, 55, 1)])
def test_it_is_told_from_nine_by_the_clock_of_the_house(
    time_machine: Traveller, hour: int, minute: int, told: int
) -> None:
    at = datetime.combine(TODAY, datetime.min.time(), timezone.get_default_timezone())
    time_machine.move_to(at.replace(hour=hour, minute=minute))
    check(timestamp=0)
    assert Notification.objects.count() == told
