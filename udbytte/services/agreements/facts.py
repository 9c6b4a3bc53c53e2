"""The facts that each event takes: the typed arguments of `take_step`. Money in whole kroner, ex VAT.

What the lifecycle table names in `needs` is required here; a test compares the two.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NotRequired, Protocol, TypedDict, Unpack, overload

from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CourseRun, Person

Facts = Mapping[str, Any]  # where the event is known only at run time


class NoFacts(TypedDict):
    """What every event takes."""

    by: Person | None  # who acts; None: the application itself
    on: date
    turn: NotRequired[int | None]  # the agreement's turn that the person saw
    caused_by: NotRequired[Person | None]  # whom the log names where the application acts


class Reason(NoFacts):
    reason: str


class Line(NoFacts):
    line: str


class OptionalLine(NoFacts):
    line: NotRequired[str]


class Until(NoFacts):
    until: date


class Postponement(Until):
    reason: str
    in_talk: NotRequired[bool]  # the two choose it while they talk


class ChosenRun(NoFacts):
    run: CourseRun


class Price(NoFacts):
    price: int
    price_reason: NotRequired[str]  # why it is not the course date's own price


class Nominated(NoFacts):
    reason: str
    price: NotRequired[int | None]  # without it, the agreement's estimated price
    price_reason: NotRequired[str]


class Granted(NoFacts):
    answer: NotRequired[str]


class Addressed(NoFacts):
    to: str  # the provider's email address


class Registered(NoFacts):
    reference: NotRequired[str]  # the provider's number for the registration


class GivenUpSeat(NoFacts):
    reason: str
    cost: NotRequired[int | None]  # what the seat costs all the same; without it, what the provider's terms say
    from_outside: NotRequired[int | None]  # what a funding source pays of that


class ActualPrice(NoFacts):
    actual_price: int


class Attendance(NoFacts):
    went: str  # "yes" or "partly"
    reason: NotRequired[str]
    actual_price: NotRequired[int | None]


class AskedHelper(NoFacts):
    helper: Person
    others: NotRequired[Sequence[Person]]
    role: NotRequired[str]
    hours: NotRequired[int | None]


class Accepted(NoFacts):
    helper: NotRequired[Person]  # in whose name the application accepts


class AcceptedLater(Accepted):
    until: date  # the first day on which the helper can help


class Declined(NoFacts):
    helper: NotRequired[Person]  # in whose name the application declines
    suggests: NotRequired[Person]


class SteppedAside(NoFacts):
    helper: NotRequired[Person]  # whose help ends; without it, the help of the person who acts, or else all help
    suggests: NotRequired[Person]
    reason: NotRequired[str]


class LostHelper(NoFacts):
    reason: str
    helper: NotRequired[Person]  # as in SteppedAside
    suggests: NotRequired[Person]


class CheckedIn(NoFacts):
    happens: bool
    learns: NotRequired[bool]  # whether something new was learned; it may stay unanswered
    line: NotRequired[str]


class Reported(NoFacts):
    learned: str
    newness: str  # a value of models.Newness
    in_use: NotRequired[str]  # a value of models.InUse
    hindrances: NotRequired[Sequence[str]]  # values of models.Hindrance
    recommends: NotRequired[bool | None]
    shared: NotRequired[bool]


class ProposedDrop(NoFacts):
    reason: str  # a value of lifecycle.DropReason
    note: NotRequired[str]


class ProposedReplacement(NoFacts):
    title: str
    kind: Kind
    planned_from: date
    planned_to: date


class Replaced(NoFacts):
    replacement: Agreement


class AskedCheaper(NoFacts):
    reason: NotRequired[str]


class Midway(NoFacts):
    goes_on: bool
    line: NotRequired[str]


class WrittenDown(NoFacts):
    answer: str  # the event that the employee is asked to confirm


class HelperSilent(NoFacts):
    helper: NotRequired[Person]


class HandedOver(NoFacts):
    owner: Person
    stray: NotRequired[bool]  # nobody was found whose step it is, and it lies with HR
    back: NotRequired[bool]  # whoever was away is back


class Moved(NoFacts):
    owner: Person
    level: int  # of the line, from 1
    days: NotRequired[int]  # so many days overdue
    away: NotRequired[int | None]  # who is away, by id
    late_before: NotRequired[bool]  # it was late before the line saw it


NeedsReason = Literal[
    Event.REFUSE,
    Event.LOSE_SEAT,
    Event.LOSE_RUN,
    Event.DOUBT_SEAT,
    Event.NEED_NOBODY,
]
NeedsNothing = Literal[
    Event.WITHDRAW,
    Event.WAITLIST,
    Event.STILL_WAITING,
    Event.MOVE_RUN,
    Event.NOT_USED,
    Event.START,
    Event.FINISH,
    Event.GET_STUCK,
    Event.TALK,
    Event.CONFIRM_DROP,
    Event.KEEP,
    Event.LEAVE,
    Event.COME_BACK,
    Event.START_OVER,
    Event.MISS_DEADLINE,
    Event.WENT_UNKNOWN,
    Event.USE_UNANSWERED,
    Event.MIDWAY_UNANSWERED,
    Event.CHECK_IN_UNANSWERED,
    Event.NOT_TOLD,
    Event.TALK_MISSING,
    Event.PROPOSAL_FALLS,
    Event.LAPSE,
    Event.KEEP_OPEN,
    Event.REOPEN,
    Event.RESTART,
]


class TakeStep(Protocol):
    """The signature of `take_step`, by event."""

    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.CHOOSE_RUN], /, **facts: Unpack[ChosenRun]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.FUND], /, **facts: Unpack[Price]) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.NOMINATE], /, **facts: Unpack[Nominated]) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.GRANT], /, **facts: Unpack[Granted]) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: NeedsReason, /, **facts: Unpack[Reason]) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.WRITE_PROVIDER], /, **facts: Unpack[Addressed]
    ) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.REGISTER, Event.CONFIRM_SEAT], /, **facts: Unpack[Registered]
    ) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.CANCEL_SEAT, Event.NOT_GONE], /, **facts: Unpack[GivenUpSeat]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.PRICE], /, **facts: Unpack[ActualPrice]) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.GO], /, **facts: Unpack[Attendance]) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.USE], /, **facts: Unpack[OptionalLine]) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.ASK, Event.ASK_ANOTHER], /, **facts: Unpack[AskedHelper]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.ACCEPT], /, **facts: Unpack[Accepted]) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.ACCEPT_LATER], /, **facts: Unpack[AcceptedLater]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.DECLINE], /, **facts: Unpack[Declined]) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.LOSE_HELPER], /, **facts: Unpack[LostHelper]
    ) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.STEP_ASIDE], /, **facts: Unpack[SteppedAside]
    ) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.CHECK_IN, Event.STILL_STUCK], /, **facts: Unpack[CheckedIn]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.TALK_STUCK], /, **facts: Unpack[Line]) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.REPORT_OUTCOME], /, **facts: Unpack[Reported]
    ) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.POSTPONE], /, **facts: Unpack[Postponement]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.PAUSE], /, **facts: Unpack[Until]) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.PROPOSE_DROP], /, **facts: Unpack[ProposedDrop]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.REPLACE], /, **facts: Unpack[Replaced]) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.HAND_OVER], /, **facts: Unpack[HandedOver]
    ) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.PROPOSE_REPLACE], /, **facts: Unpack[ProposedReplacement]
    ) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.ASK_CHEAPER], /, **facts: Unpack[AskedCheaper]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.MIDWAY], /, **facts: Unpack[Midway]) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.WRITE_DOWN], /, **facts: Unpack[WrittenDown]
    ) -> Agreement: ...
    @overload
    def __call__(
        self, row: Agreement, event: Literal[Event.HELPER_SILENT], /, **facts: Unpack[HelperSilent]
    ) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: Literal[Event.MOVE_ON], /, **facts: Unpack[Moved]) -> Agreement: ...
    @overload
    def __call__(self, row: Agreement, event: NeedsNothing, /, **facts: Unpack[NoFacts]) -> Agreement: ...
    @overload
    def __call__(
        self,
        row: Agreement,
        event: Event,
        /,
        *,
        by: Person | None,
        on: date,
        facts: Facts,
        turn: int | None = None,
        caused_by: Person | None = None,
    ) -> Agreement: ...
    def __call__(self, row: Agreement, event: Any, /, **rest: Any) -> Agreement: ...


def typed(take_step: Callable[..., Agreement]) -> TakeStep:
    """The function with its types by event, which its own definition cannot give."""
    return take_step
