"""What Prometheus reads: who may, and that it says what waits, and nothing about people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from tests.browsing import enter
from tests.cast import Cast
from udbytte.models import Email, FollowUpRun
from udbytte.web.base.metrics import kind_of

TOKEN = "k3J8s0dLw2Qz7Xv5Bn1M"
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(settings: Settings) -> Client:
    """One who may read them."""
    settings.CONFIG = replace(settings.CONFIG, metrics_token=TOKEN)
    return Client(headers={"authorization": f"Bearer {TOKEN}"})


def figures(client: Client) -> dict[tuple[str, ...], float]:
    """Each figure by its name and the values of its labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_nobody_reads_them_unless_the_settings_say_so(settings: Settings) -> None:
    assert Client().get("/metrics").status_code == 404
    settings.CONFIG = replace(settings.CONFIG, metrics_token=TOKEN)
    for header in ("", f"Bearer {TOKEN}x", TOKEN):
        assert Client(headers={"authorization": header}).get("/metrics").status_code == 404
    probe = Client(headers={"authorization": f"Bearer {TOKEN}", "host": "10.0.0.7:8000"})
    assert probe.get("/metrics").status_code == 200
    assert probe.post("/metrics").status_code == 405


@pytest.mark.parametrize(
    ("address", "forwarded", "status"),
    [
        ("10.0.0.5", "", 200),
        ("::ffff:10.0.0.5", "", 200),
        ("10.0.0.6", "", 404),
        ("10.0.0.6", "10.0.0.5", 404),  # an invented header opens nothing
        ("127.0.0.1", "192.0.2.1", 404),  # a stranger through the proxy
        ("127.0.0.1", "192.0.2.1, 10.0.0.5", 404),
        ("127.0.0.1", "10.0.0.5", 200),
        ("127.0.0.1", "unknown", 404),
    ],
)
def test_every_address_that_it_came_through_must_be_listed(
    settings: Settings, address: str, forwarded: str, status: int
) -> None:
    networks = (ip_network("10.0.0.5"), ip_network("127.0.0.0/8"))
    settings.CONFIG = replace(settings.CONFIG, metrics_from=networks)
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert Client(headers=headers, REMOTE_ADDR=address).get("/metrics").status_code == status


def test_requests_are_counted_by_page_and_nothing_else_of_them(cast: Cast, client: Client) -> None:
    before = figures(client)
    page = f"/samtaler/{cast.conversation.pk}/"
    assert enter(cast.mette).get(page).status_code == 200
    assert Client().get("/findes-ikke/").status_code in (302, 404)
    after = figures(client)
    assert after["udbytte_requests_total", "conversation", "200"] == 1 + before.get(
        ("udbytte_requests_total", "conversation", "200"), 0
    )
    assert after["udbytte_request_seconds_count", "conversations"] >= 1
    text = client.get("/metrics").content.decode()
    assert page not in text and "findes-ikke" not in text and "@" not in text


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        ("udbytte.web.agreements.page", "agreements"),
        ("udbytte.imports.pages", "imports"),
        ("allauth.account.views", "accounts"),
        ("django.views.generic.base", "none"),
    ],
)
def test_the_kind_of_a_page_is_its_subject(module: str, kind: str) -> None:
    assert kind_of(module) == kind


@pytest.mark.own_clock
def test_they_say_what_waits_and_since_when(cast: Cast, client: Client) -> None:
    now = datetime.now(UTC)
    wait = "insert into procrastinate_jobs (queue_name, task_name, args, status) values ('emails', 'x', '{}', %s)"
    with connection.cursor() as cursor:
        cursor.execute(wait, ["todo"])
        cursor.execute("update procrastinate_events set at = now() - interval '10 min' where type = 'deferred'")
        cursor.execute(wait, ["failed"])
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now() - interval '2 min')")
    FollowUpRun.objects.create(on=now.date(), finished_at=now)
    email = Email.objects.create(
        person=cast.mette, key="k", kind="digest", on=now.date(), to="m@example.test", next_try_at=now
    )
    Email.objects.filter(pk=email.pk).update(created_at=now - timedelta(hours=1))
    seen = figures(client)
    assert seen["udbytte_jobs_waiting", "emails"] == seen["udbytte_jobs_failed", "emails"] == 1
    assert 599 < seen["udbytte_job_oldest_seconds", "emails"] < 660
    assert 119 < seen["udbytte_worker_silent_seconds",] < 180
    assert seen["udbytte_emails_waiting",] == 1 and 3599 < seen["udbytte_email_oldest_seconds",] < 3660
    assert abs(seen["udbytte_follow_up_end_seconds",] - now.timestamp()) < 1
    assert seen["udbytte_ready",] == seen["udbytte_database_up",] == 1 and seen["udbytte_database_bytes",] > 1e6


def test_without_a_database_they_say_that_and_what_was_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("no answer from db.example.dk")

    Client().get("/konto/login/")
    monkeypatch.setattr(connection, "ensure_connection", away)
    seen = figures(client)
    assert seen["udbytte_database_up",] == seen["udbytte_ready",] == 0
    assert ("udbytte_emails_waiting",) not in seen and seen["udbytte_requests_total", "account_login", "200"] >= 1
