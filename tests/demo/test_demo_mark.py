"""Only a database that the demo made has its mark, also if it is older than the mark; never one with real people."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from tests.cast import TODAY, make_cast, make_person
from udbytte.demo.pages import CAST
from udbytte.demo.year import DEMO_DAYS, simulate
from udbytte.models import DemoMark, Person

pytestmark = pytest.mark.django_db


def _upgrade() -> None:
    """What the migration that brought the mark does with the data it finds."""
    import_module("udbytte.migrations.0026_demo_mark").mark_a_demo_of_before(apps, None)


def _as_the_demo_wrote_it(role: str) -> Person:
    person = make_person(role)
    Person.objects.filter(pk=person.pk).update(external_id=f"demo:{role}", email=f"{role}@example.test")
    return person


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


def test_a_demo_made_before_there_was_a_mark_gets_it_by_the_upgrade() -> None:
    for role in CAST:
        _as_the_demo_wrote_it(role)
    _upgrade()
    assert DemoMark.objects.count() == 1


def test_the_upgrade_marks_no_organisation() -> None:
    make_cast()
    for role in sorted(CAST)[1:]:
        _as_the_demo_wrote_it(role)
    _upgrade()
    assert not DemoMark.objects.exists()
