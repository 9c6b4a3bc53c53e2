"""Notifications, written in the same transaction as the event they are about. Emails carry them later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from udbytte.domain.lifecycle import BOOKED, TRANSITIONS, Event, Kind, NextStep, Party, Stage
from udbytte.domain.lifecycle.reminders import BEFORE_SIGN_UP, DEADLINE_NEAR
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
from udbytte.models.compiled_query import compiled
from udbytte.services.agreements.owners import people_to_notify

CHUNK = 2000
# Events that give up a seat: somebody must notify the provider.
GIVES_UP_SEAT = frozenset({Event.CANCEL_SEAT, Event.CONFIRM_DROP, Event.REPLACE, Event.LEAVE})
ANSWERS_GOING = frozenset({Event.GO, Event.NOT_GONE})
_collecting: ContextVar[list[Notification] | None] = ContextVar("collecting", default=None)


@contextmanager
def collect_notifications() -> Iterator[list[Notification]]:
    """The new notifications that are written inside the block."""
    collected: list[Notification] = []
    token = _collecting.set(collected)
    try:
        yield collected
    finally:
        _collecting.reset(token)


def notify(
    person: Person,
    facts: Facts,
    *,
    on: date,
    cause: str,
    agreement: Agreement | None = None,
    urgent: bool = False,
) -> bool:
    """Notify a person, once for each cause. A second notification with the same cause is not written and returns False.

    `facts` must only hold what this person may read. `urgent`: it does not wait for the weekly email.
    """
    about = agreement.pk if agreement is not None else None
    return bool(notify_all([Notification.of(person.pk, facts, on=on, cause=cause, agreement=about, urgent=urgent)]))


def notify_all(notifications: Iterable[Notification]) -> list[Notification]:
    """Write notifications (`Notification.of`) in chunks, one for each person and cause; returns the new ones.

    Only this function writes notifications.
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
    known = set(_known(list(people), list(causes)))
    fresh: dict[tuple[int, str], Notification] = {}
    for notification in part:
        fresh.setdefault((notification.person_id, notification.cause), notification)
    new = [notification for key, notification in fresh.items() if key not in known]
    Notification.objects.bulk_create(new, ignore_conflicts=True)  # another transaction may have written the same
    collected = _collecting.get()
    if collected is not None:
        collected += new
    return new


@compiled
def _known(people: list[int], causes: list[str]) -> QuerySet[Notification, tuple[int, str]]:
    return Notification.objects.filter(person__in=people, cause__in=causes).values_list("person_id", "cause")


@dataclass(frozen=True, slots=True)
class SeatBefore:
    """The course date before an event, its days, and whether the employee had a seat."""

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
    """Notify everybody concerned by an event, each at most once: the employee of a seat that is new or lost, those who
    must tell the provider, the new owner of the step, and the people in `tells`.

    Nobody is notified of their own action, except of the seat, which their calendar needs. `before` is the stage before
    the event, `owner_before` the former owner of the step.
    """
    cause = f"{agreement.pk}:{agreement.turn}"
    who = by.name if by is not None else ""
    notified = {by.pk if by is not None else None}
    if _notify_of_seat(agreement, event, before=before, seat_before=seat_before, on=on, by=who):
        notified.add(agreement.employee_id)
    if before in BOOKED and event in GIVES_UP_SEAT:
        for person in people_to_notify(agreement, Party.COORDINATOR, on=on):
            if person.pk not in notified and person.is_active:
                notified.add(person.pk)
                give_back = SeatToGiveBack(event=event, by=who)
                notify(person, give_back, on=on, cause=f"unbook:{cause}", agreement=agreement, urgent=True)
    if before == Stage.REGISTERED and agreement.stage not in BOOKED and event not in ANSWERS_GOING:
        _notify_of_free_seat(seat_before.run, on=on, cause=cause)
    step, owner = agreement.state.step, agreement.step_owner
    row = None if event is Event.AGREE else TRANSITIONS[Kind(agreement.kind), Stage(before), event]
    same_step = row is not None and row.step is NextStep.SAME
    moved = event in (Event.MOVE_ON, Event.WRITE_DOWN)  # the owner is told why, with a notification of its own
    asked = step is not None and not (same_step or moved) and (agreement.step_owner_id != owner_before or step.waits)
    if step is not None and asked and owner is not None and owner.pk not in notified:
        notified.add(owner.pk)
        urgent = step.waits or agreement.stray or event is Event.DOUBT_SEAT or _sign_up_closes_soon(agreement, on)
        yours = StepFoundNoOwner(event=event) if agreement.stray else StepIsYours(event=event)
        notify(owner, yours, on=on, cause=f"step:{cause}", agreement=agreement, urgent=urgent)
    for person in tells:
        if person.pk not in notified:
            notified.add(person.pk)
            happened = EventHappened(event=event, by=who)
            notify(person, happened, on=on, cause=f"told:{cause}", agreement=agreement)


def _sign_up_closes_soon(agreement: Agreement, on: date) -> bool:
    """Whether the step must be taken before a sign-up deadline that is near."""
    deadline = agreement.run.signup_deadline if agreement.run is not None else None
    return agreement.step in BEFORE_SIGN_UP and deadline is not None and on <= deadline <= on + DEADLINE_NEAR


def _notify_of_free_seat(run: int | None, *, on: date, cause: str) -> None:
    """Notify the owners of waiting-list steps on the same course date that a seat is free."""
    waiting = Agreement.objects.filter(run=run, stage=Stage.WAITLISTED) if run else Agreement.objects.none()
    for agreement in waiting.select_related("step_owner").order_by("step_since", "pk"):
        if agreement.step_owner is not None:
            key = f"free:{cause}:{agreement.pk}"
            notify(agreement.step_owner, SeatIsFree(), on=on, cause=key, agreement=agreement, urgent=True)


def _notify_of_seat(
    agreement: Agreement, event: Event, *, before: str, seat_before: SeatBefore, on: date, by: str
) -> bool:
    """Notify the employee of a new, moved or lost seat.

    The email carries it to the calendar. Returns whether it did.
    """
    has = agreement.stage == Stage.REGISTERED
    had = before == Stage.REGISTERED or (before == Stage.WAITLISTED and seat_before.booked)
    new = has and (before != Stage.REGISTERED or event is Event.MOVE_RUN)
    # A doubted seat stays in the calendar until it is lost.
    gone = had and agreement.stage not in BOOKED and event not in ANSWERS_GOING
    if not (new or gone):
        return False
    seat = SeatTaken if new else SeatLost
    facts = seat(event=event, by=by, starts=seat_before.starts, ends=seat_before.ends)
    cause = f"seat:{agreement.pk}:{agreement.turn}"
    notify(agreement.employee, facts, on=on, cause=cause, agreement=agreement, urgent=True)
    return True
