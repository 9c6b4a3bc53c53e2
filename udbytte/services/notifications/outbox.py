"""The outbox: letters are sent one at a time, each once, and tried again when the server says later."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet

from udbytte.domain.notifications import EmailRefused
from udbytte.emails.calendar import calendar_objects
from udbytte.models import ACCOUNT_KINDS, Email, Person, Role, RoleAssignment
from udbytte.queries.demo import has_demo_login, has_mailbox, is_demo_database

from .notify import notify

# Minutes until a letter that could not be sent is tried again; after the last it is given up.
WAITS = (1, 5, 30, 120, 720, 1440)
MINUTES_BETWEEN_TRIES_OF_A_CODE = 1
BATCH = 500
PERMANENT = 500  # SMTP answers from here on say that trying again will not help


def send_due(now: datetime) -> int:
    """Send what is due, at most a batch; returns how many were sent. Several workers can do it at once."""
    return _send(_due(now).exclude(kind__in=ACCOUNT_KINDS), now)


def send_account_emails(now: datetime) -> int:
    """Send login codes and other emails about accounts, at most a batch; returns how many were sent.

    A code that has expired is not sent; its text is cleared.
    """
    expired = Email.objects.filter(kind__in=ACCOUNT_KINDS, sent_at=None, gave_up_at=None, expires_at__lte=now)
    cleared = {} if _mailbox_shows_codes() else {"text": "", "html": ""}
    expired.update(gave_up_at=now, error="expired before it could be sent", **cleared)
    return _send(_due(now).filter(kind__in=ACCOUNT_KINDS), now)


def _due(now: datetime) -> QuerySet[Email]:
    lasts = Q(expires_at=None) | Q(expires_at__gt=now)
    return Email.objects.filter(lasts, sent_at__isnull=True, gave_up_at__isnull=True, next_try_at__lte=now)


def _mailbox_shows_codes() -> bool:
    """Whether this is the demo, whose visitors read their login code in its mailbox."""
    return has_mailbox() and has_demo_login()


def _send(due: QuerySet[Email], now: datetime) -> int:
    """Send a batch of the emails that are due; returns how many were sent.

    In demo mode a letter counts as sent without leaving, in the demo's own database only; elsewhere it goes on waiting.
    One connection carries the batch; when the server cannot be reached at all, the rest of the batch waits.
    """
    sent = 0
    in_demo = settings.MODE == "demo"
    if in_demo and not is_demo_database():
        return 0
    backend: BaseEmailBackend | None = None if in_demo else get_connection()
    try:
        for _ in range(BATCH):
            outcome = _send_one(due, now, backend)
            if outcome is None or outcome is Outcome.UNREACHABLE:
                break
            sent += outcome is Outcome.SENT
    finally:
        if backend is not None:
            backend.close()
    return sent


class Outcome(Enum):
    SENT = auto()
    NOT_SENT = auto()
    UNREACHABLE = auto()


@transaction.atomic
def _send_one(due: QuerySet[Email], now: datetime, backend: BaseEmailBackend | None) -> Outcome | None:
    """Claim one letter by locking its row, send it and mark it in the same transaction. None when nothing is due."""
    email = due.select_for_update(skip_locked=True).order_by("next_try_at", "pk").first()
    if email is None:
        return None
    email.tries += 1
    outcome = Outcome.NOT_SENT
    try:
        if backend is not None:
            backend.open()
            _message(email, backend).send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        _failed(email, now, _words(text), permanent=code >= PERMANENT)
    except smtplib.SMTPResponseException as answered:
        _failed(email, now, _words(answered.smtp_error), permanent=False)
    except OSError as error:  # no answer: smtplib's own errors are of this kind too
        _failed(email, now, str(error), permanent=False)
        outcome = Outcome.UNREACHABLE
    except ValueError as error:  # a letter that cannot be written down as a mail must not hold up the others
        _failed(email, now, str(error), permanent=False)
    else:
        email.sent_at, email.error, outcome = now, "", Outcome.SENT
        if email.kind != "provider":
            Person.objects.filter(pk=email.person_id, mail_refused_at__isnull=False).update(
                mail_refused_at=None, mail_refusal=""
            )
    if outcome is not Outcome.SENT and backend is not None:
        backend.close()  # what the server was told so far is forgotten
    is_over = email.sent_at is not None or email.gave_up_at is not None
    if is_over and email.kind in ACCOUNT_KINDS and not _mailbox_shows_codes():
        email.text = email.html = ""
    email.save()
    return outcome


def _words(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _message(email: Email, backend: BaseEmailBackend) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        email.subject,
        email.text,
        to=[email.to],
        reply_to=[email.person.email] if email.kind == "provider" and email.person.email else None,
        headers={"Message-ID": email.message_id, "Auto-Submitted": "auto-generated"},
        connection=backend,
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    for number, (method, entry) in enumerate(calendar_objects(email.calendar)):
        if number == 0:  # calendars offer what stands as an alternative; the file is for those that do not
            message.attach_alternative(entry, f"text/calendar; method={method}")
        message.attach(f"udbytte-{number + 1}.ics", entry, f"text/calendar; method={method}")
    return message


def _failed(email: Email, now: datetime, error: str, *, permanent: bool) -> None:
    """Try again later, or give up. An address that refuses is one fact, told to the administrators once."""
    email.error = error[:500]
    if not permanent and email.expires_at is not None:
        email.next_try_at = now + timedelta(minutes=MINUTES_BETWEEN_TRIES_OF_A_CODE)
        return
    if not permanent and email.tries <= len(WAITS):
        email.next_try_at = now + timedelta(minutes=WAITS[email.tries - 1])
        return
    email.gave_up_at = now
    person = Person.objects.get(pk=email.person_id)
    if email.kind == "provider":  # a fact about the provider, which who wrote must know
        refused = EmailRefused(name=email.to, subject=email.subject)
        notify(person, refused, on=now.date(), cause=f"provider:{email.pk}", urgent=True)
        return
    if not permanent or person.mail_refused_at is not None:
        return
    person.mail_refused_at, person.mail_refusal = now, error[:500]
    person.save(update_fields=["mail_refused_at", "mail_refusal"])
    day = now.date()
    for given in RoleAssignment.objects.on(day).filter(role=Role.ADMINISTRATOR).select_related("person"):
        notify(given.person, EmailRefused(name=person.name), on=day, cause=f"refused:{person.pk}:{day}")
