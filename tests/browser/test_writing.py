"""The conversation in real browsers: saved as one writes, two at once, without a connection, by keyboard alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.test_every_page import enter
from tests.cast import TODAY, Cast, make_cast
from udbytte.models import (
    Answer,
    Conversation,
    DevelopmentPlan,
    Goal,
    Person,
    Preparation,
    PreparationQuestion,
    SetAside,
)
from udbytte.models.groups import LONGEST_GOAL
from udbytte.queries.conversations.texts import mark_of
from udbytte.services.conversations.autosave import save_field

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


def stored(page: Page) -> str:
    """What the browser keeps, as one text."""
    return str(page.evaluate("Object.values(localStorage).join()"))


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
    expect(mette.locator("#f-own-said")).to_contain_text("gemt kl.")
    expect(lars.locator("#f-notes-said")).to_contain_text("gemt kl.")
    mette.locator("#f-notes").fill("Mette skriver")
    told = mette.get_by_role("alert")
    expect(told).to_contain_text("Lars skriver")
    assert notes(cast) == "Lars skriver"
    assert [one.text for one in SetAside.objects.all()] == ["Mette skriver"]
    told.get_by_role("button", name="Sæt min i stedet").click()
    expect(mette.locator("#f-notes-said")).to_contain_text("gemt kl.")
    assert notes(cast) == "Mette skriver"
    assert [one.text for one in SetAside.objects.all()] == ["Lars skriver"]


def test_what_the_other_has_written_and_added_comes_by_itself(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    page.clock.install()
    page.reload()
    save_field(cast.conversation, "notes", "Lars skriver", by=cast.lars, on=TODAY, at=timezone.now(), seen=mark_of(""))
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
    expect(page.locator("#f-notes-said")).to_contain_text("gemt kl.")
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


@pytest.fixture
def collected(tmp_path: Path) -> Iterator[Path]:
    """Where the files of the pages lie by the names that they have where people are served."""
    stores = {**settings.STORAGES, "staticfiles": {"BACKEND": "udbytte.web.base.static_files.StaticFiles"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=stores):
        call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
        yield tmp_path


def test_the_modules_run_by_the_names_that_they_have_where_people_are_served(
    cast: Cast, collected: Path, opens: Opens
) -> None:
    page, asked = opens(cast.mette), list[str]()

    def serve(route: Route) -> None:
        name = route.request.url.partition("/static/")[2]
        asked.append(name)
        route.fulfill(path=collected / name)

    page.route("**/static/**", serve)
    page.reload()
    page.locator("#f-notes").fill("Vi talte om skemaet")
    expect(page.locator("#f-notes-said")).to_contain_text("gemt kl.")
    modules = {name for name in asked if name.startswith("writing")}
    assert len(modules) == 5 and all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in modules)


# --- What is not saved never looks saved ---


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "kunne ikke tage imod"),
        (403, "logget ind på ny"),
        (404, "ikke adgang"),
        (413, "for meget"),
        (422, "skal rettes"),
    ],
)
def test_a_refusal_is_told_at_the_field_in_words_and_not_asked_for_again(
    cast: Cast, opens: Opens, status: int, words: str
) -> None:
    page, sent = opens(cast.mette), list[str]()

    def refuse(route: Route) -> None:
        sent.append(str(route.request.post_data))
        route.fulfill(status=status, content_type="text/html", body="<h1>Nej</h1>")

    field, line = page.locator("#f-notes"), page.locator("#f-notes-said")
    field.fill("Det første")
    expect(line).to_contain_text("gemt kl.")
    page.route("**/felt/", refuse)
    field.fill("Det andet")
    expect(line).to_contain_text(words)
    expect(line).to_contain_text("Ikke gemt")
    expect(line).not_to_contain_text("gemt kl.")
    expect(line).to_have_class("quiet small error")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator("#f-own").focus()
    page.wait_for_timeout(1500)
    assert len(sent) == 1 and "Det andet" in stored(page)
    page.unroute("**/felt/")
    field.press_sequentially("!")
    expect(line).to_contain_text("gemt kl.")
    assert notes(cast) == "Det andet!" and not stored(page)


def test_a_text_that_is_too_long_is_counted_refused_and_kept_until_it_is_shortened(cast: Cast, opens: Opens) -> None:
    goal = Goal.objects.create(plan=cast.plan, text="Mål")
    page = opens(cast.mette)
    name = f"#f-goal-{goal.pk}-text"
    field, line, count = page.locator(name), page.locator(f"{name}-said"), page.locator(f"{name}-count")
    field.fill("m" * 300)
    expect(count).to_have_count(0)
    field.fill("m" * (LONGEST_GOAL - 10))
    expect(count).to_have_text(f"{LONGEST_GOAL - 10} af {LONGEST_GOAL} tegn")
    expect(line).to_contain_text("gemt kl.")
    field.fill("m" * LONGEST_GOAL + "og mere")
    expect(count).to_contain_text(f"{LONGEST_GOAL + 7} tegn, og der er plads til {LONGEST_GOAL}")
    expect(line).to_contain_text(f"Ikke gemt: Teksten er på {LONGEST_GOAL + 7} tegn")
    page.reload()
    expect(field).to_have_value("m" * LONGEST_GOAL + "og mere")
    expect(line).to_contain_text("Ikke gemt: Teksten er på")
    goal.refresh_from_db()
    assert goal.text == "m" * (LONGEST_GOAL - 10)
    field.fill("m" * LONGEST_GOAL)
    expect(line).to_contain_text("gemt kl.")
    goal.refresh_from_db()
    assert goal.text == "m" * LONGEST_GOAL and not stored(page)


def test_what_is_too_long_for_a_form_is_not_cut_when_it_is_pasted(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    field = page.locator("#goal_text")
    page.locator("#f-own").fill("p" * (LONGEST_GOAL + 5))
    page.locator("#f-own").press("Control+a")
    page.locator("#f-own").press("Control+x")
    field.press("Control+v")
    expect(field).to_have_value("p" * (LONGEST_GOAL + 5))
    expect(page.locator("#goal_text-count")).to_contain_text(f"{LONGEST_GOAL + 5} tegn")
    field.press("Enter")
    page.wait_for_timeout(1000)
    assert not Goal.objects.exists() and "added" not in page.url
    for _new_email in range(5):
        field.press("Backspace")
    expect(page.locator("#goal_text-count")).to_have_text(f"{LONGEST_GOAL} af {LONGEST_GOAL} tegn")
    field.press("Enter")
    page.wait_for_url("**added=goal**")
    assert Goal.objects.get().text == "p" * LONGEST_GOAL


def test_both_texts_that_have_no_room_together_can_be_joined_and_shortened(cast: Cast, opens: Opens) -> None:
    goal = Goal.objects.create(plan=cast.plan, text="Mål")
    mette, lars = opens(cast.mette), opens(cast.lars)
    name = f"#f-goal-{goal.pk}-text"
    lars.locator(name).fill("l" * 250)
    expect(lars.locator(f"{name}-said")).to_contain_text("gemt kl.")
    mette.locator(name).fill("m" * 250)
    told = mette.get_by_role("alert")
    expect(told).to_contain_text("Sammen er de på 502 tegn, og der er plads til 400")
    expect(told.get_by_role("button")).to_have_count(3)
    told.get_by_role("button", name="Saml dem").click()
    expect(mette.locator(name)).to_have_value(f"{'l' * 250}\n\n{'m' * 250}")
    expect(mette.locator(f"{name}-said")).to_contain_text("Ikke gemt: Teksten er på 502 tegn")
    goal.refresh_from_db()
    assert goal.text == "l" * 250 and [one.text for one in SetAside.objects.all()] == ["m" * 250]
    mette.reload()
    expect(mette.locator(name)).to_have_value(f"{'l' * 250}\n\n{'m' * 250}")
    mette.locator(name).fill("l og m")
    expect(mette.locator(f"{name}-said")).to_contain_text("gemt kl.")
    goal.refresh_from_db()
    assert goal.text == "l og m"


def test_what_only_this_browser_has_says_so_after_the_page_is_opened_again(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    page.route("**/felt/", lambda route: route.abort())
    page.locator("#f-no-course").evaluate("one => one.closest('details').open = true")
    page.locator("#f-no-course").fill("Vi lærer det selv")
    expect(page.locator("#writing-bar")).to_contain_text("Ingen forbindelse")
    page.clock.install()
    page.reload()
    expect(page.locator("#f-no-course")).to_be_visible()
    expect(page.locator("#f-no-course")).to_have_value("Vi lærer det selv")
    expect(page.locator("#f-no-course-said")).to_have_text("ikke gemt endnu")


def test_no_course_is_needed_is_saved_before_anything_else_is_written(cast: Cast, opens: Opens) -> None:
    cast.plan.delete()
    mette, lars = opens(cast.mette), opens(cast.lars)
    mette.locator("#no-course summary").click()
    mette.locator("#f-no-course").fill("Vi lærer det selv")
    expect(mette.locator("#f-no-course-said")).to_contain_text("gemt kl.")
    assert DevelopmentPlan.objects.get().no_course_reason == "Vi lærer det selv" and not stored(mette)
    lars.reload()
    expect(lars.locator("#f-no-course")).to_have_value("Vi lærer det selv")


def test_what_the_server_showed_again_is_not_taken_for_saved(cast: Cast, opens: Opens) -> None:
    question = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad gik godt?")
    page = opens(cast.mette)
    page.route("**/felt/", lambda route: route.abort())
    page.locator("#prepare > summary").click()
    page.locator(f"#f-q-{question.pk}").fill("Her")
    how: dict[str, Any] = {"on": TODAY, "at": timezone.now(), "seen": mark_of("")}
    save_field(cast.conversation, f"q-{question.pk}", "På telefonen", by=cast.mette, **how)
    page.get_by_role("button", name="Lad Lars læse den").click()
    expect(page.locator(f"#f-q-{question.pk}")).to_have_value("Her")
    page.unroute("**/felt/")
    told = page.get_by_role("alert").filter(has_text="På telefonen")
    expect(told.get_by_role("button", name="Behold begge")).to_be_visible(timeout=15_000)
    told.get_by_role("button", name="Behold begge").click()
    expect(page.locator(f"#f-q-{question.pk}-said")).to_contain_text("gemt kl.")
    assert Answer.objects.get().text == "På telefonen\n\nHer"
    assert not Preparation.objects.exclude(shared_on=None).exists()


# --- The queue ---


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
    waiting.get_by_role("button", name="Smid").click()
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
    waiting.get_by_role("button", name="Smid").click()
    expect(waiting).to_have_count(0)
    assert not stored(page)
