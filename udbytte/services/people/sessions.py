"""Where people are logged in, and ending that."""

from __future__ import annotations

from datetime import date, datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from udbytte.models import AuditKind, Person

from .audit import note


@transaction.atomic
def end_all_sessions(person: Person, *, by: Person | None, on: date) -> None:
    """End every session of a person at once, also those that no list has. The next request of each asks to log in."""
    Person.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    person.refresh_from_db(fields=["sessions_ended"])
    UserSession.objects.filter(user=person).delete()
    note(AuditKind.SESSIONS_ENDED, by=by, about=person, on=on)


@transaction.atomic
def end_session(person: Person, pk: int, *, on: date) -> bool:
    """End one of one's own sessions; whether there was such a one."""
    session = UserSession.objects.filter(user=person, pk=pk).first()
    if session is None:
        return False
    session.end()
    note(AuditKind.SESSIONS_ENDED, by=person, about=person, on=on)
    return True


@transaction.atomic
def delete_ended_sessions(now: datetime) -> int:
    """Delete the sessions whose time is over, and what the list of logins says of them; returns how many they were."""
    ended, _ = Session.objects.filter(expire_date__lt=now).delete()
    still_there = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(still_there)).delete()
    return ended
