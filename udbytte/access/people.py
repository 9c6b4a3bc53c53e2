"""The roles that a person has on a day, and for which units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from udbytte.models import (
    Absence,
    Employment,
    Helper,
    ManagerRole,
    MissingPeriod,
    Person,
    Role,
    RoleAssignment,
    Unit,
    valid_on,
)
from udbytte.models.compiled_query import compiled


@dataclass(frozen=True, slots=True)
class Roles:
    """What a person is on one day, besides an employee."""

    is_manager: bool = False
    manages_units: bool = False
    is_coordinator: bool = False
    is_budget_owner: bool = False
    is_hr: bool = False
    is_works_council: bool = False
    is_administrator: bool = False
    is_helper: bool = False
    has_units_below: bool = False

    @property
    def may_import_organisation(self) -> bool:
        return self.is_administrator

    @property
    def may_import_courses(self) -> bool:
        return self.is_administrator or self.is_hr or self.is_coordinator


def roles_of(person: Person, on: date) -> Roles:
    """Everything the person is on the day, in four queries at most."""
    given = set(RoleAssignment.objects.on(on).filter(person=person).order_by().values_list("role", flat=True))
    units = ManagerRole.objects.on(on).filter(person=person)
    below = Exists(Unit.objects.filter(parent=OuterRef("unit")))
    managed = list(units.values_list("holds_conversations", below))
    return Roles(
        manages_units=bool(managed),
        is_manager=any(holds for holds, _below in managed)
        or Employment.objects.on(on).filter(line_manager=person).exists(),
        is_coordinator=Role.COORDINATOR in given,
        is_budget_owner=Role.BUDGET_OWNER in given,
        is_hr=Role.HR in given,
        is_works_council=Role.WORKS_COUNCIL in given,
        is_administrator=Role.ADMINISTRATOR in given,
        has_units_below=any(below for _holds, below in managed),
        is_helper=Helper.objects.filter(person=person, ended_on__isnull=True).exclude(said_yes=False).exists(),
    )


def roles_reaching(person: Person, unit: Unit | None, on: date) -> set[str]:
    """The roles a person has on the day for a unit, for one above it, or for the whole; None: for the whole only."""
    return set(_roles_for(person, unit.ancestor_ids if unit is not None else [], on))


@compiled
def _roles_for(person: Person, units: Sequence[int], on: date) -> QuerySet[RoleAssignment, str]:
    """The roles a person has on the day for the whole, or for one of the units."""
    given = RoleAssignment.objects.on(on).filter(person=person).order_by()
    return given.filter(Q(unit__isnull=True) | Q(unit__in=units)).values_list("role", flat=True)


def is_coordinated(unit: Unit, on: date) -> bool:
    """Whether somebody coordinates the unit's courses on the day."""
    given = RoleAssignment.objects.on(on).filter(role=Role.COORDINATOR, person__is_active=True)
    return given.filter(Q(unit__isnull=True) | Q(unit__in=unit.ancestor_ids)).exists()


def has_role(person: Person, role: Role, on: date) -> bool:
    return RoleAssignment.objects.on(on).filter(person=person, role=role).exists()


def decides_about_money(person: Person, on: date) -> bool:
    """Whether the person decides about money on the day, as manager or budget owner."""
    manages = Employment.objects.on(on).filter(line_manager=person).exists()
    return manages or has_role(person, Role.BUDGET_OWNER, on)


def is_administrator(person: Person, on: date) -> bool:
    return has_role(person, Role.ADMINISTRATOR, on)


def has_administrator(on: date) -> bool:
    """Whether anybody can set Udbytte up in the application."""
    assignments = RoleAssignment.objects.on(on)
    return assignments.filter(role=Role.ADMINISTRATOR, person__is_active=True).exists()


def is_hr(person: Person, on: date) -> bool:
    return has_role(person, Role.HR, on)


def units_at_or_below(tops: Iterable[str]) -> QuerySet[Unit]:
    """The units with these paths, and all units below them; all units are below the empty path."""
    reach = Q(pk__in=[])
    for path in tops:
        reach |= Q(path__gte=path, path__lt=path + "~")
    return Unit.objects.filter(reach)


def units_served(person: Person, role: Role, on: date) -> QuerySet[Unit]:
    """The units, with all below them, for which the person has the role on the day."""
    return units_at_or_below(paths_served(person, [role], on))


@compiled
def paths_served(person: Person, roles: Sequence[Role], on: date) -> QuerySet[RoleAssignment, str]:
    """The paths of the units for which the person has one of the roles on the day; that of the whole is empty."""
    given = RoleAssignment.objects.on(on).filter(person=person, role__in=roles).order_by()
    return given.values_list(Coalesce("unit__path", Value("")), flat=True)


@compiled
def managed_paths(person: Person, on: date) -> QuerySet[ManagerRole, str]:
    """The paths of the units that the person manages on the day."""
    return ManagerRole.objects.on(on).filter(person=person).values_list("unit__path", flat=True)


def managed_units(person: Person, on: date) -> QuerySet[Unit]:
    """The units that the person manages on the day, with all below them."""
    return units_at_or_below(managed_paths(person, on))


def reports_of(person: Person, on: date) -> QuerySet[Employment]:
    """The employments whose conversations the person holds on the day."""
    return Employment.objects.on(on).filter(line_manager=person)


def works_on(on: date, person_ref: str = "pk") -> Q:
    """People who have an employment, a managed unit or a role on the day, and so have not left."""
    return Q(
        Exists(Employment.objects.filter(valid_on(on), person=OuterRef(person_ref)))
        | Exists(ManagerRole.objects.filter(valid_on(on), person=OuterRef(person_ref)))
        | Exists(RoleAssignment.objects.filter(valid_on(on), person=OuterRef(person_ref)))
    )


def missing_people(on: date) -> QuerySet[Person]:
    """People whom the organisation's file lacks: each employment and managed unit of theirs is missing.

    They still work here as far as anybody knows, and can log in.
    """
    missing = MissingPeriod.objects.filter(ends_on__isnull=True, starts_on__lte=on)
    lacked = Q(pk__in=missing.filter(valid_on(on, "employment__")).values("employment__person"))
    lacked |= Q(pk__in=missing.filter(valid_on(on, "manager_role__")).values("manager_role__person"))
    employed = Employment.objects.on(on).filter(person=OuterRef("pk"))
    managing = ManagerRole.objects.on(on).filter(person=OuterRef("pk"))
    present = Q(Exists(employed.exclude(pk__in=missing.filter(employment__isnull=False).values("employment"))))
    present |= Q(Exists(managing.exclude(pk__in=missing.filter(manager_role__isnull=False).values("manager_role"))))
    return Person.objects.filter(lacked).exclude(present).order_by()


@compiled
def ids_of_missing_people(on: date) -> QuerySet[Person, int]:
    """The ids of `missing_people`."""
    return missing_people(on).values_list("pk", flat=True)


@compiled
def ids_of_absent_people(on: date) -> QuerySet[Absence, int]:
    """The ids of people in a recorded absence."""
    return Absence.objects.on(on).values_list("employment__person", flat=True)
