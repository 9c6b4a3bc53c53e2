"""What is typed in any form survives a session that ends, and is gone once it is saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter
from tests.cast import Cast, make_cast
from udbytte.models import Conversation, Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.own_clock,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
]
REASON = "Vi talte sammen i går, og resten tager vi til sommer"
BACK = "Det, du skrev, er her igen. Det er ikke gemt endnu."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def page(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    Conversation.objects.filter(pk=cast.conversation.pk).update(held_on=None)
    page = enter(browser, live_server, cast.mette, 1280, "light", "da")
    page.goto(reverse("meeting", args=[cast.conversation.pk]))
    yield page
    page.context.close()


def log_in_again(page: Page, person: Person) -> None:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": page.evaluate("location.origin")}])


def decline(page: Page) -> None:
    page.get_by_role("button", name="Ingen samtale denne gang").click()


def write_reason(page: Page) -> None:
    page.locator("#decline_reason").evaluate("box => box.closest('details').open = true")
    page.locator("#decline_reason").press_sequentially(REASON)


def test_it_survives_a_session_that_ends_and_is_gone_when_it_is_saved(cast: Cast, page: Page) -> None:
    address = page.url
    write_reason(page)
    Session.objects.all().delete()
    decline(page)
    expect(page).to_have_url(f"{address.split('/samtaler')[0]}/konto/login/?next=/samtaler/{cast.conversation.pk}/tid/")
    assert page.evaluate("localStorage.length") == 1
    assert "Vi talte" not in page.evaluate("Object.values(localStorage).join()")  # nobody else reads it here
    log_in_again(page, cast.mette)
    page.goto(address)
    expect(page.locator("#decline_reason")).to_have_value(REASON)
    expect(page.locator("#decline_reason")).to_be_visible()
    expect(page.get_by_text(BACK)).to_be_visible()
    decline(page)
    expect(page.get_by_text("Der bliver en samtale alligevel")).to_be_visible()
    assert Conversation.objects.get(pk=cast.conversation.pk).declined_reason == REASON
    assert page.evaluate("localStorage.length") == 0
    page.goto(address)
    expect(page.get_by_text(BACK)).to_have_count(0)


def test_it_is_thrown_away_on_a_press_and_when_somebody_else_or_nobody_is_logged_in(cast: Cast, page: Page) -> None:
    write_reason(page)
    page.reload()
    page.get_by_role("button", name="Slet teksten").click()
    expect(page.locator("#decline_reason")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0
    write_reason(page)
    page.locator(".who > summary").click()
    page.get_by_role("button", name="Log ud").first.click()
    expect(page).to_have_url(f"{page.url.split('/konto')[0]}/konto/login/")
    assert page.evaluate("localStorage.length") == 0
    log_in_again(page, cast.mette)
    page.goto(reverse("meeting", args=[cast.conversation.pk]))
    write_reason(page)
    log_in_again(page, cast.lars)
    page.goto("/")
    assert page.evaluate("localStorage.length") == 0


def test_a_text_that_was_changed_meanwhile_is_not_replaced(cast: Cast, page: Page) -> None:
    Conversation.objects.filter(pk=cast.conversation.pk).update(planned_at="2099-03-03T10:00Z", place="Kontoret")
    page.reload()
    box = page.locator("#when_place")
    box.evaluate("box => box.closest('details').open = true")
    box.fill("Kantinen")
    Conversation.objects.filter(pk=cast.conversation.pk).update(place="Salen")
    page.goto(page.url)
    expect(box).to_have_value("Salen")
    expect(page.get_by_text("Teksten nedenfor er ændret imens. Du havde skrevet:")).to_be_visible()
    expect(page.get_by_text("Kantinen")).to_be_visible()
