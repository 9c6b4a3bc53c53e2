"""The words of the kinds of records, and of how long they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.domain.privacy import Record
from udbytte.services.notifications.retention import KEPT_FOR

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RECORD_LABELS: Mapping[Record, _StrPromise] = {
    Record.CONVERSATION: lazy("Notes and preparation of conversations"),
    Record.PERSON: lazy("Who you are, plans, agreements and outcomes"),
    Record.MESSAGE: lazy("Emails and notifications"),
    Record.AUDIT: lazy("The log of who has read what"),
    Record.IMPORT: lazy("Reports of imports"),
    Record.LOGIN: lazy("Logins"),
}
COUNTS_FROM: Mapping[Record, _StrPromise] = {
    Record.CONVERSATION: lazy("%(time)s after the conversation"),
    Record.PERSON: lazy("%(time)s after you have left"),
    Record.MESSAGE: lazy("%(time)s after they were sent, and their text %(days)s days"),
    Record.AUDIT: lazy("%(time)s after it happened"),
    Record.IMPORT: lazy("%(time)s after the import"),
}
READERS: Mapping[Record, _StrPromise] = {
    Record.CONVERSATION: lazy("You and the manager who holds the conversation. Your own notes: only you."),
    Record.PERSON: lazy(
        "You and your line manager. A course coordinator, a helper or a budget owner: what the task needs."
    ),
    Record.MESSAGE: lazy("You."),
    Record.AUDIT: lazy("You see who has read about you. HR can take out the whole log."),
    Record.LOGIN: lazy("You."),
}
ABOUT_A_PERSON = (Record.PERSON, Record.CONVERSATION, Record.MESSAGE, Record.AUDIT, Record.LOGIN)


def time_text(months: int) -> str:
    """ "3 years", or "30 months" where it is no whole number of years."""
    if months % 12 == 0:
        return ngettext("%(count)s year", "%(count)s years", months // 12) % {"count": months // 12}
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}


def how_long(record: Record, months: Mapping[Record, int]) -> str:
    """How long a kind of record is stored, and from when that counts."""
    if record is Record.LOGIN:
        return _("until the login ends")
    return str(COUNTS_FROM[record]) % {"time": time_text(months[record]), "days": KEPT_FOR.days}


def limit_lines(limits: Mapping[str, int]) -> Sequence[tuple[str, str]]:
    """What people are told of the limits: each kind of record and how long it is stored."""
    months = {Record(name): number for name, number in limits.items()}
    told = [record for record in ABOUT_A_PERSON if record is Record.LOGIN or record in months]
    return [(str(RECORD_LABELS[record]), how_long(record, months)) for record in told]
