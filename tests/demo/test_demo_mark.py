"""Which database is the demo's: the one it made, and never one with real people."""

from __future__ import annotations

import pytest

from tests.cast import TODAY, make_cast
from udbytte.demo.year import DEMO_DAYS, simulate
from udbytte.models import Agreement, Conversation, DemoMark, Email, Person

pytestmark = pytest.mark.django_db


class Stopped(Exception):
    pass


def begin_demo(days: int) -> None:
    """Make the demo, and stop after so many of its days."""

    def stop(done: int, _total: int) -> None:
        if done == days:
            raise Stopped

    with pytest.raises(Stopped):
        simulate(employees=60, days=DEMO_DAYS, seed=1, until=TODAY, demo=True, progress=stop)


def test_a_demo_leaves_its_mark_before_its_first_day_is_over() -> None:
    begin_demo(1)
    assert Person.objects.exists() and DemoMark.objects.count() == 1


@pytest.mark.slow
def test_in_its_first_weeks_the_demo_has_its_cast_conversations_and_agreements() -> None:
    """The whole demo is made in `make prove` and `make run`."""
    begin_demo(50)
    assert Person.objects.filter(external_id__startswith="demo:").count() == 8
    assert Conversation.objects.filter(held_on__isnull=False).exists()
    assert Agreement.objects.exists() and Email.objects.filter(sent_at__isnull=False).exists()


def test_a_simulation_that_is_no_demo_leaves_none() -> None:
    simulate(employees=30, days=1, seed=1, until=TODAY)
    assert not DemoMark.objects.exists()


def test_no_demo_is_made_where_there_are_people() -> None:
    make_cast()
    with pytest.raises(ValueError, match="a demo needs an empty one"):
        simulate(employees=60, days=1, seed=1, until=TODAY, demo=True)
    assert not DemoMark.objects.exists()
