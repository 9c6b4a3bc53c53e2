"""Offered times and absence. A manager offers times and an employee takes one; two employees never get the same.

During a long absence a conversation rests until the day of return. The reason for an absence is not stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from udbytte.access.people import has_role
from udbytte.domain.notifications import OfferedTime, TimesOffered, TimeTurnedDown
from udbytte.models import Absence, Conversation, ConversationKind, Employment, Person, Role, Round, Slot, valid_on
from udbytte.models.formatting import day_and_time
from udbytte.services.errors import NotPermitted, NotPossible, Refused, save_row
from udbytte.services.figures.history import preserve_conversation_history
from udbytte.services.locks import lock_rows_in_order
from udbytte.services.notifications.notify import notify

from .free_times import Span, offers_of, planned_spans
from .times import give_up_time, lock_conversation, release_slot, require_not_in_group, set_time

IN_EMAIL = 4  # times in the email itself; the page has all of them
ONE_DAY = timedelta(days=1)


def conversations_without_time(manager: Person, round_: Round, on: date) -> QuerySet[Conversation]:
    """The conversations of the manager's own employees that have no time on the day and could have one."""
    rows = Conversation.objects.filter(
        valid_on(on, "employment__"),
        round=round_,
        manager=manager,
        held_on__isnull=True,
        declined_on__isnull=True,
        planned_at__isnull=True,
    )
    return rows.exclude(kind=ConversationKind.GROUP).order_by("pk")


@transaction.atomic
def offer_times(
    round_: Round,
    starts: Iterable[datetime],
    *,
    minutes: int,
    place: str,
    by: Person,
    on: date,
    where_free: Iterable[datetime] = (),
) -> list[Slot]:
    """Offer times to the employees who have none. Each is notified once a day, and chooses.

    Refused for a past day, and if one of the `starts` overlaps another offered or planned time. The times in
    `where_free` are offered only where the manager has nothing else. Returns the offered times, the first one first.
    """
    certain = sorted(set(starts))
    slots = [
        Slot(round=round_, manager=by, starts_at=at, minutes=minutes, place=place, offered_on=on)
        for at in (*certain, *sorted(set(where_free) - set(certain)))
    ]
    if not slots:
        raise Refused(_("Write at least one day with the times that day."), "day_1")
    if not round_.is_open:
        raise NotPossible
    waiting = list(conversations_without_time(by, round_, on).select_related("employment__person"))
    if not waiting:
        raise Refused(_("Everybody has a time already."))
    slots = _free_slots(slots, set(certain), by=by, on=on)
    for slot in slots:
        save_row(slot)
    for row in waiting:
        if row.due_on is None or row.due_on <= on:
            _notify_of_times(row, [slot for slot in slots if _suits(slot, row)], on=on)
    return slots


@transaction.atomic
def propose_time(conversation: Conversation, at: datetime, *, minutes: int, place: str, by: Person, on: date) -> Slot:
    """Propose one time to an employee, who says whether it suits. An earlier proposal is withdrawn."""
    row = lock_conversation(conversation, by)
    require_not_in_group(row)
    if by.pk != row.manager_id:
        raise NotPermitted
    slot = Slot(round=row.round, manager=by, starts_at=at, minutes=minutes, place=place, only_for=row, offered_on=on)
    if row.rests_until is not None and not _suits(slot, row):
        words = {"who": row.employment.person.short_name, "day": date_format(row.rests_until)}
        raise Refused(_("%(who)s is away until %(day)s. Choose that day or a later one.") % words, "planned_at")
    Slot.objects.filter(only_for=row, taken_by__isnull=True, withdrawn_on__isnull=True).update(withdrawn_on=on)
    _free_slots([slot], {at}, by=by, on=on)
    save_row(slot)
    _notify_of_times(row, [slot], on=on)
    return slot


def _suits(slot: Slot, row: Conversation) -> bool:
    return row.rests_until is None or timezone.localtime(slot.starts_at).date() >= row.rests_until


def _free_slots(slots: Sequence[Slot], certain: Collection[datetime], *, by: Person, on: date) -> list[Slot]:
    """The slots that overlap no other slot, offered time or planned conversation, sorted.

    Refused if one is past, if one of the `certain` overlaps something, and if none is left.
    """
    first, last = min(slot.starts_at for slot in slots), max(slot.starts_at for slot in slots)
    if timezone.localtime(first).date() < on:
        raise Refused(_("That day has been. Choose one that comes."), "day_1")
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # nobody plans with the manager meanwhile
    busy = [Span.of(slot.starts_at, slot.minutes) for slot in offers_of(by.pk, first, last)]
    busy += [span for _pk, span in planned_spans(by.pk, first, last)]
    free = []
    for slot in slots:
        span = Span.of(slot.starts_at, slot.minutes)
        if any(span.overlaps(other) for other in busy):
            if slot.starts_at not in certain:
                continue
            words = {"when": day_and_time(slot.starts_at, on)}
            raise Refused(_("%(when)s runs into another conversation or offered time.") % words, "day_1")
        busy.append(span)
        free.append(slot)
    if not free:
        raise Refused(_("You have something else at all of these times. Choose other days or times."), "days")
    return sorted(free, key=lambda slot: slot.starts_at)


def _notify_of_times(row: Conversation, slots: Sequence[Slot], *, on: date) -> None:
    if not slots:
        return
    facts = TimesOffered(
        conversation=row.pk,
        turn=row.planned_turn,
        by=slots[0].manager.name,
        proposed=slots[0].only_for_id is not None,
        times=tuple(OfferedTime(slot.pk, slot.starts_at, slot.place) for slot in slots[:IN_EMAIL]),
    )
    notify(row.employment.person, facts, on=on, cause=f"times:{row.pk}:{slots[0].pk}", urgent=True)


@transaction.atomic
def take_slot(slot: Slot, conversation: Conversation, *, by: Person | None, on: date) -> None:
    """Choose an offered time for a conversation. An earlier time of it is free again, and both are notified.

    1. The conversation's row is locked, so that it cannot take two times.
    2. The time is taken on condition that it is free, so that two conversations cannot take it. The later one is
       Refused.
    3. The conversation is planned for the time.
    """
    row = lock_conversation(conversation, by)
    require_not_in_group(row)
    is_offered = slot.only_for_id in (None, row.pk) and (slot.round_id, slot.manager_id) == (
        row.round_id,
        row.manager_id,
    )
    if not is_offered:
        raise NotPermitted
    release_slot(row, by=by, on=on, but=slot)
    free = Slot.objects.filter(Q(taken_by__isnull=True) | Q(taken_by=row), pk=slot.pk, withdrawn_on__isnull=True)
    if not free.update(taken_by=row, taken_on=on):
        raise Refused(_("That time is gone: somebody else has just taken it. Choose another one."), "slot")
    set_time(row, planned_at=slot.starts_at, minutes=slot.minutes, place=slot.place, by=by, on=on, field="slot")


@transaction.atomic
def turn_down_proposed_time(conversation: Conversation, *, by: Person, on: date) -> None:
    """The proposed time does not suit: it is withdrawn, and the manager is notified that another is needed."""
    row = lock_conversation(conversation, by)
    if by.pk != row.employment.person_id:
        raise NotPermitted
    proposed = Slot.objects.filter(only_for=row, taken_by__isnull=True, withdrawn_on__isnull=True)
    pk = proposed.values_list("pk", flat=True).first()
    if not proposed.update(withdrawn_on=on):
        raise NotPossible
    if row.manager is not None:
        facts = TimeTurnedDown(conversation=row.pk, by=by.name)
        notify(row.manager, facts, on=on, cause=f"turned_down:{row.pk}:{pk}")


@transaction.atomic
def withdraw_slot(slot: Slot, *, by: Person, on: date) -> None:
    """Take back an offered time. Refused if somebody has chosen it: then the conversation must be moved."""
    if slot.manager_id != by.pk:
        raise NotPermitted
    if not Slot.objects.filter(pk=slot.pk, taken_by__isnull=True, withdrawn_on__isnull=True).update(withdrawn_on=on):
        raise Refused(_("Somebody has chosen that time. Move the conversation instead."))


@transaction.atomic
def record_absence(
    employment: Employment, *, returns_on: date, by: Person | None, on: date, starts_on: date | None = None
) -> Absence:
    """Record an absence from `starts_on` (default: today) until the day of return.

    A later record replaces an earlier one. By the line manager or HR. Conversations of open rounds that are not held
    rest from the first day. A planned time during the absence is cancelled at once, and both are notified.
    """
    _require_manager_or_hr(employment, by, on)
    begins = starts_on or on
    lock_rows_in_order(Employment, [employment.pk])  # of two equal requests at once, the second changes nothing
    if returns_on <= max(begins, on):
        raise Refused(_("The day of return must come after today, and after the first day."), "returns_on")
    near = Absence.objects.filter(employment=employment, ends_on__gte=begins - ONE_DAY, starts_on__lt=returns_on)
    absence = near.order_by("starts_on").first() or Absence(employment=employment, starts_on=begins)
    absence.starts_on, absence.ends_on = min(absence.starts_on, begins), returns_on - ONE_DAY
    save_row(absence)
    near.exclude(pk=absence.pk).delete()
    for row in _waiting(employment):
        if row.planned_on is not None and max(begins, on) <= row.planned_on < returns_on:
            give_up_time(row, by=by, on=on)
        if absence.holds_on(on):
            preserve_conversation_history([row.pk], on=on)
            row.rests_until = returns_on
            row.save(update_fields=["rests_until"])
    return absence


def _require_manager_or_hr(employment: Employment, by: Person | None, on: date) -> None:
    if by is not None and by.pk != employment.line_manager_id and not has_role(by, Role.HR, on):
        raise NotPermitted


@transaction.atomic
def end_absence(employment: Employment, *, by: Person | None, on: date) -> None:
    """The employee is back earlier: today is the day of return. Without an absence nothing happens."""
    _require_manager_or_hr(employment, by, on)
    current = Absence.objects.filter(employment=employment, ends_on__gte=on)
    current.filter(starts_on__gte=on).delete()
    current.update(ends_on=on - ONE_DAY)
    waiting = Conversation.objects.filter(employment=employment, rests_until__gt=on, held_on__isnull=True)
    preserve_conversation_history(waiting.values_list("pk", flat=True), on=on)
    waiting.update(rests_until=on)


def _waiting(employment: Employment) -> QuerySet[Conversation]:
    """The employment's conversations of open rounds that can still be held, locked."""
    rows = Conversation.objects.select_for_update().filter(employment=employment, round__closed_on__isnull=True)
    return rows.filter(held_on__isnull=True, declined_on__isnull=True)


@transaction.atomic
def rest_conversations_during_absence(*, on: date) -> None:
    """Let conversations rest from the first day of an absence, also conversations that were created since."""
    for absence in Absence.objects.on(on).select_related("employment"):
        for row in _waiting(absence.employment):
            if absence.ends_on is not None and row.rests_until != absence.ends_on + ONE_DAY:
                preserve_conversation_history([row.pk], on=on)
                row.rests_until = absence.ends_on + ONE_DAY
                row.save(update_fields=["rests_until"])
