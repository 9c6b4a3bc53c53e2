"""How much an email may hold, how many a person gets, and what an email asks."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum
from typing import NotRequired, TypedDict

MOST_ITEMS = 5
MOST_LINKS = 10
MANY = 3  # from so many on, things of the same kind are one item
WEEK = timedelta(days=7)
MOST_A_WEEK = 4  # emails to a person in any seven days, login codes apart
ANSWERED_WITHIN = timedelta(days=7)


class Urgency(IntEnum):
    """How soon an item ought to be read. The smallest comes first, and gives the email its subject."""

    SOMEBODY_WAITS = 0  # for the reader's answer, or a sign-up deadline is near
    URGENT_NEWS = 1
    LATE = 2
    DUE = 3
    NEWS = 4


class Asked(TypedDict):
    """A question of an email, as `models.Email.asks` stores it. The turn is the agreement's when it was asked."""

    agreement: int
    turn: int
    step: str
    check_in: NotRequired[int]  # the helper's check-in that is asked about
