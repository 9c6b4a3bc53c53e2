"""A wrong file on day 0 and the right one on day 3 leave an installation as if the wrong one had never come."""

from __future__ import annotations

from datetime import date

import pytest

from tests.twins.twins import Fault, World, compare
from tests.twins.workplace import (
    BENTE,
    DAY_0,
    EVERYBODY,
    LARS,
    TEACHERS,
    Worker,
    agreement_called,
    load,
    make_workplace,
    person_of,
    with_changes,
    without,
)
from udbytte.access.people import missing_people
from udbytte.domain.lifecycle import Event
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db
AAGE, DORTE, ERIK = TEACHERS[:3]


class WrongFile(Fault):
    """A wrong file on day 0, and the right one on day 3."""

    def __init__(self, wrong: list[Worker], right: list[Worker], *, missing: int) -> None:
        self.wrong, self.right, self.missing = wrong, right, missing

    def begins(self, on: date) -> None:
        load(self.wrong, on)
        assert missing_people(on).count() == self.missing

    def is_put_right(self, on: date) -> None:
        load(self.right, on)
        assert not missing_people(on).exists()


def press_on_day_5(on: date) -> None:
    """The manager grants one course, and an employee needs no helper."""
    found = agreement_called("Aftale 2")
    take_step(found, Event.FUND, by=person_of(LARS), on=on, price=5000)
    practice = agreement_called("Aftale 1")
    take_step(practice, Event.NEED_NOBODY, by=practice.employee, on=on, reason="Det kan jeg selv")


WORLD = World(make_workplace, DAY_0, {5: press_on_day_5})
CASES = {
    "a sixth of the rows is missing": WrongFile(without(LARS, BENTE, AAGE, ERIK), EVERYBODY, missing=4),
    "one email and surname are others": WrongFile(
        with_changes(DORTE, email="dorte.ny@engby.test", family="Ny"), EVERYBODY, missing=0
    ),
    "one is missing and back under a new number": WrongFile(without(AAGE), with_changes(AAGE, number="e99"), missing=1),
}


@pytest.mark.parametrize("case", CASES)
def test_both_twins_are_equal_on_day_10(case: str) -> None:
    spared, hit = compare(WORLD, CASES[case])
    assert hit.agreements == spared.agreements
    assert hit.employments == spared.employments
    assert hit.roles == spared.roles
    assert hit.told == spared.told


class NeverPutRight(Fault):
    """A file that moves somebody to another unit, and stays the last one."""

    def begins(self, on: date) -> None:
        load(with_changes(AAGE, unit="u2"), on)


def test_twins_that_differ_are_seen() -> None:
    spared, hit = compare(WORLD, NeverPutRight())
    assert hit.employments != spared.employments
