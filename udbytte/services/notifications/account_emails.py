"""Emails about the account, such as a login code. They go into the outbox like all other emails."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from procrastinate.contrib.django import app

from udbytte.emails.calendar import host
from udbytte.models import Email, Person


class _NobodyHere(Exception):
    """Rolls back the row of an unknown address."""


@transaction.atomic
def queue_account_email(
    *, person: Person | None, subject: str, text: str, html: str, now: datetime, lasts: timedelta | None = None
) -> None:
    """Write one email into the outbox. `lasts`: how long it is useful; after that it is not sent.

    Without a person no row stays, but the database does the same work: the response time must not reveal which
    addresses are known.
    """
    to = "" if person is None else person.email or ""
    with suppress(_NobodyHere), transaction.atomic():
        account_email(person=person, to=to, subject=subject, text=text, html=html, now=now, lasts=lasts).save()
        if person is None:
            raise _NobodyHere


def account_email(
    *,
    person: Person | None,
    to: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    lasts: timedelta | None = None,
) -> Email:
    """One email about the account, not saved."""
    number = secrets.token_hex(8)
    kind = "account" if lasts is None else "login"
    return Email(
        person_id=0 if person is None else person.pk,
        key=f"{kind}:{number}",
        kind=kind,
        on=localdate(now),
        to=to,
        subject=subject,
        text=text,
        html=html,
        message_id=f"<{kind}-{number}@{host()}>",
        next_try_at=now,
        expires_at=None if lasts is None else now + lasts,
    )


def wake_worker() -> None:
    """Ask the worker to send waiting account emails. The job is given by its name, because tasks are a storey above."""
    app.configure_task("udbytte.tasks.accounts.send_account_emails", queue="login").defer()
