"""What people set for themselves: preferences, calendar feed, password."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from udbytte.models import AuditKind, Person
from udbytte.services.locks import retry_after_deadlock

from .audit import note


@retry_after_deadlock
@transaction.atomic
def save_preferences(person: Person, *, language: str, digest_weekday: int, wants_mail: bool) -> None:
    """Save a person's own settings: language, ISO weekday of the weekly email (1-5), and whether they want emails."""
    person.language, person.digest_weekday, person.wants_mail = language, digest_weekday, wants_mail
    own = {"language", "digest_weekday", "wants_mail"}
    person.full_clean(exclude={field.name for field in Person._meta.fields} - own)  # the others are not theirs to mend
    person.save(update_fields=own)


@retry_after_deadlock
@transaction.atomic
def open_calendar_feed(person: Person) -> None:
    """Give the person's calendar feed a new address. An earlier address stops working."""
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    row.calendar_feeds += 1
    row.calendar_feed = row.calendar_feeds
    row.save(update_fields=["calendar_feed", "calendar_feeds"])


@retry_after_deadlock
@transaction.atomic
def close_calendar_feed(person: Person) -> None:
    """Close the person's calendar feed. No address that was given before works again."""
    Person.objects.filter(pk=person.pk).update(calendar_feed=None)


@retry_after_deadlock
@transaction.atomic
@transaction.atomic
def set_password(person: Person, password: str | None, *, on: date) -> None:
    """Set the password for login besides the email code; None: no password. The form checks its strength."""
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
    person.save(update_fields=["password"])
    note(AuditKind.PASSWORD, by=person, about=person, on=on, has_one=password is not None)
