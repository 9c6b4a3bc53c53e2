"""Sending login codes and other account emails, before all other emails."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.services.notifications import outbox

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
