"""When somebody else is just now writing the same, the page says so, and nothing is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client

from tests.browsing import enter
from tests.cast import make_cast
from udbytte.models import Person
from udbytte.runtime import postgres

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """Somebody else's connection; ours gives up waiting soon, as that of a web process does."""
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '200ms'")
    with postgres.connect(settings.CONFIG, str(connection.settings_dict["NAME"])) as writing:
        yield writing
    with connection.cursor() as cursor:
        cursor.execute("reset lock_timeout")


def test_a_refused_lock_is_said_in_both_languages(other: psycopg.Connection) -> None:
    mette = make_cast().mette
    client = enter(mette)
    client.raise_request_exception = False
    with other.transaction():
        other.execute("select 1 from udbytte_person where id = %s for update", [mette.pk])
        page = client.post("/sprog/", {"language": "en"})
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    said = page.content.decode()
    assert "Det, du sendte, er ikke gemt." in said and "What you sent is not saved." in said
    assert Person.objects.get(pk=mette.pk).language == "da"
    assert client.post("/sprog/", {"language": "en"}).status_code == 302
    assert Person.objects.get(pk=mette.pk).language == "en"


@pytest.mark.parametrize(
    "lock",
    [
        "lock table django_session in access exclusive mode",  # as a migration does; a middleware reads the session
        "select 1 from django_session for update",  # a middleware writes the session after the view
    ],
)
def test_a_lock_that_is_refused_in_a_middleware_is_said_too(
    other: psycopg.Connection, caplog: pytest.LogCaptureFixture, lock: LiteralString
) -> None:
    make_cast()
    client = Client(raise_request_exception=False)
    assert client.post("/konto/login/code/", {"email": "mette@example.test"}).status_code == 302
    with other.transaction():
        other.execute(lock)
        page = client.post("/konto/login/code/confirm/", {"code": "BBBB-BBBB"})
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Det, du sendte, er ikke gemt." in page.content.decode()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_another_error_of_the_database_is_still_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr("udbytte.web.people.home.next_steps_of", broken)
    client = enter(make_cast().mette)
    client.raise_request_exception = False
    assert client.get("/").status_code == 500
