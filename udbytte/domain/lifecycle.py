"""The life of an agreement, as one table.

`STEPS` says what is to be done in a stage, whose it is and by when; `TRANSITIONS` says which event leads from which
stage to which, who may let it happen, what must be told with it and who hears of it. A missing row is an error.
Source of the stages and days: the design's two stage tables; `told` was added so that writing the outcome and
talking about it are two steps with two owners.

What the lifecycle speaks of: kinds, stages and their phases, parties, events, and why something is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

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
    USED = "used"
    ASKED = "asked"
    STAFFED = "staffed"
    UNDER_WAY = "under_way"
    STUCK = "stuck"
    DONE = "done"
    REPORTED = "told"  # the stored value stays as it was named first
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
    REPORT_OUTCOME = "tell"  # stored values stay as they were named first
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
    Stage.REPORTED: Phase.DONE,
    Stage.LEARNED: Phase.LEARNED,
}


__all__ = [
    "ANSWERS_A_DROP",
    "BOOKED",
    "CLOSED",
    "CONFIRM_DROP",
    "COORDINATED",
    "FROM_OUTSIDE",
    "KEEPS_DROPPING",
    "PHASES",
    "STEPS",
    "TRANSITIONS",
    "WHILE_DROPPING",
    "WITH_A_RUN",
    "DropReason",
    "Event",
    "Kind",
    "LifecycleError",
    "MissingFact",
    "NoSuchEvent",
    "NotAllowed",
    "Party",
    "Phase",
    "Stage",
    "State",
    "Step",
    "Transition",
    "advance",
    "allowed",
    "events_from",
    "replay",
]


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done. `waits`: somebody waits for the answer, so that it does not wait for the weekly letter."""

    name: str
    owner: Party
    due: Due
    waits: bool = False


STEPS: Mapping[tuple[Kind, Stage], Step] = {
    (Kind.COURSE, Stage.AGREED): Step("find_run", Party.COORDINATOR, Due("find", Rule.BEFORE_WISHED)),
    (Kind.COURSE, Stage.FOUND): Step("settle_money", Party.MANAGER, Due("settle", Rule.BEFORE_DEADLINE)),
    (Kind.COURSE, Stage.NOMINATED): Step("decide", Party.BUDGET_OWNER, Due("decide", Rule.BEFORE_DEADLINE), waits=True),
    (Kind.COURSE, Stage.FUNDED): Step("register", Party.COORDINATOR, Due("register", Rule.JUST_BEFORE_DEADLINE)),
    (Kind.COURSE, Stage.WAITLISTED): Step("confirm_seat", Party.COORDINATOR, Due("waitlist")),
    (Kind.COURSE, Stage.REGISTERED): Step("go", Party.EMPLOYEE, Due("attend", Rule.AFTER_END)),
    (Kind.COURSE, Stage.ATTENDED): Step("use", Party.EMPLOYEE, Due("use")),
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


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event leads. `by`: who may (nobody: only the application itself). `needs`: facts that must be told.

    `tells`: who hears of it besides the owner of the next step. `beside`: the next step stays as it is, with its owner
    and date.
    """

    to: Stage
    by: frozenset[Party]
    needs: tuple[str, ...] = ()
    tells: tuple[Party, ...] = ()
    beside: bool = False


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
_TELL_TWO = (Party.EMPLOYEE, Party.MANAGER)
_TELL_THREE = (*_TELL_TWO, Party.COORDINATOR)

_Row = tuple[Kind, Stage, Event, Transition]


def _course_rows() -> Iterable[_Row]:
    """What happens to a course only."""
    k, s, e = Kind.COURSE, Stage, Event
    yield k, s.AGREED, e.CHOOSE_RUN, Transition(s.FOUND, _FINDING, ("run",))
    yield k, s.FOUND, e.CHOOSE_RUN, Transition(s.FOUND, _FINDING, ("run",))
    yield k, s.FOUND, e.FUND, Transition(s.FUNDED, _MANAGER, ("price",), (Party.EMPLOYEE,))
    yield k, s.FOUND, e.NOMINATE, Transition(s.NOMINATED, _MANAGER, ("reason",), (Party.EMPLOYEE,))
    yield k, s.FOUND, e.REFUSE, Transition(s.AGREED, _MANAGER, ("reason",), (Party.EMPLOYEE,))
    yield k, s.NOMINATED, e.GRANT, Transition(s.FUNDED, _BUDGET_OWNER, (), _TELL_TWO)
    yield k, s.NOMINATED, e.REFUSE, Transition(s.AGREED, _BUDGET_OWNER, ("reason",), _TELL_TWO)
    yield k, s.NOMINATED, e.WITHDRAW, Transition(s.FOUND, _MANAGER, (), (Party.BUDGET_OWNER,))
    yield k, s.FUNDED, e.WRITE_PROVIDER, Transition(s.FUNDED, _BOOKING, ("to",))
    yield k, s.FUNDED, e.REGISTER, Transition(s.REGISTERED, _BOOKING, (), (Party.EMPLOYEE,))
    yield k, s.FUNDED, e.WAITLIST, Transition(s.WAITLISTED, _BOOKING, (), (Party.EMPLOYEE,))
    yield k, s.WAITLISTED, e.CONFIRM_SEAT, Transition(s.REGISTERED, _BOOKING, (), (Party.EMPLOYEE,))
    yield k, s.WAITLISTED, e.STILL_WAITING, Transition(s.WAITLISTED, _BOOKING)
    for stage in BOOKED:
        yield k, stage, e.LOSE_SEAT, Transition(s.AGREED, _COORDINATOR, ("reason",), _TELL_TWO)
        yield k, stage, e.DOUBT_SEAT, Transition(s.WAITLISTED, _may(), ("reason",), (Party.EMPLOYEE,))
        yield k, stage, e.CANCEL_SEAT, Transition(s.AGREED, _FINDING, ("reason",), _TELL_THREE)
    for stage in WITH_A_RUN:
        # A seat that is lost costs nothing, so that nobody says it of their own where somebody else books.
        losing = _COORDINATOR if stage in BOOKED else _FINDING
        yield k, stage, e.LOSE_RUN, Transition(s.AGREED, losing, ("reason",), _TELL_THREE)
        yield k, stage, e.MOVE_RUN, Transition(stage, _may(), (), _TELL_THREE)
    yield k, s.REGISTERED, e.GO, Transition(s.ATTENDED, _EMPLOYEE, ("went",))
    yield k, s.REGISTERED, e.NOT_GONE, Transition(s.AGREED, _EMPLOYEE, ("reason",), (Party.MANAGER,))
    yield k, s.ATTENDED, e.USE, Transition(s.USED, _EMPLOYEE)
    yield k, s.ATTENDED, e.NOT_USED, Transition(s.ATTENDED, _EMPLOYEE)
    yield k, s.ATTENDED, e.REPORT_OUTCOME, Transition(s.REPORTED, _EMPLOYEE, ("learned", "newness"))
    yield k, s.USED, e.REPORT_OUTCOME, Transition(s.REPORTED, _EMPLOYEE, ("learned", "newness"))
    for stage in (s.AGREED, s.ATTENDED, s.USED, s.REPORTED):
        billing = _may(Party.MANAGER, Party.COORDINATOR)
        yield k, stage, e.PRICE, Transition(stage, billing, ("actual_price",), beside=True)


def _practice_rows() -> Iterable[_Row]:
    """What happens to learning in practice only."""
    k, s, e = Kind.PRACTICE, Stage, Event
    yield k, s.AGREED, e.ASK, Transition(s.ASKED, _TWO, ("helper",))
    for event in (e.ACCEPT, e.ACCEPT_LATER):  # asked beside one who has stopped since
        needs = ("until",) if event is e.ACCEPT_LATER else ()
        yield k, s.AGREED, event, Transition(s.STAFFED, _HELPER, needs, (Party.EMPLOYEE,))
    yield k, s.AGREED, e.DECLINE, Transition(s.AGREED, _HELPER, (), (Party.EMPLOYEE,), beside=True)
    yield k, s.AGREED, e.NEED_NOBODY, Transition(s.STAFFED, _EMPLOYEE, ("reason",))
    yield k, s.ASKED, e.ACCEPT, Transition(s.STAFFED, _HELPER, (), (Party.EMPLOYEE,))
    yield k, s.ASKED, e.ACCEPT_LATER, Transition(s.STAFFED, _HELPER, ("until",), (Party.EMPLOYEE,))
    yield k, s.ASKED, e.DECLINE, Transition(s.AGREED, _HELPER, (), (Party.EMPLOYEE,))
    yield k, s.ASKED, e.STEP_ASIDE, Transition(s.ASKED, _TWO | _HELPER, (), (Party.EMPLOYEE,))
    yield k, s.ASKED, e.WITHDRAW, Transition(s.AGREED, _TWO, (), (Party.HELPER,))
    yield k, s.STAFFED, e.START, Transition(s.UNDER_WAY, _EMPLOYEE)
    yield k, s.UNDER_WAY, e.CHECK_IN, Transition(s.UNDER_WAY, _EMPLOYEE, ("happens", "learns"))
    yield k, s.UNDER_WAY, e.GET_STUCK, Transition(s.STUCK, _may())
    yield k, s.STUCK, e.CHECK_IN, Transition(s.UNDER_WAY, _EMPLOYEE, ("happens", "learns"), (Party.MANAGER,))
    yield k, s.STUCK, e.TALK_STUCK, Transition(s.UNDER_WAY, _MANAGER, ("line",), (Party.EMPLOYEE,))
    for stage in (s.UNDER_WAY, s.STUCK):
        yield k, stage, e.FINISH, Transition(s.DONE, _EMPLOYEE)
    answers = ("happens", "learns")
    yield k, s.STUCK, e.STILL_STUCK, Transition(s.STUCK, _EMPLOYEE, answers, (Party.MANAGER,), beside=True)
    for stage in (s.STAFFED, s.UNDER_WAY, s.STUCK):  # somebody else helps as well, or nobody is needed
        for event, needs in ((e.ACCEPT, ()), (e.ACCEPT_LATER, ("until",)), (e.DECLINE, ())):
            yield k, stage, event, Transition(stage, _HELPER, needs, (Party.EMPLOYEE,), beside=True)
    for stage in (s.STAFFED, s.UNDER_WAY, s.STUCK, s.DONE, s.REPORTED):
        yield k, stage, e.STEP_ASIDE, Transition(stage, _TWO | _HELPER, (), (Party.EMPLOYEE,), beside=True)
    for stage in (s.ASKED, s.STAFFED, s.UNDER_WAY, s.STUCK):
        yield k, stage, e.ASK_ANOTHER, Transition(stage, _TWO, ("helper",), beside=True)
        yield k, stage, e.LOSE_HELPER, Transition(s.AGREED, _TWO | _HELPER, ("reason",), _TELL_TWO)
    yield k, s.DONE, e.REPORT_OUTCOME, Transition(s.REPORTED, _EMPLOYEE, ("learned", "newness"))


def _common_rows() -> Iterable[_Row]:
    """What can happen from any open stage."""
    e = Event
    for kind, stage in STEPS:
        wait = _TWO | _may(Party.COORDINATOR) if kind is Kind.COURSE else _TWO
        yield kind, stage, e.POSTPONE, Transition(stage, wait, ("until", "reason"), _TELL_TWO)
        yield kind, stage, e.PAUSE, Transition(stage, _TWO, ("until",), _TELL_TWO)
        yield kind, stage, e.PROPOSE_DROP, Transition(stage, _TWO, ("reason",))
        yield kind, stage, e.CONFIRM_DROP, Transition(Stage.DROPPED, _TWO, (), (*_TELL_TWO, Party.HELPER))
        yield kind, stage, e.KEEP, Transition(stage, _TWO, (), _TELL_TWO)
        yield kind, stage, e.REPLACE, Transition(Stage.REPLACED, _TWO, ("replacement",), (*_TELL_TWO, Party.HELPER))
        yield kind, stage, e.HAND_OVER, Transition(stage, _may(Party.HR, Party.MANAGER), ("owner",), _TELL_TWO)
        yield kind, stage, e.LEAVE, Transition(Stage.DROPPED, _may(), (), (Party.MANAGER, Party.HELPER))
    for kind in Kind:
        yield kind, Stage.REPORTED, e.TALK, Transition(Stage.LEARNED, _MANAGER, (), (Party.EMPLOYEE,))


def _table(*groups: Iterable[_Row]) -> Mapping[tuple[Kind, Stage, Event], Transition]:
    table: dict[tuple[Kind, Stage, Event], Transition] = {}
    for group in groups:
        for kind, stage, event, transition in group:
            if (kind, stage, event) in table:
                raise ValueError(f"two rows for {kind}, {stage}, {event}")
            table[kind, stage, event] = transition
    return table


TRANSITIONS = _table(_course_rows(), _practice_rows(), _common_rows())

# What the world brings, whatever people are deciding: it happens also while a drop is proposed.
FROM_OUTSIDE = frozenset(
    {Event.LOSE_RUN, Event.LOSE_SEAT, Event.LOSE_HELPER, Event.STEP_ASIDE, Event.MOVE_RUN, Event.DOUBT_SEAT}
)
# What a coordinator does to a course: whoever did one of these has seen to it that it is remembered.
COORDINATED = frozenset({Event.CHOOSE_RUN, Event.WRITE_PROVIDER, Event.REGISTER, Event.WAITLIST, Event.CONFIRM_SEAT})
# What leaves a proposed drop as it is; anything else answers it.
KEEPS_DROPPING = FROM_OUTSIDE | {Event.HAND_OVER, Event.PAUSE}
ANSWERS_A_DROP = frozenset({Event.CONFIRM_DROP, Event.KEEP})
WHILE_DROPPING = KEEPS_DROPPING | ANSWERS_A_DROP | {Event.REPLACE, Event.LEAVE}


class LifecycleError(Exception):
    """An event that the table refuses."""


class NoSuchEvent(LifecycleError):
    """The event cannot happen in this stage."""


class NotAllowed(LifecycleError):
    """The event can happen, but not by this party."""


class MissingFact(LifecycleError):
    """The event needs a fact that was not told; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class State:
    """Where an agreement stands. `dropping` names who has proposed to drop it, while the other has not answered."""

    kind: Kind
    stage: Stage = Stage.AGREED
    dropping: Party | None = None

    @property
    def is_open(self) -> bool:
        return self.stage not in CLOSED

    @property
    def step(self) -> Step | None:
        """The next step; None exactly when the agreement is closed."""
        if not self.is_open:
            return None
        if self.dropping is not None:
            return replace(CONFIRM_DROP, owner=Party.MANAGER if self.dropping is Party.EMPLOYEE else Party.EMPLOYEE)
        return STEPS[self.kind, self.stage]


def events_from(state: State) -> dict[Event, Transition]:
    """What can happen next, by event; empty for a closed agreement."""
    rows = ((event, _row(state, event)) for event in Event)
    return {event: row for event, row in rows if row is not None}


def _row(state: State, event: Event) -> Transition | None:
    shown = event not in ANSWERS_A_DROP if state.dropping is None else event in WHILE_DROPPING
    return TRANSITIONS.get((state.kind, state.stage, event)) if shown else None


def allowed(state: State, event: Event, parties: frozenset[Party]) -> bool:
    """Whether any of the parties may let the event happen now."""
    row = _row(state, event)
    if row is None or not row.by & parties:
        return False
    if event is Event.CONFIRM_DROP:
        step = state.step
        return step is not None and step.owner in parties
    return True


def advance(state: State, event: Event, *, parties: frozenset[Party] | None, facts: Mapping[str, object] = {}) -> State:
    """The state after the event. `parties` is what the person who acts is here; None is the application itself.

    Raises NoSuchEvent, NotAllowed or MissingFact, in that order.
    """
    row = _row(state, event)
    if row is None:
        raise NoSuchEvent(f"{event} from {state}")
    if parties is not None and not allowed(state, event, parties):
        raise NotAllowed(f"{event} from {state} by {sorted(parties)}")
    for name in row.needs:
        if facts.get(name) in (None, ""):
            raise MissingFact(name)
    dropping = state.dropping
    if event is Event.PROPOSE_DROP:
        dropping = Party.EMPLOYEE if parties is not None and Party.EMPLOYEE in parties else Party.MANAGER
    elif event not in KEEPS_DROPPING:
        dropping = None
    return State(state.kind, row.to, dropping)


def replay(kind: Kind, events: Iterable[tuple[Event, Party | None]]) -> State:
    """The state that a log leads to. Each entry is the event with who proposed (only PROPOSE_DROP reads it)."""
    state = State(kind)
    for event, party in events:
        if event is Event.AGREE:
            state = State(kind)
            continue
        row = _row(state, event)
        if row is None:
            raise NoSuchEvent(f"{event} from {state}")
        kept = state.dropping if event in KEEPS_DROPPING else None
        state = State(kind, row.to, party if event is Event.PROPOSE_DROP else kept)
    return state
