"""Answers that a manager writes down in a talk with the employee. They count when the employee has said yes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from udbytte.access.agreements import parties_of
from udbytte.domain import lifecycle
from udbytte.domain.lifecycle import WRITTEN_ANSWERS, Event, Party, allowed
from udbytte.domain.notifications import WrittenForYou
from udbytte.models import Agreement, Person, WrittenAnswer
from udbytte.models.agreements import WRITTEN_BY
from udbytte.models.written_answers import UNANSWERED
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible
from udbytte.services.locks import lock_row
from udbytte.services.notifications.notify import notify

from .take_step import take_step


@transaction.atomic
def write_down(
    agreement: Agreement, event: Event, facts: Mapping[str, Any], *, by: Person, on: date, turn: int | None = None
) -> WrittenAnswer:
    """Write down what the employee answered in a talk, and ask the employee whether it is right.

    `facts` are those of `event`, as JSON can hold them. What was written before and is not answered is withdrawn.
    Raises NotPossible where the event answers no fact of the employee's next step, MissingFact, and what `take_step`
    raises.
    """
    row = take_step(agreement, Event.WRITE_DOWN, by=by, on=on, turn=turn, answer=event.value)
    if event not in WRITTEN_ANSWERS[row.step]:
        raise NotPossible
    try:
        lifecycle.advance(row.state, event, parties=frozenset({Party.EMPLOYEE}), facts=facts)
    except lifecycle.MissingFact as missing:
        raise MissingFact(missing.name) from None
    WrittenAnswer.objects.filter(UNANSWERED, agreement=row).update(withdrawn_on=on)
    written = WrittenAnswer(agreement=row, event=event.value, facts=dict(facts), by=by, on=on, turn=row.turn)
    written.save()
    asks = WrittenForYou(written=written.pk, by=by.name)
    notify(row.employee, asks, on=on, cause=f"written:{written.pk}", agreement=row, urgent=True)
    return written


@transaction.atomic
def confirm_written_answer(written: WrittenAnswer, *, by: Person, on: date) -> Agreement:
    """Let what was written down happen as the employee's own answer. The log keeps who wrote it.

    An outcome that the manager wrote in a talk needs no second talk. Raises NotPermitted for anybody but the employee,
    NotPossible when it is answered or withdrawn, and what `take_step` raises.
    """
    row = _locked(written, by)
    row.confirmed_on = on
    row.save(update_fields=["confirmed_on"])
    facts = {**row.facts, WRITTEN_BY: row.by_id}
    agreement = take_step(row.agreement, row.kind, by=by, on=on, facts=facts)
    if row.kind is not Event.REPORT_OUTCOME:
        return agreement
    if not allowed(agreement.state, Event.TALK, parties_of(agreement, row.by, on, Event.TALK)):
        return agreement  # somebody else is the manager now
    return take_step(agreement, Event.TALK, by=row.by, on=on)


@transaction.atomic
def decline_written_answer(written: WrittenAnswer, *, by: Person, on: date) -> None:
    """Say that it is not right. The step stays with the employee, who answers it. Raises as confirming does."""
    row = _locked(written, by)
    row.declined_on = on
    row.save(update_fields=["declined_on"])


def _locked(written: WrittenAnswer, by: Person) -> WrittenAnswer:
    agreement = lock_row(Agreement.objects.all(), written.agreement_id)
    row = WrittenAnswer.objects.select_related("by").get(pk=written.pk)
    row.agreement = agreement
    if agreement.employee_id != by.pk:
        raise NotPermitted
    if not row.is_open:
        raise NotPossible
    return row
