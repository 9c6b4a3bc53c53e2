"""A course and its twin in practice: how what was learned is used back at work, and with whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from ..access.agreements import is_one_of_the_two
from ..domain.lifecycle import Event, Kind, Stage
from ..domain.notifications import EventHappened
from ..models import Agreement, Person
from .agreements import agree_activity
from .conversations import agree_in_plan
from .errors import NotPermitted, NotPossible
from .locks import locked_row
from .notices import notify

LOST = (Stage.DROPPED, Stage.REPLACED)


@transaction.atomic
def agree_twin(course: Agreement, /, *, by: Person, on: date, **facts: Any) -> Agreement:
    """Agree how a course is used back at work, linked to it; `facts` as for `agree_activity`, but for kind and twin.

    A second press returns the first twin. In a plan that both have signed it comes as a later agreement, and the other
    of the two is told. Raises NotPermitted for everybody else, NotPossible when the course is closed.
    """
    row = locked_row(Agreement.objects.select_related("employment", "plan"), course.pk)
    if not is_one_of_the_two(row, by, on):
        raise NotPermitted
    if row.kind != Kind.COURSE:
        raise NotPossible
    twin = row.twins.exclude(stage__in=LOST).first()
    if twin is not None:
        return twin
    if not row.is_open:
        raise NotPossible
    facts |= {"kind": Kind.PRACTICE, "twin_of": row}
    if row.plan.signed_text is None:
        return agree_in_plan(row.plan, by=by, on=on, **facts)
    twin = agree_activity(plan=row.plan, by=by, on=on, **facts)
    other = row.employment.line_manager if by.pk == row.employee_id else row.employee
    if other is not None:
        happened = EventHappened(event=Event.AGREE, by=by.name)
        notify(other, happened, on=on, cause=f"twin:{twin.pk}", agreement=twin)
    return twin
