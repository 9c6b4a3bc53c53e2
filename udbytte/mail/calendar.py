"""Calendar invitations to courses, as iTIP has them (RFC 5546): one calendar object for each agreement.

The same agreement keeps its UID for life, and its turn is the SEQUENCE, so that a move replaces the entry and a
cancellation removes it, whatever calendar it was opened in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from ..domain.lifecycle import Stage
from ..models import Agreement, Notice, Person
from .host import host

_HOURS = re.compile(
    r"\s*(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?\s*(?:-|–|til)\s*(\d{1,2})(?:[.:](\d{2}))?\s*", re.IGNORECASE
)


# A whole line of the structure. What people write stands behind a name or a space on its line, never alone.
_BEGIN = re.compile(r"^(?=BEGIN:VCALENDAR\r?$)", re.MULTILINE)
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


def calendar_objects(text: str) -> list[tuple[str, str]]:
    """The calendar objects that stand one after another in a letter, each with its method ("REQUEST", "CANCEL")."""
    parts = [part for part in _BEGIN.split(text) if part]
    return [(found[1], part) for part in parts if (found := _METHOD.search(part))]


def invitations(notices: Sequence[Notice], person: Person) -> list[str]:
    """The calendar objects that the notices of a letter bring: an invitation for a seat, a cancellation for one gone.

    Each agreement stands in one of them, as it is when the letter is written.
    """
    found: dict[int, str] = {}
    for notice in notices:
        agreement = notice.agreement
        if agreement is None or notice.kind not in ("seat", "no_seat") or agreement.pk in found:
            continue
        if agreement.stage == Stage.REGISTERED and agreement.starts_on is not None and agreement.ends_on is not None:
            found[agreement.pk] = _invitation(agreement, person, agreement.starts_on, agreement.ends_on)
        elif notice.kind == "no_seat":
            days = [date.fromisoformat(notice.facts[name]) for name in ("starts", "ends") if notice.facts.get(name)]
            found[agreement.pk] = _cancellation(agreement, person, *days)
    return list(found.values())


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


def _invitation(agreement: Agreement, person: Person, starts: date, ends: date) -> str:
    run = agreement.run
    entry = _entry(agreement, person)
    timed = times_of(run.hours, starts) if run is not None and starts == ends else None
    entry.add("dtstart", timed[0] if timed else starts)
    entry.add("dtend", timed[1] if timed else ends + timedelta(days=1))
    entry.add("status", "CONFIRMED")
    lines = [f"{settings.BASE_URL}/aftaler/{agreement.pk}/"]
    if run is not None:
        where = ", ".join(filter(None, (run.place, run.address)))
        if where:
            entry.add("location", where)
        lines = [*filter(None, (run.hours, run.bring)), *lines]
    entry.add("description", "\n".join(lines))
    return _calendar("REQUEST", entry)


def _cancellation(agreement: Agreement, person: Person, starts: date | None = None, ends: date | None = None) -> str:
    entry = _entry(agreement, person)
    if starts is not None and ends is not None:
        entry.add("dtstart", starts)
        entry.add("dtend", ends + timedelta(days=1))
    entry.add("status", "CANCELLED")
    return _calendar("CANCEL", entry)


def _entry(agreement: Agreement, person: Person) -> Event:
    """What every message about the agreement has: who sends it to whom, about what, and which version it is."""
    entry = Event()
    entry.add("uid", f"agreement-{agreement.pk}@{host()}")
    entry.add("sequence", agreement.turn)
    entry.add("dtstamp", timezone.now())
    entry.add("summary", agreement.title)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText("Udbytte")
    entry["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["CN"] = vText(person.name)
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    entry.add("attendee", attendee, encode=False)
    return entry


def _calendar(method: str, entry: Event) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Udbytte//Udbytte//DA")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(entry)
    return str(calendar.to_ical().decode())
