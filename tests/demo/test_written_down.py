"""In the simulation a manager to whom an untold outcome has come writes it down, and the employee says yes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import TODAY, Cast, make_cast
from tests.services.agreements.test_written_answers import to_tell
from udbytte.demo.answers import answer_steps, confirm_what_was_written
from udbytte.demo.behaviour import Behaviour, Life
from udbytte.demo.streams import Streams
from udbytte.models import Agreement, Outcome, WrittenAnswer

SEED = 2  # of those with which the manager acts, and does not choose a new date
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_an_untold_outcome_is_written_down_and_confirmed(cast: Cast) -> None:
    agreement = to_tell(cast)
    before = TODAY - timedelta(days=30)
    Agreement.objects.filter(pk=agreement.pk).update(
        line_level=1, step_owner=cast.lars, step_due=before, step_since=before, line_told_on=before
    )
    life = Life(Streams(SEED), Behaviour(answers_at_once=1, answers_late=0, never_answers=0, acts_on_a_day=1))
    assert answer_steps(life, on=TODAY) == 1
    written = WrittenAnswer.objects.get()
    assert (written.by, written.is_open) == (cast.lars, True) and not Outcome.objects.exists()

    confirm_what_was_written(life, on=TODAY + timedelta(days=1))
    agreement.refresh_from_db()
    written.refresh_from_db()
    assert written.confirmed_on == TODAY + timedelta(days=1)
    assert agreement.stage == "learned" and Outcome.objects.get().learned == written.facts["learned"]
