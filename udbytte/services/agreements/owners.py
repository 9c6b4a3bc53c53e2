"""Who owns a step: the person who is, on the day, the party that the lifecycle table names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, QuerySet

from udbytte.domain.lifecycle import Party
from udbytte.domain.organisation import nearest
from udbytte.models import Agreement, Deputy, Employment, Helper, ManagerRole, Person, Role, RoleAssignment
from udbytte.models.compiled_query import compiled
from udbytte.queries.agreements.stalled import first_owners


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a step."""

    person_id: int
    stray: bool = False  # nobody was found who should own it, so that HR has it


@dataclass(slots=True)
class RoleHolders:
    """Who holds which role in which unit on a day, read once for many steps."""

    on: date
    # By role, from unit (None: the whole organisation) to people.
    by_role: dict[str, dict[int | None, list[int]]] = field(default_factory=dict)
    # From a person to the deputy who settles the money in their place.
    deputies: dict[int, int] = field(default_factory=dict)

    @classmethod
    def on_day(cls, on: date) -> RoleHolders:
        holders = cls(on)
        for role, unit, person in _roles_on(on):
            holders.by_role.setdefault(role, {}).setdefault(unit, []).append(person)
        holders.deputies = dict(_deputies_on(on))
        return holders

    def deputy_of(self, person: int | None, *, without: Collection[int | None]) -> int | None:
        """The person's deputy on the day; the person themself if there is none, or if it is one of `without`."""
        deputy = self.deputies.get(person or 0)
        return person if deputy is None or deputy in without else deputy

    def nearest(self, role: Role, ancestors: list[int], without: Collection[int | None] = ()) -> int | None:
        """The nearest holder of the role, upward from a unit that is given by its ancestors, root first."""
        return nearest(ancestors, self.by_role.get(role, {}), without)

    def upward(self, role: Role, ancestors: list[int]) -> list[int]:
        """All holders of the role, upward from a unit, the nearest first."""
        by_unit = self.by_role.get(role, {})
        return list(dict.fromkeys(person for unit in (*reversed(ancestors), None) for person in by_unit.get(unit, ())))

    def stand_in(self, ancestors: list[int], employee: int) -> int:
        """Who gets a step that found no owner: HR, else an administrator, else the employee."""
        holder = self.nearest(Role.HR, ancestors) or self.nearest(Role.ADMINISTRATOR, ancestors)
        return holder or employee


@compiled
def _roles_on(on: date) -> QuerySet[RoleAssignment, tuple[str, int | None, int]]:
    rows = RoleAssignment.objects.on(on).filter(person__is_active=True).order_by("starts_on", "pk")
    return rows.values_list("role", "unit_id", "person_id")


@compiled
def _deputies_on(on: date) -> QuerySet[Deputy, tuple[int, int]]:
    rows = Deputy.objects.on(on).filter(deputy__is_active=True)
    return rows.order_by("starts_on", "pk").values_list("person_id", "deputy_id")


def manager_above(person_id: int, on: date) -> int | None:
    """The active line manager of a person's first employment on the day."""
    rows = Employment.objects.on(on).filter(person=person_id, line_manager__is_active=True)
    return rows.order_by("pk").values_list("line_manager_id", flat=True).first()


def owner_of(
    agreement: Agreement, party: Party, *, on: date, holders: RoleHolders | None = None, step: str = ""
) -> Owner:
    """Who owns a step that belongs to `party`.

    If there is nobody, or they have left, it is the line manager; if there is no manager either, HR, as a stray step.
    A deputy owns the steps about money: not for their own course, and not for one that they nominate as manager.
    """
    holders = holders or RoleHolders.on_day(on)
    ancestors = agreement.unit.ancestor_ids
    manager = agreement.employment.line_manager
    manager_id = manager.pk if manager is not None and manager.is_active else None
    owner_id: int | None = None
    match party:
        case Party.EMPLOYEE:
            owner_id = agreement.employee_id if agreement.employee.is_active else None
        case Party.MANAGER:
            owner_id = manager_id
            if step == "settle_money":
                owner_id = holders.deputy_of(owner_id, without=(agreement.employee_id,))
        case Party.COORDINATOR:
            owner_id = holders.nearest(Role.COORDINATOR, ancestors)
            if owner_id is None and agreement.employee.is_active:
                owner_id = agreement.employee_id
        case Party.BUDGET_OWNER:
            asking = who_asks_for_money(agreement)
            owner_id = holders.nearest(Role.BUDGET_OWNER, ancestors, without=asking)
            if owner_id is None and manager_id is not None:
                owner_id = manager_above(manager_id, on)
            if owner_id is None or owner_id in asking:
                return Owner(holders.stand_in(ancestors, agreement.employee_id), stray=True)
            owner_id = holders.deputy_of(owner_id, without=asking)
        case Party.HELPER:
            helper = current_helper(agreement)
            owner_id = helper.person_id if helper is not None and helper.person.is_active else None
        case Party.HR:
            owner_id = holders.nearest(Role.HR, ancestors)
    if owner_id is None:
        owner_id = manager_id
    if owner_id is None:
        return Owner(holders.stand_in(ancestors, agreement.employee_id), stray=True)
    return Owner(owner_id)


def who_asks_for_money(agreement: Agreement) -> frozenset[int | None]:
    """Who may not decide about the money: the employee, the line manager, and whoever has nominated the course."""
    nominators = (nomination.by_id for nomination in agreement.nominations.all() if nomination.decided_on is None)
    return frozenset({agreement.employee_id, agreement.employment.line_manager_id, *nominators})


def current_helper(agreement: Agreement) -> Helper | None:
    """The helper who is asked now, or else one who helps now."""
    rows = agreement.helpers.filter(ended_on__isnull=True).select_related("person")
    return rows.order_by(F("answered_on").asc(nulls_first=True), "pk").first()


def people_to_notify(agreement: Agreement, party: Party, *, on: date) -> list[Person]:
    """Who is notified of what concerns a party; nobody when there is no such person, as nobody stands in for that."""
    if party is Party.HELPER:
        return list(Person.objects.filter(helps__agreement=agreement, helps__ended_on__isnull=True, is_active=True))
    owner = owner_of(agreement, party, on=on)
    return [] if owner.stray else _who_works_here(owner.person_id)


@compiled
def _who_works_here(person_id: int) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id, is_active=True)


def people_in_line(agreement: Agreement, *, on: date, holders: RoleHolders | None = None) -> set[int]:
    """Who can be given the step: the holders of its role for the unit, their deputies, and the managers above.

    Nobody else can, and never the employee.
    """
    step = agreement.state.step
    holders, ancestors = holders or RoleHolders.on_day(on), agreement.unit.ancestor_ids
    people: set[int | None] = set()
    if step is None:
        return set()
    role = {Party.COORDINATOR: Role.COORDINATOR, Party.BUDGET_OWNER: Role.BUDGET_OWNER}.get(step.owner)
    if role is not None:
        for unit in (*ancestors, None):
            people.update(holders.by_role.get(role, {}).get(unit, ()))
    else:
        managed = ManagerRole.objects.on(on).filter(unit__in=ancestors, person__is_active=True)
        people.update(managed.values_list("person_id", flat=True))
    silent = agreement.step_owner_id
    if agreement.is_with_hr:  # not HR, but whose step it was
        silent = first_owners([agreement]).get(agreement.pk)
    people.add(manager_above(silent or 0, on))
    if role is Role.COORDINATOR:
        people.add(agreement.employment.line_manager_id)
    people.update(holders.deputies[person] for person in list(people) if person in holders.deputies)
    return {person for person in people if person is not None} - {agreement.employee_id}
