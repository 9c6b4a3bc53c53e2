"""The next step of an agreement after an event: which one it is, whose, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from udbytte.domain.deadlines import Due, due_on
from udbytte.domain.lifecycle import Event, NextStep, Stage, State, Step, Transition, WhileDropping, WhilePaused
from udbytte.domain.working_days import working_day_from
from udbytte.models import Agreement, Person

from .owners import Owner, owner_of


def set_next_step(
    agreement: Agreement,
    event: Event,
    transition: Transition,
    after: State,
    *,
    before: str,
    by: Person | None,
    on: date,
    facts: Mapping[str, Any],
) -> None:
    """Set the next step with its owner and date, or close the agreement; end a pause that does not go on."""
    step = after.step
    if step is None:
        agreement.dropped_from = before if after.stage is Stage.DROPPED else ""
        agreement.step, agreement.step_owner, agreement.step_due, agreement.step_since = "", None, None, None
        agreement.stray, agreement.closed_on = False, on
    else:
        due = _next_due(agreement, step, event, transition, on, facts)
        owner = _next_owner(agreement, step, event, transition, on, facts)
        agreement.step, agreement.step_due, agreement.step_since = step.name, due, on
        agreement.step_owner_id, agreement.stray = owner.person_id, owner.stray
    if not _keeps_owner(agreement, transition):
        agreement.handed_over = event is Event.HAND_OVER and by is not None
    if transition.pause is WhilePaused.ENDS:
        agreement.paused_until = None


def _keeps_drop_step(agreement: Agreement, transition: Transition) -> bool:
    """Whether a proposed drop keeps the owner and the date of its answer, since the event came from outside."""
    return bool(agreement.dropping) and transition.dropping is WhileDropping.KEEPS_STEP


def _keeps_owner(agreement: Agreement, transition: Transition) -> bool:
    return transition.step is NextStep.SAME_OWNER or _keeps_drop_step(agreement, transition)


def _next_owner(
    agreement: Agreement, step: Step, event: Event, transition: Transition, on: date, facts: Mapping[str, Any]
) -> Owner:
    if event is Event.HAND_OVER:
        owner: Person = facts["owner"]
        return Owner(owner.pk, stray=bool(facts.get("stray", False)))
    if _keeps_owner(agreement, transition) and agreement.step_owner_id is not None:
        return Owner(agreement.step_owner_id, stray=agreement.stray)
    return owner_of(agreement, step.owner, on=on, step=step.name)


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
    if _keeps_drop_step(agreement, transition) and agreement.step_due is not None:
        return agreement.step_due
    usual = due_on(step.due, agreement.times, on=on, days=days)
    pause_ends = agreement.paused_until if agreement.is_paused_on(on) else None
    if transition.pause is WhilePaused.KEEPS_DATE and pause_ends is not None:
        return max(usual, working_day_from(pause_ends))
    if event is Event.DOUBT_SEAT:
        return due_on(Due("doubt"), agreement.times, on=on, days=days)
    if event is Event.MOVE_RUN and step.name != "go" and agreement.step_due is not None:
        return min(agreement.step_due, usual)
    if event is Event.HAND_OVER and agreement.step_due is not None:
        return max(agreement.step_due, due_on(Due("hand_over"), agreement.times, on=on, days=days))
    return usual
