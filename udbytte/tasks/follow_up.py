"""The daily follow-up in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.runtime.clock import today
from udbytte.services.notifications.follow_up import follow_up_if_due
from udbytte.services.notifications.follow_up_missing import notify_of_missing_follow_up
from udbytte.services.people.organisation import mark_who_works

FIRST_HOUR = 6  # by the organisation's own clock, summer and winter
LAST_HOUR = 9  # by then it must have run


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


# In the queue of the emails, and five minutes after the follow-up is tried: a follow-up that hangs does not hold it up,
# and a worker that begins late in the day does the follow-up first.
@app.periodic(cron="5-55/10 * * * *", periodic_id="follow-up-missing")
@app.task(queue="emails", queueing_lock="follow-up-missing")
def check(timestamp: int) -> None:
    """From nine in the morning: tell the administrators if today's follow-up has not run."""
    if timezone.localtime().hour >= LAST_HOUR:
        notify_of_missing_follow_up(on=today())
