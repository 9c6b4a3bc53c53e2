"""Figures of the installation for a monitor: what waits, since when, and when the follow-up last ran.

They come from the database, so each web machine says the same. They say nothing about people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import version

from django.conf import settings
from django.db import Error, connection
from django.db.models import Max
from procrastinate.contrib.django.models import ProcrastinateWorker
from prometheus_client.core import GaugeMetricFamily

from udbytte.models import Email, FollowUpRun

from .health import blocking_problems
from .notifications.mail import mail_state

# Each queue: how many jobs wait, since when the oldest could have begun (in seconds), and how many have failed. Done
# and failed jobs are deleted after a week.
QUEUES = """
select job.queue_name,
       count(*) filter (where is_waiting),
       coalesce(extract(epoch from %s - min(due_at) filter (where is_waiting)), 0),
       count(*) filter (where job.status = 'failed')
from (
    select queue_name, status, status = 'todo' and coalesce(scheduled_at, %s) <= %s as is_waiting,
           coalesce(scheduled_at, (
               select at from procrastinate_events where job_id = procrastinate_jobs.id and type = 'deferred' limit 1
           )) as due_at
    from procrastinate_jobs where status in ('todo', 'failed')
) job
group by 1 order by 1
"""


def installation_metrics(now: datetime) -> Iterator[GaugeMetricFamily]:
    """All figures that the database knows. Without a database, only that there is none."""
    info = GaugeMetricFamily("udbytte_info", "Version and mode; always 1.", labels=["version", "mode"])
    info.add_metric([version("udbytte"), settings.MODE], 1)
    yield info
    try:
        missing = blocking_problems()
        yield _gauge("udbytte_database_up", "Whether the database answers.", float("database" not in missing))
        yield _gauge("udbytte_ready", "Whether pages can be answered: the database and its tables.", float(not missing))
        if missing:
            return
        yield from [*_queues(now), *_emails(now), *_background(now), _size()]
    except Error:  # the database goes away while it is asked
        return


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _queues(now: datetime) -> Iterator[GaugeMetricFamily]:
    waiting = GaugeMetricFamily("udbytte_jobs_waiting", "Jobs that could begin now.", labels=["queue"])
    oldest = GaugeMetricFamily(
        "udbytte_job_oldest_seconds", "For how long the oldest of them could have begun.", labels=["queue"]
    )
    failed = GaugeMetricFamily("udbytte_jobs_failed", "Jobs that failed in the last week.", labels=["queue"])
    with connection.cursor() as cursor:
        cursor.execute(QUEUES, [now, now, now])
        for queue, number, seconds, failures in cursor.fetchall():
            waiting.add_metric([queue], number)
            oldest.add_metric([queue], max(float(seconds), 0.0))
            failed.add_metric([queue], failures)
    yield from (waiting, oldest, failed)


def _emails(now: datetime) -> Iterator[GaugeMetricFamily]:
    state = mail_state(now)
    sent = Email.objects.filter(sent_at__gt=now - timedelta(days=1)).count()
    yield _gauge("udbytte_emails_waiting", "Emails that are not sent yet.", state.waiting)
    yield _gauge("udbytte_email_oldest_seconds", "The age of the oldest of them.", state.age(now).total_seconds())
    yield _gauge("udbytte_emails_sent_last_day", "Emails sent in the last 24 hours.", sent)
    yield _gauge("udbytte_mail_trouble", "Whether none has gone out for 45 minutes, as on /mailz.", state.is_trouble)


def _background(now: datetime) -> Iterator[GaugeMetricFamily]:
    """When the follow-up last ended and a worker was last heard of. Left out if that was never."""
    ended = FollowUpRun.objects.aggregate(last=Max("finished_at"))["last"]
    if ended is not None:
        yield _gauge("udbytte_follow_up_end_seconds", "When the last follow-up ended, since 1970.", ended.timestamp())
    heard = ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]
    if heard is not None:
        silent = max(now - heard, timedelta()).total_seconds()
        yield _gauge("udbytte_worker_silent_seconds", "Since when no worker was heard of.", silent)


def _size() -> GaugeMetricFamily:
    with connection.cursor() as cursor:
        cursor.execute("select pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return _gauge("udbytte_database_bytes", "The size of the database.", size)
