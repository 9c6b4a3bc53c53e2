"""Who learns along with whom, what does not happen, and which ways were offered when."""

from __future__ import annotations

from datetime import date

from ..domain.lifecycle import CLOSED, Event
from ..models import Agreement, Person, PracticeMethod


def learning_along(agreement: Agreement) -> list[Person]:
    """Those who learn along with an agreement of their own."""
    if agreement.group_id is None:
        return []
    rows = Agreement.objects.filter(group=agreement.group_id).exclude(pk=agreement.pk).exclude(stage__in=CLOSED)
    return [row.employee for row in rows.select_related("employee").order_by("pk")]


def does_not_happen(agreement: Agreement) -> bool:
    """Whether the last check-in said that it does not happen, with neither a talk about it nor a new start since."""
    since = agreement.log.filter(event__in=(Event.CHECK_IN, Event.STILL_STUCK, Event.TALK_STUCK, Event.START)).order_by(
        "-number"
    )
    last = since.values_list("event", "facts").first()
    return last is not None and last[0] in (Event.CHECK_IN, Event.STILL_STUCK) and last[1].get("happens") is False


def ways_offered_on(day: date) -> set[int]:
    """The ids of the ways of learning in practice that the catalogue offered on the day."""
    ways = PracticeMethod.objects.only("added_on", "hidden", "hidden_days")
    return {way.pk for way in ways if way.is_offered_on(day)}
