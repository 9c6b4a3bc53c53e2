"""A changed email address ends sessions and links that are open, and is told to the old address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from django.utils import timezone, translation

from udbytte.emails.account import address_changed, records_joined
from udbytte.models import Email, Person
from udbytte.services.bulk import chunks
from udbytte.services.notifications.account_emails import account_email, wake_worker


def follow_changed_emails(before: Mapping[int, str | None], *, on: date, joined: Collection[int] = ()) -> None:
    """End what is open for people whose address has changed, and tell their old address. `before`: it, by person.

    `joined` are people of whom somebody has said that they have other names now; they are told at their new address
    too. Sessions end by themselves, because they are made of the address (`Person`).
    """
    changed = {pk: old for pk, old in before.items() if old}
    for part in chunks(changed):
        people = list(Person.objects.filter(pk__in=part))
        Person.objects.filter(pk__in=part).update(email_changed_on=on)
        Email.objects.bulk_create(_told(people, changed))
    for person in Person.objects.filter(pk__in=joined, email__isnull=False):
        _emailed(person, person.email or "", records_joined).save()
    if changed or joined:
        wake_worker()


def _told(people: Iterable[Person], old: Mapping[int, str]) -> Iterable[Email]:
    for person in people:
        yield _emailed(person, old[person.pk], address_changed)


def _emailed(person: Person, to: str, words: Callable[[Person], tuple[str, str]]) -> Email:
    with translation.override(person.language):
        subject, text = words(person)
    return account_email(person=person, to=to, subject=subject, text=text, html="", now=timezone.now())
