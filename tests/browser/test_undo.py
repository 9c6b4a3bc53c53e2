"""Undo on a phone and on a screen: beside what was saved, and after an answer from an email."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter, keep_picture, look_at
from tests.cast import TODAY, Cast
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
LOOKS = ((360, "light"), (1280, "dark"))


def test_a_wrong_press_is_taken_back_on_the_page(cast: Cast, browser: Browser, live_server: LiveServer) -> None:
    started = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    page = enter(browser, live_server, cast.mette, 360, "light", "da")
    page.goto(f"/aftaler/{started.pk}/")
    page.locator("form:has(input[name=event][value=start]) button[type=submit]").first.click()
    undo = page.get_by_role("button", name="Fortryd")
    expect(undo).to_have_count(1)
    for look in LOOKS:
        assert look_at(page, [], look) == []
        keep_picture(page, "undo-offered", str(look[0]))
    undo.click()
    expect(page.locator(".message").first).to_contain_text("Fortrudt.")
    expect(page.get_by_role("button", name="Fortryd")).to_have_count(0)
    keep_picture(page, "undo-done", "1280")
    page.context.close()


def test_a_helper_takes_an_answer_from_an_email_back(cast: Cast, browser: Browser, live_server: LiveServer) -> None:
    asked = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    page = enter(browser, live_server, None, 360, "light", "da")
    page.goto(AnswerLink.ask(Event.DECLINE, person=cast.karim, agreement=asked, on=TODAY).path)
    page.locator("main button[type=submit]").first.click()
    undo = page.get_by_role("button", name="Fortryd")
    for look in LOOKS:
        expect(undo).to_have_count(1)
        assert look_at(page, [], look) == []
        keep_picture(page, "undo-email", str(look[0]))
    undo.click()
    expect(page.locator("h1")).to_have_text("Dit svar er fortrudt")
    for look in LOOKS:
        assert look_at(page, [], look) == []
        keep_picture(page, "undo-email-done", str(look[0]))
    page.get_by_role("link", name="Svar igen").click()
    expect(page.locator("main")).to_contain_text("Kan du hjælpe Mette?")
    page.context.close()


def test_a_press_on_the_board_says_what_happened_and_takes_the_focus_there(
    cast: Cast, browser: Browser, live_server: LiveServer
) -> None:
    waits = take_step(cast.agree(title="Konflikter"), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    waits = take_step(waits, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    waits = take_step(waits, Event.WAITLIST, by=cast.bente, on=TODAY)
    page = enter(browser, live_server, cast.bente, 1280, "light", "da")
    page.goto("/kursusopgaver/")
    page.get_by_role("button", name="Venter stadig").click()
    expect(page.get_by_role("button", name="Fortryd")).to_have_count(1)
    expect(page.locator(f"#a{waits.pk}")).to_be_focused()
    expect(page.locator("#announced")).to_contain_text("Konflikter, Mette Hansen. Gemt. Næste for dig")
    assert look_at(page, [], (1280, "light")) == []
    page.context.close()
