"""What people are told, written in the transaction of what happened; letters carry it later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from udbytte.domain.lifecycle import BOOKED, TRANSITIONS, Event, Kind, NextStep, Party, Stage
from udbytte.domain.notifications import (
    EventHappened,
    Facts,
    SeatIsFree,
    SeatLost,
    SeatTaken,
    SeatToGiveBack,
    StepFoundNoOwner,
    StepIsYours,
)
from udbytte.models import Agreement, Notification, Person
from udbytte.services.agreements.owners import people_to_notify

CHUNK = 2000
# How a seat is left without losing it: somebody must tell the provider.
GIVES_UP_SEAT = frozenset({Event.CANCEL_SEAT, Event.CONFIRM_DROP, Event.REPLACE, Event.LEAVE})
ANSWERS_GOING = frozenset({Event.GO, Event.NOT_GONE})


def notify(
    person: Person,
    facts: Facts,
    *,
    on: date,
    cause: str,
    agreement: Agreement | None = None,
    urgent: bool = False,
) -> bool:
    """Tell a person one thing, once for its cause; a second time for the same cause does nothing and returns False.

    `facts` must be what this person may read. `urgent`: it does not wait for the weekly letter.
    """
    about = agreement.pk if agreement is not None else None
    return bool(notify_all([Notification.of(person.pk, facts, on=on, cause=cause, agreement=about, urgent=urgent)]))


def notify_all(notifications: Iterable[Notification]) -> list[Notification]:
    """Write notices (`Notice.of`) in chunks, each once for its person and cause; returns those that are new.

    This is the only place that writes one.
    """
    new: list[Notification] = []
    part: list[Notification] = []
    for notification in notifications:
        part.append(notification)
        if len(part) == CHUNK:
            new += _write_new(part)
            part = []
    return new + _write_new(part)


def _write_new(part: list[Notification]) -> list[Notification]:
    if not part:
        return []
    causes, people = {notification.cause for notification in part}, {notification.person_id for notification in part}
    known = set(Notification.objects.filter(person__in=people, cause__in=causes).values_list("person_id", "cause"))
    fresh: dict[tuple[int, str], Notification] = {}
    for notification in part:
        fresh.setdefault((notification.person_id, notification.cause), notification)
    new = [notification for key, notification in fresh.items() if key not in known]
    Notification.objects.bulk_create(new, ignore_conflicts=True)  # somebody else may have written the same meanwhile
    return new


@dataclass(frozen=True, slots=True)
class SeatBefore:
    """The run there was before an event, its days, and whether there was a seat on it."""

    run: int | None = None
    booked: bool = False
    starts: date | None = None
    ends: date | None = None


NO_SEAT = SeatBefore()


def notify_of_event(
    agreement: Agreement,
    event: Event,
    *,
    before: str,
    owner_before: int | None,
    by: Person | None,
    on: date,
    tells: Iterable[Person],
    seat_before: SeatBefore = NO_SEAT,
) -> None:
    """One notice each: who has a seat or has it no more, who must tell the provider, the new owner of a step, and those
    the table names. Nobody is told what they did themself, but for the seat: that is for their calendar.

    `before` is the stage that the event came from, `owner_before` whose the step was.
    """
    cause = f"{agreement.pk}:{agreement.turn}"
    who = by.name if by is not None else ""
    told = {by.pk if by is not None else None}
    if _notify_of_seat(agreement, event, before=before, seat_before=seat_before, on=on, by=who):
        told.add(agreement.employee_id)
    if before in BOOKED and event in GIVES_UP_SEAT:
        for person in people_to_notify(agreement, Party.COORDINATOR, on=on):
            if person.pk not in told and person.is_active:
                told.add(person.pk)
                give_back = SeatToGiveBack(event=event, by=who)
                notify(person, give_back, on=on, cause=f"unbook:{cause}", agreement=agreement, urgent=True)
    if before == Stage.REGISTERED and agreement.stage not in BOOKED and event not in ANSWERS_GOING:
        _notify_of_free_seat(seat_before.run, on=on, cause=cause)
    step, owner = agreement.state.step, agreement.step_owner
    row = None if event is Event.AGREE else TRANSITIONS[Kind(agreement.kind), Stage(before), event]
    same_step = row is not None and row.step is NextStep.SAME
    asked = step is not None and not same_step and (agreement.step_owner_id != owner_before or step.waits)
    if step is not None and asked and owner is not None and owner.pk not in told:
        told.add(owner.pk)
        urgent = step.waits or agreement.stray or event is Event.DOUBT_SEAT
        yours = StepFoundNoOwner(event=event) if agreement.stray else StepIsYours(event=event)
        notify(owner, yours, on=on, cause=f"step:{cause}", agreement=agreement, urgent=urgent)
    for person in tells:
        if person.pk not in told:
            told.add(person.pk)
            happened = EventHappened(event=event, by=who)
            notify(person, happened, on=on, cause=f"told:{cause}", agreement=agreement)


def _notify_of_free_seat(run: int | None, *, on: date, cause: str) -> None:
    """Tell whoever sees to those on the waitlist of the same run that a seat has become free."""
    waiting = Agreement.objects.filter(run=run, stage=Stage.WAITLISTED) if run else Agreement.objects.none()
    for agreement in waiting.select_related("step_owner").order_by("step_since", "pk"):
        if agreement.step_owner is not None:
            key = f"free:{cause}:{agreement.pk}"
            notify(agreement.step_owner, SeatIsFree(), on=on, cause=key, agreement=agreement, urgent=True)


def _notify_of_seat(
    agreement: Agreement, event: Event, *, before: str, seat_before: SeatBefore, on: date, by: str
) -> bool:
    """Tell the employee of a seat that is new, moved or gone, whoever did it; the letter carries it to the calendar."""
    has = agreement.stage == Stage.REGISTERED
    had = before == Stage.REGISTERED or (before == Stage.WAITLISTED and seat_before.booked)
    new = has and (before != Stage.REGISTERED or event is Event.MOVE_RUN)
    # A seat that is doubted stays in the calendar until it is known to be lost.
    gone = had and agreement.stage not in BOOKED and event not in ANSWERS_GOING
    if not (new or gone):
        return False
    seat = SeatTaken if new else SeatLost
    facts = seat(event=event, by=by, starts=seat_before.starts, ends=seat_before.ends)
    cause = f"seat:{agreement.pk}:{agreement.turn}"
    notify(agreement.employee, facts, on=on, cause=cause, agreement=agreement, urgent=True)
    return True
