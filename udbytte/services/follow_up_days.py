"""The follow-up days of a round: each manager hears on the day how much of what was agreed is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from ..domain.notifications import FollowUpDayCame
from ..models import Agreement, FollowUpDay, Notice

STILL_TOLD = timedelta(days=6)  # a day that was missed, as nothing ran, is told of within the week


def follow_up_day_notices(on: date) -> Iterator[Notice]:
    """One notice for each manager with open agreements in an open round that has its follow-up day now."""
    days = FollowUpDay.objects.filter(day__lte=on, day__gte=on - STILL_TOLD, round__closed_on__isnull=True)
    for one in days.filter(round__published_on__isnull=False).select_related("round"):
        open_ = Agreement.objects.filter(round=one.round_id, closed_on__isnull=True)
        rows = open_.filter(employment__line_manager__is_active=True)
        due = rows.order_by().values_list("employment__line_manager_id", "step_due")
        counts, late = Counter[int](), Counter[int]()
        for manager, step_due in due.iterator():
            counts[manager] += 1
            late[manager] += step_due is not None and step_due < on
        for manager, count in sorted(counts.items()):
            facts = FollowUpDayCame(round=one.round.name, open=count, late=late[manager])
            yield Notice.of(manager, facts, on=on, cause=f"follow-up-day:{one.pk}")
