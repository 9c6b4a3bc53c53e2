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
from django.urls import reverse
from psycopg_pool import PoolTimeout

from tests.browsing import enter
from tests.cast import make_cast
from tests.web.test_odd_values import Forms
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
    assert [record.levelname for record in caplog.records if record.name != "udbytte.audit"] == ["WARNING"]


def test_what_was_written_is_on_the_page_and_is_sent_again(other: psycopg.Connection) -> None:
    cast = make_cast()
    asked, client = cast.conversation, enter(cast.mette)
    asked.held_on = None
    asked.save()
    client.raise_request_exception = False
    sent = {"do": "decline", "reason": "Vi talte <om det> i går"}
    url = reverse("meeting", args=[asked.pk])
    with other.transaction():
        other.execute("select 1 from udbytte_conversation where id = %s for update", [asked.pk])
        page = client.post(url, sent | {"csrfmiddlewaretoken": "x" * 64})
    text = page.content.decode()
    assert page.status_code == 503 and "En anden gemmer lige nu" in text and "What you wrote is here." in text
    assert "Vi talte &lt;om det&gt; i går</textarea>" in text
    (form,) = Forms(text).found
    assert (
        form.action == url and form.values.keys() == {*sent, "csrfmiddlewaretoken"} and form.values["do"] == "decline"
    )
    assert client.post(form.action, sent).status_code == 302
    asked.refresh_from_db()
    assert asked.declined_reason == sent["reason"]


@pytest.mark.parametrize("left_in", ["view", "middleware"])
def test_while_the_database_is_away_what_was_written_is_on_the_page(
    monkeypatch: pytest.MonkeyPatch, left_in: str
) -> None:
    client = enter(make_cast().mette)
    client.raise_request_exception = False

    def cut(*_: object, **__: object) -> None:
        connection.cursor().execute("select pg_terminate_backend(pg_backend_pid())")

    where = (
        "udbytte.web.base.locale.save_preferences"
        if left_in == "view"
        else "udbytte.web.base.locale.translation.activate"
    )
    with monkeypatch.context() as outage:
        outage.setattr(where, cut)
        page = client.post("/sprog/", {"language": "en", "next": "/sprog/ og mere"})
    connection.close()
    text = page.content.decode()
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Udbytte kan ikke gemme lige nu" in text and "/sprog/ og mere</textarea>" in text


def test_no_page_shows_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)

    def away(*_: object) -> None:
        raise OperationalError from PoolTimeout()

    monkeypatch.setattr("udbytte.web.base.locale.translation.activate", away)
    page = client.post("/konto/login/", {"login": "mette@x.test", "password": "Et langt kodeord"})
    (form,) = Forms(page.content.decode()).found
    assert page.status_code == 503 and form.values == {"login": "mette@x.test"}
    assert "langt kodeord" not in page.content.decode()


def test_a_page_that_only_shows_something_offers_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter(make_cast().mette)
    client.raise_request_exception = False

    def away(*_: object) -> None:
        raise OperationalError from PoolTimeout()

    monkeypatch.setattr("udbytte.web.people.home.next_steps_of", away)
    page = client.get("/?uge=2")
    assert page.status_code == 503 and 'href="/?uge=2"' in page.content.decode()


def test_another_error_of_the_database_is_still_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr("udbytte.web.people.home.next_steps_of", broken)
    client = enter(make_cast().mette)
    client.raise_request_exception = False
    assert client.get("/").status_code == 500
