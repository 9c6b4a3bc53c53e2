"""Who is asked in a self-check, and who reads what came of it."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from ..models import Employment, Person, SelfCheck
from .figures import figures_reach


def self_checks_open_to(person: Person, on: date) -> QuerySet[SelfCheck]:
    """The open self-checks the person is asked in: of rounds they have a conversation in, and of everybody."""
    here = Employment.objects.on(on).filter(person=person).exists()
    mine = Q(round__conversations__employment__person=person)
    asked = mine | Q(round__isnull=True) if here else mine
    return SelfCheck.objects.filter(asked, closed_on__isnull=True).distinct()


def people_asked(check: SelfCheck, on: date) -> QuerySet[Person]:
    """Those who are asked in a self-check."""
    if check.round_id is not None:
        return Person.objects.filter(employments__conversations__round=check.round_id, is_active=True).distinct()
    return Person.objects.filter(pk__in=Employment.objects.on(on).values("person"), is_active=True)


def reads_measured(person: Person, on: date) -> bool:
    """Whether the person may see what is measured of the whole organisation beside what is believed."""
    return figures_reach(person, on).whole
