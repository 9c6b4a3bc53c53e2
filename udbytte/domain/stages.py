"""What the lifecycle speaks of: kinds, stages and their phases, parties, events, and why something is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    COURSE = "course"
    PRACTICE = "practice"


class Stage(StrEnum):
    AGREED = "agreed"
    FOUND = "found"
    NOMINATED = "nominated"
    FUNDED = "funded"
    WAITLISTED = "waitlisted"
    REGISTERED = "registered"
    ATTENDED = "attended"
    USED = "used"
    ASKED = "asked"
    STAFFED = "staffed"
    UNDER_WAY = "under_way"
    STUCK = "stuck"
    DONE = "done"
    TOLD = "told"
    LEARNED = "learned"
    DROPPED = "dropped"
    REPLACED = "replaced"


class Phase(StrEnum):
    """Five groups of stages, for people and figures."""

    AGREED = "agreed"
    IN_PLACE = "in_place"
    UNDER_WAY = "under_way"
    DONE = "done"
    LEARNED = "learned"


class Party(StrEnum):
    """Whose a step can be, seen from the agreement."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    COORDINATOR = "coordinator"
    BUDGET_OWNER = "budget_owner"
    HELPER = "helper"
    HR = "hr"


class Event(StrEnum):
    AGREE = "agree"
    CHOOSE_RUN = "choose_run"
    FUND = "fund"
    NOMINATE = "nominate"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    WRITE_PROVIDER = "write_provider"
    REGISTER = "register"
    WAITLIST = "waitlist"
    CONFIRM_SEAT = "confirm_seat"
    STILL_WAITING = "still_waiting"
    LOSE_SEAT = "lose_seat"
    LOSE_RUN = "lose_run"
    MOVE_RUN = "move_run"
    DOUBT_SEAT = "doubt_seat"
    CANCEL_SEAT = "cancel_seat"
    GO = "go"
    NOT_GONE = "not_gone"
    USE = "use"
    NOT_USED = "not_used"
    PRICE = "price"
    ASK = "ask"
    ASK_ANOTHER = "ask_another"
    NEED_NOBODY = "need_nobody"
    ACCEPT = "accept"
    ACCEPT_LATER = "accept_later"
    DECLINE = "decline"
    START = "start"
    CHECK_IN = "check_in"
    GET_STUCK = "get_stuck"
    STILL_STUCK = "still_stuck"
    TALK_STUCK = "talk_stuck"
    FINISH = "finish"
    LOSE_HELPER = "lose_helper"
    STEP_ASIDE = "step_aside"
    TELL = "tell"
    TALK = "talk"
    POSTPONE = "postpone"
    PAUSE = "pause"
    PROPOSE_DROP = "propose_drop"
    CONFIRM_DROP = "confirm_drop"
    KEEP = "keep"
    REPLACE = "replace"
    HAND_OVER = "hand_over"
    LEAVE = "leave"


class DropReason(StrEnum):
    NO_TIME = "no_time"
    PRIORITIES = "priorities"
    NO_MONEY = "no_money"
    NO_PLACE = "no_place"
    NOT_OFFERED = "not_offered"
    REFUSED = "refused"
    CHANGED_JOB = "changed_job"
    IRRELEVANT = "irrelevant"
    OTHER = "other"


CLOSED = frozenset({Stage.LEARNED, Stage.DROPPED, Stage.REPLACED})
# A course that has a seat, or waits for one; and all that count on a run.
BOOKED = (Stage.WAITLISTED, Stage.REGISTERED)
WITH_A_RUN = (Stage.FOUND, Stage.NOMINATED, Stage.FUNDED, *BOOKED)

PHASES: Mapping[Stage, Phase] = {
    Stage.AGREED: Phase.AGREED,
    Stage.ASKED: Phase.AGREED,
    Stage.FOUND: Phase.IN_PLACE,
    Stage.NOMINATED: Phase.IN_PLACE,
    Stage.FUNDED: Phase.IN_PLACE,
    Stage.WAITLISTED: Phase.IN_PLACE,
    Stage.REGISTERED: Phase.IN_PLACE,
    Stage.STAFFED: Phase.IN_PLACE,
    Stage.UNDER_WAY: Phase.UNDER_WAY,
    Stage.STUCK: Phase.UNDER_WAY,
    Stage.ATTENDED: Phase.DONE,
    Stage.USED: Phase.DONE,
    Stage.DONE: Phase.DONE,
    Stage.TOLD: Phase.DONE,
    Stage.LEARNED: Phase.LEARNED,
}
