"""Spending authority: HR sets how managers may use the money of a round, and a grant is held against it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.people import is_hr
from udbytte.domain.money import reason_to_ask
from udbytte.models import Agreement, Person, Round, SpendingAuthority, Unit
from udbytte.queries.money.budgets import authority_for, granted_alone, limits_of
from udbytte.services.errors import NotPermitted, NotPossible, OverAuthority, Refused
from udbytte.services.locks import Lock, wait_for


@transaction.atomic
def set_authority(
    round_: Round,
    unit: Unit,
    *,
    disposes: bool | None,
    per_course: int | None = None,
    per_year: int | None = None,
    by: Person | None,
    on: date,
) -> SpendingAuthority | None:
    """Say how the managers of a unit, with all below it, may use the money; limits in whole kroner, ex VAT.

    `disposes` None: as the unit above. What is granted already stands. Raises NotPermitted unless HR, NotPossible when
    the round is closed, Refused when the unit is not in the round or limits are given to who only nominates.
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
    said = {"disposes": disposes, "per_course": per_course, "per_year": per_year}
    return SpendingAuthority.objects.update_or_create(round=round_, unit=unit, defaults=said)[0]


def see_authority(agreement: Agreement, manager: int, price: int, *, by: int) -> None:
    """Raise OverAuthority when the manager (an id) may not grant this price alone, in words for `by` (an id).

    Until the transaction ends, nothing else is granted in this manager's name, so that two at once cannot pass a limit
    for the year. Waiting for the manager and not for a row holds also where the units have limits of their own.
    """
    limits = limits_of(authority_for(agreement.unit, agreement.round))
    granted = 0
    if limits.per_year is not None:
        wait_for(Lock.SPENDING, about=manager)
        granted = granted_alone([manager], [agreement.round_id]).get((manager, agreement.round_id), 0)
    why = reason_to_ask(price, limits, granted=granted)
    if why is not None:
        raise OverAuthority(why, limits, granted, own=by == manager)
