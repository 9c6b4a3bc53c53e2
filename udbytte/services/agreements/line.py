"""Moving late steps along the line, day by day. The rules are in `domain.lifecycle.line`; here are the people.

Each move is an event of the agreement, and its new owner is told the same day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from django.db import OperationalError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import localtime

from udbytte.access.people import ids_of_absent_people, ids_of_missing_people
from udbytte.domain.lifecycle import Event, Party, Stage
from udbytte.domain.lifecycle.line import (
    A_WEEK,
    ASKED_BEFORE_LAPSE,
    LAPSES_AFTER,
    LINE,
    Clock,
    Ending,
    Level,
    Move,
    Place,
    Row,
    move_of,
)
from udbytte.domain.lifecycle.reminders import NEWS_FOR
from udbytte.domain.notifications import LapseNear, StepMoved, StepMovedOn
from udbytte.models import Agreement, LogEntry, Notification, Person, Role, Routing
from udbytte.models.compiled_query import compiled
from udbytte.queries.agreements.stalled import first_owners
from udbytte.queries.notifications.mail import unsent_emails_of_outage
from udbytte.services.errors import Refused
from udbytte.services.locks import is_deadlock
from udbytte.services.notifications.notify import notify

from .clocks import Pauses, clock_of
from .owners import RoleHolders, manager_above, who_asks_for_money
from .take_step import take_step

CHUNK = 500
RELATED = ("employment__line_manager", "employee", "unit", "round", "run", "step_owner", "course", "method")
BOOKING = (Stage.FOUND, Stage.NOMINATED, Stage.FUNDED)
NEAR_DEADLINE = timedelta(days=30)  # before it, no step moves early; ten working days are never more
WHO_IS_AWAY = (Party.MANAGER, Party.COORDINATOR, Party.BUDGET_OWNER)


@dataclass
class LineOfDay:
    """What is read once for all steps of a day, when the first of them needs it."""

    on: date
    known_missing: Set[int] | None = None  # whom the organisation's file lacks, where the caller has asked already
    moves: Counter[str] = field(default_factory=Counter)

    @cached_property
    def holders(self) -> RoleHolders:
        return RoleHolders.on_day(self.on)

    @cached_property
    def pauses(self) -> Pauses:
        return Pauses.until(self.on)

    @cached_property
    def absent(self) -> set[int]:
        """People who are away: in a recorded absence, or missing from the organisation's file."""
        missing = ids_of_missing_people(self.on) if self.known_missing is None else self.known_missing
        return {*ids_of_absent_people(self.on), *missing}

    @cached_property
    def received(self) -> Counter[int]:
        """Steps that came within a week and were late before, by whom they came to."""
        week = LogEntry.objects.filter(
            event=Event.MOVE_ON, on__gt=self.on - timedelta(days=7), facts__late_before=True, owner__isnull=False
        )
        return Counter(week.values_list("owner", flat=True))


def follow_the_line(*, on: date, missing: Set[int] | None = None) -> Counter[str]:
    """Move every late step that is to move on the day, and end those that nobody has taken. Returns events by name.

    1. Note which owners have been told.
    2. Take agreements back whose sign-up deadline or course date has passed.
    3. Move the steps of people who are away, and give them back on their return.
    4. Move, ask about, or end the late steps, those that are late longest first.

    A second call on the day changes nothing. An agreement that somebody changes at the same time waits for tomorrow.
    `missing`: the ids of people whom the organisation's file lacks; None: they are looked up.
    """
    _note_who_was_told(on)
    line = LineOfDay(on, missing)
    _for_each(_with_a_missed_date(on), _miss_date, line)
    _for_each(_of_people_away(line), _move_while_away, line)
    _for_each(_back_again(), _give_back, line)
    _for_each(_late(on).values_list("pk", flat=True), _follow, line)
    return line.moves


def move_steps_of_people_away(*, on: date) -> Counter[str]:
    """Move the steps of managers, coordinators and budget owners who are away now, and give those back who are here.

    The daily follow-up does the same. After an import it happens at once.
    """
    line = LineOfDay(on)
    _for_each(_of_people_away(line), _move_while_away, line)
    _for_each(_back_again(), _give_back, line)
    return line.moves


def _for_each(agreements: Iterable[int], act: Callable[[Agreement, LineOfDay], None], line: LineOfDay) -> None:
    """Let each agreement, by id, do what is to be done, read one chunk at a time."""
    ids = list(agreements)
    for start in range(0, len(ids), CHUNK):
        by_id = {row.pk: row for row in _agreements(ids[start : start + CHUNK])}
        for pk in ids[start : start + CHUNK]:
            try:
                act(by_id[pk], line)
            except Refused:
                continue
            except OperationalError as error:
                if not is_deadlock(error):
                    raise


@compiled
def _agreements(ids: list[int]) -> QuerySet[Agreement]:
    return Agreement.objects.filter(pk__in=ids).select_related(*RELATED).prefetch_related("nominations")


def _take(agreement: Agreement, event: Event, line: LineOfDay, **facts: object) -> Agreement:
    line.moves[event.value] += 1
    return take_step(agreement, event, by=None, on=line.on, facts=facts)


# --- Who was told


def _note_who_was_told(on: date) -> None:
    """Set the day on which a new owner was told: when an email about the agreement was sent to them since the step is
    theirs; at once for people without email, and where no email about it waits."""
    waiting = Agreement.objects.filter(line_told_on__isnull=True, closed_on__isnull=True, proposed_by="")
    moved = waiting.filter(Q(line_level__gt=0)).select_related("step_owner")
    told = Notification.objects.filter(agreement__in=moved, person=F("agreement__step_owner"))
    days: dict[tuple[int | None, int], date] = {}
    waits: set[int | None] = set()
    for notification in told.select_related("email").order_by("on", "pk"):
        sent_at = notification.email.sent_at if notification.email is not None else None
        if sent_at is not None:
            days[notification.agreement_id, notification.person_id] = max(localtime(sent_at).date(), notification.on)
        elif notification.email is not None or on - notification.on <= NEWS_FOR:
            waits.add(notification.agreement_id)
    for agreement in moved:
        owner = agreement.step_owner
        if owner is None:
            continue
        day = days.get((agreement.pk, owner.pk))
        if day is None or (agreement.step_since is not None and day < agreement.step_since):
            day = None if agreement.pk in waits and _gets_email(owner) else agreement.step_since
        if day is not None and day <= on:
            Agreement.objects.filter(pk=agreement.pk, turn=agreement.turn).update(line_told_on=day)


def _gets_email(person: Person) -> bool:
    return bool(person.email) and person.wants_mail and person.mail_refused_at is None


# --- Deadlines


@compiled
def _with_a_missed_date(on: date) -> QuerySet[Agreement, int]:
    """Agreements, by id, whose sign-up deadline or course date has passed before there was a seat."""
    missed = Q(stage__in=BOOKING, run__signup_deadline__lt=on) | Q(
        stage__in=(*BOOKING, Stage.WAITLISTED), starts_on__lte=on
    )
    return Agreement.objects.filter(missed, closed_on__isnull=True).order_by("pk").values_list("pk", flat=True)


def day_of_missed_date(agreement: Agreement) -> date | None:
    """The day on which it is too late for the course date, if nobody has got a seat until then; None: it is never."""
    run, days = agreement.run, list[date]()
    if agreement.stage in BOOKING and run is not None and run.signup_deadline is not None:
        days.append(run.signup_deadline + timedelta(days=1))
    if agreement.stage in (*BOOKING, Stage.WAITLISTED) and agreement.starts_on is not None:
        days.append(agreement.starts_on)
    return min(days, default=None)


def _miss_date(agreement: Agreement, line: LineOfDay) -> None:
    _take(agreement, Event.MISS_DEADLINE, line)


# --- Absences


def _of_people_away(line: LineOfDay) -> list[int]:
    """Steps, by agreement id, that are with a manager, coordinator or budget owner who is away today."""
    if not line.absent:
        return []
    rows = Agreement.objects.filter(closed_on__isnull=True, step_owner__in=line.absent, line_level=0, proposed_by="")
    rows = rows.exclude(step_owner=F("employee")).filter(stray=False).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _move_while_away(agreement: Agreement, line: LineOfDay) -> None:
    step = agreement.state.step
    if step is not None and step.owner in WHO_IS_AWAY:
        row = LINE[step.name]
        late = clock_of(agreement, line.pauses).days_late(row, line.on)
        _move(agreement, row, line, days=late, away=agreement.step_owner_id)


@compiled
def _back_again() -> QuerySet[Agreement, int]:
    """Steps, by agreement id, that moved because somebody was away."""
    later = LogEntry.objects.filter(agreement=OuterRef("agreement"), number__gt=OuterRef("number"))
    moved = LogEntry.objects.filter(~Exists(later), event=Event.MOVE_ON, facts__away__isnull=False)
    rows = Agreement.objects.filter(pk__in=moved.values("agreement"), closed_on__isnull=True, line_level__gt=0)
    return rows.filter(proposed_by="").order_by("pk").values_list("pk", flat=True)


def _give_back(agreement: Agreement, line: LineOfDay) -> None:
    entry = agreement.log.last()
    owner = Person.objects.filter(pk=entry.facts.get("away") if entry is not None else 0, is_active=True).first()
    if owner is not None and owner.pk not in line.absent:
        _take(agreement, Event.HAND_OVER, line, owner=owner, back=True)


# --- Late steps


def _late(on: date) -> QuerySet[Agreement]:
    """Steps with a past date, or one that comes near before sign-up closes; those that are late longest first.

    What HR has announced to somebody waits until it holds. While the mail server is away, a step waits whose owner has
    an unsent email about it: they have not heard of it.
    """
    running = Q(paused_until__isnull=True) | Q(paused_until__lte=on)
    near = Q(stage__in=BOOKING, run__signup_deadline__lte=on + timedelta(days=21))
    rows = Agreement.objects.filter(running, Q(step_due__lt=on) | near, closed_on__isnull=True, stray=False)
    announced = Routing.objects.filter(agreement=OuterRef("pk"), applied_on=None, ended_on=None)
    unsent = Notification.objects.filter(
        agreement=OuterRef("pk"), person=OuterRef("step_owner"), email__in=unsent_emails_of_outage()
    )
    return rows.exclude(Exists(announced)).exclude(Exists(unsent)).order_by("step_due", "pk")


def _follow(agreement: Agreement, line: LineOfDay) -> None:
    row, on = LINE[agreement.step], line.on
    clock = clock_of(agreement, line.pauses)
    may_lapse = row.ending is Ending.LAPSES and clock.days_stood(row, on) >= row.after - ASKED_BEFORE_LAPSE
    asked_on = _asked_on(agreement) if may_lapse else None
    deadline = agreement.run.signup_deadline if agreement.run is not None else None
    is_near = deadline is not None and on <= deadline <= on + NEAR_DEADLINE
    begun = stage_begun(agreement) if row.before_deadline and is_near else None
    today = partial(move_of, clock=clock, on=on, deadline=deadline, begun=begun, asked_on=asked_on)
    move = today(row)
    if move is Move.MOVES and not _move_late(agreement, row, clock, line):
        move = today(replace(row, levels=row.levels[: clock.level]))  # nobody is left in line
    if move is Move.ASKS:
        day = max(on, clock.due) + timedelta(days=max(LAPSES_AFTER - clock.days_stood(row, on), 7))
        notify(
            agreement.employee, LapseNear(day=day), on=on, cause=lapse_cause(agreement), agreement=agreement,
            urgent=True,
        )  # fmt: skip
    elif move is Move.ENDS:
        _end(agreement, row, line)


def _move_late(agreement: Agreement, row: Row, clock: Clock, line: LineOfDay) -> bool:
    """Move a late step, or let it wait where its next owner has got enough this week. False: nobody is left in line."""
    late_before = clock.was_late_before(row) and not _has_moved_in_its_stage(agreement)
    return _move(agreement, row, line, days=clock.days_late(row, line.on), late_before=late_before)


def _has_moved_in_its_stage(agreement: Agreement) -> bool:
    """Whether the step has moved along the line since the agreement came into its stage."""
    begun = stage_begun(agreement)
    return begun is not None and agreement.log.filter(event=Event.MOVE_ON, on__gte=begun).exists()


def lapse_cause(agreement: Agreement) -> str:
    """The cause under which the employee is asked whether to keep the agreement, before its step lapses."""
    return f"lapse:{agreement.pk}:{agreement.step}:{agreement.step_due}"


def _asked_on(agreement: Agreement) -> date | None:
    """The day on which the employee was asked before the lapse; None also while the mail server keeps it back."""
    asked = _asked_because(agreement.employee, [lapse_cause(agreement)])
    if not asked:
        return None
    day, sent_at = asked[0]
    return day if sent_at is None else max(localtime(sent_at).date(), day)


@compiled
def _asked_because(person: Person, causes: Sequence[str]) -> QuerySet[Notification, tuple[date, datetime | None]]:
    """The day of each notification of these causes, and when it was sent; none while the mail server keeps it back."""
    asked = Notification.objects.filter(person=person, cause__in=causes).exclude(email__in=unsent_emails_of_outage())
    return asked.order_by("on", "pk").values_list("on", "email__sent_at")


def stage_begun(agreement: Agreement) -> date | None:
    """The day on which the agreement came into its stage."""
    begun: date | None = None
    for day, before, after in agreement.log.order_by("-number").values_list("on", "from_stage", "to_stage"):
        begun = day
        if before != after:
            break
    return begun


def _end(agreement: Agreement, row: Row, line: LineOfDay) -> None:
    if row.ending is Ending.LAPSES:
        _take(agreement, Event.LAPSE, line)
    elif row.event is Event.HELPER_SILENT:
        asked = agreement.helpers.filter(ended_on__isnull=True, answered_on__isnull=True).select_related("person")
        for helper in asked.order_by("pk"):
            if agreement.stage == Stage.ASKED:
                agreement = _take(agreement, Event.HELPER_SILENT, line, helper=helper.person)
    elif row.event is not None:
        _take(agreement, row.event, line)


def _move(
    agreement: Agreement,
    row: Row,
    line: LineOfDay,
    *,
    days: int = 0,
    away: int | None = None,
    late_before: bool = False,
) -> bool:
    """Give the step to the next place that has somebody who has not had it. False: there is nobody."""
    had = who_had_it(agreement)
    for number, level in enumerate(row.levels[agreement.line_level :], start=agreement.line_level + 1):
        owner = next((person for person in people_at(level, agreement, line) if person not in had), None)
        if owner is None or (owner in line.absent and Place.HR not in level.places):
            continue
        if late_before and line.received[owner] >= A_WEEK:
            return True
        person = Person.objects.get(pk=owner)
        silent = agreement.step_owner
        after = _take(
            agreement, Event.MOVE_ON, line, owner=person, level=number, days=days, away=away, late_before=late_before
        )
        if late_before:
            line.received[owner] += 1
        _tell(after, person, silent, days=days, away=away is not None, on=line.on)
        return True
    return False


def _tell(agreement: Agreement, owner: Person, silent: Person | None, *, days: int, away: bool, on: date) -> None:
    """Tell the new owner today, and whoever had the step with the weekly email."""
    cause = f"moved:{agreement.pk}:{agreement.turn}"
    moved = StepMoved(
        unit=agreement.unit.name, step=agreement.step, days=days, silent=silent.name if silent else "", away=away
    )
    notify(owner, moved, on=on, cause=cause, agreement=agreement, urgent=True)
    if silent is not None and silent.is_active:
        notify(silent, StepMovedOn(step=agreement.step, to=owner.name), on=on, cause=cause, agreement=agreement)


def who_had_it(agreement: Agreement) -> set[int]:
    """The people who have had the step since the agreement came into its stage, and the employee."""
    had = {agreement.employee_id, agreement.step_owner_id or 0}
    entries = agreement.log.order_by("-number").values_list("from_stage", "to_stage", "owner", "step")
    for before, after, owner, step in entries:
        if step == agreement.step and owner is not None:
            had.add(owner)
        if before != after:
            break
    return had


def people_at(level: Level, agreement: Agreement, line: LineOfDay) -> Iterator[int]:
    """The people at the places of a level, the nearest first."""
    for place in level.places:
        yield from (person for person in _people_at(place, agreement, line) if person is not None)


def _people_at(place: Place, agreement: Agreement, line: LineOfDay) -> Sequence[int | None]:
    holders, ancestors = line.holders, agreement.unit.ancestor_ids
    manager = agreement.employment.line_manager
    manager_id = manager.pk if manager is not None and manager.is_active else None
    match place:
        case Place.OTHER_COORDINATOR:
            return holders.upward(Role.COORDINATOR, ancestors)
        case Place.LINE_MANAGER:
            return [manager_id]
        case Place.DEPUTY:
            deputy = holders.deputies.get(agreement.step_owner_id or 0)
            return [] if deputy in who_asks_for_money(agreement) - {manager_id} else [deputy]
        case Place.MANAGER_ABOVE:
            return [manager_above(manager_id, line.on)] if manager_id is not None else []
        case Place.BUDGET_OWNER_ABOVE:
            asking = who_asks_for_money(agreement)
            return [person for person in holders.upward(Role.BUDGET_OWNER, ancestors) if person not in asking]
        case Place.HR:
            is_employees = first_owners([agreement]).get(agreement.pk) == agreement.employee_id
            return [] if is_employees else holders.upward(Role.HR, ancestors)
