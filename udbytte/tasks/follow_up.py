"""The daily follow-up in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.runtime.clock import today
from udbytte.services.notifications.follow_up import follow_up_if_due
from udbytte.services.people.organisation import mark_who_works

FIRST_HOUR = 6  # by the organisation's own clock, summer and winter


@app.periodic(cron="*/10 * * * *", periodic_id="mark-who-works")
@app.task(queue="followup", queueing_lock="mark-who-works")
def mark(timestamp: int) -> None:
    """Log out people whose employment has ended: soon after midnight, and not at the follow-up in the morning."""
    mark_who_works(today())


@app.periodic(cron="*/10 * * * *", periodic_id="follow-up")
@app.task(queue="followup", queueing_lock="follow-up", aliases=["udbytte.tasks.followup.daily"])
def daily(timestamp: int) -> None:
    """Do today's follow-up once, from six in the morning, or as soon as a worker runs after that."""
    now = timezone.localtime()
    if now.hour >= FIRST_HOUR:
        follow_up_if_due(on=today())
