"""What a screen reader hears when a part of a page is replaced: the line at the foot of the page says what came."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event
from udbytte.models import Person
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


def open_page(browser: Browser, server: LiveServer, person: Person, path: str) -> Page:
    page = enter(browser, server, person, 1280, "light", "da")
    page.goto(path)
    expect(page.locator("#announced")).to_have_attribute("role", "status")
    expect(page.locator("#announced")).to_be_empty()
    return page


def test_how_many_courses_are_found(cast: Cast, browser: Browser, live_server: LiveServer) -> None:
    page = open_page(browser, live_server, cast.mette, "/kurser/")
    page.locator("#search_q").press_sequentially("konflikt")
    expect(page.locator("#announced")).to_have_text("1 kursus")
    expect(page.locator("#found [data-announce]")).to_contain_text("1 kursus")


def test_how_many_ways_are_found(cast: Cast, browser: Browser, live_server: LiveServer) -> None:
    page = open_page(browser, live_server, cast.mette, "/maader/")
    page.locator(".chips label").first.click()
    expect(page.locator("#announced")).to_have_text("8 måder")
    expect(page.locator("#found [data-announce]")).to_contain_text("8 måder")


def test_what_became_of_a_card_on_the_board(cast: Cast, browser: Browser, live_server: LiveServer) -> None:

    row = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    row = take_step(row, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    page = open_page(browser, live_server, cast.bente, "/kursusopgaver/")
    page.locator(f"#a{row.pk} button[type=submit]").first.click()
    expect(page.locator("#announced")).to_contain_text(f"{row.title}, Mette Hansen.")
