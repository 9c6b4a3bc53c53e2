"""Passkeys by an authenticator that the browser pretends to have, and the login at work, there and back."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import Look, enter, keep_picture, listen, look_at
from tests.cast import Cast, make_cast
from tests.openid import Provider
from udbytte.models import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.own_clock,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
]
PASSWORD = "fire lette ord her"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
LOOKS: list[Look] = [(360, "light"), (1280, "dark")]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Looker:
    """Keeps what is wrong with the pages that it looks at."""

    def __init__(self, page: Page) -> None:
        self.page, self.spoken, self.found = page, [], []  # type: ignore[var-annotated]
        listen(page, self.spoken)

    def look(self, name: str) -> None:
        for look in LOOKS:
            self.found += [(name, look, *wrong) for wrong in look_at(self.page, self.spoken, look)]
            keep_picture(self.page, name, f"{look[0]}-{look[1]}")


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
    page = enter(browser, live_server, None, 360, "light", "da")
    looker = Looker(page)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    log_in(page, address, cast.hanne)
    expect(page.locator("main")).to_contain_text("beder din arbejdsplads dig om at logge ind i to trin")
    looker.look("second-step-missing")
    page.click("text=Tilføj en adgangsnøgle")
    looker.look("add-passkey")
    page.fill("[name=name]", "Min computer")
    page.click("text=Tilføj adgangsnøglen")
    expect(page.locator("h1")).to_have_text("Nødkoder")
    page.goto(address + reverse("mfa_index"))
    expect(page.locator("main")).to_contain_text("Min computer")
    looker.look("second-step")
    page.context.clear_cookies()
    log_in(page, address, cast.hanne)
    expect(page.locator("h1")).to_have_text("Det andet trin")
    looker.look("show-passkey")
    page.click("#show-passkey")
    expect(page).to_have_url(f"{address}/")
    page.context.close()
    assert looker.found == []


def test_the_login_at_work_there_and_back(
    browser: Browser, live_server: LiveServer, cast: Cast, provider: Provider
) -> None:
    """The policy of our pages lets the browser go to the provider, and back from logging out there."""
    page = enter(browser, live_server, None, 360, "light", "da")
    looker = Looker(page)
    provider.logs_in("stranger@example.test")
    page.goto("/plan/")
    looker.look("work-login")
    page.click("text=Log ind med Engby")
    expect(page.locator("h1")).to_have_text("Udbytte kender dig ikke endnu")
    looker.look("not-let-in")
    provider.logs_in("mette@example.test")
    page.goto("/plan/")
    page.click("text=Log ind med Engby")
    expect(page).to_have_url(f"{live_server.url}/plan/")
    page.goto(reverse("account_logout"))
    page.click("main button.ds-button")
    expect(page).to_have_url(f"{live_server.url}{reverse('account_login')}")
    assert provider.asked()[-1]["path"] == "/logout"
    page.context.close()
    assert looker.found == []
