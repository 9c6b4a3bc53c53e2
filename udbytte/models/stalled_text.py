"""What waits, at whom, in one sentence: on the page of stalled steps, on HR's first page and in HR's weekly email."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.lifecycle import Party

from .formatting import day


def tasks_text(step: str, count: int) -> str:
    """So many steps of one kind: "15 indstillinger". A step without a text of its own is a task."""
    match step:
        case "decide":
            words = ngettext("%(count)s nomination", "%(count)s nominations", count)
        case "settle_money":
            words = ngettext("%(count)s course without money", "%(count)s courses without money", count)
        case "find_run":
            words = ngettext("%(count)s course without a date", "%(count)s courses without a date", count)
        case "register":
            words = ngettext("%(count)s registration", "%(count)s registrations", count)
        case "confirm_seat":
            words = ngettext("%(count)s place on a waiting list", "%(count)s places on a waiting list", count)
        case "talk_stuck":
            words = ngettext(
                "%(count)s talk about what gets in the way", "%(count)s talks about what gets in the way", count
            )
        case _:
            words = ngettext("%(count)s task", "%(count)s tasks", count)
    return words % {"count": count}


def holders_text(party: Party, people: int) -> str:
    """So many people of one role: "7 ledere"."""
    match party:
        case Party.MANAGER:
            words = ngettext("%(count)s manager", "%(count)s managers", people)
        case Party.BUDGET_OWNER:
            words = ngettext("%(count)s budget owner", "%(count)s budget owners", people)
        case _:
            words = ngettext("%(count)s course coordinator", "%(count)s course coordinators", people)
    return words % {"count": people}


def _waits_for(party: Party, people: int, tasks: int) -> str:
    """Who has these tasks. One who has several is the same for all of them."""
    if people > 1:
        return holders_text(party, people)
    match party:
        case Party.MANAGER:
            return _("the same manager") if tasks > 1 else _("a manager")
        case Party.BUDGET_OWNER:
            return _("the same budget owner") if tasks > 1 else _("a budget owner")
        case _:
            return _("the same course coordinator") if tasks > 1 else _("a course coordinator")


def group_sentence(
    *,
    step: str,
    party: Party,
    count: int,
    people: int,
    oldest: int,
    savable: int,
    until: date | None,
    on: date,
    first: bool = False,
) -> str:
    """The sentence about a group of late steps.

    `people` are those whose steps they are, 0: nobody's. `savable` of them can still be in time, until the first
    deadline on `until`; `first`: there are later ones. `oldest` is the most days that one of them is late.
    """
    if not people:
        waits = ngettext("%(count)s task has nobody responsible", "%(count)s tasks have nobody responsible", count)
        sentence = waits % {"count": count}
    else:
        waits = ngettext("%(tasks)s waits for %(who)s", "%(tasks)s wait for %(who)s", count)
        sentence = waits % {"tasks": tasks_text(step, count), "who": _waits_for(party, people, count)}
    if savable and until is not None:
        more = _("%(count)s can still be in time, the first until %(day)s")
        saved = more if first else _("%(count)s can still be in time, until %(day)s")
        return f"{sentence}: {saved % {'count': savable, 'day': day(until, on)}}"
    if not oldest:
        return sentence
    words = ngettext("%(waits)s, %(days)s day overdue", "%(waits)s, up to %(days)s days overdue", oldest)
    if count == 1 and oldest > 1:
        words = _("%(waits)s, %(days)s days overdue")
    return words % {"waits": sentence, "days": oldest}
