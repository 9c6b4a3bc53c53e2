"""What people in the simulation do with a step that has come to them along the line, or that is about to lapse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from udbytte.access.agreements import events_open_to
from udbytte.domain.lifecycle import WRITTEN_ANSWERS, DropReason, Event, Kind
from udbytte.models import Agreement, Person
from udbytte.services.agreements.owners import people_in_line

from . import texts
from .goals import work_of
from .turns import Action, Turn
from .ways import WAYS

# Of the decisions: take the step, give it to somebody else, a new date, another way, stop. Source: the proof.
SHARES = (("act", 0.40), ("hand_on", 0.20), ("new_date", 0.20), ("another_way", 0.10), ("stop", 0.10))


def decide_about_moved_step(turn: Turn, agreement: Agreement, owner: Person, usual: Action) -> Action:
    """What whoever got the step decides; None: nothing today. `usual` is what the step itself asks for.

    HR only gives the step to somebody with the same task.
    """
    open_events = events_open_to(agreement, owner, turn.on)
    if agreement.is_with_hr:
        return _hand_on(turn, agreement, owner)
    draw, choice = turn.stream.random(), SHARES[-1][0]
    for name, share in SHARES:
        if draw < share:
            choice = name
            break
        draw -= share
    usual = _written_down(agreement, usual, open_events)
    wanted = usual
    if choice == "hand_on":
        wanted = _hand_on(turn, agreement, owner)
    elif choice == "new_date":
        wanted = _new_date(turn, agreement)
    elif choice == "another_way":
        wanted = _another_way(turn, agreement, open_events)
    elif choice == "stop":
        wanted = _stop(turn, agreement, open_events)
    if wanted is None or wanted[0] not in open_events:
        wanted = usual
    return wanted if wanted is not None and wanted[0] in open_events else None


def _written_down(agreement: Agreement, usual: Action, open_events: frozenset[Event]) -> Action:
    """What the step asks for; written down in a talk where only the employee may answer it."""
    if usual is None or usual[0] in open_events or Event.WRITE_DOWN not in open_events:
        return usual
    if usual[0] not in WRITTEN_ANSWERS[agreement.step]:
        return usual
    return Event.WRITE_DOWN, {"answer": usual[0], "facts": usual[1]}


def _hand_on(turn: Turn, agreement: Agreement, owner: Person) -> Action:
    had = set(agreement.log.filter(step=agreement.step).values_list("owner", flat=True))
    people = sorted(people_in_line(agreement, on=turn.on) - {owner.pk} - had)
    if not people:
        return None
    return Event.HAND_OVER, {"owner": Person.objects.get(pk=turn.stream.choice(people))}


def _new_date(turn: Turn, agreement: Agreement) -> Action:
    until = turn.on + timedelta(days=turn.stream.randrange(20, 60))
    return Event.POSTPONE, {"until": until, "reason": turn.reason("postponed", texts.POSTPONED, agreement)}


def _another_way(turn: Turn, agreement: Agreement, open_events: frozenset[Event]) -> Action:
    if Event.ASK_CHEAPER in open_events:
        return Event.ASK_CHEAPER, {"reason": "Er der et hold, der er billigere?"}
    starts_on = turn.on + timedelta(days=21)
    return Event.PROPOSE_REPLACE, {
        "title": turn.stream.choice(WAYS).title_for(work_of(agreement.employment.title)),
        "kind": Kind.PRACTICE,
        "planned_from": starts_on,
        "planned_to": starts_on + timedelta(days=60),
    }


def _stop(turn: Turn, agreement: Agreement, open_events: frozenset[Event]) -> Action:
    if Event.REFUSE in open_events:
        return Event.REFUSE, {"reason": turn.reason("refusal", texts.REFUSALS, agreement)}
    return Event.PROPOSE_DROP, {"reason": str(turn.stream.choice(list(DropReason)[:8]))}


def answer_before_lapse(turn: Turn) -> tuple[Event, dict[str, Any]]:
    """What an employee answers who is asked whether to keep an agreement: mostly to keep it."""
    if turn.stream.happens(0.6):
        return Event.KEEP_OPEN, {}
    return Event.PROPOSE_DROP, {"reason": str(turn.stream.choice(list(DropReason)[:8]))}
