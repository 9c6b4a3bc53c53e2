"""Which units' figures a person may see, who is asked in a self-check, and who sees its results.

Figures are counts of units, never of a person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from udbytte.models import Employment, ManagerRole, Person, Role, RoleAssignment, SelfCheck, Unit
from udbytte.models.compiled_query import compiled

ROLES = (Role.COORDINATOR, Role.HR, Role.WORKS_COUNCIL)
READ_THE_REPORT = (Role.HR, Role.WORKS_COUNCIL)


@dataclass(frozen=True, slots=True)
class Reach:
    """The units whose figures somebody may see, each with all below it."""

    whole: bool  # the whole organisation as well
    tops: tuple[Unit, ...]

    def holds(self, unit: Unit) -> bool:
        return self.whole or any(unit.path.startswith(top.path) for top in self.tops)

    def __bool__(self) -> bool:
        return self.whole or bool(self.tops)


def figures_reach(person: Person, on: date) -> Reach:
    """The units whose figures a person may see on the day: those they manage, and those they have a role for."""
    return _reach(_places_of(person, ROLES, on), _units_managed_by(person, on))


def report_reach(person: Person, on: date) -> Reach:
    """The units whose report of a round a person may read: those of HR and of the works council."""
    return _reach(_places_of(person, READ_THE_REPORT, on), [])


@compiled
def _places_of(person: Person, roles: Sequence[Role], on: date) -> QuerySet[RoleAssignment, int | None]:
    """The units for which the person has one of the roles; None: the whole organisation."""
    given = RoleAssignment.objects.on(on).filter(person=person, role__in=roles)
    return given.values_list("unit_id", flat=True)


@compiled
def _units_managed_by(person: Person, on: date) -> QuerySet[Unit]:
    return Unit.objects.filter(pk__in=ManagerRole.objects.on(on).filter(person=person).values("unit"))


def report_units(on: date) -> list[Unit]:
    """The units that somebody is HR or works council for, besides the whole organisation."""
    given = RoleAssignment.objects.on(on).filter(role__in=READ_THE_REPORT, unit__isnull=False)
    return list(Unit.objects.filter(pk__in=given.values("unit")).order_by("pk"))


def _reach(places: Collection[int | None], managed: Collection[Unit]) -> Reach:
    given = [pk for pk in places if pk is not None]
    units = [*managed, *(Unit.objects.filter(pk__in=given) if given else ())]
    tops: list[Unit] = []
    for unit in sorted(units, key=lambda unit: unit.path):
        if not any(unit.path.startswith(top.path) for top in tops):
            tops.append(unit)
    return Reach(None in places, tuple(sorted(tops, key=lambda unit: unit.name)))


def self_checks_open_to(person: Person, on: date) -> QuerySet[SelfCheck]:
    """The open self-checks that ask the person: those of their rounds, and those of everybody."""
    works_here = Employment.objects.on(on).filter(person=person).exists()
    in_round = Q(round__conversations__employment__person=person)
    asked = in_round | Q(round__isnull=True) if works_here else in_round
    return SelfCheck.objects.filter(asked, closed_on__isnull=True).distinct()


def people_asked(check: SelfCheck, on: date) -> QuerySet[Person]:
    """The people whom a self-check asks."""
    if check.round_id is not None:
        return Person.objects.filter(employments__conversations__round=check.round_id, is_active=True).distinct()
    return Person.objects.filter(pk__in=Employment.objects.on(on).values("person"), is_active=True)


def may_see_measured(person: Person, on: date) -> bool:
    """Whether the person may see what is measured in the whole organisation."""
    return figures_reach(person, on).whole
