"""Who may see which budgets, and the courses that are paid for from them."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from udbytte.domain.lifecycle import Kind
from udbytte.models import Agreement, Budget, Deputy, Overrun, Person, Role, UnusedSeat

from .people import managed_units, units_served


def budgets_seen_by(person: Person, on: date) -> QuerySet[Budget]:
    """Budgets, in open rounds, of the units a person manages, or owns the budget of, with all below."""
    open_ = Budget.objects.filter(round__published_on__isnull=False, round__closed_on__isnull=True)
    served = Q(unit__in=units_served(person, Role.BUDGET_OWNER, on))
    return open_.filter(served | Q(unit__in=managed_units(person, on)))


def paid_courses_seen_by(person: Person, on: date) -> QuerySet[Agreement]:
    """Courses that cost something in the units whose budget the person owns: person, course and price may be read."""
    served = units_served(person, Role.BUDGET_OWNER, on)
    unused = UnusedSeat.objects.filter(agreement=OuterRef("pk"), cost__gt=0)
    costs = Q(price__isnull=False) | Q(Exists(unused))
    open_ = Agreement.objects.filter(round__published_on__isnull=False, round__closed_on__isnull=True)
    return open_.filter(costs, kind=Kind.COURSE, unit__in=served)


def overruns_seen_by(person: Person, on: date) -> QuerySet[Overrun]:
    """Open questions about bills that are the person's, or are about units whose budget the person owns.

    Person, course and price may be read. None is about the person's own course.
    """
    served = units_served(person, Role.BUDGET_OWNER, on)
    rows = Overrun.objects.filter(Q(owner=person) | Q(agreement__unit__in=served), decided_on__isnull=True)
    return rows.exclude(agreement__employee=person)


def has_to_decide(person: Person, on: date) -> bool:
    """Whether the person, without a role for it, decides about money today: as a deputy, or since it has come up."""
    nominations = Agreement.objects.filter(step_owner=person, step="decide", closed_on__isnull=True)
    bills = Overrun.objects.filter(owner=person, decided_on__isnull=True)
    deputises = Deputy.objects.on(on).filter(deputy=person)
    return deputises.exists() or nominations.exists() or bills.exists()
