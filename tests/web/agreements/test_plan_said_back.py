"""What the employee planned is said back to them: when it is agreed, before and after a course, in each check-in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Email
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.follow_up import follow_up

pytestmark = pytest.mark.django_db
PLAN = "Hvis mandagsmødet er slut, så øver jeg mig med Karim"
USE = "Den næste svære samtale"


def seat(cast: Cast) -> Agreement:
    agreement = cast.agree(if_then=PLAN, first_use=USE)
    agreement = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    return take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)


def under_way(cast: Cast) -> Agreement:
    agreement = cast.agree(Kind.PRACTICE, if_then=PLAN, planned_from=TODAY)
    agreement = take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    agreement = take_step(agreement, Event.ACCEPT, by=cast.karim, on=TODAY)
    return take_step(agreement, Event.START, by=cast.mette, on=TODAY)


def emails(cast: Cast, on: date, name: str = "mette") -> str:
    """The emails of that day's follow-up, as they are written for the person."""
    with time_machine.travel(on, tick=False):
        follow_up(on=on)
    person = getattr(cast, name)
    return "\n".join(Email.objects.filter(person=person, on=on).values_list("text", flat=True))


def test_the_heads_up_seven_days_before_a_course_says_plan_and_first_use(cast: Cast) -> None:
    seat(cast)
    text = emails(cast, cast.run.starts_on - timedelta(days=7))
    assert "Dit kursus begynder" in text
    assert f"  Som aftalt: {PLAN}\n  Skal bruges til: {USE}\n" in text


def test_the_question_on_the_last_day_of_a_course_says_them_again(cast: Cast) -> None:
    agreement = seat(cast)
    monday = cast.run.ends_on + timedelta(days=7 - cast.run.ends_on.weekday())
    text = emails(cast, monday)
    assert f"  Som aftalt: {PLAN}\n  Skal bruges til: {USE}\n" in text
    page = Client().get(AnswerLink.ask(Event.GO, person=cast.mette, agreement=agreement, on=TODAY).path)
    assert f"Som aftalt: {PLAN}" in page.content.decode() and f"Skal bruges til: {USE}" in page.content.decode()


def test_each_check_in_says_the_plan(cast: Cast) -> None:
    agreement = under_way(cast)
    due = agreement.step_due
    assert due is not None
    assert f"Som aftalt: {PLAN}" in emails(cast, due - timedelta(days=due.weekday()))
    page = Client().get(AnswerLink.ask(Event.CHECK_IN, person=cast.mette, agreement=agreement, on=TODAY).path)
    assert f"Som aftalt: {PLAN}" in page.content.decode()


def test_the_page_of_the_agreement_says_it_at_those_steps_and_not_at_others(cast: Cast) -> None:
    agreement, other = under_way(cast), cast.agree(if_then=PLAN)
    mette = enter(cast.mette)
    assert f"Som aftalt: {PLAN}" in mette.get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert "Som aftalt" not in mette.get(reverse("agreement", args=[other.pk])).content.decode()


def test_nobody_but_the_two_reads_it(cast: Cast) -> None:
    agreement, course = under_way(cast), seat(cast)
    assert PLAN not in enter(cast.karim).get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert PLAN not in enter(cast.bente).get(reverse("agreement", args=[course.pk])).content.decode()
    assert PLAN in enter(cast.lars).get(reverse("agreement", args=[agreement.pk])).content.decode()
    for name in ("karim", "bente", "lars"):
        assert PLAN not in emails(cast, cast.run.ends_on + timedelta(days=15), name)


def test_it_is_said_back_when_it_is_agreed(cast: Cast) -> None:
    form = {
        "do": "agree",
        "kind": "course",
        "title": "Konflikthåndtering",
        "planned_from": "2026-05-01",
        "planned_to": "2026-06-30",
        "if_then": f"  {PLAN}\r\n",
        "first_use": USE,
    }
    page = enter(cast.mette).post(reverse("conversation", args=[cast.conversation.pk]), form, follow=True)
    assert f"Aftalt: Konflikthåndtering. Som aftalt: {PLAN}" in page.content.decode()
    assert Agreement.objects.get().if_then == PLAN
