"""Which course dates are suggested for an agreement, and what speaks for and against each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event
from udbytte.models import Course, CourseRun
from udbytte.queries.courses.suggestions import suggestions_for
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db


def add(title: str, day: int = 100, price: int = 3000, **facts: Any) -> CourseRun:
    """A run so many days ahead, of a course of its own or one titled alike."""
    course, _made = Course.objects.get_or_create(title=title, defaults={"provider": "Engskolen"})
    start = TODAY + timedelta(days=day)
    given = {"starts_on": start, "ends_on": start, "signup_deadline": start - timedelta(days=30), "price": price}
    return CourseRun.objects.create(course=course, **(given | facts))


def titles(found: list[Any]) -> list[str]:
    return [suggestion.run.course.title for suggestion in found]


def test_the_agreed_course_comes_first_and_what_is_titled_alike_after_it(cast: Cast) -> None:
    agreed = add("Tegn til tale", 110)
    add("Tegn til tale for begyndere", 100)
    add("Excel", 100)
    agreement = cast.agree(title="Tegn til tale", course=agreed.course)
    suggestions = suggestions_for(agreement, TODAY)
    assert titles(suggestions) == ["Tegn til tale", "Tegn til tale for begyndere"]
    assert [suggestion.agreed_course for suggestion in suggestions] == [True, False]


def test_a_slip_of_the_hand_in_the_agreement_still_finds_the_course(cast: Cast) -> None:
    assert "Konflikthåndtering i hverdagen" in titles(suggestions_for(cast.agree(title="konflikthåndtreing"), TODAY))


def test_each_run_says_what_speaks_for_and_against_it(cast: Cast) -> None:
    near = add("Tegn til tale", 100, place="Vejle", seats=10, taken=4)
    add("Tegn til tale", 300, price=25000, seats=10, taken=10, signup_deadline=TODAY + timedelta(days=3))
    agreement = cast.agree(title="Tegn til tale i Vejle", course=near.course, purpose="Kvalme i Odense")
    good, bad = suggestions_for(agreement, TODAY)
    assert (good.in_time, good.affordable, good.near, good.free_seats, good.deadline_in) == (True, True, True, 6, 70)
    assert (bad.in_time, bad.affordable, bad.near, bad.free_seats, bad.deadline_in) == (False, False, False, 0, 3)


def test_what_cannot_be_joined_any_more_is_not_suggested(cast: Cast) -> None:
    add("Tegn til tale", 100, signup_deadline=TODAY - timedelta(days=1))
    add("Tegn til tale", 101, cancelled_on=TODAY)
    add("Tegn til tale", 102, withdrawn_on=TODAY)
    assert suggestions_for(cast.agree(title="Tegn til tale"), TODAY) == []


def test_after_a_no_the_cheaper_ones_come_first_and_the_others_say_so(cast: Cast) -> None:
    dear = add("Tegn til tale", 100, price=9000)
    add("Tegn til tale, kort", 105, price=2000)
    agreement = cast.agree(title="Tegn til tale", course=dear.course)
    agreement = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=dear)
    agreement = take_step(
        agreement, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Ja", price=9000, price_reason="Tilbud"
    )
    agreement = take_step(agreement, Event.REFUSE, by=cast.birgit, on=TODAY, reason="For dyrt")
    suggestions = suggestions_for(agreement, TODAY)
    assert [(suggestion.run.price, suggestion.refused) for suggestion in suggestions] == [(2000, False), (9000, True)]
    page = enter(cast.bente).get(f"/aftaler/{agreement.pk}/find/").content.decode()
    assert "ikke billigere" in page


def test_the_page_finds_by_words_and_a_run_is_chosen_from_it(cast: Cast) -> None:
    run = add("Excel for alle")
    agreement, bente = cast.agree(), enter(cast.bente)
    page = bente.get(f"/aftaler/{agreement.pk}/find/?q=excel")
    assert [pk for pk, _label in page.context["rows"]] == [run.pk]
    sent = {"event": "choose_run", "turn": agreement.turn, "run": run.pk}
    assert bente.post(f"/aftaler/{agreement.pk}/", sent).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.run, agreement.step, agreement.starts_on) == (run, "settle_money", date(2026, 6, 10))
    for words in ("%", "'", "\\", "ø" * 200, " "):
        assert bente.get(f"/aftaler/{agreement.pk}/find/", {"q": words}).status_code == 200


def test_thirty_runs_cost_as_many_queries_as_one(cast: Cast) -> None:
    agreement = cast.agree(title="Tegn til tale")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            suggestions_for(agreement, TODAY)
        return len(found)

    add("Tegn til tale")
    count_for_one = queries()
    for day in range(101, 130):
        add("Tegn til tale", day)
    assert queries() == count_for_one
