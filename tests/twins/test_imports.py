"""A wrong file on day 0 and the right one on day 3 leave an installation as if the wrong one had never come."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from tests.twins.twins import Fault, State, World, compare
from tests.twins.workplace import (
    BENTE,
    BIRGIT,
    DAY_0,
    EVERYBODY,
    LARS,
    TEACHERS,
    Worker,
    agreement_called,
    emus,
    load,
    make_workplace,
    person_of,
    with_changes,
    without,
)
from udbytte.access.people import missing_people
from udbytte.domain.lifecycle import Event
from udbytte.imports import jobs
from udbytte.imports.jobs import carry_out_import, requeue_import
from udbytte.imports.organisation.run import import_organisation
from udbytte.models import CourseRun, ImportRun
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db
AAGE, DORTE, ERIK = TEACHERS[:3]


class WrongFile(Fault):
    """A wrong file on day 0, and the right one on day 3."""

    def __init__(self, wrong: list[Worker], right: list[Worker], *, missing: int) -> None:
        self.wrong, self.right, self.missing = wrong, right, missing
        self.in_both = tuple(right)

    def begins(self, on: date) -> None:
        load(self.wrong, on)
        assert missing_people(on).count() == self.missing

    def is_put_right(self, on: date) -> None:
        load(self.right, on)
        assert not missing_people(on).exists()


class DatabaseAway(Fault):
    """A file on day 0. In the middle of its import the database goes away, and five minutes later it is taken up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, workers: list[Worker]) -> None:
        self.monkeypatch, self.workers = monkeypatch, workers
        self.in_both = ("imported", *workers)

    def begins(self, on: date) -> None:
        with self.monkeypatch.context() as patch:
            patch.setattr(jobs, "import_organisation", import_that_breaks_off)
            run = self._carry_out(self._queued(), on)
        assert (run.state, bytes(run.content)) == ("failed", emus(self.workers)[1])
        assert self._carry_out(requeue_import(run, dry_run=False), on).state == "done"

    def is_spared(self, on: date) -> None:
        assert self._carry_out(self._queued(), on).state == "done"

    def _queued(self) -> ImportRun:
        name, content = emus(self.workers)
        return ImportRun.objects.create(filename=name, content=content, options={"dry_run": False})

    def _carry_out(self, run: ImportRun, on: date) -> ImportRun:
        carry_out_import(run.pk, on=on, clock=timezone.now)
        return ImportRun.objects.get(pk=run.pk)


def import_that_breaks_off(*source: Any, **options: Any) -> Any:
    """An import whose connection breaks off when people and employments are written, and owners are not found yet."""

    def progress(what: str, _done: int, _total: int) -> None:
        if what == "settling":
            raise OperationalError("server closed the connection unexpectedly")

    return import_organisation(*source, **(options | {"progress": progress}))


CASES = {
    "a sixth of the rows is missing": WrongFile(without(LARS, BENTE, AAGE, ERIK), EVERYBODY, missing=4),
    "one email and surname are others": WrongFile(
        with_changes(DORTE, email="dorte.ny@engby.test", family="Ny"), EVERYBODY, missing=0
    ),
    "one is missing and back under a new number": WrongFile(without(AAGE), with_changes(AAGE, number="e99"), missing=1),
}


def fund_and_need_nobody(on: date) -> None:
    """The manager grants one course, and an employee needs no helper."""
    found = agreement_called("Aftale 2")
    take_step(found, Event.FUND, by=person_of(LARS), on=on, price=5000)
    practice = agreement_called("Aftale 1")
    take_step(practice, Event.NEED_NOBODY, by=practice.employee, on=on, reason="Det kan jeg selv")


LATER = World(make_workplace, DAY_0, {5: fund_and_need_nobody})


def equal(spared: State, hit: State, case: str) -> None:
    assert hit.agreements == spared.agreements, case
    assert hit.employments == spared.employments, case
    assert hit.roles == spared.roles, case


def test_both_twins_are_equal_on_day_10(monkeypatch: pytest.MonkeyPatch) -> None:
    away = DatabaseAway(monkeypatch, with_changes(DORTE, email="dorte.ny@engby.test", family="Ny"))
    for case, spared, hit in compare(LATER, {**CASES, "the database is away for five minutes": away}):
        equal(spared, hit, case)
        assert hit.told == spared.told, case


def choose_run(on: date) -> None:
    """The coordinator finds a course date for somebody; both are missing in one of the twins."""
    run = CourseRun.objects.get()
    take_step(agreement_called("Aftale 0"), Event.CHOOSE_RUN, by=person_of(BENTE), on=on, run=run)


def nominate_and_grant(on: date) -> None:
    """The manager, who is missing, asks for money; the budget owner grants what the manager has asked for before."""
    reason = "Vi har brug for det"
    take_step(agreement_called("Aftale 3"), Event.NOMINATE, by=person_of(LARS), on=on, price=5000, reason=reason)
    take_step(agreement_called("Aftale 4"), Event.GRANT, by=person_of(BIRGIT), on=on)


PRESSED = {Event.CHOOSE_RUN, Event.FUND, Event.NOMINATE, Event.GRANT}
DURING = World(make_workplace, DAY_0, {0: choose_run, 1: fund_and_need_nobody, 2: nominate_and_grant})


@pytest.mark.prove
def test_what_people_press_meanwhile_is_told_or_answered_as_in_the_other_twin() -> None:
    for case, spared, hit in compare(DURING, CASES):
        equal(spared, hit, case)
        assert hit.told == spared.told, case
        assert {event for _person, _kind, _agreement, event in hit.told} >= PRESSED, "nobody was told of a press"


class NeverPutRight(Fault):
    """A file that moves somebody to another unit, and stays the last one."""

    def begins(self, on: date) -> None:
        load(with_changes(AAGE, unit="u2"), on)


def test_twins_that_differ_are_seen() -> None:
    for _case, spared, hit in compare(LATER, {"a move": NeverPutRight()}):
        assert hit.employments != spared.employments
