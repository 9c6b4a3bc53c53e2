"""What a notification about a conversation or a kick-off meeting says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from .kinds import Facts, NotificationKind


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
    agenda: str = ""


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
