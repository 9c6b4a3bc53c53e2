"""What a notification about an agreement says: its next step, what has happened to it, who helps with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..lifecycle import Event
from .kinds import Facts, NotificationKind


@dataclass(frozen=True, kw_only=True)
class AgreementFacts(Facts):
    """Facts about an agreement. The notification refers to it, and reads title and dates from it when it is sent."""


@dataclass(frozen=True, kw_only=True)
class StepIsYours(AgreementFacts, kind=NotificationKind.STEP):
    event: Event


@dataclass(frozen=True, kw_only=True)
class StepFoundNoOwner(AgreementFacts, kind=NotificationKind.STRAY):
    event: Event


@dataclass(frozen=True, kw_only=True)
class HelpWanted(AgreementFacts, kind=NotificationKind.ASKED):
    pass


@dataclass(frozen=True, kw_only=True)
class StepIsLate(AgreementFacts, kind=NotificationKind.LATE):
    pass


@dataclass(frozen=True, kw_only=True)
class DeadlineNear(AgreementFacts, kind=NotificationKind.DEADLINE):
    pass


@dataclass(frozen=True, kw_only=True)
class EventFacts(AgreementFacts):
    event: Event
    by: str


@dataclass(frozen=True, kw_only=True)
class EventHappened(EventFacts, kind=NotificationKind.TOLD):
    pass


@dataclass(frozen=True, kw_only=True)
class SeatToGiveBack(EventFacts, kind=NotificationKind.UNBOOK):
    pass


@dataclass(frozen=True, kw_only=True)
class SeatFacts(EventFacts):
    starts: date | None  # the first and last day of the seat that there was before
    ends: date | None


@dataclass(frozen=True, kw_only=True)
class SeatTaken(SeatFacts, kind=NotificationKind.SEAT):
    pass


@dataclass(frozen=True, kw_only=True)
class SeatLost(SeatFacts, kind=NotificationKind.NO_SEAT):
    pass


@dataclass(frozen=True, kw_only=True)
class SeatIsFree(AgreementFacts, kind=NotificationKind.FREE_SEAT):
    pass


@dataclass(frozen=True, kw_only=True)
class StepMoved(AgreementFacts, kind=NotificationKind.NEXT):
    """The step has come to the reader along the line (`domain.lifecycle.line`)."""

    unit: str
    step: str
    days: int  # so many days overdue
    silent: str = ""  # who had it
    away: bool = False  # whoever had it is away


@dataclass(frozen=True, kw_only=True)
class StepMovedOn(AgreementFacts, kind=NotificationKind.MOVED_ON):
    """The reader had the step, and it has moved to somebody else."""

    step: str
    to: str


@dataclass(frozen=True, kw_only=True)
class LapseNear(AgreementFacts, kind=NotificationKind.LAPSE_NEAR):
    """Nobody has acted, and the reader's own agreement lapses on the day."""

    day: date


@dataclass(frozen=True, kw_only=True)
class StepsAskedAbout(Facts, kind=NotificationKind.HR_ASKS):
    """HR asks the reader about steps that stand still with them."""

    step: str
    count: int
    by: str


@dataclass(frozen=True, kw_only=True)
class RoutingFacts(Facts):
    """HR gives steps to somebody else. The reader is whoever was silent, or their manager."""

    step: str
    count: int
    silent: str  # whose steps they are; empty: the reader's own
    to: str


@dataclass(frozen=True, kw_only=True)
class StepsWillMove(RoutingFacts, kind=NotificationKind.ROUTING):
    day: date


@dataclass(frozen=True, kw_only=True)
class StepsStay(RoutingFacts, kind=NotificationKind.NO_ROUTING):
    """HR has taken it back."""


@dataclass(frozen=True, kw_only=True)
class CourseBegins(AgreementFacts, kind=NotificationKind.COMING):
    pass


@dataclass(frozen=True, kw_only=True)
class HelperIsAsked(AgreementFacts, kind=NotificationKind.HELPER):
    check_in: int


@dataclass(frozen=True, kw_only=True)
class WhoHelps(AgreementFacts, kind=NotificationKind.WHO_HELPS):
    by: str


@dataclass(frozen=True, kw_only=True)
class ObservationWritten(AgreementFacts, kind=NotificationKind.OBSERVATION):
    by: str


@dataclass(frozen=True, kw_only=True)
class PartnerFound(AgreementFacts, kind=NotificationKind.PARTNER):
    who: str
    email: str  # empty: they have none


@dataclass(frozen=True, kw_only=True)
class HelpNotNeeded(Facts, kind=NotificationKind.NOT_NEEDED):
    title: str


@dataclass(frozen=True, kw_only=True)
class WrittenForYou(AgreementFacts, kind=NotificationKind.WRITTEN):
    """A manager has written down what the reader answered in a talk, and the reader is asked whether it is right."""

    written: int  # models.WrittenAnswer
    by: str
