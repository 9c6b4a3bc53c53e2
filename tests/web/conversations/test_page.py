"""The conversation's page: who sees what of it, and that no typed text is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.browsing import enter, seen_marks
from tests.cast import TODAY, Cast
from udbytte.models import Agreement, Conversation, Goal, Person, PreparationQuestion
from udbytte.queries.conversations.texts import mark_of
from udbytte.services.conversations import plan as services
from udbytte.services.people.roles import choose_manager

pytestmark = pytest.mark.django_db
AGREEMENT = {
    "do": "agree",
    "kind": "course",
    "title": "Tegn til tale",
    "planned_from": "2026-09-01",
    "planned_to": "2026-09-02",
}


@pytest.fixture
def question(cast: Cast) -> PreparationQuestion:
    return PreparationQuestion.objects.create(round=cast.round, text_da="Hvad er der kommet ud af det?")


def url(cast: Cast) -> str:
    return f"/samtaler/{cast.conversation.pk}/"


def send(client: Client, cast: Cast, **data: Any) -> Any:
    """Send what the page sends: with each field the mark of the text that it began with."""
    writes = data.get("do") == "write" and client.get(f"{url(cast)}tekster/").status_code == 200
    return client.post(url(cast), data | (seen_marks(client, url(cast), data) if writes else {}))


def test_for_everyone_else_it_does_not_exist(cast: Cast) -> None:
    for person in (cast.karim, cast.dorthe, cast.bente, cast.birgit, cast.hanne, cast.soren, cast.ida, cast.jonas):
        client = enter(person)
        assert client.get(url(cast)).status_code == 404
        assert send(client, cast, do="write", notes="x").status_code == 404


def test_a_conversation_of_a_draft_round_does_not_exist_yet(cast: Cast) -> None:
    cast.round.published_on = None
    cast.round.save()
    assert enter(cast.mette).get(url(cast)).status_code == 404


def test_own_answers_are_private_until_they_are_shared(cast: Cast, question: PreparationQuestion) -> None:
    mette, lars = enter(cast.mette), enter(cast.lars)
    send(mette, cast, do="write", **{f"q-{question.pk}": "Det blev ikke til noget"})
    assert "Det blev ikke til noget" in mette.get(url(cast)).content.decode()
    assert "Læses af: kun dig" in mette.get(url(cast)).content.decode()
    assert "Det blev ikke til noget" not in lars.get(url(cast)).content.decode()
    send(mette, cast, do="write", share="1", **{f"q-{question.pk}": "Det blev lidt"})
    assert "Det blev lidt" in lars.get(url(cast)).content.decode()
    assert "Læses af: dig og Lars" in mette.get(url(cast)).content.decode()


def test_an_agreement_is_added_with_its_course_and_twice_is_once(cast: Cast) -> None:
    lars = enter(cast.lars)
    course = cast.run.course
    goal = services.add_goal(cast.plan, text="Mål", by=cast.mette, on=TODAY)
    data = AGREEMENT | {"course": f"Konflikt, Engskolen #{course.pk}", "goal": goal.pk, "first_use": "Mandagsmødet"}
    for _press in range(2):
        assert lars.post(url(cast), data).status_code == 302
    agreement = Agreement.objects.get()
    assert (agreement.course, agreement.goal, agreement.estimated_price) == (course, goal, 6000)
    assert (agreement.planned_from, agreement.first_use, agreement.step) == (
        date(2026, 9, 1),
        "Mandagsmødet",
        "find_run",
    )
    page = lars.get(url(cast)).content.decode()
    assert "Tegn til tale" in page and "Bente Hansen finder et hold" in page


@pytest.mark.parametrize(
    "wrong", [{"planned_to": "2026-08-01"}, {"title": ""}, {"course": "Findes ikke"}, {"kind": ""}]
)
def test_an_agreement_that_fails_keeps_what_was_typed(cast: Cast, wrong: dict[str, str]) -> None:
    data = AGREEMENT | {"if_then": "Hvis mødet slutter, så skriver jeg"} | wrong
    page = enter(cast.mette).post(url(cast), data)
    assert page.status_code == 422 and "Hvis mødet slutter" in page.content.decode()
    assert Agreement.objects.count() == 0


def test_practice_takes_no_price_and_no_course(cast: Cast) -> None:
    data = AGREEMENT | {"kind": "practice", "course": f"#{cast.run.course.pk}", "estimated_price": "5"}
    assert enter(cast.mette).post(url(cast), data).status_code == 302
    agreement = Agreement.objects.get()
    assert (agreement.kind, agreement.course, agreement.estimated_price) == ("practice", None, None)


def test_goals_are_added_changed_and_removed(cast: Cast) -> None:
    mette = enter(cast.mette)
    send(mette, cast, do="goal", text="Mål", sign="Vi ser det")
    goal = Goal.objects.get()
    assert send(mette, cast, do="write", **{f"goal-{goal.pk}-text": ""}).status_code == 422
    send(mette, cast, do="write", **{f"goal-{goal.pk}-text": "Andet mål"})
    goal.refresh_from_db()
    assert (goal.text, goal.sign) == ("Andet mål", "Vi ser det")
    send(mette, cast, do="goal", remove=goal.pk)
    assert not Goal.objects.exists()


def test_a_goal_of_another_plan_cannot_be_changed_through_this_one(cast: Cast) -> None:
    talk = Conversation.objects.create(round=cast.round, employment=cast.jonas.employments.get())
    goal = Goal.objects.create(plan=services.begin_plan(talk, by=None), text="Jonas' mål")
    send(enter(cast.mette), cast, do="write", **{f"goal-{goal.pk}-text": "Mit"})
    sent = {"field": f"goal-{goal.pk}-text", "text": "Mit", "seen-text": mark_of(goal.text)}
    assert enter(cast.mette).post(f"{url(cast)}felt/", sent).status_code == 422
    assert send(enter(cast.mette), cast, do="goal", remove=goal.pk).status_code == 404
    goal.refresh_from_db()
    assert goal.text == "Jonas' mål"


def test_both_sign_and_the_page_shows_the_plan_as_signed(cast: Cast) -> None:
    send(enter(cast.mette), cast, do="goal", text="Kunne lede et møde")
    for person in (cast.mette, cast.lars):
        assert enter(person).post(f"{url(cast)}gennemse/", {"do": "sign"}).status_code == 302
    assert "Planen, som den blev underskrevet" in enter(cast.mette).get(f"{url(cast)}gennemse/").content.decode()
    page = enter(cast.mette).get(url(cast)).content.decode()
    assert "Se den underskrevne plan" in page and "Tilføj et mål" not in page
    send(enter(cast.mette), cast, do="write", **{"no-course": "Alligevel ikke"})
    sent = {"field": "no-course", "text": "Alligevel ikke", "seen-text": mark_of("")}
    assert enter(cast.mette).post(f"{url(cast)}felt/", sent).status_code == 422
    cast.plan.refresh_from_db()
    assert cast.plan.no_course_reason == ""


def test_who_held_it_and_is_the_manager_no_more_sees_the_notes_and_not_the_plan(cast: Cast) -> None:
    services.add_goal(cast.plan, text="Et hemmeligt mål", by=cast.mette, on=TODAY)
    Conversation.objects.filter(pk=cast.conversation.pk).update(notes="Vores noter")
    cast.agree(title="En ny aftale")
    choose_manager(cast.employment, cast.dorthe, by=cast.ida, on=TODAY)

    def reads(person: Person) -> tuple[int, bool, bool, bool]:
        page = enter(person).get(url(cast))
        said = page.content.decode()
        return page.status_code, "Vores noter" in said, "Et hemmeligt mål" in said, "En ny aftale" in said

    assert reads(cast.lars) == (200, True, False, False)
    assert reads(cast.dorthe) == (404, False, False, False)
    assert reads(cast.mette) == (200, True, True, True)
    assert send(enter(cast.lars), cast, do="goal", text="Mål").status_code == 404


def test_reading_the_page_writes_nothing(cast: Cast) -> None:
    cast.plan.delete()
    assert enter(cast.mette).get(url(cast)).status_code == 200
    assert not Conversation.objects.filter(plan__isnull=False).exists()


def test_courses_are_suggested_while_a_title_is_written(cast: Cast) -> None:
    client = enter(cast.mette)
    assert "Konflikt" in client.get("/kurser/forslag/?title=konf").content.decode()
    assert "Konflikt" not in client.get("/kurser/forslag/?title=findes+ikke").content.decode()
