"""What stands on a round's year wheel for somebody: own conversations and follow-ups, and their reports'."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from ..access.agreements import agreements_seen_by
from ..access.conversations import conversations_seen_by
from ..models import Agreement, Person, Round


def conversations_on(round_: Round, person: Person, on: date) -> list[tuple[date, str, bool]]:
    """The person's conversations in the round, own and with reports: the day, with whom, and whether it is held."""
    talks = conversations_seen_by(person, on).filter(round=round_).select_related("employment__person", "manager")
    found = []
    for talk in talks:
        day = talk.held_on or (timezone.localdate(talk.planned_at) if talk.planned_at else None)
        if day is not None:
            own = talk.employment.person_id == person.pk
            other = talk.manager if own else talk.employment.person
            found.append((day, other.name if other is not None else "", talk.held_on is not None))
    return sorted(found)


def follow_ups_on(round_: Round, person: Person, on: date) -> QuerySet[Agreement]:
    """The open agreements of the round that the person reads whole, by the date of their next step."""
    seen = agreements_seen_by(person, on).filter(round=round_, closed_on__isnull=True, step_due__isnull=False)
    return seen.select_related("employee").order_by("step_due", "pk")
