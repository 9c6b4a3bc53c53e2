"""Handing out everything about somebody who has left, without anybody else seeing it.

HR checks who asks, and types the address. A code goes to that address; with it the person fetches the file once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from udbytte.access.links import HANDOUT_DAYS, HandoutLink
from udbytte.models import AuditKind, Email, Handout, Person
from udbytte.services.errors import Refused
from udbytte.services.locks import lock_row
from udbytte.services.notifications.account_emails import account_email, wake_worker
from udbytte.services.people.audit import note

LASTS = timedelta(days=HANDOUT_DAYS)
MOST_TRIES = 5
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so that no code is a word
CODE_LENGTH = 10
OPEN = Q(fetched_at__isnull=True, ended_at__isnull=True)


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The code is wrong; so many tries are left."""

    tries_left: int


def is_open(handout: Handout, now: datetime) -> bool:
    """Whether it can still be fetched."""
    return handout.fetched_at is None and handout.ended_at is None and now < handout.expires_at


@transaction.atomic
def start_handout(person: Person, *, to: str, by: Person, on: date, now: datetime) -> Handout:
    """Send a code to the address. An earlier handout of the person that was not fetched ends.

    Refused for somebody who works here (they fetch it themselves), for somebody who is erased, and for the address of
    somebody who works here: that would be another person's.
    """
    row = lock_row(Person.objects.all(), person.pk)
    if row.is_active:
        raise Refused(_("%(name)s works here, and fetches it themselves.") % {"name": row.name}, "person")
    if row.erased_on is not None:
        raise Refused(_("Nothing is stored about this person any more."), "person")
    if Person.objects.filter(email__iexact=to, is_active=True).exists():
        raise Refused(_("That is the address of somebody who works here."), "to")
    for earlier in Handout.objects.filter(OPEN, person=row):
        _end(earlier, now)
    code = "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))
    handout = Handout.objects.create(
        person=row, to=to, code=make_password(code), made_by=by, made_at=now, expires_at=now + LASTS
    )
    link = HandoutLink(row.pk, handout.pk, on).url
    with override(row.language):
        subject, text = _("What Udbytte has about you"), _text(link, code)
    email = account_email(person=row, to=to, subject=subject, text=text, html="", now=now)
    email.save()
    Handout.objects.filter(pk=handout.pk).update(email=email)
    wake_worker()
    note(AuditKind.HANDOUT, by=by, about=row, on=on, thing=handout.pk)
    return handout


def _text(link: str, code: str) -> str:
    words = {"link": link, "code": f"{code[:5]}-{code[5:]}", "days": HANDOUT_DAYS}
    parts = (
        _("You have asked for everything that Udbytte has about you. Open this page, and write the code there:"),
        "%(link)s",
        "%(code)s",
        _("It can be fetched once, within %(days)s days."),
        _("Have you not asked for it? Then delete this email, and tell the workplace."),
    )
    return "\n\n".join(parts) % words


@transaction.atomic
def try_code(handout: Handout, code: str, *, on: date, now: datetime) -> Handout | WrongCode | None:
    """The handout if the code is right, else how many tries are left; None where it can no longer be fetched.

    A right code ends it: the caller makes the file in the same transaction. Wrong codes are counted and noted.
    """
    row = lock_row(Handout.objects.select_related("person"), handout.pk)
    if not is_open(row, now):
        return None
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    if not check_password(typed, row.code):
        row.tries += 1
        row.save(update_fields=["tries"])
        note(AuditKind.HANDOUT_FAILED, by=None, about=row.person, on=on, thing=row.pk)
        if row.tries >= MOST_TRIES:
            _end(row, now)
        return WrongCode(MOST_TRIES - row.tries)
    row.fetched_at = now
    row.save(update_fields=["fetched_at"])
    note(AuditKind.HANDOUT_FETCHED, by=None, about=row.person, on=on, thing=row.pk)
    _forget(row)
    return row


@transaction.atomic
def end_handout(handout: Handout, *, now: datetime) -> None:
    """HR takes it back. One that was fetched stays so."""
    row = lock_row(Handout.objects.all(), handout.pk)
    if row.fetched_at is None and row.ended_at is None:
        _end(row, now)


@transaction.atomic
def end_old_handouts(now: datetime) -> int:
    """End what nobody fetched in time; returns how many that were."""
    old = list(Handout.objects.filter(OPEN, expires_at__lte=now).select_for_update())
    for handout in old:
        _end(handout, now)
    return len(old)


def _end(handout: Handout, now: datetime) -> None:
    handout.ended_at = now
    handout.save(update_fields=["ended_at"])
    _forget(handout)


def _forget(handout: Handout) -> None:
    """The private address and the code are needed no more; nor is the email with them."""
    Email.objects.filter(pk=handout.email_id or 0).delete()
    Handout.objects.filter(pk=handout.pk).update(to="", code="")
