"""A course that is not in the catalogue: entered and chosen in one go."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from ..domain.lifecycle import Event
from ..models import Agreement, Person
from .agreements import take_step
from .courses import enter_course


@transaction.atomic
def choose_entered_run(agreement: Agreement, *, by: Person, on: date, turn: int, **course: Any) -> Agreement:
    """Enter a course from its page (see `enter_course`) and choose its run; neither without the other."""
    run = enter_course(by=by, on=on, **course)
    return take_step(agreement, Event.CHOOSE_RUN, by=by, on=on, turn=turn, run=run)
