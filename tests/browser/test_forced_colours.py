"""With the colours of the system in place of ours, and on paper: what is reached or chosen still looks different."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter
from tests.cast import Cast
from udbytte.models import Person

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


def background(element: Locator) -> str:
    return str(element.evaluate("one => getComputedStyle(one).backgroundColor"))


@pytest.mark.parametrize("person", ["mette", "lars"])
def test_reached_dots_are_filled_and_chosen_chips_are_marked(
    cast: Cast, browser: Browser, live_server: LiveServer, person: str
) -> None:
    who: Person = getattr(cast, person)
    agreement = cast.agree()
    page = enter(browser, live_server, who, 1280, "light", "da")
    page.emulate_media(forced_colors="active", color_scheme="light")
    for path in (f"/aftaler/{agreement.pk}/", "/plan/" if person == "mette" else "/medarbejdere/"):
        page.goto(path)
        dots = page.locator("main .dots[data-reached='1']").first.locator(".dot")
        expect(dots).to_have_count(5)
        assert background(dots.first) != background(dots.last), path
        assert dots.first.evaluate("one => getComputedStyle(one).printColorAdjust") == "exact"
    page.goto("/maader/?wish=hour_a_week")
    chosen, free = page.locator(".chips label:has(:checked)"), page.locator(".chips label:not(:has(:checked))")
    assert background(chosen.first) != background(free.first)
    page.context.close()
