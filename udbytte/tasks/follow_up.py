"""The daily follow-up in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.runtime.clock import today
from udbytte.services.notifications.follow_up import follow_up_if_due

FIRST_HOUR = 6  # by the organisation's own clock, summer and winter


@app.periodic(cron="*/10 * * * *", periodic_id="follow-up")
@app.task(queue="followup", queueing_lock="follow-up", aliases=["udbytte.tasks.followup.daily"])
def daily(timestamp: int) -> None:
    """Do today's follow-up once, from six in the morning, or as soon as a worker runs after that."""
    now = timezone.localtime()
    if now.hour >= FIRST_HOUR:
        follow_up_if_due(on=today())
