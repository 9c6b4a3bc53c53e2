"""Legal holds: what is about a person or a unit is erased by nobody until HR lifts the hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.models import AuditKind, LegalHold, Person, Unit
from udbytte.models.privacy import LONGEST_HOLD_REASON
from udbytte.services.errors import MissingFact, Refused, require_text_fits
from udbytte.services.locks import lock_row
from udbytte.services.people.audit import note


@transaction.atomic
def place_hold(*, person: Person | None, unit: Unit | None, reason: str, by: Person, on: date) -> LegalHold:
    """Hold what is about the person, or about everybody who has worked in the unit or below it."""
    reason = require_text_fits(reason.strip(), LONGEST_HOLD_REASON, "reason")
    if not reason:
        raise MissingFact("reason")
    if (person is None) == (unit is None):
        raise Refused(_("Choose a person or a unit, and not both."), "person")
    if LegalHold.objects.filter(person=person, unit=unit, lifted_on__isnull=True).exists():
        raise Refused(_("There is a hold already."), "person" if person is not None else "unit")
    hold = LegalHold.objects.create(person=person, unit=unit, reason=reason, placed_by=by, placed_on=on)
    facts: dict[str, Any] = {} if unit is None else {"unit": unit.pk}
    note(AuditKind.HOLD, by=by, about=person, on=on, thing=hold.pk, **facts)
    return hold


@transaction.atomic
def lift_hold(hold: LegalHold, *, by: Person, on: date) -> None:
    """Let the limits count again. A second press changes nothing."""
    row = lock_row(LegalHold.objects.select_related("person"), hold.pk)
    if row.lifted_on is not None:
        return
    row.lifted_on, row.lifted_by = on, by
    row.save(update_fields=["lifted_on", "lifted_by"])
    facts: dict[str, Any] = {} if row.unit_id is None else {"unit": row.unit_id}
    note(AuditKind.HOLD_LIFTED, by=by, about=row.person, on=on, thing=row.pk, **facts)
