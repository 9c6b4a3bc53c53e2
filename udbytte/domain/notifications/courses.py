"""What a notification about a course date says: somebody has reported that it is cancelled or moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .kinds import Facts, NotificationKind


@dataclass(frozen=True, kw_only=True)
class RunFacts(Facts):
    run: int
    title: str  # of the course
    starts: date
    ends: date
    change: str  # cancelled or moved
    by: str


@dataclass(frozen=True, kw_only=True)
class RunToConfirm(RunFacts, kind=NotificationKind.RUN_QUESTION):
    report: int


@dataclass(frozen=True, kw_only=True)
class RunNotChanged(RunFacts, kind=NotificationKind.RUN_NOT_CHANGED):
    pass
