"""What an event brings about on its own, in the same transaction: for this agreement, and for those who learn along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import CLOSED, Event, Stage
from udbytte.models import Agreement, Helper, Person

Following = tuple[Agreement, Event, dict[str, Any]]

PARTS = frozenset({Event.LOSE_HELPER, Event.STEP_ASIDE})
GIVES_UP = frozenset({Stage.DROPPED, Stage.REPLACED})
IN_A_ROW = 2  # so many check-ins that say "it does not happen" bring it to the manager


def follow_ons_of(agreement: Agreement, event: Event, on: date) -> Iterator[Following]:
    """What the application does next, each for an agreement that is read fresh."""
    if event is Event.CHECK_IN and _said_no_twice(agreement):
        yield agreement, Event.GET_STUCK, {}
    if agreement.group_id is not None and (event in PARTS or agreement.stage in GIVES_UP):
        yield from _leaving(agreement, event, on)


def _said_no_twice(agreement: Agreement) -> bool:
    """Whether the last two check-ins said no, with neither a talk about it nor a new start since."""
    since = agreement.log.filter(event__in=(Event.CHECK_IN, Event.TALK_STUCK, Event.START)).order_by("-number")
    last = list(since.values_list("event", "facts")[:IN_A_ROW])
    return len(last) == IN_A_ROW and all(name == Event.CHECK_IN and said.get("happens") is False for name, said in last)


def _leaving(agreement: Agreement, event: Event, on: date) -> Iterator[Following]:
    """Who leaves those they learn with leaves all of them; their own agreement is back at finding somebody.

    Who has nobody left has left; otherwise it is the helper who stepped aside.
    """
    group = agreement.group_id
    if event is not Event.STEP_ASIDE:
        gone = {agreement.employee_id}
    else:
        rows = agreement.helpers.filter(ended_on=on, said_yes=True).order_by("-pk")
        still = agreement.helpers.filter(ended_on__isnull=True).values("person")
        gone = set(rows.exclude(person__in=still).values_list("person_id", flat=True))
    members = Agreement.objects.filter(group=group).exclude(stage__in=CLOSED)
    reason = _("does not learn along any more")  # why is for those to read who are told it
    for person in Person.objects.filter(pk__in=gone):
        for one in list(members.filter(employee=person)):
            Agreement.objects.filter(pk=one.pk).update(group=None)
            if one.pk != agreement.pk and one.helpers.filter(ended_on__isnull=True).exists():
                yield Agreement.objects.get(pk=one.pk), Event.LOSE_HELPER, {"reason": reason}
        for other in list(members.exclude(employee=person)):
            if Helper.objects.filter(agreement=other, person=person, ended_on__isnull=True).exists():
                yield Agreement.objects.get(pk=other.pk), Event.LOSE_HELPER, {"helper": person, "reason": reason}
