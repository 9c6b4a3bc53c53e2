"""What people in the simulation do about their steps, one function for each step, and how often (`Behaviour`).

They call the same services as the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from django.db.models import F

from udbytte.access.agreements import may_observe
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.domain.reminders import STALLED_AFTER
from udbytte.models import (
    Agreement,
    CheckIn,
    CourseRun,
    Employment,
    Helper,
    HelperRole,
    Hindrance,
    InUse,
    Newness,
    Person,
)
from udbytte.queries.practice.helpers import is_not_happening
from udbytte.services.agreements.attachments import write_observation
from udbytte.services.agreements.take_step import answer_as_helper, take_step
from udbytte.services.errors import OverAuthority, OverBudget, Refused
from udbytte.services.practice.learning_partners import accept_help_request

from . import texts


class Temper(StrEnum):
    """When somebody does their steps."""

    AT_ONCE = "at_once"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How often things happen in a workplace, each as a share from 0 to 1.

    The first three are shares of people and sum to 1 or less; everyone else answers late. Shares "a year" are of all
    people.
    """

    answers_at_once: float = 0.45
    answers_late: float = 0.43
    never_answers: float = 0.12
    acts_on_a_day: float = 0.4  # of those who answer at once, on each working day
    acts_late_on_a_day: float = 0.09  # of those who answer late, on each working day after the deadline
    agrees_course: float = 0.62
    agrees_practice: float = 0.66
    drops: float = 0.03  # of steps: propose to drop instead
    postpones: float = 0.03
    pauses: float = 0.01
    keeps: float = 0.3  # of proposals to drop: keep the agreement
    nominates: float = 0.3  # of prices up to the limit; above it, always
    refuses: float = 0.1  # of nominations
    waitlisted: float = 0.1
    run_cancelled: float = 0.04  # of runs that begin in a week and have participants
    run_moved: float = 0.04
    gives_back: float = 0.02  # of seats, each time their owner does something
    does_not_go: float = 0.06
    uses_it: float = 0.75
    helper_says_no: float = 0.15
    helper_says_later: float = 0.08
    helper_stops: float = 0.03  # of check-ins
    needs_nobody: float = 0.12
    reads_rules: float = 0.7
    prepares: float = 0.6
    absences: float = 0.12  # a year
    joins: float = 0.12  # a year
    moves: float = 0.05  # a year
    manager_changes: float = 0.15  # of managers, a year

    def temper(self, draw: float) -> Temper:
        """The temper of a person, from a random number between 0 and 1."""
        if draw < self.answers_at_once:
            return Temper.AT_ONCE
        return Temper.NEVER if draw >= 1 - self.never_answers else Temper.LATE


LIMIT = 8000  # kroner that a manager may approve alone


@dataclass(slots=True)
class Life:
    """The state of one simulated workplace."""

    rng: Random
    behaviour: Behaviour
    tempers: dict[int, Temper] = field(default_factory=dict)  # by person
    scripted: set[int] = field(default_factory=set)  # agreements that the script moves, not chance
    waiting: set[int] = field(default_factory=set)  # conversations that the script moves, not chance
    resting: set[int] = field(default_factory=set)  # people who do nothing at the moment
    methods: list[tuple[str, str, str]] = field(default_factory=list)  # practice methods that are not used yet

    def temper_of(self, person: int) -> Temper:
        if person not in self.tempers:
            self.tempers[person] = self.behaviour.temper(self.rng.random())
        return self.tempers[person]

    def happens(self, share: float) -> bool:
        return self.rng.random() < share

    def acts(self, person: int, since: date, due: date, on: date) -> bool:
        """Whether the person acts today on a step that they have had since a day and that is due on another."""
        if person in self.resting:
            return False
        match self.temper_of(person):
            case Temper.AT_ONCE:
                return self.happens(self.behaviour.acts_on_a_day)
            case Temper.LATE:
                return on > due and self.happens(self.behaviour.acts_late_on_a_day)
            case _:
                return False


Action = tuple[Event, dict[str, Any]] | None


def _find_run(life: Life, agreement: Agreement, on: date) -> Action:
    """Choose the first run of the agreed course that is open for registration, otherwise one of another course."""
    held = CourseRun.objects.filter(cancelled_on__isnull=True, withdrawn_on__isnull=True)
    runs = held.filter(signup_deadline__gte=on + timedelta(days=5)).order_by("starts_on", "pk")
    wished = runs.filter(starts_on__gte=agreement.planned_from - timedelta(days=90))
    run = wished.filter(course=agreement.course_id).first() or runs.filter(course=agreement.course_id).first()
    run = run or runs.first()
    return (Event.CHOOSE_RUN, {"run": run}) if run is not None else None


def _settle_money(life: Life, agreement: Agreement, on: date) -> Action:
    price = agreement.estimated_price or 0
    if price > LIMIT or life.happens(life.behaviour.nominates):
        return Event.NOMINATE, {"reason": life.rng.choice(texts.NOMINATIONS), "price": price}
    return Event.FUND, {"price": price}


def _decide(life: Life, agreement: Agreement, on: date) -> Action:
    if life.happens(life.behaviour.refuses):
        return Event.REFUSE, {"reason": life.rng.choice(texts.REFUSALS)}
    return Event.GRANT, {"answer": "Ja, det passer med vores plan."}


def _register(life: Life, agreement: Agreement, on: date) -> Action:
    return (Event.WAITLIST if life.happens(life.behaviour.waitlisted) else Event.REGISTER), {}


def _confirm_seat(life: Life, agreement: Agreement, on: date) -> Action:
    draw = life.rng.random()
    if draw < 0.5:
        return Event.CONFIRM_SEAT, {}
    return (Event.STILL_WAITING, {}) if draw < 0.85 else (Event.LOSE_SEAT, {"reason": "Holdet er fyldt."})


def _go(life: Life, agreement: Agreement, on: date) -> Action:
    if agreement.ends_on is None or agreement.ends_on >= on:
        return None
    if life.happens(life.behaviour.does_not_go):
        return Event.NOT_GONE, {"reason": life.rng.choice(texts.NOT_ATTENDED)}
    return Event.GO, {"went": "yes" if life.happens(0.95) else "partly", "actual_price": agreement.price}


def _use(life: Life, agreement: Agreement, on: date) -> Action:
    return (Event.USE if life.happens(life.behaviour.uses_it) else Event.NOT_USED), {}


def _tell(life: Life, agreement: Agreement, on: date) -> Action:
    outcomes = texts.OUTCOMES_COURSE if agreement.kind == Kind.COURSE else texts.OUTCOMES_PRACTICE
    newness = life.rng.choices((Newness.MUCH, Newness.SOMETHING, Newness.NOTHING), (5, 4, 1))[0]
    in_use = life.rng.choices((InUse.DAILY, InUse.SOMETIMES, InUse.NOT_YET), (5, 4, 1))[0]
    hindrances = [str(life.rng.choice(list(Hindrance)))] if life.happens(0.4) else []
    return Event.REPORT_OUTCOME, {
        "learned": life.rng.choice(outcomes),
        "newness": str(newness),
        "in_use": str(in_use),
        "hindrances": hindrances,
        "recommends": newness != Newness.NOTHING,
        "shared": life.happens(0.4),
    }


def _talk(life: Life, agreement: Agreement, on: date) -> Action:
    manager = agreement.step_owner
    if manager is not None and may_observe(agreement, manager, on) and life.happens(0.4):
        write_observation(agreement, text=life.rng.choice(texts.OBSERVATIONS), by=manager, on=on)
    return Event.TALK, {}


def _find_helper(life: Life, agreement: Agreement, on: date) -> Action:
    """Ask somebody of the same unit: two or three when several learn together, and sometimes two to be sure of one."""
    if life.happens(life.behaviour.needs_nobody):
        return Event.NEED_NOBODY, {"reason": "Det er noget, jeg skal øve mig på alene."}
    near = Employment.objects.on(on).filter(unit=agreement.unit_id, person__is_active=True)
    asked = Helper.objects.filter(agreement=agreement, ended_on__isnull=True).values("person")
    near = near.exclude(person=agreement.employee_id).exclude(person__in=asked)
    people = list(near.order_by("pk").values_list("person_id", flat=True).distinct())
    if not people:
        return Event.NEED_NOBODY, {"reason": "Jeg er alene på stedet."}
    method = agreement.method
    most = method.people_to - 1 - asked.count() if method is not None and method.is_shared else 2
    number = max(1, min(most, 3)) if method is not None and method.is_shared else 1 + life.happens(0.15)
    chosen = life.rng.sample(people, min(number, len(people)))
    helper, *others = (Person.objects.get(pk=pk) for pk in chosen)
    methods = {method: role for method, _title, role in texts.PRACTICE}
    role = methods.get(method.key if method is not None else "", "colleague")
    hours = method.helper_hours or None if method is not None else None
    return Event.ASK, {"helper": helper, "others": others, "role": str(HelperRole(role)), "hours": hours}


def _answer(life: Life, agreement: Agreement, on: date) -> Action:
    if life.happens(life.behaviour.helper_says_no):
        return Event.DECLINE, {}
    if life.happens(life.behaviour.helper_says_later):
        return Event.ACCEPT_LATER, {"until": max(agreement.planned_from, on) + timedelta(days=21)}
    return Event.ACCEPT, {}


def _start(life: Life, agreement: Agreement, on: date) -> Action:
    return (Event.START, {}) if agreement.planned_from <= on else None


def _check_in(life: Life, agreement: Agreement, on: date) -> Action:
    """Answer whether the practice happens. If it did not the last time, it often does not again."""
    if agreement.planned_to <= on:
        return Event.FINISH, {}
    if agreement.step_due is None or agreement.step_due > on:
        return None
    happens = life.happens(0.45 if is_not_happening(agreement) else 0.85)
    line = life.rng.choice(texts.LINES if happens else texts.STUCK_LINES)
    return Event.CHECK_IN, {"happens": happens, "learns": happens and life.happens(0.85), "line": line}


def _talk_stuck(life: Life, agreement: Agreement, on: date) -> Action:
    return Event.TALK_STUCK, {"line": life.rng.choice(texts.STUCK_TALKS)}


def _confirm_drop(life: Life, agreement: Agreement, on: date) -> Action:
    return (Event.KEEP if life.happens(life.behaviour.keeps) else Event.CONFIRM_DROP), {}


ACTIONS: Mapping[str, Callable[[Life, Agreement, date], Action]] = {
    "find_run": _find_run,
    "settle_money": _settle_money,
    "decide": _decide,
    "register": _register,
    "confirm_seat": _confirm_seat,
    "go": _go,
    "use": _use,
    "tell": _tell,
    "talk": _talk,
    "find_helper": _find_helper,
    "answer": _answer,
    "start": _start,
    "check_in": _check_in,
    "talk_stuck": _talk_stuck,
    "confirm_drop": _confirm_drop,
}


def _unexpected_action(life: Life, agreement: Agreement, on: date) -> Action:
    """Sometimes do something other than the step: drop, postpone or pause it, give back a seat, lose a helper."""
    draw, behaviour = life.rng.random(), life.behaviour
    if agreement.step == "check_in" and draw < behaviour.helper_stops:
        helping = agreement.helpers.filter(ended_on__isnull=True, said_yes=True).select_related("person").first()
        return (Event.LOSE_HELPER, {"helper": helping.person, "reason": texts.REASONS_TO_STOP[0]}) if helping else None
    if agreement.step == "go":
        gives_back = draw < behaviour.gives_back and agreement.starts_on is not None and agreement.starts_on > on
        return (Event.CANCEL_SEAT, {"reason": life.rng.choice(texts.NOT_ATTENDED)}) if gives_back else None
    if draw < behaviour.drops:
        return Event.PROPOSE_DROP, {"reason": str(life.rng.choice(list(DropReason)[:8]))}
    if draw < behaviour.drops + behaviour.postpones:
        until = on + timedelta(days=life.rng.randrange(20, 90))
        return Event.POSTPONE, {"until": until, "reason": life.rng.choice(texts.POSTPONED)}
    if draw < behaviour.drops + behaviour.postpones + behaviour.pauses:
        return Event.PAUSE, {"until": on + timedelta(days=life.rng.randrange(30, 120))}
    return None


def answer_steps(life: Life, *, on: date) -> int:
    """Let everyone who acts today take their step. Returns how many steps were taken."""
    taken = 0
    rows = Agreement.objects.filter(closed_on__isnull=True).exclude(pk__in=life.scripted).order_by("pk")
    related = rows.select_related("step_owner", "employee", "employment__line_manager", "method", "run__course")
    for agreement in related:
        owner, due, since = agreement.step_owner, agreement.step_due, agreement.step_since
        if owner is None or due is None or since is None or since >= on or agreement.is_paused_on(on):
            continue
        if life.acts(owner.pk, since, due, on):
            taken += _act(life, agreement, owner, on)
    return taken


def _act(life: Life, agreement: Agreement, owner: Person, on: date) -> bool:
    """Let the owner take their step. Returns whether they did; a rule can refuse it."""
    try:
        if agreement.stray:
            return _pass_on(agreement, owner, on)
        involved = owner.pk in (agreement.employee_id, agreement.employment.line_manager_id)
        action = _unexpected_action(life, agreement, on) if involved and not agreement.proposed_by else None
        action = action or ACTIONS[agreement.step](life, agreement, on)
        if action is None:
            return False
        event, facts = action
        try:
            _take(life, agreement, event, owner, on, facts)
        except (OverBudget, OverAuthority):
            if event is Event.FUND:
                facts = {"reason": life.rng.choice(texts.NOMINATIONS), "price": agreement.estimated_price or 0}
                take_step(agreement, Event.NOMINATE, by=owner, on=on, facts=facts)
            else:
                take_step(agreement, Event.REFUSE, by=owner, on=on, reason=texts.REFUSALS[0])
    except Refused:
        return False
    return True


def _take(life: Life, agreement: Agreement, event: Event, by: Person, on: date, facts: dict[str, Any]) -> None:
    if event in (Event.ACCEPT, Event.ACCEPT_LATER):
        accept_help_request(agreement, by=by, on=on, wants=life.rng.choice(texts.WANTS), until=facts.get("until"))
    else:
        take_step(agreement, event, by=by, on=on, facts=facts)


def _pass_on(agreement: Agreement, owner: Person, on: date) -> bool:
    """Let HR hand over a step without an owner to their own manager."""
    manager = Employment.objects.on(on).filter(person=owner, line_manager__is_active=True).first()
    if manager is None or manager.line_manager is None:
        return False
    take_step(agreement, Event.HAND_OVER, by=owner, on=on, owner=manager.line_manager)
    return True


def answer_as_helpers(life: Life, *, on: date) -> None:
    """Let helpers answer who were asked to help besides others, or asked about a check-in."""
    open_ = Helper.objects.filter(ended_on__isnull=True, answered_on__isnull=True, agreement__closed_on__isnull=True)
    others = open_.exclude(agreement__step="answer", agreement__step_owner=F("person")).exclude(asked_on=on)
    for pk in list(others.exclude(agreement__in=life.scripted).order_by("pk").values_list("pk", flat=True)):
        row = Helper.objects.select_related("agreement__method", "person").get(pk=pk)
        if row.answered_on is None and life.acts(row.person_id, row.asked_on, row.asked_on + timedelta(days=7), on):
            event = Event.DECLINE if life.happens(life.behaviour.helper_says_no) else Event.ACCEPT
            with suppress(Refused):
                _take(life, row.agreement, event, row.person, on, {})
    waits = CheckIn.objects.filter(by_helper=True, answered_on__isnull=True, withdrawn_on__isnull=True)
    asked = waits.filter(agreement__closed_on__isnull=True)
    for check_in in asked.exclude(asked_on=on).exclude(agreement__in=life.scripted).select_related("by").order_by("pk"):
        if life.acts(check_in.by_id, check_in.asked_on, check_in.asked_on + timedelta(days=7), on):
            happens = life.happens(0.9)
            answer_as_helper(check_in, by=check_in.by, on=on, happens=happens, learns=happens and life.happens(0.9))


def silent_agreements(*, on: date) -> int:
    """How many agreements have been stalled for `STALLED_AFTER` without a notification to anybody in that time."""
    since = on - STALLED_AFTER
    late = Agreement.objects.filter(closed_on__isnull=True, step_due__lt=since)
    notified = Agreement.objects.filter(notifications__on__gt=since).values("pk")
    return late.exclude(pk__in=notified).count()
