"""Transfer practice: how an employee uses a course at work, and with whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from udbytte.access.agreements import is_one_of_the_two
from udbytte.domain.lifecycle import Event, Kind, Stage
from udbytte.domain.notifications import EventHappened
from udbytte.models import Agreement, Person
from udbytte.services.agreements.take_step import agree_activity
from udbytte.services.conversations.plan import add_agreement_to_plan
from udbytte.services.errors import NotPermitted, NotPossible
from udbytte.services.locks import lock_row
from udbytte.services.notifications.notify import notify

LOST = (Stage.DROPPED, Stage.REPLACED)


@transaction.atomic
def agree_transfer(course: Agreement, /, *, by: Person, on: date, **facts: Any) -> Agreement:
    """Agree how a course is used at work; `facts` as for `agree_activity`, without kind and `transfer_of`.

    If there is a transfer practice already, it is returned. If both have signed the plan, it is a later agreement, and
    the other of the two is notified. Raises NotPermitted for everybody else, and NotPossible if the course is closed.
    """
    row = lock_row(Agreement.objects.select_related("employment", "plan"), course.pk)
    if not is_one_of_the_two(row, by, on):
        raise NotPermitted
    if row.kind != Kind.COURSE:
        raise NotPossible
    transfer = row.transfers.exclude(stage__in=LOST).first()
    if transfer is not None:
        return transfer
    if not row.is_open:
        raise NotPossible
    facts |= {"kind": Kind.PRACTICE, "transfer_of": row}
    if row.plan.signed_text is None:
        return add_agreement_to_plan(row.plan, by=by, on=on, **facts)
    transfer = agree_activity(plan=row.plan, by=by, on=on, **facts)
    other = row.employment.line_manager if by.pk == row.employee_id else row.employee
    if other is not None:
        happened = EventHappened(event=Event.AGREE, by=by.name)
        notify(other, happened, on=on, cause=f"twin:{transfer.pk}", agreement=transfer)
    return transfer
