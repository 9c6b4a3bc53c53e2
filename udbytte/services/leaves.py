"""Leave: a conversation rests until the day of return, and is then its employee's turn. Nothing is kept about why."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..access.people import has_role
from ..models import Conversation, Employment, Leave, Person, Role
from .errors import NotPermitted, Refused
from .locks import lock_in_order
from .meetings import give_up_time
from .past import keep_past_of_conversations
from .saving import save

ONE_DAY = timedelta(days=1)


def _require_may(employment: Employment, by: Person | None, on: date) -> None:
    if by is not None and by.pk != employment.line_manager_id and not has_role(by, Role.HR, on):
        raise NotPermitted


@transaction.atomic
def set_leave(
    employment: Employment, *, returns_on: date, by: Person | None, on: date, starts_on: date | None = None
) -> Leave:
    """Somebody is away from `starts_on` (today) until the day of return; a later word replaces an earlier one.

    Said by the line manager or HR. Conversations of open rounds that are not held rest from the first day on; what was
    planned for a day between is cancelled at once, and both hear of that.
    """
    _require_may(employment, by, on)
    begins = starts_on or on
    lock_in_order(Employment, [employment.pk])  # of two equal words at once, the second changes nothing
    if returns_on <= max(begins, on):
        raise Refused(_("The day of return must come after today, and after the first day."), "returns_on")
    near = Leave.objects.filter(employment=employment, ends_on__gte=begins - ONE_DAY, starts_on__lt=returns_on)
    leave = near.order_by("starts_on").first() or Leave(employment=employment, starts_on=begins)
    leave.starts_on, leave.ends_on = min(leave.starts_on, begins), returns_on - ONE_DAY
    save(leave)
    near.exclude(pk=leave.pk).delete()
    for row in _waiting(employment):
        if row.planned_on is not None and max(begins, on) <= row.planned_on < returns_on:
            give_up_time(row, by=by, on=on)
        if leave.holds_on(on):
            keep_past_of_conversations([row.pk], on=on)
            row.rests_until = returns_on
            row.save(update_fields=["rests_until"])
    return leave


@transaction.atomic
def end_leave(employment: Employment, *, by: Person | None, on: date) -> None:
    """Somebody is back earlier than was said: today is the day of return. Without a leave nothing happens."""
    _require_may(employment, by, on)
    current = Leave.objects.filter(employment=employment, ends_on__gte=on)
    current.filter(starts_on__gte=on).delete()
    current.update(ends_on=on - ONE_DAY)
    waiting = Conversation.objects.filter(employment=employment, rests_until__gt=on, held_on__isnull=True)
    keep_past_of_conversations(waiting.values_list("pk", flat=True), on=on)
    waiting.update(rests_until=on)


def _waiting(employment: Employment) -> QuerySet[Conversation]:
    """Its conversations of open rounds that can still be held, locked."""
    rows = Conversation.objects.select_for_update().filter(employment=employment, round__closed_on__isnull=True)
    return rows.filter(held_on__isnull=True, declined_on__isnull=True)


@transaction.atomic
def rest_who_are_away(*, on: date) -> None:
    """Conversations rest from the first day of a leave on, also those that arose since."""
    for leave in Leave.objects.on(on).select_related("employment"):
        for row in _waiting(leave.employment):
            if leave.ends_on is not None and row.rests_until != leave.ends_on + ONE_DAY:
                keep_past_of_conversations([row.pk], on=on)
                row.rests_until = leave.ends_on + ONE_DAY
                row.save(update_fields=["rests_until"])
