"""The daily follow-up, in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from ..services.followup import follow_up


@app.periodic(cron="0 5 * * *", periodic_id="follow-up")
@app.task(queue="followup", queueing_lock="follow-up")
def daily(timestamp: int) -> None:
    """Follow up on today; a day that was missed is caught up by the next one."""
    follow_up(on=timezone.localdate())
