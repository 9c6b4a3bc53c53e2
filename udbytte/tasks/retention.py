"""Erasing what is past its limit, in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.runtime.clock import today
from udbytte.services.privacy.handouts import end_old_handouts
from udbytte.services.privacy.retention import run_retention


@app.periodic(cron="50 3 * * *", periodic_id="retention")
@app.task(queue="emails", queueing_lock="retention")
def erase(timestamp: int) -> None:
    """Once a night: end handouts that nobody fetched, and erase what is past its limit."""
    now = timezone.now()
    end_old_handouts(now)
    run_retention(on=today(), now=now)
