"""What an answer of a mail server is about, and when an email that was not taken is tried again.

An answer about the road (the connection, the login, the sender, the relay) is one fact about the server. Only an answer
about the address itself says something about a person.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum

PERMANENT = 500  # an SMTP code from 500 on is permanent
CLOSING = 421  # the server ends the connection
TOO_LARGE = 552
WANT_LOGIN = (530, 534, 535, 538)
# 5.1.x is about an address: 5.1.7 and 5.1.8 about the sender's, all others about the recipient's (RFC 3463).
ADDRESS_STATUS = re.compile(r"\s*5\.1\.(\d{1,3})\b")
OF_SENDER = frozenset({"7", "8"})

REPEATED_AFTER = timedelta(hours=24)  # from the first answer that a person's address does not exist to the last
REPEATED_FOR_PROVIDER = timedelta(hours=4)  # a sign-up deadline may be near
AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
AGAIN_AFTER_A_DAY = timedelta(hours=4)
AGAIN_IN_OUTAGE = timedelta(minutes=10)
ADDRESS_AGAIN = timedelta(hours=6)
ADDRESS_AGAIN_IN_OUTAGE = timedelta(minutes=30)  # and after the first answer
CODE_AGAIN = timedelta(minutes=1)  # a login code, as long as it can be used
TRIES_OF_A_DAY = 28


class Trouble(StrEnum):
    """Why a mail server takes no mail from us."""

    AWAY = "away"
    LOGIN = "login"
    SENDER = "sender"
    REFUSES = "refuses"


class About(StrEnum):
    """What an email that was not sent says something about."""

    SERVER = "server"
    ADDRESS = "address"
    EMAIL = "email"  # not taken this time: greylisted, a full mailbox, a relay that is refused, a dropped connection
    CONTENT = "content"  # it cannot be built, or the server lacks what it needs


def about_address(code: int, answer: str) -> About | None:
    """ADDRESS for an answer about the recipient's address, SERVER for one about the sender's, None for any other."""
    status = ADDRESS_STATUS.match(answer)
    if code < PERMANENT or status is None:
        return None
    return About.SERVER if status[1] in OF_SENDER else About.ADDRESS


def wait_after(tries: int, *, in_outage: bool) -> timedelta:
    """How long until an email is tried again that was not taken for the n-th time. It is never given up."""
    if in_outage:
        return min(AGAIN[min(tries, len(AGAIN)) - 1], AGAIN_IN_OUTAGE)
    return AGAIN_AFTER_A_DAY if tries > TRIES_OF_A_DAY else AGAIN[min(tries, len(AGAIN)) - 1]


def is_plain(address: str) -> bool:
    """Whether every mail server can take the address: one with letters such as å before the @ needs SMTPUTF8."""
    return address.rpartition("@")[0].isascii()
