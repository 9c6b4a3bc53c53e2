"""The public self-check in a browser: all of it under 50 KB, by keyboard, and without script."""

from __future__ import annotations

from playwright.sync_api import Browser, Response
from pytest_django.live_server_helper import LiveServer

from udbytte.domain.figures.selfcheck import NUMBERS

MOST_BYTES = 50_000


def test_all_of_it_is_under_fifty_thousand_bytes_uncompressed_without_script_or_cookie(
    browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="da")
    page = context.new_page()
    loaded: list[Response] = []
    page.on("response", lambda response: loaded.append(response))
    page.goto("/selvtjek/")
    page.wait_for_load_state("networkidle")
    asked = sum(len(response.body()) for response in loaded)
    loaded.clear()
    for number in NUMBERS:
        page.locator(f"#q{number}-{'no' if number == 2 else 'yes'}").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Se, hvad der hjælper").focus()
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("Enter")
    answered = sum(len(response.body()) for response in loaded)
    assert 5_000 < asked < MOST_BYTES and 5_000 < answered < MOST_BYTES
    assert page.get_by_text("Du svarede ja til 7 af 8").is_visible()
    assert page.get_by_text("Start her").is_visible()
    assert {response.url.split("/")[2] for response in loaded} == {live_server.url.split("/")[2]}
    assert context.cookies() == []
    page.emulate_media(media="print")  # "print it if you want to keep it": the answers and all of the advice
    assert page.locator(".advised details p:visible").count() >= len(NUMBERS)
    assert page.locator(".advised label:visible").count() == len(NUMBERS)
    context.close()
