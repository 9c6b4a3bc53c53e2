"""The words of the lifecycle: who, what can be pressed, and what has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.lifecycle import Event, Party

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


PARTIES: dict[Party, _StrPromise] = {
    Party.EMPLOYEE: lazy("the employee"),
    Party.MANAGER: lazy("the manager"),
    Party.COORDINATOR: lazy("the course coordinator"),
    Party.BUDGET_OWNER: lazy("the budget owner"),
    Party.HELPER: lazy("the helper"),
    Party.HR: lazy("HR"),
}


BUTTONS: dict[Event, _StrPromise] = {
    Event.CHOOSE_RUN: lazy("Choose this run"),
    Event.FUND: lazy("Yes, the unit pays"),
    Event.NOMINATE: lazy("Ask the budget owner"),
    Event.GRANT: lazy("Grant it"),
    Event.REFUSE: lazy("No, not this one"),
    Event.WITHDRAW: lazy("Take the question back"),
    Event.REGISTER: lazy("It is registered"),
    Event.WAITLIST: lazy("It is on the waitlist"),
    Event.CONFIRM_SEAT: lazy("There is a seat"),
    Event.STILL_WAITING: lazy("Still waiting"),
    Event.LOSE_SEAT: lazy("The seat is lost"),
    Event.LOSE_RUN: lazy("The run is cancelled or cannot be used"),
    Event.CANCEL_SEAT: lazy("Give the seat back"),
    Event.PRICE: lazy("Write what it cost"),
    Event.GO: lazy("Yes, I went"),
    Event.NOT_GONE: lazy("No, I did not go"),
    Event.USE: lazy("Yes, I have used it"),
    Event.NOT_USED: lazy("Not yet"),
    Event.ASK: lazy("Ask"),
    Event.ASK_ANOTHER: lazy("Ask one more"),
    Event.NEED_NOBODY: lazy("Nobody is needed"),
    Event.ACCEPT: lazy("Yes, I will help"),
    Event.ACCEPT_LATER: lazy("Yes, but later"),
    Event.DECLINE: lazy("No, I cannot"),
    Event.START: lazy("It has started"),
    Event.CHECK_IN: lazy("Send the answer"),
    Event.TALK_STUCK: lazy("We have talked about it"),
    Event.FINISH: lazy("It is done"),
    Event.LOSE_HELPER: lazy("The helper stops"),
    Event.REPORT_OUTCOME: lazy("Send the outcome"),
    Event.TALK: lazy("We have talked about it"),
    Event.POSTPONE: lazy("Postpone"),
    Event.PAUSE: lazy("Pause"),
    Event.PROPOSE_DROP: lazy("Propose to drop it"),
    Event.CONFIRM_DROP: lazy("Yes, drop it"),
    Event.KEEP: lazy("No, keep it"),
    Event.REPLACE: lazy("Replace it with this"),
    Event.HAND_OVER: lazy("Hand the step over"),
}


HAPPENED: dict[Event, _StrPromise] = {
    Event.AGREE: lazy("agreed on it"),
    Event.CHOOSE_RUN: lazy("chose a course run"),
    Event.FUND: lazy("said yes to the money"),
    Event.NOMINATE: lazy("asked the budget owner"),
    Event.GRANT: lazy("granted the money"),
    Event.REFUSE: lazy("said no to the money"),
    Event.WITHDRAW: lazy("took the question back"),
    Event.REGISTER: lazy("made the registration"),
    Event.WAITLIST: lazy("put it on the waitlist"),
    Event.CONFIRM_SEAT: lazy("confirmed the seat"),
    Event.STILL_WAITING: lazy("still waits for a seat"),
    Event.LOSE_SEAT: lazy("lost the seat"),
    Event.LOSE_RUN: lazy("lost the course run"),
    Event.MOVE_RUN: lazy("has new days for the run"),
    Event.DOUBT_SEAT: lazy("asks whether the seat still holds"),
    Event.CANCEL_SEAT: lazy("gave the seat back"),
    Event.WRITE_PROVIDER: lazy("wrote to the provider"),
    Event.PRICE: lazy("wrote what it cost"),
    Event.GO: lazy("went to the course"),
    Event.NOT_GONE: lazy("did not go"),
    Event.USE: lazy("used it for the first time"),
    Event.NOT_USED: lazy("has not used it yet"),
    Event.ASK: lazy("asked for help"),
    Event.ASK_ANOTHER: lazy("asked one more for help"),
    Event.NEED_NOBODY: lazy("said that nobody is needed"),
    Event.ACCEPT: lazy("said yes to helping"),
    Event.ACCEPT_LATER: lazy("said yes to helping, from a later day"),
    Event.DECLINE: lazy("said no to helping"),
    Event.START: lazy("started"),
    Event.CHECK_IN: lazy("checked in"),
    Event.GET_STUCK: lazy("brings it to the manager, as it did not happen twice in a row"),
    Event.STILL_STUCK: lazy("says that it still does not happen"),
    Event.TALK_STUCK: lazy("talked about what got in the way"),
    Event.FINISH: lazy("finished"),
    Event.LOSE_HELPER: lazy("ended the help"),
    Event.STEP_ASIDE: lazy("ended one person's help; others still help"),
    Event.REPORT_OUTCOME: lazy("wrote the outcome"),
    Event.TALK: lazy("talked about the outcome"),
    Event.POSTPONE: lazy("postponed it"),
    Event.PAUSE: lazy("paused it"),
    Event.PROPOSE_DROP: lazy("proposed to drop it"),
    Event.CONFIRM_DROP: lazy("dropped it"),
    Event.KEEP: lazy("kept it"),
    Event.REPLACE: lazy("replaced it"),
    Event.HAND_OVER: lazy("handed the step over"),
    Event.LEAVE: lazy("closed, as the employee left"),
}
