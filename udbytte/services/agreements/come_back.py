"""Opening again what a leave closed, when the employee is back within 90 days."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from udbytte.domain.lifecycle import DropReason, Event, Stage
from udbytte.domain.lifecycle.line import REOPENED_WITHIN
from udbytte.models import Agreement, Employment, LogEntry, Person, valid_on
from udbytte.models.compiled_query import compiled
from udbytte.services.errors import Refused
from udbytte.services.figures.history import preserve_agreement_history

from .take_step import take_step


def closed_by_leave(on: date) -> QuerySet[Agreement]:
    """Agreements that were closed within the last 90 days because the employee left."""
    leaves = LogEntry.objects.filter(agreement=OuterRef("pk"), event=Event.LEAVE, number=OuterRef("turn"))
    rows = Agreement.objects.filter(stage=Stage.DROPPED, drop_reason=DropReason.CHANGED_JOB)
    return rows.filter(Exists(leaves), closed_on__gte=on - timedelta(days=REOPENED_WITHIN))


@compiled
def _closed_and_back(on: date) -> QuerySet[Agreement]:
    """What a leave closed of people who work here on the day."""
    working = Employment.objects.filter(valid_on(on), person=OuterRef("employee"))
    return closed_by_leave(on).filter(Exists(working)).select_related("employment").order_by("pk")


def reopen_agreements_of_returned(on: date, *, caused_by: Person | None = None) -> list[Agreement]:
    """Open again what a leave closed of people who work here again on the day. Everybody concerned is notified.

    The agreement belongs to the employment that it had, or to a later one of the person. What has lost its course date,
    its money or its helper begins again.
    """
    reopened = []
    for agreement in _closed_and_back(on):
        if not agreement.employment.holds_on(on):
            other = Employment.objects.on(on).filter(person=agreement.employee_id)
            employment = other.order_by(F("starts_on").desc(), "pk").select_related("unit").first()
            if employment is None:
                continue
            preserve_agreement_history([agreement.pk], on=on)
            Agreement.objects.filter(pk=agreement.pk).update(employment=employment, unit=employment.unit)
        with suppress(Refused):
            reopened.append(take_step(agreement, Event.COME_BACK, by=None, on=on, caused_by=caused_by))
    return reopened
