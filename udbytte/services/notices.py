"""What people are told, written in the transaction of what happened; letters carry it later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..domain.lifecycle import BOOKED, TRANSITIONS, Event, Kind, Party, Stage
from ..models import Agreement, Notice, Person
from .owners import people_of

# How a seat is left without losing it: somebody must tell the provider.
GIVES_UP_SEAT = frozenset({Event.CANCEL_SEAT, Event.CONFIRM_DROP, Event.REPLACE, Event.LEAVE})
ANSWERS_GOING = frozenset({Event.GO, Event.NOT_GONE})


def tell(
    person: Person,
    *,
    kind: str,
    on: date,
    cause: str,
    agreement: Agreement | None = None,
    urgent: bool = False,
    facts: dict[str, Any] | None = None,
) -> None:
    """Tell a person one thing, once for its cause; a second time for the same cause does nothing.

    `facts` must be what this person may read. `urgent`: it does not wait for the weekly letter.
    """
    Notice.objects.get_or_create(
        person=person,
        cause=cause,
        defaults={"kind": kind, "on": on, "agreement": agreement, "urgent": urgent, "facts": facts or {}},
    )


def tell_of_event(
    agreement: Agreement,
    event: Event,
    *,
    before: str,
    owner_before: int | None,
    by: Person | None,
    on: date,
    tells: Iterable[Person],
    seat_before: Mapping[str, Any],
) -> None:
    """One notice each: who has a seat or has it no more, who must tell the provider, the new owner of a step, and those
    the table names. Nobody is told what they did themself, but for the seat: that is for their calendar.

    `before` is the stage that the event came from, `owner_before` whose the step was, `seat_before` the run there was
    ("run", its id), its days ("starts", "ends" in ISO form) and whether
    there was a seat on it ("booked").
    """
    cause = f"{agreement.pk}:{agreement.turn}"
    facts = {"event": event, "by": by.name if by is not None else ""}
    told = {by.pk if by is not None else None}
    if _tell_of_seat(agreement, event, before=before, seat_before=seat_before, on=on, facts={**facts, **seat_before}):
        told.add(agreement.employee_id)
    if before in BOOKED and event in GIVES_UP_SEAT:
        for person in people_of(agreement, Party.COORDINATOR, on=on):
            if person.pk not in told and person.is_active:
                told.add(person.pk)
                tell(
                    person, kind="unbook", on=on, cause=f"unbook:{cause}", agreement=agreement, urgent=True, facts=facts
                )
    if before == Stage.REGISTERED and agreement.stage not in BOOKED and event not in ANSWERS_GOING:
        _tell_of_free_seat(seat_before.get("run"), on=on, cause=cause)
    step, owner = agreement.state.step, agreement.step_owner
    beside = event is not Event.AGREE and TRANSITIONS[Kind(agreement.kind), Stage(before), event].beside
    asked = step is not None and not beside and (agreement.step_owner_id != owner_before or step.waits)
    if step is not None and asked and owner is not None and owner.pk not in told:
        told.add(owner.pk)
        urgent = step.waits or agreement.stray or event is Event.DOUBT_SEAT
        kind = "stray" if agreement.stray else "step"
        tell(owner, kind=kind, on=on, cause=f"step:{cause}", agreement=agreement, urgent=urgent, facts={"event": event})
    for person in tells:
        if person.pk not in told:
            told.add(person.pk)
            tell(person, kind="told", on=on, cause=f"told:{cause}", agreement=agreement, facts=facts)


def _tell_of_free_seat(run: int | None, *, on: date, cause: str) -> None:
    """Tell whoever sees to those on the waitlist of the same run that a seat has become free."""
    waiting = Agreement.objects.filter(run=run, stage=Stage.WAITLISTED) if run else Agreement.objects.none()
    for agreement in waiting.select_related("step_owner").order_by("step_since", "pk"):
        if agreement.step_owner is not None:
            key = f"free:{cause}:{agreement.pk}"
            tell(agreement.step_owner, kind="free_seat", on=on, cause=key, agreement=agreement, urgent=True)


def _tell_of_seat(
    agreement: Agreement, event: Event, *, before: str, seat_before: Mapping[str, Any], on: date, facts: dict[str, Any]
) -> bool:
    """Tell the employee of a seat that is new, moved or gone, whoever did it; the letter carries it to the calendar."""
    has = agreement.stage == Stage.REGISTERED
    had = before == Stage.REGISTERED or (before == Stage.WAITLISTED and bool(seat_before.get("booked")))
    new = has and (before != Stage.REGISTERED or event is Event.MOVE_RUN)
    # A seat that is doubted stays in the calendar until it is known to be lost.
    gone = had and agreement.stage not in BOOKED and event not in ANSWERS_GOING
    if not (new or gone):
        return False
    kind, cause = "seat" if new else "no_seat", f"seat:{agreement.pk}:{agreement.turn}"
    tell(agreement.employee, kind=kind, on=on, cause=cause, agreement=agreement, urgent=True, facts=facts)
    return True
