"""The conversation's page in real browsers: what is written without a connection waits and is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.writing import Opens, notes, stored
from tests.cast import Cast
from udbytte.models import (
    Goal,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


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
    page.locator("#agree0_title").evaluate("one => one.closest('details').open = true")
    page.locator("#agree0_title").fill("Halvt skrevet")
    expect(page.locator("#writing-bar")).to_contain_text("Ingen forbindelse")
    page.unroute("**/felt/")
    page.reload()
    expect(page.locator("#f-notes")).to_have_value("Fanen blev lukket")
    expect(page.locator("#agree0_title")).to_have_value("Halvt skrevet")
    expect(page.locator("#f-notes-said")).to_contain_text("gemt kl.")
    assert notes(cast) == "Fanen blev lukket"


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
    assert "Kunne lede et møde" in stored(page)
    assert "møde" not in page.evaluate("Object.values(localStorage).join()")  # nobody else reads it here


def queue(page: Page, *goals: str) -> None:
    """Add goals without a connection."""
    page.context.set_offline(True)
    for goal in goals:
        page.locator("#goal_text").fill(goal)
        page.locator("#goal_text").press("Enter")
        expect(page.locator("#writing-queue")).to_contain_text(goal)


@pytest.mark.parametrize("status", [400, 404, 413, 422, 500])
def test_one_that_is_not_taken_holds_up_none_of_the_others(cast: Cast, opens: Opens, status: int) -> None:
    page = opens(cast.mette)
    queue(page, "Dårligt", "Godt")

    def answer(route: Route) -> None:
        bad = route.request.method == "POST" and "text=D%C3%A5rligt" in str(route.request.post_data)
        if bad:
            route.fulfill(status=status, content_type="text/html", body="<h1>Nej</h1>")
        else:
            route.fallback()

    page.route(f"**/samtaler/{cast.conversation.pk}/", answer)
    page.context.set_offline(False)
    expect(page.get_by_label("Hvad skal blive muligt?").first).to_have_value("Godt", timeout=15_000)
    waiting = page.locator("#writing-queue li")
    expect(waiting).to_have_count(1)
    expect(waiting).to_contain_text("Dårligt")
    assert [goal.text for goal in Goal.objects.all()] == ["Godt"] and "Dårligt" in stored(page)
    if status == 500:  # it is tried again by itself
        expect(page.locator("#writing-bar")).to_contain_text("Serveren har problemer", timeout=10_000)
        page.unroute(f"**/samtaler/{cast.conversation.pk}/")
        expect(waiting).to_have_count(0, timeout=15_000)
        assert {goal.text for goal in Goal.objects.all()} == {"Godt", "Dårligt"}
        return
    expect(waiting).to_contain_text("Ikke gemt")
    page.locator("#goal_text").evaluate("one => one.closest('details').open = true")
    page.locator("#goal_text").fill("Begyndt imens")
    waiting.get_by_role("button", name="Se på det igen").click()
    expect(page.locator("#goal_text")).to_have_value("Dårligt")
    expect(waiting).to_contain_text("Begyndt imens")
    waiting.get_by_role("button", name="Slet teksten").click()
    expect(waiting).to_have_count(0)
    assert "Begyndt imens" not in stored(page) and "Dårligt" in stored(page)


def test_a_text_whose_field_is_gone_is_shown_and_thrown_away_by_hand(cast: Cast, opens: Opens) -> None:
    goal = Goal.objects.create(plan=cast.plan, text="Mål")
    page = opens(cast.mette)
    page.context.set_offline(True)
    page.locator(f"#f-goal-{goal.pk}-text").fill("Kunne lede et møde")
    goal.delete()
    page.context.set_offline(False)
    page.reload()
    waiting = page.locator("#writing-queue li")
    expect(waiting).to_contain_text("Kunne lede et møde")
    waiting.get_by_role("button", name="Slet teksten").click()
    expect(waiting).to_have_count(0)
    assert not stored(page)
