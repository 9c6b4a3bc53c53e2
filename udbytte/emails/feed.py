"""A person's own calendar feed: conversations, courses, check-ins and deadlines, as iCalendar (RFC 5545).

Times are in UTC, so that they are right in summer and winter wherever they are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Event

from udbytte.domain.notifications import Meeting, MeetingRef
from udbytte.models import (
    Agreement,
    Conversation,
    ConversationKind,
    FollowUpTalk,
    GroupConversation,
    KickoffMeeting,
    Person,
)

from .calendar import add_run, empty_calendar, host, kickoff_summary, page_of_meeting, summary_of
from .items import page_of
from .steps import asks_of, thing, waits_for, who_is_silent

SALT = "udbytte.feed"
EVERY = timedelta(hours=6)  # how often a calendar is asked to look again


def feed_token(person: Person) -> str:
    """The secret part of the address of the person's feed. It changes with the number in `calendar_feed`."""
    return signing.dumps([person.pk, person.calendar_feed], salt=SALT, compress=True)


def person_of_feed(token: str) -> Person | None:
    """The person whose feed it is; None when the address was made up, or has been closed."""
    try:
        pk, number = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if number is None:
        return None
    return Person.objects.filter(pk=pk, calendar_feed=number, is_active=True).first()


def feed(
    person: Person,
    *,
    conversations: Iterable[Conversation],
    groups: Iterable[GroupConversation],
    kickoffs: Iterable[KickoffMeeting],
    courses: Iterable[Agreement],
    steps: Iterable[Agreement],
    talks: Iterable[FollowUpTalk] = (),
    now: datetime,
) -> str:
    """The calendar as text.

    `groups` are the group conversations that the person holds, `kickoffs` the kick-off meetings of the person's units,
    `courses` agreements with a seat, `steps` open agreements whose next step is the person's, and `talks` the coming
    follow-up talks that the person takes part in.
    """
    with override(person.language):
        calendar = empty_calendar()
        calendar.add("x-wr-calname", "Udbytte")
        calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
        for conversation in conversations:
            calendar.add_component(_talk(conversation, person, now))
        for group in groups:
            calendar.add_component(_group(group, now))
        for meeting in kickoffs:
            calendar.add_component(_kickoff(meeting, now))
        for agreement in courses:
            calendar.add_component(_course(agreement, now))
        for agreement in steps:
            calendar.add_component(_step(agreement, person, now))
        for talk in talks:
            calendar.add_component(_follow_up_talk(talk, person, now))
        return str(calendar.to_ical().decode())


def _entry(key: str, summary: str, url: str, now: datetime) -> Event:
    entry = Event()
    entry.add("uid", f"{key}@{host()}")
    entry.add("dtstamp", now)
    entry.add("summary", summary)
    entry.add("description", url)
    entry.add("url", url)
    return entry


def _talk(conversation: Conversation, person: Person, now: datetime) -> Event:
    employee, manager = conversation.employment.person, conversation.manager
    other = manager if employee.pk == person.pk else employee
    summary = summary_of(str(conversation.round), conversation.kind, other.name if other is not None else "")
    return _timed(MeetingRef(Meeting.CONVERSATION, conversation.pk), conversation, summary, now)


def _group(group: GroupConversation, now: datetime) -> Event:
    summary = summary_of(str(group.round), ConversationKind.GROUP, group.title)
    return _timed(MeetingRef(Meeting.GROUP, group.pk), group, summary, now)


def _kickoff(meeting: KickoffMeeting, now: datetime) -> Event:
    summary = kickoff_summary(str(meeting.round), str(meeting.unit))
    return _timed(MeetingRef(Meeting.KICKOFF, meeting.pk), meeting, summary, now)


def _timed(
    ref: MeetingRef, meeting: Conversation | GroupConversation | KickoffMeeting, summary: str, now: datetime
) -> Event:
    entry = _entry(ref.key, summary, page_of_meeting(ref), now)
    if meeting.planned_at is not None:
        starts = meeting.planned_at.astimezone(UTC)
        entry.add("dtstart", starts)
        entry.add("dtend", starts + timedelta(minutes=meeting.minutes))
    entry.add("sequence", meeting.planned_turn)
    if meeting.place:
        entry.add("location", meeting.place)
    return entry


def _follow_up_talk(talk: FollowUpTalk, person: Person, now: datetime) -> Event:
    """A follow-up talk on its day. It has no time of day, and says nothing of its agenda."""
    employment = talk.employment
    other = employment.line_manager if person.pk == employment.person_id else employment.person
    summary = _("Follow-up talk with %(name)s") % {"name": other.name if other is not None else ""}
    url = f"{settings.BASE_URL}/opfoelgning/{employment.pk}/"
    entry = _entry(f"follow-up-{talk.pk}", summary, url, now)
    entry.add("transp", "TRANSPARENT")
    if talk.planned_on is not None:
        entry.add("dtstart", talk.planned_on)
        entry.add("dtend", talk.planned_on + timedelta(days=1))
    return entry


def _course(agreement: Agreement, now: datetime) -> Event:
    entry = _entry(f"seat-{agreement.pk}", agreement.title, page_of(agreement), now)
    if agreement.starts_on is not None and agreement.ends_on is not None:
        add_run(entry, agreement.run, agreement.starts_on, agreement.ends_on)
    return entry


def _step(agreement: Agreement, person: Person, now: datetime) -> Event:
    """A next step on its day. It takes no time, and says no more than an email would."""
    entry = _entry(f"step-{agreement.pk}", _summary(agreement, person), page_of(agreement), now)
    entry.add("transp", "TRANSPARENT")
    if agreement.step_due is not None:
        entry.add("dtstart", agreement.step_due)
        entry.add("dtend", agreement.step_due + timedelta(days=1))
    return entry


def _summary(agreement: Agreement, person: Person) -> str:
    if agreement.is_with_hr:
        return _("A task in %(unit)s has stalled") % {"unit": agreement.unit}
    if agreement.step == "answer" and not waits_for(agreement, person):
        asks = who_is_silent(agreement)
    else:
        asks = asks_of(agreement, person)
    what = thing(agreement, person)
    return f"{asks} {what}" if asks.endswith("?") else f"{asks}: {what}"
