"""Agreements: how one arises, and the one door through which its stage changes.

What was just pressed is put back by `undo`, to how it was before it went through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from udbytte.access.agreements import parties_of
from udbytte.domain import lifecycle
from udbytte.domain.lifecycle import (
    AGREEING,
    HELPER_ANSWERS,
    PROPOSALS,
    WRITTEN_DOWN,
    Event,
    Kind,
    NextStep,
    Party,
    Proposal,
    Stage,
    State,
    Transition,
)
from udbytte.domain.lifecycle.deadlines import answer_due_on
from udbytte.domain.reach import END, START
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
    WrittenAnswer,
)
from udbytte.models.written_answers import UNANSWERED
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, StaleStep, require_day_within
from udbytte.services.figures.history import preserve_agreement_history
from udbytte.services.locks import lock_agreement, lock_rows_in_order, retry_after_deadlock
from udbytte.services.notifications.notify import NO_SEAT, SeatBefore, notify_of_event
from udbytte.services.practice.helping import condition_holds

from .consequences import CONSEQUENCES
from .facts import typed
from .follow_ons import follow_ons_of
from .next_step import set_next_step
from .owners import people_to_notify


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
    if_then: str = "",
    first_use: str = "",
    estimated_price: int | None = None,
    course: Course | None = None,
    method: PracticeMethod | None = None,
    transfer_of: Agreement | None = None,
    replaces: Agreement | None = None,
) -> Agreement:
    """Write down one agreement of a plan, with its first step, owner and date. Price in whole kroner, ex VAT.

    `by` is the employee or the line manager; None: the application itself. Raises NotPermitted for anybody else,
    MissingFact when the title is empty, Refused when the planned end lies before the start or a day is out of reach
    (`domain.reach`).
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
        if_then=" ".join(if_then.split()),
        first_use=first_use,
        estimated_price=estimated_price,
        course=course if kind == Kind.COURSE else None,
        method=method if kind == Kind.PRACTICE else None,
        transfer_of=transfer_of if kind == Kind.PRACTICE else None,
        replaces=replaces,
        agreed_on=on,
    )
    _write(agreement, Event.AGREE, AGREEING, State(Kind(kind)), by=by, party="", on=on, facts={}, tells=())
    return agreement


@typed
@retry_after_deadlock
@transaction.atomic
def take_step(
    agreement: Agreement,
    event: Event,
    *,
    by: Person | None,
    on: date,
    turn: int | None = None,
    caused_by: Person | None = None,
    facts: Mapping[str, Any] | None = None,
    **named_facts: Any,
) -> Agreement:
    """Let an event happen to an agreement: the only door through which its stage changes.

    1. Lock the row and check that nothing has happened since `turn` (else since the agreement's own turn): StaleStep.
       A helper's own answer is never stale: the question to the helper stands until the helper answers it.
    2. Look the event up in the table, with what `by` is here (None: the application itself): NotPossible, NotPermitted,
       MissingFact.
    3. Carry out its consequences (run, money, helper, check-in, outcome): OverBudget, Refused.
    4. Find the next step, its owner and its date; write the row and the log.
    5. Notify those concerned, and take the steps that follow from the event (`follow_ons_of`).
    All of it happens in one transaction. Returns the agreement, read fresh.

    `caused_by`: where the application acts (`by` is None) because a person has pressed something elsewhere, the log and
    the notifications name that person. It permits nothing: who calls has checked what the person may do.

    The facts are named arguments, typed by event. Where the event is known only at run time, as with a form, they are
    one mapping, `facts`, and the table alone checks them.
    """
    facts = {**(facts or {}), **named_facts}
    expected = agreement.turn if turn is None else turn
    lock_learning_partners(agreement)
    row = lock_agreement(agreement.pk)
    parties = None if by is None else parties_of(row, by, on, event)
    if not row.is_still_at(expected) and event not in HELPER_ANSWERS:
        newest = LogEntry.all_entries.filter(agreement=row).select_related("by").last()
        raise StaleStep(_readable(newest, row, parties), by)
    event = lifecycle.event_that_happens(
        row.state, event, lambda condition: condition_holds(row, condition, by, on, facts)
    )
    try:
        after = lifecycle.advance(row.state, event, parties=parties, facts=facts)
    except lifecycle.NoSuchEvent:
        raise NotPossible from None
    except lifecycle.NotAllowed:
        raise NotPermitted from None
    except lifecycle.MissingFact as missing:
        raise MissingFact(missing.name) from None
    transition = lifecycle.transition_of(row.state, event)
    # If the application hands a step over, only its new owner is notified. If it accepts in a helper's name (who said
    # yes to a whole group), nobody is.
    quiet = event in (Event.HAND_OVER, Event.ACCEPT) and by is None
    tells = [] if quiet else [person for party in transition.notifies for person in people_to_notify(row, party, on=on)]
    seat = NO_SEAT
    if row.starts_on is not None and row.ends_on is not None:
        seat = SeatBefore(row.run_id, row.registered_on is not None, row.starts_on, row.ends_on)
    preserve_agreement_history([row.pk], on=on)
    act = CONSEQUENCES.get(event)
    if act is not None:
        act(row, by, on, facts)
    if transition.coordinates and by is not None and by.pk != row.employee_id and Party.COORDINATOR in (parties or ()):
        row.coordinated_on = row.coordinated_on or on
    if row.step in WRITTEN_DOWN and transition.step is NextStep.NEW:
        WrittenAnswer.objects.filter(UNANSWERED, agreement=row).update(withdrawn_on=on)  # it is answered otherwise
    party = after.proposed_by if event in PROPOSALS else None
    cause = {"by": by, "caused_by": caused_by}
    _write(row, event, transition, after, party=party or "", on=on, facts=facts, tells=tells, seat=seat, **cause)
    for other, next_event, next_facts in follow_ons_of(row, event, on):
        changed = take_step(other, next_event, by=None, on=on, caused_by=by or caused_by, facts=next_facts)
        row = changed if changed.pk == row.pk else row
    return row


def lock_learning_partners(agreement: Agreement) -> None:
    """Let one event at a time happen to those who learn together, since it can change the agreements of all."""
    if agreement.kind == Kind.PRACTICE:
        groups = list(PracticeGroup.objects.filter(agreements=agreement.pk).values_list("pk", flat=True))
        lock_rows_in_order(PracticeGroup, groups)


def _readable(entry: LogEntry | None, agreement: Agreement, parties: frozenset[Party] | None) -> LogEntry | None:
    """The log entry, if the person could have done the same; nobody else learns who did what."""
    if entry is None or entry.undone or (parties is not None and not entry.from_stage):
        return None
    if parties is None:
        return entry
    row = lifecycle.TRANSITIONS.get((Kind(agreement.kind), Stage(entry.from_stage), Event(entry.event)))
    return entry if row is not None and row.by & parties else None


def _write(
    agreement: Agreement,
    event: Event,
    transition: Transition,
    after: State,
    *,
    by: Person | None,
    party: Party | str,
    on: date,
    facts: Mapping[str, Any],
    tells: Iterable[Person],
    seat: SeatBefore = NO_SEAT,
    caused_by: Person | None = None,
) -> None:
    """Write state, next step and log entry, and notify those concerned."""
    state = agreement.state if agreement.pk else after
    actor = by or caused_by
    before = agreement.stage if agreement.pk else ""
    old_owner = agreement.step_owner_id
    if transition.step is not NextStep.SAME:
        set_next_step(agreement, event, transition, after, before=state, by=by, on=on, facts=facts)
    agreement.stage, agreement.proposed_by = after.stage, after.proposed_by or ""
    agreement.proposal = after.proposal if after.proposed_by is not None else ""
    agreement.answer_due_on = answer_due_on(agreement.kind, agreement.times, days=agreement.round.days)
    agreement.turn += 1
    agreement.save()
    given = {name: _plain(value) for name, value in facts.items()}
    write_log_entry(agreement, event, by=actor, on=on, before=before, party=party, facts=given)
    notify_of_event(
        agreement, event, before=before, owner_before=old_owner, by=actor, on=on, tells=tells, seat_before=seat
    )


def write_log_entry(
    agreement: Agreement,
    event: str,
    *,
    by: Person | None,
    on: date,
    before: str,
    party: str = "",
    facts: Mapping[str, Any] | None = None,
    undone: bool = False,
) -> None:
    """Write the entry of the agreement's present turn; `before` is the stage that it came from."""
    LogEntry.all_entries.create(
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
        facts=facts or {},
        undone=undone,
    )


def _plain(value: Any) -> Any:
    """A fact as JSON: a row by its id, a day in ISO form, several as a list."""
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def answer_as_helper(
    check_in: CheckIn, *, by: Person, on: date, happens: bool, learns: bool | None = None, line: str = ""
) -> CheckIn:
    """The helper's side of a check-in. Raises NotPermitted for anybody else, NotPossible when already answered."""
    row = CheckIn.objects.select_for_update(no_key=True).get(pk=check_in.pk)
    if row.by_id != by.pk or not row.by_helper:
        raise NotPermitted
    if row.answered_on is not None or row.withdrawn_on is not None or not row.agreement.is_open:
        raise NotPossible
    row.happens, row.learns, row.line, row.answered_on = happens, learns if happens else False, line, on
    row.save()
    return row


@transaction.atomic
def answer_whether_learned(check_in: CheckIn, *, by: Person, on: date, learns: bool) -> CheckIn:
    """The second half of a check-in: whether something new was learned, asked after "it happens".

    It is answered on the day of the first half, so that the figures of a past day stay as they were. Raises
    NotPermitted for anybody else, NotPossible when it is answered already, does not happen, or is of another day.
    """
    row = CheckIn.objects.select_for_update(no_key=True).get(pk=check_in.pk)
    if row.by_id != by.pk:
        raise NotPermitted
    if row.answered_on != on or not row.happens or row.learns is not None:
        raise NotPossible
    row.learns = learns
    row.save(update_fields=["learns"])
    return row


@transaction.atomic
def replace_agreement(agreement: Agreement, *, by: Person | None, on: date, turn: int | None = None) -> Agreement:
    """Say yes to the other way that was proposed: agree it, linked to what it replaces. Returns the new agreement.

    Raises NotPossible without such a proposal, and what `take_step` raises.
    """
    proposal = agreement.log.filter(event=Event.PROPOSE_REPLACE).order_by("-number").first()
    if proposal is None or agreement.proposal != Proposal.REPLACE:
        raise NotPossible
    proposed = proposal.facts
    starts_on = max(date.fromisoformat(proposed["planned_from"]), on)
    ends_on = max(date.fromisoformat(proposed["planned_to"]), starts_on)
    new = agree_activity(
        plan=agreement.plan,
        kind=Kind(proposed["kind"]),
        title=proposed["title"],
        planned_from=starts_on,
        planned_to=ends_on,
        by=by,
        on=on,
        goal=agreement.goal,
        purpose=agreement.purpose,
        replaces=agreement,
    )
    take_step(agreement, Event.REPLACE, by=by, on=on, turn=turn, replacement=new)
    return new
