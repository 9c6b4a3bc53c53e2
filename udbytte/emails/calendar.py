"""Calendar invitations to courses and conversations, as iTIP has them (RFC 5546): one calendar object for each.

The same agreement or conversation keeps its UID for life, and its turn is the SEQUENCE. So a move replaces the entry
and a cancellation removes it, whatever calendar it was opened in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from udbytte.domain.lifecycle import Stage
from udbytte.domain.notifications import (
    AboutTime,
    ConversationCancelled,
    ConversationTime,
    KickoffCancelled,
    Meeting,
    MeetingRef,
    MeetingTime,
    SeatFacts,
    SeatLost,
)
from udbytte.models import Agreement, ConversationKind, CourseRun, Notification, Person

from .items import listed, page_of


def host() -> str:
    """The host name of the installation, without scheme, port and path, for identifiers of emails and entries."""
    return settings.BASE_URL.split("//")[-1].split(":")[0].split("/")[0] or "localhost"


_HOURS = re.compile(
    r"\s*(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?\s*(?:-|–|til)\s*(\d{1,2})(?:[.:](\d{2}))?\s*", re.IGNORECASE
)
# The folder of a meeting's page.
PAGES = {Meeting.CONVERSATION: "samtaler", Meeting.GROUP: "grupper", Meeting.KICKOFF: "opstart"}

# These match whole lines of the structure. What people write is never alone on a line: a name or a space precedes it.
_BEGIN = re.compile(r"^(?=BEGIN:VCALENDAR\r?$)", re.MULTILINE)
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


def calendar_objects(text: str) -> list[tuple[str, str]]:
    """The calendar objects of an email, each with its method ("REQUEST", "CANCEL")."""
    parts = [part for part in _BEGIN.split(text) if part]
    return [(method[1], part) for part in parts if (method := _METHOD.search(part))]


def invitations(notifications: Sequence[Notification], person: Person, organisation: str = "") -> list[str]:
    """The calendar objects for the notifications of an email: invitations to what takes place, and cancellations.

    There is one for each agreement, as it is when the email is written, and one for each conversation, as it was last
    planned. Courses are in the name of the organisation.
    """
    return [*_seats(notifications, person, organisation), *_conversations(notifications, person)]


def _conversations(notifications: Sequence[Notification], person: Person) -> list[str]:
    facts = (notification.typed_facts for notification in newest(notifications).values())
    return [_conversation(time, person) for time in facts if isinstance(time, MeetingTime)]


def newest(notifications: Iterable[Notification]) -> dict[str, Notification]:
    """The newest notification about the time of each meeting, by the key of the meeting. Older ones are not shown."""
    newest_so_far: dict[str, tuple[tuple[int, int], Notification]] = {}
    for notification in notifications:
        facts = notification.typed_facts
        if isinstance(facts, AboutTime):
            order, key = (facts.turn, notification.pk or 0), facts.meeting.key
            if key not in newest_so_far or order > newest_so_far[key][0]:
                newest_so_far[key] = order, notification
    return {key: notification for key, (_order, notification) in newest_so_far.items()}


def summary_of(round_: str, kind: str, other: str) -> str:
    """What a conversation is called in a calendar: "MUS 2026: Lars Hansen", "MUS 2026, GRUS: Køkkenet"."""
    label = "" if kind in ("", ConversationKind.INDIVIDUAL) else str(ConversationKind(kind).label)
    return listed(listed(round_, label), other, by=": ")


def kickoff_summary(round_: str, unit: str) -> str:
    """What a kick-off meeting is called in a calendar: "MUS 2026, opstartsmøde: Mælkebøtten"."""
    return _("%(round)s, kick-off: %(unit)s") % {"round": round_, "unit": unit}


def page_of_meeting(meeting: MeetingRef) -> str:
    return f"{settings.BASE_URL}/{PAGES[meeting.what]}/{meeting.pk}/"


def _conversation(time: MeetingTime, person: Person) -> str:
    """A planned time as an invitation in the manager's name, a cancelled one as a cancellation."""
    starts = time.when.astimezone(UTC)
    if isinstance(time, ConversationTime):
        summary = summary_of(time.round, time.conversation_kind, time.other)
    else:
        summary = kickoff_summary(time.round, time.other)
    entry = _entry(time.meeting.key, time.turn, summary, person, time.manager)
    entry.add("dtstart", starts)
    entry.add("dtend", starts + timedelta(minutes=time.minutes))
    if time.place:
        entry.add("location", time.place)
    entry.add("description", page_of_meeting(time.meeting))
    is_cancelled = isinstance(time, (ConversationCancelled, KickoffCancelled))
    entry.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    return _calendar("CANCEL" if is_cancelled else "REQUEST", entry)


def _seats(notifications: Sequence[Notification], person: Person, organisation: str) -> list[str]:
    objects: dict[int, str] = {}
    for notification in notifications:
        agreement, facts = notification.agreement, notification.typed_facts
        if agreement is None or not isinstance(facts, SeatFacts) or agreement.pk in objects:
            continue
        if agreement.stage == Stage.REGISTERED and agreement.starts_on is not None and agreement.ends_on is not None:
            objects[agreement.pk] = _invitation(agreement, person, organisation, agreement.starts_on, agreement.ends_on)
        elif isinstance(facts, SeatLost):
            objects[agreement.pk] = _cancellation(agreement, person, organisation, facts.starts, facts.ends)
    return list(objects.values())


def times_of(hours: str, day: date) -> tuple[datetime, datetime] | None:
    """From when to when on a day, from "8.30-15.00"; None for anything else."""
    match = _HOURS.fullmatch(hours)
    if match is None:
        return None
    first, first_minute, last, last_minute = (int(part or 0) for part in match.groups())
    try:
        begin, end = time(first, first_minute), time(last, last_minute)
    except ValueError:
        return None
    zone = ZoneInfo(settings.TIME_ZONE)
    here = [datetime.combine(day, clock, zone).astimezone(ZoneInfo("UTC")) for clock in (begin, end)]
    return (here[0], here[1]) if here[0] < here[1] else None


def add_run(entry: Event, run: CourseRun | None, starts: date, ends: date) -> None:
    """Add when and where a course is: with times if it has one day with known hours, else as whole days."""
    timed = times_of(run.hours, starts) if run is not None and starts == ends else None
    entry.add("dtstart", timed[0] if timed else starts)
    entry.add("dtend", timed[1] if timed else ends + timedelta(days=1))
    where = listed(run.place, run.address) if run is not None else ""
    if where:
        entry.add("location", where)


def _invitation(agreement: Agreement, person: Person, organisation: str, starts: date, ends: date) -> str:
    run = agreement.run
    entry = _entry(f"agreement-{agreement.pk}", agreement.turn, agreement.title, person, organisation)
    add_run(entry, run, starts, ends)
    entry.add("status", "CONFIRMED")
    lines = [page_of(agreement)]
    if run is not None:
        lines = [*filter(None, (run.hours, run.bring)), *lines]
    entry.add("description", "\n".join(lines))
    return _calendar("REQUEST", entry)


def _cancellation(
    agreement: Agreement, person: Person, organisation: str, starts: date | None, ends: date | None
) -> str:
    entry = _entry(f"agreement-{agreement.pk}", agreement.turn, agreement.title, person, organisation)
    if starts is not None and ends is not None:
        entry.add("dtstart", starts)
        entry.add("dtend", ends + timedelta(days=1))
    entry.add("status", "CANCELLED")
    return _calendar("CANCEL", entry)


def _entry(uid: str, sequence: int, summary: str, person: Person, sender: str = "") -> Event:
    """What every calendar entry has: sender, recipient, summary and version.

    The invitation is in the name of `sender`, but always from our address: then nobody gets an answer they do not
    expect, and no calendar takes the invited person for the organiser.
    """
    entry = Event()
    entry.add("uid", f"{uid}@{host()}")
    entry.add("sequence", sequence)
    entry.add("dtstamp", timezone.now())
    entry.add("summary", summary)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(sender or "Udbytte")
    entry["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["CN"] = vText(person.name)
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    entry.add("attendee", attendee, encode=False)
    return entry


def empty_calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Udbytte//Udbytte//DA")
    calendar.add("version", "2.0")
    return calendar


def _calendar(method: str, entry: Event) -> str:
    calendar = empty_calendar()
    calendar.add("method", method)
    calendar.add_component(entry)
    return str(calendar.to_ical().decode())
