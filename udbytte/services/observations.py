"""What the manager or a helper sees of what was learned."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from ..access.agreements import may_observe
from ..domain.notifications import ObservationWritten
from ..models import Agreement, Observation, Person
from .errors import MissingFact, NotPermitted
from .locks import locked_row
from .notices import notify


@transaction.atomic
def write_observation(agreement: Agreement, *, text: str, by: Person, on: date) -> Observation:
    """Write, or word anew, what one sees; the employee is told, and the two read it.

    Raises NotPermitted for anybody but the line manager and those who help, MissingFact when nothing is written.
    """
    row = locked_row(Agreement.objects.select_related("employment", "employee"), agreement.pk)
    if not may_observe(row, by, on):
        raise NotPermitted
    if not text.strip():
        raise MissingFact("text")
    written, new = Observation.objects.update_or_create(agreement=row, by=by, defaults={"text": text.strip(), "on": on})
    if new and row.employee.is_active:
        facts, cause = ObservationWritten(by=by.name), f"observation:{written.pk}"
        notify(row.employee, facts, on=on, cause=cause, agreement=row)
    return written
