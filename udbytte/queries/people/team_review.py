"""The open agreements of a manager's team, for going through them on one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import F, QuerySet

from udbytte.access.agreements import agreements_of_reports
from udbytte.models import Agreement, Notification, Person
from udbytte.models.compiled_query import compiled

RELATED = ("employee", "step_owner", "employment", "unit", "round", "run__course", "course", "method")


def open_agreements_of_team(manager: Person, on: date) -> QuerySet[Agreement]:
    """The open agreements of the present direct reports, the latest first; each with `learned`, the outcome's words."""
    rows = agreements_of_reports(manager, on).filter(closed_on__isnull=True)
    return rows.select_related(*RELATED).annotate(learned=F("outcome__learned")).order_by("step_due", "pk")


QUESTION = "manager-asks:"  # the causes of a manager's questions begin so


def cause_of_question(agreement: Agreement, on: date) -> str:
    """The cause of a manager's question about the next step: once a day for each agreement and owner."""
    return f"{QUESTION}{agreement.pk}:{on.isoformat()}"


def asked_today(agreements: Iterable[Agreement], on: date) -> set[int]:
    """The ids of those agreements about whose next step its owner was asked today."""
    return {pk for pk in _asked_about([agreement.pk for agreement in agreements], on) if pk is not None}


@compiled
def _asked_about(agreements: Sequence[int], on: date) -> QuerySet[Notification, int | None]:
    asked = Notification.objects.filter(on=on, cause__startswith=QUESTION, agreement__in=agreements)
    return asked.values_list("agreement", flat=True)
