"""Whose figures somebody may see: counts of units, never of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from ..models import ManagerRole, Person, Role, RoleAssignment, Unit

ROLES = (Role.COORDINATOR, Role.HR, Role.WORKS_COUNCIL)
READ_THE_REPORT = (Role.HR, Role.WORKS_COUNCIL)


@dataclass(frozen=True, slots=True)
class Reach:
    """The units whose figures somebody may see, each with all below it; `whole`: the whole organisation besides."""

    whole: bool
    tops: tuple[Unit, ...]

    def holds(self, unit: Unit) -> bool:
        return self.whole or any(unit.path.startswith(top.path) for top in self.tops)

    def __bool__(self) -> bool:
        return self.whole or bool(self.tops)


def figures_reach(person: Person, on: date) -> Reach:
    """What a person's roles on the day open: managers their units, coordinators, HR and works council theirs."""
    given = RoleAssignment.objects.on(on).filter(person=person, role__in=ROLES)
    managed = ManagerRole.objects.on(on).filter(person=person).values("unit")
    return _reach(list(given.values_list("unit_id", flat=True)), Q(pk__in=managed))


def report_reach(person: Person, on: date) -> Reach:
    """The units whose report of a round a person may read: those of HR and of the works council."""
    given = RoleAssignment.objects.on(on).filter(person=person, role__in=READ_THE_REPORT)
    return _reach(list(given.values_list("unit_id", flat=True)), Q(pk__in=[]))


def report_units(on: date) -> list[Unit]:
    """The units that somebody is HR or works council for, besides the whole organisation."""
    given = RoleAssignment.objects.on(on).filter(role__in=READ_THE_REPORT, unit__isnull=False)
    return list(Unit.objects.filter(pk__in=given.values("unit")).order_by("pk"))


def _reach(places: list[int | None], managed: Q) -> Reach:
    units = Unit.objects.filter(Q(pk__in=[pk for pk in places if pk]) | managed)
    tops: list[Unit] = []
    for unit in units.order_by("path"):
        if not any(unit.path.startswith(top.path) for top in tops):
            tops.append(unit)
    return Reach(None in places, tuple(sorted(tops, key=lambda unit: unit.name)))
