"""Each key has a stream of random numbers of its own, which nothing that others do can shift."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from django.db import transaction

from tests.cast import TODAY, Cast
from udbytte.demo.behaviour import Behaviour, Life
from udbytte.demo.streams import Streams
from udbytte.demo.year import simulate
from udbytte.domain.lifecycle import Kind
from udbytte.models import Agreement, LogEntry, Unit

DAY = date(2026, 3, 2)


def test_a_stream_is_the_same_in_every_process() -> None:
    assert Streams(1).of("step", 7, DAY).randrange(10**9) == 619390018


def test_every_part_of_a_key_makes_another_stream() -> None:
    keys: tuple[tuple[int, tuple[str | int | date, ...]], ...] = (
        (1, ("step", 7, DAY)),
        (2, ("step", 7, DAY)),
        (1, ("helper", 7, DAY)),
        (1, ("step", 8, DAY)),
        (1, ("step", 7, date(2026, 3, 3))),
        (1, ("step", 7, DAY, "title")),
        (1, ("step", 71, "2026-03-02")),
    )
    assert len({Streams(seed).of(*key).random() for seed, key in keys}) == len(keys)


@pytest.mark.django_db
def test_people_are_numbered_by_when_they_came_and_agreements_by_what_was_agreed(cast: Cast) -> None:
    course, practice = cast.agree(), cast.agree(Kind.PRACTICE)
    draws = []
    for asked_first in (cast.mette, cast.jonas):
        life = Life(Streams(1), Behaviour())
        life.number_of(asked_first.pk)
        draws.append(
            [life.number_of(cast.mette.pk), life.number_of(cast.jonas.pk)]
            + [life.stream_about("step", cast.mette.pk, row, TODAY).random() for row in (course, practice)]
        )
    assert draws[0] == draws[1]
    assert draws[0][:2] == [1, 10]
    assert len(set(draws[0])) == 4


@pytest.mark.prove
@pytest.mark.slow
@pytest.mark.django_db
def test_what_one_areas_managers_decide_changes_nothing_in_another_area() -> None:
    answering, silent = (_logs_by_area(silent_area=silent_area) for silent_area in (False, True))
    assert len(answering) == len(silent) == 2
    (first, other), (first_when_silent, other_when_silent) = answering, silent
    assert other == other_when_silent
    assert first != first_when_silent  # they do decide something in these days
    assert first.keys() == first_when_silent.keys()  # what was agreed is the same


def _logs_by_area(*, silent_area: bool) -> list[Mapping[object, list[object]]]:
    """The events of each agreement of the two areas, told without ids."""
    with transaction.atomic():
        simulate(employees=60, days=55, seed=2, until=TODAY, silent_area=silent_area)
        areas = Unit.objects.filter(parent__parent=None, parent__isnull=False, roles__isnull=False).distinct()
        logs = [_logs_of(area) for area in areas.order_by("pk")]
        transaction.set_rollback(True)
    return logs


def _logs_of(area: Unit) -> Mapping[object, list[object]]:
    logs: dict[object, list[object]] = {}
    for agreement in Agreement.objects.filter(unit__path__startswith=area.path).select_related("employee"):
        entries = LogEntry.objects.filter(agreement=agreement).values_list("on", "event", "to_stage", "by__email")
        logs[agreement.employee.email, agreement.agreed_on, agreement.title] = list(entries)
    return logs
