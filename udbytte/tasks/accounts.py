"""Sending login codes and other account emails, before all other emails; and clearing ended sessions."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.services.notifications import outbox
from udbytte.services.people.sessions import delete_ended_sessions

QUEUE = "login"  # the worker reserves a place for it, so that a login code never waits for other jobs


@app.task(queue=QUEUE)
def send_account_emails() -> None:
    """Send waiting account emails. The request that wrote an email starts this.

    The server is asked whether it takes mail also if the code was for an unknown address, for which none is written: so
    the login page says for both that mail is away.
    """
    probe = True
    while outbox.send_account_emails(timezone.now(), probe=probe):
        probe = False


@app.periodic(cron="* * * * *", periodic_id="retry-account-emails")
@app.task(queue=QUEUE, queueing_lock="retry-account-emails")
def retry_account_emails(timestamp: int) -> None:
    """Try again to send failed emails, and clear expired codes."""
    while outbox.send_account_emails(timezone.now()):
        pass


@app.periodic(cron="30 3 * * *", periodic_id="delete-ended-sessions")
@app.task(queue="emails", queueing_lock="delete-ended-sessions")
def delete_sessions(timestamp: int) -> None:
    """Once a day: delete the sessions whose time is over."""
    delete_ended_sessions(timezone.now())
