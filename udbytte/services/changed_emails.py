"""A changed email address ends sessions and links that are open, and is told to the old address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils import timezone, translation

from udbytte.emails.account import address_changed
from udbytte.models import Email, Person
from udbytte.services.bulk import chunks
from udbytte.services.notifications.account_emails import account_email, wake_worker


def follow_changed_emails(before: Mapping[int, str | None], *, on: date) -> None:
    """End what is open for people whose address has changed, and tell their old address. `before`: it, by person.

    Sessions end by themselves, because they are made of the address (`Person`).
    """
    changed = {pk: old for pk, old in before.items() if old}
    for part in chunks(changed):
        people = list(Person.objects.filter(pk__in=part))
        Person.objects.filter(pk__in=part).update(email_changed_on=on)
        Email.objects.bulk_create(_told(people, changed))
    if changed:
        wake_worker()


def _told(people: Iterable[Person], old: Mapping[int, str]) -> Iterable[Email]:
    for person in people:
        with translation.override(person.language):
            subject, text = address_changed(person)
        yield account_email(person=person, to=old[person.pk], subject=subject, text=text, html="", now=timezone.now())
