"""The kinds of notification, and the facts that each kind has.

Each class of facts belongs to one kind, so whoever writes a notification gives its facts and nothing else.
To add a kind: add it to `NotificationKind`, add its class of facts here, and add its sentence to a table in emails/.
A test says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple

from .lifecycle import Event


class NotificationKind(StrEnum):
    # The next step of an agreement, or a question about it
    STEP = "step"
    STRAY = "stray"
    ASKED = "asked"
    LATE = "late"
    DEADLINE = "deadline"
    # What has happened to an agreement
    TOLD = "told"
    SEAT = "seat"
    NO_SEAT = "no_seat"
    FREE_SEAT = "free_seat"
    UNBOOK = "unbook"
    NEXT = "next"
    COMING = "coming"
    HELPER = "helper"
    WHO_HELPS = "who_helps"
    OBSERVATION = "observation"
    APPLICATION = "application"
    PARTNER = "partner"
    # The round, the plan, the organisation
    ROUND = "round"
    FOLLOW_UP_DAY = "follow_up_day"
    SELF_CHECK = "self_check"
    SIGN = "sign"
    SIGNED = "signed"
    MANAGER = "manager"
    DEPUTY = "deputy"
    NO_DEPUTY = "no_deputy"
    ROLE_GIVEN = "role_given"
    ROLE_ENDED = "role_ended"
    REFUSED_MAIL = "refused_mail"
    NOT_NEEDED = "not_needed"
    NOT_HELD = "not_held"
    UNREACHED = "unreached"
    # Conversations and their times
    CONVERSATION = "conversation"
    NO_CONVERSATION = "no_conversation"
    TIMES = "times"
    TALKED = "talked"
    GROUP_TALKED = "group_talked"
    IN_GROUP = "in_group"
    OUT_OF_GROUP = "out_of_group"
    WISH_ALONE = "wish_alone"
    DECLINED = "declined"
    NOT_DECLINED = "not_declined"
    TURNED_DOWN = "turned_down"
    DUE = "due"
    UNPLANNED = "unplanned"
    # The ground rules and the kick-off meeting
    RULES_CHANGED = "rules_changed"
    RULES_QUESTION = "rules_question"
    RULES_QUESTION_ABOVE = "rules_question_above"
    RULES_ANSWER = "rules_answer"
    KICKOFF = "kickoff"
    NO_KICKOFF = "no_kickoff"


FACTS: dict[NotificationKind, type[Facts]] = {}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a notification of one kind says. Its reader must be allowed to read all of it."""

    kind: ClassVar[NotificationKind]

    def __init_subclass__(cls, *, kind: NotificationKind | None = None) -> None:
        super().__init_subclass__()
        if kind is None:
            return
        if kind in FACTS:
            raise TypeError(f"{kind} has its facts in {FACTS[kind].__name__} already")
        cls.kind = kind
        FACTS[kind] = cls


@dataclass(frozen=True, kw_only=True)
class AgreementFacts(Facts):
    """Facts about an agreement. The notification refers to it, and reads title and dates from it when it is sent."""


# --- The next step of an agreement


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


# --- What has happened to an agreement


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
class NothingHappened(AgreementFacts, kind=NotificationKind.NEXT):
    unit: str
    step: str
    days: int


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
class ApplicationMoved(AgreementFacts, kind=NotificationKind.APPLICATION):
    source: str
    state: str
    days: int = 0  # so many days overdue
    unit: str = ""  # said instead of the agreement to a reader who may read nobody's plan


# --- The round, the plan, the organisation


@dataclass(frozen=True, kw_only=True)
class RoundBegun(Facts, kind=NotificationKind.ROUND):
    name: str
    by: str
    leader: bool


@dataclass(frozen=True, kw_only=True)
class FollowUpDayCame(Facts, kind=NotificationKind.FOLLOW_UP_DAY):
    round: str
    open: int
    late: int


@dataclass(frozen=True, kw_only=True)
class SelfCheckOpened(Facts, kind=NotificationKind.SELF_CHECK):
    check: int


@dataclass(frozen=True, kw_only=True)
class PlanToSign(Facts, kind=NotificationKind.SIGN):
    conversation: int
    by: str
    plan: int
    mark: str


@dataclass(frozen=True, kw_only=True)
class PlanSigned(Facts, kind=NotificationKind.SIGNED):
    conversation: int
    whose: str


@dataclass(frozen=True, kw_only=True)
class ManagerChanged(Facts, kind=NotificationKind.MANAGER):
    who: str
    manager: str


@dataclass(frozen=True, kw_only=True)
class DeputyNamed(Facts, kind=NotificationKind.DEPUTY):
    who: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class DeputyEnded(Facts, kind=NotificationKind.NO_DEPUTY):
    who: str


@dataclass(frozen=True, kw_only=True)
class RoleFacts(Facts):
    role: str
    unit: str  # empty: the whole organisation
    by: str  # empty: a command
    whose: str  # empty: the reader's own role


@dataclass(frozen=True, kw_only=True)
class RoleGiven(RoleFacts, kind=NotificationKind.ROLE_GIVEN):
    pass


@dataclass(frozen=True, kw_only=True)
class RoleEnded(RoleFacts, kind=NotificationKind.ROLE_ENDED):
    pass


@dataclass(frozen=True, kw_only=True)
class EmailRefused(Facts, kind=NotificationKind.REFUSED_MAIL):
    name: str
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class HelpNotNeeded(Facts, kind=NotificationKind.NOT_NEEDED):
    title: str


@dataclass(frozen=True, kw_only=True)
class ConversationsNotHeld(Facts, kind=NotificationKind.NOT_HELD):
    name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class PeopleUnreached(Facts, kind=NotificationKind.UNREACHED):
    people: tuple[int, ...]


# --- Conversations and their times


class Meeting(StrEnum):
    CONVERSATION = "conversation"
    GROUP = "group"
    KICKOFF = "kickoff"


class MeetingRef(NamedTuple):
    what: Meeting
    pk: int

    @property
    def key(self) -> str:
        """ "conversation-12", "group-3" or "kickoff-4"."""
        return f"{self.what}-{self.pk}"


@dataclass(frozen=True, kw_only=True)
class AboutMeeting(Facts):
    @property
    def meeting(self) -> MeetingRef:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class AboutConversation(AboutMeeting):
    conversation: int

    @property
    def meeting(self) -> MeetingRef:
        return MeetingRef(Meeting.CONVERSATION, self.conversation)


@dataclass(frozen=True, kw_only=True)
class AboutTime(AboutMeeting):
    """About the time that a meeting had in this turn. Only the notification with the newest turn counts."""

    turn: int


@dataclass(frozen=True, kw_only=True)
class MeetingTime(AboutTime):
    """A time that was planned or given up, as the calendar needs it."""

    when: datetime
    minutes: int
    place: str
    round: str
    other: str  # the person or the group that the reader meets
    manager: str


@dataclass(frozen=True, kw_only=True)
class ConversationTime(MeetingTime):
    about: MeetingRef
    conversation_kind: str
    moved: bool

    @property
    def meeting(self) -> MeetingRef:
        return self.about


@dataclass(frozen=True, kw_only=True)
class ConversationPlanned(ConversationTime, kind=NotificationKind.CONVERSATION):
    pass


@dataclass(frozen=True, kw_only=True)
class ConversationCancelled(ConversationTime, kind=NotificationKind.NO_CONVERSATION):
    pass


@dataclass(frozen=True, kw_only=True)
class KickoffTime(MeetingTime):
    kickoff: int
    moved: bool

    @property
    def meeting(self) -> MeetingRef:
        return MeetingRef(Meeting.KICKOFF, self.kickoff)


@dataclass(frozen=True, kw_only=True)
class KickoffPlanned(KickoffTime, kind=NotificationKind.KICKOFF):
    pass


@dataclass(frozen=True, kw_only=True)
class KickoffCancelled(KickoffTime, kind=NotificationKind.NO_KICKOFF):
    pass


class OfferedTime(NamedTuple):
    slot: int
    at: datetime
    place: str


@dataclass(frozen=True, kw_only=True)
class TimesOffered(AboutTime, AboutConversation, kind=NotificationKind.TIMES):
    by: str
    proposed: bool
    times: tuple[OfferedTime, ...]


@dataclass(frozen=True, kw_only=True)
class DidYouTalk(AboutTime, AboutConversation, kind=NotificationKind.TALKED):
    who: str
    when: datetime


@dataclass(frozen=True, kw_only=True)
class DidTheGroupTalk(AboutTime, kind=NotificationKind.GROUP_TALKED):
    group: int
    who: str
    when: datetime

    @property
    def meeting(self) -> MeetingRef:
        return MeetingRef(Meeting.GROUP, self.group)


@dataclass(frozen=True, kw_only=True)
class PutInGroup(AboutConversation, kind=NotificationKind.IN_GROUP):
    by: str
    title: str


@dataclass(frozen=True, kw_only=True)
class TakenOutOfGroup(AboutConversation, kind=NotificationKind.OUT_OF_GROUP):
    title: str


@dataclass(frozen=True, kw_only=True)
class IndividualWished(AboutConversation, kind=NotificationKind.WISH_ALONE):
    by: str


@dataclass(frozen=True, kw_only=True)
class ConversationDeclined(AboutConversation, kind=NotificationKind.DECLINED):
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeclineTakenBack(AboutConversation, kind=NotificationKind.NOT_DECLINED):
    by: str


@dataclass(frozen=True, kw_only=True)
class TimeTurnedDown(AboutConversation, kind=NotificationKind.TURNED_DOWN):
    by: str


@dataclass(frozen=True, kw_only=True)
class ConversationDue(AboutConversation, kind=NotificationKind.DUE):
    who: str
    back: bool


@dataclass(frozen=True, kw_only=True)
class ConversationsWithoutTime(Facts, kind=NotificationKind.UNPLANNED):
    to: date
    count: int
    names: tuple[str, ...]
    late: bool


# --- The ground rules


@dataclass(frozen=True, kw_only=True)
class RulesChanged(Facts, kind=NotificationKind.RULES_CHANGED):
    round: int
    name: str
    parts: tuple[str, ...]  # the names of the parts that have changed
    unit: str  # the unit that has added something; empty: the round's own rules have changed


@dataclass(frozen=True, kw_only=True)
class RulesQuestionAsked(Facts, kind=NotificationKind.RULES_QUESTION):
    by: str
    text: str


@dataclass(frozen=True, kw_only=True)
class RulesQuestionWaits(Facts, kind=NotificationKind.RULES_QUESTION_ABOVE):
    manager: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class RulesQuestionAnswered(Facts, kind=NotificationKind.RULES_ANSWER):
    round: int
    by: str
    answer: str
