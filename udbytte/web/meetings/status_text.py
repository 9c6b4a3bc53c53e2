"""The status of conversations and group conversations, and offered times, in words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from udbytte.domain.meetings import MeetingStatus
from udbytte.models import Conversation, GroupConversation, Slot
from udbytte.models.formatting import day, day_and_time
from udbytte.queries.meetings.status import ConversationStatus


def slot_text(slot: Slot, on: date) -> str:
    """An offered time, with its length and place."""
    return f"{day_and_time(slot.starts_at, on)}, {length_and_place_text(slot)}"


def length_and_place_text(slot: Slot) -> str:
    """How long the conversation takes, and where it is held."""
    return ", ".join(filter(None, (_("%(minutes)s minutes") % {"minutes": slot.minutes}, slot.place)))


def status_text(meeting: ConversationStatus, on: date) -> str:
    """The status of a conversation, with its day if it has one."""
    conversation = meeting.conversation
    return {
        MeetingStatus.HELD: lambda: _("Held on %(day)s") % {"day": _day(conversation.held_on, on)},
        MeetingStatus.DECLINED: lambda: _("Declined on %(day)s") % {"day": _day(conversation.declined_on, on)},
        MeetingStatus.PLANNED: lambda: _planned(conversation, on),
        MeetingStatus.PASSED: lambda: _("It was planned for %(day)s") % {"day": _day(conversation.planned_on, on)},
        MeetingStatus.RESTING: lambda: _("Away, back on %(day)s") % {"day": _day(conversation.rests_until, on)},
        MeetingStatus.OFFERED: lambda: _("There are times to choose from"),
        MeetingStatus.NEW_TIME: lambda: _("Needs a new time"),
        MeetingStatus.LATER: lambda: _("New here: due on %(day)s") % {"day": _day(conversation.due_on, on)},
        MeetingStatus.UNPLANNED: lambda: _("Has no time yet"),
    }[meeting.status]()


def _day(value: date | None, on: date) -> str:
    return day(value, on) if value is not None else ""


def _planned(conversation: Conversation, on: date) -> str:
    return (
        ", ".join(filter(None, (day_and_time(conversation.planned_at, on), conversation.place)))
        if conversation.planned_at
        else ""
    )


def group_status_text(group: GroupConversation, on: date) -> str:
    """The status of a group conversation, with its day if it has one."""
    if group.held_on is not None:
        return _("Held on %(day)s") % {"day": _day(group.held_on, on)}
    if group.planned_at is None:
        return _("Needs a new time") if group.planned_turn else _("Has no time yet")
    if group.planned_on is not None and group.planned_on < on:
        return _("It was planned for %(day)s") % {"day": _day(group.planned_on, on)}
    return ", ".join(filter(None, (day_and_time(group.planned_at, on), group.place)))
