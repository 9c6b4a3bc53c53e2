"""The conversation in real browsers: saved as one writes, two at once, without a connection, by keyboard alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from tests.browser.writing import Opens, notes
from tests.cast import TODAY, Cast
from udbytte.models import (
    Goal,
    SetAside,
)
from udbytte.queries.conversations.texts import mark_of
from udbytte.services.conversations.autosave import save_field

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


AT_MOST = 2.0  # seconds from a pause in the writing to the word that it is saved


def test_what_is_written_is_saved_within_two_seconds_of_a_pause(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    page.locator("#f-notes").press_sequentially("Vi talte om skemaet", delay=20)
    begun = time.monotonic()
    expect(page.locator("#f-notes-said")).to_contain_text("gemt kl.", timeout=AT_MOST * 1000)
    assert time.monotonic() - begun < AT_MOST
    assert notes(cast) == "Vi talte om skemaet"
    assert page.evaluate("localStorage.length") == 0


def test_the_bar_says_that_all_is_saved_and_a_screen_reader_says_it_once(cast: Cast, opens: Opens) -> None:
    page = opens(cast.mette)
    bar, said = page.locator("#writing-saved"), "window.said = 0; new MutationObserver(() => said += 1).observe("
    page.evaluate(f"{said}document.getElementById('announced'), {{ childList: true }})")
    expect(page.locator(".contents [data-field=notes]")).not_to_have_class("done")
    for text in ("Vi talte", " om", " skemaet"):
        page.locator("#f-notes").press_sequentially(text)
        expect(bar).to_have_text("Gemmer …")
        expect(bar).to_contain_text("Gemt kl.")
    assert page.evaluate("said") == 1
    expect(page.locator(".contents [data-field=notes]")).to_have_class("done")
    page.route("**/felt/", lambda route: route.abort())
    page.locator("#f-notes").press_sequentially("!")
    expect(bar).to_have_text("Ikke gemt endnu")


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
    told.get_by_role("button", name="Brug min tekst").click()
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


def tab_to(page: Page, name: str) -> None:
    """Go by keyboard alone to the field with this id, or to what has this text."""
    for _press in range(80):
        if name in page.evaluate("[document.activeElement.id, document.activeElement.textContent.trim()]"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached")


def test_the_kind_follows_what_is_begun_until_somebody_chooses_it(cast: Cast, opens: Opens) -> None:
    page = opens(cast.lars)
    form = page.locator("#agree-0")
    form.evaluate("one => one.closest('details').open = true")
    title, practice = form.locator("#agree0_title"), form.get_by_label("læring i praksis", exact=True)
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
        if number:
            tab_to(page, "Tilføj et mål")
            page.keyboard.press("Enter")
        tab_to(page, "goal_text")
        page.keyboard.type(goal)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        title_of_goal = f"#agree{cast.plan.goals.order_by('-pk')[0].pk}_title"
        for title in titles:
            expect(page.locator(title_of_goal)).to_be_focused()
            page.keyboard.type(title)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        expect(page.locator(title_of_goal)).to_be_focused()
    agreed = {(one.title, one.kind, one.goal.text if one.goal else "") for one in cast.plan.agreements.all()}
    assert agreed == {
        ("Mentorordning", "practice", "Kunne lede et møde"),
        ("Konflikthåndtering", "course", "Kunne lede et møde"),
        ("Læse en bog", "course", "Dokumentere i hverdagen"),
    }
    assert time.monotonic() - begun < 300


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
    assert len(modules) == 6 and all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in modules)
