"""Sending login codes and other emails about accounts, before all other emails."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.services.notifications import outbox

QUEUE = "login"  # the worker keeps a place for it, so that a code waits for no other job


@app.task(queue=QUEUE)
def send_account_emails() -> None:
    """Send what waits; asked for by the request that wrote an email."""
    while outbox.send_account_emails(timezone.now()):
        pass


@app.periodic(cron="* * * * *", periodic_id="retry-account-emails")
@app.task(queue=QUEUE, queueing_lock="retry-account-emails")
def retry_account_emails(timestamp: int) -> None:
    """Try again what could not be sent, and clear codes that have expired."""
    send_account_emails()
