"""The life of an agreement, as one table.

`STEPS` says what is to be done in a stage, who owns it and by when. `TRANSITIONS` says which event leads from which
stage to which, and everything that depends on it. An event without a row cannot happen. `FORKS` says where the event
that happens depends on a fact.

Source of the stages and days: the design's two stage tables. Two stages were added: `reported`, so that writing the
outcome and talking about it are two steps with two owners, and `unknown`, for a course of which nobody has said whether
the employee went. What happens to a step that nobody takes stands beside this table, in `line.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .answers import WRITTEN_DOWN
from .columns import Condition, Fork, NextStep, Step, Transition, WhilePaused, WhileProposed
from .deadlines import Due, Rule
from .vocabulary import BOOKED, WITH_A_RUN, Event, Kind, Party, Stage

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

# The steps that a manager may give to somebody else, and those that HR may, when they have come to HR.
MANAGERS_OWN = frozenset({"settle_money", "talk", "talk_stuck"})
HR_ROUTES = MANAGERS_OWN | {"find_run", "decide", "register", "confirm_seat"}
# The stages that lapse when nobody in line acts. From `registered` on nothing lapses.
LAPSES = frozenset(
    {
        *((Kind.COURSE, stage) for stage in (Stage.AGREED, Stage.FOUND, Stage.NOMINATED)),
        *((Kind.COURSE, stage) for stage in (Stage.FUNDED, Stage.WAITLISTED)),
        *((Kind.PRACTICE, stage) for stage in (Stage.AGREED, Stage.STAFFED, Stage.STUCK)),
    }
)


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
    """What happens to learning at work only."""
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
