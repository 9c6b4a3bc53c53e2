"""What waits besides a person's own steps: on the team, on the course desk, and where nothing moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from udbytte.access.people import Roles, reports_of
from udbytte.models import Agreement, Person
from udbytte.queries.courses.board import on_the_board_of

from .team import LATE_AFTER, stalled_for


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many agreements wait somewhere, of how many; `where` is the name of the page."""

    where: str
    count: int
    base: int


def waiting_for(person: Person, mine: Roles, on: date) -> list[Waiting]:
    """What waits in the roles a person has; a query for each role, and nothing where nothing waits."""
    found: list[Waiting] = []
    if mine.is_manager:
        team = Agreement.objects.filter(employment__in=reports_of(person, on), closed_on__isnull=True)
        found.append(_late("team", team, ~Q(step_owner=person) & Q(step_due__lte=on - LATE_AFTER)))
    if mine.is_coordinator:
        found.append(_late("course-board", on_the_board_of(person, on), ~Q(step_owner=person) & Q(step_due__lt=on)))
    if mine.is_hr:
        count = stalled_for(person, on).order_by().count()
        found.append(Waiting("stalled", count, count))
    return [one for one in found if one.count]


def _late(where: str, rows: QuerySet[Agreement], late: Q) -> Waiting:
    numbers = rows.order_by().aggregate(count=Count("pk", filter=late), base=Count("pk"))
    return Waiting(where, numbers["count"], numbers["base"])
