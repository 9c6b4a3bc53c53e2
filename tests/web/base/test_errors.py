"""When something goes wrong on our side, the page stands without database, login or templates of others."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.views.defaults import bad_request
from pytest_django import Settings

from tests.browsing import enter
from tests.cast import Cast
from udbytte.web.base.errors import server_error

REFERENCE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")
pytestmark = pytest.mark.django_db


def test_our_own_error_asks_nothing_and_says_it_in_both_languages() -> None:
    with CaptureQueriesContext(connection) as queries:
        page = server_error(RequestFactory().post("/"))
    assert page.status_code == 500 and len(queries) == 0
    said = page.content.decode()
    assert "er ikke gemt" in said and "not saved" in said
    assert "style=" not in said and "<script" not in said


def test_what_cannot_be_read_is_said_in_both_languages(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        said = bad_request(RequestFactory().get("/"), ValueError()).content.decode()
    assert len(queries) == 0
    assert "kunne ikke læses" in said and "could not be read" in said and "Noget gik galt" not in said
    assert Client().get("/", headers={"host": "et andet sted"}).status_code == 400


def test_a_form_from_a_page_that_was_open_too_long_says_so(cast: Cast) -> None:
    page = Client(enforce_csrf_checks=True).post("/konto/login/", {"login": "mette@example.test"})
    assert page.status_code == 403 and "Siden har været åben for længe" in page.content.decode()


def test_a_page_that_fails_ends_there_with_a_number_that_stands_in_the_log(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("udbytte.web.people.home.next_steps_of", broken)
    client = enter(cast.mette)
    client.raise_request_exception = False
    page = client.get("/")
    text = page.content.decode()
    assert page.status_code == 500 and "Noget gik galt hos os" in text and "Siden kunne ikke vises" in text
    [reference] = REFERENCE.findall(text)[:1]
    assert f"500 {reference}: home" in caplog.text
    sent = client.post("/", {"do": "x"}).content.decode()
    assert "Det, du sendte, er ikke gemt" in sent and reference not in sent
    assert Client().get("/findes-ikke/").status_code in (302, 404)


def test_a_page_that_is_not_there_has_a_number_too(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        page = enter(cast.mette).get("/runder/999999/")
    text = page.content.decode()
    [reference] = REFERENCE.findall(text)
    assert page.status_code == 404 and f"404 {reference}: round by={cast.mette.pk}" in caplog.text


def test_the_accessibility_statement_is_reached_from_every_page(cast: Cast, settings: Settings) -> None:
    assert Client().get("/was").status_code == 404
    assert "/was" not in enter(cast.mette).get("/").content.decode()
    settings.ACCESSIBILITY_STATEMENT = "https://www.was.digst.dk/engby"
    assert Client().get("/was")["Location"] == "https://www.was.digst.dk/engby"
    assert 'href="/was"' in Client().get("/konto/login/").content.decode()
