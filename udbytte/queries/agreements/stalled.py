"""What is stalled: for HR as groups by their cause, for coordinators and managers as their own lists.

HR reads who is late, in which role, how many steps and how old. It reads no title, no employee, and no step of an
employee. Everything that HR reads of stalled steps comes from here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from udbytte.access.agreements import agreements_of_reports, course_agreements_served_by
from udbytte.access.people import units_served
from udbytte.domain.figures.suppression import MINIMUM
from udbytte.domain.lifecycle import Event, Kind, Party
from udbytte.domain.lifecycle.line import CAPACITY, LINE, Place
from udbytte.domain.lifecycle.reminders import BEFORE_SIGN_UP, STALLED_AFTER
from udbytte.models import Agreement, Employment, LogEntry, Person, Role, Routing, Unit
from udbytte.models.stalled_text import group_sentence

# The steps of managers, coordinators and budget owners that HR sees. Their party is the same in every stage.
STEPS_FOR_HR: Mapping[str, Party] = {
    "find_run": Party.COORDINATOR,
    "register": Party.COORDINATOR,
    "confirm_seat": Party.COORDINATOR,
    "settle_money": Party.MANAGER,
    "talk_stuck": Party.MANAGER,
    "decide": Party.BUDGET_OWNER,
}
OF_COORDINATORS = [step for step, party in STEPS_FOR_HR.items() if party is Party.COORDINATOR]
A_PERSONS_OWN = 3  # somebody with so many late steps of a kind is a group of their own
FOUR_WEEKS, SIX_WEEKS = 28, 42  # days
COLUMNS = (
    *(
        "kind",
        "stage",
        "proposed_by",
        "proposal",
        "step",
        "step_owner",
        "step_due",
        "stray",
        "handed_over",
        "line_level",
        "turn",
    ),
    *("employee", "employment", "unit__name", "unit__path", "run__signup_deadline"),
)


def _at_hr() -> Q:
    """The steps that have come to HR along the line."""
    at_hr = Q(pk__in=[])
    for step, row in LINE.items():
        for number, level in enumerate(row.levels, start=1):
            if Place.HR in level.places:
                at_hr |= Q(step=step, line_level=number, handed_over=False, proposed_by="")
    return at_hr


# The same as `Agreement.is_with_hr`.
WITH_HR = Q(stray=True) | _at_hr()


class Cause(StrEnum):
    """Why the steps of a group stand still, as far as it can be seen."""

    NO_OWNER = auto()  # the organisation names nobody whose step it could be
    CAPACITY = auto()  # a coordinator has more late steps than one person can see to
    PERSON = auto()  # they wait for the same person
    SEVERAL = auto()  # they wait for several people in one part of the organisation


@dataclass(slots=True)
class Group:
    """Late steps with the same cause. One action concerns all of them."""

    key: str
    cause: Cause
    step: str  # empty: steps of several kinds
    party: Party
    unit: Unit  # the part of the organisation they are in, of at least five people
    on: date
    agreements: list[Agreement] = field(default_factory=list)
    silent: dict[int, Person] = field(default_factory=dict)  # whose step it is, by agreement
    routings: list[Routing] = field(default_factory=list)  # announced, and not in force yet

    @property
    def count(self) -> int:
        return len(self.agreements)

    @property
    def people(self) -> list[tuple[Person, list[Agreement]]]:
        """Whose steps they are, with the steps of each; whoever has most comes first."""
        of_person: dict[Person, list[Agreement]] = defaultdict(list)
        for agreement in self.agreements:
            if agreement.pk in self.silent:
                of_person[self.silent[agreement.pk]].append(agreement)
        return sorted(of_person.items(), key=lambda pair: (-len(pair[1]), pair[0].name))

    @property
    def with_hr(self) -> list[Agreement]:
        """The steps that HR can give to somebody, and has not given yet."""
        announced = {routing.agreement_id for routing in self.routings}
        return [row for row in self.agreements if row.is_with_hr and row.pk not in announced]

    @property
    def oldest(self) -> int:
        return max((days_late(row, self.on) for row in self.agreements), default=0)

    @property
    def ages(self) -> tuple[int, int, int]:
        """How many are late by less than four weeks, by four to six, and by more."""
        days = [days_late(row, self.on) for row in self.agreements]
        young, old = sum(late < FOUR_WEEKS for late in days), sum(late > SIX_WEEKS for late in days)
        return young, len(days) - young - old, old

    @property
    def savable(self) -> list[Agreement]:
        """The steps that can still be taken before sign-up closes."""
        return [row for row in self.agreements if deadline_ahead(row, self.on) is not None]

    @property
    def deadlines(self) -> list[date]:
        """The sign-up deadlines that can still be met, the first one first."""
        return sorted(day for row in self.agreements if (day := deadline_ahead(row, self.on)) is not None)


def days_late(agreement: Agreement, on: date) -> int:
    return max((on - agreement.step_due).days, 0) if agreement.step_due is not None else 0


def deadline_ahead(agreement: Agreement, on: date) -> date | None:
    """The sign-up deadline that the step can still meet; None where there is none, or where it has passed."""
    deadline = agreement.run.signup_deadline if agreement.run is not None else None
    return deadline if agreement.step in BEFORE_SIGN_UP and deadline is not None and deadline >= on else None


def groups_for_hr(person: Person, on: date) -> list[Group]:
    """All that is stalled in the units that the person cares for as HR, as groups; the largest come first.

    A step counts when it is more than three weeks late, has no owner, or has come to HR; of a coordinator with more
    than `CAPACITY` late steps, every late one.
    """
    cares = units_served(person, Role.HR, on)
    late = Q(step__in=STEPS_FOR_HR, proposed_by="", step_due__lt=on)
    rows = Agreement.objects.filter(Q(stray=True) | WITH_HR | late, closed_on__isnull=True, unit__in=cares)
    agreements = list(rows.select_related("unit", "run").only(*COLUMNS).order_by("step_due", "pk"))
    owners = first_owners(agreements)
    people = Person.objects.in_bulk({owner for owner in owners.values() if owner is not None})
    grouping = _Grouping(on, people, owners)
    for agreement in agreements:
        grouping.add(agreement)
    return grouping.groups()


@dataclass(slots=True)
class _Grouping:
    """Sorts late steps into groups."""

    on: date
    people: Mapping[int, Person]
    owners: Mapping[int, int | None]
    stray: list[Agreement] = field(default_factory=list)
    by_coordinator: dict[int, list[Agreement]] = field(default_factory=lambda: defaultdict(list))
    by_step: dict[tuple[str, int], list[Agreement]] = field(default_factory=lambda: defaultdict(list))

    def add(self, agreement: Agreement) -> None:
        owner = self.owners.get(agreement.pk)
        if agreement.stray:
            self.stray.append(agreement)
        elif owner is None or owner == agreement.employee_id:
            return  # a step of an employee stops at the line manager
        elif agreement.step in OF_COORDINATORS:
            self.by_coordinator[owner].append(agreement)
        elif self._is_stalled(agreement):
            self.by_step[agreement.step, owner].append(agreement)

    def _is_stalled(self, agreement: Agreement) -> bool:
        return agreement.is_with_hr or days_late(agreement, self.on) > STALLED_AFTER.days

    def groups(self) -> list[Group]:
        groups = []
        for owner, rows in self.by_coordinator.items():
            if len(rows) > CAPACITY:
                groups.append(self._of_person(Cause.CAPACITY, f"capacity-{owner}", "", rows))
                continue
            for agreement in rows:
                if self._is_stalled(agreement):
                    self.by_step[agreement.step, owner].append(agreement)
        single: list[Agreement] = []
        for (step, owner), rows in self.by_step.items():
            if len(rows) >= A_PERSONS_OWN:
                groups.append(self._of_person(Cause.PERSON, f"{step}-{owner}", step, rows))
            else:
                single += rows
        places = units_shown([*single, *self.stray], self.on)
        groups += self._joined(single, places) + self._without_owner(places)
        announced: dict[int, Routing] = {
            routing.agreement_id: routing
            for routing in Routing.objects.filter(
                agreement__in=[row.pk for group in groups for row in group.agreements], applied_on=None, ended_on=None
            ).select_related("to")
        }
        for group in groups:
            group.routings = [announced[row.pk] for row in group.agreements if row.pk in announced]
        return sorted(groups, key=lambda group: (-group.count, -group.oldest, group.key))

    def _silent(self, rows: Iterable[Agreement]) -> dict[int, Person]:
        owners = ((row.pk, self.owners.get(row.pk)) for row in rows)
        return {pk: self.people[owner] for pk, owner in owners if owner is not None and owner in self.people}

    def _of_person(self, cause: Cause, key: str, step: str, rows: list[Agreement]) -> Group:
        party = STEPS_FOR_HR[rows[0].step]
        return Group(key, cause, step, party, rows[0].unit, self.on, rows, self._silent(rows))

    def _joined(self, rows: list[Agreement], places: Mapping[int, tuple[Unit, Unit]]) -> list[Group]:
        """The steps of people with only a few, by step and area."""
        groups: dict[str, Group] = {}
        for row in rows:
            area, _unit = places[row.unit_id]
            key = f"{row.step}-i-{area.pk}"
            party = STEPS_FOR_HR[row.step]
            group = groups.setdefault(key, Group(key, Cause.SEVERAL, row.step, party, area, self.on))
            group.agreements.append(row)
            group.silent |= self._silent([row])
        return list(groups.values())

    def _without_owner(self, places: Mapping[int, tuple[Unit, Unit]]) -> list[Group]:
        """The steps without an owner, by the role that is missing and the unit."""
        groups: dict[str, Group] = {}
        for row in self.stray:
            step = row.state.step
            if step is None:
                continue
            _area, unit = places[row.unit_id]
            key = f"uden-{step.owner}-{unit.pk}"
            group = groups.setdefault(key, Group(key, Cause.NO_OWNER, "", step.owner, unit, self.on))
            group.agreements.append(row)
        return list(groups.values())


def first_owners(agreements: Iterable[Agreement]) -> dict[int, int | None]:
    """Whose step it was before it moved along the line, by agreement; of a step that somebody was given, the taker."""
    owners: dict[int, int | None] = {}
    moved: dict[int, Agreement] = {}
    for agreement in agreements:
        if agreement.line_level and not agreement.handed_over:
            moved[agreement.pk] = agreement
        else:
            owners[agreement.pk] = agreement.step_owner_id
    entries = LogEntry.objects.filter(agreement__in=moved).order_by("agreement", "-number")
    known = entries.values_list("agreement_id", "event", "from_stage", "to_stage", "owner_id", "step")
    finished: set[int] = set()
    for pk, event, before, after, owner, step in known:
        if pk in finished:
            continue
        if step == moved[pk].step:
            owners[pk] = owner
        if before != after or (event == Event.HAND_OVER):
            finished.add(pk)
    return owners


def units_shown(agreements: Sequence[Agreement], on: date) -> dict[int, tuple[Unit, Unit]]:
    """For each unit of the agreements: its area (right below the top), and the unit that is named for it.

    A unit with fewer than five people is joined with the one above.
    """
    paths = {agreement.unit_id: agreement.unit.path for agreement in agreements}
    if not paths:
        return {}
    people: Counter[int] = Counter()
    employed = Employment.objects.on(on).order_by().values_list("unit__path")
    for path, count in employed.annotate(count=Count("person", distinct=True)):
        for pk in Unit(path=path).ancestor_ids:
            people[pk] += count
    units = Unit.objects.in_bulk({pk for path in paths.values() for pk in Unit(path=path).ancestor_ids})
    shown: dict[int, tuple[Unit, Unit]] = {}
    for unit, path in paths.items():
        ancestors = Unit(path=path).ancestor_ids
        enough = [pk for pk in ancestors if people[pk] >= MINIMUM] or ancestors[:1]
        shown[unit] = units[enough[min(1, len(enough) - 1)]], units[enough[-1]]
    return shown


def sentence_of(group: Group) -> str:
    """What waits, at whom, and how long it can still be in time, in one sentence."""
    deadlines = group.deadlines
    return group_sentence(
        step=group.step,
        party=group.party,
        count=group.count,
        people=len(group.people),
        oldest=group.oldest,
        savable=len(deadlines),
        until=deadlines[0] if deadlines else None,
        first=len(set(deadlines)) > 1,
        on=group.on,
    )


# --- The lists of coordinators and managers

LIST_RELATED = ("employee", "step_owner", "unit", "course", "method", "employment__line_manager")


def moved_to(person: Person) -> QuerySet[Agreement]:
    """The steps that have come to the person along the line. HR's are in its groups."""
    rows = Agreement.objects.filter(step_owner=person, line_level__gt=0, closed_on__isnull=True, proposed_by="")
    return rows.exclude(WITH_HR).select_related(*LIST_RELATED).order_by("step_due", "pk")


def _seen_to(person: Person, on: date, keep: Q) -> list[Agreement]:
    """Open agreements with somebody else's step that the person sees to, as line manager or as coordinator.

    Asked one after the other, since no index fits both at once; with the units as a list, so that the index of each
    unit's open courses is used.
    """
    units = list(units_served(person, Role.COORDINATOR, on).values_list("pk", flat=True))
    served = course_agreements_served_by(person, on).filter(unit__in=units)
    rows: dict[int, Agreement] = {}
    for seen in (agreements_of_reports(person, on), served):
        open_ = seen.filter(keep, closed_on__isnull=True).exclude(step_owner=person)
        rows |= {row.pk: row for row in open_.select_related(*LIST_RELATED)}
    return sorted(rows.values(), key=lambda row: (row.step_due or on, row.pk))


def moved_from(person: Person, on: date) -> list[Agreement]:
    """The steps that were the person's and are with somebody else now, of agreements that the person still sees to."""
    had = LogEntry.objects.filter(agreement=OuterRef("pk"), owner=person, step=OuterRef("step"))
    return _seen_to(person, on, Q(Exists(had), line_level__gt=0))


def late_around(person: Person, on: date) -> list[Agreement]:
    """What is stalled with others, of the person's reports and of the courses that the person coordinates."""
    had = LogEntry.objects.filter(agreement=OuterRef("pk"), owner=person, step=OuterRef("step"))
    was_theirs = Q(Exists(had), line_level__gt=0)
    return _seen_to(person, on, (Q(step_due__lt=on - STALLED_AFTER) | Q(stray=True)) & ~was_theirs)


def stalled_count(person: Person, on: date) -> int:
    """How many steps are stalled with others, for a coordinator's weekly email."""
    served = units_served(person, Role.COORDINATOR, on)
    still = Q(step_due__lt=on - STALLED_AFTER) | Q(stray=True)
    return Agreement.objects.filter(still, unit__in=served, kind=Kind.COURSE, closed_on__isnull=True).count()
