"""Where an email goes, and the mark of an address that refuses mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from udbytte.domain.notifications import EmailRefused
from udbytte.models import OUTSIDE_KINDS, Email, Notification, Person, Role, RoleAssignment

from .notify import notify

COUNTED = ("digest", "extra")  # the kinds of emails that carry notifications
TO_THE_ADDRESS = (*OUTSIDE_KINDS, "account")  # these go where they were written to, whoever has the address now


def address_of(email: Email) -> str:
    """Where an email goes: to the address that the person has now, also if it was written before that."""
    return email.to if email.kind in TO_THE_ADDRESS else email.person.email or ""


def give_up(email: Email, now: datetime, why: str) -> None:
    """Send this email never. What it carries is released, so that a later email says it. The caller saves the email."""
    email.gave_up_at, email.error = now, why[:500]
    if email.kind in (*COUNTED, "journal"):
        email.key = f"{email.key}:{email.pk}"[:120]  # so that another one can be written
    if email.kind in COUNTED:
        Notification.objects.filter(email=email).update(email=None)


def mark_address(email: Email, now: datetime) -> None:
    """The address itself refuses mail: mark the person, give up what waits for them, and notify the administrators.

    An address that the person had before marks nobody. An address outside is nobody's here: whoever wrote to
    it is notified.
    """
    give_up(email, now, email.error)
    day, person = localdate(now), Person.objects.get(pk=email.person_id)
    if email.kind in OUTSIDE_KINDS:
        refused = EmailRefused(name=email.to, subject=email.subject)
        notify(person, refused, on=day, cause=f"{email.kind}:{email.pk}", urgent=True)
        return
    if person.mail_refused_at is not None or email.to != (person.email or ""):  # or it is an address of before
        return
    person.mail_refused_at, person.mail_refusal = now, email.error
    person.save(update_fields=["mail_refused_at", "mail_refusal"])
    others = Email.objects.filter(person=person, kind__in=COUNTED, sent_at=None, gave_up_at=None)
    for other in others.exclude(pk=email.pk).select_for_update(skip_locked=True):
        give_up(other, now, email.error)
        other.save()
    for role in RoleAssignment.objects.on(day).filter(role=Role.ADMINISTRATOR).select_related("person"):
        notify(role.person, EmailRefused(name=person.name), on=day, cause=f"refused:{person.pk}:{day}")


def clear_mark(person: Person) -> None:
    """The address takes mail. What was given up because of the mark is written again by the next emails."""
    Email.objects.filter(person=person, sent_at=None, gave_up_at=None).exclude(refused_since=None).exclude(
        kind__in=OUTSIDE_KINDS
    ).update(refused_since=None)
    if person.mail_refused_at is not None:
        Person.objects.filter(pk=person.pk).update(mail_refused_at=None, mail_refusal="")


@transaction.atomic
def confirm_address(person: Person) -> None:
    """An administrator says that the marked address is right: emails to it are written and sent again."""
    clear_mark(Person.objects.select_for_update().get(pk=person.pk))


@transaction.atomic
def try_again(now: datetime) -> int:
    """Make everything that waits due now; returns how many emails that are. One that is being sent is left alone."""
    waiting = Email.objects.filter(sent_at=None, gave_up_at=None).select_for_update(skip_locked=True)
    return Email.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(next_try_at=now)
