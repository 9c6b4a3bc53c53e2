"""What a new line manager takes over, and what the former one still has to finish, for a month after the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from udbytte.access.agreements import steps_owned_by
from udbytte.access.people import reports_of
from udbytte.models import Agreement, Employment, Person

SHOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TakeOver:
    """How many people a manager takes over, their open agreements, and those whose step is due this month."""

    people: int
    agreements: int
    this_month: int


def taken_over_by(manager: Person, on: date) -> QuerySet[Employment]:
    """The present reports who got this line manager within the last 30 days, and had another one before."""
    return reports_of(manager, on).filter(line_manager_since__gt=on - SHOWN_FOR)


def take_over_of(manager: Person, on: date) -> TakeOver:
    """What a new manager takes over, in two queries. A step that is overdue counts as due this month."""
    employments = taken_over_by(manager, on)
    next_month = (on.replace(day=1) + timedelta(days=32)).replace(day=1)
    agreements = Agreement.objects.filter(employment__in=employments, closed_on__isnull=True).order_by()
    counts = agreements.aggregate(all=Count("pk"), soon=Count("pk", filter=Q(step_due__lt=next_month)))
    return TakeOver(employments.count(), counts["all"], counts["soon"])


def unfinished_by(former: Person, on: date) -> QuerySet[Agreement]:
    """The steps that are still the former manager's, of people who got another line manager within 30 days."""
    changed = Q(employment__former_manager=former, employment__line_manager_since__gt=on - SHOWN_FOR)
    return steps_owned_by(former).filter(changed).exclude(employee=former).order_by("step_due", "pk")
