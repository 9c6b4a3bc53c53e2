"""What is counted of steps that stand past their date, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import TODAY, Cast
from udbytte.demo.watch import Longest, Watch
from udbytte.domain.lifecycle import Event
from udbytte.domain.working_days import is_quiet
from udbytte.models import Agreement
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db


def _watch(watch: Watch, first: date, last: date) -> Watch:
    for number in range((last - first).days + 1):
        watch.look(on=first + timedelta(days=number))
    return watch


def test_quiet_weeks_are_in_the_calendar_and_not_in_the_days_of_the_line(cast: Cast) -> None:
    agreement = cast.agree()
    due = date(2026, 7, 3)
    Agreement.objects.filter(pk=agreement.pk).update(step_due=due)
    watch = _watch(Watch(), due, due + timedelta(days=40))
    quiet = sum(is_quiet(due + timedelta(days=number)) for number in range(1, 41))
    assert quiet == 21
    assert watch.owned == Longest(counted_days=19, calendar_days=40)
    assert watch.stray == Longest()
    assert watch.reached_line == {agreement.pk}


def test_a_new_date_begins_anew_and_the_longest_stays(cast: Cast) -> None:
    agreement = cast.agree()
    due = agreement.step_due
    assert due is not None
    watch = _watch(Watch(), due, due + timedelta(days=9))
    take_step(agreement, Event.POSTPONE, by=cast.lars, on=due, until=due + timedelta(days=20), reason="Travlt.")
    agreement.refresh_from_db()
    assert agreement.step_due is not None
    _watch(watch, due + timedelta(days=10), agreement.step_due + timedelta(days=5))
    assert watch.owned.calendar_days == 9
    assert watch.standing[agreement.pk].calendar_days == 5
    assert watch.reached_line == set()


def test_a_new_date_that_has_passed_at_once_begins_anew(cast: Cast) -> None:
    agreement = cast.agree()
    tenth = TODAY + timedelta(days=10)
    Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY)
    watch = _watch(Watch(), TODAY, tenth)
    Agreement.objects.filter(pk=agreement.pk).update(step_due=tenth)
    _watch(watch, tenth + timedelta(days=1), tenth + timedelta(days=3))
    assert (watch.owned.calendar_days, watch.standing[agreement.pk].calendar_days) == (10, 3)


def test_days_of_a_pause_are_not_counted_and_the_count_goes_on_after_them(cast: Cast) -> None:
    agreement = cast.agree()
    due = agreement.step_due
    assert due is not None
    watch = _watch(Watch(), due, due + timedelta(days=3))
    Agreement.objects.filter(pk=agreement.pk).update(paused_until=due + timedelta(days=10))
    _watch(watch, due + timedelta(days=4), due + timedelta(days=12))
    assert watch.owned.calendar_days == 6


def test_a_step_without_an_owner_is_counted_apart(cast: Cast) -> None:
    agreement = cast.agree()
    Agreement.objects.filter(pk=agreement.pk).update(stray=True, step_due=TODAY)
    watch = _watch(Watch(), TODAY, TODAY + timedelta(days=20))
    assert (watch.owned, watch.stray) == (Longest(), Longest(20, 20))
    assert (watch.strays, watch.reached_line) == ({agreement.pk}, set())


def test_a_step_that_nobody_is_notified_of_is_silent(cast: Cast) -> None:
    agreement = cast.agree()
    Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY)
    assert _watch(Watch(), TODAY, TODAY + timedelta(days=21)).silent_max == 0
    agreement.notifications.all().delete()
    assert _watch(Watch(), TODAY, TODAY + timedelta(days=22)).silent_max == 1
