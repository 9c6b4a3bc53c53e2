"""The conversation's page in real browsers: what is not saved never looks saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from tests.browser.writing import Opens, notes, stored
from tests.cast import TODAY, Cast
from udbytte.models import (
    Answer,
    DevelopmentPlan,
    Goal,
    Preparation,
    PreparationQuestion,
    SetAside,
)
from udbytte.models.groups import LONGEST_GOAL
from udbytte.queries.conversations.texts import mark_of
from udbytte.services.conversations.autosave import save_field

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "kunne ikke tage imod"),
        pytest.param(403, "logget ind på ny", marks=pytest.mark.prove),
        pytest.param(404, "ikke adgang", marks=pytest.mark.prove),
        pytest.param(413, "for meget", marks=pytest.mark.prove),
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
    page.locator("#prepare summary").click()
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
