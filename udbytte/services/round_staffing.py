"""Who sees to a unit of a round, and its amount, set in one go."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from ..models import Person, Role, Round, Unit
from .errors import Refused
from .people import give_role
from .rounds import set_budget


@transaction.atomic
def staff_unit(
    round_: Round,
    unit: Unit,
    *,
    coordinator: Person | None,
    budget_owner: Person | None,
    amount: int | None,
    by: Person | None,
    on: date,
) -> None:
    """Give a unit, with all below it, a coordinator, a budget owner and an amount (whole kroner); None leaves as it is.

    All or nothing: what is Refused names its field.
    """
    for name, person, role in (
        ("coordinator", coordinator, Role.COORDINATOR),
        ("budget_owner", budget_owner, Role.BUDGET_OWNER),
    ):
        if person is not None:
            try:
                give_role(person=person, role=role, unit=unit, by=by, on=on)
            except Refused as refused:
                raise Refused(refused.message, name) from None
    if amount is not None:
        set_budget(round_, unit, amount, by=by, on=on)
