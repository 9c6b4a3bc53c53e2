"""The conversation in real browsers: saved as one writes, two at once, without a connection, by keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.test_every_page import enter
from tests.cast import TODAY, Cast, make_cast
from udbytte.models import Conversation, Goal, Person, SetAside
from udbytte.services.writing import write

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
AT_MOST = 2.0  # seconds from a pause in the writing to the word that it is saved
Opens = Callable[[Person], Page]


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


def notes(cast: Cast) -> str:
    return Conversation.objects.get(pk=cast.conversation.pk).notes


def test_what_is_written_is_saved_within_two_seconds_of_a_pause(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    page.locator("#f-notes").press_sequentially("Vi talte om skemaet", delay=20)
    begun = time.monotonic()
    expect(page.locator("#f-notes-said")).to_contain_text("gemt kl.", timeout=AT_MOST * 1000)
    assert time.monotonic() - begun < AT_MOST
    assert notes(cast) == "Vi talte om skemaet"
    assert page.evaluate("localStorage.length") == 0


def test_two_at_once_in_different_fields_and_in_the_same(cast: Cast, opens: Opens) -> None:
    mette, lars = opens(cast.mette), opens(cast.lars)
    mette.locator("#f-own").fill("Kun mit")
    lars.locator("#f-notes").fill("Lars skriver")
    expect(mette.locator("#f-own-said")).to_contain_text("gemt")
    expect(lars.locator("#f-notes-said")).to_contain_text("gemt")
    mette.locator("#f-notes").fill("Mette skriver")
    told = mette.get_by_role("alert")
    expect(told).to_contain_text("Lars skriver")
    assert notes(cast) == "Lars skriver"
    assert [one.text for one in SetAside.objects.all()] == ["Mette skriver"]
    told.get_by_role("button", name="Sæt min i stedet").click()
    expect(mette.locator("#f-notes-said")).to_contain_text("gemt")
    assert notes(cast) == "Mette skriver"
    assert [one.text for one in SetAside.objects.all()] == ["Lars skriver"]


def test_what_the_other_has_written_and_added_comes_by_itself(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    page.clock.install()
    page.reload()
    write(cast.conversation, "notes", "Lars skriver", by=cast.lars, on=TODAY, at=timezone.now())
    Goal.objects.create(plan=cast.plan, text="Kunne lede et møde")
    page.clock.fast_forward(16_000)
    expect(page.locator("#f-notes")).to_have_value("Lars skriver")
    expect(page.locator("#writing-news")).to_contain_text("Lars har ændret noget")
    page.get_by_role("button", name="Vis det").click()
    expect(page.get_by_label("Hvad skal blive muligt?").first).to_have_value("Kunne lede et møde")


def test_ten_minutes_without_a_connection_lose_nothing(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    page.clock.install()
    page.reload()
    page.context.set_offline(True)
    page.locator("#f-notes").fill("Skrevet uden forbindelse")
    page.locator("#goal_text").fill("Kunne lede et møde")
    page.locator("#goal_text").press("Enter")
    page.clock.fast_forward(600_000)
    expect(page.locator("#writing-bar")).to_contain_text("Ingen forbindelse")
    expect(page.locator("#writing-queue")).to_contain_text("Kunne lede et møde")
    assert notes(cast) == "" and not Goal.objects.exists()
    page.context.set_offline(False)
    page.clock.fast_forward(6_000)
    expect(page.get_by_label("Hvad skal blive muligt?").first).to_have_value("Kunne lede et møde")
    expect(page.locator("#f-notes")).to_have_value("Skrevet uden forbindelse")
    assert notes(cast) == "Skrevet uden forbindelse"
    assert [goal.text for goal in Goal.objects.all()] == ["Kunne lede et møde"]
    assert page.evaluate("localStorage.length") == 0


def test_what_could_not_be_saved_is_there_when_the_page_is_opened_again(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    page.route("**/felt/", lambda route: route.abort())
    page.locator("#f-notes").fill("Fanen blev lukket")
    page.locator("#agree_title").evaluate("one => one.closest('details').open = true")
    page.locator("#agree_title").fill("Halvt skrevet")
    expect(page.locator("#writing-bar")).to_contain_text("Ingen forbindelse")
    page.unroute("**/felt/")
    page.reload()
    expect(page.locator("#f-notes")).to_have_value("Fanen blev lukket")
    expect(page.locator("#agree_title")).to_have_value("Halvt skrevet")
    expect(page.locator("#f-notes-said")).to_contain_text("gemt")
    assert notes(cast) == "Fanen blev lukket"


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Go to a field by keyboard alone."""
    for _press in range(80):
        if page.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name} is not reached by {key}")


def test_the_kind_follows_what_is_begun_until_somebody_chooses_it(cast: Cast, opens: Opens) -> None:
    page = opens(cast.lars)
    form = page.locator("#add-agreement")
    form.evaluate("one => one.closest('details').open = true")
    title, practice = form.locator("#agree_title"), form.get_by_label("læring i praksis", exact=True)
    title.press_sequentially("men")
    expect(practice).to_be_checked()
    title.fill("noget helt eget")
    expect(practice).to_be_checked()  # own words say nothing about the kind
    form.get_by_label("kursus", exact=True).check()
    title.fill("mentor")
    expect(practice).not_to_be_checked()


def test_two_goals_and_three_agreements_by_keyboard_alone(cast: Cast, opens: Opens) -> None:
    page = opens(cast.lars)
    begun = time.monotonic()
    for number, (goal, titles) in enumerate(
        (("Kunne lede et møde", ["Mentorordning", "Konflikthåndtering"]), ("Dokumentere i hverdagen", ["Læse en bog"]))
    ):
        tab_to(page, "goal_text", "Shift+Tab" if number else "Tab")
        page.keyboard.type(goal)
        page.keyboard.press("Enter")
        for title in titles:
            page.wait_for_url("**added=*")
            expect(page.locator("#agree_title")).to_be_focused()
            page.keyboard.type(title)
            with page.expect_navigation():
                page.keyboard.press("Enter")
    expect(page.locator("#agree_title")).to_be_focused()
    agreed = {(one.title, one.kind, one.goal.text if one.goal else "") for one in cast.plan.agreements.all()}
    assert agreed == {
        ("Mentorordning", "practice", "Kunne lede et møde"),
        ("Konflikthåndtering", "course", "Kunne lede et møde"),
        ("Læse en bog", "course", "Dokumentere i hverdagen"),
    }
    assert time.monotonic() - begun < 300


def test_who_is_logged_out_meanwhile_loses_nothing(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    page.context.set_offline(True)
    page.locator("#goal_text").fill("Kunne lede et møde")
    page.locator("#goal_text").press("Enter")
    expect(page.locator("#writing-queue")).to_contain_text("Kunne lede et møde")
    page.context.clear_cookies(name="sessionid")
    page.context.set_offline(False)
    expect(page.locator("#writing-bar")).to_contain_text("Du er logget ud", timeout=15_000)
    expect(page.locator("#writing-queue")).to_contain_text("Kunne lede et møde")
    assert not Goal.objects.exists()
    assert "Kunne lede et møde" in page.evaluate("Object.values(localStorage).join()")
