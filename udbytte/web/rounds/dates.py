"""The dates of a round in words, and what cannot be about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.round_dates import NOTICE, DateFault, DateProblem, problems_of_dates
from udbytte.models import Round
from udbytte.models.formatting import day

NamedDate = tuple[str, date]


def dates_of(round_: Round, follow_ups: Iterable[date] | None = None) -> list[NamedDate]:
    """The round's dates with their names, by day. `follow_ups` are given as long as the round is not saved."""
    if follow_ups is None:
        follow_ups = [follow_up.day for follow_up in round_.follow_up_days.all()]
    named = [
        (_("Announced"), round_.announced_on),
        (_("Kick-off meetings held by"), round_.kickoff_on),
        (_("Conversations from"), round_.conversations_from),
        (_("Conversations to"), round_.conversations_to),
        *((_("Follow-up"), follow_up) for follow_up in follow_ups),
        (_("Closes"), round_.closes_on),
    ]
    return sorted(((label, when) for label, when in named if when is not None), key=lambda row: row[1])


def date_warnings(round_: Round, on: date, follow_ups: Iterable[date] | None = None) -> list[str]:
    """What cannot be about the round's dates, each as a sentence. Nothing of it stops anybody."""
    problems = problems_of_dates(
        dates_of(round_, follow_ups),
        announced=round_.announced_on,
        kickoff=round_.kickoff_on,
        conversations_from=round_.conversations_from,
    )
    return [_sentence(problem, round_, on) for problem in problems]


def _sentence(problem: DateProblem, round_: Round, on: date) -> str:
    words = {"label": problem.label, "day": day(problem.day, on)}
    match problem.fault:
        case DateFault.CLOSED_WEEKS:
            return _("%(label)s: %(day)s is in a week when most are away (weeks 28–30, Christmas).") % words
        case DateFault.NO_WORKING_DAY:
            return _("%(label)s: %(day)s is a weekend or a public holiday.") % words
        case DateFault.SHORT_NOTICE:
            days = (round_.conversations_from - round_.announced_on).days
            text = ngettext(
                "There is %(days)s day from the announcement to the first conversation. %(notice)s days' notice is "
                "needed for an invitation.",
                "There are %(days)s days from the announcement to the first conversation. %(notice)s days' notice is "
                "needed for an invitation.",
                days,
            )
            return text % {"days": days, "notice": NOTICE.days}
        case DateFault.KICKOFF_TOO_LATE:
            return _("The kick-off meetings (held by %(day)s) come after the first conversations.") % words
