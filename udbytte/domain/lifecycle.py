"""The life of an agreement, as one table.

`STEPS` says what is to be done in a stage, who owns it and by when. `TRANSITIONS` says which event leads from which
stage to which, and everything that depends on it. An event without a row cannot happen. `FORKS` says where the event
that happens depends on a fact, and `ANSWERS` which events answer a step.

Source of the stages and days: the design's two stage tables. Two stages were added: `reported`, so that writing the
outcome and talking about it are two steps with two owners, and `unknown`, for a course of which nobody has said whether
the employee went. What happens to a step that nobody takes stands beside this table, in `domain.line`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto

from .deadlines import Due, Rule


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


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next, by whom and by when."""

    name: str
    owner: Party
    due: Due
    waits: bool = False  # somebody waits for the answer: its email is sent at once, not with the weekly one


STEPS: Mapping[tuple[Kind, Stage], Step] = {
    (Kind.COURSE, Stage.AGREED): Step("find_run", Party.COORDINATOR, Due("find", Rule.BEFORE_WISHED)),
    (Kind.COURSE, Stage.FOUND): Step("settle_money", Party.MANAGER, Due("settle", Rule.BEFORE_DEADLINE)),
    (Kind.COURSE, Stage.NOMINATED): Step("decide", Party.BUDGET_OWNER, Due("decide", Rule.BEFORE_DEADLINE), waits=True),
    (Kind.COURSE, Stage.FUNDED): Step("register", Party.COORDINATOR, Due("register", Rule.JUST_BEFORE_DEADLINE)),
    (Kind.COURSE, Stage.WAITLISTED): Step("confirm_seat", Party.COORDINATOR, Due("waitlist")),
    (Kind.COURSE, Stage.REGISTERED): Step("go", Party.EMPLOYEE, Due("attend", Rule.AFTER_END)),
    (Kind.COURSE, Stage.ATTENDED): Step("use", Party.EMPLOYEE, Due("use")),
    (Kind.COURSE, Stage.UNKNOWN): Step("tell", Party.EMPLOYEE, Due("outcome", Rule.AFTER_END)),
    (Kind.COURSE, Stage.USED): Step("tell", Party.EMPLOYEE, Due("outcome", Rule.AFTER_END)),
    (Kind.COURSE, Stage.REPORTED): Step("talk", Party.MANAGER, Due("talk")),
    (Kind.PRACTICE, Stage.AGREED): Step("find_helper", Party.EMPLOYEE, Due("find_helper")),
    (Kind.PRACTICE, Stage.ASKED): Step("answer", Party.HELPER, Due("answer"), waits=True),
    (Kind.PRACTICE, Stage.STAFFED): Step("start", Party.EMPLOYEE, Due("start", Rule.AT_START)),
    (Kind.PRACTICE, Stage.UNDER_WAY): Step("check_in", Party.EMPLOYEE, Due("check_in", Rule.UNTIL_END)),
    (Kind.PRACTICE, Stage.STUCK): Step("talk_stuck", Party.MANAGER, Due("stuck")),
    (Kind.PRACTICE, Stage.DONE): Step("tell", Party.EMPLOYEE, Due("done")),
    (Kind.PRACTICE, Stage.REPORTED): Step("talk", Party.MANAGER, Due("talk")),
}

CONFIRM_DROP = Step("confirm_drop", Party.MANAGER, Due("confirm_drop"), waits=True)
CONFIRM_REPLACE = Step("confirm_replace", Party.MANAGER, Due("confirm_drop"), waits=True)
# During a long course it is asked each half year whether the course goes on.
MIDWAY = Step("midway", Party.EMPLOYEE, Due("midway"))


class NextStep(Enum):
    """What happens to the next step."""

    NEW = auto()  # it is the stage's own, with the owner and date that follow from the table
    SAME_OWNER = auto()  # it stays with its owner, and only its date changes
    SAME_DATE = auto()  # it keeps its date, and only its owner changes
    BEFORE = auto()  # a proposal is over, and the step before it is back with the owner that it had
    SAME = auto()  # it stays as it is, with its owner, date and pause


class WhileProposed(Enum):
    """Whether an event can happen while one of the two has proposed to drop or to replace the agreement, and what it
    does to the proposal."""

    IMPOSSIBLE = auto()  # it cannot happen before the proposal is answered
    ANSWERS = auto()  # it answers the proposal, and cannot happen without one
    ENDS = auto()  # it happens, and the proposal is over
    KEEPS = auto()  # it happens, and the proposal still waits for its answer
    KEEPS_STEP = auto()  # as KEEPS; the answer keeps its owner and date as well, since the event came from outside


class WhilePaused(Enum):
    """What an event does to a pause."""

    ENDS = auto()  # the pause is over
    KEEPS = auto()  # the pause goes on
    KEEPS_DATE = auto()  # as KEEPS; and the next step is not due before the pause ends


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event leads from one stage, and what depends on it."""

    to: Stage | None  # the stage afterwards; None: the one in which it lapsed or the employee left
    by: frozenset[Party]  # who may let it happen; empty: only the application itself
    needs: tuple[str, ...] = ()  # the facts that must be given
    notifies: tuple[Party, ...] = ()  # who is notified, besides the owner of the next step
    step: NextStep = NextStep.NEW  # what happens to the next step
    proposed: WhileProposed = WhileProposed.IMPOSSIBLE  # whether it can happen while a drop or another way is proposed
    pause: WhilePaused = WhilePaused.ENDS  # what happens to a pause
    coordinates: bool = False  # a coordinator who does it has seen to the course: figures count that


def _may(*parties: Party) -> frozenset[Party]:
    return frozenset(parties)


_EMPLOYEE = _may(Party.EMPLOYEE)
_MANAGER = _may(Party.MANAGER)
_HELPER = _may(Party.HELPER)
_BUDGET_OWNER = _may(Party.BUDGET_OWNER)
_TWO = _may(Party.EMPLOYEE, Party.MANAGER)
_COORDINATOR = _may(Party.COORDINATOR)
_BOOKING = _may(Party.COORDINATOR, Party.EMPLOYEE)
_FINDING = _may(Party.COORDINATOR, Party.EMPLOYEE, Party.MANAGER)
_OUTSIDE = WhileProposed.KEEPS_STEP  # it comes from outside, whatever the two are deciding
_HELP = WhilePaused.KEEPS_DATE  # helpers come and go while the agreement is paused
_NOTIFY_TWO = (Party.EMPLOYEE, Party.MANAGER)
_NOTIFY_THREE = (*_NOTIFY_TWO, Party.COORDINATOR)

_Row = tuple[Kind, Stage, Event, Transition]


def _course_rows() -> Iterable[_Row]:
    """What happens to a course only."""
    k, s, e = Kind.COURSE, Stage, Event
    yield k, s.AGREED, e.CHOOSE_RUN, Transition(s.FOUND, _FINDING, ("run",), coordinates=True)
    yield k, s.FOUND, e.CHOOSE_RUN, Transition(s.FOUND, _FINDING, ("run",), coordinates=True)
    yield k, s.FOUND, e.FUND, Transition(s.FUNDED, _MANAGER, ("price",), (Party.EMPLOYEE,))
    yield k, s.FOUND, e.NOMINATE, Transition(s.NOMINATED, _MANAGER, ("reason",), (Party.EMPLOYEE,))
    yield k, s.FOUND, e.REFUSE, Transition(s.AGREED, _MANAGER, ("reason",), (Party.EMPLOYEE,))
    yield k, s.NOMINATED, e.GRANT, Transition(s.FUNDED, _BUDGET_OWNER, (), _NOTIFY_TWO)
    yield k, s.NOMINATED, e.REFUSE, Transition(s.AGREED, _BUDGET_OWNER, ("reason",), _NOTIFY_TWO)
    yield k, s.NOMINATED, e.ASK_CHEAPER, Transition(s.AGREED, _BUDGET_OWNER, (), _NOTIFY_THREE)
    yield k, s.NOMINATED, e.WITHDRAW, Transition(s.FOUND, _MANAGER, (), (Party.BUDGET_OWNER,))
    yield k, s.FUNDED, e.WRITE_PROVIDER, Transition(s.FUNDED, _BOOKING, ("to",), coordinates=True)
    yield k, s.FUNDED, e.REGISTER, Transition(s.REGISTERED, _BOOKING, (), (Party.EMPLOYEE,), coordinates=True)
    yield k, s.FUNDED, e.WAITLIST, Transition(s.WAITLISTED, _BOOKING, (), (Party.EMPLOYEE,), coordinates=True)
    yield k, s.WAITLISTED, e.CONFIRM_SEAT, Transition(s.REGISTERED, _BOOKING, (), (Party.EMPLOYEE,), coordinates=True)
    yield k, s.WAITLISTED, e.STILL_WAITING, Transition(s.WAITLISTED, _BOOKING)
    for stage in BOOKED:
        yield k, stage, e.LOSE_SEAT, Transition(s.AGREED, _COORDINATOR, ("reason",), _NOTIFY_TWO, proposed=_OUTSIDE)
        doubted = Transition(s.WAITLISTED, _may(), ("reason",), (Party.EMPLOYEE,), proposed=_OUTSIDE)
        yield k, stage, e.DOUBT_SEAT, doubted
        yield k, stage, e.CANCEL_SEAT, Transition(s.AGREED, _FINDING, ("reason",), _NOTIFY_THREE)
    for stage in WITH_A_RUN:
        # A lost seat costs nothing. So nobody may report their own seat as lost where a coordinator registers people.
        losing = _COORDINATOR if stage in BOOKED else _FINDING
        yield k, stage, e.LOSE_RUN, Transition(s.AGREED, losing, ("reason",), _NOTIFY_THREE, proposed=_OUTSIDE)
        moved = Transition(stage, _may(), (), _NOTIFY_THREE, NextStep.SAME_OWNER, _OUTSIDE, WhilePaused.KEEPS)
        yield k, stage, e.MOVE_RUN, moved
    for stage in (s.FOUND, s.NOMINATED, s.FUNDED, s.WAITLISTED):
        yield k, stage, e.MISS_DEADLINE, Transition(s.AGREED, _may(), (), _NOTIFY_THREE, proposed=_OUTSIDE)
    for stage in (s.REGISTERED, s.UNKNOWN):
        yield k, stage, e.GO, Transition(s.ATTENDED, _EMPLOYEE, ("went",))
        yield k, stage, e.NOT_GONE, Transition(s.AGREED, _EMPLOYEE, ("reason",), (Party.MANAGER,))
    yield k, s.REGISTERED, e.MIDWAY, Transition(s.REGISTERED, _EMPLOYEE, ("goes_on",))
    yield k, s.REGISTERED, e.MIDWAY_UNANSWERED, Transition(s.REGISTERED, _may())
    yield k, s.REGISTERED, e.WENT_UNKNOWN, Transition(s.UNKNOWN, _may(), (), (Party.MANAGER,))
    yield k, s.ATTENDED, e.USE_UNANSWERED, Transition(s.USED, _may())
    yield k, s.ATTENDED, e.USE, Transition(s.USED, _EMPLOYEE)
    yield k, s.ATTENDED, e.NOT_USED, Transition(s.ATTENDED, _EMPLOYEE)
    for stage in (s.ATTENDED, s.UNKNOWN, s.USED):
        yield k, stage, e.REPORT_OUTCOME, Transition(s.REPORTED, _EMPLOYEE, ("learned", "newness"))
    for stage in (s.UNKNOWN, s.USED):
        yield k, stage, e.NOT_TOLD, Transition(s.NOT_REPORTED, _may(), (), _NOTIFY_TWO, proposed=WhileProposed.ENDS)
    for stage in (s.AGREED, s.ATTENDED, s.UNKNOWN, s.USED, s.REPORTED):
        billing = _may(Party.MANAGER, Party.COORDINATOR)
        yield k, stage, e.PRICE, Transition(stage, billing, ("actual_price",), step=NextStep.SAME)


def _practice_rows() -> Iterable[_Row]:
    """What happens to learning in practice only."""
    k, s, e, same = Kind.PRACTICE, Stage, Event, NextStep.SAME
    answers = ((e.ACCEPT, ()), (e.ACCEPT_LATER, ("until",)))
    yield k, s.AGREED, e.ASK, Transition(s.ASKED, _TWO, ("helper",))
    for stage in (s.AGREED, s.ASKED):  # somebody can still be asked after another helper has stopped
        for event, needs in answers:
            yield k, stage, event, Transition(s.STAFFED, _HELPER, needs, (Party.EMPLOYEE,), pause=_HELP)
    yield k, s.AGREED, e.DECLINE, Transition(s.AGREED, _HELPER, (), (Party.EMPLOYEE,), same)
    yield k, s.AGREED, e.NEED_NOBODY, Transition(s.STAFFED, _EMPLOYEE, ("reason",))
    yield k, s.ASKED, e.DECLINE, Transition(s.AGREED, _HELPER, (), (Party.EMPLOYEE,), pause=_HELP)
    one_less = Transition(s.ASKED, _TWO | _HELPER, (), (Party.EMPLOYEE,), proposed=_OUTSIDE, pause=_HELP)
    yield k, s.ASKED, e.STEP_ASIDE, one_less
    silent = Transition(s.AGREED, _may(), (), (*_NOTIFY_TWO, Party.HELPER), proposed=_OUTSIDE, pause=_HELP)
    yield k, s.ASKED, e.HELPER_SILENT, silent
    yield k, s.ASKED, e.WITHDRAW, Transition(s.AGREED, _TWO, (), (Party.HELPER,))
    yield k, s.STAFFED, e.START, Transition(s.UNDER_WAY, _EMPLOYEE)
    yield k, s.UNDER_WAY, e.CHECK_IN, Transition(s.UNDER_WAY, _EMPLOYEE, ("happens",))
    yield k, s.UNDER_WAY, e.CHECK_IN_UNANSWERED, Transition(s.UNDER_WAY, _may())
    yield k, s.UNDER_WAY, e.GET_STUCK, Transition(s.STUCK, _may())
    yield k, s.STUCK, e.CHECK_IN, Transition(s.UNDER_WAY, _EMPLOYEE, ("happens",), (Party.MANAGER,))
    yield k, s.STUCK, e.STILL_STUCK, Transition(s.STUCK, _EMPLOYEE, ("happens",), (Party.MANAGER,), same)
    yield k, s.STUCK, e.TALK_STUCK, Transition(s.UNDER_WAY, _MANAGER, ("line",), (Party.EMPLOYEE,))
    for stage in (s.UNDER_WAY, s.STUCK):
        yield k, stage, e.FINISH, Transition(s.DONE, _EMPLOYEE)
    for stage in (s.STAFFED, s.UNDER_WAY, s.STUCK):  # one more helper was asked, and the agreement does not wait
        for event, needs in (*answers, (e.DECLINE, ())):
            yield k, stage, event, Transition(stage, _HELPER, needs, (Party.EMPLOYEE,), same)
    for stage in (s.STAFFED, s.UNDER_WAY, s.STUCK, s.DONE, s.REPORTED):
        yield k, stage, e.STEP_ASIDE, Transition(stage, _TWO | _HELPER, (), (Party.EMPLOYEE,), same, _OUTSIDE)
    for stage in (s.ASKED, s.STAFFED, s.UNDER_WAY, s.STUCK):
        yield k, stage, e.ASK_ANOTHER, Transition(stage, _TWO, ("helper",), step=same)
        none_left = Transition(s.AGREED, _TWO | _HELPER, ("reason",), _NOTIFY_TWO, proposed=_OUTSIDE, pause=_HELP)
        yield k, stage, e.LOSE_HELPER, none_left
    yield k, s.DONE, e.REPORT_OUTCOME, Transition(s.REPORTED, _EMPLOYEE, ("learned", "newness"))
    not_reported = Transition(s.NOT_REPORTED, _may(), (), _NOTIFY_TWO, proposed=WhileProposed.ENDS)
    yield k, s.DONE, e.NOT_TOLD, not_reported


# The steps that a manager may give to somebody else, and those that HR may, when they have come to HR.
MANAGERS_OWN = frozenset({"settle_money", "talk", "talk_stuck"})
HR_ROUTES = MANAGERS_OWN | {"find_run", "decide", "register", "confirm_seat"}
# The steps whose answer the manager may write down in a talk; it counts when the employee has said yes.
WRITTEN_ANSWERS: Mapping[str, tuple[Event, ...]] = {
    "go": (Event.GO, Event.NOT_GONE),
    "midway": (Event.MIDWAY,),
    "use": (Event.USE, Event.NOT_USED),
    "tell": (Event.REPORT_OUTCOME,),
    "check_in": (Event.CHECK_IN,),
}
WRITTEN_DOWN = frozenset(WRITTEN_ANSWERS)
# The stages that lapse when nobody in line acts. From `registered` on nothing lapses.
LAPSES = frozenset(
    {
        *((Kind.COURSE, stage) for stage in (Stage.AGREED, Stage.FOUND, Stage.NOMINATED)),
        *((Kind.COURSE, stage) for stage in (Stage.FUNDED, Stage.WAITLISTED)),
        *((Kind.PRACTICE, stage) for stage in (Stage.AGREED, Stage.STAFFED, Stage.STUCK)),
    }
)


def _common_rows() -> Iterable[_Row]:
    """What can happen from any open stage."""
    e, owner, drop = Event, NextStep.SAME_OWNER, WhileProposed
    with_helper = (*_NOTIFY_TWO, Party.HELPER)
    for kind, stage in STEPS:
        postponing = _TWO | _COORDINATOR if kind is Kind.COURSE else _TWO
        paused = Transition(stage, _TWO, ("until",), _NOTIFY_TWO, owner, drop.KEEPS, WhilePaused.KEEPS)
        dropped = Transition(Stage.DROPPED, _TWO, (), with_helper, proposed=drop.ANSWERS)
        replaced = Transition(Stage.REPLACED, _TWO, ("replacement",), with_helper, proposed=drop.ANSWERS)
        left = Transition(Stage.DROPPED, _may(), (), (Party.MANAGER, Party.HELPER), proposed=drop.ENDS)
        fallen = Transition(stage, _may(), (), _NOTIFY_TWO, NextStep.BEFORE, drop.ANSWERS)
        kept = Transition(stage, _TWO, (), _NOTIFY_TWO, NextStep.BEFORE, drop.ANSWERS)
        yield kind, stage, e.POSTPONE, Transition(stage, postponing, ("until", "reason"), _NOTIFY_TWO, owner)
        yield kind, stage, e.PAUSE, paused
        yield kind, stage, e.PROPOSE_DROP, Transition(stage, _TWO, ("reason",))
        yield kind, stage, e.CONFIRM_DROP, dropped
        yield kind, stage, e.PROPOSE_REPLACE, Transition(stage, _TWO, ("title", "kind", "planned_from", "planned_to"))
        yield kind, stage, e.REPLACE, replaced
        yield kind, stage, e.KEEP, kept
        yield kind, stage, e.PROPOSAL_FALLS, fallen
        yield kind, stage, e.LEAVE, left
        yield from _rows_of_the_line(kind, stage)
    for kind in Kind:
        yield kind, Stage.REPORTED, e.TALK, Transition(Stage.LEARNED, _MANAGER, (), (Party.EMPLOYEE,))
        yield kind, Stage.REPORTED, e.TALK_MISSING, Transition(Stage.LEARNED, _may(), (), _NOTIFY_TWO)
        yield kind, Stage.DROPPED, e.COME_BACK, Transition(None, _may(), (), _NOTIFY_THREE)
        yield kind, Stage.DROPPED, e.START_OVER, Transition(Stage.AGREED, _may(), (), _NOTIFY_THREE)
        yield kind, Stage.LAPSED, e.REOPEN, Transition(None, _TWO, (), _NOTIFY_TWO)
        yield kind, Stage.LAPSED, e.RESTART, Transition(Stage.AGREED, _TWO, (), _NOTIFY_TWO)


def _rows_of_the_line(kind: Kind, stage: Stage) -> Iterable[_Row]:
    """How a step moves from one person to another, and how it ends when nobody acts."""
    e, step, keeps = Event, STEPS[kind, stage].name, WhileProposed.KEEPS
    handing = (_may(Party.HR) if step in HR_ROUTES else _may()) | (_MANAGER if step in MANAGERS_OWN else _may())
    handing |= _COORDINATOR if step == "find_run" else _may()
    place = (NextStep.SAME_DATE, keeps, WhilePaused.KEEPS)
    yield kind, stage, e.HAND_OVER, Transition(stage, handing, ("owner",), _NOTIFY_TWO, *place)
    yield kind, stage, e.MOVE_ON, Transition(stage, _may(), ("owner", "level"), (), *place)
    if step in WRITTEN_DOWN:
        written = Transition(stage, _MANAGER, ("answer",), (), NextStep.SAME_DATE, pause=WhilePaused.KEEPS)
        yield kind, stage, e.WRITE_DOWN, written
    if (kind, stage) in LAPSES:
        lapsed = Transition(Stage.LAPSED, _may(), (), (*_NOTIFY_THREE, Party.HELPER))
        yield kind, stage, e.LAPSE, lapsed
        yield kind, stage, e.KEEP_OPEN, Transition(stage, _TWO, (), _NOTIFY_TWO, NextStep.SAME_OWNER)


def _table(*groups: Iterable[_Row]) -> Mapping[tuple[Kind, Stage, Event], Transition]:
    table: dict[tuple[Kind, Stage, Event], Transition] = {}
    for group in groups:
        for kind, stage, event, transition in group:
            if (kind, stage, event) in table:
                raise ValueError(f"two rows for {kind}, {stage}, {event}")
            table[kind, stage, event] = transition
    return table


TRANSITIONS = _table(_course_rows(), _practice_rows(), _common_rows())
AGREEING = Transition(Stage.AGREED, _TWO)  # the row of Event.AGREE, which leads from no stage


class Condition(StrEnum):
    """A fact on which it depends which of two events happens."""

    ALWAYS = auto()
    DOES_NOT_HAPPEN = auto()  # the check-in says that the learning still does not happen
    OTHERS_ARE_ASKED = auto()  # when this helper is gone, somebody else is still asked or helps
    HELP_GOES_ON = auto()  # the helper who stops had not said yes, or another one has
    CAN_GO_ON = auto()  # a closed agreement still has what its stage needs: its course date, or its helper


@dataclass(frozen=True, slots=True)
class Fork:
    """Which of two events happens: `then` where the condition holds, else `otherwise`."""

    condition: Condition
    then: Event
    otherwise: Event


def _forks() -> Iterable[tuple[tuple[Kind, Stage, Event], Fork]]:
    k, s, e, c = Kind.PRACTICE, Stage, Event, Condition
    yield (k, s.STUCK, e.CHECK_IN), Fork(c.DOES_NOT_HAPPEN, e.STILL_STUCK, e.CHECK_IN)
    yield (k, s.ASKED, e.DECLINE), Fork(c.OTHERS_ARE_ASKED, e.STEP_ASIDE, e.DECLINE)
    for stops in (e.LOSE_HELPER, e.STEP_ASIDE):
        yield (k, s.ASKED, stops), Fork(c.OTHERS_ARE_ASKED, e.STEP_ASIDE, e.LOSE_HELPER)
        for stage in (s.STAFFED, s.UNDER_WAY, s.STUCK):
            yield (k, stage, stops), Fork(c.HELP_GOES_ON, e.STEP_ASIDE, e.LOSE_HELPER)
    yield (k, s.ASKED, e.HELPER_SILENT), Fork(c.OTHERS_ARE_ASKED, e.STEP_ASIDE, e.HELPER_SILENT)
    for kind in Kind:
        yield (kind, s.LAPSED, e.REOPEN), Fork(c.CAN_GO_ON, e.REOPEN, e.RESTART)
        yield (kind, s.DROPPED, e.COME_BACK), Fork(c.CAN_GO_ON, e.COME_BACK, e.START_OVER)
    for stage in (s.DONE, s.REPORTED):  # no other helper has to be found any more
        for stops in (e.LOSE_HELPER, e.DECLINE):
            yield (k, stage, stops), Fork(c.ALWAYS, e.STEP_ASIDE, e.STEP_ASIDE)


# Where the event that happens is not always the one that was chosen. The log has the one that happened.
FORKS: Mapping[tuple[Kind, Stage, Event], Fork] = dict(_forks())


@dataclass(frozen=True, slots=True)
class Answers:
    """The events that answer a step."""

    anywhere: tuple[Event, ...] = ()  # on the agreement's page, and from an email without login; the expected one first
    page_only: tuple[Event, ...] = ()  # they need a session, more than a press and a few fields, or are rare


# By the step's name.
ANSWERS: Mapping[str, Answers] = {
    "find_run": Answers(page_only=(Event.CHOOSE_RUN,)),
    "settle_money": Answers(page_only=(Event.FUND, Event.NOMINATE, Event.REFUSE)),
    "decide": Answers(page_only=(Event.GRANT, Event.REFUSE, Event.ASK_CHEAPER)),
    "register": Answers(page_only=(Event.REGISTER, Event.WAITLIST)),
    "confirm_seat": Answers(page_only=(Event.CONFIRM_SEAT, Event.STILL_WAITING, Event.LOSE_SEAT)),
    "midway": Answers((Event.MIDWAY,)),
    "go": Answers((Event.GO, Event.NOT_GONE)),
    "use": Answers((Event.USE, Event.NOT_USED)),
    "tell": Answers((Event.REPORT_OUTCOME,)),
    "talk": Answers((Event.TALK,)),
    "find_helper": Answers(page_only=(Event.ASK, Event.NEED_NOBODY)),
    "answer": Answers((Event.ACCEPT, Event.ACCEPT_LATER, Event.DECLINE)),
    "start": Answers((Event.START,)),
    "check_in": Answers((Event.CHECK_IN,), page_only=(Event.FINISH,)),
    "talk_stuck": Answers((Event.TALK_STUCK,)),
    "confirm_drop": Answers(page_only=(Event.CONFIRM_DROP, Event.KEEP)),
    "confirm_replace": Answers(page_only=(Event.REPLACE, Event.KEEP)),
}
HELPER_ANSWERS = ANSWERS["answer"].anywhere


def page_answers(step: str) -> tuple[Event, ...]:
    """The events that answer a step on a page, the expected one first; none without a step."""
    return ANSWERS[step].anywhere + ANSWERS[step].page_only if step else ()


def email_answers(step: str) -> tuple[Event, ...]:
    """The events that answer a step from an email without login; none without a step."""
    return ANSWERS[step].anywhere if step else ()


class LifecycleError(Exception):
    """An event that the table refuses."""


class NoSuchEvent(LifecycleError):
    """The event cannot happen in this stage."""


class NotAllowed(LifecycleError):
    """The event can happen, but not by this party."""


class MissingFact(LifecycleError):
    """The event needs a fact that was not given: `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Proposal(StrEnum):
    """What one of the two has proposed, while the other has not answered."""

    DROP = "drop"
    REPLACE = "replace"


PROPOSALS: Mapping[Event, Proposal] = {
    Event.PROPOSE_DROP: Proposal.DROP,
    Event.PROPOSE_REPLACE: Proposal.REPLACE,
}
# The events that say yes to a proposal.
AGREES_TO: Mapping[Event, Proposal] = {Event.CONFIRM_DROP: Proposal.DROP, Event.REPLACE: Proposal.REPLACE}


@dataclass(frozen=True, slots=True)
class State:
    """Where an agreement stands."""

    kind: Kind
    stage: Stage = Stage.AGREED
    proposed_by: Party | None = None  # who of the two has made a proposal that the other has not answered
    proposal: Proposal = Proposal.DROP  # what is proposed; it counts only with `proposed_by`
    midway: bool = False  # the employee of a long course is asked whether it goes on
    lost_from: Stage | None = None  # the stage in which it lapsed, or in which the employee left

    @property
    def is_open(self) -> bool:
        return self.stage not in CLOSED

    @property
    def step(self) -> Step | None:
        """The next step; None exactly when the agreement is closed."""
        if not self.is_open:
            return None
        if self.proposed_by is not None:
            step = CONFIRM_DROP if self.proposal is Proposal.DROP else CONFIRM_REPLACE
            return replace(step, owner=Party.MANAGER if self.proposed_by is Party.EMPLOYEE else Party.EMPLOYEE)
        return MIDWAY if self.midway else STEPS[self.kind, self.stage]


def _find(state: State, event: Event) -> Transition | None:
    row = TRANSITIONS.get((state.kind, state.stage, event))
    if row is None:
        return None
    if state.stage is Stage.DROPPED and state.lost_from is None:
        return None  # the two have dropped it
    impossible = WhileProposed.ANSWERS if state.proposed_by is None else WhileProposed.IMPOSSIBLE
    if row.proposed is impossible:
        return None
    return None if state.proposed_by is not None and AGREES_TO.get(event, state.proposal) is not state.proposal else row


def events_from(state: State) -> dict[Event, Transition]:
    """What can happen next, by event. A closed agreement can only be opened again: one that has lapsed, or that a
    leave closed."""
    rows = ((event, _find(state, event)) for event in Event)
    return {event: row for event, row in rows if row is not None}


def transition_of(state: State, event: Event) -> Transition:
    """The row of the table for the event in this state. Raises NoSuchEvent when there is none."""
    row = _find(state, event)
    if row is None:
        raise NoSuchEvent(f"{event} from {state}")
    return row


def event_that_happens(state: State, chosen: Event, holds: Callable[[Condition], bool]) -> Event:
    """The event that happens when somebody chooses one. `holds` is asked only where that depends on a condition."""
    fork = FORKS.get((state.kind, state.stage, chosen))
    if fork is None:
        return chosen
    return fork.then if fork.condition is Condition.ALWAYS or holds(fork.condition) else fork.otherwise


def allowed(state: State, event: Event, parties: frozenset[Party]) -> bool:
    """Whether any of the parties may let the event happen now."""
    row = _find(state, event)
    if row is None or not row.by & parties:
        return False
    if event in AGREES_TO:
        step = state.step
        return step is not None and step.owner in parties
    return event is not Event.HAND_OVER or state.proposed_by is None  # the answer to a proposal is nobody else's


def events_for(state: State, parties: frozenset[Party]) -> frozenset[Event]:
    """The events that any of the parties may let happen now."""
    return frozenset(event for event in events_from(state) if allowed(state, event, parties))


def advance(state: State, event: Event, *, parties: frozenset[Party] | None, facts: Mapping[str, object] = {}) -> State:
    """The state after the event. `parties` says what the person who acts is here; None: the application itself acts.

    Raises NoSuchEvent, NotAllowed or MissingFact, in that order.
    """
    row = transition_of(state, event)
    if parties is not None and not allowed(state, event, parties):
        raise NotAllowed(f"{event} from {state} by {sorted(parties)}")
    for name in row.needs:
        if facts.get(name) in (None, ""):
            raise MissingFact(name)
    proposer = Party.EMPLOYEE if parties is not None and Party.EMPLOYEE in parties else Party.MANAGER
    return _state_after(state, event, proposer)


def replay(kind: Kind, events: Iterable[tuple[Event, Party | None]]) -> State:
    """The state that a log leads to. Each entry is the event, and where it proposes something, who proposed it.

    Raises NoSuchEvent.
    """
    state = State(kind)
    for event, proposer in events:
        state = State(kind) if event is Event.AGREE else _state_after(state, event, proposer)
    return state


def _state_after(state: State, event: Event, proposer: Party | None) -> State:
    """Where the event leads; `proposer` counts only where the event proposes something. Raises NoSuchEvent."""
    row = transition_of(state, event)
    to = row.to or state.lost_from or Stage.AGREED
    can_be_back = to is Stage.LAPSED or event is Event.LEAVE
    after = State(state.kind, to, lost_from=state.stage if can_be_back else None)
    if event in PROPOSALS:
        return replace(after, proposed_by=proposer, proposal=PROPOSALS[event])
    if row.proposed in (WhileProposed.KEEPS, WhileProposed.KEEPS_STEP):
        return replace(after, proposed_by=state.proposed_by, proposal=state.proposal)
    return after
