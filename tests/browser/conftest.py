"""The cast on a day on which the clock goes on, and the conversation's page in browsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter
from tests.browser.measures import Measure, measure_of
from tests.browser.writing import Opens
from tests.cast import TODAY, Cast, make_cast
from udbytte.models import (
    Person,
)


@pytest.fixture
def cast() -> Iterator[Cast]:
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=True):
        yield make_cast()


@pytest.fixture
def opens(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Opens]:
    """Opens the conversation's page for somebody, in a browser of their own."""
    opened = list[Page]()

    def page_of(person: Person) -> Page:
        page = enter(browser, live_server, person, 1280, "light", "da")
        opened.append(page)
        page.goto(f"/samtaler/{cast.conversation.pk}/")
        return page

    yield page_of
    for page in opened:
        page.context.close()


@pytest.fixture
def measure(request: pytest.FixtureRequest) -> Measure:
    return measure_of(request)
