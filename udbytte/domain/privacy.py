"""The kinds of records about people, and how long each is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Record(StrEnum):
    """A kind of record. All rows of one kind go at the same limit."""

    CONVERSATION = "conversation"  # what was prepared and noted
    PERSON = "person"  # who somebody is, plan, agreements, outcomes
    MESSAGE = "message"  # that something was told, by which email
    AUDIT = "audit"  # the audit log
    IMPORT = "import"  # reports of imports, which name people
    LOGIN = "login"  # where somebody is logged in
    NOBODY = "nobody"  # catalogues, rounds, counts: about no person


@dataclass(frozen=True, slots=True)
class Limit:
    """How many months a kind of record is stored, and between which bounds HR can choose.

    The law sets no period: the employer decides by purpose. The default of a conversation's notes is three years, that
    of plans and outcomes five years after leaving (the practice of Region Midtjylland for personnel files).
    """

    months: int
    least: int
    most: int


LIMITS = {
    Record.CONVERSATION: Limit(36, 12, 120),
    Record.PERSON: Limit(60, 6, 180),
    Record.MESSAGE: Limit(24, 12, 60),
    Record.AUDIT: Limit(24, 12, 120),
    Record.IMPORT: Limit(12, 2, 36),
}


def months_before(day: date, months: int) -> date:
    """The day so many months before; the last day of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first_of_next = date(years + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - date(years, month + 1, 1)).days
    return date(years, month + 1, min(day.day, last))
