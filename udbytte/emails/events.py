"""What an email says about an event of an agreement to somebody whom it concerns, as a whole sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.lifecycle import Event

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Where nobody is named as the one who did it. Other events are "something has changed".
SENTENCES: Mapping[Event, _StrPromise] = {
    Event.AGREE: lazy("A new agreement has been made"),
    Event.FUND: lazy("The money is granted"),
    Event.GRANT: lazy("The money is granted"),
    Event.NOMINATE: lazy("The course is nominated to the budget owner"),
    Event.REFUSE: lazy("The money is refused, so another solution is needed"),
    Event.ASK_CHEAPER: lazy("The budget owner asks for a cheaper course date"),
    Event.MISS_DEADLINE: lazy("The deadline or the course date has passed, so another one is needed"),
    Event.MIDWAY: lazy("The course does not go on"),
    Event.WENT_UNKNOWN: lazy("Nobody has said whether the course was attended"),
    Event.HELPER_SILENT: lazy("The helper has not answered, so somebody else is needed"),
    Event.PROPOSAL_FALLS: lazy("The proposal was not answered, so the agreement goes on"),
    Event.NOT_TOLD: lazy("The agreement is closed, as the outcome was never reported"),
    Event.TALK_MISSING: lazy("The agreement is closed without a talk about what was learned"),
    Event.LAPSE: lazy("The agreement has lapsed, as nobody acted. It still holds, so talk about it"),
    Event.KEEP_OPEN: lazy("The agreement is kept, with a new date"),
    Event.REOPEN: lazy("The agreement is open again"),
    Event.RESTART: lazy("The agreement is open again, from the beginning"),
    Event.WITHDRAW: lazy("The request has been withdrawn"),
    Event.REGISTER: lazy("There is a place"),
    Event.CONFIRM_SEAT: lazy("There is a place"),
    Event.WAITLIST: lazy("The registration is on the waiting list"),
    Event.LOSE_SEAT: lazy("The place is gone, so another course date is needed"),
    Event.LOSE_RUN: lazy("The course date is cancelled or cannot be used, so another one is needed"),
    Event.MOVE_RUN: lazy("The course has new dates"),
    Event.DOUBT_SEAT: lazy("It is not certain that there still is a place, and the coordinator finds out"),
    Event.CANCEL_SEAT: lazy("The place has been cancelled, so another course date is needed"),
    Event.NOT_GONE: lazy("The course was not attended, so a new date is needed"),
    Event.ACCEPT: lazy("A helper has said yes"),
    Event.ACCEPT_LATER: lazy("A helper has said yes, from a later day"),
    Event.DECLINE: lazy("A helper has said no"),
    Event.LOSE_HELPER: lazy("The helper stops, so somebody else is needed"),
    Event.STEP_ASIDE: lazy("A helper stops, and others still help"),
    Event.CHECK_IN: lazy("It is happening again"),
    Event.STILL_STUCK: lazy("It still does not happen"),
    Event.TALK_STUCK: lazy("You have talked about what gets in the way"),
    Event.CONFIRM_DROP: lazy("The agreement is dropped"),
    Event.KEEP: lazy("The agreement goes on"),
    Event.POSTPONE: lazy("The agreement is postponed"),
    Event.PAUSE: lazy("The agreement is paused"),
    Event.HAND_OVER: lazy("Somebody else has the task now"),
    Event.REPLACE: lazy("The agreement is replaced by another"),
    Event.LEAVE: lazy("The agreement is closed, as the employee has left"),
    Event.COME_BACK: lazy("The agreement is open again, as the employee is back"),
    Event.START_OVER: lazy("The agreement is open again from the beginning, as the employee is back"),
    Event.TALK: lazy("You have talked about what was learned"),
}
# Where %(who)s has done it.
BY: Mapping[Event, _StrPromise] = {
    Event.AGREE: lazy("%(who)s has made a new agreement"),
    Event.FUND: lazy("%(who)s has granted the money"),
    Event.GRANT: lazy("%(who)s has granted the money"),
    Event.NOMINATE: lazy("%(who)s has nominated the course to the budget owner"),
    Event.REFUSE: lazy("%(who)s has refused the money, so another solution is needed"),
    Event.ASK_CHEAPER: lazy("%(who)s asks for a cheaper course date"),
    Event.MIDWAY: lazy("%(who)s does not go on with the course"),
    Event.KEEP_OPEN: lazy("%(who)s has kept the agreement, with a new date"),
    Event.REOPEN: lazy("%(who)s has opened the agreement again"),
    Event.RESTART: lazy("%(who)s has opened the agreement again, from the beginning"),
    Event.WITHDRAW: lazy("%(who)s has withdrawn the request"),
    Event.NOT_GONE: lazy("%(who)s did not take part, so a new date is needed"),
    Event.ACCEPT: lazy("%(who)s says yes to helping"),
    Event.ACCEPT_LATER: lazy("%(who)s says yes to helping, from a later day"),
    Event.DECLINE: lazy("%(who)s cannot help"),
    Event.CONFIRM_DROP: lazy("%(who)s has said yes to dropping the agreement"),
    Event.KEEP: lazy("%(who)s wants to keep the agreement, so it goes on"),
    Event.POSTPONE: lazy("%(who)s has postponed the agreement"),
    Event.PAUSE: lazy("%(who)s has paused the agreement"),
    Event.HAND_OVER: lazy("%(who)s has given the task to somebody else"),
    Event.REPLACE: lazy("%(who)s has replaced the agreement by another"),
}

# What was lost, so that a step is to be taken again. Its new owner reads why.
SETBACKS = frozenset(
    {
        *(Event.REFUSE, Event.ASK_CHEAPER, Event.MISS_DEADLINE, Event.NOT_GONE, Event.CANCEL_SEAT, Event.LOSE_SEAT),
        *(Event.LOSE_RUN, Event.HELPER_SILENT, Event.DECLINE, Event.LOSE_HELPER, Event.PROPOSAL_FALLS),
        Event.WENT_UNKNOWN,
    }
)


def sentence_of(event: Event, by: str) -> str:
    """What has happened; `by` did it, or nobody known where it is empty."""
    if names_who(event, by):
        return str(BY[event]) % {"who": by}
    return str(SENTENCES.get(event, lazy("Something has changed")))


def names_who(event: Event, by: str) -> bool:
    """Whether the sentence says who did it."""
    return bool(by) and event in BY
