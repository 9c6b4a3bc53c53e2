"""Planning a conversation: its time is set, moved or removed; it is held, or declined. Both are notified."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from udbytte.domain.notifications import (
    ConversationCancelled,
    ConversationDeclined,
    ConversationPlanned,
    DeclineTakenBack,
    Facts,
    Meeting,
    MeetingRef,
)
from udbytte.models import Conversation, ConversationKind, DevelopmentPlan, ManagerRole, Person, Slot
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused
from udbytte.services.figures.history import preserve_conversation_history
from udbytte.services.notifications.notify import notify

from .free_times import claim_time
from .group_goals import detach_group_goals

USUAL_MINUTES = 60


@transaction.atomic
def plan_conversation(
    conversation: Conversation,
    *,
    planned_at: datetime,
    place: str,
    minutes: int = USUAL_MINUTES,
    by: Person | None,
    on: date,
    anyway: bool = False,
) -> None:
    """Set when and where the two meet; both get it in their calendar. Refused if it is held or declined.

    Raises TimeTaken where the manager has something else then, unless it is planned `anyway`.
    """
    row = lock_conversation(conversation, by)
    require_not_in_group(row)
    if (row.planned_at, row.minutes) != (planned_at, minutes):
        claim_time(row.manager_id, planned_at, minutes, conversations=[row.pk], anyway=anyway, on=on)
    if row.planned_at != planned_at:
        release_slot(row, by=by, on=on)
    set_time(row, planned_at=planned_at, minutes=minutes, place=place, by=by, on=on, field="planned_at")


@transaction.atomic
def cancel_conversation(conversation: Conversation, *, by: Person | None, on: date) -> None:
    """The two do not meet at the planned time, or did not: a new time is needed. Nobody is asked for the cause."""
    row = lock_conversation(conversation, by)
    require_not_held_or_declined(row)
    require_not_in_group(row)
    if row.planned_at is None:
        raise NotPossible
    give_up_time(row, by=by, on=on)
    row.missed_on = on
    row.save(update_fields=["missed_on"])


@transaction.atomic
def hold_conversation(conversation: Conversation, *, by: Person | None, on: date, held_on: date | None = None) -> None:
    """The conversation was held, today or on a past day. A declined conversation can be held after all."""
    row = lock_conversation(conversation, by)
    day = held_on or on
    if day > on:
        raise Refused(_("That day has not come yet."), "held_on")
    if row.held_on is None:
        preserve_conversation_history([row.pk], on=on)
        row.held_on, row.declined_on, row.declined_reason = day, None, ""
        row.save(update_fields=["held_on", "declined_on", "declined_reason"])
    DevelopmentPlan.objects.get_or_create(conversation=row)
    conversation.refresh_from_db()


@transaction.atomic
def decline_conversation(conversation: Conversation, reason: str, *, by: Person | None, on: date) -> None:
    """The employee wants no conversation in this round, and says why; or the manager records it.

    A planned time is cancelled, and the other person is notified.
    """
    row = lock_conversation(conversation, by)
    if not reason.strip():
        raise MissingFact("reason")
    require_not_held_or_declined(row)
    give_up_time(row, by=by, on=on)
    if row.kind == ConversationKind.GROUP:
        take_out_of_group(row, by=by, on=on)
    preserve_conversation_history([row.pk], on=on)
    row.declined_on, row.declined_reason = on, reason.strip()
    row.save(update_fields=["declined_on", "declined_reason"])
    Slot.objects.filter(only_for=row, taken_by__isnull=True, withdrawn_on__isnull=True).update(withdrawn_on=on)
    who = by.name if by is not None else ""
    _notify_other(row, ConversationDeclined(conversation=row.pk, by=who, reason=row.declined_reason), by=by, on=on)


@transaction.atomic
def take_back_decline(conversation: Conversation, *, by: Person | None, on: date) -> None:
    """The employee wants a conversation after all. The other person is notified."""
    row = lock_conversation(conversation, by)
    if row.declined_on is None:
        raise NotPossible
    preserve_conversation_history([row.pk], on=on)
    row.declined_on, row.declined_reason = None, ""
    row.save(update_fields=["declined_on", "declined_reason"])
    who = by.name if by is not None else ""
    _notify_other(row, DeclineTakenBack(conversation=row.pk, by=who), by=by, on=on)


def _notify_other(row: Conversation, facts: Facts, *, by: Person | None, on: date) -> None:
    employee, manager = row.employment.person, row.manager
    other = employee if by is not None and manager is not None and by.pk == manager.pk else manager
    if other is not None:
        notify(other, facts, on=on, cause=f"{facts.kind}:{row.pk}:{on.isoformat()}")


def set_time(
    row: Conversation, *, planned_at: datetime, minutes: int, place: str, by: Person | None, on: date, field: str
) -> None:
    """Plan a locked conversation and notify both. The same time again changes nothing.

    Refused (at `field`) for a past day, or a day on which the employee is absent.
    """
    require_not_held_or_declined(row)
    day = require_future_day(planned_at, on, field)
    if row.rests_until is not None and day < row.rests_until:
        words = {"who": row.employment.person.short_name, "day": date_format(row.rests_until)}
        raise Refused(_("%(who)s is away until %(day)s. Choose that day or a later one.") % words, field)
    if (row.planned_at, row.minutes, row.place) == (planned_at, minutes, place):
        return
    moved = row.planned_at is not None
    preserve_conversation_history([row.pk], on=on)
    row.planned_at, row.minutes, row.place = planned_at, minutes, place
    row.planned_turn += 1
    row.save(update_fields=["planned_at", "minutes", "place", "planned_turn"])
    Slot.objects.filter(only_for=row, taken_by__isnull=True, withdrawn_on__isnull=True).update(withdrawn_on=on)
    _notify_both(row, ConversationPlanned, at=planned_at, on=on, moved=moved)


def give_up_time(row: Conversation, *, by: Person | None, on: date) -> None:
    """Remove a locked conversation's time and notify both. Without a time nothing happens."""
    if row.planned_at is None:
        return
    at = row.planned_at
    release_slot(row, by=by, on=on)
    preserve_conversation_history([row.pk], on=on)
    row.planned_at = None
    row.planned_turn += 1
    row.save(update_fields=["planned_at", "planned_turn"])
    _notify_both(row, ConversationCancelled, at=at, on=on)


def hand_over_time(conversation: Conversation, *, before: int | None, on: date) -> None:
    """Another manager holds a planned conversation now: the time stays and moves to the new manager's calendar.

    `before` is the id of the former manager, whose calendar entry is cancelled. If the time is past, nothing changes
    here: the new manager is asked whether the two talked.
    """
    row = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if row.kind == ConversationKind.GROUP or row.planned_at is None or row.planned_on is None or row.planned_on < on:
        return
    Slot.objects.filter(taken_by=row).update(taken_by=None, taken_on=None, withdrawn_on=on)
    row.planned_turn += 1
    row.save(update_fields=["planned_turn"])
    _notify_both(row, ConversationPlanned, at=row.planned_at, on=on, moved=True)
    old = Person.objects.filter(pk=before or 0, is_active=True).first()
    if old is not None:
        gone = _time_facts(row, ConversationCancelled, at=row.planned_at, moved=False, other=row.employment.person)
        cause = f"{gone.kind}:{row.pk}:{row.planned_turn}"
        notify(old, replace(gone, manager=old.name), on=on, cause=cause, urgent=True)


def _notify_both(
    row: Conversation,
    says: type[ConversationPlanned | ConversationCancelled],
    *,
    at: datetime,
    on: date,
    moved: bool = False,
) -> None:
    employee, manager = row.employment.person, row.manager
    in_group = row.kind == ConversationKind.GROUP  # the manager's calendar has the group once
    for person, other in ((employee, manager), (None if in_group else manager, employee)):
        if person is not None:
            facts = _time_facts(row, says, at=at, moved=moved, other=other)
            notify(person, facts, on=on, cause=f"{facts.kind}:{row.pk}:{row.planned_turn}", urgent=True)


def _time_facts(
    row: Conversation,
    says: type[ConversationPlanned | ConversationCancelled],
    *,
    at: datetime,
    moved: bool,
    other: Person | None,
) -> ConversationPlanned | ConversationCancelled:
    """What the email and the calendar say about a conversation's time, for the person who talks with `other`."""
    return says(
        about=MeetingRef(Meeting.CONVERSATION, row.pk),
        turn=row.planned_turn,
        when=at,
        minutes=row.minutes,
        place=row.place,
        round=str(row.round),
        conversation_kind=row.kind,
        other=other.name if other is not None else "",
        manager=row.manager.name if row.manager is not None else "",
        moved=moved,
    )


def release_slot(row: Conversation, *, by: Person | None, on: date, but: Slot | None = None) -> None:
    """Release a conversation's offered time: free again if the employee gave it up, otherwise withdrawn."""
    taken = Slot.objects.filter(taken_by=row)
    slot = (taken.exclude(pk=but.pk) if but is not None else taken).first()
    if slot is None:
        return
    slot.taken_by = slot.taken_on = None
    if by is None or by.pk != row.employment.person_id or slot.only_for_id is not None:
        slot.withdrawn_on = on
    slot.save(update_fields=["taken_by", "taken_on", "withdrawn_on"])


def take_out_of_group(talk: Conversation, *, by: Person | None, on: date) -> None:
    """Make a conversation individual again: its time is removed, and the common goals stay as its own."""
    give_up_time(talk, by=by, on=on)
    detach_group_goals(talk)
    talk.kind, talk.group = individual_kind(talk, on), None
    talk.save(update_fields=["kind", "group"])


def individual_kind(talk: Conversation, on: date) -> ConversationKind:
    """MUS, or LUS if the employee manages a unit and holds conversations."""
    roles = ManagerRole.objects.on(on).filter(person=talk.employment.person_id, holds_conversations=True)
    return ConversationKind.LEADER if roles.exists() else ConversationKind.INDIVIDUAL


def lock_conversation(conversation: Conversation, by: Person | None) -> Conversation:
    """The conversation's row, locked, for one of the two. NotPermitted for anybody else."""
    row = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if by is not None and by.pk not in (row.employment.person_id, row.manager_id):
        raise NotPermitted
    return row


def require_not_held_or_declined(row: Conversation) -> None:
    """Refused if the conversation is held or declined, because then it cannot be planned."""
    if row.held_on is not None:
        raise Refused(_("The conversation is already held."))
    if row.declined_on is not None:
        raise Refused(_("The conversation is declined. Take the no back before you find a time."))


def require_future_day(planned_at: datetime, on: date, field: str) -> date:
    """The day of a time, by the organisation's own clock. Refused (at `field`) if it is past."""
    day = timezone.localtime(planned_at).date()
    if day < on:
        raise Refused(_("That day has been. Choose one that comes."), field)
    return day


def require_not_in_group(row: Conversation) -> None:
    """Refused for a conversation in a group, because the group has the time."""
    if row.kind == ConversationKind.GROUP:
        raise Refused(_("You meet in a group, and the group's time is everybody's. The manager moves it."))
