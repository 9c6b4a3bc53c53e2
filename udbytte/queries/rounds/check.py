"""What a round lacks before it is published: what stops publishing, and what would be missed later."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from udbytte.domain.organisation import nearest
from udbytte.models import Budget, Person, Role, RoleAssignment, Round, Unit

from .rounds import employments_of

MOST_TALKS = 30  # conversations of one manager; the design expects 5 to 30


class StopKind(Enum):
    """The reasons that stop publishing."""

    NO_UNITS = auto()
    NO_RULES = auto()
    NO_QUESTIONS = auto()
    NO_HR = auto()


@dataclass(frozen=True, slots=True)
class Stop:
    kind: StopKind
    field: str = ""
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Staffing:
    """A unit of the round: its coordinator, its budget owner, and the budget that pays there.

    `own_budget`: the budget is the unit's own, not one above. `without_manager`: an employee has no line manager.
    """

    unit: Unit
    coordinator: Person | None
    budget_owner: Person | None
    budget: Budget | None
    without_manager: bool

    @property
    def own_budget(self) -> bool:
        return self.budget is not None and self.budget.unit_id == self.unit.pk

    @property
    def lacks(self) -> bool:
        staffed = self.coordinator and self.budget_owner and self.budget
        return staffed is None or self.without_manager


@dataclass(frozen=True, slots=True)
class Check:
    """What a round lacks. `busy`: managers with more than MOST_TALKS conversations, and how many each has.

    `is_discussed`: the works council has discussed what the round measures.
    """

    stops: Sequence[Stop]
    units: Sequence[Staffing]
    busy: Sequence[tuple[Person, int]]
    talks: int
    is_discussed: bool


def stops_of(round_: Round, *, on: date) -> list[Stop]:
    """What stops publishing the round, the first thing to do first."""
    units = list(round_.units.order_by("path"))
    stops = [] if units else [Stop(StopKind.NO_UNITS, "units")]
    if not round_.procedure.strip():
        stops.append(Stop(StopKind.NO_RULES, "procedure"))
    if not round_.questions.exists():
        stops.append(Stop(StopKind.NO_QUESTIONS))
    hr = _holders(Role.HR, on)
    stops += [Stop(StopKind.NO_HR, "units", unit) for unit in units if nearest(unit.ancestor_ids, hr, ()) is None]
    return stops


def _holders(role: Role, on: date) -> Mapping[int | None, list[int]]:
    held: dict[int | None, list[int]] = defaultdict(list)
    rows = RoleAssignment.objects.on(on).filter(role=role, person__is_active=True).order_by("starts_on", "pk")
    for unit, person in rows.values_list("unit_id", "person_id"):
        held[unit].append(person)
    return held


def units_without_coordinator(round_: Round, *, on: date) -> int:
    """The number of the round's units that have no coordinator, neither their own nor one above."""
    coordinators = _holders(Role.COORDINATOR, on)
    working = employments_of(round_, on).order_by().values("unit")
    units = Unit.objects.filter(pk__in=working).only("path")
    return sum(nearest(unit.ancestor_ids, coordinators, ()) is None for unit in units)


def check_of(round_: Round, *, on: date) -> Check:
    """Everything the round lacks on the day; a fixed number of queries for any number of units."""
    rows = list(employments_of(round_, on).order_by().values_list("unit_id", "line_manager_id"))
    talks = Counter(manager for _unit, manager in rows if manager is not None)
    alone = {unit for unit, manager in rows if manager is None}
    units = Unit.objects.filter(pk__in={unit for unit, _manager in rows}).order_by("name", "pk")
    coordinators, owners = _holders(Role.COORDINATOR, on), _holders(Role.BUDGET_OWNER, on)
    budgets = {coordinator.unit_id: coordinator for coordinator in round_.budgets.all()}
    staffed = [
        (
            unit,
            nearest(unit.ancestor_ids, coordinators, ()),
            nearest(unit.ancestor_ids, owners, ()),
            next((budgets[pk] for pk in reversed(unit.ancestor_ids) if pk in budgets), None),
        )
        for unit in units
    ]
    crowded = {manager: count for manager, count in talks.items() if count > MOST_TALKS}
    people = Person.objects.in_bulk(
        [*{pk for _, coordinator, owner, _ in staffed for pk in (coordinator, owner) if pk}, *crowded]
    )
    staffing = [
        Staffing(unit, people.get(coordinator or 0), people.get(owner or 0), budget, unit.pk in alone)
        for unit, coordinator, owner, budget in staffed
    ]
    busy = sorted(
        ((people[pk], count) for pk, count in crowded.items()),
        key=lambda coordinator: (-coordinator[1], coordinator[0].name),
    )
    return Check(stops_of(round_, on=on), staffing, busy, len(rows), round_.discussed_on is not None)
