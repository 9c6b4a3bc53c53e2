"""What a notification about money says: a bill above what was granted, an application to a fund."""

from __future__ import annotations

from dataclasses import dataclass

from .agreements import AgreementFacts
from .kinds import NotificationKind


@dataclass(frozen=True, kw_only=True)
class ApplicationMoved(AgreementFacts, kind=NotificationKind.APPLICATION):
    source: str
    state: str
    days: int = 0  # so many days overdue
    unit: str = ""  # of databases from before the line: said instead of the agreement to HR
    silent: str = ""  # who had it, if it has come to the reader along the line


@dataclass(frozen=True, kw_only=True)
class ApplicationMovedOn(AgreementFacts, kind=NotificationKind.APPLICATION_ON):
    """The reader had the application, and it has moved to somebody else."""

    source: str
    to: str


@dataclass(frozen=True, kw_only=True)
class ApplicationToTakeBack(AgreementFacts, kind=NotificationKind.APPLICATION_BACK):
    """The agreement has lapsed or is closed while the fund still decides about the reader's application."""

    source: str


@dataclass(frozen=True, kw_only=True)
class GrantReleased(AgreementFacts, kind=NotificationKind.GRANT_RELEASED):
    """A grant has lapsed, and the budget can grant the money again. Whole kroner."""

    price: int


@dataclass(frozen=True, kw_only=True)
class OverrunAsked(AgreementFacts, kind=NotificationKind.OVERRUN):
    """A bill is above what was granted, and the reader decides about it. Whole kroner."""

    price: int
    granted_price: int
    by: str  # who wrote the bill
    unit: str = ""  # nobody in it can decide, and the reader, who may read nobody's plan, names a budget owner


@dataclass(frozen=True, kw_only=True)
class OverrunDecided(AgreementFacts, kind=NotificationKind.OVERRUN_DECIDED):
    price: int
    granted_price: int
    granted: bool
    by: str
    answer: str = ""
