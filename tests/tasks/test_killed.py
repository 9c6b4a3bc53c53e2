"""Killed work is done again: a follow-up that was interrupted, and the job of a stopped worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import TODAY, Cast, make_cast
from tests.settings import ROOT
from udbytte.models import Email, FollowUpRun, Notification
from udbytte.services.notifications.follow_up import follow_up
from udbytte.tasks import accounts
from udbytte.tasks import emails as tasks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.own_clock]

# Another process on the test's own database, in which the step `then` of the follow-up waits to be killed.
SCRIPT = """
import sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {name!r}
django.setup()
from datetime import date
from udbytte.services.notifications import {module} as module
def hang(*args, **kwargs):
    print("here", flush=True)
    time.sleep(60)
module.{function} = hang
from udbytte.services.notifications.follow_up import follow_up
follow_up(on=date.fromisoformat({day!r}))
"""


def killed_in(module: str, function: str, day: str) -> None:
    """Run a follow-up in its own process, and kill it when it reaches `function`."""
    name = connection.settings_dict["NAME"]
    script = SCRIPT.format(name=name, module=module, function=function, day=day)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize(
    ("module", "function"), [("follow_up", "_coming"), ("follow_up", "write_emails"), ("write", "_new_email")]
)
def test_a_follow_up_that_is_killed_is_done_again_and_tells_each_thing_once(module: str, function: str) -> None:
    cast: Cast = make_cast()
    cast.agree()
    day = TODAY + timedelta(days=21)
    killed_in(module, function, day.isoformat())
    assert not FollowUpRun.objects.filter(on=day, finished_at__isnull=False).exists()
    follow_up(on=day)
    follow_up(on=day)
    assert Email.objects.filter(person=cast.bente).count() == 1
    assert Notification.objects.filter(person=cast.bente, kind="late").count() == 1
    assert not Notification.objects.filter(person=cast.bente, email=None).exists()


def work(*queues: str) -> None:
    """Let a worker do the jobs that wait in one queue, then those in the next."""

    def run() -> None:
        with app.replace_connector(DjangoConnector().get_worker_connector()):
            for queue in queues:
                app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, queues=[queue])
        connections.close_all()

    # A worker has an event loop of its own, and this thread may have the browser's.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()


def job_left_behind(task: str, *, lock: str | None = None) -> int:
    """The job that a worker was doing when it was killed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '5 minutes') returning id"
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status, worker_id, queueing_lock) "
            "values ('emails', %s, '{\"timestamp\": 0}', 'doing', %s, %s) returning id",
            [f"udbytte.tasks.emails.{task}", worker, lock],
        )
        return int(cursor.fetchone()[0])


def retry_stalled_jobs() -> None:
    """Retry them in the queue of login codes, where no import delays it."""
    app.configure_task(str(tasks.retry_stalled.name), queue=str(tasks.retry_stalled.queue)).defer(timestamp=0)
    work(accounts.QUEUE)


@pytest.fixture
def no_jobs() -> None:
    ProcrastinateJob.objects.all().delete()


def test_the_job_of_a_worker_that_was_killed_is_taken_up_again(no_jobs: None) -> None:
    job = job_left_behind("send")
    retry_stalled_jobs()
    assert ProcrastinateJob.objects.get(pk=job).status == "todo"
    work("emails")
    assert ProcrastinateJob.objects.get(pk=job).status == "succeeded"


def test_a_job_that_waits_anew_already_keeps_no_other_from_being_taken_up(no_jobs: None) -> None:
    doubled = job_left_behind("send", lock="send-letters")
    job = job_left_behind("clear_old_jobs")
    later = datetime.now(tz=UTC) + timedelta(hours=1)
    waiting = app.configure_task(str(tasks.send.name), queueing_lock="send-letters", schedule_at=later).defer(
        timestamp=1
    )
    retry_stalled_jobs()
    work("emails")
    status = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert (status[doubled], status[job], status[waiting]) == ("failed", "succeeded", "todo")
    assert not ProcrastinateJob.objects.filter(task_name=tasks.retry_stalled.name, status="failed").exists()
