"""When something goes wrong on our side, the page stands without database, login or templates of others."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.views.defaults import bad_request, server_error

from tests.browsing import enter
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_our_own_error_asks_nothing_and_says_it_in_both_languages() -> None:
    with CaptureQueriesContext(connection) as queries:
        page = server_error(RequestFactory().get("/"))
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
    assert page.status_code == 403 and "Siden har stået åben for længe" in page.content.decode()


def test_a_page_that_fails_ends_there(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("udbytte.web.people.home.next_steps_of", broken)
    client = enter(cast.mette)
    client.raise_request_exception = False
    page = client.get("/")
    assert page.status_code == 500 and "Noget gik galt hos os" in page.content.decode()
    assert Client().get("/findes-ikke/").status_code in (302, 404)
