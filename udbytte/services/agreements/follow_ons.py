"""The steps that the application takes after an event, in the same transaction.

They concern the agreement itself, and those of its learning partners.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import CLOSED, Event, Stage
from udbytte.models import Agreement, Helper, Person

Following = tuple[Agreement, Event, dict[str, Any]]

HELP_ENDS = frozenset({Event.LOSE_HELPER, Event.STEP_ASIDE})
GIVES_UP = CLOSED - {Stage.LEARNED}
IN_A_ROW = 2  # after so many check-ins that say "it does not happen", the manager gets the step


def follow_ons_of(agreement: Agreement, event: Event, on: date) -> Iterator[Following]:
    """What the application does next: agreement (read fresh), event and facts."""
    if event in (Event.CHECK_IN, Event.CHECK_IN_UNANSWERED) and _twice_not_happening(agreement):
        yield agreement, Event.GET_STUCK, {}
    if event is Event.COME_BACK and agreement.stage == Stage.REGISTERED and (agreement.starts_on or on) > on:
        yield agreement, Event.DOUBT_SEAT, {"reason": _("the provider may have been told that the place is free")}
    if agreement.group_id is not None and (event in HELP_ENDS or agreement.stage in GIVES_UP):
        yield from _leave_partners(agreement, event, on)


def _twice_not_happening(agreement: Agreement) -> bool:
    """Whether the last two check-ins said no or were not answered, with no talk and no new start in between."""
    events = (Event.CHECK_IN, Event.CHECK_IN_UNANSWERED, Event.TALK_STUCK, Event.START)
    last = list(agreement.log.filter(event__in=events).order_by("-number").values_list("event", "facts")[:IN_A_ROW])
    return len(last) == IN_A_ROW and all(
        event == Event.CHECK_IN_UNANSWERED or (event == Event.CHECK_IN and facts.get("happens") is False)
        for event, facts in last
    )


def _leave_partners(agreement: Agreement, event: Event, on: date) -> Iterator[Following]:
    """End the help between a person who leaves the learning partners and each of the others.

    If a helper stepped aside, the helper leaves. If no helper is left, or the agreement is closed, the employee leaves.
    The agreement of the person who leaves goes back to finding somebody.
    """
    group = agreement.group_id
    if event is not Event.STEP_ASIDE:
        leavers = {agreement.employee_id}
    else:
        rows = agreement.helpers.filter(ended_on=on, said_yes=True).order_by("-pk")
        still = agreement.helpers.filter(ended_on__isnull=True).values("person")
        leavers = set(rows.exclude(person__in=still).values_list("person_id", flat=True))
    members = Agreement.objects.filter(group=group).exclude(stage__in=CLOSED)
    reason = _("does not learn along any more")  # the true reason is only for those who were told it
    for person in Person.objects.filter(pk__in=leavers):
        for own in list(members.filter(employee=person)):
            Agreement.objects.filter(pk=own.pk).update(group=None)
            if own.pk != agreement.pk and own.helpers.filter(ended_on__isnull=True).exists():
                yield Agreement.objects.get(pk=own.pk), Event.LOSE_HELPER, {"reason": reason}
        for other in list(members.exclude(employee=person)):
            if Helper.objects.filter(agreement=other, person=person, ended_on__isnull=True).exists():
                yield Agreement.objects.get(pk=other.pk), Event.LOSE_HELPER, {"helper": person, "reason": reason}
