"""Whose a step is: from the party the table names to the person who is it on the day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from udbytte.domain.lifecycle import Party
from udbytte.domain.organisation import nearest
from udbytte.models import Agreement, Deputy, Employment, Helper, Person, Role, RoleAssignment


@dataclass(frozen=True, slots=True)
class Owner:
    """A step's owner; `stray`: nobody it belongs to was found, and it lies with HR."""

    person_id: int
    stray: bool = False


@dataclass(slots=True)
class RoleHolders:
    """Who holds which role where on a day, read once: unit id (None: the whole) to people, by role.

    `deputies`: who settles the money in whose place on the day, from person to deputy.
    """

    on: date
    by_role: dict[str, dict[int | None, list[int]]] = field(default_factory=dict)
    deputies: dict[int, int] = field(default_factory=dict)

    @classmethod
    def on_day(cls, on: date) -> RoleHolders:
        holders = cls(on)
        rows = RoleAssignment.objects.on(on).filter(person__is_active=True).order_by("starts_on", "pk")
        for role, unit, person in rows.values_list("role", "unit_id", "person_id"):
            holders.by_role.setdefault(role, {}).setdefault(unit, []).append(person)
        stand_ins = Deputy.objects.on(on).filter(deputy__is_active=True)
        holders.deputies = dict(stand_ins.order_by("starts_on", "pk").values_list("person_id", "deputy_id"))
        return holders

    def deputy_of(self, person: int | None, *, without: Collection[int | None]) -> int | None:
        """The person's deputy on the day, or the person: nobody settles money in which they are a party themself."""
        deputy = self.deputies.get(person or 0)
        return person if deputy is None or deputy in without else deputy

    def nearest(self, role: Role, ancestors: list[int], without: int = 0) -> int | None:
        """The nearest holder of the role upward from a unit given by its ancestors, root first."""
        return nearest(ancestors, self.by_role.get(role, {}), without)

    def stand_in(self, ancestors: list[int], employee: int) -> int:
        """With whom a step lies that found no owner: HR, else an administrator, else the employee themself."""
        found = self.nearest(Role.HR, ancestors) or self.nearest(Role.ADMINISTRATOR, ancestors)
        return found or employee


def manager_above(person_id: int, on: date) -> int | None:
    """The active line manager of a person's first employment on the day."""
    rows = Employment.objects.on(on).filter(person=person_id, line_manager__is_active=True)
    return rows.order_by("pk").values_list("line_manager_id", flat=True).first()


def owner_of(
    agreement: Agreement, party: Party, *, on: date, holders: RoleHolders | None = None, step: str = ""
) -> Owner:
    """Who owns a step that belongs to `party`. Gone or missing: the manager; no manager either: HR, as a stray.

    Where the step is about money, the deputy owns it while there is one: not of their own course, and not of what they
    nominate as manager.
    """
    holders = holders or RoleHolders.on_day(on)
    ancestors = agreement.unit.ancestor_ids
    manager = agreement.employment.line_manager
    manager_id = manager.pk if manager is not None and manager.is_active else None
    found: int | None = None
    match party:
        case Party.EMPLOYEE:
            found = agreement.employee_id if agreement.employee.is_active else None
        case Party.MANAGER:
            found = manager_id
            if step == "settle_money":
                found = holders.deputy_of(found, without=(agreement.employee_id,))
        case Party.COORDINATOR:
            found = holders.nearest(Role.COORDINATOR, ancestors)
            if found is None and agreement.employee.is_active:
                found = agreement.employee_id
        case Party.BUDGET_OWNER:
            found = holders.nearest(Role.BUDGET_OWNER, ancestors, without=agreement.employee_id)
            if found is None and manager_id is not None:
                found = manager_above(manager_id, on)
            if found in (None, agreement.employee_id):
                return Owner(holders.stand_in(ancestors, agreement.employee_id), stray=True)
            found = holders.deputy_of(found, without=(agreement.employee_id, manager_id))
        case Party.HELPER:
            helper = current_helper(agreement)
            found = helper.person_id if helper is not None and helper.person.is_active else None
        case Party.HR:
            found = holders.nearest(Role.HR, ancestors)
    if found is None:
        found = manager_id
    if found is None:
        return Owner(holders.stand_in(ancestors, agreement.employee_id), stray=True)
    return Owner(found)


def current_helper(agreement: Agreement) -> Helper | None:
    """The helper who is asked, or else helps, now."""
    rows = agreement.helpers.filter(ended_on__isnull=True).select_related("person")
    return rows.order_by(F("answered_on").asc(nulls_first=True), "pk").first()


def people_to_notify(agreement: Agreement, party: Party, *, on: date) -> list[Person]:
    """Who is told what concerns a party; nobody when there is none (telling needs no stand-in)."""
    if party is Party.HELPER:
        return list(Person.objects.filter(helps__agreement=agreement, helps__ended_on__isnull=True, is_active=True))
    owner = owner_of(agreement, party, on=on)
    if owner.stray:
        return []
    return list(Person.objects.filter(pk=owner.person_id, is_active=True))
