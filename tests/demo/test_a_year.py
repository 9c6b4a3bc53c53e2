"""In the simulation no agreement is forgotten, and the same seed gives the same result."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.cast import TODAY
from udbytte.demo.behaviour import Behaviour, Temper
from udbytte.demo.year import simulate
from udbytte.models import Agreement

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KEYS = {
    "employees", "days", "seed", "until", "agreements", "by_phase", "learned", "dropped_by_reason", "emails",
    "emails_per_person_week_max", "silent_max", "line_days_max", "overdue_max_days", "stray", "open",
    "open_over_45_share", "resting_share", "due", "learned_of_due", "not_told", "reached_line", "lapsed_by_step",
    "lapsed_of_line_share", "reopened", "came_to_hr", "decided_by", "first_due_to_next_stage_days",
}  # fmt: skip
ONE_WEEKLY_AND_ONE_A_DAY = 6


def _life(seed: int, days: int = 120, **shares: float) -> dict[str, object]:
    return simulate(employees=40, days=days, seed=seed, until=TODAY, behaviour=Behaviour(**shares)).as_dict()


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1, 7))
def test_nothing_agreed_goes_quiet(seed: int) -> None:
    report = _life(seed)
    assert report["silent_max"] == 0
    assert report["agreements"] == Agreement.objects.count() > 10
    assert 1 <= int(str(report["emails_per_person_week_max"])) <= ONE_WEEKLY_AND_ONE_A_DAY


def test_the_same_seed_gives_the_same_life() -> None:
    lives = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            lives.append(_life(seed, days=10) | {"seed": 0})
            transaction.set_rollback(True)
    assert set(lives[0]) == KEYS
    assert lives[0] == lives[1]
    assert lives[0] != lives[2]


@pytest.mark.prove
def test_nothing_goes_quiet_even_when_nobody_answers() -> None:
    report = _life(5, answers_at_once=0.0, answers_late=0.0, never_answers=1.0)
    assert report["silent_max"] == 0
    assert report["learned"] == 0
    assert Agreement.objects.filter(step_due__lt=TODAY, closed_on=None).exists()


def test_a_temper_follows_the_shares() -> None:
    behaviour = Behaviour(answers_at_once=0.5, answers_late=0.3, never_answers=0.2)
    assert [behaviour.temper(draw) for draw in (0.0, 0.49, 0.5, 0.79, 0.81, 0.99)] == [
        Temper.AT_ONCE, Temper.AT_ONCE, Temper.LATE, Temper.LATE, Temper.NEVER, Temper.NEVER,
    ]  # fmt: skip
