"""Sending letters, and taking up what a worker left behind."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from ..services.letters import write_letters
from ..services.outbox import send_due


@app.periodic(cron="* * * * *", periodic_id="send-letters")
@app.task(queue="letters", queueing_lock="send-letters")
def send(timestamp: int) -> None:
    """Write what cannot wait, and send what is due."""
    write_letters(on=timezone.localdate())
    send_due(timezone.now())


@app.periodic(cron="* * * * *", periodic_id="retry-stalled")
@app.task(queue="letters", queueing_lock="retry-stalled")
async def retry_stalled(timestamp: int) -> None:
    """Take up the jobs of workers that have died: they would stay "doing" for ever."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=60):
        await app.job_manager.retry_job(job)
