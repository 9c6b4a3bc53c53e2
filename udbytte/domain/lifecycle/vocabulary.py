"""The words of the life of an agreement: its kinds, stages, phases, parties and events, and why it is dropped."""

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
    UNKNOWN = "unknown"  # the course is over, and nobody has said whether the employee went
    USED = "used"
    ASKED = "asked"
    STAFFED = "staffed"
    UNDER_WAY = "under_way"
    STUCK = "stuck"
    DONE = "done"
    REPORTED = "told"  # databases store the value "told"
    LEARNED = "learned"
    DROPPED = "dropped"
    REPLACED = "replaced"
    NOT_REPORTED = "not_told"  # its time has passed, and the outcome was never reported
    LAPSED = "lapsed"  # nobody in line acted


class Phase(StrEnum):
    """Five groups of stages, as people and figures see them."""

    AGREED = "agreed"
    IN_PLACE = "in_place"
    UNDER_WAY = "under_way"
    DONE = "done"
    LEARNED = "learned"


class Party(StrEnum):
    """What somebody can be to an agreement."""

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
    ASK_CHEAPER = "ask_cheaper"
    MIDWAY = "midway"
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
    REPORT_OUTCOME = "tell"  # databases store the value "tell"
    TALK = "talk"
    WRITE_DOWN = "write_down"
    POSTPONE = "postpone"
    PAUSE = "pause"
    PROPOSE_DROP = "propose_drop"
    CONFIRM_DROP = "confirm_drop"
    PROPOSE_REPLACE = "propose_replace"
    REPLACE = "replace"
    KEEP = "keep"
    HAND_OVER = "hand_over"
    LEAVE = "leave"
    # What a leave closed is opened again, as the employee is back. Only the application lets these happen.
    COME_BACK = "come_back"
    START_OVER = "start_over"
    # What happens when nobody acts. Only the application lets these happen.
    MOVE_ON = "move_on"
    MISS_DEADLINE = "miss_deadline"
    HELPER_SILENT = "helper_silent"
    WENT_UNKNOWN = "went_unknown"
    USE_UNANSWERED = "use_unanswered"
    MIDWAY_UNANSWERED = "midway_missed"
    CHECK_IN_UNANSWERED = "check_in_missed"
    NOT_TOLD = "not_told"
    TALK_MISSING = "talk_missing"
    PROPOSAL_FALLS = "proposal_falls"
    LAPSE = "lapse"
    # What people do about it.
    KEEP_OPEN = "keep_open"
    REOPEN = "reopen"
    RESTART = "restart"


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


CLOSED = frozenset({Stage.LEARNED, Stage.DROPPED, Stage.REPLACED, Stage.NOT_REPORTED, Stage.LAPSED})
# The closed stages in which nothing was learned and nobody has decided anything.
UNDECIDED = frozenset({Stage.NOT_REPORTED, Stage.LAPSED})
# The stages in which a course has a seat or waits for one; and all stages that need its run.
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
    Stage.UNKNOWN: Phase.UNDER_WAY,
    Stage.ATTENDED: Phase.DONE,
    Stage.USED: Phase.DONE,
    Stage.DONE: Phase.DONE,
    Stage.REPORTED: Phase.DONE,
    Stage.LEARNED: Phase.LEARNED,
}
