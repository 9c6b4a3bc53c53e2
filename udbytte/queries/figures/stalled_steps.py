"""What stood still, by step: how many agreements lapsed, missed their deadline, moved along the line, or are late.

The numbers are in the measure FLOW, named by what happened and the step: "lapsed_at.decide", and "late.decide.12" for
12 days late. `stalled_steps_of` says what of them may be shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from udbytte.domain.figures.key_questions import STEP_ROLES, Measure, median
from udbytte.domain.figures.suppression import keys_to_show
from udbytte.domain.lifecycle import LAPSES, STEPS, Event, Kind, Party, Stage
from udbytte.models import CountedAgreement, ManagerRole, Role, RoleAssignment, Unit, below

LAPSED_AT, MISSED_AT, MOVED_AT, LATE = "lapsed_at", "missed_at", "moved_at", "late"
BY_STEP = (LAPSED_AT, MISSED_AT, MOVED_AT, LATE)
# A helper's silence sends the agreement back, so that no step of a helper stands still.
STALLING_STEPS = {step: role for step, role in STEP_ROLES.items() if role is not Party.HELPER}
GIVEN_ROLES = {Party.COORDINATOR: Role.COORDINATOR, Party.BUDGET_OWNER: Role.BUDGET_OWNER}
ROWS_READ = 25  # of each role, to see whether five different people hold it


def count_stalled_steps(
    tallies: Mapping[int, Mapping[Measure, Counter[str]]], rows: QuerySet[CountedAgreement], on: date
) -> None:
    """Add what stood still among `rows`, the agreements as they were counted on the day."""
    lapsed = rows.filter(stage=Stage.LAPSED).values_list("unit", "kind", "lost_from")
    for unit, kind, stage, number in lapsed.annotate(n=Count("pk")):
        if (kind, stage) in LAPSES:
            tallies[unit][Measure.FLOW][f"{LAPSED_AT}.{STEPS[Kind(kind), Stage(stage)].name}"] += number
    entry = {"agreement__log__on__lte": on, "agreement__log__undone": False}
    missed = rows.filter(agreement__log__event=Event.MISS_DEADLINE, **entry)
    by_stage = missed.values_list("unit", "agreement__log__from_stage").annotate(n=Count("agreement__log"))
    for unit, stage, number in by_stage:
        tallies[unit][Measure.FLOW][f"{MISSED_AT}.{STEPS[Kind.COURSE, Stage(stage)].name}"] += number
    # A step that moves because its owner is away has not stood still.
    moved = rows.filter(agreement__log__event=Event.MOVE_ON, agreement__log__facts__away=None, **entry)
    by_step = moved.values_list("unit", "agreement__log__step").annotate(n=Count("agreement__log"))
    for unit, step, number in by_step:
        tallies[unit][Measure.FLOW][f"{MOVED_AT}.{step}"] += number
    open_ = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    late = rows.filter(open_, step_due__lt=on, step__in=STALLING_STEPS).values_list("unit", "step", "step_due")
    for unit, step, due, number in late.annotate(n=Count("pk")):
        if due is not None:
            tallies[unit][Measure.FLOW][f"{LATE}.{step}.{(on - due).days}"] += number


@dataclass(frozen=True, slots=True)
class StalledRow:
    """What stood still at a step: `step` and `role` are empty where the steps of some roles are counted together.

    `days`: half of the late steps are so many days past their date, or more; None if no step is late.
    """

    step: str
    role: str
    lapsed: int
    missed: int
    moved: int
    late: int
    days: int | None

    @property
    def is_empty(self) -> bool:
        return not (self.lapsed or self.missed or self.moved or self.late)


def stalled_total(flow: Mapping[str, int]) -> StalledRow:
    """What stood still in all, from the numbers of the measure FLOW."""
    return _row(flow, STALLING_STEPS)


def stalled_steps_of(place: Unit | None, flow: Mapping[str, int], *, on: date) -> list[StalledRow]:
    """What stood still by step, of roles that at least five people hold; the others together, as the last row.

    Only for the place that holds the whole round: from the numbers of a part, those of the rest could be worked out.
    The employees' steps are shown only if all others are. They are in every number that is shown elsewhere (the losses
    of a phase, and of learning at work), so that such a number gives no hidden role away.
    """
    shown = set(keys_to_show(_holders(place, on)))
    if len(shown) == len(GIVEN_ROLES) + 1:
        shown.add(Party.EMPLOYEE)
    steps = [step for step, role in STALLING_STEPS.items() if role in shown]
    rows = [_row(flow, [step], step=step, role=STALLING_STEPS[step]) for step in steps]
    rows.append(_row(flow, [step for step in STALLING_STEPS if step not in steps]))
    return [row for row in rows if not row.is_empty]


def _row(flow: Mapping[str, int], steps: Collection[str], *, step: str = "", role: str = "") -> StalledRow:
    late: Counter[int] = Counter()
    sums: Counter[str] = Counter()
    for name, number in flow.items():
        what, _dot, rest = name.partition(".")
        at, _dot, days = rest.partition(".")
        if what in BY_STEP and at in steps:
            sums[what] += number
            if what == LATE:
                late[int(days)] += number
    return StalledRow(step, role, sums[LAPSED_AT], sums[MISSED_AT], sums[MOVED_AT], sums[LATE], median(late))


def _holders(place: Unit | None, on: date) -> dict[Party, set[int]]:
    """The people who hold each role in the place on the day, or some of them where there are many."""
    managing = ManagerRole.objects.on(on).order_by("pk")
    given = RoleAssignment.objects.on(on).order_by("pk")
    if place is not None:
        managing = managing.filter(below(place, "unit__"))
        given = given.filter(Q(unit=None) | Q(unit__in=place.ancestor_ids) | below(place, "unit__"))
    holders = {Party.MANAGER: set(managing.values_list("person", flat=True)[:ROWS_READ])}
    for party, role in GIVEN_ROLES.items():
        holders[party] = set(given.filter(role=role).values_list("person", flat=True)[:ROWS_READ])
    return holders
