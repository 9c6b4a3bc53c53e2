"""What a notification about a round says: its beginning and its end, its ground rules, its self-check."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import Facts, NotificationKind


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
class ConversationsNotHeld(Facts, kind=NotificationKind.NOT_HELD):
    name: str
    count: int


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
