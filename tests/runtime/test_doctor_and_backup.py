"""The doctor finds what is wrong, and a backup can be restored."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from tests.runtime.installation import Installation
from tests.runtime.test_processes import free_port
from udbytte.queries import health
from udbytte.runtime import backup
from udbytte.runtime.database_url import parse_database_url

pytestmark = [pytest.mark.slow, pytest.mark.own_clock]
HEARTBEAT = "insert into procrastinate_workers (last_heartbeat) values (now())"
FOLLOWED_UP = "insert into udbytte_followuprun (\"on\", finished_at, report) values (current_date, now(), '{}')"
PERSON = (
    "insert into udbytte_person (password, email, given_name, family_name, language, digest_weekday, wants_mail, "
    "mail_refusal, is_active) values ('', 'mette@example.dk', 'Mette', 'Holm', 'da', 1, true, '', true)"
)
ROLES = (
    "insert into udbytte_roleassignment (person_id, role, starts_on) "
    "select p.id, r, current_date from udbytte_person p, unnest(array['administrator', 'hr']) r"
)
LETTER = (
    'insert into udbytte_email (person_id, key, kind, "on", "to", subject, text, html, calendar, message_id, '
    "created_at, next_try_at, tries, error) select id, 'k', 'digest', current_date, email, 'Din uge', 'Til Mette', "
    "'<p>Til Mette</p>', '[]', '', now(), now(), 0, '' from udbytte_person"
)
DEMO_MARK = "insert into udbytte_demomark (made_on) values (current_date)"
LOOK = """
import django; django.setup()
from django.test import Client
from django.utils.timezone import now
from udbytte.models import Email
from udbytte.services.notifications.outbox import send_due_emails
client = Client(SERVER_NAME="localhost")
paths = ("/postkasse/", f"/postkasse/{Email.objects.get().pk}/", "/demo/")
sent = send_due_emails(now())
print(*(client.get(path).status_code for path in paths), sent, Email.objects.filter(sent_at=None).count())
"""
PEOPLE = "select given_name, email from udbytte_person"


def test_the_doctor_finds_nothing_where_all_is_well(installation: Installation) -> None:
    installation.do(HEARTBEAT)
    installation.do(FOLLOWED_UP)
    installation.do(PERSON)
    installation.do(ROLES)
    with web_server() as port:
        done = Installation({**installation.environ, "PORT": str(port)}).run("doctor", "--json")
    findings = json.loads(done.stdout)
    assert [finding["name"] for finding in findings if not finding["ok"]] == []
    assert [finding["name"] for finding in findings] == [
        "database",
        "migrations",
        "worker",
        "clock",
        "follow-up",
        "emails",
        "roles",
        "self-check",
        "proxies",
        "keys",
        "web",
        "mail",
        "assets",
        "secret",
    ]
    assert done.returncode == 0


def test_the_doctor_says_what_to_mend_and_ends_with_1(installation: Installation) -> None:
    installation.do("delete from django_migrations where app = 'udbytte'")
    installation.do("insert into procrastinate_workers (last_heartbeat) values (now() - interval '2 min')")
    done = Installation({**installation.environ, "PORT": str(free_port())}).run("doctor", "--json")
    mend = {finding["name"]: finding["mend"] for finding in json.loads(done.stdout) if not finding["ok"]}
    assert mend == {
        "migrations": "Run: udbytte migrate",
        "worker": "Start a worker: udbytte worker (or systemctl start udbytte-worker).",
        "follow-up": "See that a worker runs, or run it once: udbytte followup",
        "roles": "Run: udbytte role administrator EMAIL and: udbytte role hr EMAIL",
        "web": "Start it: udbytte serve (or systemctl start udbytte-web).",
    }
    assert done.returncode == 1


def test_the_doctor_answers_without_a_database_too(tmp_path: Path) -> None:
    """And says what the web server says of itself."""
    environ = {"UDBYTTE_DATA": str(tmp_path), "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none"}
    with web_server(503, "database") as port:
        done = Installation({**environ, "PORT": str(port)}).run("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert list(findings) == ["database", "web", "mail", "assets", "secret"]
    assert findings["database"]["mend"] == "Start PostgreSQL, or correct DATABASE_URL."
    assert findings["web"]["seen"] == f"http://127.0.0.1:{port} answers: database"
    assert (done.returncode, done.stderr) == (1, "")


@contextmanager
def web_server(status: int = 200, says: str = "ok") -> Iterator[int]:
    """A web server that answers /readyz; its port."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # (the name that http.server asks for)
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(f"{says}\n".encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_a_backup_brings_everything_back_and_takes_away_what_came_later(
    installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "backup.dump"
    installation.do(PERSON)
    assert installation.run("backup", str(file)).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    installation.do("update udbytte_person set given_name = 'Someone'")
    installation.do("create table later (id int)")

    done = installation.run("restore", str(file), "--yes")

    assert (done.returncode, done.stderr) == (0, "")
    assert installation.ask(PEOPLE) == [("Mette", "mette@example.dk")]
    assert installation.ask("select to_regclass('later')") == [(None,)]
    assert installation.run("migrate", "--check").returncode == 0


def test_the_drill_opens_no_mailbox_and_sends_nothing(installation: Installation, tmp_path: Path) -> None:
    """Also where the empty database of the drill was the demo's before: the mark goes with the data."""
    file = tmp_path / "backup.dump"
    installation.do(PERSON)
    installation.do(LETTER)
    assert installation.run("backup", str(file)).returncode == 0
    installation.do(DEMO_MARK)
    drill = Installation({**installation.environ, "UDBYTTE_MODE": "demo", "UDBYTTE_DEMO_LOGIN": "off"})
    assert drill.run("collectstatic", "--no-input", "--verbosity", "0").returncode == 0
    assert drill.python(LOOK).stdout.split() == ["200", "200", "404", "1", "0"]

    assert drill.run("restore", str(file), "--yes").returncode == 0

    assert drill.python(LOOK).stdout.split() == ["404", "404", "404", "0", "1"]


def test_nothing_is_overwritten_unasked(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "backup.dump"
    file.write_text("the old one")
    done = installation.run("backup", str(file))
    assert (done.returncode, file.read_text()) == (1, "the old one")
    installation.do(PERSON)
    done = installation.run("restore", str(file))
    assert done.returncode == 1
    assert "the database has data already" in done.stderr
    assert installation.ask(PEOPLE) == [("Mette", "mette@example.dk")]


def test_a_backup_that_fails_leaves_no_half_file_and_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_off = tmp_path / "pg_dump"
    breaks_off.write_text("#!/bin/sh\necho half\necho 'disk full' >&2\nexit 1\n")
    breaks_off.chmod(0o755)
    monkeypatch.setattr(backup, "_program", lambda config, name: str(breaks_off))
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "backup.dump").write_text("the old one")
    with pytest.raises(backup.BackupFailed, match="pg_dump: disk full"):
        backup.write(settings.CONFIG, folder / "backup.dump")
    assert [(file.name, file.read_text()) for file in folder.iterdir()] == [("backup.dump", "the old one")]


def test_a_file_that_is_no_backup_changes_nothing(installation: Installation, tmp_path: Path) -> None:
    installation.do(PERSON)
    file = tmp_path / "backup.dump"
    file.write_bytes(b"PGDMP and then nonsense")
    done = installation.run("restore", str(file), "--yes")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: pg_restore: ")
    assert installation.ask(PEOPLE) == [("Mette", "mette@example.dk")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "ok"),
    [
        ("postgresql://database/udbytte", False),
        ("postgresql://database/udbytte?sslmode=disable", True),  # somebody has thought about it
        ("postgresql://database/udbytte?sslmode=verify-full", True),
        ("postgresql:///udbytte?host=/run/postgresql", True),
    ],
)
def test_it_asks_about_a_database_that_is_spoken_to_in_plain_text(
    address: str, ok: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = replace(settings.CONFIG, mode="production", database=parse_database_url(address))
    monkeypatch.setattr(settings, "CONFIG", production)
    finding = health._database()
    assert (finding.ok, "sslmode=verify-full" in finding.mend) == (ok, not ok)
