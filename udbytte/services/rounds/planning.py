"""Planning a round from the previous one: its questions, lengths of steps, money and follow-up days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.people import is_hr
from udbytte.domain.lifecycle.deadlines import DEFAULT_DAYS
from udbytte.models import Budget, FollowUpDay, Person, PreparationQuestion, Round, SpendingAuthority
from udbytte.queries.rounds.check import Stop, StopKind
from udbytte.services.errors import NotPermitted, NotPossible, Refused

LONGEST = 365  # days for one step
MOST_DAYS = 12  # follow-up days of a round


def copy_round_plan(round_: Round, like: Round) -> None:
    """Copy another round's questions, lengths of steps, budgets and spending authorities.

    The budgets are not published.
    """
    round_.days = dict(like.days)
    round_.save(update_fields=["days"])
    fields = ("position", "asked", "text_da", "text_en", "help_da", "help_en", "titles", "about_last")
    PreparationQuestion.objects.bulk_create(
        PreparationQuestion(round=round_, **{name: getattr(question, name) for name in fields})
        for question in like.questions.all()
    )
    tops = set(round_.units.values_list("pk", flat=True))
    budgets = [budget for budget in like.budgets.select_related("unit") if tops & set(budget.unit.ancestor_ids)]
    Budget.objects.bulk_create(Budget(round=round_, unit=budget.unit, amount=budget.amount) for budget in budgets)
    authorities = [
        authority
        for authority in like.spending_authorities.select_related("unit")
        if tops & set(authority.unit.ancestor_ids)
    ]
    SpendingAuthority.objects.bulk_create(
        SpendingAuthority(
            round=round_,
            unit=authority.unit,
            disposes=authority.disposes,
            per_course=authority.per_course,
            per_year=authority.per_year,
        )
        for authority in authorities
    )


@transaction.atomic
def set_follow_up_days(round_: Round, days: Iterable[date], *, by: Person | None, on: date) -> None:
    """Set the round's follow-up days. Refused for days outside the round's dates, and for more than MOST_DAYS."""
    if by is not None and not is_hr(by, on):
        raise NotPermitted
    if round_.closed_on is not None:
        raise NotPossible
    wanted = sorted(set(days))
    if len(wanted) > MOST_DAYS:
        raise Refused(_("At most %(most)s follow-up days.") % {"most": MOST_DAYS}, "follow_ups")
    if any(not round_.announced_on <= day <= round_.closes_on for day in wanted):
        raise Refused(_("A follow-up day lies between the announcement and the day the round closes."), "follow_ups")
    round_.follow_up_days.exclude(day__in=wanted).delete()
    FollowUpDay.objects.bulk_create((FollowUpDay(round=round_, day=day) for day in wanted), ignore_conflicts=True)


@transaction.atomic
def set_step_days(round_: Round, days: Mapping[str, int], *, by: Person | None, on: date) -> None:
    """Set how many days each step may take in the round. A delivered length is not stored.

    Present due dates do not change. Refused outside 0 to LONGEST.
    """
    if by is not None and not is_hr(by, on):
        raise NotPermitted
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.closed_on is not None:
        raise NotPossible
    for name, length in days.items():
        if name not in DEFAULT_DAYS:
            raise ValueError(f"{name} is no step")
        if not 0 <= length <= LONGEST:
            raise Refused(_("Between 0 and %(most)s days.") % {"most": LONGEST}, name)
    row.days = {name: length for name, length in days.items() if length != DEFAULT_DAYS[name]}
    row.save(update_fields=["days"])
    round_.days = row.days


@transaction.atomic
def note_discussion(round_: Round, *, by: Person | None, on: date) -> None:
    """Note that the works council has discussed what the round measures. A day that is noted already stays."""
    if by is not None and not is_hr(by, on):
        raise NotPermitted
    Round.objects.filter(pk=round_.pk, discussed_on__isnull=True).update(discussed_on=on)


def stop_text(stop: Stop) -> str:
    """The reason why a round cannot be published, as a sentence for people."""
    match stop.kind:
        case StopKind.NO_UNITS:
            return _("Choose the units the round is for.")
        case StopKind.NO_RULES:
            return _("Write how the conversations are done: the ground rules come before the conversations.")
        case StopKind.NO_QUESTIONS:
            return _("Write at least one question to prepare by.")
        case StopKind.NO_HR:
            message = _(
                "Nobody is HR for %(unit)s. Give somebody that role first, as tasks with nobody responsible go to HR."
            )
            return message % {"unit": stop.unit.name if stop.unit is not None else ""}
