"""Which database is the demo's: the one it made, and never one with real people."""

from __future__ import annotations

import pytest

from tests.cast import TODAY, make_cast
from udbytte.demo.year import DEMO_DAYS, simulate
from udbytte.models import DemoMark, Person

pytestmark = pytest.mark.django_db


def test_a_demo_leaves_its_mark_before_its_first_day_is_over() -> None:
    class Stopped(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        simulate(employees=60, days=DEMO_DAYS, seed=1, until=TODAY, demo=True, progress=stop)
    assert Person.objects.exists() and DemoMark.objects.count() == 1


def test_a_simulation_that_is_no_demo_leaves_none() -> None:
    simulate(employees=30, days=1, seed=1, until=TODAY)
    assert not DemoMark.objects.exists()


def test_no_demo_is_made_where_there_are_people() -> None:
    make_cast()
    with pytest.raises(ValueError, match="a demo needs an empty one"):
        simulate(employees=60, days=1, seed=1, until=TODAY, demo=True)
    assert not DemoMark.objects.exists()
