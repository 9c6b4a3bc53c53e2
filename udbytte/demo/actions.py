"""What people in the simulation choose to do about a step, one function for each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from udbytte.access.agreements import may_observe
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.models import Agreement, CourseRun, Employment, Helper, HelperRole, Hindrance, InUse, Newness, Person
from udbytte.queries.practice.helpers import is_not_happening
from udbytte.services.agreements.attachments import write_observation

from . import texts
from .behaviour import LIMIT
from .decisions import decide_about_moved_step
from .turns import Action, Turn
from .ways import BY_METHOD


def _find_run(turn: Turn, agreement: Agreement) -> Action:
    """Choose the first run of the agreed course that is open for registration, otherwise one of another course."""
    held = CourseRun.objects.filter(cancelled_on__isnull=True, withdrawn_on__isnull=True)
    runs = held.filter(signup_deadline__gte=turn.on + timedelta(days=5)).order_by("starts_on", "pk")
    wished = runs.filter(starts_on__gte=agreement.planned_from - timedelta(days=90))
    run = wished.filter(course=agreement.course_id).first() or runs.filter(course=agreement.course_id).first()
    run = run or runs.first()
    return (Event.CHOOSE_RUN, {"run": run}) if run is not None else None


def _settle_money(turn: Turn, agreement: Agreement) -> Action:
    price = agreement.estimated_price or 0
    if price > LIMIT or turn.stream.happens(turn.behaviour.nominates):
        return Event.NOMINATE, {"reason": turn.reason("nomination", texts.NOMINATIONS, agreement), "price": price}
    return Event.FUND, {"price": price}


def _decide(turn: Turn, agreement: Agreement) -> Action:
    if turn.stream.happens(turn.behaviour.refuses):
        return Event.REFUSE, {"reason": turn.reason("refusal", texts.REFUSALS, agreement)}
    return Event.GRANT, {"answer": turn.text("grant", texts.GRANTS, agreement)}


def _register(turn: Turn, agreement: Agreement) -> Action:
    return (Event.WAITLIST if turn.stream.happens(turn.behaviour.waitlisted) else Event.REGISTER), {}


def _confirm_seat(turn: Turn, agreement: Agreement) -> Action:
    draw = turn.stream.random()
    if draw < 0.5:
        return Event.CONFIRM_SEAT, {}
    return (Event.STILL_WAITING, {}) if draw < 0.85 else (Event.LOSE_SEAT, {"reason": "Holdet er fyldt."})


def _go(turn: Turn, agreement: Agreement) -> Action:
    if agreement.ends_on is None or agreement.ends_on >= turn.on:
        return None
    if turn.stream.happens(turn.behaviour.does_not_go):
        return Event.NOT_GONE, {"reason": turn.reason("not attended", texts.NOT_ATTENDED, agreement)}
    return Event.GO, {"went": "yes" if turn.stream.happens(0.95) else "partly", "actual_price": agreement.price}


def _use(turn: Turn, agreement: Agreement) -> Action:
    return (Event.USE if turn.stream.happens(turn.behaviour.uses_it) else Event.NOT_USED), {}


def _tell(turn: Turn, agreement: Agreement) -> Action:
    newness = turn.stream.choices((Newness.MUCH, Newness.SOMETHING, Newness.NOTHING), (5, 4, 1))[0]
    in_use = turn.stream.choices((InUse.DAILY, InUse.SOMETIMES, InUse.NOT_YET), (5, 4, 1))[0]
    hindrances = [str(turn.stream.choice(list(Hindrance)))] if turn.stream.happens(0.4) else []
    return Event.REPORT_OUTCOME, {
        "learned": _learned(turn, agreement),
        "newness": str(newness),
        "in_use": str(in_use),
        "hindrances": hindrances,
        "recommends": newness != Newness.NOTHING,
        "shared": turn.stream.happens(0.4),
    }


def _learned(turn: Turn, agreement: Agreement) -> str:
    """What was learned, by what the course or the way is about."""
    about, outcomes = "", texts.COURSE_OUTCOMES[""]
    if agreement.kind == Kind.COURSE and agreement.course is not None:
        about = texts.SUBJECTS.get(agreement.course.subject, "")
        outcomes = texts.COURSE_OUTCOMES[about]
    elif agreement.method is not None:
        about, outcomes = agreement.method.key, BY_METHOD[agreement.method.key].outcomes
    rather = outcomes[turn.stream.randrange(7 if agreement.kind == Kind.COURSE else 6) % len(outcomes)]
    return turn.text(f"outcome of {about}", outcomes, agreement, rather=[rather])


def _talk(turn: Turn, agreement: Agreement) -> Action:
    manager = agreement.step_owner
    if manager is not None and may_observe(agreement, manager, turn.on) and turn.stream.happens(0.4):
        write_observation(
            agreement, text=turn.reason("observation", texts.OBSERVATIONS, agreement), by=manager, on=turn.on
        )
    return Event.TALK, {}


def _find_helper(turn: Turn, agreement: Agreement) -> Action:
    """Ask somebody of the same unit: two or three when several learn together, and sometimes two to be sure of one."""
    if turn.stream.happens(turn.behaviour.needs_nobody):
        return Event.NEED_NOBODY, {"reason": turn.text("alone", texts.ALONE, agreement)}
    near = Employment.objects.on(turn.on).filter(unit=agreement.unit_id, person__is_active=True)
    asked = Helper.objects.filter(agreement=agreement, ended_on__isnull=True).values("person")
    near = near.exclude(person=agreement.employee_id).exclude(person__in=asked)
    people = list(near.order_by("pk").values_list("person_id", flat=True).distinct())
    if not people:
        return Event.NEED_NOBODY, {"reason": "Jeg er alene på stedet."}
    method = agreement.method
    most = method.people_to - 1 - asked.count() if method is not None and method.is_shared else 2
    number = max(1, min(most, 3)) if method is not None and method.is_shared else 1 + turn.stream.happens(0.15)
    chosen = turn.stream.sample(people, min(number, len(people)))
    helper, *others = (Person.objects.get(pk=pk) for pk in chosen)
    way = BY_METHOD.get(method.key) if method is not None else None
    role = way.role if way is not None else "colleague"
    hours = method.helper_hours or None if method is not None else None
    return Event.ASK, {"helper": helper, "others": others, "role": str(HelperRole(role)), "hours": hours}


def _answer(turn: Turn, agreement: Agreement) -> Action:
    if turn.stream.happens(turn.behaviour.helper_says_no):
        return Event.DECLINE, {}
    if turn.stream.happens(turn.behaviour.helper_says_later):
        return Event.ACCEPT_LATER, {"until": max(agreement.planned_from, turn.on) + timedelta(days=21)}
    return Event.ACCEPT, {}


def _start(turn: Turn, agreement: Agreement) -> Action:
    return (Event.START, {}) if agreement.planned_from <= turn.on else None


def _check_in(turn: Turn, agreement: Agreement) -> Action:
    """Answer whether the practice happens. If it did not the last time, it often does not again."""
    if agreement.planned_to <= turn.on:
        return Event.FINISH, {}
    if agreement.step_due is None or agreement.step_due > turn.on:
        return None
    happens = turn.stream.happens(0.45 if is_not_happening(agreement) else 0.85)
    lines = turn.stream.choice(texts.LINES if happens else texts.STUCK_LINES)
    learns = happens and turn.stream.happens(0.85)
    return Event.CHECK_IN, {"happens": happens, "learns": learns, "line": turn.text(lines[0], lines, agreement)}


def _talk_stuck(turn: Turn, agreement: Agreement) -> Action:
    return Event.TALK_STUCK, {"line": turn.reason("stuck talk", texts.STUCK_TALKS, agreement)}


def _confirm_drop(turn: Turn, agreement: Agreement) -> Action:
    return (Event.KEEP if turn.stream.happens(turn.behaviour.keeps) else Event.CONFIRM_DROP), {}


def _confirm_replace(turn: Turn, agreement: Agreement) -> Action:
    return (Event.KEEP if turn.stream.happens(turn.behaviour.keeps) else Event.REPLACE), {}


def _midway(turn: Turn, agreement: Agreement) -> Action:
    return Event.MIDWAY, {"goes_on": True}


USUAL_ACTIONS: Mapping[str, Callable[[Turn, Agreement], Action]] = {
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
    "confirm_replace": _confirm_replace,
    "midway": _midway,
}


def _something_else(turn: Turn, agreement: Agreement) -> Action:
    """Sometimes do something other than the step: drop, postpone or pause it, give back a seat, lose a helper."""
    draw, behaviour = turn.stream.random(), turn.behaviour
    if agreement.step == "check_in" and draw < behaviour.helper_stops:
        helping = agreement.helpers.filter(ended_on__isnull=True, said_yes=True).select_related("person").first()
        return (Event.LOSE_HELPER, {"helper": helping.person, "reason": texts.REASONS_TO_STOP[0]}) if helping else None
    if agreement.step == "go":
        gives_back = draw < behaviour.gives_back and agreement.starts_on is not None and agreement.starts_on > turn.on
        return (
            (Event.CANCEL_SEAT, {"reason": turn.reason("not attended", texts.NOT_ATTENDED, agreement)})
            if gives_back
            else None
        )
    if draw < behaviour.drops:
        return Event.PROPOSE_DROP, {"reason": str(turn.stream.choice(list(DropReason)[:8]))}
    if draw < behaviour.drops + behaviour.postpones:
        until = turn.on + timedelta(days=turn.stream.randrange(20, 90))
        return Event.POSTPONE, {"until": until, "reason": turn.reason("postponed", texts.POSTPONED, agreement)}
    if draw < behaviour.drops + behaviour.postpones + behaviour.pauses:
        return Event.PAUSE, {"until": turn.on + timedelta(days=turn.stream.randrange(30, 120))}
    return None


def choose_action(turn: Turn, agreement: Agreement, owner: Person) -> Action:
    """What the owner of the step does on their turn: sometimes something else, mostly what the step asks for.

    Only the two of the agreement do something else, and not while something is proposed. Whoever got the step along
    the line decides about it.
    """
    if agreement.line_level and not agreement.proposed_by and not agreement.handed_over:
        return decide_about_moved_step(turn, agreement, owner, USUAL_ACTIONS[agreement.step](turn, agreement))
    involved = owner.pk in (agreement.employee_id, agreement.employment.line_manager_id)
    action = _something_else(turn, agreement) if involved and not agreement.proposed_by else None
    return action or USUAL_ACTIONS[agreement.step](turn, agreement)
