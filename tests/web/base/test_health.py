"""What a monitor asks: it comes without login, without our host name and without TLS."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_answers_a_probe_that_knows_nothing(settings: Settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["mus.example.dk"]
    answer = Client().get(path, headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("text/plain; charset=utf-8", "nosniff")
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Strict-Transport-Security" not in answer
    settings.SECURE_HSTS_SECONDS = 60
    assert Client().get(path, secure=True)["Strict-Transport-Security"] == "max-age=60; includeSubDomains"
    assert Client().head(path).status_code == 200
    assert Client().post(path).status_code == 405
    assert Client().get("/konto/login/", headers={"host": "mus.example.dk"}).status_code == 301


def test_whether_the_process_lives_is_said_without_the_database() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert Client().get("/healthz").status_code == 200
    assert len(queries) == 0


def test_it_is_not_ready_while_a_migration_is_missing() -> None:
    of_ours = "from django_migrations where app = 'udbytte'"
    with connection.cursor() as cursor:
        cursor.execute(f"delete {of_ours} and name = (select max(name) {of_ours})")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"migrations\n")
    assert Client().get("/healthz").status_code == 200


def test_it_is_not_ready_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away() -> None:
        raise OperationalError("no answer from db.example.dk")

    monkeypatch.setattr(connection, "ensure_connection", away)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"database\n")
