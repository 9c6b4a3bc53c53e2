"""Which ways of learning in practice are in use."""

from __future__ import annotations

from django.db.models import Count

from ..domain.lifecycle import CLOSED, Event, Kind
from ..domain.suppression import suppress
from ..models import Agreement, Person


def people_by_way() -> dict[int, int | None]:
    """How many people have an agreement about each way, by the way's key; None where fewer than five would show.

    Counts open rounds only. Ways that nobody uses are left out.
    """
    agreed = Agreement.objects.filter(kind=Kind.PRACTICE, method__isnull=False, round__closed_on__isnull=True)
    counts = agreed.order_by().values("method_id").annotate(people=Count("employee_id", distinct=True))
    return suppress({row["method_id"]: row["people"] for row in counts})


def learning_along(agreement: Agreement) -> list[Person]:
    """Those who learn along with an agreement of their own. What they learn is theirs to tell."""
    if agreement.group_id is None:
        return []
    rows = Agreement.objects.filter(group=agreement.group_id).exclude(pk=agreement.pk).exclude(stage__in=CLOSED)
    return [row.employee for row in rows.select_related("employee").order_by("pk")]


def does_not_happen(agreement: Agreement) -> bool:
    """Whether the last check-in said that it does not happen, with neither a talk about it nor a new start since."""
    since = agreement.log.filter(event__in=(Event.CHECK_IN, Event.TALK_STUCK, Event.START)).order_by("-number")
    last = since.values_list("event", "facts").first()
    return last is not None and last[0] == Event.CHECK_IN and last[1].get("happens") is False
