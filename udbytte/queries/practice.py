"""Which ways of learning in practice are in use."""

from __future__ import annotations

from django.db.models import Count

from ..domain.lifecycle import Kind
from ..domain.suppression import suppress
from ..models import Agreement


def people_by_way() -> dict[int, int | None]:
    """How many people have an agreement about each way, by the way's key; None where fewer than five would show.

    Counts open rounds only. Ways that nobody uses are left out.
    """
    agreed = Agreement.objects.filter(kind=Kind.PRACTICE, method__isnull=False, round__closed_on__isnull=True)
    counts = agreed.order_by().values("method_id").annotate(people=Count("employee_id", distinct=True))
    return suppress({row["method_id"]: row["people"] for row in counts})
