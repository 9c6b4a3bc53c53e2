"""The worker as `udbytte worker` starts it: a login code waits for no other job, and the worker stops when asked."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from django.conf import settings

from tests.runtime.installation import COMMAND, Installation
from udbytte.runtime import postgres
from udbytte.runtime.database_url import parse_database_url

pytestmark = pytest.mark.slow
PERSON = (
    "insert into udbytte_person (password, email, given_name, family_name, language, digest_weekday, wants_mail, "
    "mail_refusal, is_active) values ('', 'mette@example.dk', 'Mette', 'Holm', 'da', 1, true, '', true)"
)
CODE = (
    'insert into udbytte_email (person_id, key, kind, "on", "to", subject, text, html, calendar, message_id, '
    "created_at, next_try_at, tries, error, expires_at) select id, 'login:1', 'login', current_date, email, 'Din kode',"
    " 'BBBB-CCCC', '', '', '<1@x>', now(), now(), 0, '', now() + interval '10 min' from udbytte_person"
)
JOB = "insert into procrastinate_jobs (queue_name, task_name, args) values ('{}', 'udbytte.tasks.{}', '{}')"
SENT = "select text from udbytte_email where sent_at is not null"
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


def until(installation: Installation, query: str, rows: list[tuple[object, ...]]) -> None:
    deadline = time.monotonic() + 60
    while installation.ask(query) != rows:
        assert time.monotonic() < deadline, installation.ask(query)
        time.sleep(0.1)


def test_a_code_is_sent_while_another_job_hangs(installation: Installation) -> None:
    installation.do(PERSON)
    name = parse_database_url(installation.environ["DATABASE_URL"]).name
    worker = subprocess.Popen([*COMMAND, "worker"], env=installation.full_environ)
    try:
        with postgres.connect(settings.CONFIG, name) as other, other.transaction():
            other.execute("lock table udbytte_followuprun, udbytte_notification in access exclusive mode")
            installation.do(JOB.format("emails", "emails.send", '{"timestamp": 0}'))
            until(installation, WAITING, [(1,)])
            installation.do(CODE)
            installation.do(JOB.format("login", "accounts.send_account_emails", "{}"))
            until(installation, SENT, [("",)])
            assert installation.ask(WAITING) == [(1,)]
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    finally:
        worker.kill()
        worker.wait()
