"""Before they sign, the two see the load: what is open, who it waits for, what it costs, and who would see a delay."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.access.links import SignatureLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CountedAgreement, Person
from udbytte.queries.conversations.plan_load import load_of
from udbytte.queries.conversations.texts import mark_of_plan
from udbytte.services.agreements.take_step import take_step
from udbytte.services.conversations import plan as services
from udbytte.services.errors import NotPermitted, NotPossible, Refused

pytestmark = pytest.mark.django_db
LATER = date(2026, 9, 1)


def four(cast: Cast) -> list[Agreement]:
    courses = [cast.agree(title=title) for title in ("Konflikthåndtering", "Regneark")]
    return [*courses, *(cast.agree(Kind.PRACTICE, title=title) for title in ("Mentor i møder", "Følg en kollega"))]


def page_of(cast: Cast, person: Person) -> str:
    return enter(person).get(reverse("review-plan", args=[cast.conversation.pk])).content.decode()


def press(cast: Cast, person: Person, agreement: Agreement, until: date | str) -> Any:
    data = {"do": "later", "agreement": str(agreement.pk), "until": str(until)}
    return enter(person).post(reverse("review-plan", args=[cast.conversation.pk]), data)


def test_with_three_agreements_nobody_is_asked_to_choose_and_with_four_they_are(cast: Cast) -> None:
    for title in ("En", "To", "Tre"):
        cast.agree(Kind.PRACTICE, title=title)
    page = page_of(cast, cast.mette)
    assert "Mette Hansen har 3 åbne aftaler." in page and "hvad der kan vente" not in page
    cast.agree(Kind.PRACTICE, title="Fire")
    page = page_of(cast, cast.lars)
    assert "Mette Hansen har 4 åbne aftaler." in page and "hvad der kan vente" in page
    assert page.count("Lad den vente") == 4


def test_agreements_of_earlier_rounds_count_too_and_are_moved_on_their_own_page(cast: Cast) -> None:
    older = cast.agree(title="Fra sidst")
    cast.plan.signed_text, cast.plan.employee_signed_on, cast.plan.manager_signed_on = {"goals": []}, TODAY, TODAY
    cast.plan.save()
    with pytest.raises(Refused):
        services.start_later(older, LATER, by=cast.mette, on=TODAY)


def test_one_press_lets_an_agreement_begin_later_and_its_step_rests(cast: Cast) -> None:
    course, _other, mentor, _last = four(cast)
    assert press(cast, cast.mette, mentor, LATER).status_code == 302
    mentor.refresh_from_db()
    assert (mentor.planned_from, mentor.planned_to) == (LATER, LATER + timedelta(days=30))
    assert (mentor.paused_until, mentor.step_due) == (LATER, LATER + timedelta(days=14))
    press(cast, cast.lars, course, LATER)
    course.refresh_from_db()
    assert (course.paused_until, course.planned_from, course.step_due) == (LATER, date(2026, 10, 31), date(2026, 9, 8))
    page = page_of(cast, cast.mette)
    assert "venter til tirsdag 1. september" in page and "hvad der kan vente" not in page


def test_what_was_counted_before_the_day_stays(cast: Cast) -> None:
    agreement = four(cast)[0]
    tomorrow = TODAY + timedelta(days=1)
    services.start_later(agreement, LATER, by=cast.mette, on=tomorrow)
    rows = CountedAgreement.objects.filter(agreement=agreement).order_by("since")
    assert {row.until for row in rows} == {None, tomorrow}


def test_a_signature_of_one_of_them_does_not_hold_for_what_is_moved(cast: Cast) -> None:
    agreement = four(cast)[0]
    services.sign_plan(cast.plan, by=cast.lars, on=TODAY)
    services.start_later(agreement, LATER, by=cast.mette, on=TODAY)
    cast.plan.refresh_from_db()
    assert cast.plan.manager_signed_on is None


def test_nobody_else_moves_it_and_nothing_that_has_begun(cast: Cast) -> None:
    mentor = four(cast)[2]
    with pytest.raises(NotPermitted):
        services.start_later(mentor, LATER, by=cast.dorthe, on=TODAY)
    take_step(mentor, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    with pytest.raises(NotPossible):
        services.start_later(mentor, LATER, by=cast.mette, on=TODAY)


@pytest.mark.parametrize("until", [TODAY, "2062-01-01", "", "snart"])
def test_a_day_that_cannot_be_is_refused_beside_its_field(cast: Cast, until: date | str) -> None:
    mentor = four(cast)[2]
    answer = press(cast, cast.mette, mentor, until)
    assert answer.status_code == 422 and 'class="error"' in answer.content.decode()
    mentor.refresh_from_db()
    assert mentor.paused_until is None


def test_the_coordinators_queue_counts_all_courses_that_wait_for_her(cast: Cast) -> None:
    four(cast)
    assert [(queue.name, queue.count) for queue in load_of(cast.plan, cast.mette, TODAY).queues] == [
        ("Bente Hansen", 2)
    ]
    assert "Bente Hansen har 2 kursusopgaver at tage sig af." in page_of(cast, cast.mette)


def test_the_manager_sees_the_budget_against_all_wishes_and_the_employee_what_is_published(cast: Cast) -> None:
    four(cast)
    manager, employee = page_of(cast, cast.lars), page_of(cast, cast.mette)
    for text in ("Kan stadig bevilges, Børnehuset Mælkebøtten", "Ønsket oven i, af alle", "12.000 kr."):
        assert text in manager
    assert "Ønsket oven i, af alle" not in employee and "Kan stadig bevilges" not in employee
    assert "Budgettet for Børnehuset Mælkebøtten" in employee and "20.000 kr." in employee
    assert "ønsket for mere" not in manager
    cast.agree(title="Diplom", estimated_price=15_000)
    assert "ønsket for mere" in page_of(cast, cast.lars)


def test_a_budget_that_is_not_published_is_not_shown(cast: Cast) -> None:
    four(cast)
    cast.budget.published_on = None
    cast.budget.save()
    assert "20.000 kr." not in page_of(cast, cast.mette) and "20.000 kr." not in page_of(cast, cast.lars)


def test_the_signature_from_the_email_shows_the_same_and_moves_nothing(cast: Cast) -> None:
    four(cast)
    url = SignatureLink(cast.mette.pk, cast.plan.pk, mark_of_plan(cast.plan), TODAY).path
    page = Client().get(url).content.decode()
    assert "Mette Hansen har 4 åbne aftaler." in page and "Bente Hansen har 2 kursusopgaver" in page
    assert "Hvem ser det, hvis noget går i stå?" in page and "Lad den vente" not in page


def test_a_plan_that_both_have_signed_is_no_longer_weighed(cast: Cast) -> None:
    four(cast)
    assert "Kan I nå det hele?" in page_of(cast, cast.mette)
    for person in (cast.mette, cast.lars):
        services.sign_plan(cast.plan, by=person, on=TODAY)
    assert "Kan I nå det hele?" not in page_of(cast, cast.mette)
