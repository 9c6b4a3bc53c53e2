"""A passkey is added and used in a browser, by an authenticator that the browser pretends to have."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast
from udbytte.models import Person

PASSWORD = "fire lette ord her"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def log_in(page: Page, address: str, person: Person) -> None:
    page.goto(address + reverse("account_login"))
    page.fill("[name=login]", person.email or "")
    page.click("summary:has-text('Jeg har en adgangskode')")
    page.fill("[name=password]", PASSWORD)
    page.click("text=Log ind med adgangskoden")


def test_a_passkey_is_added_and_then_lets_in(
    browser: Browser, live_server: LiveServer, cast: Cast, settings: Settings
) -> None:
    settings.SECOND_STEP_FOR = ("hr",)
    cast.hanne.set_password(PASSWORD)
    cast.hanne.save()
    address = live_server.url.replace("127.0.0.1", "localhost")  # passkeys need a name
    page = browser.new_context(locale="da").new_page()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    log_in(page, address, cast.hanne)
    expect(page.locator("main")).to_contain_text("beder din arbejdsplads dig om at logge ind i to trin")
    page.click("text=Tilføj en adgangsnøgle")
    page.fill("[name=name]", "Min computer")
    page.click("text=Tilføj adgangsnøglen")
    expect(page.locator("h1")).to_have_text("Nødkoder")
    page.goto(address + reverse("mfa_index"))
    expect(page.locator("main")).to_contain_text("Min computer")
    page.context.clear_cookies()
    log_in(page, address, cast.hanne)
    expect(page.locator("h1")).to_have_text("Det andet trin")
    page.click("text=Brug adgangsnøglen")
    expect(page).to_have_url(f"{address}/")
