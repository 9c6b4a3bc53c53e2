"""When something goes wrong on our side, the page stands without database, login or templates of others."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.views.defaults import server_error

from tests.cast import Cast
from tests.web.conftest import enter

pytestmark = pytest.mark.django_db


def test_our_own_error_asks_nothing_and_says_it_in_both_languages() -> None:
    with CaptureQueriesContext(connection) as queries:
        page = server_error(RequestFactory().get("/"))
    assert page.status_code == 500 and len(queries) == 0
    said = page.content.decode()
    assert "er ikke gemt" in said and "not saved" in said
    assert "style=" not in said and "<script" not in said


def test_a_page_that_fails_ends_there(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("udbytte.web.home.steps_of", broken)
    client = enter(cast.mette)
    client.raise_request_exception = False
    page = client.get("/")
    assert page.status_code == 500 and "Noget gik galt hos os" in page.content.decode()
    assert Client().get("/findes-ikke/").status_code in (302, 404)
