"""Where a conversation stands, in words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from udbytte.domain.meetings import MeetingStatus
from udbytte.models import Conversation, GroupConversation, Slot
from udbytte.models.formatting import day, day_and_time
from udbytte.queries.meetings import Meeting


def slot_words(slot: Slot, on: date) -> str:
    """An offered time, with its length and place."""
    return f"{day_and_time(slot.starts_at, on)}, {length_and_place(slot)}"


def length_and_place(slot: Slot) -> str:
    """How long, and where."""
    return ", ".join(filter(None, (_("%(minutes)s minutes") % {"minutes": slot.minutes}, slot.place)))


def status_words(one: Meeting, on: date) -> str:
    """Where a conversation stands, with its day where it has one."""
    row = one.conversation
    return {
        MeetingStatus.HELD: lambda: _("Held on %(day)s") % {"day": _day(row.held_on, on)},
        MeetingStatus.DECLINED: lambda: _("Declined on %(day)s") % {"day": _day(row.declined_on, on)},
        MeetingStatus.PLANNED: lambda: _planned(row, on),
        MeetingStatus.PASSED: lambda: _("It was planned for %(day)s") % {"day": _day(row.planned_on, on)},
        MeetingStatus.RESTING: lambda: _("On leave, back on %(day)s") % {"day": _day(row.rests_until, on)},
        MeetingStatus.OFFERED: lambda: _("There are times to choose from"),
        MeetingStatus.NEW_TIME: lambda: _("Needs a new time"),
        MeetingStatus.LATER: lambda: _("New here: due on %(day)s") % {"day": _day(row.due_on, on)},
        MeetingStatus.UNPLANNED: lambda: _("Has no time yet"),
    }[one.status]()


def _day(value: date | None, on: date) -> str:
    return day(value, on) if value is not None else ""


def _planned(row: Conversation, on: date) -> str:
    return ", ".join(filter(None, (day_and_time(row.planned_at, on), row.place))) if row.planned_at else ""


def group_words(group: GroupConversation, on: date) -> str:
    """Where a group conversation stands, with its day where it has one."""
    if group.held_on is not None:
        return _("Held on %(day)s") % {"day": _day(group.held_on, on)}
    if group.planned_at is None:
        return _("Needs a new time") if group.planned_turn else _("Has no time yet")
    if group.planned_on is not None and group.planned_on < on:
        return _("It was planned for %(day)s") % {"day": _day(group.planned_on, on)}
    return ", ".join(filter(None, (day_and_time(group.planned_at, on), group.place)))
