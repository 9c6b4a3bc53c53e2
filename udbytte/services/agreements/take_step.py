"""Agreements: how one arises, and the one door through which its stage changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from udbytte.access.agreements import parties_of
from udbytte.domain import lifecycle
from udbytte.domain.deadlines import Due, answer_due_on, due_on
from udbytte.domain.lifecycle import COORDINATED, FROM_OUTSIDE, Event, Kind, Party, Stage, State, Step
from udbytte.domain.reach import END, START
from udbytte.domain.working_days import working_day_from
from udbytte.models import (
    Agreement,
    CheckIn,
    Course,
    DevelopmentPlan,
    Employment,
    Goal,
    LogEntry,
    Person,
    PracticeGroup,
    PracticeMethod,
)
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, StaleStep, require_day_within
from udbytte.services.history import preserve_agreement_history
from udbytte.services.locks import lock_row, lock_rows_in_order, retry_after_deadlock
from udbytte.services.notifications.notify import NO_SEAT, SeatBefore, notify_of_event
from udbytte.services.practice.helping import resolve_event

from .consequences import CONSEQUENCES
from .follow_ons import what_follows
from .owners import Owner, owner_of, people_of

# The question is the helper's own: it stands until they answer it, whatever else has happened to the agreement.
HELPER_ANSWERS = (Event.ACCEPT, Event.ACCEPT_LATER, Event.DECLINE)
# What helpers do while the agreement is paused: its next step is not due before the pause ends.
HELPS_PAUSED = frozenset({*HELPER_ANSWERS, Event.LOSE_HELPER, Event.STEP_ASIDE})
# The pause goes on: helpers come and go, the course date moves, the step gets another owner.
KEEPS_PAUSE = HELPS_PAUSED | {Event.PAUSE, Event.HAND_OVER, Event.MOVE_RUN}


@transaction.atomic
def agree_activity(
    *,
    plan: DevelopmentPlan,
    kind: Kind,
    title: str,
    planned_from: date,
    planned_to: date,
    by: Person | None,
    on: date,
    goal: Goal | None = None,
    purpose: str = "",
    checked_by: str = "",
    turn_to: str = "",
    decided_by: str = "",
    check_in_weeks: int | None = None,
    if_when: str = "",
    if_where: str = "",
    if_with: str = "",
    first_use: str = "",
    estimated_price: int | None = None,
    course: Course | None = None,
    method: PracticeMethod | None = None,
    transfer_of: Agreement | None = None,
    replaces: Agreement | None = None,
) -> Agreement:
    """Write down one agreement of a plan, with its first step, owner and date. Price in whole kroner, ex VAT.

    Raises Refused when the title is empty, the planned end lies before its start or one of them out of reach
    (`domain.reach`), NotPermitted when `by` is neither
    the employee nor the line manager (None: the application itself).
    """
    conversation = plan.conversation
    employment = Employment.objects.select_related("unit", "person", "line_manager").get(pk=conversation.employment_id)
    if by is not None and by.pk not in (employment.person_id, employment.line_manager_id, conversation.manager_id):
        raise NotPermitted
    if not title.strip():
        raise MissingFact("title")
    require_day_within(START, planned_from, on=on, field="planned_from")
    require_day_within(END, planned_to, on=on, field="planned_to")
    if planned_to < planned_from:
        raise Refused(_("The planned end lies before the start."), "planned_to")
    agreement = Agreement(
        plan=plan,
        goal=goal,
        employment=employment,
        employee=employment.person,
        unit=employment.unit,
        round=conversation.round,
        kind=kind,
        title=title.strip(),
        purpose=purpose,
        checked_by=checked_by,
        turn_to=turn_to,
        decided_by=decided_by,
        check_in_weeks=check_in_weeks if kind == Kind.PRACTICE else None,
        planned_from=planned_from,
        planned_to=planned_to,
        if_when=if_when,
        if_where=if_where,
        if_with=if_with,
        first_use=first_use,
        estimated_price=estimated_price,
        course=course if kind == Kind.COURSE else None,
        method=method if kind == Kind.PRACTICE else None,
        transfer_of=transfer_of if kind == Kind.PRACTICE else None,
        replaces=replaces,
        agreed_on=on,
    )
    _write(agreement, Event.AGREE, State(Kind(kind)), by=by, party="", on=on, facts={}, tells=())
    return agreement


@retry_after_deadlock
@transaction.atomic
def take_step(
    agreement: Agreement, event: Event, *, by: Person | None, on: date, turn: int | None = None, **facts: Any
) -> Agreement:
    """Let an event happen to an agreement: the only door through which its stage changes.

    1. Lock the row and see that nobody was first (`turn`, else the one that `agreement` carries): StaleStep. A helper's
       own answer is asked for until it is given.
    2. Look the event up in the table, with who `by` is here (None: the application itself): NotPossible, NotPermitted,
       MissingFact.
    3. Let it have its consequences (run, money, helper, check-in, outcome): OverBudget, Refused.
    4. Find the next step, its owner and its date; write the row and the log.
    5. Tell those concerned, and let what follows by itself happen (`what_follows`).
    All of it in one transaction; the returned agreement is fresh.
    """
    expected = agreement.turn if turn is None else turn
    _wait_for_those_who_learn_along(agreement)
    related = ("employment__line_manager", "employee", "unit", "round", "run__course")
    row = lock_row(Agreement.objects.select_related(*related), agreement.pk)
    parties = None if by is None else parties_of(row, by, on, event)
    if row.turn != expected and event not in HELPER_ANSWERS:
        raise StaleStep(_readable(row.log.select_related("by").last(), row, parties))
    event = resolve_event(row, event, by, on, facts)
    try:
        after = lifecycle.advance(row.state, event, parties=parties, facts=facts)
    except lifecycle.NoSuchEvent:
        raise NotPossible from None
    except lifecycle.NotAllowed:
        raise NotPermitted from None
    except lifecycle.MissingFact as missing:
        raise MissingFact(missing.name) from None
    transition = lifecycle.events_from(row.state)[event]
    # Only the new owner hears of what follows from the organisation, and nobody of a yes that was said elsewhere.
    quiet = event in (Event.HAND_OVER, Event.ACCEPT) and by is None
    tells = [] if quiet else [person for party in transition.tells for person in people_of(row, party, on=on)]
    seat = NO_SEAT
    if row.starts_on is not None and row.ends_on is not None:
        seat = SeatBefore(row.run_id, row.registered_on is not None, row.starts_on, row.ends_on)
    preserve_agreement_history([row.pk], on=on)
    act = CONSEQUENCES.get(event)
    if act is not None:
        act(row, by, on, facts)
    if event in COORDINATED and by is not None and by.pk != row.employee_id and Party.COORDINATOR in (parties or ()):
        row.coordinated_on = row.coordinated_on or on
    party = after.dropping if event is Event.PROPOSE_DROP else None
    _write(row, event, after, by=by, party=party or "", on=on, facts=facts, tells=tells, seat=seat)
    for other, following, told in what_follows(row, event, on):
        done = take_step(other, following, by=None, on=on, **told)
        row = done if done.pk == row.pk else row
    return row


def _wait_for_those_who_learn_along(agreement: Agreement) -> None:
    """One event at a time among those who learn together, as it can change all of theirs."""
    if agreement.kind == Kind.PRACTICE:
        groups = list(PracticeGroup.objects.filter(agreements=agreement.pk).values_list("pk", flat=True))
        lock_rows_in_order(PracticeGroup, groups)


def _readable(entry: LogEntry | None, agreement: Agreement, parties: frozenset[Party] | None) -> LogEntry | None:
    """What happened last, for somebody who could have done it themself; nobody else learns who did what."""
    if entry is None or parties is None or not entry.from_stage:
        return entry if parties is None else None
    row = lifecycle.TRANSITIONS.get((Kind(agreement.kind), Stage(entry.from_stage), Event(entry.event)))
    return entry if row is not None and row.by & parties else None


def _next_owner(agreement: Agreement, step: Step, event: Event, on: date, facts: Mapping[str, Any]) -> Owner:
    if event is Event.HAND_OVER:
        owner: Person = facts["owner"]
        return Owner(owner.pk, stray=bool(facts.get("stray", False)))
    if _rests(agreement, event) and agreement.step_owner_id is not None:
        return Owner(agreement.step_owner_id, stray=agreement.stray)
    return owner_of(agreement, step.owner, on=on, step=step.name)


def _rests(agreement: Agreement, event: Event) -> bool:
    """Whether the step stays with whoever has it: only its date moves, or it waits for an answer all the same."""
    if event in (Event.PAUSE, Event.POSTPONE, Event.MOVE_RUN):
        return True
    return bool(agreement.dropping) and event in FROM_OUTSIDE


def _next_due(agreement: Agreement, step: Step, event: Event, on: date, facts: Mapping[str, Any]) -> date:
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
    if agreement.dropping and event in FROM_OUTSIDE and agreement.step_due is not None:
        return agreement.step_due
    if agreement.is_paused_on(on) and event in HELPS_PAUSED and agreement.paused_until is not None:
        due = due_on(step.due, agreement.times, on=on, days=days)
        return max(due, working_day_from(agreement.paused_until))
    if event is Event.DOUBT_SEAT:
        return due_on(Due("doubt"), agreement.times, on=on, days=days)
    if event is Event.MOVE_RUN and step.name != "go" and agreement.step_due is not None:
        return min(agreement.step_due, due_on(step.due, agreement.times, on=on, days=days))
    if event is Event.HAND_OVER and agreement.step_due is not None:
        return max(agreement.step_due, due_on(Due("hand_over"), agreement.times, on=on, days=days))
    return due_on(step.due, agreement.times, on=on, days=days)


def _write(
    agreement: Agreement,
    event: Event,
    after: State,
    *,
    by: Person | None,
    party: Party | str,
    on: date,
    facts: Mapping[str, Any],
    tells: Iterable[Person],
    seat: SeatBefore = NO_SEAT,
) -> None:
    """Write state, next step and log entry, and tell whom it concerns."""
    before = agreement.stage if agreement.pk else ""
    old_owner = agreement.step_owner_id
    agreement.stage, agreement.dropping = after.stage, after.dropping or ""
    step = after.step
    beside = event is not Event.AGREE and lifecycle.TRANSITIONS[after.kind, Stage(before), event].beside
    if beside:
        pass
    elif step is None:
        agreement.dropped_from = before if after.stage is Stage.DROPPED else ""
        agreement.step, agreement.step_owner, agreement.step_due, agreement.step_since = "", None, None, None
        agreement.stray, agreement.closed_on = False, on
    else:
        due = _next_due(agreement, step, event, on, facts)
        owner = _next_owner(agreement, step, event, on, facts)
        agreement.step, agreement.step_due, agreement.step_since = step.name, due, on
        agreement.step_owner_id, agreement.stray = owner.person_id, owner.stray
    if not _rests(agreement, event) and not beside:
        agreement.handed_over = event is Event.HAND_OVER and by is not None
    if event not in KEEPS_PAUSE and not beside:
        agreement.paused_until = None
    agreement.answer_due_on = answer_due_on(agreement.kind, agreement.times, days=agreement.round.days)
    agreement.turn += 1
    agreement.save()
    LogEntry.objects.create(
        agreement=agreement,
        number=agreement.turn,
        on=on,
        event=event,
        by=by,
        party=party,
        from_stage=before,
        to_stage=agreement.stage,
        step=agreement.step,
        owner_id=agreement.step_owner_id,
        due=agreement.step_due,
        facts={name: _plain(value) for name, value in facts.items()},
    )
    notify_of_event(
        agreement, event, before=before, owner_before=old_owner, by=by, on=on, tells=tells, seat_before=seat
    )


def _plain(value: Any) -> Any:
    """A fact as JSON: a row by its id, a day in ISO form, several as a list."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def answer_as_helper(
    check_in: CheckIn, *, by: Person, on: date, happens: bool, learns: bool, line: str = ""
) -> CheckIn:
    """The helper's side of a check-in. Raises NotPermitted for anybody else, NotPossible when already answered."""
    row = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if row.by_id != by.pk or not row.by_helper:
        raise NotPermitted
    if row.answered_on is not None or row.withdrawn_on is not None or not row.agreement.is_open:
        raise NotPossible
    row.happens, row.learns, row.line, row.answered_on = happens, learns, line, on
    row.save()
    return row


@transaction.atomic
def replace_agreement(
    agreement: Agreement,
    *,
    by: Person,
    on: date,
    turn: int,
    title: str,
    kind: Kind,
    planned_from: date,
    planned_to: date,
) -> Agreement:
    """Agree something else instead, linked to what it replaces; returns the new agreement."""
    new = agree_activity(
        plan=agreement.plan,
        kind=kind,
        title=title,
        planned_from=planned_from,
        planned_to=planned_to,
        by=by,
        on=on,
        goal=agreement.goal,
        purpose=agreement.purpose,
        replaces=agreement,
    )
    take_step(agreement, Event.REPLACE, by=by, on=on, turn=turn, replacement=new)
    return new
