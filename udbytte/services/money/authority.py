"""Spending authority: HR sets how managers may use a round's money, and each grant is checked against it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.people import is_hr
from udbytte.domain.money import reason_to_ask
from udbytte.models import Agreement, Person, Round, SpendingAuthority, Unit
from udbytte.queries.money.budgets import authority_for, granted_alone, limits_of
from udbytte.services.errors import NotPermitted, NotPossible, OverAuthority, Refused
from udbytte.services.locks import Lock, wait_for_lock


@transaction.atomic
def set_spending_authority(
    round_: Round,
    unit: Unit,
    *,
    disposes: bool | None,
    per_course: int | None = None,
    per_year: int | None = None,
    by: Person | None,
    on: date,
) -> SpendingAuthority | None:
    """Set how the managers of a unit and all units below may use the money; limits in whole kroner, ex VAT.

    `disposes` None: as the unit above. Earlier grants stay. Raises NotPermitted unless HR, NotPossible if the round is
    closed, and Refused if the unit is not in the round or if a unit that only nominates gets limits.
    """
    if by is not None and not is_hr(by, on):
        raise NotPermitted
    if round_.closed_on is not None:
        raise NotPossible
    if not set(round_.units.values_list("pk", flat=True)) & set(unit.ancestor_ids):
        raise Refused(_("The unit is not in the round."), "unit")
    if disposes is None:
        SpendingAuthority.objects.filter(round=round_, unit=unit).delete()
        return None
    if not disposes and (per_course is not None or per_year is not None):
        raise Refused(_("Limits are for managers who decide alone. Leave them empty."), "per_course")
    values = {"disposes": disposes, "per_course": per_course, "per_year": per_year}
    return SpendingAuthority.objects.update_or_create(round=round_, unit=unit, defaults=values)[0]


def check_spending_limit(agreement: Agreement, manager: int, price: int, *, by: int) -> None:
    """Raise OverAuthority if the manager (an id) may not grant this price alone.

    The message is written for `by` (an id). Until the transaction ends, nothing else is granted in this manager's name,
    so that two grants at once cannot pass the limit for the year. The lock is on the manager and not on a row, so it
    also holds if units have their own limits.
    """
    limits = limits_of(authority_for(agreement.unit, agreement.round))
    granted = 0
    if limits.per_year is not None:
        wait_for_lock(Lock.SPENDING, about=manager)
        granted = granted_alone([manager], [agreement.round_id]).get((manager, agreement.round_id), 0)
    why = reason_to_ask(price, limits, granted=granted)
    if why is not None:
        raise OverAuthority(why, limits, granted, own=by == manager)
