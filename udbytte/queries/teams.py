"""What a manager sees of the team, and the lists of what stands still."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from ..access.people import reports_of, units_served
from ..models import Agreement, Conversation, Employment, Person, Role

STILL_AFTER = timedelta(days=21)


@dataclass(slots=True)
class Member:
    """One report with the newest conversation and the agreements of open plans."""

    employment: Employment
    conversation: Conversation | None = None
    agreements: list[Agreement] = field(default_factory=list)

    def still_on(self, day: date) -> bool:
        return any(a.step_due is not None and a.step_due + timedelta(days=7) <= day for a in self.agreements)


def team_of(manager: Person, on: date) -> list[Member]:
    """The manager's reports in three queries; who has something that stands still comes first."""
    members = {row.pk: Member(row) for row in reports_of(manager, on).select_related("person", "unit")}
    conversations = Conversation.objects.filter(
        employment__in=members, round__published_on__isnull=False, round__closed_on__isnull=True
    )
    for conversation in conversations.select_related("round").order_by("round__conversations_from"):
        members[conversation.employment_id].conversation = conversation
    agreements = Agreement.objects.filter(employment__in=members).filter(
        Q(closed_on__isnull=True) | Q(round__closed_on__isnull=True)
    )
    for agreement in agreements.select_related("step_owner", "employee").order_by("step_due", "pk"):
        members[agreement.employment_id].agreements.append(agreement)
    return sorted(members.values(), key=lambda member: not member.still_on(on))


def decisions_of(manager: Person) -> QuerySet[Agreement]:
    """What waits for the manager's word: money, drops, talks."""
    rows = Agreement.objects.filter(step_owner=manager, closed_on__isnull=True)
    return (
        rows.filter(step__in=("settle_money", "confirm_drop", "talk")).select_related("employee").order_by("step_due")
    )


def standing_still_for(person: Person, on: date) -> QuerySet[Agreement]:
    """Open agreements more than 21 days overdue, or strays, of the units the person serves as coordinator or HR."""
    coordinates = units_served(person, Role.COORDINATOR, on)
    cares = units_served(person, Role.HR, on)
    reach = Q(unit__in=cares) | Q(unit__in=coordinates, kind="course")
    still = Q(step_due__lte=on - STILL_AFTER) | Q(stray=True)
    rows = Agreement.objects.filter(reach & still, closed_on__isnull=True)
    return rows.select_related("unit", "step_owner", "employee").order_by("-stray", "step_due", "pk")


def by_step(agreements: list[Agreement]) -> dict[str, list[Agreement]]:
    """Agreements grouped by their next step."""
    groups: dict[str, list[Agreement]] = defaultdict(list)
    for agreement in agreements:
        groups[agreement.step].append(agreement)
    return groups
