"""All words of the lifecycle: kinds, stages, phases, steps, parties, reasons, buttons, and what has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from udbytte.domain.lifecycle import DropReason, Event, Kind, Party, Phase, Stage
from udbytte.domain.money import Sector

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


KIND_LABELS: dict[Kind, _StrPromise] = {Kind.COURSE: lazy("course"), Kind.PRACTICE: lazy("learning at work")}
STAGE_LABELS: dict[Stage, _StrPromise] = {
    Stage.AGREED: lazy("agreed"),
    Stage.FOUND: lazy("found"),
    Stage.NOMINATED: lazy("nominated"),
    Stage.FUNDED: lazy("funded"),
    Stage.WAITLISTED: lazy("on the waiting list"),
    Stage.REGISTERED: lazy("registered"),
    Stage.ATTENDED: lazy("attended"),
    Stage.UNKNOWN: lazy("attendance not known"),
    Stage.USED: lazy("used"),
    Stage.ASKED: lazy("helper asked"),
    Stage.STAFFED: lazy("helper in place"),
    Stage.UNDER_WAY: lazy("under way"),
    Stage.STUCK: lazy("does not happen"),
    Stage.DONE: lazy("done"),
    Stage.REPORTED: lazy("outcome written"),
    Stage.LEARNED: lazy("learned"),
    Stage.DROPPED: lazy("dropped"),
    Stage.REPLACED: lazy("replaced"),
    Stage.NOT_REPORTED: lazy("outcome not reported"),
    Stage.LAPSED: lazy("lapsed: nobody acted"),
}
PHASE_LABELS: dict[Phase, _StrPromise] = {
    Phase.AGREED: lazy("agreed"),
    Phase.IN_PLACE: lazy("in place"),
    Phase.UNDER_WAY: lazy("under way"),
    Phase.DONE: lazy("done"),
    Phase.LEARNED: lazy("learned"),
}
STEP_LABELS: dict[str, _StrPromise] = {
    "find_run": lazy("Find a course date"),
    "settle_money": lazy("Answer about the money"),
    "decide": lazy("Decide on the nomination"),
    "register": lazy("Register"),
    "confirm_seat": lazy("Confirm the place"),
    "go": lazy("Go to the course"),
    "use": lazy("Use what you learned for the first time"),
    "tell": lazy("Tell what you learned"),
    "talk": lazy("Talk about what was learned"),
    "find_helper": lazy("Find somebody who helps"),
    "answer": lazy("Answer whether you can help"),
    "start": lazy("Get started"),
    "check_in": lazy("Answer whether it happens"),
    "talk_stuck": lazy("Talk about what gets in the way"),
    "confirm_drop": lazy("Answer the proposal to drop it"),
    "confirm_replace": lazy("Answer the proposal to do something else"),
    "midway": lazy("Answer whether the course goes on"),
}
DROP_LABELS: dict[DropReason, _StrPromise] = {
    DropReason.NO_TIME: lazy("no time"),
    DropReason.PRIORITIES: lazy("other priorities"),
    DropReason.NO_MONEY: lazy("no money"),
    DropReason.NO_PLACE: lazy("no place"),
    DropReason.NOT_OFFERED: lazy("not offered"),
    DropReason.REFUSED: lazy("refused"),
    DropReason.CHANGED_JOB: lazy("changed job"),
    DropReason.IRRELEVANT: lazy("no longer relevant"),
    DropReason.OTHER: lazy("other"),
}
PARTIES: dict[Party, _StrPromise] = {
    Party.EMPLOYEE: lazy("the employee"),
    Party.MANAGER: lazy("the manager"),
    Party.COORDINATOR: lazy("the course coordinator"),
    Party.BUDGET_OWNER: lazy("the budget owner"),
    Party.HELPER: lazy("the helper"),
    Party.HR: lazy("HR"),
}
# On the button that lets the event happen, on pages and in emails.
BUTTONS: dict[Event, _StrPromise] = {
    Event.CHOOSE_RUN: lazy("Choose this date"),
    Event.FUND: lazy("Yes, the unit pays"),
    Event.NOMINATE: lazy("Nominate it to the budget owner"),
    Event.GRANT: lazy("Grant it"),
    Event.REFUSE: lazy("Refuse it"),
    Event.ASK_CHEAPER: lazy("Ask for a cheaper course date"),
    Event.WITHDRAW: lazy("Withdraw the nomination"),
    Event.REGISTER: lazy("It is registered"),
    Event.WAITLIST: lazy("It is on the waiting list"),
    Event.CONFIRM_SEAT: lazy("There is a place"),
    Event.STILL_WAITING: lazy("Still waiting"),
    Event.LOSE_SEAT: lazy("The place is gone"),
    Event.LOSE_RUN: lazy("The course date is cancelled or cannot be used"),
    Event.CANCEL_SEAT: lazy("Cancel the place"),
    Event.PRICE: lazy("Write what it cost"),
    Event.MIDWAY: lazy("Send the answer"),
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
    Event.PROPOSE_REPLACE: lazy("Propose something else instead"),
    Event.REPLACE: lazy("Yes, do that instead"),
    Event.WRITE_DOWN: lazy("Write down what you talked about"),
    Event.KEEP_OPEN: lazy("Keep it"),
    Event.REOPEN: lazy("Open it again"),
    Event.HAND_OVER: lazy("Hand the task over"),
}
# What somebody did, after their name. In the log and where somebody else was first.
HAPPENED: dict[Event, _StrPromise] = {
    Event.AGREE: lazy("made the agreement"),
    Event.CHOOSE_RUN: lazy("chose a course date"),
    Event.FUND: lazy("said yes to the money"),
    Event.NOMINATE: lazy("nominated the course"),
    Event.GRANT: lazy("granted the money"),
    Event.REFUSE: lazy("said no to the money"),
    Event.ASK_CHEAPER: lazy("asked for a cheaper course date"),
    Event.MISS_DEADLINE: lazy("notes that the sign-up deadline or the course date has passed"),
    Event.WITHDRAW: lazy("withdrew the nomination"),
    Event.REGISTER: lazy("made the registration"),
    Event.WAITLIST: lazy("put it on the waitlist"),
    Event.CONFIRM_SEAT: lazy("confirmed the place"),
    Event.STILL_WAITING: lazy("is still waiting for a place"),
    Event.LOSE_SEAT: lazy("reported that the place is gone"),
    Event.LOSE_RUN: lazy("reported that the course date is cancelled or cannot be used"),
    Event.MOVE_RUN: lazy("moved the course date"),
    Event.DOUBT_SEAT: lazy("asks whether the place is still reserved"),
    Event.CANCEL_SEAT: lazy("cancelled the place"),
    Event.WRITE_PROVIDER: lazy("wrote to the provider"),
    Event.PRICE: lazy("wrote what it cost"),
    Event.MIDWAY: lazy("answered whether the course goes on"),
    Event.MIDWAY_UNANSWERED: lazy("got no answer whether the course goes on"),
    Event.WENT_UNKNOWN: lazy("got no answer whether the employee went"),
    Event.GO: lazy("went to the course"),
    Event.NOT_GONE: lazy("did not go"),
    Event.USE: lazy("used it for the first time"),
    Event.NOT_USED: lazy("has not used it yet"),
    Event.USE_UNANSWERED: lazy("got no answer whether it was used"),
    Event.ASK: lazy("asked for help"),
    Event.ASK_ANOTHER: lazy("asked one more for help"),
    Event.NEED_NOBODY: lazy("said that nobody is needed"),
    Event.ACCEPT: lazy("said yes to helping"),
    Event.ACCEPT_LATER: lazy("said yes to helping, from a later day"),
    Event.DECLINE: lazy("said no to helping"),
    Event.HELPER_SILENT: lazy("got no answer from the helper"),
    Event.START: lazy("started"),
    Event.CHECK_IN: lazy("checked in"),
    Event.CHECK_IN_UNANSWERED: lazy("got no answer to the check-in"),
    Event.GET_STUCK: lazy("brings it to the manager, as it did not happen twice in a row"),
    Event.STILL_STUCK: lazy("says that it still does not happen"),
    Event.TALK_STUCK: lazy("talked about what got in the way"),
    Event.FINISH: lazy("finished"),
    Event.LOSE_HELPER: lazy("ended the help"),
    Event.STEP_ASIDE: lazy("ended one person's help; others still help"),
    Event.REPORT_OUTCOME: lazy("wrote the outcome"),
    Event.TALK: lazy("talked about the outcome"),
    Event.TALK_MISSING: lazy("closed it without a talk about the outcome"),
    Event.NOT_TOLD: lazy("closed it, as the outcome was never reported"),
    Event.WRITE_DOWN: lazy("wrote down an answer in a talk"),
    Event.POSTPONE: lazy("postponed it"),
    Event.PAUSE: lazy("paused it"),
    Event.PROPOSE_DROP: lazy("proposed to drop it"),
    Event.CONFIRM_DROP: lazy("dropped it"),
    Event.KEEP: lazy("kept it"),
    Event.PROPOSE_REPLACE: lazy("proposed something else instead"),
    Event.REPLACE: lazy("replaced it"),
    Event.PROPOSAL_FALLS: lazy("got no answer to the proposal, which has fallen"),
    Event.MOVE_ON: lazy("moved the task to somebody else, as nothing had happened"),
    Event.KEEP_OPEN: lazy("kept it when it was about to lapse"),
    Event.LAPSE: lazy("let it lapse, as nobody acted"),
    Event.REOPEN: lazy("opened it again"),
    Event.RESTART: lazy("opened it again from the beginning"),
    Event.HAND_OVER: lazy("handed the task over"),
    Event.LEAVE: lazy("closed, as the employee left"),
    Event.COME_BACK: lazy("opened again, as the employee is back"),
    Event.START_OVER: lazy("opened again from the beginning, as the employee is back"),
}
UNDID = lazy("undid the last answer")


SECTOR_LABELS: dict[Sector, _StrPromise] = {
    Sector.MUNICIPALITY: lazy("municipality"),
    Sector.REGION: lazy("region"),
    Sector.STATE: lazy("the state"),
    Sector.OTHER: lazy("private or other"),
}


def works_council() -> str:
    """What the works council is called here, within a sentence: it has another name by law in each sector."""
    if settings.WORKS_COUNCIL:
        return str(settings.WORKS_COUNCIL)
    if settings.SECTOR in (Sector.MUNICIPALITY, Sector.REGION):
        return pgettext("of a municipality or region", "the works council")
    return pgettext("of the state or a firm", "the works council")


# Choices of fields. A migration names the function, so a new word needs no migration.
Choices = list[tuple[str, "_StrPromise"]]


def kind_choices() -> Choices:
    return list(KIND_LABELS.items())


def stage_choices() -> Choices:
    return list(STAGE_LABELS.items())


def step_choices() -> Choices:
    return list(STEP_LABELS.items())


def drop_choices() -> Choices:
    return list(DROP_LABELS.items())
