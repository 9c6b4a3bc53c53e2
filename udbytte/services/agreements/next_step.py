"""The next step of an agreement after an event: which it is, whose, by when, and how far along the line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from udbytte.domain.lifecycle import (
    MIDWAY,
    PROPOSALS,
    STEPS,
    UNDECIDED,
    Event,
    Kind,
    NextStep,
    Stage,
    State,
    Step,
    Transition,
    WhilePaused,
    WhileProposed,
)
from udbytte.domain.lifecycle.deadlines import Due, due_on, midway_on
from udbytte.domain.lifecycle.line import (
    KEPT_FOR,
    LAST_DATE,
    LINE,
    late_days_after_hand_over,
    late_days_after_proposal,
)
from udbytte.domain.working_days import working_day_from
from udbytte.models import Agreement, LogEntry, Person

from .clocks import Pauses, clock_of
from .owners import Owner, owner_of

NEW_PLACE = (Event.HAND_OVER, Event.MOVE_ON)


def set_next_step(
    agreement: Agreement,
    event: Event,
    transition: Transition,
    after: State,
    *,
    before: State,
    by: Person | None,
    on: date,
    facts: Mapping[str, Any],
) -> None:
    """Set the next step with its owner and date, or close the agreement; end a pause that does not go on."""
    step = after.step
    late = late_in_new_hands(agreement, on=on) if _changes_hands(event, facts) else None
    _keep_time(agreement, event, transition, before, on, by, facts)
    if step is None:
        lost = after.stage is Stage.DROPPED or after.stage in UNDECIDED
        agreement.lost_from = before.stage if lost else ""
        agreement.step, agreement.step_owner, agreement.step_due, agreement.step_since = "", None, None, None
        agreement.stray, agreement.closed_on = False, on
    else:
        step = _step_now(agreement, step, on)
        due = _next_due(agreement, step, event, transition, on, facts)
        if late is not None:
            agreement.line_used, due = late, working_day_from(on + timedelta(days=KEPT_FOR))
        owner = _next_owner(agreement, step, event, transition, on, facts)
        if not (event is Event.HAND_OVER and by is not None and agreement.line_level):
            agreement.step_since = on  # a step that somebody gives away late is not kept longer for that
        agreement.step, agreement.step_due, agreement.lost_from, agreement.closed_on = step.name, due, "", None
        agreement.step_owner_id, agreement.stray = owner.person_id, owner.stray
        if agreement.line_level and by is not None and owner.person_id == by.pk:
            agreement.line_told_on = agreement.line_told_on or on  # nobody needs to be told of their own answer
    if not _keeps_owner(agreement, transition):
        agreement.handed_over = event is Event.HAND_OVER and by is not None
    if transition.pause is WhilePaused.ENDS:
        agreement.paused_until = None


def _changes_hands(event: Event, facts: Mapping[str, Any]) -> bool:
    """Whether the step comes to somebody otherwise than along the line because it is late."""
    is_along_the_line = event is Event.MOVE_ON and facts.get("away") is None
    return event in NEW_PLACE and not is_along_the_line and not facts.get("stray")


def late_in_new_hands(agreement: Agreement, *, on: date) -> int | None:
    """The late days of the step after a hand-over with which it gets a new date; None: it keeps its date."""
    if agreement.stray or agreement.proposed_by:
        return None  # nobody was silent, and the answer to a proposal has a date of its own
    if late_days_after_hand_over(LINE[agreement.step], clock_of(agreement), on) is None:
        return None  # what stops the clock only makes it less late
    pauses = Pauses.until(on, employment=agreement.employment_id)
    return late_days_after_hand_over(LINE[agreement.step], clock_of(agreement, pauses), on)


def _step_now(agreement: Agreement, step: Step, on: date) -> Step:
    """The step; while a long course goes on, the midway question instead of "did you go?"."""
    if step.name not in ("go", MIDWAY.name):
        return step
    goes_on = midway_on(agreement.starts_on, agreement.ends_on, on) is not None
    return MIDWAY if goes_on else STEPS[Kind.COURSE, Stage.REGISTERED]


def _keep_time(
    agreement: Agreement,
    event: Event,
    transition: Transition,
    before: State,
    on: date,
    by: Person | None,
    facts: Mapping[str, Any],
) -> None:
    """Keep how long the step has stood past its date, where that goes on; else its clock begins anew.

    The clock belongs to the stage. Giving the step to somebody else does not restart it. A pause and a proposal stop
    it. A new date restarts it at the level that it had reached.
    """
    if before.is_open and (event is Event.PAUSE or event in PROPOSALS) and before.proposed_by is None:
        agreement.line_used = clock_of(agreement).days_late(LINE[agreement.step], on)
    elif event in (Event.POSTPONE, Event.KEEP_OPEN):
        agreement.line_used = agreement.line_days = 0
    elif event in NEW_PLACE:
        if event is Event.MOVE_ON or by is None:  # the application hands a step over to its own owner
            agreement.line_level = int(facts.get("level", 0))
        if agreement.stray:
            agreement.line_level = agreement.line_used = 0  # nobody was silent
        if event is Event.MOVE_ON or by is None:
            agreement.line_told_on = None
            agreement.line_days = 0 if facts.get("late_before") else int(facts.get("days", 0))
    elif event is Event.WRITE_DOWN:
        row = LINE[agreement.step]
        agreement.line_days = min(clock_of(agreement).days_late(row, on), row.after - KEPT_FOR)
        agreement.line_told_on = None
    elif event is Event.REOPEN:
        agreement.line_used, agreement.line_told_on = LAST_DATE, None
    elif transition.step is NextStep.NEW and not _keeps_proposal(agreement, transition) and event is not Event.LAPSE:
        agreement.line_level, agreement.line_days, agreement.line_used, agreement.line_told_on = 0, 0, 0, None


def _keeps_proposal(agreement: Agreement, transition: Transition) -> bool:
    """Whether a proposal keeps the owner and the date of its answer, since the event came from outside."""
    return bool(agreement.proposed_by) and transition.proposed is WhileProposed.KEEPS_STEP


def _keeps_owner(agreement: Agreement, transition: Transition) -> bool:
    return transition.step is NextStep.SAME_OWNER or _keeps_proposal(agreement, transition)


def _next_owner(
    agreement: Agreement, step: Step, event: Event, transition: Transition, on: date, facts: Mapping[str, Any]
) -> Owner:
    if event in NEW_PLACE:
        owner: Person = facts["owner"]
        return Owner(owner.pk, stray=bool(facts.get("stray", False)))
    if _keeps_owner(agreement, transition) and agreement.step_owner_id is not None:
        return Owner(agreement.step_owner_id, stray=agreement.stray)
    if transition.step is NextStep.BEFORE or event is Event.REOPEN:
        last = _before(agreement, event)
        if agreement.line_level and last is not None and last.owner is not None and last.owner.is_active:
            return Owner(last.owner.pk)
        agreement.line_level = 0
    return owner_of(agreement, step.owner, on=on, step=step.name)


def _before(agreement: Agreement, event: Event) -> LogEntry | None:
    """The log entry that shows the step before the proposal, or before the agreement lapsed."""
    begun = [Event.LAPSE] if event is Event.REOPEN else list(PROPOSALS)
    proposal = agreement.log.filter(event__in=begun).order_by("-number").first()
    if proposal is None:
        return None
    earlier = agreement.log.filter(number__lt=proposal.number).select_related("owner")
    return earlier.order_by("-number").first()


def _next_due(
    agreement: Agreement, step: Step, event: Event, transition: Transition, on: date, facts: Mapping[str, Any]
) -> date:
    days: Mapping[str, int] = agreement.round.days
    if agreement.check_in_weeks is not None:
        days = {**days, "check_in": 7 * agreement.check_in_weeks}
    if event in (Event.PAUSE, Event.POSTPONE):
        day = facts["until"]
        if event is Event.PAUSE and agreement.step_due is not None:
            day = max(day, agreement.step_due)
        if step.name == "go" and agreement.ends_on is not None:
            day = max(day, agreement.ends_on)
        return working_day_from(day)
    if event in (Event.KEEP_OPEN, Event.REOPEN):
        return working_day_from(on + timedelta(days=KEPT_FOR))
    if _keeps_proposal(agreement, transition) and agreement.step_due is not None:
        return agreement.step_due
    if transition.step is NextStep.BEFORE:
        return _due_after_proposal(agreement, step, event, on)
    if transition.step is NextStep.SAME_DATE and agreement.step_due is not None and not agreement.stray:
        return agreement.step_due
    if step.name == MIDWAY.name:
        return midway_on(agreement.starts_on, agreement.ends_on, on) or on
    usual = due_on(step.due, agreement.times, on=on, days=days)
    pause_ends = agreement.paused_until if agreement.is_paused_on(on) else None
    if transition.pause is WhilePaused.KEEPS_DATE and pause_ends is not None:
        return max(usual, working_day_from(pause_ends))
    if event in (Event.COME_BACK, Event.START_OVER):
        return usual if usual > on else working_day_from(on + timedelta(days=KEPT_FOR))
    if event is Event.DOUBT_SEAT:
        return due_on(Due("doubt"), agreement.times, on=on, days=days)
    if event is Event.MOVE_RUN and step.name != "go" and agreement.step_due is not None:
        return min(agreement.step_due, usual)
    if event in NEW_PLACE and agreement.step_due is not None:  # the step had no owner
        return max(agreement.step_due, due_on(Due("hand_over"), agreement.times, on=on, days=days))
    return usual


def _due_after_proposal(agreement: Agreement, step: Step, event: Event, on: date) -> date:
    """The date of the step that is back after a proposal: the one it had, or in two weeks.

    The late days that it had go on counting, with at least two weeks to the next move.
    """
    at_least = working_day_from(on + timedelta(days=KEPT_FOR))
    agreement.line_used = late_days_after_proposal(LINE[step.name], agreement.line_used, agreement.line_level)
    last = _before(agreement, event)
    return at_least if last is None or last.due is None else max(at_least, last.due)
