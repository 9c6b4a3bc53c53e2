"""Sending emails, and continuing the jobs of stopped workers."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from udbytte.runtime.clock import today
from udbytte.services.agreements.undo import forget_presses
from udbytte.services.notifications.outbox import send_due_emails
from udbytte.services.notifications.retention import forget_old_emails
from udbytte.services.notifications.write import write_urgent_emails

from . import accounts

GONE_AFTER_SECONDS = 60
JOBS_ARE_KEPT_HOURS = 7 * 24


@app.periodic(cron="* * * * *", periodic_id="send-letters")
@app.task(queue="emails", queueing_lock="send-letters", aliases=["udbytte.tasks.letters.send"])
def send(timestamp: int) -> None:
    """Write urgent emails and send due ones. What cannot be undone any more is forgotten."""
    now = timezone.now()
    write_urgent_emails(on=today(), now=now)
    forget_presses(now)
    send_due_emails(timezone.now())  # with what was written just now


# In the queue of the login codes, which has a place of its own: an import that runs for minutes does not delay it.
@app.periodic(cron="* * * * *", periodic_id="retry-stalled")
@app.task(queue=accounts.QUEUE, queueing_lock="retry-stalled", aliases=["udbytte.tasks.letters.retry_stalled"])
async def retry_stalled(timestamp: int) -> None:
    """Retry the jobs of workers that have died; otherwise they would stay "doing" for ever.

    If the same job is queued again already, the stalled one is finished, because only one may wait.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GONE_AFTER_SECONDS):
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            if job.id is not None:
                await app.job_manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)


@app.periodic(cron="20 3 * * *", periodic_id="clear-old-jobs")
@app.task(queue="emails", queueing_lock="clear-old-jobs", aliases=["udbytte.tasks.letters.clear_old_jobs"])
async def clear_old_jobs(timestamp: int) -> None:
    """Delete jobs after a week, done or failed."""
    await app.job_manager.delete_old_jobs(nb_hours=JOBS_ARE_KEPT_HOURS, include_failed=True)


@app.periodic(cron="40 3 * * *", periodic_id="forget-old-emails")
@app.task(queue="emails", queueing_lock="forget-old-emails")
def forget(timestamp: int) -> None:
    """Remove the content of emails that were sent two months ago."""
    forget_old_emails(timezone.now())
