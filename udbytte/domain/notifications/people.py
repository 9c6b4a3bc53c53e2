"""What a notification about people and their roles says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .kinds import Facts, NotificationKind


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
class PeopleUnreached(Facts, kind=NotificationKind.UNREACHED):
    people: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ManagersInCircle(Facts, kind=NotificationKind.MANAGER_CIRCLE):
    names: tuple[str, ...]  # at most NAMED of them
    count: int


@dataclass(frozen=True, kw_only=True)
class MailWasAway(Facts, kind=NotificationKind.MAIL_AWAY):
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class FollowUpMissing(Facts, kind=NotificationKind.NO_FOLLOW_UP):
    last: date | None  # the last day that had one
