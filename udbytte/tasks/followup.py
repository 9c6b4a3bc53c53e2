"""The daily follow-up, in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.ground.clock import today

from ..services.followup import catch_up

FIRST_HOUR = 6  # by the organisation's own clock, summer and winter


@app.periodic(cron="*/10 * * * *", periodic_id="follow-up")
@app.task(queue="followup", queueing_lock="follow-up")
def daily(timestamp: int) -> None:
    """Follow up on today once, from six in the morning; or as soon as a worker runs, where that was missed."""
    now = timezone.localtime()
    if now.hour >= FIRST_HOUR:
        catch_up(on=today())
