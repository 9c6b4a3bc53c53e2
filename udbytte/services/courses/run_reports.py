"""A course date is cancelled or moved: it is done for those whom the reporter speaks for, and asked of the others.

A coordinator speaks for the units that they serve, HR for all (`access.courses`). For everybody else who has
chosen the course date, the coordinator of their unit is asked, and nothing happens to their agreements until then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection, transaction

from udbytte.access.courses import agreements_spoken_for_by, open_run_questions, open_run_questions_for
from udbytte.access.people import is_coordinated
from udbytte.domain.lifecycle import BOOKED, WITH_A_RUN, Event, Party
from udbytte.domain.notifications import RunNotChanged, RunToConfirm
from udbytte.models import Agreement, CourseRun, Person, RunAnswer, RunChange, RunQuestion, RunReport
from udbytte.services.agreements.owners import people_to_notify
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible, save_row
from udbytte.services.locks import lock_agreements, lock_row
from udbytte.services.notifications.notify import notify

# What a run goes back to if it was not moved.
MOVED_FACTS = ("starts_on", "ends_on", "signup_deadline", "cancel_by", "place", "hours", "mode")
DAYS = frozenset({"starts_on", "ends_on", "signup_deadline", "cancel_by"})


@dataclass(frozen=True, slots=True)
class Change:
    """What the provider has done: `why` it is cancelled, or how a moved course date was `before` (`facts_before`)."""

    what: RunChange
    why: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)

    def carry_out(self, agreement: Agreement, *, by: Person | None, on: date) -> None:
        """Let the agreement follow. The log names `by`."""
        if self.what is RunChange.MOVED:
            take_step(agreement, Event.MOVE_RUN, by=None, on=on, caused_by=by)
        else:
            take_step(agreement, Event.LOSE_RUN, by=None, on=on, caused_by=by, reason=self.why)


def facts_before(run: CourseRun) -> dict[str, Any]:
    """The facts that a move changes, as they can be stored in a report."""
    facts = {name: getattr(run, name) for name in MOVED_FACTS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def agreements_with_run(run: CourseRun) -> list[Agreement]:
    """The agreements that have chosen the course date, oldest first."""
    rows = Agreement.objects.filter(run=run, stage__in=WITH_A_RUN)
    return list(rows.select_related("unit", "employment__line_manager", "employee", "step_owner").order_by("pk"))


def follow_change(
    run: CourseRun,
    change: Change,
    *,
    by: Person | None,
    on: date,
    for_all: bool = False,
    without: Collection[int] = (),
    asks_provider: bool = False,
) -> int:
    """Let the agreements with the course date follow. Returns the number of agreements that have followed.

    1. Earlier questions about the course date are over, because it has changed again.
    2. The agreements that `by` speaks for follow at once; all of them with `for_all`, or if `by` is None.
    3. For the others there is a question to those who speak for them.

    `without`: ids of agreements that it does not concern. `asks_provider`: an agreement with a seat keeps it until the
    provider has answered.
    """
    change = _since_others_followed(run, change)
    end_run_questions(run)
    rows = [agreement for agreement in agreements_with_run(run) if agreement.pk not in without]
    own = {agreement.pk for agreement in rows}
    if by is not None and not for_all:
        own = set(agreements_spoken_for_by(by, on).filter(pk__in=own).values_list("pk", flat=True))
    others = []
    followed = 0
    if connection.in_atomic_block:
        lock_agreements(agreement.pk for agreement in rows)
    for agreement in rows:
        if asks_provider and agreement.stage in BOOKED:
            take_step(agreement, Event.DOUBT_SEAT, by=None, on=on, caused_by=by, facts={"reason": change.why})
        elif agreement.pk in own:
            change.carry_out(agreement, by=by, on=on)
        else:
            others.append(agreement)
            continue
        followed += 1
    if by is not None and others:
        _ask(run, change, others, by=by, on=on)
    return followed


def end_run_questions(run: CourseRun) -> None:
    """Nobody is asked about the course date any more."""
    RunQuestion.objects.filter(report__run=run, answer=RunAnswer.WAITING).update(answer=RunAnswer.OVER)


def end_cancellation(run: CourseRun) -> None:
    """The course date is held after all: nobody is asked any more whether it is cancelled."""
    waiting = RunQuestion.objects.filter(report__run=run, answer=RunAnswer.WAITING)
    waiting.filter(report__change=RunChange.CANCELLED).update(answer=RunAnswer.OVER)


def _since_others_followed(run: CourseRun, change: Change) -> Change:
    """The change. If somebody has not yet followed an earlier move, it is told from there."""
    if change.what is not RunChange.MOVED:
        return change
    earlier = open_run_questions().filter(report__run=run, report__change=RunChange.MOVED).first()
    return change if earlier is None else replace(change, before=earlier.report.before)


def _ask(run: CourseRun, change: Change, agreements: list[Agreement], *, by: Person, on: date) -> None:
    """Ask those who speak for the agreements; each person once."""
    facts = {"change": change.what, "by": by, "on": on, "why": change.why, "before": dict(change.before)}
    report = RunReport.objects.create(run=run, **facts)
    RunQuestion.objects.bulk_create(RunQuestion(report=report, agreement=agreement) for agreement in agreements)
    asked = {person.pk: person for agreement in agreements for person in _people_to_ask(agreement, on)}
    for _pk, person in sorted(asked.items()):
        question = RunToConfirm(report=report.pk, by=by.name, change=change.what, **_named(run))
        notify(person, question, on=on, cause=f"run_question:{report.pk}", urgent=True)


def _people_to_ask(agreement: Agreement, on: date) -> list[Person]:
    """The coordinator of the unit; where there is none, the owner of the next step."""
    if is_coordinated(agreement.unit, on):
        return people_to_notify(agreement, Party.COORDINATOR, on=on)
    return [agreement.step_owner] if agreement.step_owner is not None else []


def _named(run: CourseRun) -> dict[str, Any]:
    return {"run": run.pk, "title": run.course.title, "starts": run.starts_on, "ends": run.ends_on}


@transaction.atomic
def answer_run_report(report: RunReport, *, is_so: bool, by: Person, on: date) -> int:
    """Say whether a reported change holds, for all agreements that the person speaks for. Returns how many these are.

    If it is so, they follow. If it is not, the course date is again as it was before the report, everybody else's
    question about it is over, and the reporter and those who have said yes are notified. Where a move is not so, those
    who have moved already are asked whether they move back.

    Raises NotPermitted if the person speaks for none of them, and NotPossible if all of theirs are answered.
    """
    run = lock_row(CourseRun.objects.select_related("course"), report.run_id)
    row = RunReport.objects.select_related("by").get(pk=report.pk)
    if not row.questions.filter(agreement__in=agreements_spoken_for_by(by, on)).exists():
        raise NotPermitted
    own = list(open_run_questions_for(by, on).filter(report=row).select_related("agreement"))
    if not own:
        raise NotPossible
    not_moved = set(open_run_questions().filter(report=row).values_list("agreement", flat=True))
    answer = RunAnswer.YES if is_so else RunAnswer.NO
    answered = RunQuestion.objects.filter(pk__in=[question.pk for question in own])
    answered.update(answer=answer, answered_by=by, answered_on=on)
    change = Change(RunChange(row.change), row.why, row.before)
    if is_so:
        for question in own:
            change.carry_out(question.agreement, by=by, on=on)
    else:
        _take_back(run, row, change, by=by, on=on, not_moved=not_moved)
    return len(own)


def _take_back(
    run: CourseRun, report: RunReport, change: Change, *, by: Person, on: date, not_moved: Collection[int]
) -> None:
    """Put the course date back to what it was. Those who have moved with it are asked in their turn."""
    report.questions.filter(answer=RunAnswer.WAITING).update(answer=RunAnswer.OVER)
    moved = _named(run)
    if change.what is RunChange.CANCELLED:
        run.cancelled_on = run.withdrawn_on = None
        save_row(run)
    else:
        now = facts_before(run)
        for name, value in change.before.items():
            setattr(run, name, date.fromisoformat(value) if name in DAYS and value else value)
        save_row(run)
        follow_change(run, Change(RunChange.MOVED, before=now), by=by, on=on, without=not_moved)
    said_yes = Person.objects.filter(pk__in=report.questions.filter(answer=RunAnswer.YES).values("answered_by"))
    for person in {report.by, *said_yes} - {by}:
        fact = RunNotChanged(by=by.name, change=change.what, **moved)
        notify(person, fact, on=on, cause=f"run_not_changed:{report.pk}", urgent=True)
